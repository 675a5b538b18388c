package casework

import (
	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/attachment"
)

// Metrics counts clocks that were missed and went up the line. Rule C-18.
type Metrics struct {
	up      *prometheus.CounterVec
	overdue *prometheus.GaugeVec
}

// NewMetrics registers with r; a nil r leaves the metrics unregistered.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		up: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_casework_escalations_total",
			Help: "Missed clocks that went to a superior, by what they are of (Rule C-18)."}, []string{"kind"}),
		overdue: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_casework_overdue_items", Help: "Slips and cases past their time, by what they are (Rule C-18)."}, []string{"kind"}),
	}
	m.missed(nil)
	for _, o := range []attachment.Object{attachment.OfSlip, attachment.OfCase} {
		m.up.WithLabelValues(string(o))
	}
	if r != nil {
		r.MustRegister(m.up, m.overdue)
	}
	return m
}

func (m *Metrics) escalated(o attachment.Object) { m.up.WithLabelValues(string(o)).Inc() }

func (m *Metrics) missed(n map[attachment.Object]int) {
	for _, o := range []attachment.Object{attachment.OfSlip, attachment.OfCase} {
		m.overdue.WithLabelValues(string(o)).Set(float64(n[o]))
	}
}
