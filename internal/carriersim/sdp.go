package carriersim

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Static payload types (RFC 3551 6).
const (
	pcmu = 0
	pcma = 8
)

// direction is that of RFC 3264 5.1, seen from whoever wrote the description.
type direction string

const (
	sendrecv direction = "sendrecv"
	sendonly direction = "sendonly"
	recvonly direction = "recvonly"
	inactive direction = "inactive"
)

// sends and receives say what the writer of the description does.
func (d direction) sends() bool    { return d == sendrecv || d == sendonly }
func (d direction) receives() bool { return d == sendrecv || d == recvonly }

// answer is the direction that answers an offered one (RFC 3264 6.1).
func (d direction) answer() direction {
	switch d {
	case sendonly:
		return recvonly
	case recvonly:
		return sendonly
	default:
		return d
	}
}

// description is the one audio stream of an SDP body.
type description struct {
	address   netip.AddrPort
	codecs    []uint8 // PCMA and PCMU, in the writer's order
	event     uint8   // payload type of telephone events, 0 when not on offer
	direction direction
	savp      bool         // RTP/SAVP
	crypto    []cryptoLine // that we understand, in the writer's order
}

var errNoAudio = errors.New("read sdp: no usable audio stream")

// parseSDP reads the first audio stream over RTP or SRTP. It knows nothing of
// further streams, and of no codec but G.711.
func parseSDP(body []byte) (description, error) {
	d := description{direction: sendrecv}
	var host string
	var port int
	inAudio, seenAudio, otherMedia := false, false, false
	for line := range strings.Lines(string(body)) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		value := line[2:]
		if line[0] == 'm' {
			otherMedia = true
			inAudio = !seenAudio && strings.HasPrefix(value, "audio ")
			if !inAudio {
				continue
			}
			seenAudio = true
			fields := strings.Fields(value)
			if len(fields) < 4 || fields[2] != "RTP/AVP" && fields[2] != "RTP/SAVP" {
				return d, fmt.Errorf("%w: %q", errNoAudio, value)
			}
			d.savp = fields[2] == "RTP/SAVP"
			number, _, _ := strings.Cut(fields[1], "/")
			var err error
			if port, err = strconv.Atoi(number); err != nil || port <= 0 || port > 65535 {
				return d, fmt.Errorf("%w: port %q", errNoAudio, fields[1])
			}
			for _, f := range fields[3:] {
				switch f {
				case "0":
					d.codecs = append(d.codecs, pcmu)
				case "8":
					d.codecs = append(d.codecs, pcma)
				}
			}
			continue
		}
		if otherMedia && !inAudio {
			continue
		}
		switch line[0] {
		case 'c':
			if fields := strings.Fields(value); len(fields) == 3 {
				host, _, _ = strings.Cut(fields[2], "/")
			}
		case 'a':
			d.attribute(value)
		}
	}
	if !seenAudio || len(d.codecs) == 0 {
		return d, errNoAudio
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return d, fmt.Errorf("%w: connection address: %w", errNoAudio, err)
	}
	if address.IsUnspecified() { // the hold of RFC 2543
		d.direction = inactive
	}
	d.address = netip.AddrPortFrom(address, uint16(port))
	return d, nil
}

func (d *description) attribute(value string) {
	switch dir := direction(value); dir {
	case sendrecv, sendonly, recvonly, inactive:
		d.direction = dir
		return
	}
	if line, ok := strings.CutPrefix(value, "crypto:"); ok {
		if l := readCrypto(line); l != nil && len(d.crypto) < 16 {
			d.crypto = append(d.crypto, *l)
		}
		return
	}
	rest, ok := strings.CutPrefix(value, "rtpmap:")
	if !ok {
		return
	}
	number, name, _ := strings.Cut(rest, " ")
	if strings.EqualFold(strings.TrimSpace(name), "telephone-event/8000") {
		if pt, err := strconv.ParseUint(number, 10, 7); err == nil {
			d.event = uint8(pt)
		}
	}
}

// format writes the description as an SDP body. The origin's session id is
// fixed for a call, and version rises with each change (RFC 3264 8).
func (d description) format(session uint64, version int) []byte {
	var b strings.Builder
	family := "IP4"
	if d.address.Addr().Is6() {
		family = "IP6"
	}
	host := d.address.Addr()
	fmt.Fprintf(&b, "v=0\r\no=carrier %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n", session, version, family, host, family, host)
	proto := "RTP/AVP"
	if d.savp {
		proto = "RTP/SAVP"
	}
	fmt.Fprintf(&b, "m=audio %d %s", d.address.Port(), proto)
	for _, pt := range d.codecs {
		fmt.Fprintf(&b, " %d", pt)
	}
	if d.event != 0 {
		fmt.Fprintf(&b, " %d", d.event)
	}
	b.WriteString("\r\n")
	for _, pt := range d.codecs {
		name := "PCMA"
		if pt == pcmu {
			name = "PCMU"
		}
		fmt.Fprintf(&b, "a=rtpmap:%d %s/8000\r\n", pt, name)
	}
	if d.event != 0 {
		fmt.Fprintf(&b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-16\r\n", d.event, d.event)
	}
	for _, l := range d.crypto {
		b.WriteString(l.format())
	}
	fmt.Fprintf(&b, "a=ptime:20\r\na=%s\r\n", d.direction)
	return []byte(b.String())
}
