package callback

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/problem"
)

// SlipFiles says whether somebody may see the files of a slip: whom it
// concerns; and add to them while it is not closed. Rules C-17, S-01.
func (s *Service) SlipFiles(ctx context.Context, who access.Principal, id uuid.UUID, add bool) error {
	slip, err := s.store.Slip(ctx, id)
	if err != nil {
		return fmt.Errorf("look up slip: %w", err)
	}
	if !concerns(slip, who) {
		return problem.Forbidden("not_concerned", "the slip is neither yours nor your department's")
	}
	if add && slip.State == SlipClosed {
		return problem.Conflict("slip_state", "the slip is closed")
	}
	return nil
}

// RecordFiles says whether somebody may see the files of a record: its agent,
// and whoever reads all records; and add to them: its agent and supervisors.
// What is added to a final record stands beside it. Rules C-26, S-01.
func (s *Service) RecordFiles(ctx context.Context, who access.Principal, id uuid.UUID, add bool) error {
	agent, _, err := s.store.Reviews(ctx, id)
	if err != nil {
		return fmt.Errorf("look up record: %w", err)
	}
	if agent == who.User.ID || who.Has(access.RoleSupervisor) || !add && readsAllSlips(who) {
		return nil
	}
	return problem.Forbidden("not_own", "the record is not yours")
}
