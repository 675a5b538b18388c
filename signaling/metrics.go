package signaling

import (
	"github.com/prometheus/client_golang/prometheus"

	"huifang/signaling/wire"
)

// Metrics count sockets and commands. A nil *Metrics counts nothing.
type Metrics struct {
	sockets  prometheus.Gauge
	connects *prometheus.CounterVec
	closes   *prometheus.CounterVec
	commands *prometheus.CounterVec
	events   prometheus.Counter
	lost     prometheus.Counter
}

// NewMetrics registers the metrics; with a nil registerer they are kept apart.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		sockets: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huifang_softphone_sockets", Help: "Softphone sockets that are open.",
		}),
		connects: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_softphone_connects_total", Help: "Sockets that came, by what they got: resume, reset, refused.",
		}, []string{"result"}),
		closes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_softphone_closes_total", Help: "Sockets that ended, by cause: page, silent, overflow, write, replaced, sign_in, rate, shutdown.",
		}, []string{"cause"}),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_softphone_commands_total", Help: "Commands of pages, by type and result (ok or a code).",
		}, []string{"type", "result"}),
		events: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huifang_softphone_events_total", Help: "Events published to sessions.",
		}),
		lost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huifang_softphone_lost_total", Help: "Pages that did not come back in time.",
		}),
	}
	if r != nil {
		r.MustRegister(m.sockets, m.connects, m.closes, m.commands, m.events, m.lost)
	}
	return m
}

func (m *Metrics) opened(result string) {
	if m == nil {
		return
	}
	m.connects.WithLabelValues(result).Inc()
	if result != "refused" {
		m.sockets.Inc()
	}
}

func (m *Metrics) closed(cause string) {
	if m == nil {
		return
	}
	m.sockets.Dec()
	m.closes.WithLabelValues(cause).Inc()
}

func (m *Metrics) command(t wire.CommandType, result string) {
	if m != nil {
		m.commands.WithLabelValues(string(t), result).Inc()
	}
}

func (m *Metrics) published() {
	if m != nil {
		m.events.Inc()
	}
}

func (m *Metrics) pageLost() {
	if m != nil {
		m.lost.Inc()
	}
}
