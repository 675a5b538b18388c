package recording

import "time"

// Rates and bounds of the timeline, in samples at 8 kHz.
const (
	rate       = 8000
	perMs      = rate / 1000
	firstLook  = 1 * rate   // the first baseline is taken after this time
	nextLook   = 5 * rate   // and the later ones in windows of this length
	deadband   = 8 * perMs  // smaller deviations are jitter
	overlap    = 20 * perMs // a source that follows another at once stands behind it by up to this
	slewLimit  = 60 * perMs // a later packet may follow a pause that its time stamps do not know
	lateLimit  = 10 * rate  // and one that late has jumped in time
	catchUp    = 30 * rate  // what a network that stood still may bring at once
	maxSources = 8          // remembered on one side
)

// Counters say what the timeline of one side had to do.
type Counters struct {
	Packets    uint64 `json:"packets"`
	Samples    uint64 `json:"samples"`
	Reanchors  uint64 `json:"reanchors"`
	Slewed     int64  `json:"slewed"` // samples put in (positive) or overlapped
	Overflow   uint64 `json:"overflow"`
	Events     uint64 `json:"events"`
	Skipped    uint64 `json:"skipped"` // comfort noise and unknown types: silence
	Duplicates uint64 `json:"duplicates"`
}

// track places the packets of one side. Every source (SSRC) has its own place
// on it, so that a source that comes back, or packets that cross a change of
// source, stay where they belong.
type track struct {
	Counters
	sources []*source // the one heard last stands last
	end     int64     // of the newest packet
	moves   []move    // to be written before the present packet
}

// move is a correction of what was written before: the last n packets of a
// source stand by samples later.
type move struct {
	ssrc uint32
	n    uint32
	by   int64
}

// packet is what placing needs to know of one.
type packet struct {
	arrival int64 // sample of the timeline
	ssrc    uint32
	seq     uint16
	ts      uint32
	n       int64 // samples
}

// placement is the answer.
type placement struct {
	pos int64
	// repeat: one more sample must be put before it (drift: the sample is
	// repeated, which is not heard).
	repeat bool
	// duplicate: the packet has its place already.
	duplicate bool
}

// place gives the position of the first sample of a packet. Corrections of
// earlier ones are left in moves.
func (t *track) place(p packet) placement {
	t.moves = t.moves[:0]
	s := t.source(p.ssrc)
	if s == nil {
		s = t.begin(p)
	} else if s.seen(p) {
		t.Duplicates++
		return placement{duplicate: true}
	}
	t.Packets++
	t.Samples += uint64(p.n)
	out := s.place(t, p)
	s.recent[p.seq%uint16(len(s.recent))] = stamp{p.seq, p.ts, true, out.pos - s.ext - int64(int32(p.ts-s.ts)), s.era}
	if out.repeat {
		s.written++
	}
	s.written++
	t.end = max(t.end, out.pos+p.n)
	return out
}

// finish settles what is still open at the end of a recording.
func (t *track) finish() []move {
	t.moves = t.moves[:0]
	for _, s := range t.sources {
		s.settleLook(t)
		s.settleRun(t)
	}
	return t.moves
}

func (t *track) source(ssrc uint32) *source {
	for i := len(t.sources) - 1; i >= 0; i-- {
		if s := t.sources[i]; s.ssrc == ssrc {
			if i != len(t.sources)-1 {
				t.sources = append(append(t.sources[:i], t.sources[i+1:]...), s)
			}
			return s
		}
	}
	return nil
}

func (t *track) begin(p packet) *source {
	s := &source{ssrc: p.ssrc, seq: p.seq - 1, ts: p.ts, end: t.end, heardAt: p.arrival}
	if len(t.sources) > 0 {
		t.Reanchors++
	} else {
		s.end = p.arrival - p.n - rate // nothing to run into
	}
	s.anchor(p, 0)
	if len(t.sources) == maxSources {
		old := t.sources[0]
		old.settleLook(t)
		old.settleRun(t)
		t.sources = append(t.sources[:0], t.sources[1:]...)
	}
	t.sources = append(t.sources, s)
	return s
}

// samples is a time on the timeline.
func samples(d time.Duration) int64 { return int64(d) * rate / int64(time.Second) }

// duration is the inverse of samples.
func duration(n int64) time.Duration { return time.Duration(n) * time.Second / rate }
