package media

import (
	"math"
	"time"

	"huifang/media/rtpwire"
)

// Limits of RFC 3550 A.1.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

// Reception counts what a leg receives: losses by sequence numbers (RFC 3550
// A.1, A.3) and interarrival jitter (A.8). A new SSRC, or a restart of the
// numbers, begins a new run and keeps the totals, so that a re-INVITE does not
// look like loss. It is not safe for concurrent use: a leg guards it.
type Reception struct {
	started  bool
	ssrc     uint32
	baseSeq  uint32
	highest  uint32 // extended by the cycles
	received uint64 // of this run
	badSeq   uint32 // the number that would confirm a restart
	before   struct{ received, expected uint64 }

	jitter     float64 // in time-stamp units
	transit    float64
	hasTransit bool
	origin     time.Time

	late  uint64
	base  float64 // transit of the fastest packet of the window before
	least float64 // and of this window
	left  int     // packets until this window ends

	first, last time.Time
	reported    struct{ expected, received uint64 }
}

// Add counts a packet. A packet of a run that is not yet believed (a jump of
// the numbers) is counted as received once the next one confirms it.
func (r *Reception) Add(f *Frame) {
	if r.first.IsZero() {
		r.first, r.origin = f.Arrival, f.Arrival
	}
	r.last = f.Arrival
	if !r.started || f.SSRC != r.ssrc {
		r.restart(f)
	} else if !r.count(f) {
		return
	}
	// The time stamp of an event stands still while it lasts (RFC 4733 2.3).
	if f.PayloadType == PCMA || f.PayloadType == PCMU {
		r.measure(f)
	}
}

func (r *Reception) restart(f *Frame) {
	r.before.expected += r.expected()
	r.before.received += r.received
	r.started, r.ssrc = true, f.SSRC
	r.baseSeq, r.highest = uint32(f.Sequence), uint32(f.Sequence)
	r.received, r.badSeq = 1, 1<<16+1
	r.hasTransit = false
}

func (r *Reception) count(f *Frame) bool {
	delta := f.Sequence - uint16(r.highest)
	switch {
	case delta < maxDropout:
		r.highest += uint32(delta)
	case delta <= 1<<16-1-maxMisorder:
		if uint32(f.Sequence) != r.badSeq {
			r.badSeq = uint32(f.Sequence + 1)
			return false
		}
		// Two in order after a jump: the party restarted its numbers.
		r.restart(f)
		r.baseSeq--
		r.received++
		return true
	}
	r.received++
	return true
}

func (r *Reception) measure(f *Frame) {
	// Both clocks are 32 bits wide and wrap; their difference does not care.
	arrival := f.Arrival.Sub(r.origin).Seconds() * SampleRate
	transit := arrival - float64(f.Timestamp)
	if r.hasTransit {
		d := transit - r.transit
		if d > 1<<31 {
			d -= 1 << 32
		} else if d < -(1 << 31) {
			d += 1 << 32
		}
		if d < 0 {
			d = -d
		}
		// A gap of the talker's (a new source, silence suppression with a
		// frozen clock) is not jitter of the network.
		if d < SampleRate {
			r.jitter += (d - r.jitter) / 16
		}
	}
	r.measureLate(transit)
	r.transit, r.hasTransit = transit, true
}

// lateWindow is how many packets the fastest one is looked for in: it follows a
// drift of the clocks and a changed path within 5 to 10 s.
const lateWindow = 250

// measureLate counts packets that a playout buffer would have to throw away.
func (r *Reception) measureLate(transit float64) {
	switch {
	case !r.hasTransit || math.Abs(transit-r.transit) >= SampleRate:
		// The first packet of a run, or a jump of the talker's clock.
		r.base, r.least, r.left = transit, transit, lateWindow
	case r.left == 0:
		r.base, r.least, r.left = r.least, transit, lateWindow
	}
	r.left--
	r.least = min(r.least, transit)
	if transit-min(r.base, r.least) > PlayoutDelay.Seconds()*SampleRate {
		r.late++
	}
}

func (r *Reception) expected() uint64 {
	if !r.started {
		return 0
	}
	return uint64(r.highest-r.baseSeq) + 1
}

func (r *Reception) totals() (expected, received uint64) {
	return r.before.expected + r.expected(), r.before.received + r.received
}

// Fill writes the figures of the receiving side into s.
func (r *Reception) Fill(s *Stats) {
	expected, received := r.totals()
	s.PacketsReceived, s.PacketsLate = received, r.late
	if expected > received { // duplicates can make it less
		s.PacketsLost = expected - received
	}
	s.Jitter = time.Duration(r.jitter / SampleRate * float64(time.Second))
	s.FirstReceived, s.LastReceived = r.first, r.last
}

// Report is the block of an RTCP report on what came since the last one, false
// when nothing has come yet. RFC 3550 A.3.
func (r *Reception) Report() (rtpwire.ReceptionReport, bool) {
	if !r.started {
		return rtpwire.ReceptionReport{}, false
	}
	expected, received := r.totals()
	block := rtpwire.ReceptionReport{SSRC: r.ssrc, HighestSeq: r.highest, Jitter: uint32(r.jitter)}
	if expected > received {
		block.TotalLost = uint32(min(expected-received, 0x7FFFFF))
	}
	newExpected := expected - r.reported.expected
	if newReceived := received - r.reported.received; newExpected > newReceived {
		block.FractionLost = uint8(min((newExpected-newReceived)<<8/newExpected, 255))
	}
	r.reported.expected, r.reported.received = expected, received
	return block, true
}
