package switchboard

import (
	"testing"
	"testing/synctest"
	"time"

	"huifang/internal/call"
	"huifang/media"
	"huifang/media/quality"
)

// untilOneWay waits for a word on who is not heard and gives how long it took.
func (w *world) untilOneWay(side, cause string) time.Duration {
	w.t.Helper()
	from := time.Now()
	w.until("one way "+side+" "+cause, func() bool {
		n := len(w.qualities)
		return n > 0 && w.qualities[n-1].OneWay == side && w.qualities[n-1].OneWayCause == cause
	})
	return time.Since(from)
}

// The table of the two directions and the two ways, each noticed within 3 s of
// the moment from which sound was to be expected. The agent's missing packets are
// noticed sooner, by the watch over its media.
func TestOneWay_NoticedWithinThreeSeconds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		customer, agent []byte // what they send; nil: no packets
		side, cause     string
	}{
		"the customer sends nothing": {nil, loud(), "customer", "no_packets"},
		"the customer sends silence": {quiet(), loud(), "customer", "silent"},
		"the agent sends nothing":    {loud(), nil, "agent", "no_packets"},
		"the agent sends silence":    {loud(), quiet(), "agent", "silent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.sb.cfg.Ear = func(next media.Tap) Ear { return deaf{quality.NewMonitor(next)} }
				w.ready()
				w.dial()
				leg := w.lastLeg()
				stop := make(chan struct{})
				defer close(stop)
				for side, payload := range map[*fakeLeg][]byte{&leg.fakeLeg: row.customer, &w.media.fakeLeg: row.agent} {
					if side.stop(); payload != nil {
						go side.talk(payload, stop)
					}
				}
				leg.report(LegAnswered{At: time.Now()})
				w.state("talking")
				if took := w.untilOneWay(row.side, row.cause); took > 3*time.Second {
					t.Errorf("noticed after %v", took)
				}
				pass(2 * time.Second)
				if row.side == "customer" {
					leg.hold(true) // by the carrier: then nothing is missing
					w.untilOneWay("", "")
					leg.hold(false)
					if took := w.untilOneWay(row.side, row.cause); took > 3*time.Second {
						t.Errorf("after a hold noticed after %v", took)
					}
				}
				s := w.lastShot()
				if err := w.sb.Hangup(t.Context(), w.agent, s.ID, ""); err != nil {
					t.Fatal(err)
				}
				w.until("end", func() bool { return len(w.endings) == 1 })
				legs := w.seen().endings[0].Legs
				if len(legs) != 2 || legs[0].Side != media.Agent || legs[1].Side != media.Customer {
					t.Fatalf("%+v", legs)
				}
				unheard := map[string]time.Duration{"agent": legs[0].Unheard, "customer": legs[1].Unheard}
				if got := unheard[row.side]; got < 1500*time.Millisecond || got > 6*time.Second {
					t.Errorf("not heard for %v", got)
				}
				delete(unheard, row.side)
				for side, d := range unheard {
					if d != 0 {
						t.Errorf("%s not heard for %v", side, d)
					}
				}
			})
		})
	}
}

// Rule: media timeouts rest while either side holds the other, and begin anew after it.
func TestMediaTimeout_SuspendedOnHold(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ hold, resume func(*world, *Snapshot) error }{
		"we hold": {
			func(w *world, s *Snapshot) error { return w.sb.Hold(w.t.Context(), w.agent, s.ID) },
			func(w *world, s *Snapshot) error { return w.sb.Resume(w.t.Context(), w.agent, s.ID) },
		},
		"the carrier holds": {
			func(w *world, _ *Snapshot) error { w.lastLeg().hold(true); return nil },
			func(w *world, _ *Snapshot) error { w.lastLeg().hold(false); return nil },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				s := w.talk()
				if err := row.hold(w, s); err != nil {
					t.Fatal(err)
				}
				w.lastLeg().stop()
				pass(10 * time.Minute)
				if len(w.seen().endings) != 0 {
					t.Fatalf("ended on hold: %+v", w.seen().endings)
				}
				if err := row.resume(w, s); err != nil {
					t.Fatal(err)
				}
				resumed := time.Now()
				pass(29 * time.Second) // what the hold took does not count
				if len(w.seen().endings) != 0 {
					t.Fatalf("ended %v after the hold: %+v", time.Since(resumed), w.seen().endings)
				}
				w.until("end", func() bool { return len(w.endings) == 1 })
				if took := time.Since(resumed); took > 33*time.Second || w.seen().endings[0].Reason != "media_timeout" {
					t.Fatalf("after %v: %+v", took, w.seen().endings[0])
				}
			})
		})
	}
}

// The page's counters run since its connection was made, and begin anew with a
// reload; the call's figures are its own.
func TestReportQuality_BelongsToTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.sb.ReportQuality(w.agent, BrowserFigures{Received: 1}) // no call: dropped
		s := w.talk()
		const ms = time.Millisecond
		for _, r := range []BrowserFigures{
			{Received: 5000, Lost: 50, Concealed: 8000, SilentConcealed: 7000, Samples: 1e6, Jitter: 2 * ms, RoundTrip: 10 * ms},
			{Received: 5100, Lost: 52, Concealed: 8400, SilentConcealed: 7100, Samples: 1.1e6, Jitter: 4 * ms, RoundTrip: 20 * ms},
			{Received: 40, Lost: 1, Concealed: 90, SilentConcealed: 0, Samples: 4e4, Jitter: 6 * ms, RoundTrip: 30 * ms}, // reloaded
			{Received: 90, Lost: 1, Concealed: 100, SilentConcealed: 5, Samples: 9e4, Jitter: 8 * ms, RoundTrip: 40 * ms},
		} {
			w.sb.ReportQuality(w.agent, r)
		}
		if err := w.sb.Hangup(t.Context(), w.agent, s.ID, ""); err != nil {
			t.Fatal(err)
		}
		w.until("end", func() bool { return len(w.endings) == 1 })
		b := w.seen().endings[0].Legs[0].Browser
		want := BrowserFigures{Received: 190, Lost: 3, Concealed: 500, SilentConcealed: 105, Samples: 190000, Jitter: 5 * ms, RoundTrip: 25 * ms}
		if b == nil || *b != want || w.seen().endings[0].Legs[1].Browser != nil {
			t.Fatalf("got %+v, want %+v", b, want)
		}
	})
}

func loud() []byte { // a square wave
	b := quiet()
	for i := range b {
		if b[i] = 0x2A; i%16 < 8 {
			b[i] = 0xAA
		}
	}
	return b
}

func quiet() []byte {
	b := make([]byte, 160)
	for i := range b {
		b[i] = 0xD5
	}
	return b
}

// talk sends packets until stop is closed.
func (l *fakeLeg) talk(payload []byte, stop chan struct{}) {
	tick := time.NewTicker(media.FrameDuration)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-tick.C:
			l.setLast(now)
			l.Deliver(&media.Frame{PayloadType: media.PCMA, Arrival: now, Payload: payload})
		}
	}
}

// deaf hears who is there, but tells no early media apart.
type deaf struct{ *quality.Monitor }

func (deaf) ListenEarly(func(call.EarlySound)) {}
