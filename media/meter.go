package media

import "time"

// Figures are how one party's leg was over one call, or a part of it.
type Figures struct {
	Received, Lost, Late, Sent uint64
	Jitter, MaxJitter          time.Duration // mean and greatest of the looks
	RoundTrip, MaxRoundTrip    time.Duration // the same; 0: unknown
	FarLoss                    float64       // mean of what the party reports of our stream, 0..1
	Reported                   bool          // it has reported; FarLoss means nothing otherwise
}

// Loss is the fraction of the party's packets that were of no use to a listener:
// those that did not come and those that came too late.
func (f Figures) Loss() float64 {
	total := f.Received + f.Lost
	if total == 0 {
		return 0
	}
	return min(float64(f.Lost+f.Late)/float64(total), 1)
}

// Meter makes the figures of a call out of looks at the leg that carries the
// party. An agent's leg is older than the call and may be replaced in it; the
// meter counts what passed since the call began. It is not safe for concurrent use.
type Meter struct {
	since      time.Time
	leg        Leg
	base, last Stats
	before     Figures // the counters of legs that were replaced
	jitter     mean
	trip       mean
	far        mean
}

type mean struct {
	sum, most float64
	n         int
}

func (m *mean) add(v float64) {
	m.sum, m.most, m.n = m.sum+v, max(m.most, v), m.n+1
}

func (m mean) value() float64 { return m.sum / float64(max(m.n, 1)) }

// NewMeter makes a meter of a call that began at a time.
func NewMeter(since time.Time) *Meter { return &Meter{since: since} }

// Look takes the figures of the leg that carries the party now; nil is none.
func (m *Meter) Look(leg Leg) {
	if leg == nil {
		return
	}
	s := leg.Stats()
	if leg != m.leg {
		m.before = m.counters()
		m.leg, m.base, m.last = leg, Stats{}, Stats{}
		if !s.FirstReceived.IsZero() && s.FirstReceived.Before(m.since) {
			m.base = s // what passed before this call is not its matter
		}
	}
	fresh := s.PacketsReceived > m.last.PacketsReceived
	m.last = s
	if !fresh {
		return // nothing has come that could have been measured
	}
	m.jitter.add(s.Jitter.Seconds())
	if s.RoundTrip > 0 {
		m.trip.add(s.RoundTrip.Seconds())
	}
	if s.Reported {
		m.far.add(s.RemoteLost)
	}
}

// Figures are those of all looks so far.
func (m *Meter) Figures() Figures {
	f := m.counters()
	seconds := func(v float64) time.Duration { return time.Duration(v * float64(time.Second)) }
	f.Jitter, f.MaxJitter = seconds(m.jitter.value()), seconds(m.jitter.most)
	f.RoundTrip, f.MaxRoundTrip = seconds(m.trip.value()), seconds(m.trip.most)
	f.FarLoss, f.Reported = m.far.value(), m.far.n > 0
	return f
}

func (m *Meter) counters() Figures {
	return Figures{
		Received: m.before.Received + less(m.last.PacketsReceived, m.base.PacketsReceived),
		Lost:     m.before.Lost + less(m.last.PacketsLost, m.base.PacketsLost),
		Late:     m.before.Late + less(m.last.PacketsLate, m.base.PacketsLate),
		Sent:     m.before.Sent + less(m.last.PacketsSent, m.base.PacketsSent),
	}
}

// less is a-b, or 0: losses can become fewer when a packet comes after all.
func less(a, b uint64) uint64 {
	if a < b {
		return 0
	}
	return a - b
}
