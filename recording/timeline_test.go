package recording

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sender makes the packets of one side under a disturbance and tells how far
// from its true place the timeline put each.
type sender struct {
	ppm      float64             // clock of the sender against ours
	ptime    int64               // samples per packet
	delay    func(i int) float64 // ms
	drop     func(i int) bool
	ts       func(i int, ts uint32) uint32
	ssrc     func(i int) uint32
	duration int // seconds
}

// worst gives the largest deviation in ms after the first two seconds, with
// the constant path delay of base ms taken off, and the track.
func (s sender) worst(base float64) (float64, *track) {
	var t track
	worst := 0.0
	n := s.duration * rate / int(s.ptime)
	type packet struct {
		arrival, truth int64
		ssrc, ts       uint32
	}
	var packets []packet
	for i := range n {
		if s.drop != nil && s.drop(i) {
			continue
		}
		truth := float64(int64(i)*s.ptime) / (1 + s.ppm*1e-6) // on our clock
		sent := truth + float64(s.ptime)
		p := packet{truth: int64(truth), ssrc: 1, ts: uint32(i) * uint32(s.ptime)}
		d := base
		if s.delay != nil {
			d += s.delay(i)
		}
		p.arrival = int64(sent + d*perMs)
		if s.ts != nil {
			p.ts = s.ts(i, p.ts)
		}
		if s.ssrc != nil {
			p.ssrc = s.ssrc(i)
		}
		packets = append(packets, p)
	}
	for _, p := range packets {
		pos, _ := t.place(p.arrival, p.ssrc, p.ts, s.ptime)
		if p.truth > 2*rate {
			worst = max(worst, math.Abs(float64(pos-p.truth)/perMs-base))
		}
	}
	return worst, &t
}

func TestTimeline_StaysInStep(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	exp := func(int) float64 { return r.ExpFloat64() * 20 }
	rows := map[string]struct {
		s         sender
		bound     float64 // ms
		reanchors uint64
	}{
		"clean":              {sender{ptime: 160}, 1, 0},
		"ptime 40":           {sender{ptime: 320}, 1, 0},
		"jitter 20 ms":       {sender{ptime: 160, delay: exp}, 8, 0},
		"loss 5 %":           {sender{ptime: 160, drop: func(int) bool { return r.IntN(20) == 0 }}, 1, 0},
		"drift +200 ppm":     {sender{ptime: 160, ppm: 200}, 16, 0},
		"drift -200 ppm":     {sender{ptime: 160, ppm: -200}, 16, 0},
		"DTX":                {sender{ptime: 160, drop: func(i int) bool { return i/100%2 == 1 }}, 1, 0},
		"DTX, frozen stamps": {sender{ptime: 160, drop: func(i int) bool { return i/250%2 == 1 }, ts: func(i int, ts uint32) uint32 { return ts - uint32(i/500*250)*160 }}, 21, 12},
		"time stamps jump":   {sender{ptime: 160, ts: func(i int, ts uint32) uint32 { return ts + uint32(i/3000)*5_000_000 }}, 1, 1},
		"SSRC changes":       {sender{ptime: 160, ssrc: func(i int) uint32 { return uint32(1 + i/2000) }}, 1, 2},
		"stall and burst":    {sender{ptime: 160, delay: func(i int) float64 { return max(0, 300-float64((i+700)%1500)*20) }}, 1, 0},
	}
	for name, row := range rows {
		row.s.duration = 120
		for _, base := range []float64{0, 30} {
			worst, tr := row.s.worst(base)
			if worst > row.bound {
				t.Errorf("%s, %g ms away: off by %.1f ms, allowed %.0f (%+v)", name, base, worst, row.bound, tr.Counters)
			}
			if tr.Reanchors > row.reanchors {
				t.Errorf("%s: %d re-anchors, allowed %d", name, tr.Reanchors, row.reanchors)
			}
		}
	}
}

func TestTimeline_OneLatePacketMovesNothing(t *testing.T) {
	t.Parallel()
	var tr track
	for i := range int64(100) {
		arrival := (i + 1) * 160
		if i == 50 {
			arrival += 500 * perMs
		}
		if pos, _ := tr.place(arrival, 1, uint32(i*160), 160); pos != i*160 {
			t.Fatalf("packet %d at %d", i, pos)
		}
	}
}

func TestMove_EveryPairOfStates(t *testing.T) {
	t.Parallel()
	n := 0
	for _, from := range States() {
		for _, to := range States() {
			if Move(from, to) == nil {
				n++
				if from == to || from == StateDeleted {
					t.Errorf("%s to %s", from, to)
				}
			}
		}
	}
	if n != 28 {
		t.Errorf("%d legal moves: a change of the table needs a look at design 6", n)
	}
	if Move(StateStored, StateDeleted) == nil || Move(StateVerified, StateDeleted) == nil {
		t.Error("Rule T-02: only what has expired can be deleted")
	}
}
