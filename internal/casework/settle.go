package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

// Settle moves the cases whose customer has been called again: closed when they
// are satisfied or say fair, back to measures or answer when not. Rules C-19, C-20.
func (s *Service) Settle(ctx context.Context) error {
	spoken, err := s.store.Spoken(ctx)
	if err != nil {
		return fmt.Errorf("look for cases to settle: %w", err)
	}
	for _, sp := range spoken {
		c, was, now := sp.Case, sp.Case.UpdatedAt, s.now()
		who := access.Principal{User: access.User{ID: sp.AgentID}}
		detail := map[string]any{"record_id": sp.RecordID.String(), "satisfaction": sp.Said, "round": c.Round}
		c.Satisfaction, c.UpdatedAt = sp.Said, now
		action := audit.ActionCaseClosed
		if sp.Said == callback.AnswerDissatisfied {
			action = audit.ActionCaseReopened
			c.State, c.Round, c.TaskID, c.OverdueAt = again(c.Kind), c.Round+1, uuid.Nil, time.Time{}
			if c.DueAt, err = s.dueOf(ctx, c, now); err != nil {
				return err
			}
		} else {
			c.State, c.VerifiedBy, c.ClosedAt, c.ClosedBy = Closed, sp.RecordID, now, sp.AgentID
		}
		err := s.store.ChangeCase(ctx, Change{Case: c, Was: was, Event: s.event(who, now, action, c.ID, c, "", detail)})
		if problem.CodeOf(err) == problem.CodeConflict {
			continue // another instance was faster
		} else if err != nil {
			return fmt.Errorf("settle case %s: %w", c.Number, err)
		}
	}
	return nil
}

// unsettled gives supervisors a case whose second call-back is over without the
// customer's word.
func (s *Service) unsettled(ctx context.Context, who access.Principal, id uuid.UUID, reason string, may string) (Case, string, error) {
	d, err := s.Case(ctx, who, id)
	if err != nil {
		return Case{}, "", err
	}
	c := d.Case
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason {
		return Case{}, "", problem.BadField("reason", "is required, in at most %d bytes", maxReason)
	}
	switch {
	case slices.Contains(d.May, may):
		return c, reason, nil
	case c.State != CallBack:
		return Case{}, "", problem.Conflict("case_state", fmt.Sprintf("the case stands at %s", c.State))
	case !c.TaskState.Closed():
		return Case{}, "", problem.Conflict("call_back_open", "the second call-back is not over")
	case may == MayClose && who.Has(access.RoleSupervisor):
		return Case{}, "", problem.Refused("C-19", "not_verified", "a case is closed by the customer's word, or when the second call-back is proven to be unreachable", map[string]any{"task_state": string(c.TaskState)})
	}
	return Case{}, "", problem.Forbidden("supervisor_only", "only a supervisor without an interest decides what becomes of a case without the customer's word")
}

// CallAgain makes another second call-back where the last one ended without the
// customer's word.
func (s *Service) CallAgain(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (Detail, error) {
	c, reason, err := s.unsettled(ctx, who, id, reason, MayCallAgain)
	if err != nil {
		return Detail{}, err
	}
	ch, detail := Change{Case: c, Was: c.UpdatedAt}, map[string]any{"before": c.TaskID.String()}
	if err := s.callAgain(ctx, &ch, detail); err != nil {
		return Detail{}, err
	}
	ch.Case.UpdatedAt = s.now()
	ch.Event = s.event(who, ch.Case.UpdatedAt, audit.ActionCaseCalledAgain, id, c, reason, detail)
	return s.change(ctx, who, ch)
}

// CloseUnreachable closes a case whose customer is proven to be unreachable
// (Rule T-04); the database asks for the proof too.
func (s *Service) CloseUnreachable(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (Detail, error) {
	c, reason, err := s.unsettled(ctx, who, id, reason, MayClose)
	if err != nil {
		return Detail{}, err
	}
	was := c.UpdatedAt
	c.State, c.Satisfaction, c.ClosedAt, c.ClosedBy = Closed, callback.SatisfactionUnreachable, s.now(), who.User.ID
	c.UpdatedAt = c.ClosedAt
	return s.change(ctx, who, Change{Case: c, Was: was, Event: s.event(who, c.ClosedAt, audit.ActionCaseClosed, id, c, reason, map[string]any{"satisfaction": c.Satisfaction, "task_id": c.TaskID.String()})})
}
