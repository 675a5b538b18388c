package media

import (
	"time"

	"huifang/media/codec"
)

// silence is a packet of the longest size in each law.
var (
	silentALaw  = filled(codec.ALawSilence)
	silentMuLaw = filled(codec.MuLawSilence)
)

func filled(b byte) []byte {
	s := make([]byte, maxPayload)
	for i := range s {
		s[i] = b
	}
	return s
}

// fromCustomer takes a frame on the customer leg's reader.
func (b *Bridge) fromCustomer(f *Frame) {
	b.mu.Lock()
	var first func(time.Time)
	if voice(f) {
		b.heard = f.Arrival
		if b.firstAt.IsZero() {
			b.firstAt, first = f.Arrival, b.onFirst
		}
	}
	key, onKey := byte(0), b.onKey
	if f.PayloadType == TelephoneEvent && onKey != nil {
		key = b.keys.take(f)
	}
	agent := b.agent
	if !b.mode.agentHears() && !(b.mode == ModeIdle && b.ringing) {
		agent = nil
	}
	mix := b.mix
	if b.hearing.spoken() {
		agent = nil // the mixer's
	}
	b.mu.Unlock()
	if first != nil {
		first(f.Arrival)
	}
	if key != 0 {
		onKey(key, f.Arrival)
	}
	if b.tap != nil {
		b.tap.TapFrame(Customer, f)
	}
	if mix != nil {
		mix.put(Customer, f)
	}
	if agent != nil {
		b.metrics.written(Agent, agent.WriteFrame(f))
	}
}

// fromAgent takes a frame on the agent leg's reader.
func (b *Bridge) fromAgent(f *Frame) {
	b.toCustomer.Lock()
	defer b.toCustomer.Unlock()
	b.mu.Lock()
	customer, muted := b.customer, b.muted
	mix, barge, consult := b.mix, b.hearing == HearingBarge, b.hearing == HearingConsult
	// What is played has the customer's ear; the agent waits.
	if b.mode != ModeTalk || b.prompt != nil || len(b.digits) > 0 || consult {
		customer = nil
	}
	b.mu.Unlock()
	if consult && mix != nil {
		if !muted {
			mix.put(Agent, f) // put takes voice only
		}
		return
	}
	if customer == nil || f.PayloadType == ComfortNoise {
		return
	}
	if muted && voice(f) {
		if len(f.Payload) > maxPayload {
			return
		}
		silent := *f
		silent.Payload = silentALaw[:len(f.Payload)]
		if f.PayloadType == PCMU {
			silent.Payload = silentMuLaw[:len(f.Payload)]
		}
		f = &silent
	}
	if mix != nil && barge && voice(f) {
		// The recording gets the agent's own part, the customer the mixture.
		if b.tap != nil {
			b.tap.TapFrame(Agent, f)
		}
		mix.put(Agent, f)
		return
	}
	b.contribute(customer, f)
}

// contribute gives the tap its copy of a frame and sends it to the customer; the
// caller holds toCustomer. The tap is first: what is heard is recorded (Rule
// T-01), and what could not be sent was said all the same.
func (b *Bridge) contribute(customer Leg, f *Frame) {
	if b.tap != nil {
		b.tap.TapFrame(Agent, f)
	}
	b.mu.Lock()
	mix, consult := b.mix, b.hearing == HearingConsult
	b.mu.Unlock()
	if mix != nil && !consult {
		mix.put(Agent, f)
	}
	b.metrics.written(Customer, customer.WriteFrame(f))
}

func voice(f *Frame) bool { return f.PayloadType == PCMA || f.PayloadType == PCMU }
