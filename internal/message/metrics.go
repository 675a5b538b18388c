package message

import (
	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/customer"
)

// Metrics counts what becomes of messages. The label type is the channel.
type Metrics struct {
	steps  *prometheus.CounterVec
	queued *prometheus.GaugeVec
	oldest prometheus.Gauge
}

// NewMetrics registers with r; a nil r leaves the metrics unregistered.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		steps:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_message_steps_total", Help: "Results of sending, by channel (type) and step: sent, again, fail, and by receipt delivered (Rule C-14)."}, []string{"type", "result"}),
		queued: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_message_waiting_messages", Help: "Messages that wait to be sent, by channel (type)."}, []string{"type"}),
		oldest: prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_message_oldest_due_timestamp_seconds", Help: "Since when the oldest message waits that is due; 0: none."}),
	}
	for _, ch := range Channels() {
		for _, step := range []Step{StepSent, StepAgain, StepFail, StepDelivered} {
			m.steps.WithLabelValues(string(ch), string(step))
		}
		m.queued.WithLabelValues(string(ch))
	}
	if r != nil {
		r.MustRegister(m.steps, m.queued, m.oldest)
	}
	return m
}

func (m *Metrics) did(ch customer.Channel, step Step) {
	m.steps.WithLabelValues(string(ch), string(step)).Inc()
}

func (m *Metrics) waiting(q Queue) {
	for _, ch := range Channels() {
		m.queued.WithLabelValues(string(ch)).Set(float64(q.Waiting[ch]))
	}
	if q.Oldest.IsZero() {
		m.oldest.Set(0)
		return
	}
	m.oldest.Set(float64(q.Oldest.UnixMilli()) / 1000)
}
