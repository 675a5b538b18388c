package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Draft makes a plan of the branch of whoever drafts it. Rule C-02.
func (s *Service) Draft(ctx context.Context, who access.Principal, c Content) (Detail, error) {
	d := who.User.Department
	p := Plan{ID: uuid.New(), Branch: Name{ID: d.BranchID, Name: d.BranchName}, State: StateDraft, Created: s.mark(who)}
	if err := writes(who, p); err != nil {
		return Detail{}, err
	}
	if d.BranchID == uuid.Nil {
		return Detail{}, problem.Refused("C-02", "no_branch", "branches make plans: your account belongs to no department, and with it to no branch", nil)
	}
	var err error
	if p.Content, err = s.content(ctx, c); err != nil {
		return Detail{}, err
	}
	p.UpdatedBy, p.UpdatedAt = who.User.ID, p.Created.At
	if err := s.store.InsertPlan(ctx, p, event(who, p.Created.At, audit.ActionPlanDrafted, p.ID, "", map[string]any{"title": p.Title})); err != nil {
		return Detail{}, fmt.Errorf("draft plan: %w", err)
	}
	return s.Plan(ctx, who, p.ID)
}

// Change writes a plan that is not submitted anew.
func (s *Service) Change(ctx context.Context, who access.Principal, id uuid.UUID, c Content) (Detail, error) {
	return s.move(ctx, who, id, EventChange, "", func(p *Plan) (string, map[string]any, error) {
		content, err := s.content(ctx, c)
		if err != nil {
			return "", nil, err
		}
		named := changed(p.Content, content)
		p.Content = content
		return audit.ActionPlanChanged, map[string]any{"fields": named}, nil
	})
}

func changed(a, b Content) []string {
	out := []string{}
	for name, same := range map[string]bool{"title": a.Title == b.Title, "program_id": a.ProgramID == b.ProgramID, "content_kind": a.ContentKind == b.ContentKind,
		"method": a.Method == b.Method, "aim": a.Aim == b.Aim, "target": a.Target == b.Target, "period": a.From == b.From && a.Until == b.Until,
		"agents": slices.Equal(a.Agents, b.Agents), "skill": a.Skill == b.Skill} {
		if !same {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// content checks what a branch writes.
func (s *Service) content(ctx context.Context, c Content) (Content, error) {
	var wrong []problem.Field
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	c.Title, c.Aim, c.Skill = strings.TrimSpace(c.Title), strings.TrimSpace(c.Aim), strings.TrimSpace(c.Skill)
	if c.Title == "" || len(c.Title) > maxTitle {
		bad("title", "must have 1 to %d bytes", maxTitle)
	}
	if len(c.Aim) > maxText {
		bad("aim", "must have at most %d bytes", maxText)
	}
	if len(c.Skill) > maxSkill {
		bad("skill", "must have at most %d bytes", maxSkill)
	}
	if !slices.Contains(ContentKinds(), c.ContentKind) {
		bad("content_kind", "must be one of %v (Rule C-13)", ContentKinds())
	}
	if !slices.Contains(Methods(), c.Method) {
		bad("method", "must be one of %v (Rule C-26)", Methods())
	}
	if c.Target < 1 || c.Target > 100 {
		bad("target", "must be between 1 and 100 per cent")
	}
	programs, err := s.cfg.Programs.Programs(ctx)
	if err != nil {
		return c, fmt.Errorf("list programs: %w", err)
	}
	known := false
	for _, p := range programs {
		known = known || p.ID == c.ProgramID
	}
	if !known {
		bad("program_id", "there is no such program")
	}
	switch {
	case c.From.IsZero() || c.Until.IsZero():
		bad("from", "the period needs its first and its last day")
	case c.Until.Before(c.From):
		bad("until", "must not lie before the first day")
	case c.From.AddDays(maxPeriod).Before(c.Until):
		bad("until", "must lie within %d days of the first day", maxPeriod)
	default:
		cal, err := s.cfg.Days.Calendar(ctx)
		if err != nil {
			return c, fmt.Errorf("read calendar: %w", err)
		}
		if len(workingDays(cal, c.From, c.Until)) == 0 {
			bad("from", "the period holds no working day")
		}
	}
	c.Agents = slices.Clone(c.Agents)
	slices.SortFunc(c.Agents, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	c.Agents = slices.Compact(c.Agents)
	if len(c.Agents) > maxAgents {
		bad("agents", "takes at most %d agents", maxAgents)
	} else {
		for i, id := range c.Agents {
			u, err := s.cfg.People.User(ctx, id)
			if err != nil && !problem.IsNotFound(err) {
				return c, fmt.Errorf("look up agent: %w", err)
			}
			if err != nil || u.Disabled() || !u.Has(access.RoleAgent) {
				bad(fmt.Sprintf("agents[%d]", i), "is no agent who works")
			}
		}
	}
	if len(wrong) > 0 {
		return c, problem.Invalid(wrong...)
	}
	return c, nil
}

// move takes a plan one step of its branch's or of head office's.
func (s *Service) move(ctx context.Context, who access.Principal, id uuid.UUID, e Event, said string, do func(*Plan) (action string, detail map[string]any, err error)) (Detail, error) {
	p, err := s.step(ctx, who, id, e, said)
	if err != nil {
		return Detail{}, err
	}
	was := p.UpdatedAt
	now := s.now()
	p.UpdatedBy, p.UpdatedAt = who.User.ID, now
	action, detail, err := do(&p)
	if err != nil {
		return Detail{}, err
	}
	month := now.In(s.cfg.Zone).Format("2006-01")
	if err := s.store.UpdatePlan(ctx, p, was, month, event(who, now, action, id, said, detail)); err != nil {
		return Detail{}, fmt.Errorf("change plan: %w", err)
	}
	return s.Plan(ctx, who, id)
}

// step looks a plan up and gives it in the state that the event leads to, when
// whoever acts may.
func (s *Service) step(ctx context.Context, who access.Principal, id uuid.UUID, e Event, said string) (Plan, error) {
	if err := reads(who); err != nil {
		return Plan{}, err
	}
	p, err := s.store.Plan(ctx, id)
	if err != nil {
		return Plan{}, fmt.Errorf("look up plan: %w", err)
	}
	switch e {
	case EventApprove, EventReturn, EventFile:
		err = decides(who)
	default:
		err = writes(who, p)
	}
	if err != nil {
		return Plan{}, err
	}
	p.State, err = Step(p.State, e, p.facts(who.User.ID, said))
	return p, err
}
