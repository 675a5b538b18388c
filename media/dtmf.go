package media

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// The shape of a digit that we send, in packets: 160 ms of tone, then 100 ms
// of pause (above the 40/40 ms that ITU-T Q.24 asks for). RFC 4733 2.5.1.4: the
// end packet goes out three times at the interval of the updates.
const (
	digitTone = 8
	digitEnds = 3
	digitSize = digitTone + 5
	// digitVolume is -10 dBm0.
	digitVolume = 10
	// MaxDTMF is how many digits one SendDTMF takes.
	MaxDTMF = 32
)

const dtmfCodes = "0123456789*#ABCD" // the place is the event code, RFC 4733 3.2

// digit is one event in the making. All digits of a bridge that wait together
// are one source.
type digit struct {
	code  byte
	frame Frame // its time stamp is the event's
	tick  int
	buf   [4]byte
}

// next is the packet of this tick, nil in the pause.
func (d *digit) next(at time.Time) *Frame {
	n := d.tick
	d.tick++
	if n >= digitTone-1+digitEnds {
		return nil
	}
	f := d.frame
	f.Arrival = at
	f.Marker = n == 0
	f.Sequence += uint16(n)
	d.buf[0], d.buf[1] = d.code, digitVolume
	if n >= digitTone-1 {
		d.buf[1] |= 0x80
	}
	binary.BigEndian.PutUint16(d.buf[2:], uint16(min(n+1, digitTone)*frameSamples))
	f.Payload = d.buf[:]
	return &f
}

func (d *digit) over() bool { return d.tick >= digitSize }

// DTMFError says which character of a string cannot be dialled.
type DTMFError struct{ Digit rune }

func (e *DTMFError) Error() string { return fmt.Sprintf("send dtmf: %q is not a digit", e.Digit) }

// ErrNoDTMF means that there was nothing to send, or too much, or nobody to send it to.
var ErrNoDTMF = fmt.Errorf("send dtmf: need 1 to %d digits and a customer leg", MaxDTMF)

// SendDTMF sends digits (0-9 * # A-D) to the customer as telephone events (RFC
// 4733), after those that still wait. It returns at once. While they are sent the
// agent's voice does not go to the customer. A leg whose party takes no
// telephone events sends nothing.
func (b *Bridge) SendDTMF(digits string) error {
	codes := make([]byte, 0, len(digits))
	for _, r := range strings.ToUpper(digits) {
		i := strings.IndexRune(dtmfCodes, r)
		if i < 0 {
			return &DTMFError{Digit: r}
		}
		codes = append(codes, byte(i))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(codes) == 0 || len(codes)+len(b.digits) > MaxDTMF || b.customer == nil || b.closed {
		return ErrNoDTMF
	}
	source := Frame{PayloadType: TelephoneEvent, SSRC: rand.Uint32(), Sequence: uint16(rand.Uint32()), Timestamp: rand.Uint32()}
	if n := len(b.digits); n > 0 {
		source = after(b.digits[n-1].frame)
	}
	for _, code := range codes {
		b.digits = append(b.digits, digit{code: code, frame: source})
		source = after(source)
	}
	b.pace()
	return nil
}

// after is where the digit after f starts.
func after(f Frame) Frame {
	f.Sequence += digitTone - 1 + digitEnds
	f.Timestamp += digitSize * frameSamples
	return f
}
