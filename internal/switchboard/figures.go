package switchboard

import (
	"time"

	"github.com/google/uuid"

	"huifang/media"
)

// LegRecord is how one party's leg was over the call, as it is kept with it.
// What is measured is what came from the party; FarLoss is what the party says
// of our stream.
type LegRecord struct {
	Side media.Side
	media.Figures
	Loss    float64       // with the packets that came too late
	MOS     float64       // 0: nothing came
	Unheard time.Duration // nothing was heard of the side though it was to be
	// Browser is what the page measured of what it played; nil for the
	// customer, and when the page reported nothing.
	Browser *BrowserFigures
}

// BrowserFigures are what a browser reports of what it received and played
// (W3C webrtc-stats), over the call. Samples are at the rate of the browser's
// output; Concealed ones were made up, SilentConcealed of them as silence
// because nothing was sent for a while.
type BrowserFigures struct {
	Received, Lost             uint64 // packets
	Concealed, SilentConcealed uint64 // samples
	Samples                    uint64 // all that were played
	Jitter, RoundTrip          time.Duration
}

// browserMeter makes figures of a call out of counters that run since the page
// made its connection, and begin anew with another connection.
type browserMeter struct {
	reports      int
	anew         bool // the next report is another page's first
	base, last   BrowserFigures
	before       BrowserFigures
	jitter, trip time.Duration // sums
}

func (m *browserMeter) add(r BrowserFigures) {
	switch {
	case m.reports == 0 || m.anew:
		m.base, m.anew = r, false // what passed before the call's first report is not known to be its
	case r.Received < m.last.Received || r.Samples < m.last.Samples:
		m.before, m.base = m.counters(), BrowserFigures{}
	}
	m.reports++
	m.last = r
	m.jitter += r.Jitter
	m.trip += r.RoundTrip
}

// handedOver says that the reports to come are of another agent's page.
func (m *browserMeter) handedOver() {
	if m.reports > 0 {
		m.before = m.counters()
		m.base, m.last, m.anew = BrowserFigures{}, BrowserFigures{}, true
	}
}

func (m *browserMeter) counters() BrowserFigures {
	less := func(a, b uint64) uint64 {
		if a < b {
			return 0
		}
		return a - b
	}
	return BrowserFigures{
		Received:        m.before.Received + less(m.last.Received, m.base.Received),
		Lost:            m.before.Lost + less(m.last.Lost, m.base.Lost),
		Concealed:       m.before.Concealed + less(m.last.Concealed, m.base.Concealed),
		SilentConcealed: m.before.SilentConcealed + less(m.last.SilentConcealed, m.base.SilentConcealed),
		Samples:         m.before.Samples + less(m.last.Samples, m.base.Samples),
	}
}

// figures are nil when there are fewer than two reports: nothing lies between.
func (m *browserMeter) figures() *BrowserFigures {
	if m.reports < 2 {
		return nil
	}
	f := m.counters()
	f.Jitter, f.RoundTrip = m.jitter/time.Duration(m.reports), m.trip/time.Duration(m.reports)
	return &f
}

// ReportQuality takes what an agent's page measures of its own connection. It
// belongs to the live call; between calls it is dropped.
func (s *Switchboard) ReportQuality(agentID uuid.UUID, r BrowserFigures) {
	l := s.Line(agentID)
	l.mu.Lock()
	a := l.actor
	l.mu.Unlock()
	if a != nil {
		a.post(message{do: func() error {
			a.watch.browser.add(r)
			return nil
		}})
	}
}

// legRecords are the figures at the end of the call; a call that was never
// answered has none.
func (a *actor) legRecords() []LegRecord {
	if a.leg == nil || a.call.Evidence.AnsweredAt.IsZero() {
		return nil
	}
	a.lookAtLegs()
	record := func(side media.Side, m *media.Meter) LegRecord {
		f := m.Figures()
		r := LegRecord{Side: side, Figures: f, Loss: f.Loss(), Unheard: a.watch.unheard[side]}
		if f.Received > 0 {
			r.MOS = a.sb.mos(r.Loss, f.Jitter, f.RoundTrip)
		}
		a.sb.cfg.Metrics.leg(r)
		return r
	}
	agent := record(media.Agent, a.watch.agent)
	if agent.Browser = a.watch.browser.figures(); agent.Browser != nil {
		a.sb.cfg.Metrics.concealed(*agent.Browser)
	}
	return []LegRecord{agent, record(media.Customer, a.watch.customer)}
}
