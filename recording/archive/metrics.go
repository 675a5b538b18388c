package archive

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of the archive. A nil *Metrics counts nothing.
type Metrics struct {
	uploads  *prometheus.CounterVec
	took     prometheus.Histogram
	count    prometheus.Gauge
	bytes    prometheus.Gauge
	oldest   prometheus.Gauge
	lost     *prometheus.GaugeVec
	up       prometheus.Gauge
	ill      *prometheus.GaugeVec
	worm     *prometheus.GaugeVec
	probedAt prometheus.Gauge
	encrypts prometheus.Gauge
	noKeys   prometheus.Gauge
}

// NewMetrics makes the figures and registers them, unless r is nil.
func NewMetrics(r prometheus.Registerer) *Metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_archive_" + name, Help: help})
	}
	m := &Metrics{
		uploads: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_archive_uploads_total", Help: "Tries to store a recording, by result."}, []string{"result"}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "huifang_archive_upload_seconds", Help: "Time to store and verify a recording.",
			Buckets: []float64{0.05, 0.1, 0.5, 1, 5, 15, 60}}),
		count:  gauge("backlog_recordings", "Sealed recordings that are not stored yet."),
		bytes:  gauge("backlog_bytes", "Their size."),
		oldest: gauge("backlog_oldest_timestamp_seconds", "When the oldest of them was sealed; 0 when none waits."),
		lost: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_archive_lost_recordings",
			Help: "Recordings that cannot be stored (failed) or of which nothing was found (missing)."}, []string{"state"}),
		up:       gauge("reachable", "1 when the last request to the storage was answered as it should be."),
		ill:      prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_archive_trouble_state", Help: "1 for what the last request to the storage met."}, []string{"cause"}),
		worm:     prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_archive_worm", Help: "1 for what the last WORM probe found (Rule T-02)."}, []string{"result"}),
		encrypts: gauge("encryption_active", "1 when recordings are encrypted before they are sent."),
		noKeys:   gauge("missing_keys", "Keys that stored recordings need and the key file has not."),
		probedAt: gauge("worm_probe_timestamp_seconds", "When the storage last answered a WORM probe."),
	}
	for _, state := range []string{"failed", "missing"} {
		m.lost.WithLabelValues(state)
	}
	m.trouble(TroubleNone)
	for _, r := range []string{"stored", "failed"} {
		m.uploads.WithLabelValues(r)
	}
	for _, w := range []WORM{WORMUnknown, WORMEnforced, WORMNotEnforced, WORMUnsupported} {
		m.worm.WithLabelValues(string(w)).Set(0)
	}
	m.worm.WithLabelValues(string(WORMUnknown)).Set(1)
	if r != nil {
		r.MustRegister(m.uploads, m.took, m.count, m.bytes, m.oldest, m.lost, m.up, m.ill, m.worm, m.probedAt, m.encrypts, m.noKeys)
	}
	return m
}

func (m *Metrics) upload(err error, took time.Duration) {
	if m == nil {
		return
	}
	if err != nil {
		m.uploads.WithLabelValues("failed").Inc()
		return
	}
	m.uploads.WithLabelValues("stored").Inc()
	m.took.Observe(took.Seconds())
}

func (m *Metrics) keys(encrypts bool, missing int) {
	if m == nil {
		return
	}
	m.encrypts.Set(0)
	if encrypts {
		m.encrypts.Set(1)
	}
	m.noKeys.Set(float64(missing))
}

func (m *Metrics) backlog(b Backlog) {
	if m == nil {
		return
	}
	m.count.Set(float64(b.Count))
	m.bytes.Set(float64(b.Bytes))
	m.lost.WithLabelValues("failed").Set(float64(b.Failed))
	m.lost.WithLabelValues("missing").Set(float64(b.Missing))
	m.oldest.Set(0)
	if !b.Oldest.IsZero() {
		m.oldest.Set(float64(b.Oldest.Unix()))
	}
}

func (m *Metrics) reachable(ok bool) {
	if m == nil {
		return
	}
	m.up.Set(0)
	if ok {
		m.up.Set(1)
	}
}

func (m *Metrics) probed(found WORM) {
	if m == nil {
		return
	}
	for _, w := range []WORM{WORMUnknown, WORMEnforced, WORMNotEnforced, WORMUnsupported} {
		m.worm.WithLabelValues(string(w)).Set(0)
	}
	m.worm.WithLabelValues(string(found)).Set(1)
	m.probedAt.SetToCurrentTime()
}

func (m *Metrics) trouble(what Trouble) {
	if m == nil {
		return
	}
	for _, t := range Troubles() { // each at once to what it is: somebody may be reading
		now := 0.0
		if t == what {
			now = 1
		}
		m.ill.WithLabelValues(string(t)).Set(now)
	}
}
