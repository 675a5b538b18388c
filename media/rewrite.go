package media

import (
	"time"

	"huifang/media/codec"
	"huifang/media/rtpwire"
)

// maxPayload is the longest payload that is rewritten: 200 ms of G.711, above
// what any party sends in one packet.
const maxPayload = 1600

// sourceJump is how far a source's time stamps may stray from the wall clock
// before it counts as a new source. It is above what a burst after a stall brings.
const sourceJump = 2 * time.Second

// What a network kept back for longer than sourceJump comes all at once
// afterwards. It is too old for a conversation: what is more than backlogLead
// before the wall clock is left out, until no more has come for backlogQuiet.
// Otherwise the party would hear the source late for the rest of the call.
const (
	backlogLead  = 100 * time.Millisecond
	backlogQuiet = 2 * time.Second
)

// Rewriter makes one continuous RTP stream of the frames of any sources: the
// other party, a prompt, a tone, DTMF. One SSRC, sequence numbers that go up by
// one, and time stamps that follow the wall clock over a change of source
// (RFC 3550 5.1), so that the party's jitter buffer never starts anew. Every
// leg has one; it is not safe for concurrent use, the leg guards it. It does
// not allocate.
//
// Within a source the distances of its time stamps are kept as they are, so
// that lost, late and reordered packets stay what they were, and a telephone
// event keeps its frozen time stamp (RFC 4733 2.5.1.2). At a new source (another
// SSRC, or a jump) the time stamp goes on by the gap on the wall clock, rounded
// to packets, and the marker is set.
type Rewriter struct {
	ssrc  uint32
	seq   uint16 // of the next packet
	audio PayloadType
	event uint8

	started bool
	source  uint32 // SSRC
	offset  uint32 // added to the source's time stamps
	lastIn  uint16 // the source's last sequence number
	last    uint32 // the highest time stamp sent
	lastAt  time.Time
	length  uint32 // of the packet at last, in samples

	// While a backlog may come: where the source went on, and until when.
	resumed      uint32 // time stamp
	resumedAt    time.Time
	backlogUntil time.Time

	packets, octets uint32
	buffer          [maxPayload]byte
}

// NewRewriter makes a stream; ssrc, seq and timestamp should be random (RFC
// 3550 5.1). It sends A-law and no telephone events until SetTarget.
func NewRewriter(ssrc uint32, seq uint16, timestamp uint32) *Rewriter {
	return &Rewriter{ssrc: ssrc, seq: seq, last: timestamp, audio: PCMA}
}

// SetTarget sets what the party takes: PCMA or PCMU, and the payload type of
// telephone events, 0 when it takes none.
func (w *Rewriter) SetTarget(audio PayloadType, event uint8) { w.audio, w.event = audio, event }

// SSRC is the stream's.
func (w *Rewriter) SSRC() uint32 { return w.ssrc }

// SetSSRC takes over the SSRC that the transport has chosen, before the first packet.
func (w *Rewriter) SetSSRC(ssrc uint32) { w.ssrc = ssrc }

// Sent is what a sender report needs: packets and payload bytes so far, and
// the time stamp that stands for now on the wall clock. False before the first packet.
func (w *Rewriter) Sent(now time.Time) (packets, octets, timestamp uint32, ok bool) {
	if !w.started {
		return 0, 0, 0, false
	}
	return w.packets, w.octets, w.last + samplesIn(now.Sub(w.lastAt)), true
}

// Rewrite makes the packet that carries f. False means that there is nothing to
// send: a payload the party has not agreed to (comfort noise, events, unknown
// types are never converted), a duplicate, an impossible length, or voice of a
// backlog that is too old. The payload
// is f's own or the Rewriter's, and is valid until the next call.
func (w *Rewriter) Rewrite(f *Frame) (h rtpwire.Header, payload []byte, ok bool) {
	if len(f.Payload) == 0 || len(f.Payload) > maxPayload {
		return h, nil, false
	}
	h.PayloadType, payload, ok = w.convert(f)
	if !ok {
		return h, nil, false
	}
	at := f.Arrival
	if at.IsZero() {
		at = time.Now()
	}
	h.Marker = f.Marker
	switch {
	case !w.started || f.SSRC != w.source:
		h.Marker = true
		w.begin(f, at)
		w.backlogUntil = time.Time{}
	case w.strays(f, at):
		h.Marker = true
		w.begin(f, at)
		w.resumed, w.resumedAt, w.backlogUntil = f.Timestamp+w.offset, at, at.Add(backlogQuiet)
	case f.Sequence == w.lastIn:
		return h, nil, false
	case w.stale(f, at):
		w.lastIn = f.Sequence
		return h, nil, false
	}
	h.Timestamp = f.Timestamp + w.offset
	if !w.started || int32(h.Timestamp-w.last) > 0 {
		w.last, w.lastAt = h.Timestamp, at
		w.length = 0
		if f.PayloadType != TelephoneEvent {
			w.length = uint32(len(payload))
		}
	}
	w.started, w.source, w.lastIn = true, f.SSRC, f.Sequence
	h.Sequence, h.SSRC = w.seq, w.ssrc
	w.seq++
	w.packets++
	w.octets += uint32(len(payload))
	return h, payload, true
}

func (w *Rewriter) convert(f *Frame) (uint8, []byte, bool) {
	switch {
	case f.PayloadType == TelephoneEvent:
		return w.event, f.Payload, w.event != 0
	case f.PayloadType == w.audio:
		return uint8(w.audio), f.Payload, true
	case f.PayloadType == PCMA:
		codec.ConvertALawToMuLaw(w.buffer[:], f.Payload)
	case f.PayloadType == PCMU:
		codec.ConvertMuLawToALaw(w.buffer[:], f.Payload)
	default:
		return 0, nil, false
	}
	return uint8(w.audio), w.buffer[:len(f.Payload)], true
}

// strays says that the source has jumped: its time stamps and the wall clock
// have moved by amounts too far apart.
func (w *Rewriter) strays(f *Frame, at time.Time) bool {
	moved := time.Duration(int32(f.Timestamp+w.offset-w.last)) * time.Second / SampleRate
	d := moved - at.Sub(w.lastAt)
	if d > sourceJump {
		return true
	}
	// A time stamp that stands still is an event in progress; falling behind
	// by a long silence is a source whose clock stops while it says nothing.
	return d < -sourceJump && (f.PayloadType != TelephoneEvent || moved < -sourceJump)
}

// stale leaves out voice of a backlog, and lets the stream go on without it.
func (w *Rewriter) stale(f *Frame, at time.Time) bool {
	if at.After(w.backlogUntil) || f.PayloadType == TelephoneEvent {
		return false
	}
	lead := time.Duration(int32(f.Timestamp+w.offset-w.resumed))*time.Second/SampleRate - at.Sub(w.resumedAt)
	if lead <= backlogLead {
		return false
	}
	w.offset -= uint32(len(f.Payload))
	w.backlogUntil = at.Add(backlogQuiet)
	return true
}

// begin lets the stream go on from the gap on the wall clock since the last
// packet, in whole packets of 20 ms and at least as far as that packet reached.
func (w *Rewriter) begin(f *Frame, at time.Time) {
	const packet = SampleRate / 50
	if !w.started {
		w.offset = w.last - f.Timestamp
		w.lastAt = at
		return
	}
	gap := (samplesIn(at.Sub(w.lastAt)) + packet/2) / packet * packet
	gap = max(gap, w.length, packet)
	w.offset = w.last + gap - f.Timestamp
}

// samplesIn is a time in samples, 0 for a negative one.
func samplesIn(d time.Duration) uint32 {
	return uint32(max(d, 0).Microseconds() * (SampleRate / 1000) / 1000)
}
