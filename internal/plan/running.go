package plan

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

// Start puts a filed and rehearsed plan on the desks: a task for each customer
// that somebody may call, due within the period. Rules C-02, C-15, Q-03.
func (s *Service) Start(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	p, err := s.step(ctx, who, id, EventStart, "")
	if err != nil {
		return Detail{}, err
	}
	today := calendar.DateOf(s.now().In(s.cfg.Zone))
	if today.Before(p.From) || p.Until.Before(today) {
		return Detail{}, problem.Refused("C-02", "outside_period", "a plan runs in its period",
			map[string]any{"from": p.From.String(), "until": p.Until.String()})
	}
	p.Started = s.mark(who)
	return s.launch(ctx, who, p, audit.ActionPlanStarted, uuid.Nil, "")
}

// Join lets an agent join a running plan, for a reason, and gives the customers
// whom nobody could call to whoever can now. Without an agent it only tries
// again: a wish may be withdrawn, or a number found.
func (s *Service) Join(ctx context.Context, who access.Principal, id, agentID uuid.UUID, reason string) (Detail, error) {
	p, err := s.step(ctx, who, id, EventJoin, "")
	if err != nil {
		return Detail{}, err
	}
	if reason, err = text("reason", reason, maxText); err != nil {
		return Detail{}, err
	}
	if agentID != uuid.Nil {
		u, err := s.cfg.People.User(ctx, agentID)
		if err != nil && !problem.IsNotFound(err) {
			return Detail{}, fmt.Errorf("look up agent: %w", err)
		}
		if err != nil || u.Disabled() || !u.Has(access.RoleAgent) || slices.Contains(p.Agents, agentID) {
			return Detail{}, problem.BadField("agent_id", "must be an agent who works and does not carry the plan out yet")
		}
		if reason == "" {
			return Detail{}, problem.BadField("reason", "must say why somebody joins")
		}
		p.Agents = append(slices.Clone(p.Agents), agentID)
	}
	return s.launch(ctx, who, p, audit.ActionPlanPlaced, agentID, reason)
}

func (s *Service) launch(ctx context.Context, who access.Principal, p Plan, action string, joins uuid.UUID, reason string) (Detail, error) {
	now := s.now()
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return Detail{}, fmt.Errorf("read calendar: %w", err)
	}
	from := calendar.DateOf(now.In(s.cfg.Zone))
	if from.Before(p.From) {
		from = p.From
	}
	days := workingDays(cal, from, p.Until)
	if len(days) == 0 {
		days = []calendar.Date{p.Until} // the last day is all that is left
	}
	cs, err := s.store.Unplaced(ctx, p.ID)
	if err != nil {
		return Detail{}, fmt.Errorf("list customers of plan: %w", err)
	}
	crew, err := s.crew(ctx, p.Agents)
	if err != nil {
		return Detail{}, err
	}
	l := Launch{Plan: p, Was: p.UpdatedAt, Joins: joins, Reason: reason}
	l.Plan.UpdatedBy, l.Plan.UpdatedAt = who.User.ID, now
	placed := Place(cs, crew, p.Method, p.Skill)
	share := map[uuid.UUID]int{}
	for _, at := range placed {
		if at.Obstacle == "" {
			share[at.AgentID]++
		}
	}
	hard := endOf(p.Until, s.cfg.Zone)
	for _, at := range placed {
		if at.Obstacle != "" {
			l.Barred = append(l.Barred, at)
			continue
		}
		l.Tasks = append(l.Tasks, PlacedTask{Ordinal: at.Ordinal, Task: callback.Task{
			ID: uuid.New(), ProgramID: p.ProgramID, CustomerID: at.CustomerID, AssigneeID: at.AgentID, Source: callback.SourcePlan,
			SourceKey: "plan:" + p.ID.String() + ":" + at.CustomerID.String(), Purpose: p.purpose(), State: callback.TaskOpen,
			DueAt: endOf(dueDay(days, at.Turn, share[at.AgentID]), s.cfg.Zone), HardDueAt: hard, CreatedAt: now, UpdatedAt: now,
		}})
	}
	detail := map[string]any{"tasks": len(l.Tasks), "barred": len(l.Barred)}
	if joins != uuid.Nil {
		detail["agent_id"] = joins.String()
	}
	if err := s.store.Launch(ctx, &l, event(who, now, action, p.ID, reason, detail)); err != nil {
		return Detail{}, fmt.Errorf("make tasks of plan: %w", err)
	}
	told := map[uuid.UUID]bool{}
	for _, t := range l.Tasks {
		if a := t.Task.AssigneeID; !told[a] { // one word makes a desk read all of its tasks
			told[a] = true
			s.cfg.Changed(t.Task.ID, a)
		}
	}
	return s.Plan(ctx, who, p.ID)
}

// purpose is what the agent reads on the task.
func (p Plan) purpose() string {
	text := p.Number + " " + p.Title
	if p.Aim != "" {
		text += "：" + p.Aim
	}
	return cut(text, maxPurpose)
}

const maxPurpose = 1000 // bytes

// cut shortens a text to at most n bytes, between characters.
func cut(text string, n int) string {
	for len(text) > n {
		r := []rune(text)
		text = string(r[:len(r)-1])
	}
	return text
}

// Close ends a plan with a note. What is open stays on the desks: nobody is
// forgotten because a plan is over. The figures are kept as they are now.
func (s *Service) Close(ctx context.Context, who access.Principal, id uuid.UUID, note string) (Detail, error) {
	note, err := text("note", note, maxText)
	if err != nil {
		return Detail{}, err
	}
	_, _, figures, err := s.store.PlanParts(ctx, id, s.now())
	if err != nil {
		return Detail{}, fmt.Errorf("count customers of plan: %w", err)
	}
	return s.move(ctx, who, id, EventClose, note, func(p *Plan) (string, map[string]any, error) {
		p.Closed, p.Closing, p.Final = s.mark(who), note, figures
		return audit.ActionPlanClosed, map[string]any{"customers": figures.Customers, "done": figures.Done, "in_time": figures.InTime, "open": figures.Open,
			"unreachable": figures.Unreachable, "barred": figures.Barred}, nil
	})
}
