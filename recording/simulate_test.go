package recording

import (
	"cmp"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"huifang/media"
	"huifang/media/codec"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// The recorder as it is (spool, sealing, WAV), under a simulated clock, a
// simulated talker on each side and a simulated network between. Every packet
// carries bytes of its own, so that each is found in the sealed file to the
// sample.

// sent is one packet of a talker: when its first sample was spoken, and when
// and whether it reaches us.
type sent struct {
	spoken  float64 // samples on our clock since the recorder was opened
	arrival float64
	frame   media.Frame
	lost    bool
}

// talker makes the packets of one side.
type talker struct {
	dice  *rand.Rand
	at    float64 // samples on our clock
	ppm   float64 // how much faster its clock runs than ours
	ptime int     // ms
	pt    media.PayloadType
	ssrc  uint32
	ts    uint32
	seq   uint16
	delay float64 // ms, the network's least
	out   []sent
}

func newTalker(seed uint64, delay float64) *talker {
	return &talker{dice: rand.New(rand.NewPCG(seed, 9)), ptime: 20, pt: media.PCMA, ssrc: uint32(seed + 1), ts: 1<<32 - 40000, seq: 65500, delay: delay}
}

// talk speaks for a number of seconds.
func (k *talker) talk(seconds float64) {
	for end := k.at + seconds*rate; k.at < end-1; {
		n := k.ptime * perMs
		payload := make([]byte, n)
		for i := range payload {
			payload[i] = byte(k.dice.Uint32())
		}
		length := float64(n) / (1 + k.ppm*1e-6)
		k.out = append(k.out, sent{
			spoken: k.at, arrival: k.at + length + k.delay*perMs,
			frame: media.Frame{PayloadType: k.pt, SSRC: k.ssrc, Sequence: k.seq, Timestamp: k.ts, Payload: payload},
		})
		k.seq++
		k.ts += uint32(n)
		k.at += length
	}
}

// pause says nothing for a number of seconds: no packets, and a time stamp
// that runs on, or stands still with frozen.
func (k *talker) pause(seconds float64, frozen bool) {
	k.at += seconds * rate
	if !frozen {
		k.ts += uint32(seconds * rate)
	}
}

// comfort is what a talker with silence suppression sends in a pause.
func (k *talker) comfort(seconds float64) {
	for end := k.at + seconds*rate; k.at < end-1; k.at += 0.2 * rate {
		k.out = append(k.out, sent{spoken: k.at, arrival: k.at + k.delay*perMs, lost: true,
			frame: media.Frame{PayloadType: media.ComfortNoise, SSRC: k.ssrc, Sequence: k.seq, Timestamp: k.ts, Payload: []byte{60}}})
		k.seq++
		k.ts += rate / 5
	}
}

// source is a re-INVITE to another device: new SSRC, time stamp and numbers.
func (k *talker) source() {
	k.ssrc, k.ts, k.seq = k.dice.Uint32(), k.dice.Uint32(), uint16(k.dice.Uint32())
}

// between applies a change to the packets spoken in a stretch of seconds.
func (k *talker) between(from, to float64, change func(i int, p *sent)) {
	for i := range k.out {
		if p := &k.out[i]; p.spoken >= from*rate && p.spoken < to*rate {
			change(i, p)
		}
	}
}

// jitter delays each packet by up to so many ms more.
func (k *talker) jitter(ms float64) {
	k.between(0, 1e9, func(_ int, p *sent) { p.arrival += k.dice.Float64() * ms * perMs })
}

func (k *talker) lose(share float64) {
	k.between(0, 1e9, func(i int, p *sent) { p.lost = p.lost || i > 0 && k.dice.Float64() < share })
}

// stall holds back what is spoken in a stretch until its end.
func (k *talker) stall(from, to float64) {
	k.between(from, to, func(_ int, p *sent) { p.arrival = max(p.arrival, to*rate+k.delay*perMs) })
}

// repeat delivers some packets a second time.
func (k *talker) repeat(share, later float64) {
	for _, p := range slices.Clone(k.out) {
		if !p.lost && k.dice.Float64() < share {
			p.arrival += later * perMs
			k.out = append(k.out, p)
		}
	}
}

// tail is how long a call goes on after the last word, in seconds.
const tail = 0.5

// simulate records both sides and gives the sealed file's channels.
func simulate(t *testing.T, seconds float64, sides [2]*talker) (Sealed, [2][]byte) {
	t.Helper()
	dir := t.TempDir()
	var sealed Sealed
	synctest.Test(t, func(t *testing.T) {
		disk, err := spool.Open(spool.Config{Dir: dir, SyncEvery: 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Open(Options{Spool: disk, RecordingID: uuid.New(), CallID: uuid.New(), Instance: "sim", Failed: func(err error) { t.Error(err) }})
		if err != nil {
			t.Fatal(err)
		}
		opened := time.Now()
		type event struct {
			side media.Side
			p    *sent
		}
		var all []event
		for side, k := range sides {
			for i := range k.out {
				if p := &k.out[i]; !p.lost || p.frame.PayloadType == media.ComfortNoise {
					all = append(all, event{media.Side(side) + media.Agent, p})
				}
			}
		}
		slices.SortStableFunc(all, func(a, b event) int { return cmp.Compare(a.p.arrival, b.p.arrival) })
		for _, e := range all {
			at := opened.Add(time.Duration(e.p.arrival / rate * float64(time.Second)))
			if wait := time.Until(at); wait > 30*time.Millisecond {
				pass(wait)
			}
			f := e.p.frame
			f.Arrival = at
			r.TapFrame(e.side, &f)
		}
		pass(time.Until(opened.Add(time.Duration((seconds + tail) * float64(time.Second)))))
		sealed, err = r.Close("")
		if err != nil {
			t.Fatal(err)
		}
		if err := disk.Close(); err != nil {
			t.Fatal(err)
		}
	})
	raw, err := os.ReadFile(sealed.Path)
	if err != nil {
		t.Fatal(err)
	}
	var channels [2][]byte
	for i := wav.HeaderSize; i+1 < len(raw); i += 2 {
		channels[0] = append(channels[0], raw[i])
		channels[1] = append(channels[1], raw[i+1])
	}
	return sealed, channels
}

// pass lets the simulated clock run.
func pass(d time.Duration) { <-time.After(d) }

// misplaced is what a search for one side's packets gave.
type misplaced struct {
	found, missing int
	worst          float64 // ms
	at             float64 // s, where that was
}

// reach is how far from its place a packet is looked for, in samples.
const reach = 3 * rate

// locate finds each packet that arrived. first is the sample of the timeline
// at which the file begins.
func (k *talker) locate(channel []byte, first float64, law string) misplaced {
	var m misplaced
	from := 0.0 // where the last one was found
	for i := range k.out {
		p := &k.out[i]
		if p.lost {
			continue
		}
		want := p.frame.Payload
		if p.frame.PayloadType == media.PCMU && law == wav.ALaw.String() {
			want = slices.Clone(want)
			codec.ConvertMuLawToALaw(want, want)
		}
		want = want[1:min(len(want)-1, 40)]
		place := int(p.spoken + k.delay*perMs - first + 0.5)
		off, ok := search(channel, want, place+1, int(from))
		if !ok {
			m.missing++
			continue
		}
		m.found++
		from = float64(off)
		if d := float64(off) / perMs; max(d, -d) > m.worst {
			m.worst, m.at = max(d, -d), p.spoken/rate
		}
	}
	return m
}

// search looks for bytes around a place, first where the last ones were off.
func search(channel, want []byte, place, hint int) (off int, ok bool) {
	at := func(off int) bool {
		i := place + off
		return i >= 0 && i+len(want) <= len(channel) && slices.Equal(channel[i:i+len(want)], want)
	}
	for d := range reach {
		if at(hint + d) {
			return hint + d, true
		}
		if at(hint - d) {
			return hint - d, true
		}
	}
	return 0, false
}

// What arrives is never dropped and never squeezed: it lies where it was heard.
func TestRecorder_EveryTroubleOfTheNetworkKeepsItsPlace(t *testing.T) {
	t.Parallel()
	steady := func(k *talker, seconds float64) { k.talk(seconds) }
	rows := []struct {
		name    string
		seconds float64
		make    func(k *talker, seconds float64)
		within  float64 // ms that a packet may be out of place, 20 when 0
	}{
		{name: "nothing", seconds: 20, make: steady},
		{name: "packets of 10 ms", seconds: 12, make: func(k *talker, s float64) { k.ptime = 10; k.talk(s) }},
		{name: "packets of 30 ms", seconds: 12, make: func(k *talker, s float64) { k.ptime = 30; k.talk(s) }},
		{name: "packets of 40 ms", seconds: 12, make: func(k *talker, s float64) { k.ptime = 40; k.talk(s) }},
		{name: "packets of 60 ms", seconds: 12, make: func(k *talker, s float64) { k.ptime = 60; k.talk(s) }},
		{name: "packets of changing length", seconds: 24, make: func(k *talker, s float64) {
			for _, ms := range []int{20, 60, 10, 30, 40, 20} {
				k.ptime = ms
				k.talk(s / 6)
			}
		}},
		{name: "another source every 5 s", seconds: 30, make: func(k *talker, s float64) {
			for range 6 {
				k.talk(s / 6)
				k.source()
			}
			k.jitter(15)
		}},
		{name: "A-law to mu-law and back", seconds: 15, make: func(k *talker, s float64) {
			k.talk(s / 3)
			k.pt = media.PCMU
			k.talk(s / 3)
			k.pt = media.PCMA
			k.talk(s / 3)
		}},
		{name: "all mu-law", seconds: 10, make: func(k *talker, s float64) { k.pt = media.PCMU; k.talk(s) }},
		{name: "time stamp leaps ahead", seconds: 20, make: func(k *talker, s float64) {
			k.talk(s / 2)
			k.ts += 1 << 29
			k.talk(s / 2)
		}},
		{name: "time stamp leaps back", seconds: 20, make: func(k *talker, s float64) {
			k.talk(s / 2)
			k.ts -= 90000
			k.talk(s / 2)
		}},
		{name: "time stamp leaps ahead by 300 ms", seconds: 20, make: func(k *talker, s float64) {
			k.talk(s / 2)
			k.ts += 2400
			k.talk(s / 2)
		}},
		{name: "silence suppressed, clock runs on", seconds: 60, make: func(k *talker, _ float64) {
			for i := range 12 {
				k.talk(1 + float64(i%3))
				k.pause(0.4+float64(i%5)*0.7, false)
			}
			k.jitter(20)
		}},
		{name: "silence suppressed, clock stands still", seconds: 60, make: func(k *talker, _ float64) {
			for i := range 12 {
				k.talk(1 + float64(i%3))
				k.pause(0.4+float64(i%5)*0.7, true)
			}
			k.jitter(20)
		}},
		{name: "short words, clock stands still", seconds: 40, make: func(k *talker, _ float64) {
			for range 25 {
				k.talk(0.4)
				k.pause(0.9, true)
			}
		}},
		{name: "comfort noise in the pauses", seconds: 40, make: func(k *talker, _ float64) {
			for range 8 {
				k.talk(2)
				k.comfort(2)
			}
		}},
		{name: "held without a packet for 12 s", seconds: 30, make: func(k *talker, _ float64) {
			k.talk(8)
			k.pause(12, true)
			k.talk(8)
			k.jitter(30)
		}},
		{name: "doubled packets", seconds: 20, make: func(k *talker, s float64) { k.talk(s); k.repeat(0.2, 45) }},
		{name: "overtaking packets", seconds: 20, make: func(k *talker, s float64) {
			k.talk(s)
			k.between(0, s, func(i int, p *sent) {
				if i%7 == 3 {
					p.arrival += 50 * perMs
				}
			})
		}},
		{name: "5 % lost, 80 ms jitter", seconds: 60, make: func(k *talker, s float64) { k.talk(s); k.jitter(80); k.lose(0.05) }},
		{name: "30 % lost in bursts", seconds: 30, make: func(k *talker, s float64) {
			k.talk(s)
			for at := 1.0; at < s; at++ {
				k.between(at, at+0.3, func(_ int, p *sent) { p.lost = true })
			}
		}},
		{name: "the network stands still for 1.5 s", seconds: 30, make: func(k *talker, s float64) { k.talk(s); k.stall(8, 9.5); k.stall(20, 20.6) }},
		{name: "the network stands still for 4 s", seconds: 30, make: func(k *talker, s float64) { k.talk(s); k.jitter(10); k.stall(8, 12) }},
		{name: "one packet late by half a second", seconds: 20, make: func(k *talker, s float64) {
			k.talk(s)
			k.between(9, 9.02, func(_ int, p *sent) { p.arrival += 500 * perMs })
		}},
		{name: "a burst at the beginning", seconds: 20, make: func(k *talker, s float64) { k.talk(s); k.stall(0, 0.8) }},
		{name: "the last word after a pause", seconds: 20, make: func(k *talker, s float64) { k.talk(10); k.pause(5, true); k.talk(0.3) }},
		{name: "it begins with a slow packet", seconds: 20, make: func(k *talker, s float64) {
			k.talk(s)
			k.between(0, 0.02, func(_ int, p *sent) { p.arrival += 70 * perMs })
		}},
		{name: "path becomes 40 ms longer", seconds: 40, within: 60, make: func(k *talker, s float64) {
			k.talk(s)
			k.between(15, s, func(_ int, p *sent) { p.arrival += 40 * perMs })
		}},
		{name: "clock 200 ppm fast", seconds: 200, make: func(k *talker, s float64) { k.ppm = 200; k.talk(s); k.jitter(30) }},
		{name: "clock 200 ppm slow", seconds: 200, make: func(k *talker, s float64) { k.ppm = -200; k.talk(s); k.jitter(30) }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			k, other := newTalker(3, 25), newTalker(4, 10)
			row.make(k, row.seconds)
			other.talk(row.seconds)
			inPlace(t, row.seconds, [2]*talker{other, k}, cmp.Or(row.within, 20))
		})
	}
}

// Both clocks drift apart for an hour, with loss and jitter on both sides.
func TestRecorder_AnHourOfDriftStaysInStep(t *testing.T) {
	t.Parallel()
	fast, slow := newTalker(5, 15), newTalker(6, 40)
	fast.ppm, slow.ppm = 200, -200
	for _, k := range []*talker{fast, slow} {
		k.ptime = 60 // fewer packets; their number is not what is tested
		k.talk(3600)
		k.jitter(40)
		k.lose(0.02)
	}
	inPlace(t, 3600, [2]*talker{fast, slow}, 20)
}

// inPlace records and checks: the length is the call's, nothing that arrived is
// missing, and each packet lies where it was heard. As each side is compared
// with its own true time and its network's least delay, that bounds the skew
// of the channels, too.
func inPlace(t *testing.T, seconds float64, sides [2]*talker, within float64) {
	t.Helper()
	sealed, channels := simulate(t, seconds, sides)
	first := float64(sealed.StartedAt.Sub(sealed.OpenedAt)) * rate / float64(time.Second)
	begins := min(sides[0].delay, sides[1].delay) * perMs
	if d := (first - begins) / perMs; d < -20 || d > 20 {
		t.Errorf("begins %.1f ms from the first sound", d)
	}
	if d := sealed.Duration.Seconds() - (seconds + tail - begins/rate); d < -0.02 || d > 0.02 {
		t.Errorf("%v long, %.1f ms from the call's length", sealed.Duration, d*1000)
	}
	for i, k := range sides {
		m := k.locate(channels[i], first, sealed.Law)
		t.Logf("%s: %d found, %d missing, worst %.1f ms at %.1f s", []string{"agent", "customer"}[i], m.found, m.missing, m.worst, m.at)
		if m.worst > within {
			t.Errorf("%s: %.1f ms out of place at %.2f s", []string{"agent", "customer"}[i], m.worst, m.at)
		}
		if m.missing > 0 || m.found == 0 {
			t.Errorf("%s: %d of %d packets that arrived are missing", []string{"agent", "customer"}[i], m.missing, m.missing+m.found)
		}
	}
}
