package switchboard

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// ProbeOrder is a test call over one trunk. Nobody talks: the recording notice
// goes out, and what comes back is recorded and measured.
type ProbeOrder struct {
	ID, RecordingID         uuid.UUID
	Trunk, Number, CallerID string
}

// ProbeEnd is what became of a test call. Zero times: it did not come to that.
type ProbeEnd struct {
	RingingAt, AnsweredAt, EndedAt time.Time
	SIPCode                        int // 0: no response
	Outcome                        call.Outcome
	Reason                         string
	Figures                        media.Figures // of what came back
	MOS                            float64       // 0: nothing came
}

// Limits of a test call.
const (
	probeRings  = 45 * time.Second        // then it is cancelled
	probeTalks  = 30 * time.Second        // whatever is played
	probeTail   = 1500 * time.Millisecond // what comes back after the notice
	probeLeaves = 35 * time.Second        // for the final response after a CANCEL (RFC 3261 9.1)
)

// Probe makes a test call in the background, recorded as any call: without a
// recorder nothing is dialled (Rule T-01). ended is called once, when the call
// is over, before its recording is sealed. It belongs to no task and to no
// figure of the call-back work.
func (s *Switchboard) Probe(o ProbeOrder, ended func(ProbeEnd)) {
	s.mu.Lock()
	stopping := s.stopping
	if !stopping {
		s.running.Go(func() { s.probe(o, ended) })
	}
	s.mu.Unlock()
	if stopping { // ended may take its time
		ended(ProbeEnd{EndedAt: s.cfg.Clock(), Outcome: call.OutcomeInternal, Reason: "shutdown"})
	}
}

// probe is a test call while it is under way; its goroutine owns it.
type probe struct {
	sb       *Switchboard
	order    ProbeOrder
	recorder Recorder
	bridge   *media.Bridge
	leg      CustomerLeg
	meter    *media.Meter
	timer    *time.Timer
	played   chan struct{}
	hangUp   bool // the notice is over: the timer ends the call
	cancel   call.CancelCause
	evidence call.Evidence
	end      ProbeEnd
}

func (s *Switchboard) probe(o ProbeOrder, ended func(ProbeEnd)) {
	now := s.cfg.Clock()
	p := &probe{sb: s, order: o, meter: media.NewMeter(now), played: make(chan struct{}), timer: time.NewTimer(probeRings), evidence: call.Evidence{DialedAt: now}}
	defer p.timer.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	broken := make(chan struct{})
	var err error
	p.recorder, err = s.cfg.Recorders.Open(ctx, RecordingOrder{RecordingID: o.RecordingID, CallID: o.ID, At: now, Failed: func(string) { close(broken) }})
	if err != nil {
		s.cfg.Logger.Warn("probe without a recorder not dialled", "probe_id", o.ID, "error", err)
		p.finish(call.OutcomeRecorderFailure, "recorder_failure")
		ended(p.end)
		return
	}
	p.bridge = media.NewBridge(media.BridgeConfig{Tap: p.recorder, Metrics: s.cfg.BridgeMetrics})
	over := make(chan struct{})
	events := make(chan CarrierEvent, 16)
	p.leg, err = s.cfg.Carrier.Dial(ctx, DialOrder{CallID: o.ID, AttemptID: o.ID, Trunk: o.Trunk, Number: o.Number, CallerID: o.CallerID}, func(ev CarrierEvent) {
		select {
		case events <- ev:
		case <-over:
		}
	})
	if err != nil {
		s.cfg.Logger.Warn("probe not dialled", "probe_id", o.ID, "error", err)
		p.finish(call.OutcomeInternal, "dial_failed")
	} else {
		p.bridge.SetCustomer(p.leg.Media())
		p.bridge.SetMode(media.ModeEarly)
		p.run(events, broken)
	}
	close(over)
	p.bridge.Close()
	if p.leg != nil {
		p.leg.Close()
	}
	p.recorder.Mark("ended", p.end.EndedAt)
	ended(p.end)
	p.recorder.Close("")
}

func (p *probe) run(events <-chan CarrierEvent, broken <-chan struct{}) {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for p.end.EndedAt.IsZero() {
		select {
		case ev := <-events:
			p.happened(ev)
		case <-p.played:
			p.played, p.hangUp = nil, true
			p.timer.Reset(probeTail)
		case <-p.timer.C:
			p.late()
		case <-look.C:
			p.meter.Look(p.leg.Media())
		case <-broken:
			p.giveUp(call.OutcomeRecorderFailure, "recorder_failure") // Rule T-01
		case <-p.sb.ending:
			p.giveUp(call.OutcomeInternal, "shutdown")
		}
	}
	p.meter.Look(p.leg.Media())
	p.end.Figures = p.meter.Figures()
	if f := p.end.Figures; f.Received > 0 {
		p.end.MOS = p.sb.mos(f.Loss(), f.Jitter, f.RoundTrip)
	}
}

func (p *probe) finish(o call.Outcome, reason string) {
	p.end.EndedAt, p.end.Outcome, p.end.Reason = p.sb.cfg.Clock(), o, reason
	p.sb.cfg.Metrics.probe(p.order.Trunk, o)
}

// giveUp ends the call whatever its state.
func (p *probe) giveUp(o call.Outcome, reason string) {
	if p.end.AnsweredAt.IsZero() {
		p.leg.Cancel(reason)
	} else {
		p.leg.Bye(reason)
	}
	p.finish(o, reason)
}

// late is the end of what the timer stands for.
func (p *probe) late() {
	switch {
	case p.hangUp || !p.end.AnsweredAt.IsZero():
		p.leg.Bye("probe_over")
		p.finish(call.OutcomeAnswered, "")
	case p.cancel == call.NotCancelled:
		p.cancel = call.CancelDeadline
		p.evidence.CancelledAt = p.sb.cfg.Clock()
		p.leg.Cancel("probe_over")
		p.timer.Reset(probeLeaves)
	default:
		p.finish(call.OutcomeInternal, "no_final_response")
	}
}

func (p *probe) happened(ev CarrierEvent) {
	switch e := ev.(type) {
	case LegProvisional:
		if e.Code == 180 && p.end.RingingAt.IsZero() {
			p.end.RingingAt, p.evidence.RingingAt, p.evidence.Saw180 = e.At, e.At, true
			p.recorder.Mark("ringing", e.At)
		}
	case LegAnswered:
		p.end.AnsweredAt, p.end.SIPCode = e.At, 200
		p.recorder.Mark("answered", e.At)
		if e.AfterCancel {
			p.leg.Bye("probe_over")
			p.finish(call.OutcomeNoAnswer, "answered_after_cancel")
			return
		}
		p.timer.Reset(probeTalks)
		played := p.played
		p.bridge.SetMode(media.ModeAnnounce)
		p.bridge.Play(p.sb.cfg.Prompts.Notice(probeLanguage), func() { close(played) })
	case LegHungUp:
		p.finish(call.OutcomeAnswered, "far_end_hung_up")
	case LegFailed:
		p.evidence.EndedAt, p.end.SIPCode = e.At, e.Code
		o, reason, _ := p.sb.cfg.Carrier.Classify(FailureFacts{Trunk: p.order.Trunk, Failed: e, Evidence: p.evidence, RingOK: true, Cancel: p.cancel})
		p.finish(o, reason)
	}
}

// probeLanguage is that of the notice which a probe plays.
const probeLanguage = "zh-CN"
