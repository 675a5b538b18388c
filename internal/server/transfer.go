package server

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
	"huifang/signaling"
	"huifang/signaling/wire"
)

// AnswerOffer takes or refuses a call that rings at the user's softphone.
func (d *desk) AnswerOffer(ctx context.Context, u signaling.User, offerID uuid.UUID, accept bool, reason string) error {
	return d.board.AnswerOffer(ctx, u.ID, offerID, accept, reason)
}

// Transfer asks a colleague to take the user's call, whom Rule C-15 does not
// keep from its customer.
func (d *desk) Transfer(ctx context.Context, u signaling.User, in wire.TransferStart) error {
	p := d.board.Presence(u.ID)
	if p.Call == nil || p.Call.ID != in.CallID {
		return switchboard.ErrNoCall
	}
	colleague, err := d.people.User(ctx, in.ColleagueID)
	if err != nil {
		return fmt.Errorf("look up colleague: %w", err)
	}
	if !callback.MayCall(colleague) {
		return problem.Refused("", "colleague_away", "this user does not call customers", nil)
	}
	if err := d.unbiased(ctx, in.ColleagueID, p.Call.CustomerID); err != nil {
		return err
	}
	return d.board.Transfer(ctx, switchboard.TransferOrder{CallID: in.CallID, AgentID: u.ID, ColleagueID: colleague.ID, AgentName: u.Name,
		ColleagueName: colleague.Name, Consult: in.Consult, Note: in.Note})
}

func (d *desk) CompleteTransfer(ctx context.Context, u signaling.User, callID uuid.UUID) error {
	return d.board.CompleteTransfer(ctx, u.ID, callID)
}

func (d *desk) ThreeWay(ctx context.Context, u signaling.User, callID uuid.UUID) error {
	return d.board.ThreeWay(ctx, u.ID, callID)
}

func (d *desk) EndTransfer(ctx context.Context, u signaling.User, callID uuid.UUID) error {
	return d.board.EndTransfer(ctx, u.ID, callID)
}

// unbiased refuses a user whom a conflict of interest keeps from a customer
// (Rule C-15).
func (d *desk) unbiased(ctx context.Context, userID, customerID uuid.UUID) error {
	u, err := d.people.User(ctx, userID)
	if err != nil {
		return fmt.Errorf("look up user: %w", err)
	}
	c, err := d.people.Customer(ctx, customerID)
	if err != nil {
		return fmt.Errorf("look up customer: %w", err)
	}
	for _, r := range callback.Conflicts(u, c) {
		return problem.Refused(r.Rule, string(r.Reason), r.Detail, nil)
	}
	return nil
}
