package sip

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxSDP bounds what is parsed; a datagram cannot carry more.
const maxSDP = 64 << 10

// MediaDescription is the audio stream of the far side.
type MediaDescription struct {
	// Addr is where it wants to receive; the address is unspecified (0.0.0.0)
	// for a hold of the old form (RFC 3264 8.4).
	Addr netip.AddrPort
	// PayloadType is the G.711 law it prefers among ours.
	PayloadType uint8
	// TelephoneEventPT is its type for RFC 4733, NoPayload when it takes none.
	TelephoneEventPT uint8
	// Direction is as the far side sees it: sendonly means that we only listen.
	Direction Direction
	// Ptime is the packet time it asks for, 20 ms when it does not say.
	Ptime time.Duration
	// Keys are those of SRTP, nil for plain RTP.
	Keys *MediaKeys
}

// mediaLine is one m= section of a description.
type mediaLine struct {
	audio          bool // an audio line that we could use
	secure         bool // RTP/SAVP
	kind, proto    string
	formats        string
	port           uint16
	addr           netip.Addr
	payloads       []uint8
	telephoneEvent uint8
	direction      Direction
	ptime          time.Duration
	crypto         []string // values of a=crypto, not yet read
}

// description is a parsed session description.
type description struct {
	id, version uint64
	lines       []mediaLine
}

// parseSDP reads what we need of RFC 8866 and passes over the rest.
func parseSDP(raw []byte) (description, error) {
	var d description
	if len(raw) == 0 || len(raw) > maxSDP {
		return d, fmt.Errorf("%w: %d bytes", ErrSDP, len(raw))
	}
	var session mediaLine // defaults given before the first m=
	cur := &session
	seen := false
	for line := range strings.SplitSeq(string(raw), "\n") {
		line = strings.TrimRight(line, "\r")
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		value := line[2:]
		switch line[0] {
		case 'v':
			seen = value == "0"
		case 'o':
			d.origin(value)
		case 'c':
			a, err := connection(value)
			if err != nil {
				return d, err
			}
			cur.addr = a
		case 'm':
			l, err := parseMediaLine(value, session)
			if err != nil {
				return d, err
			}
			d.lines = append(d.lines, l)
			cur = &d.lines[len(d.lines)-1]
		case 'a':
			cur.attribute(value)
		}
	}
	if !seen {
		return d, fmt.Errorf("%w: no version", ErrSDP)
	}
	return d, nil
}

func (d *description) origin(v string) {
	if f := strings.Fields(v); len(f) >= 3 {
		d.id, _ = strconv.ParseUint(f[1], 10, 64)
		d.version, _ = strconv.ParseUint(f[2], 10, 64)
	}
}

// connection reads "IN IP4 192.0.2.1/127".
func connection(v string) (netip.Addr, error) {
	f := strings.Fields(v)
	if len(f) < 3 || f[0] != "IN" {
		return netip.Addr{}, fmt.Errorf("%w: connection line", ErrSDP)
	}
	host, _, _ := strings.Cut(f[2], "/")
	a, err := netip.ParseAddr(host)
	if err != nil {
		// A host name: we send voice to addresses only.
		return netip.Addr{}, fmt.Errorf("%w: connection address", ErrSDP)
	}
	return a.Unmap(), nil
}

// parseMediaLine reads "audio 4000 RTP/AVP 8 0 101".
func parseMediaLine(v string, session mediaLine) (mediaLine, error) {
	f := strings.Fields(v)
	if len(f) < 4 || len(f) > 130 {
		return mediaLine{}, fmt.Errorf("%w: media line", ErrSDP)
	}
	port, _, _ := strings.Cut(f[1], "/")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return mediaLine{}, fmt.Errorf("%w: media port", ErrSDP)
	}
	l := session
	l.kind, l.proto, l.port = f[0], f[2], uint16(n)
	l.formats = strings.Join(f[3:], " ")
	l.telephoneEvent = NoPayload
	l.secure, l.crypto = l.proto == "RTP/SAVP", nil // keys are of a stream, not of the session (RFC 4568 9.2)
	l.audio = l.kind == "audio" && (l.proto == "RTP/AVP" || l.secure)
	if !l.audio {
		return l, nil
	}
	for _, s := range f[3:] {
		pt, err := strconv.ParseUint(s, 10, 7)
		if err != nil {
			return mediaLine{}, fmt.Errorf("%w: payload type", ErrSDP)
		}
		// "00" is no name of PCMU: our answer would not repeat what was offered.
		if p := uint8(pt); (p == PayloadPCMA || p == PayloadPCMU) && s == strconv.Itoa(int(p)) && !slices.Contains(l.payloads, p) {
			l.payloads = append(slices.Clip(l.payloads), p)
		}
	}
	return l, nil
}

func (l *mediaLine) attribute(v string) {
	switch v {
	case "sendrecv":
		l.direction = SendRecv
	case "sendonly":
		l.direction = SendOnly
	case "recvonly":
		l.direction = RecvOnly
	case "inactive":
		l.direction = Inactive
	}
	name, rest, _ := strings.Cut(v, ":")
	switch name {
	case "rtpmap":
		pt, enc, _ := strings.Cut(rest, " ")
		n, err := strconv.ParseUint(pt, 10, 7)
		if err == nil && strings.EqualFold(strings.TrimSpace(enc), "telephone-event/8000") && l.telephoneEvent == NoPayload &&
			pt == strconv.FormatUint(n, 10) &&
			slices.Contains(strings.Fields(l.formats), pt) {
			l.telephoneEvent = uint8(n)
		}
	case "ptime":
		if ms, err := strconv.ParseUint(strings.TrimSpace(rest), 10, 8); err == nil && ms > 0 {
			l.ptime = time.Duration(ms) * time.Millisecond
		}
	case "crypto":
		if len(l.crypto) < maxCrypto {
			l.crypto = append(l.crypto, rest)
		}
	}
}

// disabled is the index of the first audio line that is switched off, or -1.
func (d description) disabled() int {
	return slices.IndexFunc(d.lines, func(l mediaLine) bool { return l.audio && l.port == 0 })
}

// media is the description of that line. An unspecified address means that
// nothing may be sent there (RFC 3264 8.4): hold, whatever the direction says.
func (l mediaLine) media() MediaDescription {
	m := MediaDescription{
		Addr: netip.AddrPortFrom(l.addr, l.port), PayloadType: l.payloads[0], TelephoneEventPT: l.telephoneEvent,
		Direction: l.direction, Ptime: l.ptime,
	}
	if m.Ptime == 0 {
		m.Ptime = 20 * time.Millisecond
	}
	if l.addr.IsUnspecified() {
		switch m.Direction {
		case SendRecv:
			m.Direction = SendOnly
		case RecvOnly:
			m.Direction = Inactive
		}
	}
	return m
}
