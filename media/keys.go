package media

import "time"

// keys tells the keys of a stream of telephone events apart. An event is many
// packets with one time stamp, so a new stamp is a new key (RFC 4733 2.5.1.4);
// neither the marker nor the end bit is relied upon, as both may be lost.
type keys struct {
	seen bool
	ssrc uint32
	last uint32
}

// take gives the key that a packet begins, or 0.
func (k *keys) take(f *Frame) byte {
	if len(f.Payload) < 4 || int(f.Payload[0]) >= len(dtmfCodes) {
		return 0
	}
	// A stamp that goes back belongs to a packet that was overtaken.
	if k.seen && f.SSRC == k.ssrc && int32(f.Timestamp-k.last) <= 0 {
		return 0
	}
	k.seen, k.ssrc, k.last = true, f.SSRC, f.Timestamp
	return dtmfCodes[f.Payload[0]]
}

// OnKey sets what is called with each key that the customer presses (RFC 4733),
// from the customer leg's reader: it must not block and must not call the bridge.
func (b *Bridge) OnKey(f func(digit byte, at time.Time)) {
	b.mu.Lock()
	b.onKey = f
	b.mu.Unlock()
}
