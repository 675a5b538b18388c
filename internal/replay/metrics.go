package replay

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of the search.
type Metrics struct{ misplaced, stale prometheus.Gauge }

// NewMetrics makes the figures and registers them.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		misplaced: prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_search_misplaced_recordings", Help: "Recordings whose search row is in no partition of its month; 0 is right."}),
		stale:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_search_stale_recordings", Help: "Recordings whose search row could not follow the facts; 0 is right."}),
	}
	r.MustRegister(m.misplaced, m.stale)
	return m
}

func (m *Metrics) tended(misplaced, stale int64) {
	m.misplaced.Set(float64(misplaced))
	m.stale.Set(float64(stale))
}
