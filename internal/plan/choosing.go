package plan

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Preview is what criteria would choose, before it is kept. Rule C-12.
type Preview struct {
	Criteria                         Criteria // normal, with the seed that was drawn
	Population, Fitting, Busy, Count int
	Barred                           map[Obstacle]int // of the chosen ones, as the plan's agents are now
	Rows                             []Row            // the first of them
}

// PreviewSelection shows what criteria would choose for a plan. A random one
// without a seed is given one: kept with it, the sample is the same.
func (s *Service) PreviewSelection(ctx context.Context, who access.Principal, id uuid.UUID, c Criteria) (Preview, error) {
	p, err := s.step(ctx, who, id, EventChange, "")
	if err != nil {
		return Preview{}, err
	}
	c, d, err := s.draw(ctx, p, c)
	if err != nil {
		return Preview{}, err
	}
	crew, err := s.crew(ctx, p.Agents)
	if err != nil {
		return Preview{}, err
	}
	out := Preview{Criteria: c, Population: d.Population, Fitting: d.Fitting, Busy: d.Busy, Count: len(d.Candidates), Barred: map[Obstacle]int{}}
	names := map[uuid.UUID]string{}
	for _, m := range crew {
		names[m.User.ID] = m.User.Name
	}
	for i, at := range Place(d.Candidates, crew, p.Method, p.Skill) {
		obstacle := at.Obstacle
		if len(crew) == 0 && obstacle == ObstacleNoAgent {
			obstacle = "" // none were named yet
		}
		if obstacle != "" {
			out.Barred[obstacle]++
		}
		if i < previewRows {
			x := d.Candidates[i]
			out.Rows = append(out.Rows, Row{Ordinal: x.Ordinal, CustomerID: x.Customer.ID, Code: x.Customer.Code, Name: x.Customer.Name, Ground: x.Ground,
				Obstacle: obstacle, AssigneeID: at.AgentID, AssigneeName: names[at.AgentID]})
		}
	}
	return out, nil
}

// Choose keeps a selection: its criteria, seed, figures and customers, in place
// of the customers that the plan had. Rule C-12.
func (s *Service) Choose(ctx context.Context, who access.Principal, id uuid.UUID, c Criteria) (Detail, error) {
	p, err := s.step(ctx, who, id, EventChange, "")
	if err != nil {
		return Detail{}, err
	}
	c, d, err := s.draw(ctx, p, c)
	if err != nil {
		return Detail{}, err
	}
	if len(d.Candidates) == 0 {
		return Detail{}, problem.Refused("C-12", "nobody_chosen", "the criteria choose nobody; loosen them",
			map[string]any{"population": d.Population, "fitting": d.Fitting, "busy": d.Busy})
	}
	was, mark := p.UpdatedAt, s.mark(who)
	p.UpdatedBy, p.UpdatedAt = who.User.ID, mark.At
	sel := Selection{ID: uuid.New(), PlanID: p.ID, Criteria: c, Population: d.Population, Fitting: d.Fitting, Chosen: len(d.Candidates), Made: mark}
	e := event(who, mark.At, audit.ActionPlanSelected, p.ID, "", map[string]any{"choice": string(c.Choice), "seed": fmt.Sprint(c.Seed),
		"population": d.Population, "fitting": d.Fitting, "chosen": sel.Chosen})
	e.Rule = "C-12"
	if err := s.store.KeepSelection(ctx, p, was, sel, d, e); err != nil {
		return Detail{}, fmt.Errorf("keep selection of plan: %w", err)
	}
	return s.Plan(ctx, who, id)
}

func (s *Service) draw(ctx context.Context, p Plan, c Criteria) (Criteria, Draw, error) {
	c, err := c.Normal()
	if err != nil {
		return c, Draw{}, err
	}
	if c.Choice == ChooseRandom && c.Seed == 0 {
		c.Seed = s.cfg.Seed()
	}
	d, err := s.store.Draw(ctx, p.ID, p.ProgramID, c, c.since(s.now()))
	if err != nil {
		return c, Draw{}, fmt.Errorf("choose customers: %w", err)
	}
	return c, d, nil
}
