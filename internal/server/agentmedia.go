package server

import (
	"context"

	"huifang/internal/switchboard"
	"huifang/media/rtcleg"
)

// agentMedia accepts the agents' WebRTC connections.
type agentMedia struct{ api *rtcleg.API }

func (m agentMedia) Accept(ctx context.Context, offer string) (switchboard.AgentLeg, string, error) {
	leg, answer, err := m.api.Accept(ctx, offer)
	if err != nil {
		return nil, "", err
	}
	return agentLeg{leg}, answer, nil
}

// agentLeg gives the states of a connection as words.
type agentLeg struct{ *rtcleg.Leg }

func (l agentLeg) OnStateChange(f func(string)) {
	l.Leg.OnStateChange(func(s rtcleg.State) {
		if s == rtcleg.StateClosed {
			f("none")
			return
		}
		f(s.String())
	})
}
