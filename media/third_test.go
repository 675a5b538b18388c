package media

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"huifang/media/codec"
)

// hum is a party that says a sine of its own, so that it can be told apart in a mixture.
type hum struct {
	feed  *feed
	hz    float64
	phase int
}

func newHum(ssrc uint32, hz float64) *hum {
	return &hum{feed: &feed{pt: PCMA, ssrc: ssrc, seq: 1}, hz: hz}
}

func (h *hum) say(l *fakeLeg) {
	f := h.feed.next()
	f.Arrival = time.Now()
	f.Payload = make([]byte, frameSamples)
	for i := range f.Payload {
		f.Payload[i] = codec.EncodeALaw(int16(8000 * math.Sin(2*math.Pi*h.hz*float64(h.phase)/SampleRate)))
		h.phase++
	}
	l.Deliver(f)
}

// strength is how loud a sine is in what was sent (Goertzel), 1 for a hum.
func strength(frames []Frame, hz float64) float64 {
	re, im, n := 0.0, 0.0, 0
	for _, f := range frames {
		for _, b := range f.Payload {
			v := float64(codec.DecodeALaw(b)) / 8000
			a := 2 * math.Pi * hz * float64(n) / SampleRate
			re, im = re+v*math.Cos(a), im+v*math.Sin(a)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return 2 * math.Hypot(re, im) / float64(n)
}

const agentHz, customerHz, thirdHz = 500, 900, 1300

// thirdRig is a call in which all three say something all the time.
type thirdRig struct {
	*Bridge
	agent, customer, third *fakeLeg
	tap                    *fakeTap
	voices                 map[*fakeLeg]*hum
}

func (r *thirdRig) talk(d time.Duration) {
	for range d / FrameDuration {
		for l, h := range r.voices {
			h.say(l)
		}
		elapse(FrameDuration)
	}
}

// hears tells whom a party hears, after the mixture has settled.
func (r *thirdRig) hears(t *testing.T, what string, of func() []Frame, agent, customer, third bool) {
	t.Helper()
	of()
	r.talk(2 * time.Second)
	frames := of()
	for name, want := range map[string]struct {
		hz    float64
		there bool
	}{"agent": {agentHz, agent}, "customer": {customerHz, customer}, "third": {thirdHz, third}} {
		got := strength(frames, want.hz)
		if want.there && got < 0.8 || !want.there && got > 0.02 {
			t.Errorf("%s: %s at %.3f, wanted: %v", what, name, got, want.there)
		}
	}
}

func onThird(t *testing.T, test func(t *testing.T, r *thirdRig)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &thirdRig{agent: &fakeLeg{}, customer: &fakeLeg{}, third: &fakeLeg{}, tap: &fakeTap{frames: map[Side][]Frame{}}}
		r.voices = map[*fakeLeg]*hum{r.agent: newHum(1, agentHz), r.customer: newHum(2, customerHz), r.third: newHum(3, thirdHz)}
		r.Bridge = NewBridge(BridgeConfig{Customer: r.customer, Agent: r.agent, Tap: r.tap})
		r.SetMode(ModeTalk)
		defer r.Close()
		test(t, r)
	})
}

func TestBridge_WhoHearsTheThird(t *testing.T) {
	for _, c := range []struct {
		hearing                                      Hearing
		agentHearsThird, customerHearsThird, inThird bool
	}{
		{HearingListen, false, false, false},
		{HearingWhisper, true, false, true},
		{HearingBarge, true, true, true},
	} {
		t.Run(c.hearing.String(), func(t *testing.T) {
			onThird(t, func(t *testing.T, r *thirdRig) {
				r.SetThird(r.third, c.hearing)
				r.talk(time.Second)
				r.hears(t, "third", r.third.take, true, true, false)
				r.hears(t, "agent", r.agent.take, false, true, c.agentHearsThird)
				r.hears(t, "customer", r.customer.take, true, false, c.customerHearsThird)
				// Decision 9: left is the agent's own part, the third has a side of its own.
				r.hears(t, "left", func() []Frame { return r.tap.take(Agent) }, true, false, false)
				r.hears(t, "right", func() []Frame { return r.tap.take(Customer) }, false, true, false)
				r.hears(t, "third track", func() []Frame { return r.tap.take(Third) }, false, false, c.inThird)
			})
		})
	}
}

func TestBridge_ThirdComesAndGoes(t *testing.T) {
	onThird(t, func(t *testing.T, r *thirdRig) {
		for _, h := range []Hearing{HearingListen, HearingBarge, HearingWhisper, HearingNone} {
			r.SetThird(r.third, h)
			r.talk(200 * time.Millisecond)
		}
		r.third.take()
		r.hears(t, "agent", r.agent.take, false, true, false)
		r.hears(t, "customer", r.customer.take, true, false, false)
		if n := len(r.third.take()); n != 0 {
			t.Errorf("%d frames to one who is gone", n)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.mixing || r.mix != nil {
			t.Error("the mixer goes on")
		}
	})
}

func TestBridge_HoldKeepsTheThirdFromTheCustomer(t *testing.T) {
	onThird(t, func(t *testing.T, r *thirdRig) {
		r.SetThird(r.third, HearingBarge)
		r.SetMode(ModeHold)
		r.talk(time.Second)
		r.hears(t, "agent", r.agent.take, false, false, true)
		r.hears(t, "customer", r.customer.take, false, false, false)
	})
}

// A consultation: the two of the house talk by themselves while the customer
// hears the hold tone, and what they say is the third side of the recording.
func TestBridge_ConsultationIsBetweenTheTwo(t *testing.T) {
	onThird(t, func(t *testing.T, r *thirdRig) {
		r.SetMode(ModeHold)
		r.SetThird(r.third, HearingConsult)
		r.talk(time.Second)
		r.hears(t, "third", r.third.take, true, false, false)
		r.hears(t, "agent", r.agent.take, false, false, true)
		r.hears(t, "customer", r.customer.take, false, false, false)
		r.hears(t, "left", func() []Frame { return r.tap.take(Agent) }, false, false, false)
		r.hears(t, "right", func() []Frame { return r.tap.take(Customer) }, false, true, false)
		r.hears(t, "third track", func() []Frame { return r.tap.take(Third) }, true, false, true)
		// Three talk: the agent is on the left again, the colleague alone on the third.
		r.SetMode(ModeTalk)
		r.SetThird(r.third, HearingBarge)
		r.talk(time.Second)
		r.hears(t, "customer of three", r.customer.take, true, false, true)
		r.hears(t, "left of three", func() []Frame { return r.tap.take(Agent) }, true, false, false)
		r.hears(t, "third track of three", func() []Frame { return r.tap.take(Third) }, false, false, true)
	})
}

// Without a third party nothing is mixed and nothing allocated.
func TestBridge_PassThroughDoesNotAllocate(t *testing.T) {
	agent, customer := &quietLeg{}, &quietLeg{}
	b := NewBridge(BridgeConfig{Customer: customer, Agent: agent, Tap: quietTap{}})
	defer b.Close()
	b.SetMode(ModeTalk)
	f := &Frame{PayloadType: PCMA, SSRC: 1, Arrival: time.Now(), Payload: make([]byte, frameSamples)}
	n := testing.AllocsPerRun(1000, func() {
		f.Sequence++
		f.Timestamp += frameSamples
		agent.Deliver(f)
		customer.Deliver(f)
	})
	if n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

type quietLeg struct{ Inlet }

func (*quietLeg) WriteFrame(*Frame) error { return nil }
func (*quietLeg) Stats() Stats            { return Stats{} }

type quietTap struct{}

func (quietTap) TapFrame(Side, *Frame) {}

func BenchmarkBridge_PassThrough(b *testing.B) {
	agent, customer := &quietLeg{}, &quietLeg{}
	br := NewBridge(BridgeConfig{Customer: customer, Agent: agent, Tap: quietTap{}})
	defer br.Close()
	br.SetMode(ModeTalk)
	f := &Frame{PayloadType: PCMA, SSRC: 1, Arrival: time.Now(), Payload: make([]byte, frameSamples)}
	b.ReportAllocs()
	for b.Loop() {
		agent.Deliver(f)
		customer.Deliver(f)
	}
}

func TestJitter_LossIsSilenceLateIsDropped(t *testing.T) {
	t.Parallel()
	var j jitter
	put := func(ts uint32, law byte) {
		p := make([]byte, frameSamples)
		for i := range p {
			p[i] = law
		}
		j.put(&Frame{PayloadType: PCMA, SSRC: 1, Timestamp: ts, Payload: p})
	}
	loud := codec.EncodeALaw(8000)
	put(0, loud)
	put(160, loud)
	put(480, loud) // one is lost
	put(320, loud) // and comes too late
	put(480, loud) // twice
	var out [frameSamples]int16
	var heard []bool
	for range 5 {
		j.take(&out)
		heard = append(heard, out[0] > 4000)
	}
	want := []bool{true, true, false, true, false}
	for i := range want {
		if heard[i] != want[i] {
			t.Fatalf("heard %v, want %v", heard, want)
		}
	}
}
