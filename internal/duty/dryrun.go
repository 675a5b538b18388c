package duty

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// Limits of a dry run.
const (
	dryBatch = 2000
	dryList  = 1000
	dryDays  = 3 * 366
)

// DryRun asks what rules would make. Nothing is written.
type DryRun struct {
	RuleID     uuid.UUID     // of an existing rule; uuid.Nil: a new one
	Version    int           // of the rule: as it was after that version; 0: the latest
	Draft      *Draft        // the next version; needed for a new rule
	From       calendar.Date // the days on which something becomes due
	Until      calendar.Date
	AsOf       calendar.Date // results are judged on that day, as if nobody had called; zero: today
	CustomerID uuid.UUID     // only this one
}

// DryDuty is a duty as it would be.
type DryDuty struct {
	Owed
	CustomerName string
	Result       Result
	Exists       bool // it is there already, or was
}

// DryResult is what a dry run found.
type DryResult struct {
	Customers int // that were looked at
	Concerned int // that are owed something
	Figures
	Exists int            // of Due: those that are there already
	Days   map[string]int // how many become due, by day
	Duties []DryDuty      // the first thousand by day
}

// DryRun computes what a rule would make over a period, with the facts as they
// are.
func (s *Service) DryRun(ctx context.Context, who access.Principal, in DryRun) (DryResult, error) {
	if err := ruler(who); err != nil {
		return DryResult{}, err
	}
	rule, err := s.dryRule(ctx, &in)
	if err != nil {
		return DryResult{}, err
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return DryResult{}, fmt.Errorf("read calendar: %w", err)
	}
	p := Planner{Calendar: cal, Moon: s.moon}
	res := DryResult{Days: map[string]int{}}
	for after := uuid.Nil; ; {
		fs, err := s.cfg.Book.CustomerFacts(ctx, after, in.CustomerID, dryBatch)
		if err != nil {
			return DryResult{}, err
		}
		for _, f := range fs {
			res.look(p, rule, f, in)
			after = f.ID
		}
		if len(fs) < dryBatch {
			break
		}
		res.trim()
	}
	res.trim()
	return res, nil
}

func (s *Service) dryRule(ctx context.Context, in *DryRun) (Rule, error) {
	today := s.Today()
	if in.From.IsZero() {
		in.From = today
	}
	if in.Until.IsZero() {
		in.Until = in.From.AddDays(365)
	}
	if in.AsOf.IsZero() {
		in.AsOf = today
	}
	if in.Until.Before(in.From) || daysBetween(in.From, in.Until) > dryDays {
		return Rule{}, problem.BadField("until", "must not lie before from, nor more than %d days after it", dryDays)
	}
	rule := Rule{ID: uuid.New(), Code: "draft"}
	var before *Version
	if in.RuleID != uuid.Nil {
		r, err := s.Rule(ctx, in.RuleID)
		if err != nil {
			return Rule{}, err
		}
		if in.Version < 0 || in.Version > len(r.Versions) {
			return Rule{}, problem.BadField("version", "must be one of 1 to %d", len(r.Versions))
		}
		if in.Version > 0 {
			r.Versions = r.Versions[:in.Version]
		}
		last := r.Latest()
		rule, before = r, &last
	}
	if in.Draft == nil {
		if before == nil {
			return Rule{}, problem.BadField("settings", "are required without a rule")
		}
		return rule, nil
	}
	d := *in.Draft
	if before != nil && d.Reason == "" {
		d.Reason = "dry run" // is asked for when the version is made
	}
	wrong, err := s.checkDraft(ctx, &d, before)
	if err != nil {
		return Rule{}, err
	}
	if len(wrong) > 0 {
		return Rule{}, problem.Invalid(wrong...)
	}
	n := 1
	if before != nil {
		n = before.N + 1
	}
	d.Settings.Enabled = true // what it would do, switched on
	rule.Versions = append(slices.Clip(rule.Versions), Version{N: n, From: d.From, Settings: d.Settings})
	return rule, nil
}

func (r *DryResult) look(p Planner, rule Rule, f Facts, in DryRun) {
	r.Customers++
	owed, _ := p.Plan([]Rule{rule}, f, Window{From: in.From, Until: in.Until})
	any := false
	for _, o := range owed {
		if o.Due.Before(in.From) || in.Until.Before(o.Due) {
			continue
		}
		any = true
		d := DryDuty{Owed: o, CustomerName: f.Name, Result: Duty{Owed: o, State: Planned}.ResultOn(in.AsOf)}
		d.Exists = slices.ContainsFunc(f.Duties, func(x Duty) bool { return x.Key == o.Key })
		r.Due++
		r.Days[o.Due.String()]++
		if d.Result == Missed {
			r.Missed++
		} else {
			r.Open++
		}
		if d.Exists {
			r.Exists++
		}
		r.Duties = append(r.Duties, d)
	}
	if any {
		r.Concerned++
	}
}

// trim keeps the first by day.
func (r *DryResult) trim() {
	slices.SortStableFunc(r.Duties, func(a, b DryDuty) int {
		return cmp.Or(a.Due.UTC().Compare(b.Due.UTC()), cmp.Compare(a.CustomerName, b.CustomerName), cmp.Compare(a.CustomerID.String(), b.CustomerID.String()))
	})
	r.Duties = r.Duties[:min(len(r.Duties), dryList)]
}
