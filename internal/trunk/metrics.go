package trunk

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of the choice between trunks.
type Metrics struct {
	calls      *prometheus.GaugeVec
	degraded   *prometheus.GaugeVec
	passedOver *prometheus.CounterVec
	refused    *prometheus.CounterVec
}

// NewMetrics registers them; nil leaves them unregistered.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		calls: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_trunk_calls_active",
			Help: "Calls that hold a place on the trunk."}, []string{"trunk"}),
		degraded: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_trunk_degraded_info",
			Help: "1 while the trunk fails often and is tried last."}, []string{"trunk"}),
		passedOver: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_trunk_passed_over_total",
			Help: "Times the trunk was passed over because it was full or over its rate."}, []string{"trunk"}),
	}
	m.refused = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_trunk_numbers_refused_total",
		Help: "Dials that the number policy stopped just before the INVITE, by class of number."}, []string{"class"})
	if r != nil {
		r.MustRegister(m.calls, m.degraded, m.passedOver, m.refused)
	}
	return m
}

func (m *Metrics) begin(trunk string) {
	m.calls.WithLabelValues(trunk)
	m.degraded.WithLabelValues(trunk)
	m.passedOver.WithLabelValues(trunk)
}

func (m *Metrics) end(trunk string) {
	m.calls.DeleteLabelValues(trunk)
	m.degraded.DeleteLabelValues(trunk)
}
