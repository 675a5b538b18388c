package recording

// Bounds of what the sequence numbers mean.
const (
	misorder = 100       // a packet that many numbers behind is late; further behind, the numbers began anew
	forget   = 60 * rate // after that long a pause they say nothing
	pause    = 200 * perMs
	word     = 100 * perMs // shorter ones do not tell a pause from a stray packet

	overtaken = 10 // packets that may still come
)

// source places the packets of one SSRC. A packet's position is its RTP time
// stamp plus an offset; the offset follows the fastest packets, so that jitter
// does not move audio, and one late packet never does.
//
// When packets start to be late all at once, the network has stalled, or the
// sender was silent with its clock stopped. What comes next tells: after a
// stall they catch up, after a pause they stay late. Until then they are
// written as if it were a stall; after a pause they are moved (see [move]).
type source struct {
	ssrc    uint32
	heardAt int64 // arrival of the newest packet
	seq     uint16
	ts      uint32
	ext     int64 // ts unwrapped
	off     int64
	end     int64  // position after the newest packet in order
	written uint32 // records in the log
	recent  [64]stamp
	era     uint32   // changes when the offset jumps
	before  anchored // where packets from before the last jump belong

	look settling
	run  run
	// The running window: when it began, how much was heard in it and the smallest
	// lateness.
	since int64
	sum   int64
	least int64
	some  bool
	slew  int64 // samples still to be corrected, one per packet
	// owed is by how much the source stands later than it arrived, because what
	// was heard before it had not ended: at most a packet. A pause pays it back
	// (see place); words are not bent for it.
	owed int64
}

// stamp is a packet that has been placed.
type stamp struct {
	seq uint16
	ts  uint32
	set bool
	off int64
	era uint32 // off holds good in this one
}

type anchored struct {
	ts  uint32
	ext int64
	off int64
	set bool
}

// settling is the time after an anchor in which the fastest packet is found: the
// first need not have been a fast one.
type settling struct {
	open  bool
	since int64  // arrival
	from  uint32 // index of the first packet
	first int64  // its position
	floor int64  // end of what was heard before it
	least int64
}

// run is a row of late packets.
type run struct {
	open     bool
	from     uint32
	begun    int64 // arrival and time stamp of the first packet
	ext      int64
	lastExt  int64
	since    int64 // no packet has caught up since then
	mark     int64
	least    int64
	newestAt int64
}

func (s *source) seen(p packet) bool {
	r := s.recent[p.seq%uint16(len(s.recent))]
	return r.set && r.seq == p.seq && r.ts == p.ts && p.arrival-s.heardAt < forget
}

func (s *source) place(t *track, p packet) placement {
	step := int16(p.seq - s.seq)
	ext := s.ext + int64(int32(p.ts-s.ts))
	if step < 0 && step >= -misorder && p.arrival-s.heardAt < forget {
		return placement{pos: s.behind(p, ext)}
	}
	pos := ext + s.off
	late, gap := p.arrival-p.n-pos, pos-s.end
	// What is missing, or was overtaken, needs its room.
	spare := gap - min(int64(uint16(step))-1, overtaken)*p.n
	switch {
	case gap < -deadband, // the numbers go on and the time stamps go back
		late > lateLimit, late < -catchUp,
		late < -deadband && spare >= -late: // they go forward, or a pause has room for the correction
		t.Reanchors++
		s.settleLook(t)
		s.settleRun(t)
		s.before = anchored{s.ts, s.ext, s.off, true}
		s.anchor(p, ext)
		spare = 0
	}
	repeat := s.steer(t, p.seq, spare)
	s.watch(t, p, ext, p.arrival-p.n-ext-s.off)
	pos = ext + s.off
	s.seq, s.ts, s.ext, s.heardAt = p.seq, p.ts, ext, p.arrival
	s.end = pos + p.n
	return placement{pos: pos, repeat: repeat}
}

// behind places a packet that others have overtaken. It moves nothing.
func (s *source) behind(p packet, ext int64) int64 {
	off := s.off
	// It stands as close to the one before it as it would have in order.
	if r := s.recent[(p.seq-1)%uint16(len(s.recent))]; r.set && r.seq == p.seq-1 && r.era == s.era {
		off = r.off
	}
	pos := ext + off
	if late := p.arrival - p.n - pos; late >= -slewLimit && late <= lateLimit {
		return pos
	}
	if b := s.before; b.set {
		pos = b.ext + int64(int32(p.ts-b.ts)) + b.off
		if late := p.arrival - p.n - pos; late >= -slewLimit && late <= lateLimit {
			return pos
		}
	}
	return p.arrival - p.n
}

// anchor puts the present packet where it arrived, but never over what was
// heard just before.
func (s *source) anchor(p packet, ext int64) {
	pos := p.arrival - p.n
	if over := s.end - pos; over > 0 && over <= slewLimit {
		pos = s.end
	}
	s.off = pos - ext
	s.era++
	s.slew, s.owed, s.some, s.run = 0, 0, false, run{}
	s.look = settling{open: true, since: p.arrival, from: s.written, first: pos, floor: s.end}
	s.look.least = p.arrival - p.n - pos
}

// settleLook ends the look: all that the anchor has placed moves, so that there
// is no jump in the middle of a word.
func (s *source) settleLook(t *track) {
	if !s.look.open {
		return
	}
	s.look.open = false
	by := s.look.least
	if over := s.look.floor - s.look.first - by; over > 0 && over <= overlap {
		by += over
		s.owed = -over
	}
	s.shift(t, s.look.from, by)
	s.run.mark -= by
	s.run.least -= by
}

// settleRun ends a row of late packets: a pause that the time stamps do not
// know. Packets that came faster than they were spoken were a stall's.
func (s *source) settleRun(t *track) {
	r := s.run
	s.run = run{}
	if r.open && r.lastExt-r.ext >= word && r.newestAt-r.begun >= (r.lastExt-r.ext)/2 {
		t.Reanchors++
		s.shift(t, r.from, r.least)
		s.some, s.slew, s.owed = false, 0, 0
		s.since = r.newestAt
	}
}

func (s *source) shift(t *track, from uint32, by int64) {
	if by == 0 {
		return
	}
	if n := s.written - from; n > 0 {
		t.moves = append(t.moves, move{s.ssrc, n, by})
	}
	if t.end == s.end {
		t.end += by
	}
	s.off += by
	s.end += by
	s.era++
}

// steer corrects one sample of drift, or all of it in a pause. It does nothing
// while packets may still come that stand before this one.
func (s *source) steer(t *track, seq uint16, spare int64) (repeat bool) {
	switch {
	case s.slew == 0:
	case spare > max(s.slew, -s.slew):
		s.off += s.slew
		t.Slewed += s.slew
		s.slew = 0
	case !s.complete(seq):
	case s.slew > 0:
		s.slew--
		s.off++
		t.Slewed++
		return true
	default:
		s.slew++
		s.off--
		t.Slewed--
	}
	return false
}

// complete says that the packets just before seq have all come.
func (s *source) complete(seq uint16) bool {
	for k := uint16(1); k <= 4; k++ {
		if r := s.recent[(seq-k)%uint16(len(s.recent))]; !r.set || r.seq != seq-k {
			return false
		}
	}
	return true
}

// watch draws the conclusions from the lateness of a packet.
func (s *source) watch(t *track, p packet, ext, late int64) {
	late -= s.follow(t, p, ext, late) + s.owed
	if s.look.open {
		s.look.least = min(s.look.least, late)
		if p.arrival-s.look.since >= firstLook {
			s.settleLook(t)
			s.since, s.some = p.arrival, false
		}
		return
	}
	if s.run.open {
		return
	}
	if s.slew != 0 {
		s.some, s.since = false, p.arrival // figures taken while slewing would swing
		return
	}
	if !s.some {
		s.least, s.some, s.sum = late, true, 0
	}
	s.least = min(s.least, late)
	s.sum += p.n
	// The first packets after a silence say nothing yet.
	if p.arrival-s.since < nextLook || s.sum < nextLook/2 {
		return
	}
	if s.least <= -deadband || s.least >= deadband {
		s.slew = s.least
	}
	s.since, s.some = p.arrival, false
}

// follow keeps the row of late packets and tells by how much the offset has moved.
func (s *source) follow(t *track, p packet, ext, late int64) int64 {
	moved := s.off
	if s.run.open && p.arrival-s.heardAt >= pause {
		s.settleRun(t)
		late -= s.off - moved
	}
	switch r := &s.run; {
	case late <= slewLimit:
		*r = run{}
	case !r.open:
		*r = run{open: true, from: s.written, begun: p.arrival, ext: ext, since: p.arrival, mark: late, least: late}
		r.lastExt, r.newestAt = ext, p.arrival
	default:
		r.lastExt, r.newestAt = ext, p.arrival
		r.least = min(r.least, late)
		if late < r.mark-deadband {
			r.mark, r.since = late, p.arrival
		}
		if p.arrival-r.since >= firstLook {
			s.settleRun(t)
		}
	}
	return s.off - moved
}
