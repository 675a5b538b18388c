package reconcile

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of the comparison. A nil *Metrics counts nothing.
type Metrics struct {
	open    *prometheus.GaugeVec
	runs    *prometheus.CounterVec
	objects *prometheus.CounterVec
	last    prometheus.Gauge
}

// NewMetrics makes the figures and registers them, unless r is nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		open: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_reconcile_open_items", Help: "Differences that nobody has closed, by kind."}, []string{"kind"}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_reconcile_runs_total", Help: "Comparisons, by result: whole, or partial when not everything could be looked at."}, []string{"result"}),
		objects: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_reconcile_objects_total",
			Help: "Objects that were compared: listed, or read as a whole."}, []string{"how"}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_reconcile_last_run_timestamp_seconds", Help: "When this instance last compared everything."}),
	}
	for _, k := range Kinds() {
		m.open.WithLabelValues(string(k))
	}
	for _, result := range []string{"whole", "partial"} {
		m.runs.WithLabelValues(result)
	}
	for _, how := range []string{"listed", "read"} {
		m.objects.WithLabelValues(how)
	}
	if r != nil {
		r.MustRegister(m.open, m.runs, m.objects, m.last)
	}
	return m
}

func (m *Metrics) items(open map[Kind]int64) {
	if m == nil {
		return
	}
	for _, k := range Kinds() {
		m.open.WithLabelValues(string(k)).Set(float64(open[k]))
	}
}

func (m *Metrics) ran(r Run, err error) {
	if m == nil {
		return
	}
	m.objects.WithLabelValues("listed").Add(float64(r.Objects))
	m.objects.WithLabelValues("read").Add(float64(r.Read))
	if err != nil {
		m.runs.WithLabelValues("partial").Inc()
		return
	}
	m.runs.WithLabelValues("whole").Inc()
	m.last.SetToCurrentTime()
}
