// Package casework brings what goes wrong to its end: anomalies that are
// investigated step by step (Rule C-19), complaints raised in a call (Rule
// C-20), clocks that were missed, which go up the line of superiors (Rule
// C-18), and the day's list of problems (Rule C-30). Feedback slips themselves
// are of package callback; here only their clocks are looked after.
//
//	anomaly    facts > reported > interview > branch > head_office > measures > call_back > closed
//	complaint  facts > answer > call_back > closed
//
// The step that a case stands at is the one that is to be signed next. Signing
// moves it on; the database refuses any other order (00056). In call_back the
// customer is called again: satisfied or fair closes the case, dissatisfied
// begins measures or answer anew with a new round.
//
// The [Keeper] owns one goroutine, which opens cases that rules ask for, settles
// those whose customer has been called again, and looks at the clocks. Several
// instances may run it at once.
package casework
