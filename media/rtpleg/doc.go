// Package rtpleg is the customer's leg: RTP and RTCP over UDP, plain or as SRTP and
// SRTCP, to and from a trunk.
//
// It carries packets and nothing else: SDP and the choice of the address are
// signaling/sip's, joining it to an agent is media.Bridge's. The keys
// of SRTP come from the SDP too ([Leg.SetKeys]).
//
//	Open ---> learning --N in-order packets from an allowed source--> locked
//	             ^                                                      |
//	             +----- SetRemote with another address (re-INVITE) -----+
//
// A source is believed only if its address is among the trunk's or is the one of
// the SDP; once locked, packets from anywhere else are dropped and counted (RTP
// bleed). While a new source is learnt after a re-INVITE, the old one is still
// heard, so that nothing is lost from the recording. Not so between branches of
// a fork ([Leg.ReplaceRemote]): they are different parties, and what the one
// that lost goes on sending is dropped. RTCP is believed from the host of the
// believed source only. Under SRTP what is not the party's by its key, or comes
// twice, is dropped and counted before anything is learnt from it.
//
// Goroutines: a [Leg] owns two, one reading RTP and one reading and sending RTCP;
// Close ends and awaits both. A [PortPool] owns none.
//
// RFC 3550 (RTP, RTCP), 3711 and 7714 (SRTP), 4961 (symmetric RTP), 4733 (telephone events).
package rtpleg

import "errors"

// Errors of this package.
var (
	// ErrNoPorts means that every port of the range is in use or resting.
	ErrNoPorts = errors.New("open rtp leg: no free port pair in the range")
	// ErrClosed means that the leg is closed.
	ErrClosed = errors.New("write frame: leg is closed")
	// ErrPayloadType means that SetRemote was given something other than PCMA or PCMU.
	ErrPayloadType = errors.New("set remote: payload type is neither PCMA nor PCMU")
)
