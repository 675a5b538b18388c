package sip

import (
	"bytes"
	"fmt"
	"net/netip"
	"strconv"
)

// RTP payload types we describe (RFC 3551 6, RFC 4733).
const (
	PayloadPCMU           uint8 = 0
	PayloadPCMA           uint8 = 8
	PayloadTelephoneEvent uint8 = 101 // in our offers; the far side may choose another
)

// NoPayload marks that a payload type was not negotiated.
const NoPayload uint8 = 255

// Direction is the direction of a media stream as its describer sees it (RFC 3264 5.1).
type Direction uint8

// The directions. The zero value is sendrecv, the default of RFC 3264.
const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

func (d Direction) String() string {
	return [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}[d]
}

// Sends reports whether the describer sends; Receives whether it listens.
func (d Direction) Sends() bool    { return d == SendRecv || d == SendOnly }
func (d Direction) Receives() bool { return d == SendRecv || d == RecvOnly }

// Reverse is the direction that answers d (RFC 3264 6.1): sendonly by
// recvonly, recvonly by sendonly, the others by themselves.
func (d Direction) Reverse() Direction {
	switch d {
	case SendOnly:
		return RecvOnly
	case RecvOnly:
		return SendOnly
	default:
		return d
	}
}

// Session is our own session description: one audio stream.
type Session struct {
	ID, Version uint64
	Addr        netip.AddrPort
	// Payloads are the G.711 laws offered, preferred first.
	Payloads       []uint8
	TelephoneEvent uint8 // NoPayload: none
	Direction      Direction
	// Off: the stream is disabled, its port is 0 (RFC 3264 8.2).
	Off bool
	// SRTP is our policy; it does not stand in the description.
	SRTP SRTP
	// SAVP: the stream is RTP/SAVP. Crypto are our keys, several in an offer.
	SAVP   bool
	Crypto []Crypto
}

// NewSession is an offer of both laws and telephone events. id should differ
// between calls (RFC 8866 5.2), for instance the Unix time in nanoseconds.
func NewSession(addr netip.AddrPort, id uint64) Session {
	return Session{
		ID: id & (1<<62 - 1), Version: 1, Addr: addr,
		Payloads: []uint8{PayloadPCMA, PayloadPCMU}, TelephoneEvent: PayloadTelephoneEvent,
	}
}

// BuildOffer is the session description of NewSession.
func BuildOffer(addr netip.AddrPort, id uint64) []byte { return NewSession(addr, id).Bytes() }

// Bytes writes the description (RFC 8866).
func (s Session) Bytes() []byte { return s.write([]mediaLine{{audio: true}}, 0) }

// write puts the audio stream in place of lines[at]; the other lines are refused.
func (s Session) write(lines []mediaLine, at int) []byte {
	var b bytes.Buffer
	family := "IP4"
	if s.Addr.Addr().Unmap().Is6() {
		family = "IP6"
	}
	host := s.Addr.Addr().Unmap().WithZone("").String()
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n", s.ID, s.Version, family, host, family, host)
	for i, l := range lines {
		if i != at {
			fmt.Fprintf(&b, "m=%s 0 %s %s\r\n", l.kind, l.proto, l.formats)
			continue
		}
		s.writeAudio(&b)
	}
	return b.Bytes()
}

func (s Session) writeAudio(b *bytes.Buffer) {
	port := s.Addr.Port()
	if s.Off {
		port = 0
	}
	proto := "RTP/AVP"
	if s.SAVP {
		proto = "RTP/SAVP"
	}
	fmt.Fprintf(b, "m=audio %d %s", port, proto)
	for _, pt := range s.Payloads {
		b.WriteString(" " + strconv.Itoa(int(pt)))
	}
	if s.TelephoneEvent != NoPayload {
		b.WriteString(" " + strconv.Itoa(int(s.TelephoneEvent)))
	}
	b.WriteString("\r\n")
	for _, pt := range s.Payloads {
		fmt.Fprintf(b, "a=rtpmap:%d %s/8000\r\n", pt, map[uint8]string{PayloadPCMA: "PCMA", PayloadPCMU: "PCMU"}[pt])
	}
	if s.TelephoneEvent != NoPayload {
		fmt.Fprintf(b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-16\r\n", s.TelephoneEvent, s.TelephoneEvent)
	}
	for _, c := range s.Crypto {
		c.append(b)
	}
	fmt.Fprintf(b, "a=ptime:20\r\na=%s\r\n", s.Direction)
}
