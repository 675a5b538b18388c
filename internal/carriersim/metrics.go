package carriersim

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	calls     *prometheus.CounterVec
	active    prometheus.Gauge
	malformed prometheus.Counter
	received  prometheus.Counter
	sent      prometheus.Counter
}

// newMetrics builds the metrics and registers them when r is not nil.
func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_carriersim_calls_total",
			Help: "Calls that the simulated carrier took, by behaviour.",
		}, []string{"behaviour"}),
		active: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huifang_carriersim_active_calls",
			Help: "Calls that the simulated carrier has at the moment.",
		}),
		malformed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huifang_carriersim_malformed_messages_total",
			Help: "Messages that could not be read as SIP.",
		}),
		received: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huifang_carriersim_rtp_received_packets_total",
			Help: "RTP packets received, counted at the end of each call.",
		}),
		sent: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huifang_carriersim_rtp_sent_packets_total",
			Help: "RTP packets sent, counted at the end of each call.",
		}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.calls, m.active, m.malformed, m.received, m.sent} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}
