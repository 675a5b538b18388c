package media

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are those of all bridges. A nil *Metrics counts nothing.
type Metrics struct {
	bridges  prometheus.Gauge
	failed   *prometheus.CounterVec
	lateness prometheus.Histogram
}

// NewMetrics makes the metrics and registers them, unless reg is nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		bridges: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huifang_media_bridges", Help: "Bridges that are open.",
		}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_media_write_failures_total", Help: "Frames that a leg could not send, by the party that missed them.",
		}, []string{"party"}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "huifang_media_pacing_lateness_seconds", Help: "How late a packet that we play leaves after its deadline.",
			Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .5},
		}),
	}
	m.failed.WithLabelValues(Agent.String())
	m.failed.WithLabelValues(Customer.String())
	m.failed.WithLabelValues(Third.String())
	if reg != nil {
		reg.MustRegister(m.bridges, m.failed, m.lateness)
	}
	return m
}

func (m *Metrics) bridge(n float64) {
	if m != nil {
		m.bridges.Add(n)
	}
}

func (m *Metrics) written(to Side, err error) {
	if m != nil && err != nil {
		m.failed.WithLabelValues(to.String()).Inc()
	}
}

func (m *Metrics) late(d time.Duration) {
	if m != nil {
		m.lateness.Observe(max(d, 0).Seconds())
	}
}
