package media

import (
	"math"
	"testing"
	"time"
)

type statLeg struct {
	Inlet
	s Stats
}

func (l *statLeg) WriteFrame(*Frame) error { return nil }
func (l *statLeg) Stats() Stats            { return l.s }

// An agent's leg has carried other calls before; this one's figures are its own,
// over a reload of the page too.
func TestMeter_CountsTheCallNotTheConnection(t *testing.T) {
	t.Parallel()
	began := epoch.Add(time.Hour)
	old := &statLeg{s: Stats{PacketsReceived: 9000, PacketsLost: 500, PacketsLate: 40, PacketsSent: 8000, FirstReceived: epoch}}
	m := NewMeter(began)
	m.Look(nil)
	m.Look(old)
	old.s.PacketsReceived, old.s.PacketsLost, old.s.PacketsLate, old.s.PacketsSent = 9090, 508, 42, 8100
	old.s.Jitter, old.s.RoundTrip, old.s.Reported, old.s.RemoteLost = 4*time.Millisecond, 30*time.Millisecond, true, 0.25
	m.Look(old)
	m.Look(old) // nothing new: not measured twice
	fresh := &statLeg{s: Stats{PacketsReceived: 10, PacketsLost: 1, PacketsSent: 12, FirstReceived: began.Add(time.Minute), Jitter: 8 * time.Millisecond}}
	m.Look(fresh)
	f := m.Figures()
	want := Figures{Received: 100, Lost: 9, Late: 2, Sent: 112, MaxJitter: 8 * time.Millisecond, RoundTrip: 30 * time.Millisecond,
		MaxRoundTrip: 30 * time.Millisecond, FarLoss: 0.25, Reported: true, Jitter: f.Jitter}
	if f != want || f.Jitter != 4*time.Millisecond { // the looks: 0, 4 and 8 ms
		t.Errorf("got  %+v\nwant %+v", f, want)
	}
	if got := f.Loss(); math.Abs(got-11.0/109) > 1e-9 {
		t.Errorf("loss %v", got)
	}
	if (Figures{}).Loss() != 0 || NewMeter(began).Figures() != (Figures{}) {
		t.Error("figures of nothing")
	}
}

// A packet that comes after the playout buffer has gone by is late, whatever
// the jitter of the others; a changed path is not lateness for ever.
func TestReception_Late(t *testing.T) {
	t.Parallel()
	var r Reception
	s := &feed{pt: PCMA, ssrc: 1, timestamp: 1<<32 - 8000, at: epoch}
	late := func() uint64 {
		var stats Stats
		r.Fill(&stats)
		return stats.PacketsLate
	}
	send := func(n int, delay func(i int) time.Duration) {
		for i := range n {
			f := s.next()
			copied := *f
			copied.Arrival = copied.Arrival.Add(delay(i))
			r.Add(&copied)
		}
	}
	send(500, func(i int) time.Duration { return time.Duration(i%4) * 15 * time.Millisecond }) // 45 ms at most
	if late() != 0 {
		t.Fatalf("%d late by jitter within the buffer", late())
	}
	send(500, func(i int) time.Duration { // every tenth is 100 ms late
		if i%10 == 9 {
			return 100 * time.Millisecond
		}
		return 0
	})
	if late() != 50 {
		t.Fatalf("%d late, want 50", late())
	}
	send(3*lateWindow, func(int) time.Duration { return 150 * time.Millisecond }) // the path has changed
	if n := late() - 50; n > 2*lateWindow {
		t.Fatalf("%d late after the path changed", n)
	}
	before := late()
	send(100, func(int) time.Duration { return 150 * time.Millisecond })
	if late() != before {
		t.Fatal("late for ever after the path changed")
	}
}
