package httpapi

import (
	"context"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/plan"
	"huifang/internal/problem"
)

// plansPort is package plan behind the port of plans.
type plansPort struct{ svc *plan.Service }

// NewPlans puts package plan behind the API's port.
func NewPlans(svc *plan.Service) Plans { return plansPort{svc: svc} }

func (p plansPort) List(ctx context.Context, who access.Principal, q PlanQuery) (PlanPage, error) {
	before, id, err := parseCursor(q.Cursor)
	if err != nil {
		return PlanPage{}, err
	}
	branch, err := optionalID("query.branch_id", q.BranchID)
	if err != nil {
		return PlanPage{}, err
	}
	page, err := p.svc.Plans(ctx, who, plan.Query{State: plan.State(q.State), BranchID: branch, Limit: q.Limit, Before: plan.Key{At: before, ID: id}})
	return PlanPage{Plans: mapped(page.Plans, func(l plan.Listed) Plan { return planOf(who, l.Plan, l.Figures) }), NextCursor: cursor(page.Next.At, page.Next.ID)}, err
}

func (p plansPort) Agents(ctx context.Context, who access.Principal) (PlanAgents, error) {
	ms, err := p.svc.Agents(ctx, who)
	return PlanAgents{Agents: mapped(ms, func(m plan.Member) PlanAgent {
		return PlanAgent{Ref: Ref{ID: m.User.ID, Name: m.User.Name}, Department: m.User.Department.Name, Languages: m.User.Languages, Skills: m.User.Skills, Load: m.Load}
	})}, err
}

func (p plansPort) Get(ctx context.Context, who access.Principal, id ID) (PlanDetail, error) {
	d, err := p.svc.Plan(ctx, who, id)
	return planDetailOf(who, d), err
}

func (p plansPort) Draft(ctx context.Context, who access.Principal, in PlanContent) (PlanDetail, error) {
	c, err := planContent(in)
	if err != nil {
		return PlanDetail{}, err
	}
	d, err := p.svc.Draft(ctx, who, c)
	return planDetailOf(who, d), err
}

func (p plansPort) Change(ctx context.Context, who access.Principal, id ID, in PlanContent) (PlanDetail, error) {
	c, err := planContent(in)
	if err != nil {
		return PlanDetail{}, err
	}
	d, err := p.svc.Change(ctx, who, id, c)
	return planDetailOf(who, d), err
}

func planContent(in PlanContent) (plan.Content, error) {
	c := plan.Content{Title: in.Title, ProgramID: in.ProgramID, ContentKind: plan.ContentKind(in.ContentKind), Method: plan.Method(in.Method), Aim: in.Aim,
		Target: in.Target, Agents: in.Agents, Skill: in.Skill}
	var err error
	for at, d := range map[string]struct {
		text string
		to   *calendar.Date
	}{"from": {in.From, &c.From}, "until": {in.Until, &c.Until}} {
		if *d.to, err = calendar.ParseDate(d.text); err != nil {
			return c, problem.BadField(at, "must be a day like 2026-12-31")
		}
	}
	return c, nil
}

func (p plansPort) Customers(ctx context.Context, who access.Principal, id ID, part string, after, limit int) (PlanCustomers, error) {
	rows, err := p.svc.Rows(ctx, who, id, plan.Part(part), after, limit)
	out := PlanCustomers{Customers: mapped(rows, planCustomerOf)}
	if len(rows) == limit && limit > 0 {
		out.NextAfter = rows[limit-1].Ordinal
	}
	return out, err
}

func (p plansPort) Preview(ctx context.Context, who access.Principal, id ID, in PlanCriteria) (PlanPreview, error) {
	c, err := planCriteria(in)
	if err != nil {
		return PlanPreview{}, err
	}
	v, err := p.svc.PreviewSelection(ctx, who, id, c)
	out := PlanPreview{Criteria: planCriteriaOf(v.Criteria), Population: v.Population, Fitting: v.Fitting, Busy: v.Busy, Chosen: v.Count, Customers: mapped(v.Rows, planCustomerOf)}
	for _, o := range plan.Obstacles() {
		if n := v.Barred[o]; n > 0 {
			out.Barred = append(out.Barred, PlanObstacle{Obstacle: string(o), Count: n})
		}
	}
	return out, err
}

func (p plansPort) Choose(ctx context.Context, who access.Principal, id ID, in PlanCriteria) (PlanDetail, error) {
	c, err := planCriteria(in)
	if err != nil {
		return PlanDetail{}, err
	}
	d, err := p.svc.Choose(ctx, who, id, c)
	return planDetailOf(who, d), err
}

func (p plansPort) Submit(ctx context.Context, who access.Principal, id ID) (PlanDetail, error) {
	d, err := p.svc.Submit(ctx, who, id)
	return planDetailOf(who, d), err
}

func (p plansPort) Approve(ctx context.Context, who access.Principal, id ID, opinion string) (PlanDetail, error) {
	d, err := p.svc.Approve(ctx, who, id, opinion)
	return planDetailOf(who, d), err
}

func (p plansPort) Return(ctx context.Context, who access.Principal, id ID, opinion string) (PlanDetail, error) {
	d, err := p.svc.Return(ctx, who, id, opinion)
	return planDetailOf(who, d), err
}

func (p plansPort) File(ctx context.Context, who access.Principal, id ID) (PlanDetail, error) {
	d, err := p.svc.File(ctx, who, id)
	return planDetailOf(who, d), err
}

func (p plansPort) Rehearse(ctx context.Context, who access.Principal, id ID, in PlanRehearsalInput) (PlanDetail, error) {
	d, err := p.svc.Rehearse(ctx, who, id, plan.RehearsalInput{HeldAt: in.HeldAt, Participants: in.Participants, Findings: in.Findings, Ready: in.Ready})
	return planDetailOf(who, d), err
}

func (p plansPort) SignRehearsal(ctx context.Context, who access.Principal, id, rehearsalID ID) (PlanDetail, error) {
	d, err := p.svc.SignRehearsal(ctx, who, id, rehearsalID)
	return planDetailOf(who, d), err
}

func (p plansPort) Start(ctx context.Context, who access.Principal, id ID) (PlanDetail, error) {
	d, err := p.svc.Start(ctx, who, id)
	return planDetailOf(who, d), err
}

func (p plansPort) Join(ctx context.Context, who access.Principal, id ID, in PlanJoin) (PlanDetail, error) {
	d, err := p.svc.Join(ctx, who, id, zeroOr(in.AgentID), in.Reason)
	return planDetailOf(who, d), err
}

func (p plansPort) Close(ctx context.Context, who access.Principal, id ID, note string) (PlanDetail, error) {
	d, err := p.svc.Close(ctx, who, id, note)
	return planDetailOf(who, d), err
}

func planCriteria(in PlanCriteria) (plan.Criteria, error) {
	c := plan.Criteria{Choice: plan.Choice(in.Choice), Kinds: in.Kinds, Grades: in.Grades, Cities: in.Cities, Languages: in.Languages, BranchID: zeroOr(in.BranchID),
		DepartmentID: zeroOr(in.DepartmentID), Government: in.Government, Size: in.Size, ScoreBelow: in.ScoreBelow, Days: in.Days, Codes: in.Codes, Repeat: in.Repeat}
	if in.Seed != "" {
		var err error
		if c.Seed, err = strconv.ParseInt(in.Seed, 10, 64); err != nil {
			return c, problem.BadField("criteria.seed", "must be a whole number of 64 bits")
		}
	}
	return c, nil
}

func planCriteriaOf(c plan.Criteria) PlanCriteria {
	out := PlanCriteria{Choice: string(c.Choice), Kinds: c.Kinds, Grades: c.Grades, Cities: c.Cities, Languages: c.Languages, BranchID: idOrNull(c.BranchID),
		DepartmentID: idOrNull(c.DepartmentID), Government: c.Government, Size: c.Size, ScoreBelow: c.ScoreBelow, Days: c.Days, Codes: c.Codes, Repeat: c.Repeat}
	if c.Seed != 0 {
		out.Seed = strconv.FormatInt(c.Seed, 10)
	}
	return out
}

func planName(n plan.Name) Ref { return Ref{ID: n.ID, Name: n.Name} }

func planMark(m plan.Mark) PlanMark { return PlanMark{By: planName(m.By), At: at(m.At)} }

func planMarkOrNull(m plan.Mark) Null[PlanMark] {
	if m.By.ID == uuid.Nil {
		return Null[PlanMark]{}
	}
	v := planMark(m)
	return orNull(&v)
}

func planOf(who access.Principal, p plan.Plan, f plan.Figures) Plan {
	if p.State == plan.StateClosed {
		f = p.Final
	}
	return Plan{ID: p.ID, Number: p.Number, Branch: planName(p.Branch), Title: p.Title, ProgramID: p.ProgramID, ProgramCode: p.Program.Code, ProgramZH: p.Program.NameZH,
		ProgramEN: p.Program.NameEN, ContentKind: string(p.ContentKind), Method: string(p.Method), Aim: p.Aim, Target: p.Target, From: p.From.String(), Until: p.Until.String(),
		Agents: mapped(p.Crew, planName), Skill: p.Skill, State: string(p.State), Round: p.Round, Own: slices.Contains(p.Authors, who.User.ID), Rehearsed: p.Rehearsed,
		Opinion: p.Opinion, ClosingNote: p.Closing, Created: planMark(p.Created), Submitted: planMarkOrNull(p.Submitted), Decided: planMarkOrNull(p.Decided),
		Filed: planMarkOrNull(p.Filed), Started: planMarkOrNull(p.Started), Closed: planMarkOrNull(p.Closed),
		Figures: PlanFigures{Customers: f.Customers, Waiting: f.Waiting, Done: f.Done, InTime: f.InTime, Open: f.Open, Late: f.Late, DataCheck: f.DataCheck,
			Unreachable: f.Unreachable, OtherChannel: f.OtherChannel, Cancelled: f.Cancelled, Barred: f.Barred, Reached: f.Reached()}}
}

func planCustomerOf(r plan.Row) PlanCustomer {
	return PlanCustomer{Ordinal: r.Ordinal, Customer: Ref{ID: r.CustomerID, Name: r.Name}, Code: r.Code, Ground: r.Ground, Obstacle: string(r.Obstacle),
		TaskID: idOrNull(r.TaskID), TaskState: string(r.TaskState), Assignee: nameOf(r.AssigneeID, r.AssigneeName), DueAt: maybe(r.DueAt), ClosedAt: maybe(r.ClosedAt)}
}

func planDetailOf(who access.Principal, d plan.Detail) PlanDetail {
	out := PlanDetail{Plan: planOf(who, d.Plan, d.Figures),
		Rehearsals: mapped(d.Rehearsals, func(r plan.Rehearsal) PlanRehearsal {
			return PlanRehearsal{ID: r.ID, HeldAt: at(r.HeldAt), Participants: mapped(r.Participants, planName), Findings: r.Findings, Ready: r.Ready,
				Noted: planMark(r.Noted), Signed: planMarkOrNull(r.Signed)}
		}),
		History: mapped(d.History, func(e audit.Event) PlanEvent {
			return PlanEvent{At: at(e.At), By: nameOf(e.ActorID, e.ActorName), Action: e.Action, Reason: e.Reason, Detail: e.Detail}
		})}
	if s := d.Selection; s != nil {
		out.Selection = orNull(&PlanSelection{Criteria: planCriteriaOf(s.Criteria), Population: s.Population, Fitting: s.Fitting, Chosen: s.Chosen, Made: planMark(s.Made)})
	}
	return out
}
