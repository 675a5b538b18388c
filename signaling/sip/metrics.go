package sip

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the figures of the telephone side. Labels are closed: trunks are
// the configured ones.
type metrics struct {
	invites   *prometheus.CounterVec
	received  *prometheus.CounterVec
	responses *prometheus.CounterVec
	endings   *prometheus.CounterVec
	first     *prometheus.HistogramVec
	active    prometheus.Gauge
	forks     prometheus.Counter
	glare     prometheus.Counter
	dropped   prometheus.Counter
	refused   *prometheus.CounterVec
	probes    *prometheus.CounterVec
	trunks    *prometheus.GaugeVec
	avoid     *prometheus.GaugeVec

	registrations *prometheus.CounterVec
	registered    *prometheus.GaugeVec
}

// The closed set of endings.
var endings = [...]string{"refused", "no_response", "no_final_response", "transport", "stopped", "local", "remote", "lost"}

func newMetrics(r prometheus.Registerer, trunks []Trunk) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		invites:   vec("huifang_sip_invites_total", "INVITEs of new calls, by trunk.", "trunk"),
		received:  vec("huifang_sip_invites_received_total", "INVITEs of new calls from trunks, by verdict.", "trunk", "verdict"),
		responses: vec("huifang_sip_responses_total", "Responses to INVITEs by trunk and class.", "trunk", "class"),
		endings:   vec("huifang_sip_calls_ended_total", "Ended SIP calls by trunk and how they ended.", "trunk", "ending"),
		first: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_sip_first_response_seconds",
			Help: "Time from INVITE to its first response, by trunk.", Buckets: []float64{.005, .02, .05, .1, .2, .5, 1, 2, 3}}, []string{"trunk"}),
		active:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_sip_calls_active", Help: "SIP calls without their end."}),
		forks:   counter("huifang_sip_forks_released_total", "Unwanted 2xx that were ACKed and ended by BYE."),
		glare:   counter("huifang_sip_answers_after_cancel_total", "Answers that crossed our CANCEL."),
		dropped: counter("huifang_sip_packets_dropped_total", "Packets and connections of sources that are no trunk."),
		refused: vec("huifang_sip_messages_refused_total", "Messages and connections of trunks that went no further, by reason.", "reason"),
		probes:  vec("huifang_sip_options_total", "OPTIONS to trunks by result.", "trunk", "result"),
		trunks: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_sip_trunk_state",
			Help: "1 for the state a trunk is in."}, []string{"trunk", "state"}),
		avoid: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_sip_trunk_avoid_until_timestamp_seconds",
			Help: "Until when a trunk asked to be left alone (Retry-After), 0 if it never did."}, []string{"trunk"}),
		registrations: vec("huifang_sip_registrations_total", "REGISTERs to trunks that want them, by result.", "trunk", "result"),
		registered: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_sip_trunk_registered_until_timestamp_seconds",
			Help: "Until when the trunk holds our registration, 0 when it does not."}, []string{"trunk"}),
	}
	for _, reason := range refusals() {
		m.refused.WithLabelValues(string(reason))
	}
	for _, t := range trunks {
		m.begin(t)
	}
	if r != nil {
		r.MustRegister(m.invites, m.received, m.responses, m.endings, m.first, m.active, m.forks, m.glare, m.dropped, m.refused, m.probes, m.trunks, m.avoid, m.registrations, m.registered)
	}
	return m
}

// begin shows a trunk's figures before anything has happened.
func (m *metrics) begin(t Trunk) {
	m.invites.WithLabelValues(t.Name)
	m.first.WithLabelValues(t.Name)
	for _, v := range []string{receivedTaken, receivedUnknownNumber, receivedNoCodec, receivedNotEncrypted, receivedMerged, receivedStopping, receivedTooMany} {
		m.received.WithLabelValues(t.Name, v)
	}
	for _, c := range []string{"1xx", "2xx", "3xx", "4xx", "5xx", "6xx"} {
		m.responses.WithLabelValues(t.Name, c)
	}
	for _, e := range endings {
		m.endings.WithLabelValues(t.Name, e)
	}
	for _, p := range []string{"answered", "no_response"} {
		m.probes.WithLabelValues(t.Name, p)
	}
	m.trunkState(t.Name, TrunkUnknown)
	m.avoid.WithLabelValues(t.Name)
	if t.Register {
		m.registered.WithLabelValues(t.Name)
		for _, r := range []Registration{RegistrationActive, RegistrationRefused, RegistrationNoAnswer} {
			m.registrations.WithLabelValues(t.Name, string(r))
		}
	}
}

// end takes away what a trunk that is gone no longer is; its counts stay.
func (m *metrics) end(trunk string) {
	of := prometheus.Labels{"trunk": trunk}
	for _, g := range []*prometheus.GaugeVec{m.trunks, m.avoid, m.registered} {
		g.DeletePartialMatch(of)
	}
}

func (m *metrics) response(trunk string, code int) {
	if code >= 100 && code < 700 {
		m.responses.WithLabelValues(trunk, string(rune('0'+code/100))+"xx").Inc()
	}
}

func (m *metrics) firstResponse(trunk string, d time.Duration) {
	m.first.WithLabelValues(trunk).Observe(d.Seconds())
}

func (m *metrics) trunkState(trunk string, s TrunkState) {
	for _, known := range []TrunkState{TrunkUnknown, TrunkUp, TrunkDown} {
		v := 0.0
		if known == s {
			v = 1
		}
		m.trunks.WithLabelValues(trunk, string(known)).Set(v)
	}
}

// ended counts a terminal event.
func (m *metrics) ended(trunk string, e Event) {
	ending := "refused"
	switch e := e.(type) {
	case Ended:
		ending = string(e.By)
	case Failed:
		switch {
		case e.NoResponse:
			ending = "no_response"
		case e.Code != 0:
		case e.Err == ErrStopped:
			ending = "stopped"
		case e.Err == ErrNoFinalResponse:
			ending = "no_final_response"
		default:
			ending = "transport"
		}
	}
	m.endings.WithLabelValues(trunk, ending).Inc()
}
