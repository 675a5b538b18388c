package media

import (
	"sync"
	"time"

	"huifang/media/codec"
)

// Hearing says what the third party of a call hears and who hears it. It hears
// both others, but for a consultation.
type Hearing uint8

// The ways of taking part.
const (
	HearingNone    Hearing = iota
	HearingListen          // nobody hears the third party
	HearingWhisper         // the agent does, the customer does not
	HearingBarge           // both do
	// HearingConsult lets agent and third party talk by themselves, in every
	// mode: neither hears the customer, nor does the customer hear them. The
	// tap gets what the two say together as the third side.
	HearingConsult
)

func (h Hearing) String() string {
	names := [...]string{"none", "listen", "whisper", "barge", "consult"}
	if int(h) < len(names) {
		return names[h]
	}
	return "unknown"
}

// spoken says that somebody hears the third party.
func (h Hearing) spoken() bool { return h >= HearingWhisper }

// mixer adds up the parties of a call while a third one takes part. Each has a
// small jitter buffer; every 20 ms one packet goes to each who needs a mixture.
type mixer struct {
	mu                     sync.Mutex
	agent, customer, third jitter
	toThird, toAgent, out  Frame // numbering of what is sent
	inHouse                Frame // of what the tap gets of a consultation
	a, c, t                [frameSamples]int16
	thirdBuf, agentBuf     [frameSamples]byte
	customerBuf            [frameSamples]byte
	inHouseBuf             [frameSamples]byte
}

func newMixer() *mixer {
	return &mixer{toThird: newSource(), toAgent: newSource(), out: newSource(), inHouse: newSource()}
}

func (m *mixer) put(side Side, f *Frame) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch side {
	case Agent:
		m.agent.put(f)
	case Customer:
		m.customer.put(f)
	case Third:
		m.third.put(f)
	}
}

// SetThird lets a third party take part in the call, or not any more (nil or
// HearingNone). Without one the sound of agent and customer passes through the
// bridge untouched; mixing costs some 60 ms on the paths that need it.
// When it returns, no frame of an earlier third party is under way.
//
// The tap gets the agent's own part as before, and the third party's as a side
// of its own while somebody hears it (decision 9).
func (b *Bridge) SetThird(leg Leg, h Hearing) {
	b.wiring.Lock()
	defer b.wiring.Unlock()
	b.toCustomer.Lock()
	b.mu.Lock()
	old := b.third
	if b.closed || h == HearingNone {
		leg = nil
	}
	if leg == nil {
		h = HearingNone
	}
	b.third, b.hearing = leg, h
	switch {
	case leg == nil:
		b.mix = nil
	case b.mix == nil:
		b.mix = newMixer()
	}
	if b.mix != nil && !b.mixing {
		b.mixing = true
		b.goroutine.Go(b.runMixer)
	}
	b.mu.Unlock()
	b.toCustomer.Unlock()
	swap(old, leg, ReceiverFunc(b.fromThird))
}

// fromThird takes a frame on the third leg's reader.
func (b *Bridge) fromThird(f *Frame) {
	b.mu.Lock()
	mix, h := b.mix, b.hearing
	b.mu.Unlock()
	if mix == nil || !h.spoken() || !voice(f) {
		return
	}
	if b.tap != nil && h != HearingConsult {
		b.tap.TapFrame(Third, f)
	}
	mix.put(Third, f)
}

// runMixer sends the mixtures, each at its own deadline, until nobody takes part.
func (b *Bridge) runMixer() {
	next := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		<-timer.C
		now := time.Now()
		if behind := int(now.Sub(next) / FrameDuration); behind > catchUp {
			next = next.Add(time.Duration(behind) * FrameDuration)
		}
		for !next.After(now) {
			if !b.mixTick(next) {
				return
			}
			next = next.Add(FrameDuration)
		}
		timer.Reset(time.Until(next))
	}
}

// mixTick sends one packet to each who needs a mixture; false ends the mixer.
func (b *Bridge) mixTick(at time.Time) bool {
	b.toCustomer.Lock()
	defer b.toCustomer.Unlock()
	b.mu.Lock()
	m, h := b.mix, b.hearing
	if m == nil || b.closed {
		b.mixing = false
		b.mu.Unlock()
		return false
	}
	agent, customer, third := b.agent, b.customer, b.third
	agentHears := b.mode.agentHears()
	// What is played has the customer's ear.
	if h != HearingBarge || b.mode != ModeTalk || b.prompt != nil || len(b.digits) > 0 {
		customer = nil
	}
	if !h.spoken() {
		agent = nil // its sound passes through
	}
	consult := h == HearingConsult
	b.mu.Unlock()

	m.mu.Lock()
	defer m.mu.Unlock()
	m.agent.take(&m.a)
	m.customer.take(&m.c)
	m.third.take(&m.t)
	if consult {
		agentHears, m.c = false, [frameSamples]int16{}
		sum(&m.inHouseBuf, &m.a, &m.t)
		if f := emit(&m.inHouse, at, m.inHouseBuf[:]); b.tap != nil {
			b.tap.TapFrame(Third, f)
		}
	} else {
		skip(&m.inHouse, 1)
	}
	sum(&m.thirdBuf, &m.a, &m.c)
	b.metrics.written(Third, third.WriteFrame(emit(&m.toThird, at, m.thirdBuf[:])))
	if agent != nil {
		if !agentHears {
			m.c = [frameSamples]int16{}
		}
		sum(&m.agentBuf, &m.c, &m.t)
		b.metrics.written(Agent, agent.WriteFrame(emit(&m.toAgent, at, m.agentBuf[:])))
	} else {
		skip(&m.toAgent, 1)
	}
	if customer != nil {
		sum(&m.customerBuf, &m.a, &m.t)
		b.metrics.written(Customer, customer.WriteFrame(emit(&m.out, at, m.customerBuf[:])))
	} else {
		skip(&m.out, 1)
	}
	return true
}

// sum adds two sounds and clips what is too loud.
func sum(out *[frameSamples]byte, x, y *[frameSamples]int16) {
	for i := range out {
		v := int32(x[i]) + int32(y[i])
		out[i] = codec.EncodeALaw(int16(max(-32768, min(32767, v))))
	}
}
