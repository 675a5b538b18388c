package plan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// RehearsalInput is a rehearsal as it is noted.
type RehearsalInput struct {
	HeldAt       time.Time
	Participants []uuid.UUID
	Findings     string
	Ready        bool
}

// Rehearse notes a rehearsal of an approved plan; it stands. Rule Q-03.
func (s *Service) Rehearse(ctx context.Context, who access.Principal, id uuid.UUID, in RehearsalInput) (Detail, error) {
	p, err := s.step(ctx, who, id, EventRehearse, "")
	if err != nil {
		return Detail{}, err
	}
	r := Rehearsal{ID: uuid.New(), PlanID: id, HeldAt: in.HeldAt.UTC().Truncate(time.Microsecond), Ready: in.Ready, Noted: s.mark(who)}
	var wrong []problem.Field
	if r.Findings, err = text("findings", in.Findings, maxText); err != nil || r.Findings == "" {
		wrong = append(wrong, problem.Field{Location: "findings", Message: fmt.Sprintf("must say what was found, in at most %d bytes", maxText)})
	}
	if in.HeldAt.IsZero() || in.HeldAt.After(r.Noted.At) || in.HeldAt.Before(p.Decided.At) {
		wrong = append(wrong, problem.Field{Location: "held_at", Message: "must lie between the approval of the plan and now"})
	}
	if len(in.Participants) == 0 || len(in.Participants) > maxAgents {
		wrong = append(wrong, problem.Field{Location: "participants", Message: fmt.Sprintf("must name 1 to %d people", maxAgents)})
	} else {
		for i, id := range in.Participants {
			u, err := s.cfg.People.User(ctx, id)
			if err != nil && !problem.IsNotFound(err) {
				return Detail{}, fmt.Errorf("look up participant: %w", err)
			}
			if err != nil || slices.ContainsFunc(r.Participants, func(n Name) bool { return n.ID == id }) {
				wrong = append(wrong, problem.Field{Location: fmt.Sprintf("participants[%d]", i), Message: "must be somebody of the house, named once"})
				continue
			}
			r.Participants = append(r.Participants, Name{ID: u.ID, Name: u.Name})
		}
	}
	if len(wrong) > 0 {
		return Detail{}, problem.Invalid(wrong...)
	}
	names := make([]string, len(r.Participants))
	for i, n := range r.Participants {
		names[i] = n.Name
	}
	e := event(who, r.Noted.At, audit.ActionPlanRehearsed, id, "", map[string]any{"ready": r.Ready, "participants": names, "findings": r.Findings})
	e.Rule = "Q-03"
	if err := s.store.InsertRehearsal(ctx, r, e); err != nil {
		return Detail{}, fmt.Errorf("note rehearsal: %w", err)
	}
	return s.Plan(ctx, who, id)
}

// SignRehearsal confirms a rehearsal that somebody else noted. Rule Q-03.
func (s *Service) SignRehearsal(ctx context.Context, who access.Principal, id, rehearsalID uuid.UUID) (Detail, error) {
	if !who.Has(access.RoleSupervisor, access.RoleRecordsHead, access.RoleAdministrator) {
		return Detail{}, problem.Forbidden("superior_only", "a supervisor or head office signs a rehearsal")
	}
	d, err := s.Plan(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	if _, err := Step(d.Plan.State, EventRehearse, Facts{}); err != nil {
		return Detail{}, err
	}
	i := slices.IndexFunc(d.Rehearsals, func(r Rehearsal) bool { return r.ID == rehearsalID })
	switch {
	case i < 0:
		return Detail{}, problem.NotFound("rehearsal")
	case d.Rehearsals[i].Noted.By.ID == who.User.ID:
		return Detail{}, problem.Refused("Q-03", "own_rehearsal", "somebody else than noted it signs a rehearsal", nil)
	}
	m := s.mark(who)
	e := event(who, m.At, audit.ActionPlanRehearsalSigned, id, "", map[string]any{"ready": d.Rehearsals[i].Ready, "noted_by": d.Rehearsals[i].Noted.By.Name})
	e.Rule = "Q-03"
	if err := s.store.SignRehearsal(ctx, id, rehearsalID, m, e); err != nil {
		return Detail{}, fmt.Errorf("sign rehearsal: %w", err)
	}
	return s.Plan(ctx, who, id)
}
