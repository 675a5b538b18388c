package server

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
	"huifang/signaling"
)

// people looks up who may take part in whose call.
type people interface {
	User(ctx context.Context, id uuid.UUID) (access.User, error)
	Customer(ctx context.Context, id uuid.UUID) (customer.Customer, error)
}

func (d *desk) Monitor(ctx context.Context, u signaling.User, callID uuid.UUID, mode, reason string) error {
	if _, err := d.supervised(ctx, u, callID); err != nil {
		return err
	}
	return d.board.Monitor(ctx, switchboard.MonitorOrder{CallID: callID, SupervisorID: u.ID, Name: u.Name, Hearing: switchboard.Hearing(mode), Reason: reason})
}

func (d *desk) StopMonitor(ctx context.Context, u signaling.User, callID uuid.UUID) error {
	return d.board.StopMonitor(ctx, u.ID, callID)
}

// TakeOver checks the conflict of interest again: nobody calls their own
// customers, or those of their department (Rule C-15).
func (d *desk) TakeOver(ctx context.Context, u signaling.User, callID uuid.UUID, reason string) error {
	live, err := d.supervised(ctx, u, callID)
	if err != nil {
		return err
	}
	if err := d.unbiased(ctx, u.ID, live.Call.CustomerID); err != nil {
		return err
	}
	return d.board.TakeOver(ctx, u.ID, callID, reason)
}

// supervised gives a live call that the supervisor may take part in: of an
// agent of the same department, where both have one.
func (d *desk) supervised(ctx context.Context, u signaling.User, callID uuid.UUID) (switchboard.LiveCall, error) {
	for _, live := range d.board.LiveCalls() {
		if live.Call.ID != callID {
			continue
		}
		me, err := d.people.User(ctx, u.ID)
		if err != nil {
			return live, fmt.Errorf("look up supervisor: %w", err)
		}
		agent, err := d.people.User(ctx, live.AgentID)
		if err != nil {
			return live, fmt.Errorf("look up agent: %w", err)
		}
		if me.Department.ID != uuid.Nil && agent.Department.ID != uuid.Nil && me.Department.ID != agent.Department.ID {
			return live, problem.Forbidden("other_department", "the agent is of another department")
		}
		return live, nil
	}
	return switchboard.LiveCall{}, switchboard.ErrNoCall
}
