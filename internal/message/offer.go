package message

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Offer is a message that the desk offers the agent to send.
type Offer struct {
	Purpose    Purpose
	Channel    customer.Channel // the customer's choice, or the first that is possible
	ClosesTask bool             // Rule C-14
}

// OfTask is what a task's page shows of messages.
type OfTask struct {
	Messages []Message // oldest first
	Ways     []Way
	Offer    *Offer // nil: none
}

// Task gives the messages of a task, and what the agent may be offered: after
// the third counted attempt a word that we called (Rule T-04); where the
// customer does not want calls, the message in place of one (Rule C-14).
func (s *Service) Task(ctx context.Context, who access.Principal, taskID uuid.UUID) (OfTask, error) {
	v, err := s.store.Task(ctx, taskID)
	if err != nil {
		return OfTask{}, fmt.Errorf("look up task: %w", err)
	}
	if v.Task.AssigneeID != who.User.ID && !who.Has(access.RoleSupervisor, access.RoleInspector) {
		return OfTask{}, problem.Forbidden("not_assigned", "the task is not assigned to you")
	}
	ms, err := s.store.Messages(ctx, Query{TaskID: taskID, Limit: maxMessages})
	if err != nil {
		return OfTask{}, fmt.Errorf("list messages of task: %w", err)
	}
	r, err := s.store.Reach(ctx, v.Customer.ID)
	if err != nil {
		return OfTask{}, fmt.Errorf("look up customer's channels: %w", err)
	}
	out := OfTask{Messages: ms, Ways: s.ways(r)}
	out.Offer = offer(v, ms, out.Ways)
	return out, nil
}

// offer decides; it reads no clock and does no I/O. Rules T-04, C-14.
func offer(v callback.TaskView, ms []Message, ways []Way) *Offer {
	if !v.Task.State.Dialable() && v.Task.State != callback.TaskDataCheck {
		return nil
	}
	o := Offer{Purpose: PurposeMissedCalls}
	wish := v.Customer.DoNotCall
	switch {
	case wish != nil:
		o = Offer{Purpose: PurposeNotice, ClosesTask: true}
	case v.Task.Counted < v.Program.MinAttempts:
		return nil
	}
	for _, m := range ms {
		if m.Purpose == o.Purpose && m.State != StateFailed && m.State != StateCancelled && m.State != StateOptedOut {
			return nil // it is said, or about to be
		}
	}
	for _, w := range ways {
		if wish != nil && wish.Channel == w.Channel { // what the customer chose, possible or not: the page says why not
			o.Channel = w.Channel
			return &o
		}
		if w.Possible && o.Channel == "" {
			o.Channel = w.Channel
		}
	}
	if o.Channel == "" || wish != nil && (wish.Channel == customer.ChannelLetter || wish.Channel == customer.ChannelVisit) {
		return nil
	}
	return &o
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
