// Package visit is the contact on site (Rules C-11, C-26): a form with what
// Rule C-01 asks of every contact, answers to the program's questionnaire, and
// the customer's signature, drawn on the screen, or the reason why there is
// none. A final visit stands, has a number, and closes its task as done.
//
// The signature is kept as the pen moved and as it looks; the picture is drawn
// here, out of the strokes, so that the two agree. Photos are attachments. The
// package keeps nothing and starts no goroutine.
package visit
