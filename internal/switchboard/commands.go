package switchboard

import (
	"context"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// Hangup ends the agent's call. Before the minimum ring it is refused with the
// seconds left (*call.RingTooShortError, Rule T-03) unless override carries a
// supervisor's reason; whether the caller may override is the caller's matter.
func (s *Switchboard) Hangup(ctx context.Context, agentID, callID uuid.UUID, override string) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	ev := call.HangupPressed{At: s.cfg.Clock(), Override: override}
	if override != "" {
		ev.OverrideBy = agentID.String()
	}
	return a.ask(ctx, message{event: ev})
}

// Hold lets the customer hear the hold tone; Resume ends that.
func (s *Switchboard) Hold(ctx context.Context, agentID, callID uuid.UUID) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{event: call.HoldPressed{At: s.cfg.Clock()}})
}

// Resume connects a held customer again.
func (s *Switchboard) Resume(ctx context.Context, agentID, callID uuid.UUID) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{event: call.ResumePressed{At: s.cfg.Clock()}})
}

// Mute replaces the agent's voice by silence, or ends that.
func (s *Switchboard) Mute(ctx context.Context, agentID, callID uuid.UUID, muted bool) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{do: func() error {
		a.muted = muted
		if !muted && !a.voiceFrom.IsZero() {
			a.voiceFrom = s.cfg.Clock() // the agent is to be heard from now on
		}
		if a.bridge != nil {
			a.bridge.SetMuted(muted)
		}
		name := "muted"
		if !muted {
			name = "unmuted"
		}
		a.recorder.Mark(name, s.cfg.Clock())
		a.publish()
		return nil
	}})
}

// DTMF sends digits to the customer (RFC 4733).
func (s *Switchboard) DTMF(ctx context.Context, agentID, callID uuid.UUID, digits string) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{do: func() error {
		if !a.call.State.Answered() {
			return &RefusedError{Reason: "not_answered", Detail: "keys can be sent once the call is answered"}
		}
		return a.bridge.SendDTMF(digits)
	}})
}

func (s *Switchboard) find(agentID, callID uuid.UUID) (*actor, error) {
	s.mu.Lock()
	l := s.lines[agentID]
	s.mu.Unlock()
	if l == nil {
		return nil, ErrNoCall
	}
	a := l.live(callID)
	if a == nil {
		return nil, ErrNoCall
	}
	return a, nil
}
