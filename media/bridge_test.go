package media

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"huifang/media/codec"
)

// fakeLeg is a leg without a network: what is written to it is kept, and
// receive plays the party.
type fakeLeg struct {
	Inlet
	mu    sync.Mutex
	sent  []Frame
	err   error
	stall func() // what happens in the middle of a send
}

func (l *fakeLeg) WriteFrame(f *Frame) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stall != nil {
		l.stall()
	}
	kept := *f
	kept.Payload = bytes.Clone(f.Payload)
	l.sent = append(l.sent, kept)
	return l.err
}

func (l *fakeLeg) Stats() Stats { return Stats{} }

func (l *fakeLeg) take() []Frame {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sent
	l.sent = nil
	return s
}

func (l *fakeLeg) speak(s *feed, n int) (said [][]byte) {
	for range n {
		f := s.next()
		f.Arrival = time.Now()
		l.Deliver(f)
		said = append(said, f.Payload)
	}
	return said
}

// fakeTap keeps what each side contributed.
type fakeTap struct {
	mu     sync.Mutex
	frames map[Side][]Frame
}

func (p *fakeTap) TapFrame(side Side, f *Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := *f
	kept.Payload = bytes.Clone(f.Payload)
	p.frames[side] = append(p.frames[side], kept)
}

func (p *fakeTap) take(side Side) []Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.frames[side]
	p.frames[side] = nil
	return s
}

func payloads(frames []Frame) (out [][]byte) {
	for _, f := range frames {
		out = append(out, f.Payload)
	}
	return out
}

func same(a, b [][]byte) bool { return slices.EqualFunc(a, b, bytes.Equal) }

type bridgeRig struct {
	*Bridge
	customer, agent *fakeLeg
	tap             *fakeTap
	cs, as          *feed
}

// elapse lets the fake time go on and everything due by then happen.
func elapse(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// onBridge runs a test on a bridge in fake time.
func onBridge(t *testing.T, test func(t *testing.T, r *bridgeRig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &bridgeRig{
			customer: &fakeLeg{}, agent: &fakeLeg{}, tap: &fakeTap{frames: map[Side][]Frame{}},
			cs: &feed{pt: PCMU, ssrc: 100, seq: 1}, as: &feed{pt: PCMA, ssrc: 200, seq: 1},
		}
		r.Bridge = NewBridge(BridgeConfig{Customer: r.customer, Agent: r.agent, Tap: r.tap, Metrics: NewMetrics(nil)})
		test(t, r)
		r.Close()
	})
}

func TestBridge_WhoHearsWhom(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		mode                     Mode
		agentHears, agentIsHeard bool
		holdTone                 bool
	}{
		{ModeIdle, false, false, false},
		{ModeEarly, true, false, false},
		{ModeAnnounce, true, false, false},
		{ModeTalk, true, true, false},
		{ModeHold, false, false, true},
		{ModeWait, false, false, true},
	} {
		t.Run(row.mode.String(), func(t *testing.T) {
			t.Parallel()
			onBridge(t, func(t *testing.T, r *bridgeRig) {
				r.SetMode(row.mode)
				synctest.Wait()
				tones := r.customer.take()
				r.tap.take(Agent)
				if (len(tones) > 0) != row.holdTone {
					t.Errorf("customer hears %d frames of tone at once", len(tones))
				}
				customerSaid := r.customer.speak(r.cs, 3)
				agentSaid := r.agent.speak(r.as, 3)
				if got := same(payloads(r.agent.take()), customerSaid); got != row.agentHears {
					t.Errorf("agent hears the customer: %v", got)
				}
				if got := same(payloads(r.customer.take()), agentSaid); got != row.agentIsHeard {
					t.Errorf("customer hears the agent: %v", got)
				}
				// Rule T-01: the customer's side is recorded in every mode, the
				// agent's only as far as the customer could hear it.
				if !same(payloads(r.tap.take(Customer)), customerSaid) {
					t.Error("the customer's side is not recorded as it was sent")
				}
				if got := len(r.tap.take(Agent)) > 0; got != row.agentIsHeard {
					t.Errorf("agent's voice recorded: %v", got)
				}
			})
		})
	}
}

func TestBridge_HoldToneIsPacedWithoutDrift(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		start := time.Now()
		r.SetMode(ModeHold)
		elapse(60*time.Second - time.Millisecond)
		sent := r.customer.take()
		if len(sent) != 3000 {
			t.Fatalf("%d packets in a minute", len(sent))
		}
		var heard []byte
		for i, f := range sent {
			if !f.Arrival.Equal(start.Add(time.Duration(i) * FrameDuration)) {
				t.Fatalf("packet %d at %v", i, f.Arrival.Sub(start))
			}
			if f.Timestamp != sent[0].Timestamp+uint32(i)*160 || f.Sequence != sent[0].Sequence+uint16(i) || f.SSRC != sent[0].SSRC {
				t.Fatalf("packet %d: %+v", i, f)
			}
			if f.Marker != (i == 0) || f.PayloadType != PCMA {
				t.Fatalf("packet %d: %+v", i, f)
			}
			heard = append(heard, f.Payload...)
		}
		for i, b := range heard {
			if b != r.hold[i%len(r.hold)] {
				t.Fatalf("sample %d is not the tone's", i)
			}
		}
		if !same(payloads(r.tap.take(Agent)), payloads(sent)) {
			t.Error("the hold tone is not recorded as the customer heard it")
		}
		r.SetMode(ModeTalk)
		elapse(time.Second)
		if n := len(r.customer.take()); n != 0 {
			t.Errorf("%d packets of tone after the hold", n)
		}
	})
}

func TestBridge_CatchesUpAfterAStall(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		stall   time.Duration
		packets int    // in the second that the stall begins
		step    uint32 // of the time stamp over the stall
	}{
		{"short: everything is sent, in a burst", 90 * time.Millisecond, 50, 160},
		{"long: the clock skips, the sound does not", 305 * time.Millisecond, 36, 15 * 160},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			onBridge(t, func(t *testing.T, r *bridgeRig) {
				n := 0
				r.customer.stall = func() {
					if n++; n == 10 {
						<-time.After(row.stall)
					}
				}
				r.SetMode(ModeHold)
				elapse(time.Second - time.Millisecond)
				sent := r.customer.take()
				if len(sent) != row.packets {
					t.Fatalf("%d packets, want %d", len(sent), row.packets)
				}
				for i := 1; i < len(sent); i++ {
					step := uint32(160)
					if i == 10 {
						step = row.step
					}
					if sent[i].Sequence != sent[i-1].Sequence+1 || sent[i].Timestamp != sent[i-1].Timestamp+step {
						t.Errorf("packet %d: %d at %d after %d", i, sent[i].Sequence, sent[i].Timestamp, sent[i-1].Timestamp)
					}
					if gap := sent[i].Arrival.Sub(sent[i-1].Arrival); gap != time.Duration(step/160)*FrameDuration {
						t.Errorf("packet %d: %v after the last", i, gap)
					}
				}
				if sound := bytes.Join(payloads(sent), nil); !bytes.Equal(sound, r.hold[:len(sound)]) {
					t.Error("a piece of the sound is missing")
				}
			})
		})
	}
}

func TestBridge_PacingGoroutineOnlyWhilePlaying(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		running := func() bool { r.mu.Lock(); defer r.mu.Unlock(); return r.pacing }
		for range 3 {
			if running() {
				t.Fatal("a goroutine while nothing plays")
			}
			r.SetMode(ModeHold)
			if !running() {
				t.Fatal("no goroutine while the tone plays")
			}
			r.SetMode(ModeTalk)
			elapse(FrameDuration)
			synctest.Wait()
		}
	})
}

func TestRuleT12_NoticeIsPlayedRecordedAndKeepsTheAgentOut(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		notice := make([]byte, 1000) // six packets and a part
		for i := range notice {
			notice[i] = byte(i)
		}
		var ended time.Time
		start := time.Now()
		r.SetMode(ModeAnnounce)
		r.Play(notice, func() { ended = time.Now(); r.SetMode(ModeTalk) })
		synctest.Wait()
		r.agent.speak(r.as, 2)
		customerSaid := r.customer.speak(r.cs, 2)
		elapse(time.Second)
		if ended.Sub(start) != 6*FrameDuration {
			t.Errorf("the notice ended after %v", ended.Sub(start))
		}
		sent := r.customer.take()
		want := append(bytes.Clone(notice), bytes.Repeat([]byte{codec.ALawSilence}, 120)...)
		if !bytes.Equal(bytes.Join(payloads(sent), nil), want) {
			t.Errorf("the customer got %d packets that are not the notice", len(sent))
		}
		if !same(payloads(r.agent.take()), customerSaid) {
			t.Error("the agent did not hear the customer, or heard the notice")
		}
		if !same(payloads(r.tap.take(Agent)), payloads(sent)) {
			t.Error("the notice is not on the recording")
		}
		said := r.agent.speak(r.as, 1)
		if !same(payloads(r.customer.take()), said) {
			t.Error("the agent is not heard after the notice")
		}
	})
}

func TestBridge_PromptStoppedOrReplacedIsNotDone(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		var done []string
		say := func(name string) func() { return func() { done = append(done, name) } }
		sound := make([]byte, 8000)
		r.Play(sound, say("stopped"))
		elapse(100 * time.Millisecond)
		r.Stop()
		r.Play(sound, say("replaced"))
		elapse(100 * time.Millisecond)
		r.Play(sound, say("played"))
		elapse(2 * time.Second)
		r.Play(nil, say("empty"))
		elapse(time.Second)
		r.Play(sound, say("idle"))
		r.SetMode(ModeIdle)
		r.Play(sound, say("closed"))
		r.Close()
		r.Play(sound, say("after"))
		elapse(3 * time.Second)
		if !slices.Equal(done, []string{"played", "empty"}) {
			t.Errorf("done: %v", done)
		}
	})
}

func TestBridge_PromptGoesBeforeHoldTone(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		notice := bytes.Repeat([]byte{1}, 800)
		r.Play(notice, nil)
		r.SetMode(ModeWait) // the agent is lost while the notice plays
		elapse(199 * time.Millisecond)
		sent := payloads(r.customer.take())
		if len(sent) != 10 || !bytes.Equal(bytes.Join(sent[:5], nil), notice) || bytes.Contains(bytes.Join(sent[5:], nil), notice[:160]) {
			t.Errorf("%d packets, not notice and then tone", len(sent))
		}
	})
}

func TestBridge_MutedSendsSilenceInTheSameRhythm(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		r.SetMode(ModeTalk)
		r.agent.speak(r.as, 1)
		r.SetMuted(true)
		r.agent.speak(r.as, 1)
		r.as.pt = PCMU
		r.agent.speak(r.as, 1)
		r.SetMuted(false)
		r.agent.speak(r.as, 1)
		sent := r.customer.take()
		if len(sent) != 4 {
			t.Fatalf("%d packets", len(sent))
		}
		for i, want := range []byte{1, codec.ALawSilence, codec.MuLawSilence, 4} {
			if !bytes.Equal(sent[i].Payload, bytes.Repeat([]byte{want}, 160)) || sent[i].Timestamp != uint32(i)*160 {
				t.Errorf("packet %d: %#02x at %d", i, sent[i].Payload[0], sent[i].Timestamp)
			}
		}
		if !same(payloads(r.tap.take(Agent)), payloads(sent)) {
			t.Error("recorded is not what was sent")
		}
	})
}

func TestBridge_RingbackYieldsToEarlyMedia(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		r.SetRingback(true)
		elapse(10*time.Second - time.Millisecond)
		sent := r.agent.take()
		if len(sent) != 500 || !bytes.Equal(bytes.Join(payloads(sent), nil), bytes.Repeat(r.ring, 2)) {
			t.Fatalf("%d packets of ring tone in 10 s", len(sent))
		}
		if len(r.customer.take())+len(r.tap.take(Agent))+len(r.tap.take(Customer)) != 0 {
			t.Error("the ring tone went to the customer or to the recording")
		}
		said := r.customer.speak(r.cs, 1) // RFC 3960 3.2: 180 and media: media
		elapse(earlyMediaFor - time.Millisecond)
		if !same(payloads(r.agent.take()), said) {
			t.Error("early media and ring tone together")
		}
		elapse(time.Second)
		if len(r.agent.take()) == 0 {
			t.Error("no ring tone after the media stopped")
		}
		r.SetRingback(false)
		elapse(time.Second)
		if r.customer.speak(r.cs, 1); len(r.agent.take()) != 0 {
			t.Error("ring tone or media after it was turned off")
		}
	})
}

func TestBridge_AgentLostAndBack(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		r.SetMode(ModeTalk)
		r.SetAgent(nil)
		r.SetMode(ModeWait)
		if r.agent.speak(r.as, 1); len(r.tap.take(Agent)) != 0 {
			t.Error("a lost leg is still heard")
		}
		r.customer.speak(r.cs, 1)
		back := &fakeLeg{}
		r.SetAgent(back)
		r.SetMode(ModeTalk)
		synctest.Wait()
		r.customer.take()
		said := back.speak(r.as, 2)
		if !same(payloads(r.customer.take()), said) {
			t.Error("the new leg is not heard")
		}
		if len(r.tap.take(Customer)) != 1 {
			t.Error("the customer was not recorded while the agent was away")
		}
	})
}

func TestBridge_FirstMediaOncePerCustomerLeg(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		var at []time.Time
		start := time.Now()
		r.OnFirstMedia(func(when time.Time) { at = append(at, when) })
		r.customer.Deliver(&Frame{PayloadType: ComfortNoise, Arrival: start, Payload: []byte{0}})
		elapse(time.Second)
		r.customer.speak(r.cs, 2)
		second := &fakeLeg{}
		r.SetCustomer(second)
		if r.customer.speak(r.cs, 1); len(at) != 1 {
			t.Error("the old leg still counts")
		}
		elapse(time.Second)
		second.speak(r.cs, 2)
		if len(at) != 2 || at[0].Sub(start) != time.Second || at[1].Sub(start) != 2*time.Second {
			t.Errorf("first media at %v", at)
		}
		r.OnFirstMedia(func(when time.Time) { at = append(at, when) })
		if len(at) != 3 || !at[2].Equal(at[1]) {
			t.Errorf("a late listener was told %v", at)
		}
	})
}

func TestBridge_WriteErrorsDoNotStopTheRecording(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		r.customer.err = errors.New("network is unreachable")
		r.SetMode(ModeTalk)
		r.agent.speak(r.as, 3)
		if len(r.tap.take(Agent)) != 3 {
			t.Error("not recorded")
		}
	})
}

func TestBridge_NothingAfterClose(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		r.SetMode(ModeHold)
		r.SetRingback(true)
		elapse(time.Second)
		r.Close()
		r.Close()
		r.customer.take()
		r.tap.take(Agent)
		r.SetMode(ModeHold)
		r.SetRingback(true)
		r.SetAgent(&fakeLeg{})
		r.customer.speak(r.cs, 1)
		r.agent.speak(r.as, 1)
		elapse(time.Second)
		if n := len(r.customer.take()) + len(r.tap.take(Agent)) + len(r.tap.take(Customer)); n != 0 {
			t.Errorf("%d frames after Close", n)
		}
		if err := r.SendDTMF("1"); !errors.Is(err, ErrNoDTMF) {
			t.Errorf("DTMF after Close: %v", err)
		}
	})
}

// Everything at once, for the race detector.
func TestBridge_ConcurrentUse(t *testing.T) {
	t.Parallel()
	customer, agent := &fakeLeg{}, &fakeLeg{}
	b := NewBridge(BridgeConfig{Customer: customer, Agent: agent, Tap: &fakeTap{frames: map[Side][]Frame{}}})
	var wg sync.WaitGroup
	for _, f := range []func(i int){
		func(int) { customer.speak(&feed{pt: PCMA, ssrc: 1}, 1) },
		func(int) { agent.speak(&feed{pt: PCMA, ssrc: 2}, 1) },
		func(i int) { b.SetMode(Mode(i % 6)) },
		func(i int) { b.SetRingback(i%2 == 0); b.SetMuted(i%3 == 0) },
		func(i int) { b.Play(make([]byte, 200), func() { b.SetMode(ModeTalk) }); _ = b.SendDTMF("1") },
		func(i int) { b.SetAgent([]Leg{nil, agent}[i%2]) },
	} {
		wg.Go(func() {
			for i := range 300 {
				f(i)
			}
		})
	}
	wg.Wait()
	b.Close()
}
