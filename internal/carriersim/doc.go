// Package carriersim is a simulated carrier: a separate SIP/RTP peer that plays
// the customers of the demo and of the tests. What a call meets (an answer, a
// busy line, a powered-off telephone, a digest challenge ...) is chosen by the
// last digits of the called number; the table is [Behaviours], printed in
// docs/carrier-sim.md.
//
// It is a real peer on real sockets, UDP and TCP, and shares no signalling or
// RTP code with the product. It is not a proxy, not a registrar and not a load
// generator; it takes calls and never makes them, speaks G.711 only, SRTP by the
// keys of the session description, and knows no 100rel.
//
// Of sipgo only the parser and the message types are used. Its transaction
// layer answers CANCEL by itself (so a 200 cannot cross it), and runs every
// message in a goroutine of its own (so requests overtake each other); the
// server transaction here is a cache of the last response, and the timers run
// in the call (RFC 3261 13.3.1.4, 17.2).
//
//	UDP socket, TCP connections         one goroutine each
//	        | receive: transaction cache, dialog look-up
//	        v
//	call inbox -> call goroutine: runs the behaviour's script, which serves the
//	        |     inbox and the timers while it waits; owns all of the call
//	        v
//	stream -> reader goroutine, pacer goroutine (20 ms, absolute deadlines)
//
// Every goroutine is started by the [Simulator] and waited for by
// [Simulator.Stop]; calls that are up at that moment are ended by BYE or 503.
//
// RFC 3261, 3264, 3326 (Reason), 3550, 3551, 4733 (DTMF), 8760 (SHA-256 digest).
package carriersim
