// Package wire holds the messages of the softphone socket and their codec: one
// Go type per command and per event, in JSON. docs/protocols/softphone.md
// describes each with an example; a test keeps the two together.
//
// It is data and nothing else: no sockets (package signaling), no rules
// (internal/switchboard, internal/callback), no goroutines. Decoding is strict:
// an unknown command, an unknown field, a missing id and trailing text are
// errors that say what was wrong, because a page and a server of different
// versions must not half understand each other.
package wire
