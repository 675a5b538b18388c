package backend

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/customer"
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
	lines     Lines
	people    *access.Service
	customers *customer.Service
}

// Live implements [httpapi.Calls]: a supervisor with a department sees its
// agents' calls and those of agents without one.
func (c calls) Live(ctx context.Context, who access.Principal) ([]httpapi.LiveCall, error) {
	out := []httpapi.LiveCall{}
	for _, l := range c.lines.LiveCalls() {
		var agent access.User // none: the customer waits for one
		if l.AgentID != uuid.Nil {
			var err error
			if agent, err = c.people.User(ctx, l.AgentID); err != nil {
				return nil, fmt.Errorf("look up agent: %w", err)
			}
		}
		if mine, theirs := who.User.Department.ID, agent.Department.ID; mine != theirs && mine != uuid.Nil && theirs != uuid.Nil {
			continue
		}
		v := httpapi.LiveCall{
			ID: l.Call.ID, TaskID: l.Call.TaskID, Agent: httpapi.Ref{ID: l.AgentID, Name: agent.Name}, Direction: l.Call.Direction, CustomerName: l.Call.CustomerName,
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

// Colleagues implements [httpapi.Calls]: those who call customers and whom Rule
// C-15 does not keep from this one; who is free and speaks the customer's
// language first.
func (c calls) Colleagues(ctx context.Context, who access.Principal, callID httpapi.ID) ([]httpapi.Colleague, error) {
	mine := c.lines.Presence(who.User.ID).Call
	if mine == nil || mine.ID != callID || mine.Guest {
		return nil, problem.NotFound("call")
	}
	on, err := c.customers.Get(ctx, who, mine.CustomerID)
	if err != nil {
		return nil, fmt.Errorf("look up customer: %w", err)
	}
	users, err := c.people.Users(ctx, access.UserFilter{})
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	out := []httpapi.Colleague{}
	for _, u := range users {
		if u.ID == who.User.ID || !callback.MayCall(u) || len(callback.Conflicts(u, on)) > 0 {
			continue
		}
		p := c.lines.Presence(u.ID)
		out = append(out, httpapi.Colleague{
			ID: u.ID, Name: u.Name, Department: u.Department.Name, Languages: u.Languages, Speaks: slices.Contains(u.Languages, on.Language),
			State: string(p.Agent.State), Since: p.Agent.Since, Free: p.Free,
		})
	}
	slices.SortStableFunc(out, func(a, b httpapi.Colleague) int {
		return cmp.Or(first(a.Free, b.Free), first(a.Speaks, b.Speaks), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// first sorts what holds before what does not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
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
