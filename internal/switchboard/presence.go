package switchboard

import (
	"context"

	"github.com/google/uuid"
)

// Presence is what a page that connects needs to know of its line.
type Presence struct {
	Agent LineState
	Media MediaState
	Call  *Snapshot
	Offer *Offer // a call that rings here
	Free  bool   // a call could ring here now
}

// Presence gives the line of an agent as it stands.
func (s *Switchboard) Presence(agentID uuid.UUID) Presence {
	l := s.Line(agentID)
	l.mu.Lock()
	p := Presence{Agent: l.state, Media: MediaState{State: l.media}}
	p.Free = l.free() == nil
	if l.ringing != nil {
		o := l.ringing.Offer
		p.Offer = &o
	}
	l.mu.Unlock()
	p.Call = l.current()
	return p
}

// SetAgentState is the agent's wish: ready, break or offline. During a call or
// its wrap-up it is remembered and taken when the record is written.
func (s *Switchboard) SetAgentState(agentID uuid.UUID, state AgentState, reason string) error {
	if state != AgentReady && state != AgentBreak && state != AgentOffline {
		return &RefusedError{Reason: "invalid_state", Detail: "ready, break and offline can be chosen"}
	}
	l := s.Line(agentID)
	l.mu.Lock()
	if l.actor != nil || l.ended != nil || l.dialing || l.state.State == AgentCalling {
		l.after = state
		l.mu.Unlock()
		return nil
	}
	l.mu.Unlock()
	l.setState(state, reason)
	return nil
}

// MediaOffer answers the page's offer. With restart an existing connection is
// renegotiated in place (ICE restart), else a new one replaces it; a live call
// goes on over it (design 4).
func (s *Switchboard) MediaOffer(ctx context.Context, agentID uuid.UUID, offer string, restart bool) (string, error) {
	l := s.Line(agentID)
	if old := l.agentLeg(); restart && old != nil {
		if answer, err := old.Renegotiate(ctx, offer); err == nil {
			return answer, nil
		}
	}
	leg, answer, err := s.cfg.Media.Accept(ctx, offer)
	if err != nil {
		return "", err
	}
	l.replaceLeg(leg)
	return answer, nil
}

// Gone says that the agent's page has been away for too long: its media is
// closed and a live call ends as call.Step decides.
func (s *Switchboard) Gone(agentID uuid.UUID) {
	l := s.Line(agentID)
	l.mu.Lock()
	l.after = AgentOffline
	l.mu.Unlock()
	l.hangUpMedia()
	l.mu.Lock()
	busy := l.actor != nil || l.ended != nil || l.state.State == AgentCalling
	l.after = AgentOffline
	l.mu.Unlock()
	if !busy {
		l.setState(AgentOffline, "page_gone")
	}
}

// replaceLeg makes leg the line's connection and gives it to the live call.
func (l *Line) replaceLeg(leg AgentLeg) {
	l.mu.Lock()
	old, a, watched := l.leg, l.actor, l.watches
	l.leg, l.media = leg, ""
	l.mu.Unlock()
	watched.tellWatcher()
	if a != nil {
		a.post(message{do: func() error { return a.checkAgent(false) }})
	}
	if old != nil {
		if err := old.Close(); err != nil {
			l.sb.cfg.Logger.Debug("old media connection closed", "error", err)
		}
	}
	leg.OnStateChange(func(state string) { l.mediaChanged(leg, state) })
}

func (l *Line) publishMedia(state string) {
	l.sb.cfg.Publisher.Publish(l.agentID, "media.state", MediaState{State: state})
}

// mediaChanged takes word from a connection; one that has been replaced is not heard.
func (l *Line) mediaChanged(leg AgentLeg, state string) {
	l.mu.Lock()
	if l.leg != leg || leg == nil {
		l.mu.Unlock()
		return
	}
	changed := l.media != state
	l.media = state
	a, watched := l.actor, l.watches
	l.mu.Unlock()
	watched.tellWatcher()
	if state == "failed" {
		l.tellRing()
	}
	if changed {
		l.publishMedia(state)
	}
	if a != nil {
		a.post(message{do: func() error { return a.checkAgent(false) }})
	}
}

// hangUpMedia closes the line's connection.
func (l *Line) hangUpMedia() {
	l.mu.Lock()
	leg, a, watched := l.leg, l.actor, l.watches
	l.leg, l.media = nil, "none"
	l.mu.Unlock()
	if leg == nil {
		return
	}
	l.publishMedia("none")
	watched.tellWatcher()
	l.tellRing()
	if a != nil {
		a.post(message{do: func() error { return a.checkAgent(false) }})
	}
	if err := leg.Close(); err != nil {
		l.sb.cfg.Logger.Debug("media connection closed", "error", err)
	}
}
