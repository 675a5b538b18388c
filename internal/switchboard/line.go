package switchboard

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// AgentState is what an agent's line is doing.
type AgentState string

// The states of a line. Calling and wrapup are set by the calls, the others
// by the agent.
const (
	AgentOffline AgentState = "offline"
	AgentReady   AgentState = "ready"
	AgentBreak   AgentState = "break"
	AgentCalling AgentState = "calling"
	AgentWrapup  AgentState = "wrapup"
)

// AgentStates lists the closed set.
func AgentStates() []AgentState {
	return []AgentState{AgentOffline, AgentReady, AgentBreak, AgentCalling, AgentWrapup}
}

// LineState is a line as the page shows it.
type LineState struct {
	State  AgentState `json:"state"`
	Since  time.Time  `json:"since"`
	Reason string     `json:"reason"`
}

// MediaState is the state of the agent's media connection.
type MediaState struct {
	State string `json:"state"` // none | connecting | connected | disconnected | failed
}

// Line is one agent's softphone: the state, the media connection that is kept
// from sign-in on, and the call it carries.
type Line struct {
	sb      *Switchboard
	agentID uuid.UUID

	mu      sync.Mutex
	state   LineState
	after   AgentState // what the line goes to when the record is written
	media   string
	leg     AgentLeg
	actor   *actor
	ended   *actor // the call whose record is not written yet
	dialing bool   // the gate is being asked
	watches *actor // the call that this supervisor, or this colleague, takes part in
	ringing *ring  // a call that rings here
}

func (l *Line) agentLeg() AgentLeg {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.leg
}

// setState changes the state and tells the page.
func (l *Line) setState(s AgentState, reason string) {
	l.mu.Lock()
	changed := l.state.State != s || l.state.Reason != reason
	if changed {
		l.state = LineState{State: s, Since: l.sb.cfg.Clock().UTC(), Reason: reason}
	}
	state := l.state
	l.mu.Unlock()
	if changed {
		l.sb.cfg.Publisher.Publish(l.agentID, "agent.state", state)
	}
}

// reserve takes the line for a dial, or says why not. The gate decides over
// the rules; these are the states in which the question does not arise.
func (l *Line) reserve() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.actor != nil || l.dialing:
		return &RefusedError{Reason: "agent_busy", Detail: "you have a call already"}
	case l.ringing != nil:
		return errRinging
	case l.watches != nil:
		return &RefusedError{Reason: "monitoring", Detail: "you take part in another agent's call"}
	case l.ended != nil:
		return &RefusedError{Rule: "C-01", Reason: "wrapup_pending", Detail: "write the record of the last call first"}
	case l.state.State != AgentReady:
		return &RefusedError{Reason: "agent_not_ready", Detail: "go ready first"}
	case l.leg == nil || !l.leg.Connected():
		return &RefusedError{Reason: "no_media", Detail: "your headset is not connected to the server"}
	}
	l.dialing = true
	return nil
}

func (l *Line) unreserve() {
	l.mu.Lock()
	l.dialing = false
	l.mu.Unlock()
}

func (l *Line) begin(a *actor) {
	l.mu.Lock()
	l.actor, l.dialing = a, false
	l.after = AgentReady
	l.mu.Unlock()
	l.setState(AgentCalling, "")
}

// callEnded leaves the line in wrap-up until the record is written (Rule C-01).
func (l *Line) callEnded(a *actor) {
	l.mu.Lock()
	if l.actor != a {
		l.mu.Unlock()
		return
	}
	l.actor, l.ended = nil, a
	l.mu.Unlock()
	l.setState(AgentWrapup, "")
}

// recordSaved closes the call and frees the line. It reports whether the call
// was this line's.
func (l *Line) recordSaved(callID uuid.UUID, at time.Time) bool {
	l.mu.Lock()
	if a := l.actor; a != nil && a.id == callID {
		// The ledger has the end, the actor is still putting things away.
		l.mu.Unlock()
		<-a.done
		l.mu.Lock()
	}
	a := l.ended
	if a == nil || a.id != callID {
		l.mu.Unlock()
		return false
	}
	l.ended = nil
	after := l.after
	l.mu.Unlock()
	<-a.done // its goroutine is over: the call is ours to read
	if next, _, err := call.Step(a.call, call.RecordSaved{At: at}); err == nil {
		a.call, a.since = next, at
		l.sb.cfg.Publisher.Publish(l.agentID, "call.state", a.snapshot())
	}
	l.setState(after, "")
	return true
}

// current is the call to show: the live one, the one in wrap-up, or that of a
// colleague who is being helped.
func (l *Line) current() *Snapshot {
	l.mu.Lock()
	a, visited := l.actor, l.watches
	if a == nil {
		a = l.ended
	}
	l.mu.Unlock()
	if a != nil {
		return a.latest.Load()
	}
	if visited != nil {
		if g := visited.guest.Load(); g != nil && g.line == l {
			return g.shot
		}
	}
	return nil
}

// live is the actor of the named live call, if it is this line's.
func (l *Line) live(callID uuid.UUID) *actor {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.actor == nil || l.actor.id != callID {
		return nil
	}
	return l.actor
}
