package recording

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of all recorders. A nil *Metrics counts nothing.
type Metrics struct {
	live   prometheus.Gauge
	opens  *prometheus.CounterVec
	writes prometheus.Counter
}

// NewMetrics makes the figures and registers them, unless r is nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		live:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_recording_live", Help: "Recordings that are being written now."}),
		opens:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_recording_opens_total", Help: "Recordings opened, by result."}, []string{"result"}),
		writes: prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_recording_write_failures_total", Help: "Live recordings that could no longer be written."}),
	}
	for _, result := range []string{"opened", "failed"} {
		m.opens.WithLabelValues(result)
	}
	if r != nil {
		r.MustRegister(m.live, m.opens, m.writes)
	}
	return m
}

// Watch shows whether a call could be recorded, and how much room there is, as
// they are when somebody asks for the figures. Rule T-01.
func Watch(r prometheus.Registerer, healthy func() error, free func() (int64, error)) {
	r.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "huifang_recording_healthy", Help: "1 when a call could be recorded now, 0 when none may be dialled for want of a recorder."}, func() float64 {
			if healthy() != nil {
				return 0
			}
			return 1
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "huifang_recording_free_bytes", Help: "Room on the spool's file system; -1: it could not be asked for."}, func() float64 {
			n, err := free()
			if err != nil {
				return -1
			}
			return float64(n)
		}))
}

func (m *Metrics) opened() {
	if m != nil {
		m.live.Inc()
		m.opens.WithLabelValues("opened").Inc()
	}
}

func (m *Metrics) openFailed() {
	if m != nil {
		m.opens.WithLabelValues("failed").Inc()
	}
}

func (m *Metrics) closed() {
	if m != nil {
		m.live.Dec()
	}
}

func (m *Metrics) writeFailed() {
	if m != nil {
		m.writes.Inc()
	}
}
