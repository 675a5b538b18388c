package retention

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of the retention. A nil *Metrics counts nothing.
type Metrics struct {
	holds    prometheus.Gauge
	held     prometheus.Gauge
	over     prometheus.Gauge
	failures prometheus.Counter
	refusals prometheus.Counter
}

// NewMetrics makes the figures and registers them, unless r is nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		holds:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_retention_open_holds", Help: "Legal holds that are on."}),
		held:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_retention_held_recordings", Help: "Recordings under a legal hold."}),
		over:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_retention_expirable_recordings", Help: "Recordings whose retention is over and that nothing holds."}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_retention_failures_total", Help: "Rounds in which a lock was not extended or a deletion not done."}),
		refusals: prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_retention_refused_deletions_total", Help: "Approved deletions that the storage refused."}),
	}
	if r != nil {
		r.MustRegister(m.holds, m.held, m.over, m.failures, m.refusals)
	}
	return m
}

func (m *Metrics) count(holds, held, over int64) {
	if m == nil {
		return
	}
	m.holds.Set(float64(holds))
	m.held.Set(float64(held))
	m.over.Set(float64(over))
}

func (m *Metrics) failed() {
	if m != nil {
		m.failures.Inc()
	}
}

func (m *Metrics) refused() {
	if m != nil {
		m.refusals.Inc()
	}
}
