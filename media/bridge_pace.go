package media

import (
	"time"

	"huifang/media/codec"
)

// frameSamples is a packet of ours.
const frameSamples = SampleRate / 50

// catchUp is how many late packets are sent in one go after the machine has
// stalled; what is later still is skipped on the clock, not in the sound.
const catchUp = 5

// loop is a sound that repeats.
type loop struct {
	frame  Frame
	sound  []byte
	at     int
	buffer [frameSamples]byte
}

func newLoop(sound []byte) *loop {
	if len(sound) == 0 {
		sound = silentALaw[:frameSamples]
	}
	return &loop{frame: newSource(), sound: sound}
}

func (l *loop) next(at time.Time) *Frame {
	for n := 0; n < len(l.buffer); {
		k := copy(l.buffer[n:], l.sound[l.at:])
		n += k
		l.at = (l.at + k) % len(l.sound)
	}
	return emit(&l.frame, at, l.buffer[:])
}

// prompt is a sound that is played once; its last packet is filled with silence.
type prompt struct {
	frame  Frame
	rest   []byte
	done   func()
	buffer [frameSamples]byte
}

func newPrompt(sound []byte, done func()) *prompt {
	return &prompt{frame: newSource(), rest: sound, done: done}
}

func (p *prompt) next(at time.Time) *Frame {
	n := copy(p.buffer[:], p.rest)
	p.rest = p.rest[n:]
	for ; n < len(p.buffer); n++ {
		p.buffer[n] = codec.ALawSilence
	}
	return emit(&p.frame, at, p.buffer[:])
}

// emit numbers the next packet of a source: kept is what the packet after it starts from.
func emit(kept *Frame, at time.Time, payload []byte) *Frame {
	f := *kept
	f.Arrival, f.Payload = at, payload
	kept.Marker = false
	kept.Sequence++
	kept.Timestamp += frameSamples
	return &f
}

// skip lets the clock of a source run on by packets that are not sent.
func skip(kept *Frame, packets int) {
	kept.Timestamp += uint32(packets) * frameSamples
}

// pace starts the pacing goroutine if there is something to play and none runs;
// the caller holds mu.
func (b *Bridge) pace() {
	if b.pacing || b.closed || !b.playing() {
		return
	}
	b.pacing = true
	b.goroutine.Go(b.run)
}

func (b *Bridge) playing() bool {
	return b.prompt != nil || b.holding != nil || b.ringTone != nil || len(b.digits) > 0
}

// run sends a packet every 20 ms, each at its own deadline counted from the
// start, so that lateness does not add up. It ends when nothing is left to play.
func (b *Bridge) run() {
	next := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		<-timer.C
		now := time.Now()
		b.metrics.late(now.Sub(next))
		if behind := int(now.Sub(next) / FrameDuration); behind > catchUp {
			b.skip(behind)
			next = next.Add(time.Duration(behind) * FrameDuration)
		}
		for !next.After(now) {
			if !b.tick(next) {
				return
			}
			next = next.Add(FrameDuration)
		}
		timer.Reset(time.Until(next))
	}
}

func (b *Bridge) skip(packets int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.prompt != nil {
		skip(&b.prompt.frame, packets)
	}
	for _, l := range []*loop{b.holding, b.ringTone} {
		if l != nil {
			skip(&l.frame, packets)
		}
	}
}

// tick sends the packet that is due at the given time. False means that nothing
// is left to play and the goroutine must end.
func (b *Bridge) tick(at time.Time) bool {
	b.toCustomer.Lock()
	b.mu.Lock()
	if b.closed || !b.playing() {
		b.pacing = false
		b.mu.Unlock()
		b.toCustomer.Unlock()
		return false
	}
	customer, agent := b.customer, b.agent
	out, done := b.nextForCustomer(at)
	var ring *Frame
	if b.ringTone != nil {
		ring = b.ringTone.next(at)
		if !b.heard.IsZero() && at.Sub(b.heard) < earlyMediaFor {
			ring = nil // RFC 3960 3.2
		}
	}
	b.mu.Unlock()
	if out != nil && customer != nil {
		b.contribute(customer, out)
	}
	b.toCustomer.Unlock()
	if ring != nil && agent != nil {
		b.metrics.written(Agent, agent.WriteFrame(ring))
	}
	if done != nil {
		done()
	}
	return true
}

// nextForCustomer is what the customer hears now; the caller holds mu. A sound
// that has to wait for another keeps its place but its clock runs on.
func (b *Bridge) nextForCustomer(at time.Time) (out *Frame, done func()) {
	if len(b.digits) > 0 {
		out = b.digits[0].next(at)
		if b.digits[0].over() {
			b.digits = b.digits[1:]
		}
		if b.prompt != nil {
			skip(&b.prompt.frame, 1)
		}
		if b.holding != nil {
			skip(&b.holding.frame, 1)
		}
		return out, nil
	}
	if p := b.prompt; p != nil {
		if len(p.rest) > 0 {
			out = p.next(at)
		}
		if len(p.rest) == 0 {
			b.prompt, done = nil, p.done
		}
		if b.holding != nil {
			skip(&b.holding.frame, 1)
		}
		return out, done
	}
	if b.holding != nil {
		return b.holding.next(at), nil
	}
	return nil, nil
}
