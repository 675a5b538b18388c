// Package call is the life of one outbound call as a pure function.
//
// [Step] takes a call and an event and answers with the next call and the
// effects that must be carried out. It reads no clock, does no I/O and starts
// no goroutine; times come in with the events. The actor in
// internal/switchboard owns the call, stores each new state before it performs
// the effects, and feeds back what happened as further events.
//
//	arming --RecorderOpened--> dialing --Provisional 180 | media--> ringing
//	   |                          |  \--Failed, other trunk left--> dialing (new attempt, Rule T-07)
//	   |                          |                                   |
//	   |                          +------------Answered---------------+
//	   |                                          v
//	   |                 (notice on, Rule T-12) announcing --NoticeEnded--> talking <--Hold/Resume--> held
//	   |                                          |                            |                        |
//	   +--RecorderFailed, hang-up, Failed---------+---BYE, hang-up, loss-------+------------------------+
//	                                              v
//	                                            wrapup --RecordSaved--> closed
//
// Rules carried here: T-01 (no recorder, no dial), T-03 (ring times), T-04
// (what counts as an attempt), T-07 (fail-over before any ringing only), T-09
// (who ended), T-12 (notice before the agent is connected), T-13 (limits of
// the secure pause). RFC 3261 9.1 and
// 13.2.2.4 for CANCEL that crosses an answer.
package call
