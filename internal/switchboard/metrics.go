package switchboard

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/call"
)

// Metrics are the figures of the calls. A nil *Metrics counts nothing.
type Metrics struct {
	calls    prometheus.Gauge
	moves    *prometheus.CounterVec
	attempts *prometheus.CounterVec
	ring     prometheus.Histogram
	delay    *prometheus.HistogramVec
	probes   *prometheus.CounterVec
	refusals *prometheus.CounterVec
	retries  prometheus.Counter
	oneWays  *prometheus.CounterVec
	losses   *prometheus.CounterVec
	marks    *prometheus.CounterVec
	paused   prometheus.Counter
	found    *prometheus.CounterVec
	legs     legMetrics
	inbound  inboundMetrics
}

// NewMetrics makes the figures and registers them.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		calls: prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_calls_live", Help: "Calls that are dialled, ringing or connected now."}),
		moves: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_transitions_total",
			Help: "Changes of a call's state, by the new state."}, []string{"state"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_attempts_total",
			Help: "Ended attempts by trunk and outcome (Rule T-06); of them answered is the answer-seizure ratio."}, []string{"trunk", "outcome"}),
		ring: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "huifang_call_ring_seconds",
			Help: "Time an attempt rang (Rule T-03).", Buckets: []float64{1, 5, 10, 15, 20, 25, 30, 45, 60}}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_dials_refused_total",
			Help: "Dials that did not start, by who refused."}, []string{"by"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_call_ledger_retries_total",
			Help: "Writes of a live call that the database did not take at once."}),
		oneWays: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_one_way_seconds_total",
			Help: "Seconds of connected calls in which one side was not heard."}, []string{"silent"}),
	}
	m.delay = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_call_post_dial_delay_seconds",
		Help: "From the dial to the ringing, or to the answer where nothing rang before, by trunk.", Buckets: []float64{0.25, 0.5, 1, 2, 3, 5, 8, 12, 20}}, []string{"trunk"})
	m.probes = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_trunk_probes_total",
		Help: "Test calls over a trunk by outcome; they are in no other figure of calls."}, []string{"trunk", "outcome"})
	m.losses = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_agent_losses_total",
		Help: "Times a live call lost its agent's media, by what was missing."}, []string{"cause"})
	m.marks = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_marks_total",
		Help: "What was done in calls: secure pauses (Rule T-13), complaints (Rule C-20)."}, []string{"kind"})
	m.paused = prometheus.NewCounter(prometheus.CounterOpts{Name: "huifang_call_paused_seconds_total",
		Help: "Time that secure pauses kept out of recordings (Rule T-13)."})
	for _, k := range call.MarkKinds() {
		m.marks.WithLabelValues(string(k))
	}
	m.found = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_call_one_way_total",
		Help: "Times a side of a connected call was found not to be heard, by side, cause and trunk."}, []string{"silent", "cause", "trunk"})
	m.legs = newLegMetrics()
	m.inbound = newInboundMetrics()
	for _, s := range call.States() {
		m.moves.WithLabelValues(s.String())
	}
	for _, by := range []string{"line", "gate", "trunk", "caller_id", "recorder"} {
		m.refusals.WithLabelValues(by)
	}
	for _, side := range []string{"agent", "customer"} {
		m.oneWays.WithLabelValues(side)
	}
	for _, cause := range []string{lostConnection, lostSilent} {
		m.losses.WithLabelValues(cause)
	}
	if r != nil {
		r.MustRegister(m.delay, m.probes, m.marks, m.paused, m.found, m.losses, m.calls, m.moves, m.attempts, m.ring, m.refusals, m.retries, m.oneWays)
		m.legs.register(r)
		m.inbound.register(r)
	}
	return m
}

func (m *Metrics) live(n int) {
	if m != nil {
		m.calls.Set(float64(n))
	}
}

func (m *Metrics) state(to call.State) {
	if m != nil {
		m.moves.WithLabelValues(to.String()).Inc()
	}
}

func (m *Metrics) attempt(trunk string, o call.Outcome, e call.Evidence) {
	if m == nil {
		return
	}
	m.attempts.WithLabelValues(trunk, string(o)).Inc()
	if rang := e.RingTime(); rang > 0 {
		m.ring.Observe(rang.Seconds())
	}
	first := e.RingingAt
	if first.IsZero() {
		first = e.AnsweredAt
	}
	if !first.IsZero() {
		m.delay.WithLabelValues(trunk).Observe(first.Sub(e.DialedAt).Seconds())
	}
}

func (m *Metrics) probe(trunk string, o call.Outcome) {
	if m != nil {
		m.probes.WithLabelValues(trunk, string(o)).Inc()
	}
}

func (m *Metrics) refused(by string) {
	if m != nil {
		m.refusals.WithLabelValues(by).Inc()
	}
}

func (m *Metrics) ledgerRetry() {
	if m != nil {
		m.retries.Inc()
	}
}

func (m *Metrics) oneWaySeconds(side string) {
	if m != nil && side != "" {
		m.oneWays.WithLabelValues(side).Add(qualityInterval.Seconds())
	}
}

func (m *Metrics) oneWayFound(o oneWay, trunk string) {
	if m != nil {
		m.found.WithLabelValues(o.word(), o.cause, trunk).Inc()
	}
}

func (m *Metrics) agentLost(cause string) {
	if m != nil {
		m.losses.WithLabelValues(cause).Inc()
	}
}

// marked counts a mark once, and the length of a pause at its end.
func (m *Metrics) marked(k CallMark) {
	if m == nil {
		return
	}
	if k.EndedAt.IsZero() || k.EndedAt.Equal(k.At) {
		m.marks.WithLabelValues(string(k.Kind)).Inc()
	}
	if k.Kind == call.MarkPause && k.EndedAt.After(k.At) {
		m.paused.Add(k.EndedAt.Sub(k.At).Seconds())
	}
}

// legMetrics are the figures of the legs of ended calls.
type legMetrics struct {
	loss, late, jitter, trip, mos *prometheus.HistogramVec
	concealed                     prometheus.Histogram
}

func newLegMetrics() legMetrics {
	ratios := []float64{0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1}
	times := []float64{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6}
	scores := []float64{1, 1.5, 2, 2.5, 3, 3.25, 3.5, 3.75, 4, 4.1, 4.2, 4.3, 4.4, 4.5}
	l := legMetrics{
		loss: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_call_leg_loss_ratio", Buckets: ratios,
			Help: "Share of a party's packets that were lost or late, of answered calls."}, []string{"leg"}),
		late: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_call_leg_late_ratio", Buckets: ratios,
			Help: "Share of a party's packets that came after the playout delay, of answered calls."}, []string{"leg"}),
		jitter: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_call_leg_jitter_seconds", Buckets: times,
			Help: "Mean interarrival jitter of a party's packets, of answered calls (RFC 3550 6.4.1)."}, []string{"leg"}),
		trip: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_call_leg_round_trip_seconds", Buckets: times,
			Help: "Mean round trip to a party, of answered calls with RTCP."}, []string{"leg"}),
		mos: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_call_leg_mos", Buckets: scores,
			Help: "Estimated mean opinion score of a party's voice, of answered calls (ITU-T G.107)."}, []string{"leg"}),
		concealed: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "huifang_call_concealed_ratio", Buckets: ratios,
			Help: "Share of what an agent heard that the browser had to make up, silence left out, of answered calls."}),
	}
	for _, h := range []*prometheus.HistogramVec{l.loss, l.late, l.jitter, l.trip, l.mos} {
		h.WithLabelValues("agent")
		h.WithLabelValues("customer")
	}
	return l
}

func (l legMetrics) register(r prometheus.Registerer) {
	r.MustRegister(l.loss, l.late, l.jitter, l.trip, l.mos, l.concealed)
}

// leg counts the figures of one leg of an ended call.
func (m *Metrics) leg(r LegRecord) {
	if m == nil || r.Received == 0 {
		return
	}
	leg := r.Side.String()
	m.legs.loss.WithLabelValues(leg).Observe(r.Loss)
	m.legs.late.WithLabelValues(leg).Observe(float64(r.Late) / float64(r.Received))
	m.legs.jitter.WithLabelValues(leg).Observe(r.Jitter.Seconds())
	m.legs.mos.WithLabelValues(leg).Observe(r.MOS)
	if r.RoundTrip > 0 {
		m.legs.trip.WithLabelValues(leg).Observe(r.RoundTrip.Seconds())
	}
}

func (m *Metrics) concealed(b BrowserFigures) {
	if m == nil || b.Samples == 0 || b.Concealed < b.SilentConcealed {
		return
	}
	m.legs.concealed.Observe(min(float64(b.Concealed-b.SilentConcealed)/float64(b.Samples), 1))
}

// inboundMetrics are the figures of the calls of customers.
type inboundMetrics struct {
	waiting prometheus.Gauge
	offers  *prometheus.CounterVec
	ended   *prometheus.CounterVec
	wait    *prometheus.HistogramVec
}

// offerEnds are how the offer of an inbound call to one agent may end.
func offerEnds() []string {
	return []string{"accepted", call.TransferDeclined, call.TransferTimedOut, call.TransferLost}
}

const inboundTaken = "taken"

func newInboundMetrics() inboundMetrics {
	m := inboundMetrics{
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{Name: "huifang_inbound_waiting_calls", Help: "Customers who wait for an agent now."}),
		offers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_inbound_offers_total",
			Help: "Inbound calls that rang at a softphone, by how that ended; offered counts all."}, []string{"result"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "huifang_inbound_calls_total",
			Help: "Inbound calls that were answered, by whether an agent took them, or why not."}, []string{"result"}),
		wait: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "huifang_inbound_wait_seconds",
			Help:    "Time from the end of the recording notice until an agent took the call, or until it was over.",
			Buckets: []float64{1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300}}, []string{"result"}),
	}
	m.offers.WithLabelValues("offered")
	for _, e := range offerEnds() {
		m.offers.WithLabelValues(e)
	}
	m.ended.WithLabelValues(inboundTaken)
	for _, r := range call.UntakenReasons() {
		m.ended.WithLabelValues(r)
	}
	for _, r := range []string{inboundTaken, string(call.OutcomeNotTaken)} {
		m.wait.WithLabelValues(r)
	}
	return m
}

func (m inboundMetrics) register(r prometheus.Registerer) {
	r.MustRegister(m.waiting, m.offers, m.ended, m.wait)
}

func (m *Metrics) waiting(by int) {
	if m != nil {
		m.inbound.waiting.Add(float64(by))
	}
}

// offered counts an offer, and its end when there is one.
func (m *Metrics) offered(end string) {
	if m == nil {
		return
	}
	if end == "" {
		end = "offered"
	}
	m.inbound.offers.WithLabelValues(end).Inc()
}

// inboundEnded counts what became of the wait of an inbound call.
func (m *Metrics) inboundEnded(c call.Call) {
	if m == nil {
		return
	}
	result, class, until := inboundTaken, inboundTaken, c.TalkAt
	if c.Untaken() {
		result, class, until = c.Reason, string(call.OutcomeNotTaken), c.EndedAt
		if c.Outcome != call.OutcomeNotTaken {
			result = string(c.Outcome)
		}
	}
	m.inbound.ended.WithLabelValues(result).Inc()
	var wait time.Duration
	if !c.QueuedAt.IsZero() {
		wait = until.Sub(c.QueuedAt)
	}
	m.inbound.wait.WithLabelValues(class).Observe(wait.Seconds())
}
