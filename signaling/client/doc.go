// Package client is the page's end of the softphone socket in Go: for the
// headless softphone and for tests that want a real peer. It speaks
// signaling/wire, resumes after a loss with the epoch and number it knows, and
// checks what the protocol promises: no gap and no double in the events.
//
// It carries no media and decides nothing. One goroutine belongs to a [Client];
// [Client.Close] ends and awaits it. A consumer that does not read Events
// stops the reading of the socket, which the server answers as it answers any
// slow page.
package client
