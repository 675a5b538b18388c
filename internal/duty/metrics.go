package duty

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of the engine.
type Metrics struct {
	customers prometheus.Counter
	changes   *prometheus.CounterVec
	failures  prometheus.Counter
	signals   prometheus.Gauge
	opening   prometheus.Gauge
	last      prometheus.Gauge
}

// NewMetrics makes the figures and registers them, unless r is nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		customers: prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_duty_evaluated_customers_total", Help: "Customers whose duties were computed."}),
		changes:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_duty_changes_total", Help: "What became of duties, by change."}, []string{"how"}),
		failures:  prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_duty_failed_rounds_total", Help: "Rounds that ended with an error; what they left is done by the next."}),
		signals:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_duty_waiting_items", Help: "Changes of customers that were not looked at after the last round."}),
		opening:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_duty_unopened_items", Help: "Duties whose first day has come and that have no task after the last round; 0 is right."}),
		last:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_duty_last_round_timestamp_seconds", Help: "When the last round ended well."}),
	}
	for _, c := range []string{"made", "moved", "withdrawn", "opened"} {
		m.changes.WithLabelValues(c)
	}
	if r != nil {
		r.MustRegister(m.customers, m.changes, m.failures, m.signals, m.opening, m.last)
	}
	return m
}

func (m *Metrics) evaluated(r Round) {
	m.customers.Add(float64(r.Customers))
	for change, n := range map[string]int{"made": r.Made, "moved": r.Moved, "withdrawn": r.Withdrawn} {
		m.changes.WithLabelValues(change).Add(float64(n))
	}
}

func (m *Metrics) opened(n int) { m.changes.WithLabelValues("opened").Add(float64(n)) }

func (m *Metrics) failed() { m.failures.Inc() }

func (m *Metrics) round(at time.Time, signals, opening int) {
	m.signals.Set(float64(signals))
	m.opening.Set(float64(opening))
	m.last.Set(float64(at.Unix()))
}
