package switchboard

import (
	"time"

	"huifang/internal/call"
)

const (
	// agentInterval is how often a live call looks whether its agent sends.
	agentInterval = 100 * time.Millisecond
	// agentLooks without a packet make the agent lost: 1.3 to 1.4 s after the last
	// one. A browser sends 50 packets a second, also muted and with a track
	// that is disabled, so silence of the agent is not absence.
	agentLooks = 13
)

// Why an agent was lost: the closed set of the label.
const (
	lostConnection = "connection" // there is none, or ICE says that it is down
	lostSilent     = "no_packets" // it is up by name, but nothing comes
)

// agentWatch is what a call knows of its agent's media. Looks are counted, not
// time: when this process had no processor for a second, nobody is lost for it.
type agentWatch struct {
	leg   AgentLeg // nil while there is none that is connected
	last  time.Time
	empty int // looks in a row that saw no new packet
}

// checkAgent looks at the line's connection, with every change of it, and with
// look at every tick, and tells the call when its agent is lost or back.
func (a *actor) checkAgent(look bool) error {
	if a.call.Untaken() {
		return nil // nobody is there yet
	}
	leg, now := a.line.agentLeg(), a.sb.cfg.Clock()
	if leg == nil || !leg.Connected() {
		a.agent = agentWatch{}
		return a.agentLost(now, lostConnection)
	}
	heard := leg.Stats().LastReceived
	if leg != a.agent.leg {
		a.agent = agentWatch{leg: leg, last: heard}
		if a.bridge != nil {
			a.bridge.SetAgent(leg)
		}
		return nil // it is back when something comes
	}
	switch {
	case !heard.Equal(a.agent.last):
		a.agent.last, a.agent.empty = heard, 0
		if a.call.AgentAway {
			return a.step(call.AgentBack{At: now})
		}
	case look && a.agent.empty < agentLooks:
		a.agent.empty++
		if a.agent.empty == agentLooks {
			return a.agentLost(now, lostSilent)
		}
	}
	return nil
}

func (a *actor) agentLost(now time.Time, cause string) error {
	if a.call.AgentAway || !a.call.State.Live() {
		return nil
	}
	a.sb.cfg.Metrics.agentLost(cause)
	a.logger.Warn("agent's media lost", "cause", cause, "state", a.call.State.String())
	return a.step(call.AgentLost{At: now})
}
