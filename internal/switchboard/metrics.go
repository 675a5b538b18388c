package switchboard

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/call"
)

// Metrics are the figures of the calls. A nil *Metrics counts nothing.
type Metrics struct {
	calls    prometheus.Gauge
	moves    *prometheus.CounterVec
	attempts *prometheus.CounterVec
	ring     prometheus.Histogram
	refusals *prometheus.CounterVec
	retries  prometheus.Counter
	oneWays  *prometheus.CounterVec
	losses   *prometheus.CounterVec
	marks    *prometheus.CounterVec
	paused   prometheus.Counter
}

// NewMetrics makes the figures and registers them.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		calls: prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_calls_live", Help: "Calls that are dialled, ringing or connected now."}),
		moves: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_transitions_total",
			Help: "Changes of a call's state, by the new state."}, []string{"state"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_attempts_total",
			Help: "Ended attempts by outcome (Rule T-06)."}, []string{"outcome"}),
		ring: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "huifang_call_ring_seconds",
			Help: "Time an attempt rang (Rule T-03).", Buckets: []float64{1, 5, 10, 15, 20, 25, 30, 45, 60}}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_dials_refused_total",
			Help: "Dials that did not start, by who refused."}, []string{"by"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_call_ledger_retries_total",
			Help: "Writes of a live call that the database did not take at once."}),
		oneWays: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_one_way_seconds_total",
			Help: "Seconds of connected calls in which one side was not heard."}, []string{"silent"}),
	}
	m.losses = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_agent_losses_total",
		Help: "Times a live call lost its agent's media, by what was missing."}, []string{"cause"})
	m.marks = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_marks_total",
		Help: "What was done in calls: secure pauses (Rule T-13), complaints (Rule C-20)."}, []string{"kind"})
	m.paused = prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_call_paused_seconds_total",
		Help: "Time that secure pauses kept out of recordings (Rule T-13)."})
	for _, k := range call.MarkKinds() {
		m.marks.WithLabelValues(string(k))
	}
	for _, s := range call.States() {
		m.moves.WithLabelValues(s.String())
	}
	for _, o := range call.Outcomes() {
		m.attempts.WithLabelValues(string(o))
	}
	for _, by := range []string{"line", "gate", "trunk", "recorder"} {
		m.refusals.WithLabelValues(by)
	}
	for _, side := range []string{"agent", "customer"} {
		m.oneWays.WithLabelValues(side)
	}
	for _, cause := range []string{lostConnection, lostSilent} {
		m.losses.WithLabelValues(cause)
	}
	if r != nil {
		r.MustRegister(m.marks, m.paused, m.losses, m.calls, m.moves, m.attempts, m.ring, m.refusals, m.retries, m.oneWays)
	}
	return m
}

func (m *Metrics) live(n int) {
	if m != nil {
		m.calls.Set(float64(n))
	}
}

func (m *Metrics) state(to call.State) {
	if m != nil {
		m.moves.WithLabelValues(to.String()).Inc()
	}
}

func (m *Metrics) attempt(o call.Outcome, rang time.Duration) {
	if m == nil {
		return
	}
	m.attempts.WithLabelValues(string(o)).Inc()
	if rang > 0 {
		m.ring.Observe(rang.Seconds())
	}
}

func (m *Metrics) refused(by string) {
	if m != nil {
		m.refusals.WithLabelValues(by).Inc()
	}
}

func (m *Metrics) ledgerRetry() {
	if m != nil {
		m.retries.Inc()
	}
}

func (m *Metrics) oneWay(side string) {
	if m != nil && side != "" {
		m.oneWays.WithLabelValues(side).Add(qualityInterval.Seconds())
	}
}

func (m *Metrics) agentLost(cause string) {
	if m != nil {
		m.losses.WithLabelValues(cause).Inc()
	}
}

// marked counts a mark once, and the length of a pause at its end.
func (m *Metrics) marked(k CallMark) {
	if m == nil {
		return
	}
	if k.EndedAt.IsZero() || k.EndedAt.Equal(k.At) {
		m.marks.WithLabelValues(string(k.Kind)).Inc()
	}
	if k.Kind == call.MarkPause && k.EndedAt.After(k.At) {
		m.paused.Add(k.EndedAt.Sub(k.At).Seconds())
	}
}
