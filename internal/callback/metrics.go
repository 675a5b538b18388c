package callback

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what the gate decides and what becomes of tasks.
type Metrics struct {
	gate    *prometheus.CounterVec
	records *prometheus.CounterVec
	missed  *prometheus.CounterVec
}

// NewMetrics registers with r; a nil r leaves the metrics unregistered.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		gate: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_callback_dial_decisions_total",
			Help: "Decisions of the dial gate; reason is the strongest refusal, empty when allowed.",
		}, []string{"result", "reason"}),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_callback_records_finished_total",
			Help: "Call-back records made final, by disposition (Rule C-01).",
		}, []string{"disposition"}),
	}
	m.missed = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "huifang_callback_inbound_calls_total",
		Help: "Calls of customers to the service numbers, by who called.",
	}, []string{"result"})
	for _, result := range []string{"known", "unknown", "withheld", "failed"} {
		m.missed.WithLabelValues(result)
	}
	m.gate.WithLabelValues("allowed", "")
	for _, reason := range Reasons() {
		if reason != ReasonCalendarNotAnnounced {
			m.gate.WithLabelValues("refused", string(reason))
		}
	}
	for _, d := range Dispositions() {
		m.records.WithLabelValues(string(d))
	}
	if r != nil {
		r.MustRegister(m.gate, m.records, m.missed)
	}
	return m
}

func (m *Metrics) decided(result string, reason Reason) {
	m.gate.WithLabelValues(result, string(reason)).Inc()
}

func (m *Metrics) inbound(result string) { m.missed.WithLabelValues(result).Inc() }

func (m *Metrics) finished(d Disposition) { m.records.WithLabelValues(string(d)).Inc() }
