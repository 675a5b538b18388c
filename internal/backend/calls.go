package backend

import (
	"context"
	"errors"

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

// calls frees the line of a call whose record is final.
type calls struct {
	httpapi.Calls
	lines Lines
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
