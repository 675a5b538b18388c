package rtcleg

import "github.com/prometheus/client_golang/prometheus"

// How an offer ended: the closed set of the label.
const (
	resultAccepted = "accepted"
	resultRefused  = "refused"
	resultFailed   = "failed"
)

// Metrics are those of all agents' legs. A nil *Metrics counts nothing.
type Metrics struct {
	legs   prometheus.Gauge
	offers *prometheus.CounterVec
}

// NewMetrics makes the metrics and registers them, unless reg is nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		legs: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huifang_webrtc_legs", Help: "Agents' media connections that are open.",
		}),
		offers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_webrtc_offers_total", Help: "Offers for a new connection, by result.",
		}, []string{"result"}),
	}
	for _, result := range []string{resultAccepted, resultRefused, resultFailed} {
		m.offers.WithLabelValues(result)
	}
	if reg != nil {
		reg.MustRegister(m.legs, m.offers)
	}
	return m
}

func (m *Metrics) leg(n float64) {
	if m != nil {
		m.legs.Add(n)
	}
}

func (m *Metrics) accepted(result string) {
	if m != nil {
		m.offers.WithLabelValues(result).Inc()
	}
}
