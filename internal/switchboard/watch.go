package switchboard

import (
	"time"

	"huifang/internal/call"
	"huifang/media"
)

const (
	// qualityInterval is how often a live call's figures go to its page.
	qualityInterval = time.Second
	// customerSilence ends a call whose customer side sends nothing at all.
	customerSilence = 30 * time.Second
	// oneWayAfter is how long a side may send nothing before it counts as not
	// heard; the ear judges what is in the packets.
	oneWayAfter = 2500 * time.Millisecond
)

// LegQuality is one direction's figures over the call, as the page shows them.
type LegQuality struct {
	Loss         float64 `json:"loss"`
	Late         uint64  `json:"late"`
	JitterMs     float64 `json:"jitter_ms"`
	RttMs        float64 `json:"rtt_ms"`
	MOS          float64 `json:"mos"`
	LastPacketMs int64   `json:"last_packet_ms"` // since the last packet, -1 before the first
	Packets      uint64  `json:"packets"`
}

// Quality is sent to the page of a live call about once a second.
type Quality struct {
	CallID      string     `json:"call_id"`
	Agent       LegQuality `json:"agent"`
	Customer    LegQuality `json:"customer"`
	OneWay      string     `json:"one_way"`       // "", "agent" or "customer": who is not heard
	OneWayCause string     `json:"one_way_cause"` // "", "no_packets" or "silent"
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// watch is what a call knows of the quality of its two sides.
type watch struct {
	agent, customer *media.Meter
	heldUntil       time.Time // the last moment at which either side held the other
	oneWay          oneWay
	unheard         map[media.Side]time.Duration // while it was to be heard
	looked          time.Time
	browser         browserMeter
}

// oneWay says who is not heard, and why; the zero value is nobody.
type oneWay struct {
	side  media.Side
	cause string
}

// Why a side is not heard: the closed set of the label.
const (
	unheardNoPackets = "no_packets" // nothing comes
	unheardSilent    = "silent"     // packets, but no sound in them
)

func (o oneWay) word() string {
	if o.side == media.SideUnknown {
		return ""
	}
	return o.side.String()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// watchMedia takes the second's figures of a connected call to its page and ends
// one whose customer side has gone silent for good. A customer who is held,
// or who holds us, may send nothing for as long as that lasts.
func (a *actor) watchMedia() {
	if a.leg == nil || !a.call.State.Answered() {
		return
	}
	a.lookAtLegs()
	a.listen()
	now := a.sb.cfg.Clock()
	if a.onHold() {
		a.watch.heldUntil = now
	}
	expected := later(a.call.Evidence.AnsweredAt, a.watch.heldUntil)
	if now.Sub(later(a.leg.Media().Stats().LastReceived, expected)) > customerSilence {
		a.stepOn(call.MediaTimedOut{At: now})
		return
	}
	a.sb.cfg.Metrics.oneWaySeconds(a.watch.oneWay.word())
	a.sb.cfg.Publisher.Publish(a.line.agentID, "call.quality", a.quality(now))
}

// onHold reports whether one side has put the other on hold.
func (a *actor) onHold() bool {
	return a.call.State == call.StateHeld || a.leg != nil && a.leg.OnHold()
}

func (a *actor) lookAtLegs() {
	a.watch.customer.Look(a.leg.Media())
	if leg := a.line.agentLeg(); leg != nil {
		a.watch.agent.Look(leg)
	}
}

// listen judges who is not heard, several times a second, and tells the page at
// once when that changes.
func (a *actor) listen() {
	if a.leg == nil || !a.call.State.Answered() {
		return
	}
	now := a.sb.cfg.Clock()
	if a.onHold() || a.call.Untaken() {
		a.watch.heldUntil = now
	}
	before := a.watch.oneWay
	a.watch.oneWay = a.judgeOneWay(now)
	if passed := now.Sub(a.watch.looked); before.side != media.SideUnknown && passed < qualityInterval {
		a.watch.unheard[before.side] += passed
	}
	a.watch.looked = now
	if a.watch.oneWay == before {
		return
	}
	if o := a.watch.oneWay; o.side != media.SideUnknown && o.side != before.side {
		a.sb.cfg.Metrics.oneWayFound(o, a.trunk.Name)
		a.logger.Warn("one-way audio", "silent", o.word(), "cause", o.cause, "trunk", a.trunk.Name)
	}
	a.sb.cfg.Publisher.Publish(a.line.agentID, "call.quality", a.quality(now))
}

// judgeOneWay: packets are to be expected from the answer on, or from the end of
// a hold; sound from the moment at which both are connected.
func (a *actor) judgeOneWay(now time.Time) oneWay {
	if a.onHold() || a.call.Untaken() {
		return oneWay{}
	}
	expected := later(a.call.Evidence.AnsweredAt, a.watch.heldUntil)
	if now.Sub(later(a.leg.Media().Stats().LastReceived, expected)) >= oneWayAfter {
		return oneWay{media.Customer, unheardNoPackets}
	}
	if a.call.AgentAway {
		return oneWay{media.Agent, unheardNoPackets}
	}
	if a.ear == nil || a.voiceFrom.IsZero() {
		return oneWay{}
	}
	from := later(a.voiceFrom, a.watch.heldUntil)
	if cause := a.ear.Missing(media.Customer, from, now); cause != "" {
		return oneWay{media.Customer, cause}
	}
	if cause := a.ear.Missing(media.Agent, from, now); cause != "" && !a.muted {
		return oneWay{media.Agent, cause}
	}
	return oneWay{}
}

func (a *actor) quality(now time.Time) Quality {
	q := Quality{CallID: a.id.String(), OneWay: a.watch.oneWay.word(), OneWayCause: a.watch.oneWay.cause,
		Customer: a.legQuality(a.watch.customer.Figures(), a.leg.Media().Stats(), now)}
	q.Agent.LastPacketMs = -1
	if leg := a.line.agentLeg(); leg != nil {
		q.Agent = a.legQuality(a.watch.agent.Figures(), leg.Stats(), now)
	}
	return q
}

func (a *actor) legQuality(f media.Figures, s media.Stats, now time.Time) LegQuality {
	q := LegQuality{Loss: f.Loss(), Late: f.Late, JitterMs: ms(s.Jitter), RttMs: ms(s.RoundTrip), LastPacketMs: -1, Packets: f.Received}
	if !s.LastReceived.IsZero() {
		q.LastPacketMs = now.Sub(s.LastReceived).Milliseconds()
	}
	q.MOS = a.sb.mos(q.Loss, s.Jitter, s.RoundTrip)
	return q
}
