package recording

import "time"

// Rates and bounds of the timeline, in samples at 8 kHz.
const (
	rate       = 8000
	perMs      = rate / 1000
	firstLook  = 1 * rate    // the first baseline is taken after this time
	nextLook   = 5 * rate    // and the later ones in windows of this length
	deadband   = 8 * perMs   // smaller deviations are jitter
	slewLimit  = 60 * perMs  // larger ones are a changed path: re-anchor
	stallLimit = 100 * perMs // a packet that late is not late by jitter
	earlyLimit = 200 * perMs // a packet that early has jumped in time
	catchUp    = 30 * rate   // what a network that stood still may bring at once
	lateLimit  = 2 * rate    // an old packet that late is none: the time stamps have leapt back
)

// Counters say what the timeline of one side had to do.
type Counters struct {
	Packets   uint64 `json:"packets"`
	Samples   uint64 `json:"samples"`
	Reanchors uint64 `json:"reanchors"`
	Slewed    int64  `json:"slewed"` // samples put in (positive) or overlapped
	Overflow  uint64 `json:"overflow"`
	Events    uint64 `json:"events"`
	Skipped   uint64 `json:"skipped"` // comfort noise and unknown types: silence
}

// track places the packets of one side. A packet's position is its RTP time
// stamp plus an offset; the offset follows the fastest packets, so that jitter
// does not move audio, and one late packet never does.
//
// Where the time stamps and the clock part, a new anchor is set at the packet's
// arrival: at another source, at a leap of the time stamps, and when a packet is
// late by more than jitter. The last may be a network that has stood still, or a
// talker whose clock stood still in a pause (RFC 3551 4.1 wants it to run on;
// not all do). The packets that follow tell: in the first case they catch up,
// in the second they keep coming late. So every anchor is looked at for a
// second, and all that it has placed is moved when that is over.
type track struct {
	Counters
	started bool
	ssrc    uint32
	seq     uint16
	last    uint32 // time stamp
	length  int64  // of the packet before, in samples
	ext     int64  // unwrapped
	high    int64  // the highest of them
	off     int64
	// The running window: when it began and the smallest lateness in it.
	since  int64
	window int64
	least  int64
	seen   bool
	slew   int64 // samples still to be corrected, one per packet
	// The packets that the present anchor has placed.
	placed uint32
	// What the last packet found out: moved packets before it lie shifted
	// samples from their place, which is corrected when the recording is sealed.
	moved   uint32
	shifted int64
}

// packet is what is known of a packet of voice: arrival and n in samples.
type packet struct {
	arrival, n int64
	ssrc, ts   uint32
	seq        uint16
}

// place gives the position of the first sample of a packet, and whether one
// more sample must be put before it (drift: the sample is repeated, which is
// not heard).
func (t *track) place(p packet) (pos int64, repeat bool) {
	t.Packets++
	t.Samples += uint64(p.n)
	t.moved, t.shifted = 0, 0
	if !t.started || p.ssrc != t.ssrc {
		t.begin(p)
		return t.ext + t.off, false
	}
	step := int64(int32(p.ts - t.last))
	// flows: the time stamp says what the sequence number says, so that it is
	// not the time stamps that have leapt.
	flows := step == int64(int16(p.seq-t.seq))*t.length
	ahead := t.ext + step
	late := p.arrival - p.n - (ahead + t.off)
	if int16(p.seq-t.seq) <= 0 && ahead <= t.high && late < lateLimit {
		t.placed++
		return ahead + t.off, false // overtaken or repeated: it has its place and says nothing else
	}
	t.ext, t.last, t.seq, t.length = ahead, p.ts, p.seq, p.n
	t.high = ahead
	switch {
	case late < -catchUp, late < -earlyLimit && (!flows || !t.looking()), late > stallLimit:
		t.conclude()
		t.Reanchors++
		t.anchor(p)
		late = 0
	default:
		repeat = t.steer()
	}
	t.watch(p.arrival, late)
	t.placed++
	return t.ext + t.off, repeat
}

// begin takes the first packet of a source.
func (t *track) begin(p packet) {
	if t.started {
		t.conclude()
		t.Reanchors++
	}
	t.started, t.ssrc, t.seq, t.last, t.length = true, p.ssrc, p.seq, p.ts, p.n
	t.ext, t.high = 0, 0
	t.anchor(p)
	t.watch(p.arrival, 0)
	t.placed++
}

// anchor puts the present packet where it arrived.
func (t *track) anchor(p packet) {
	t.off = p.arrival - p.n - t.ext
	t.slew, t.seen, t.placed = 0, false, 0
	t.since, t.window = p.arrival, firstLook
}

// looking says that the present anchor is still looked at.
func (t *track) looking() bool { return t.window == firstLook }

// conclude draws what can be concluded about the present anchor: all that it
// has placed moves by the smallest lateness seen, so that there is no jump in
// the middle of a word.
func (t *track) conclude() {
	if !t.looking() || !t.seen {
		return
	}
	t.moved, t.shifted = t.placed, t.least
	t.off += t.least
	t.seen, t.window = false, nextLook
}

// finish concludes when nothing comes any more.
func (t *track) finish() {
	t.moved, t.shifted = 0, 0
	t.conclude()
}

// steer corrects one sample of drift.
func (t *track) steer() (repeat bool) {
	switch {
	case t.slew > 0:
		t.slew--
		t.off++
		t.Slewed++
		return true
	case t.slew < 0:
		t.slew++
		t.off--
		t.Slewed--
	}
	return false
}

// watch keeps the smallest lateness of the window and draws the conclusion at
// its end.
func (t *track) watch(arrival, late int64) {
	if t.slew != 0 {
		t.seen, t.since = false, arrival // figures taken while slewing would swing
		return
	}
	if !t.seen || late < t.least {
		t.least, t.seen = late, true
	}
	if arrival-t.since < t.window {
		return
	}
	if t.looking() {
		t.conclude()
		t.since = arrival
		return
	}
	least := t.least
	t.since, t.seen = arrival, false
	switch {
	case least > -deadband && least < deadband:
	case least > -slewLimit && least < slewLimit:
		t.slew = least
	default:
		t.Reanchors++
		t.off += least
	}
}

// samples is a time on the timeline.
func samples(d time.Duration) int64 { return int64(d) * rate / int64(time.Second) }

// duration is the inverse of samples.
func duration(n int64) time.Duration { return time.Duration(n) * time.Second / rate }
