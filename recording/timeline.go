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
	earlyLimit = 200 * perMs // a packet that early has jumped in time
	lateLimit  = 2 * rate    // and one that late, too
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
type track struct {
	Counters
	started bool
	ssrc    uint32
	last    uint32 // time stamp
	ext     int64  // unwrapped
	off     int64
	// The running window: when it began and the smallest lateness in it.
	since  int64
	window int64
	least  int64
	seen   bool
	slew   int64 // samples still to be corrected, one per packet
	// The packets that the present anchor has placed, and by how much the first
	// look has found them misplaced: they are moved when the recording is sealed.
	placed  uint32
	shifted int64
}

// place gives the position of the first sample of a packet that arrived at the
// given sample of the timeline, and whether one more sample must be put before
// it (drift: the sample is repeated, which is not heard).
func (t *track) place(arrival int64, ssrc, ts uint32, n int64) (pos int64, repeat bool) {
	t.Packets++
	t.Samples += uint64(n)
	switch {
	case !t.started || ssrc != t.ssrc:
		if t.started {
			t.Reanchors++
		}
		t.started, t.ssrc, t.ext = true, ssrc, 0
		t.anchor(arrival, n)
	default:
		t.ext += int64(int32(ts - t.last))
	}
	t.last = ts
	late := arrival - n - (t.ext + t.off)
	if late < -earlyLimit || late > lateLimit {
		t.Reanchors++
		t.anchor(arrival, n)
		late = 0
	}
	repeat = t.steer()
	t.shifted = 0
	t.watch(arrival, late)
	t.placed++
	return t.ext + t.off, repeat
}

// anchor puts the present packet where it arrived.
func (t *track) anchor(arrival, n int64) {
	t.off = arrival - n - t.ext
	t.slew, t.seen, t.placed = 0, false, 0
	t.since, t.window = arrival, firstLook
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
	first := t.window == firstLook
	least := t.least
	t.since, t.window, t.seen = arrival, nextLook, false
	switch {
	case first:
		// The first packet need not have been a fast one: all that it anchored
		// moves, so that there is no jump in the middle of a word.
		t.off, t.shifted = t.off+least, least
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
