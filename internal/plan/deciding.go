package plan

import (
	"context"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
)

// Submit hands a plan to head office. Rule C-02.
func (s *Service) Submit(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	return s.move(ctx, who, id, EventSubmit, "", func(p *Plan) (string, map[string]any, error) {
		p.Submitted = s.mark(who)
		p.Round++
		return audit.ActionPlanSubmitted, map[string]any{"round": p.Round, "customers": p.Customers}, nil
	})
}

// Approve lets a plan be filed; an opinion may be given. Nobody approves a plan
// that they wrote. Rule C-02.
func (s *Service) Approve(ctx context.Context, who access.Principal, id uuid.UUID, opinion string) (Detail, error) {
	return s.decide(ctx, who, id, EventApprove, opinion, audit.ActionPlanApproved)
}

// Return gives a plan back to its branch, with the opinion that says why. Rule C-02.
func (s *Service) Return(ctx context.Context, who access.Principal, id uuid.UUID, opinion string) (Detail, error) {
	return s.decide(ctx, who, id, EventReturn, opinion, audit.ActionPlanReturned)
}

func (s *Service) decide(ctx context.Context, who access.Principal, id uuid.UUID, e Event, opinion, action string) (Detail, error) {
	opinion, err := text("opinion", opinion, maxText)
	if err != nil {
		return Detail{}, err
	}
	return s.move(ctx, who, id, e, opinion, func(p *Plan) (string, map[string]any, error) {
		p.Decided, p.Opinion = s.mark(who), opinion
		return action, map[string]any{"round": p.Round}, nil
	})
}

// File gives an approved plan its number, gapless per month. Rules C-02, C-21.
func (s *Service) File(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	return s.move(ctx, who, id, EventFile, "", func(p *Plan) (string, map[string]any, error) {
		p.Filed = s.mark(who)
		return audit.ActionPlanFiled, map[string]any{}, nil
	})
}
