package callback

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what the gate decides and what becomes of tasks.
type Metrics struct {
	gate      *prometheus.CounterVec
	records   *prometheus.CounterVec
	missed    *prometheus.CounterVec
	open      *prometheus.GaugeVec
	overdue   prometheus.Gauge
	queue     *prometheus.CounterVec
	unwritten *prometheus.GaugeVec
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
	m.open = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_callback_waiting_slips", Help: "Feedback slips that are not closed, by state (Rule C-17)."}, []string{"state"})
	m.overdue = prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_callback_overdue_slips", Help: "Open feedback slips past their fifth working day (Rule C-18)."})
	m.queue = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_callback_queue_tasks_taken_total", Help: "Tasks that agents took from the queue, by why they came next."}, []string{"class"})
	for _, c := range QueueClasses() {
		m.queue.WithLabelValues(string(c))
	}
	m.unwritten = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_callback_unfinished_records", Help: "Records of ended calls that are not finished, by the day of the call (Rule C-23)."}, []string{"state"})
	m.openRecords(0, 0)
	m.slips(SlipCounts{})
	for _, result := range []string{"known", "unknown", "withheld", "failed"} {
		m.missed.WithLabelValues(result)
	}
	m.gate.WithLabelValues("allowed", "")
	for _, reason := range Reasons() {
		if reason != ReasonCalendarNotAnnounced && reason != ReasonLanguage {
			m.gate.WithLabelValues("refused", string(reason))
		}
	}
	for _, d := range Dispositions() {
		m.records.WithLabelValues(string(d))
	}
	if r != nil {
		r.MustRegister(m.gate, m.records, m.missed, m.open, m.overdue, m.queue, m.unwritten)
	}
	return m
}

func (m *Metrics) decided(result string, reason Reason) {
	m.gate.WithLabelValues(result, string(reason)).Inc()
}

func (m *Metrics) slips(n SlipCounts) {
	m.open.WithLabelValues(string(SlipOpen)).Set(float64(n.Open))
	m.open.WithLabelValues(string(SlipAnswered)).Set(float64(n.Answered))
	m.overdue.Set(float64(n.Overdue))
}

func (m *Metrics) inbound(result string) { m.missed.WithLabelValues(result).Inc() }

func (m *Metrics) finished(d Disposition) { m.records.WithLabelValues(string(d)).Inc() }

func (m *Metrics) taken(c QueueClass) { m.queue.WithLabelValues(string(c)).Inc() }

func (m *Metrics) openRecords(all, earlier int) {
	m.unwritten.WithLabelValues("today").Set(float64(all - earlier))
	m.unwritten.WithLabelValues("earlier").Set(float64(earlier))
}
