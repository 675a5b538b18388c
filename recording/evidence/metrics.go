package evidence

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of the log. A nil *Metrics counts nothing.
type Metrics struct {
	leaves     prometheus.Gauge
	waiting    prometheus.Gauge
	checkpoint prometheus.Gauge
	failures   prometheus.Counter
	agrees     prometheus.Gauge
	unstamped  prometheus.Counter
}

// NewMetrics makes the figures and registers them, unless r is nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_evidence_" + name, Help: help})
	}
	m := &Metrics{
		leaves:     gauge("log_leaves", "Facts in the log of evidence."),
		waiting:    gauge("waiting_leaves", "Facts that wait for their place in it."),
		checkpoint: gauge("checkpoint_timestamp_seconds", "When the last checkpoint was signed; 0 before the first."),
		failures:   prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_evidence_failures_total", Help: "Rounds in which the log could not go on."}),
		agrees: gauge("log_healthy", "1 when the database's log goes on from the newest checkpoint of the bucket, 0 when it does not: it was rolled back or altered. "+
			"-1 before it was compared."),
	}
	m.unstamped = prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_evidence_timestamp_failures_total", Help: "Time stamps that the authority did not give."})
	m.agrees.Set(-1)
	if r != nil {
		r.MustRegister(m.leaves, m.waiting, m.checkpoint, m.failures, m.agrees, m.unstamped)
	}
	return m
}

func (m *Metrics) state(size, waiting int64, last time.Time) {
	if m == nil {
		return
	}
	m.leaves.Set(float64(size))
	m.waiting.Set(float64(waiting))
	if !last.IsZero() {
		m.checkpoint.Set(float64(last.Unix()))
	}
}

func (m *Metrics) failed() {
	if m != nil {
		m.failures.Inc()
	}
}

func (m *Metrics) stampFailed() {
	if m != nil {
		m.unstamped.Inc()
	}
}

func (m *Metrics) compared(agrees bool) {
	if m == nil {
		return
	}
	m.agrees.Set(0)
	if agrees {
		m.agrees.Set(1)
	}
}
