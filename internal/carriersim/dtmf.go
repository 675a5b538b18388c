package carriersim

import "strings"

const dtmfSymbols = "0123456789*#ABCD"

// keypad collects the digits of telephone events. An event is many packets with
// one time stamp, so a new stamp is a new digit (RFC 4733 2.5.1.4): neither the
// marker nor the end bit is needed, and both may be lost.
type keypad struct {
	digits strings.Builder
	seen   bool
	ssrc   uint32
	last   uint32
}

// take reads one event packet and returns the digit it begins, or 0.
func (k *keypad) take(ssrc, timestamp uint32, payload []byte) byte {
	if len(payload) < 4 || int(payload[0]) >= len(dtmfSymbols) {
		return 0
	}
	// A stamp that goes back belongs to a packet that was overtaken.
	if k.seen && ssrc == k.ssrc && int32(timestamp-k.last) <= 0 {
		return 0
	}
	k.seen, k.ssrc, k.last = true, ssrc, timestamp
	digit := dtmfSymbols[payload[0]]
	k.digits.WriteByte(digit)
	return digit
}
