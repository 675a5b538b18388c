package intake

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what came in, and what did not.
type Metrics struct {
	rows   *prometheus.CounterVec
	misses prometheus.Counter
	waits  prometheus.Gauge
}

// NewMetrics registers with r; a nil r leaves the metrics unregistered.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_intake_rows_total",
			Help: "Rows of imports that were applied, by kind of file and what became of them.",
		}, []string{"kind", "result"}),
		misses: prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_intake_feeds_missed_total", Help: "Weekly feeds that did not come by their day (Rule C-22)."}),
		waits:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_intake_missing_feeds", Help: "Weeks of feeds that did not come by their day and have not come since (Rule C-22)."}),
	}
	for _, k := range Kinds() {
		m.applied(k, Counts{}, 0)
	}
	if r != nil {
		r.MustRegister(m.rows, m.misses, m.waits)
	}
	return m
}

func (m *Metrics) applied(k Kind, n Counts, wrong int) {
	for result, v := range map[string]int{string(Created): n.Created, string(Changed): n.Changed, string(Unchanged): n.Unchanged, "wrong": wrong} {
		m.rows.WithLabelValues(string(k), result).Add(float64(v))
	}
}

func (m *Metrics) missed()       { m.misses.Inc() }
func (m *Metrics) missing(n int) { m.waits.Set(float64(n)) }
