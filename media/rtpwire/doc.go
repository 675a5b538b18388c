// Package rtpwire reads and writes RTP and RTCP packets (RFC 3550 5.1, 6).
//
// It is the wire format only: no sockets, no state, no goroutines, and no
// allocation on the path of a media packet. It knows the packets that a G.711
// leg meets - RTP, sender and receiver reports, SDES, BYE - and steps over
// others. Encryption is elsewhere (media/rtcleg).
package rtpwire

import "errors"

// Errors of the parsers. They carry no detail: they are counted, not read.
var (
	ErrShort   = errors.New("read packet: cut off")
	ErrVersion = errors.New("read packet: not version 2")
)
