// Package signaling is the softphone socket: one [Hub] with one session per
// signed-in user, over which the server tells the page what is so and the page
// says what the agent wants. The messages are in signaling/wire and in
// docs/protocols/softphone.md.
//
// It knows no rules and no calls: commands go to the [Desk] (the switchboard),
// events come in by [Hub.Publish]. It does not authenticate either; the HTTP
// layer hands over a [User]. signaling/sip is the other side of the house, and
// neither knows the other.
//
// A session outlives its socket. Every event has a sequence number within an
// epoch and stays in a ring of [RingSize]; a page that comes back within the
// ring gets what it missed, without gap or double, any other gets a reset.
// When no page comes back for LostAfter, the desk hears of it once.
//
// Goroutines: each connection has a reader (the goroutine of the HTTP handler,
// which also runs the commands, one after another) and a writer. Neither holds
// the session's lock while it writes. A page that reads too slowly overflows
// its bounded queue and is closed: it resumes from the ring and loses nothing.
package signaling
