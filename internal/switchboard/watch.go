package switchboard

import (
	"encoding/json"
	"time"

	"huifang/internal/call"
	"huifang/media"
)

const (
	// qualityInterval is how often a live call's media is looked at.
	qualityInterval = time.Second
	// customerSilence ends a call whose customer side sends nothing at all.
	customerSilence = 30 * time.Second
	// oneWayAfter is how long a direction may stay empty before it is shown.
	oneWayAfter = 3 * time.Second
)

// LegQuality is one direction's figures as the page shows them.
type LegQuality struct {
	Loss         float64 `json:"loss"`
	JitterMs     float64 `json:"jitter_ms"`
	RttMs        float64 `json:"rtt_ms"`
	MOS          float64 `json:"mos"`
	LastPacketMs int64   `json:"last_packet_ms"` // since the last packet, -1 before the first
	Packets      uint64  `json:"packets"`
}

// Quality is sent to the page of a live call every few seconds.
type Quality struct {
	CallID   string     `json:"call_id"`
	Agent    LegQuality `json:"agent"`
	Customer LegQuality `json:"customer"`
	OneWay   string     `json:"one_way"` // "", "agent" or "customer": who is not heard
}

func legQuality(s media.Stats, now time.Time, mos func(loss float64, jitter, rtt time.Duration) float64) LegQuality {
	q := LegQuality{JitterMs: ms(s.Jitter), RttMs: ms(s.RoundTrip), LastPacketMs: -1, Packets: s.PacketsReceived}
	if total := s.PacketsReceived + s.PacketsLost; total > 0 {
		q.Loss = float64(s.PacketsLost) / float64(total)
	}
	if !s.LastReceived.IsZero() {
		q.LastPacketMs = now.Sub(s.LastReceived).Milliseconds()
	}
	q.MOS = mos(q.Loss, s.Jitter, s.RoundTrip)
	return q
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// watchMedia publishes the quality of a connected call and ends one whose
// customer side has gone silent for good.
func (a *actor) watchMedia() {
	if a.leg == nil || !a.call.State.Answered() {
		return
	}
	now := a.sb.cfg.Clock()
	customer := a.leg.Media().Stats()
	heard := customer.LastReceived
	if heard.Before(a.call.Evidence.AnsweredAt) {
		heard = a.call.Evidence.AnsweredAt
	}
	if now.Sub(heard) > customerSilence && a.call.State != call.StateHeld {
		a.stepOn(call.MediaTimedOut{At: now})
		return
	}
	q := a.quality(now, customer)
	a.sb.cfg.Metrics.oneWay(q.OneWay)
	a.sb.cfg.Publisher.Publish(a.line.agentID, "call.quality", q)
}

func (a *actor) quality(now time.Time, customer media.Stats) Quality {
	q := Quality{CallID: a.id.String(), Customer: legQuality(customer, now, a.sb.mos)}
	if leg := a.line.agentLeg(); leg != nil {
		q.Agent = legQuality(leg.Stats(), now, a.sb.mos)
	}
	silent := func(l LegQuality) bool { return l.LastPacketMs < 0 || l.LastPacketMs > oneWayAfter.Milliseconds() }
	switch {
	case now.Sub(a.call.Evidence.AnsweredAt) < oneWayAfter || a.call.State == call.StateHeld:
	case silent(q.Customer) || a.unheard(media.Customer, now):
		q.OneWay = "customer"
	case silent(q.Agent) || (!a.muted && a.unheard(media.Agent, now)):
		q.OneWay = "agent"
	}
	return q
}

// unheard asks the ear about a side while both are to be heard: packets may
// come with nothing in them, of a dead microphone for instance.
func (a *actor) unheard(side media.Side, now time.Time) bool {
	return a.ear != nil && !a.voiceFrom.IsZero() && a.ear.Missing(side, a.voiceFrom, now)
}

// qualityFacts is what the call's row keeps.
func (a *actor) qualityFacts() json.RawMessage {
	if a.leg == nil {
		return json.RawMessage("{}")
	}
	facts, err := json.Marshal(a.quality(a.sb.cfg.Clock(), a.leg.Media().Stats()))
	if err != nil {
		a.logger.Error("quality facts not kept", "error", err)
		return json.RawMessage("{}")
	}
	return facts
}
