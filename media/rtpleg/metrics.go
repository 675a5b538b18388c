package rtpleg

import "github.com/prometheus/client_golang/prometheus"

// Why a packet was refused: the closed set of the label.
const (
	refusedSource      = "source"
	refusedMalformed   = "malformed"
	refusedPayloadType = "payload_type"
	// refusedAuthentication: not under the party's key, changed on the way, or sent again.
	refusedAuthentication = "authentication"
	// refusedClear: before there are keys on a leg that must be encrypted.
	refusedClear = "clear"
)

// Metrics are those of all legs to trunks. A nil *Metrics counts nothing.
type Metrics struct {
	legs    prometheus.Gauge
	bound   prometheus.Gauge
	dropped *prometheus.CounterVec
	keys    *prometheus.CounterVec
}

// NewMetrics makes the metrics and registers them, unless reg is nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		legs: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huifang_rtp_legs", Help: "Legs to trunks that are open, RTP and SRTP.",
		}),
		bound: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huifang_rtp_bound_ports", Help: "UDP ports bound for RTP and RTCP.",
		}),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_rtp_refused_packets_total", Help: "Packets that were dropped, by reason.",
		}, []string{"reason"}),
	}
	m.keys = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "huifang_rtp_keys_total", Help: "Keys of SRTP that were taken for a leg, by suite; new keys within a call count again.",
	}, []string{"suite"})
	for _, suite := range suiteNames() {
		m.keys.WithLabelValues(suite)
	}
	for _, reason := range []string{refusedSource, refusedMalformed, refusedPayloadType, refusedAuthentication, refusedClear} {
		m.dropped.WithLabelValues(reason)
	}
	if reg != nil {
		reg.MustRegister(m.legs, m.bound, m.dropped, m.keys)
	}
	return m
}

func (m *Metrics) leg(n float64) {
	if m != nil {
		m.legs.Add(n)
	}
}

func (m *Metrics) ports(n float64) {
	if m != nil {
		m.bound.Add(n)
	}
}

// keyed counts keys; the suite is one of suiteNames.
func (m *Metrics) keyed(suite string) {
	if m != nil {
		m.keys.WithLabelValues(suite).Inc()
	}
}

func (m *Metrics) refused(reason string) {
	if m != nil {
		m.dropped.WithLabelValues(reason).Inc()
	}
}
