package backend

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/httpapi"
	"huifang/internal/problem"
)

// current gives an agent's call as call.state sends it; nil, and not a nil
// pointer in an interface, when there is none.
func current(lines Lines) func(agentID uuid.UUID) any {
	return func(agentID uuid.UUID) any {
		if c := lines.Presence(agentID).Call; c != nil {
			return c
		}
		return nil
	}
}

// calls frees the line of a call whose record is final, and knows the live ones.
type calls struct {
	httpapi.Calls
	lines  Lines
	people *access.Service
}

// Live implements [httpapi.Calls]: a supervisor with a department sees its
// agents' calls and those of agents without one.
func (c calls) Live(ctx context.Context, who access.Principal) ([]httpapi.LiveCall, error) {
	out := []httpapi.LiveCall{}
	for _, l := range c.lines.LiveCalls() {
		agent, err := c.people.User(ctx, l.AgentID)
		if err != nil {
			return nil, fmt.Errorf("look up agent: %w", err)
		}
		if mine, theirs := who.User.Department.ID, agent.Department.ID; mine != theirs && mine != uuid.Nil && theirs != uuid.Nil {
			continue
		}
		v := httpapi.LiveCall{
			ID: l.Call.ID, TaskID: l.Call.TaskID, Agent: httpapi.Ref{ID: l.AgentID, Name: agent.Name}, CustomerName: l.Call.CustomerName,
			MaskedNumber: l.Call.MaskedNumber, State: l.Call.State, Since: l.Call.Since, TalkAt: l.Call.TalkAt,
			Paused: l.Call.Paused, Complaints: l.Call.Complaints,
		}
		if w := l.Watched; w != nil {
			v.Monitor = string(w.Hearing)
			v.MonitorBy = httpapi.Null[httpapi.Ref]{Value: &httpapi.Ref{ID: w.By, Name: w.Name}}
		}
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b httpapi.LiveCall) int { return a.Since.Compare(b.Since) })
	return out, nil
}

// SaveRecord writes the record. Rule C-01: the line is free once it is final,
// and not before. A record that was final already frees the line too, so that
// an answer that was lost on its way holds nobody up: who is told so is the
// call's own agent.
func (c calls) SaveRecord(ctx context.Context, who access.Principal, callID httpapi.ID, in httpapi.RecordInput) (httpapi.Record, error) {
	r, err := c.Calls.SaveRecord(ctx, who, callID, in)
	if (err == nil && r.State == string(callback.RecordFinal)) || finalAlready(err) {
		c.lines.RecordSaved(who.User.ID, callID)
	}
	return r, err
}

func finalAlready(err error) bool {
	p, ok := errors.AsType[*problem.Error](err)
	return ok && p.Code == problem.CodeConflict && p.Reason == "record_final"
}
