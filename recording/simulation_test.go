package recording

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/media"
	"huifang/media/codec"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// A simulated call goes the whole way of a real one: legs, bridge, recorder,
// spool, seal, and the WAV is read back. Its clock is the simulation's.

// party is one side and its troubles. Times are since the call began.
type party struct {
	law   media.PayloadType
	ptime int // samples; 0 is 160
	ppm   float64
	base  time.Duration // the network's least delay
	seq   uint16
	ts    uint32
	// The troubles; nil is none. jitter comes on top of base, by the time of sending.
	jitter func(sent time.Duration, r *rand.Rand) time.Duration
	length func(i int) int // samples of packet i
	silent func(at time.Duration) bool
	frozen bool // the time stamps stand still while silent
	cn     bool // comfort noise in place of voice, every 200 ms
	lost   func(i int, r *rand.Rand) bool
	twice  func(i int) bool // and again 30 ms later
	edit   func(i int, p *simulated)
	gone   bool // sends nothing at all
}

// simulated is one packet under way.
type simulated struct {
	side     media.Side
	frame    media.Frame
	spoken   time.Duration // when its first sample was spoken
	arrival  time.Duration
	copies   bool
	least    time.Duration // the network's least delay
	expected []byte        // what the WAV must hold
}

const callBegins = 700 * time.Millisecond // after the recorder was opened

// speak makes all packets of a party. No two of their payloads are alike.
func (p party) speak(side media.Side, length time.Duration, seed uint64) []simulated {
	if p.gone {
		return nil
	}
	r := rand.New(rand.NewPCG(seed, uint64(side)))
	wall := func(n int64) time.Duration {
		return time.Duration(float64(n) * (float64(time.Second) / (rate * (1 + p.ppm*1e-6))))
	}
	var out []simulated
	seq, ts, law := p.seq, p.ts, p.law
	var noise time.Duration
	quiet := false
	for i, n := 0, int64(0); ; i++ {
		size := 160
		if p.ptime != 0 {
			size = p.ptime
		}
		if p.length != nil {
			size = p.length(i)
		}
		spoken, sent := wall(n), wall(n+int64(size))
		n += int64(size)
		if sent+p.base+500*time.Millisecond > length {
			return out
		}
		s := simulated{side: side, spoken: spoken, least: p.base, frame: media.Frame{
			PayloadType: law, SSRC: 1000 + uint32(side), Sequence: seq, Timestamp: ts,
		}}
		was := quiet
		quiet = p.silent != nil && p.silent(spoken)
		switch {
		case quiet && p.cn && (!was || sent-noise >= 200*time.Millisecond):
			s.frame.PayloadType, s.frame.Payload, noise = media.ComfortNoise, []byte{60}, sent
			seq++
		case !quiet:
			s.frame.Marker = was
			s.frame.Payload = make([]byte, size)
			for k := 0; k < size; k += 8 {
				binary.LittleEndian.PutUint64(s.frame.Payload[k:], r.Uint64())
			}
			seq++
		}
		if !quiet || !p.frozen {
			ts += uint32(size)
		}
		if s.frame.Payload == nil {
			continue
		}
		delay := p.base
		if p.jitter != nil {
			delay += p.jitter(sent, r)
		}
		s.arrival = sent + delay
		if p.edit != nil {
			p.edit(i, &s)
		}
		if p.lost != nil && p.lost(i, r) {
			continue
		}
		out = append(out, s)
		if p.twice != nil && p.twice(i) {
			s.arrival, s.copies = s.arrival+30*time.Millisecond, true
			out = append(out, s)
		}
	}
}

// simClock is the recorder's clock; it stands until it is set.
type simClock struct {
	now  time.Time
	tick chan time.Time
}

func (c *simClock) Now() time.Time                                  { return c.now }
func (c *simClock) Ticker(time.Duration) (<-chan time.Time, func()) { return c.tick, func() {} }
func (c *simClock) until(at time.Time)                              { c.now = at }

// simLeg delivers what the simulation gives it, and loses what it is to send.
type simLeg struct{ media.Inlet }

func (*simLeg) WriteFrame(*media.Frame) error { return nil }
func (*simLeg) Stats() media.Stats            { return media.Stats{} }

// recordCall sends the packets through bridge and recorder and seals the call.
func recordCall(t *testing.T, packets []simulated, length time.Duration) Sealed {
	t.Helper()
	disk, err := spool.Open(spool.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	clock := &simClock{now: time.Unix(1_800_000_000, 0), tick: make(chan time.Time)}
	opened := clock.now
	rec, err := Open(Options{Spool: disk, RecordingID: uuid.New(), CallID: uuid.New(), Clock: clock,
		Failed: func(err error) { t.Errorf("recording failed: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	agent, customer := &simLeg{}, &simLeg{}
	bridge := media.NewBridge(media.BridgeConfig{Agent: agent, Customer: customer, Tap: rec})
	bridge.SetMode(media.ModeTalk)
	slices.SortStableFunc(packets, func(a, b simulated) int { return cmp.Compare(a.arrival, b.arrival) })
	next := writeEvery
	for i := range packets {
		p := &packets[i]
		for p.arrival+callBegins >= next {
			clock.tick <- opened.Add(next)
			next += writeEvery
		}
		p.frame.Arrival = opened.Add(callBegins + p.arrival)
		if p.side == media.Agent {
			agent.Deliver(&p.frame)
		} else {
			customer.Deliver(&p.frame)
		}
	}
	clock.tick <- opened.Add(next) // the writer has taken all when it takes the next
	clock.until(opened.Add(callBegins + length))
	bridge.Close()
	sealed, err := rec.Close("")
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// found says by how much a packet is away from where it was heard.
type found struct {
	side media.Side
	at   time.Duration // spoken
	off  int64         // samples
}

// locate finds every packet in the WAV, byte for byte but for one sample that
// the correction of drift may have taken.
func locate(t *testing.T, sealed Sealed, packets []simulated, within int64) []found {
	t.Helper()
	file, err := os.ReadFile(sealed.Path)
	if err != nil {
		t.Fatal(err)
	}
	var channels [2][]byte
	for i := wav.HeaderSize; i+1 < len(file); i += 2 {
		channels[0], channels[1] = append(channels[0], file[i]), append(channels[1], file[i+1])
	}
	start := samples(sealed.StartedAt.Sub(sealed.OpenedAt))
	var out []found
	missing := 0
	for _, p := range packets {
		if p.frame.PayloadType == media.ComfortNoise || p.copies {
			continue
		}
		want := slices.Clone(p.frame.Payload)
		if p.frame.PayloadType == media.PCMU && sealed.Law == wav.ALaw.String() {
			codec.ConvertMuLawToALaw(want, want)
		}
		want = want[:len(want)-1]
		channel := channels[p.side-media.Agent]
		heard := samples(callBegins+p.spoken+p.least) - start
		from := max(heard-within, 0)
		to := min(heard+within+int64(len(want)), int64(len(channel)))
		k := -1
		if from < to {
			k = bytes.Index(channel[from:to], want)
		}
		if k < 0 {
			if missing++; missing <= 3 {
				t.Errorf("%s: what was said at %v (packet %d, arrived %v) is not whole within %d ms of its place",
					p.side, p.spoken, p.frame.Sequence, p.arrival, within/perMs)
			}
			continue
		}
		out = append(out, found{p.side, p.spoken, from + int64(k) - heard})
	}
	if missing > 0 {
		t.Errorf("%d packets of %d are missing or squeezed; %+v", missing, len(packets), sealed.Facts)
	}
	return out
}

// skew is the worst difference between the channels in any second, in samples.
func skew(all []found) int64 {
	type second struct {
		low, high [2]int64
		n         [2]int
	}
	by := map[time.Duration]*second{}
	for _, f := range all {
		k := f.at / time.Second
		s := by[k]
		if s == nil {
			s = &second{}
			by[k] = s
		}
		c := f.side - media.Agent
		if s.n[c] == 0 {
			s.low[c], s.high[c] = f.off, f.off
		}
		s.n[c]++
		s.low[c], s.high[c] = min(s.low[c], f.off), max(s.high[c], f.off)
	}
	var worst int64
	for _, s := range by {
		if s.n[0] > 0 && s.n[1] > 0 {
			worst = max(worst, s.high[0]-s.low[1], s.high[1]-s.low[0])
		}
	}
	return worst
}
