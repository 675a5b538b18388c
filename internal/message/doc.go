// Package message is what customers are told in writing, by SMS and e-mail
// (Rules C-14, C-26, M-03): templates, an outbox with the proof of what became
// of each message, and what customers refuse.
//
//	         retry by a person
//	   +---------------------------------+
//	   v                                 |
//	queued --claim--> sending --fail--> failed
//	 |  ^               |  |               |
//	 |  +----again------+  +--sent--> sent +--fail
//	 |                                 |
//	 +--opt_out, cancel                +--delivered--> delivered
//
// A message is stored before anything is sent. A [Sender] claims it, gives it
// to a [Gateway], and notes the result. When the process dies in between, the
// claim runs out: to a gateway that knows our key again the message is sent
// again, under the same key; with one that does not (e-mail) it is failed as
// "unknown", for a person to decide. Nothing is sent twice by itself; what a
// gateway does with a repeated key is the gateway's word.
//
// The package keeps nothing and speaks no protocol: internal/store implements
// [Store]; webhook and smtp are gateways. Its only goroutine is the Sender's.
package message
