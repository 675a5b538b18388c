package httpapi

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/dealing"
	"huifang/internal/duty"
)

// dutiesPort is package duty behind its port.
type dutiesPort struct {
	svc      *duty.Service
	engine   *duty.Engine
	programs func(context.Context) ([]callback.Program, error)
}

// NewDuties puts service and engine behind the API.
func NewDuties(s *duty.Service, e *duty.Engine, programs func(context.Context) ([]callback.Program, error)) Duties {
	return dutiesPort{s, e, programs}
}

func (p dutiesPort) Rules(ctx context.Context) (DutyRules, error) {
	rs, err := p.svc.Rules(ctx)
	return DutyRules{Rules: mapped(rs, dutyRuleOf)}, err
}

func (p dutiesPort) Rule(ctx context.Context, id ID) (DutyRule, error) {
	r, err := p.svc.Rule(ctx, id)
	return dutyRuleOf(r), err
}

func (p dutiesPort) Create(ctx context.Context, who access.Principal, in NewDutyRule) (DutyRule, error) {
	d, err := draftOf(in.AppliesFrom, in.Settings, in.Reason)
	if err != nil {
		return DutyRule{}, err
	}
	r, err := p.svc.Create(ctx, who, duty.NewRule{Code: in.Code, Name: duty.Words{Chinese: in.NameZH, English: in.NameEN}, Draft: d})
	return dutyRuleOf(r), err
}

func (p dutiesPort) Change(ctx context.Context, who access.Principal, id ID, in NewDutyVersion) (DutyRule, error) {
	d, err := draftOf(in.AppliesFrom, in.Settings, in.Reason)
	if err != nil {
		return DutyRule{}, err
	}
	r, err := p.svc.Change(ctx, who, id, in.Seen, d)
	return dutyRuleOf(r), err
}

func (p dutiesPort) Templates(ctx context.Context) (DutyTemplates, error) {
	all, err := duty.Templates()
	if err != nil {
		return DutyTemplates{}, err
	}
	ps, err := p.programs(ctx)
	if err != nil {
		return DutyTemplates{}, err
	}
	ids := make(map[string]uuid.UUID, len(ps))
	for _, v := range ps {
		ids[v.Code] = v.ID
	}
	return DutyTemplates{Templates: mapped(all, func(t duty.Template) DutyTemplate {
		t.Settings.ProgramID = ids[t.Program]
		return DutyTemplate{Code: t.Code, Rows: t.Rows, NameZH: t.Name.Chinese, NameEN: t.Name.English, ProgramCode: t.Program, Settings: dutySettingsOf(t.Settings)}
	})}, nil
}

func (p dutiesPort) DryRun(ctx context.Context, who access.Principal, in DutyDryRun) (DutyDryResult, error) {
	run := duty.DryRun{RuleID: zeroOr(in.RuleID), Version: in.Version, CustomerID: zeroOr(in.CustomerID)}
	if in.Settings.Value != nil {
		d, err := draftOf(in.AppliesFrom, *in.Settings.Value, "")
		if err != nil {
			return DutyDryResult{}, err
		}
		run.Draft = &d
	}
	for _, v := range []struct {
		at, text string
		to       *calendar.Date
	}{{"from", in.From, &run.From}, {"until", in.Until, &run.Until}, {"as_of", in.AsOf, &run.AsOf}} {
		var err error
		if *v.to, err = optionalDay(v.at, v.text); err != nil {
			return DutyDryResult{}, err
		}
	}
	r, err := p.svc.DryRun(ctx, who, run)
	out := DutyDryResult{Customers: r.Customers, Concerned: r.Concerned, Due: r.Due, Open: r.Open, Missed: r.Missed, Exists: r.Exists, Duties: mapped(r.Duties, dryDutyOf)}
	for _, day := range slices.Sorted(maps.Keys(r.Days)) {
		out.Days = append(out.Days, DutyDay{Day: day, Count: r.Days[day]})
	}
	return out, err
}

func (p dutiesPort) List(ctx context.Context, q DutyQuery) (DutyPage, error) {
	dq, err := coverageQuery(q.CoverageQuery)
	if err != nil {
		return DutyPage{}, err
	}
	if dq.CustomerID, err = optionalID("query.customer_id", q.CustomerID); err != nil {
		return DutyPage{}, err
	}
	if dq.EventID, err = optionalID("query.event_id", q.EventID); err != nil {
		return DutyPage{}, err
	}
	day, id, err := parseCursor(q.Cursor)
	if err != nil {
		return DutyPage{}, err
	}
	dq.State, dq.Result, dq.Limit, dq.After = duty.State(q.State), duty.Result(q.Result), q.Limit, duty.Cursor{Deadline: calendar.DateOf(day), ID: id}
	page, err := p.svc.Duties(ctx, dq)
	return DutyPage{Duties: mapped(page.Duties, dutyOf), NextCursor: cursor(page.Next.Deadline.UTC(), page.Next.ID)}, err
}

func (p dutiesPort) Coverage(ctx context.Context, q CoverageQuery) (Coverage, error) {
	dq, err := coverageQuery(q)
	if err != nil {
		return Coverage{}, err
	}
	rows, err := p.svc.Coverage(ctx, dq)
	var total duty.Figures
	for _, r := range rows {
		total.Add(r.Figures)
	}
	return Coverage{Rows: mapped(rows, func(r duty.CoverageRow) CoverageRow {
		return CoverageRow{Rule: DutyRef{ID: r.RuleID, Code: r.RuleCode, NameZH: r.RuleName.Chinese, NameEN: r.RuleName.English}, Branch: refOrNull(r.BranchID, r.BranchName), TargetPercent: r.TargetPercent, Figures: figuresOf(r.Figures)}
	}), Total: figuresOf(total)}, err
}

func (p dutiesPort) Evaluate(ctx context.Context) (DutyTally, error) {
	t, err := p.engine.Round(ctx)
	return DutyTally(t), err
}

func coverageQuery(q CoverageQuery) (out duty.Query, err error) {
	if out.RuleID, err = optionalID("query.rule_id", q.RuleID); err != nil {
		return out, err
	}
	if out.BranchID, err = optionalID("query.branch_id", q.BranchID); err != nil {
		return out, err
	}
	for _, v := range []struct {
		at, text string
		to       *calendar.Date
	}{{"query.from", q.From, &out.From}, {"query.until", q.Until, &out.Until}, {"query.as_of", q.AsOf, &out.AsOf}} {
		if *v.to, err = optionalDay(v.at, v.text); err != nil {
			return out, err
		}
	}
	return out, nil
}

func draftOf(from string, s DutySettings, reason string) (d duty.Draft, err error) {
	if d.From, err = optionalDay("applies_from", from); err != nil {
		return d, err
	}
	d.Reason = reason
	d.Settings = duty.Settings{Enabled: s.Enabled, Trigger: duty.Trigger(s.Trigger), Events: named[dealing.Kind](s.Events), Festivals: named[duty.Festival](s.Festivals), PerMonth: s.PerMonth,
		Stages: mapped(s.Stages, stageIn), CoolingOff: s.CoolingOff, CoolingOffDays: s.CoolingOffDays, BeforeCommissioning: s.BeforeCommissioning, RunningContract: s.RunningContract,
		GraceDays: s.GraceDays, Channel: duty.Channel(s.Channel), AlsoChannel: duty.Channel(s.AlsoChannel), VisitFromCents: cents(s.VisitFrom), MinCents: cents(s.MinAmount), ProgramID: s.ProgramID,
		Priority: s.Priority, Kinds: named[customer.Kind](s.Kinds), Grades: s.Grades, TargetPercent: s.TargetPercent, Purpose: duty.Words{Chinese: s.PurposeZH, English: s.PurposeEN}}
	if r := s.Repeat.Value; r != nil {
		d.Settings.Repeat = &duty.Offset{N: r.N, Unit: duty.Unit(r.Unit)}
	}
	return d, nil
}

// named gives words of a closed set; the domain checks them.
func named[S ~string](words []string) []S {
	out := make([]S, len(words))
	for i, w := range words {
		out[i] = S(w)
	}
	return out
}

func stageIn(s DutyStage) duty.Stage {
	deadline := func(n Null[DutyDeadline]) *duty.Deadline {
		if n.Value == nil {
			return nil
		}
		return &duty.Deadline{Offset: duty.Offset{N: n.Value.N, Unit: duty.Unit(n.Value.Unit)}, From: duty.Anchor(n.Value.From)}
	}
	return duty.Stage{Due: duty.Offset{N: s.Due.N, Unit: duty.Unit(s.Due.Unit)}, Soft: deadline(s.Soft), Hard: deadline(s.Hard)}
}

func stageOut(s duty.Stage) DutyStage {
	deadline := func(d *duty.Deadline) Null[DutyDeadline] {
		if d == nil {
			return Null[DutyDeadline]{}
		}
		return orNull(&DutyDeadline{DutyOffset: DutyOffset{N: d.N, Unit: string(d.Unit)}, From: string(d.From)})
	}
	return DutyStage{Due: DutyOffset{N: s.Due.N, Unit: string(s.Due.Unit)}, Soft: deadline(s.Soft), Hard: deadline(s.Hard)}
}

func dutySettingsOf(s duty.Settings) DutySettings {
	out := DutySettings{Enabled: s.Enabled, Trigger: string(s.Trigger), Events: words(s.Events), Festivals: words(s.Festivals), PerMonth: s.PerMonth, Stages: mapped(s.Stages, stageOut),
		CoolingOff: s.CoolingOff, CoolingOffDays: s.CoolingOffDays, BeforeCommissioning: s.BeforeCommissioning, RunningContract: s.RunningContract, GraceDays: s.GraceDays,
		Channel: string(s.Channel), AlsoChannel: string(s.AlsoChannel), VisitFrom: yuan(s.VisitFromCents), MinAmount: yuan(s.MinCents), ProgramID: s.ProgramID, Priority: s.Priority,
		Kinds: words(s.Kinds), Grades: s.Grades, TargetPercent: s.TargetPercent, PurposeZH: s.Purpose.Chinese, PurposeEN: s.Purpose.English}
	if s.Repeat != nil {
		out.Repeat = orNull(&DutyOffset{N: s.Repeat.N, Unit: string(s.Repeat.Unit)})
	}
	return out
}

func dutyRuleOf(r duty.Rule) DutyRule {
	return DutyRule{ID: r.ID, Code: r.Code, NameZH: r.Name.Chinese, NameEN: r.Name.English, Versions: mapped(r.Versions, func(v duty.Version) DutyVersion {
		return DutyVersion{Version: v.N, AppliesFrom: v.From.String(), Settings: dutySettingsOf(v.Settings), Reason: v.Reason, MadeBy: Ref{ID: v.MadeBy, Name: v.MadeByName}, MadeAt: at(v.MadeAt)}
	})}
}

func dutyOf(d duty.Duty) Duty {
	return Duty{ID: d.ID, Rule: DutyRef{ID: d.RuleID, Code: d.RuleCode, NameZH: d.RuleName.Chinese, NameEN: d.RuleName.English}, Version: d.Version, Customer: Ref{ID: d.CustomerID, Name: d.CustomerName},
		CustomerCode: d.CustomerCode, Branch: refOrNull(d.BranchID, d.BranchName), Occurrence: d.Occurrence, EventID: idOrNull(d.EventID), EventKind: string(d.EventKind), EventKey: d.EventKey,
		BaseOn: dayOf(d.Base), NotBefore: dayOf(d.NotBefore), DueOn: dayOf(d.Due), SoftOn: dayOf(d.Soft), HardOn: dayOf(d.Hard), GraceDays: d.GraceDays, Deadline: dayOf(d.Deadline()),
		Channel: string(d.Channel), AlsoChannel: string(d.Also), Priority: d.Priority, Purpose: d.Purpose, State: string(d.State), Result: string(d.Result), TaskID: idOrNull(d.TaskID), TaskState: d.TaskState,
		ClosedOn: dayOf(d.ClosedOn), Reason: d.Reason, UpdatedAt: at(d.UpdatedAt)}
}

func dryDutyOf(d duty.DryDuty) DryDuty {
	return DryDuty{Customer: Ref{ID: d.CustomerID, Name: d.CustomerName}, Version: d.Version, EventID: idOrNull(d.EventID), BaseOn: dayOf(d.Base), NotBefore: dayOf(d.NotBefore), DueOn: dayOf(d.Due),
		SoftOn: dayOf(d.Soft), HardOn: dayOf(d.Hard), Deadline: dayOf(d.Deadline()), Channel: string(d.Channel), Result: string(d.Result), Exists: d.Exists}
}

func figuresOf(f duty.Figures) Figures {
	return Figures{Due: f.Due, InTime: f.InTime, Late: f.Late, Open: f.Open, Missed: f.Missed, Percent: f.Percent()}
}
