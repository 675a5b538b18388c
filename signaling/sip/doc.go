// Package sip is the telephone side of the signalling: trunks, a user agent
// and our own INVITE client over the transactions of sipgo.
//
// It is not a proxy and not a registrar. Calls from outside are taken from
// trunks only, and only to their service numbers. It knows nothing about media beyond the session descriptions (sdp*.go); whoever dials
// brings an offer and is told the far side's description.
//
// sipgo parses, sends and runs transactions (RFC 3261 17). Its dialog helper is
// not used: it loses calls that are answered while we cancel, gives up after
// ten provisional responses, and never ends the loser of a fork.
//
// # The INVITE client
//
// [machine] is the client as a state machine without I/O; each [Call] owns one
// and feeds it from one goroutine.
//
//	calling --1xx--> proceeding --2xx--> confirmed --our BYE--> ending --answer--> terminated
//	   |                 |                   \----BYE, session expired--------------->|
//	   +--no 1xx in 3 s--+--3xx-6xx, no final 32 s after CANCEL---------------------->|
//
// In proceeding each To-tag is a branch with a dialog of its own:
//
//	early --18x with Require: 100rel, RSeq in order--> PRACK --answer--> early
//	  |  \--RSeq again or ahead of its turn: dropped     (one at a time)
//	  +--UPDATE: answered; its offer 491 until ours has a reliable answer
//
// Rules kept here:
//   - CANCEL waits for a 1xx (RFC 3261 9.1); a 2xx that crosses it is ACKed and
//     told as Answered, never as a failure (13.2.2.4).
//   - Any number of provisional responses in any order; none goes backwards.
//   - A second 2xx with another To-tag is ACKed and ended by BYE; so is one that
//     comes after the final refusal (16.7).
//   - CANCEL and BYE say why, with the Q.850 cause that fits (RFC 3326).
//   - By the trunk's policy descriptions carry keys of SRTP (RFC 4568); a call that
//     must be encrypted and would not be is refused by 488 or ended ([ErrEncryption]).
//   - After the terminal event a call stays for 32 s (64*T1) to clean up what
//     arrives late: a 1xx of an abandoned INVITE is cancelled, a 2xx ended.
//   - The first reliable description of a branch is the answer to our offer;
//     what its later responses describe is ignored (13.2.1, RFC 3262 5).
//   - 3xx is never followed: whoever could redirect us could run up our bill.
//
// # The INVITE server
//
// [uasMachine] is the server (RFC 3261 13.3); from the 2xx on the dialog's
// machine goes on, in the same states as above.
//
//		received --Ring--> ringing --Accept--> answered --ACK--> confirmed
//		   |                  |                   \--no ACK in 32 s: BYE--> terminated
//		   +--Refuse, CANCEL, BYE-----------------------------------------> terminated
//
//	  - A BYE of ours waits for the ACK (15). A CANCEL after the 2xx has no effect (9.2).
//	  - Of a request that reaches us twice the second is refused, 482 (8.2.2.2).
//	  - A caller who requires 100rel gets no 18x, as that would have to be reliable
//	    (RFC 3262 3).
//	  - Who calls is P-Asserted-Identity where the trunk is trusted, else From (RFC 3325).
//
// # Forks
//
// One branch is heard at a time: that of the latest 18x that describes media,
// or of an UPDATE that does; from the answer on, the one that answered. Every
// description is told with its To-tag, and who owns the media leaves the branch
// before at once: its packets belong to another telephone, and neither the
// customer's channel of the recording nor the agent gets them. Before the first
// description, whoever of the trunk's media addresses speaks is early media.
//
// # The guard
//
// [guard] sees every message whole before the library does: datagrams at the
// socket, streams cut by Content-Length. Strangers are dropped unread; what is
// broken, contradictory or too much is refused with a count, and answered where
// it asks for an answer. The library keeps an entry for each source of a UDP
// socket while it reads it, so after some the socket is handed to a successor.
//
// # Goroutines
//
// [UserAgent.Start] owns the listeners, one health loop per trunk, and one
// registrar per trunk that wants a registration (RFC 3261 10). A Call
// owns its machine's goroutine, one that hands events to the [Handler], and one
// reader per open transaction. Stop ends and awaits all of them.
//
// Rule T-07 (fail-over before any ringing) has its facts here: [Classify] and
// [FailoverAllowed]. Sources: RFC 3261, 3262, 3264, 3311, 3326, 3581, 4028, 4568, 6026, 7616.
package sip
