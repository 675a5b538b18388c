package duty

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// ServiceConfig is what a service is made of. Changed may be nil.
type ServiceConfig struct {
	Book    Book
	Days    Days
	Zone    *time.Location // of the house: what "today" means for rules
	Clock   func() time.Time
	Changed func() // told after each change of a rule
}

// Service is what people do with rules and duties. It may be used by many
// goroutines.
type Service struct {
	cfg  ServiceConfig
	moon Moon
}

// NewService checks the configuration.
func NewService(c ServiceConfig) (*Service, error) {
	if c.Book == nil || c.Days == nil || c.Zone == nil || c.Clock == nil {
		return nil, errors.New("make duty service: every part but changed is required")
	}
	moon, err := ReadMoon()
	if err != nil {
		return nil, err
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return &Service{cfg: c, moon: moon}, nil
}

func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

// Today is the day in the house's zone.
func (s *Service) Today() calendar.Date { return calendar.DateOf(s.now().In(s.cfg.Zone)) }

// Rules lists by code.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) { return s.cfg.Book.DutyRules(ctx) }

// Rule gives one with its versions.
func (s *Service) Rule(ctx context.Context, id uuid.UUID) (Rule, error) {
	return s.cfg.Book.DutyRule(ctx, id)
}

// NewRule is a rule to be made.
type NewRule struct {
	Code string
	Name Words
	Draft
}

// Draft is a version to be made. From is today where it is zero.
type Draft struct {
	From     calendar.Date
	Settings Settings
	Reason   string
}

func ruler(who access.Principal) error {
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return problem.Forbidden("supervisor_only", "only supervisors and administrators make duty rules")
	}
	return nil
}

// checkDraft says what is wrong with a version; before is nil for the first.
func (s *Service) checkDraft(ctx context.Context, d *Draft, before *Version) ([]problem.Field, error) {
	if d.From.IsZero() {
		d.From = s.Today()
	}
	d.Reason = strings.TrimSpace(d.Reason)
	wrong := d.Settings.Check()
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	if d.From.Year < 2004 || d.From.Year > 2100 {
		bad("applies_from", "must lie between 2004 and 2100")
	}
	if len(d.Reason) > maxReason {
		bad("reason", "must have at most %d bytes", maxReason)
	}
	if before != nil {
		if d.From.Before(before.From) {
			bad("applies_from", "must not lie before %s, from which version %d applies", before.From, before.N)
		}
		if d.Settings.Trigger != before.Settings.Trigger {
			bad("trigger", "stays %s: another trigger is another rule", before.Settings.Trigger)
		}
		if d.Reason == "" {
			bad("reason", "must say why the rule changes")
		}
	}
	ps, err := s.cfg.Book.Programs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list programs: %w", err)
	}
	if d.Settings.ProgramID != uuid.Nil {
		known := false
		for _, p := range ps {
			known = known || p.ID == d.Settings.ProgramID
		}
		if !known {
			bad("program_id", "there is no such program")
		}
	}
	return wrong, nil
}

// Create makes a rule with its first version.
func (s *Service) Create(ctx context.Context, who access.Principal, n NewRule) (Rule, error) {
	if err := ruler(who); err != nil {
		return Rule{}, err
	}
	n.Name = Words{strings.TrimSpace(n.Name.Chinese), strings.TrimSpace(n.Name.English)}
	wrong, err := s.checkDraft(ctx, &n.Draft, nil)
	if err != nil {
		return Rule{}, err
	}
	if wrong = append(checkName(n.Code, n.Name), wrong...); len(wrong) > 0 {
		return Rule{}, problem.Invalid(wrong...)
	}
	now := s.now()
	r := Rule{ID: uuid.New(), Code: n.Code, Name: n.Name, CreatedAt: now,
		Versions: []Version{{N: 1, From: n.From, Settings: n.Settings, Reason: n.Reason, MadeBy: who.User.ID, MadeAt: now}}}
	if err := s.cfg.Book.InsertDutyRule(ctx, r, event(who, now, audit.ActionDutyRuleMade, r, r.Versions[0])); err != nil {
		return Rule{}, fmt.Errorf("make duty rule: %w", err)
	}
	s.cfg.Changed()
	return s.Rule(ctx, r.ID)
}

// Change makes the next version of a rule. seen is the version that it was made
// from; problem conflict when there is a later one.
func (s *Service) Change(ctx context.Context, who access.Principal, id uuid.UUID, seen int, d Draft) (Rule, error) {
	if err := ruler(who); err != nil {
		return Rule{}, err
	}
	r, err := s.Rule(ctx, id)
	if err != nil {
		return Rule{}, err
	}
	last := r.Latest()
	if seen != last.N {
		return Rule{}, problem.Conflict("changed_meanwhile", "the rule has changed meanwhile")
	}
	wrong, err := s.checkDraft(ctx, &d, &last)
	if err != nil {
		return Rule{}, err
	}
	if len(wrong) > 0 {
		return Rule{}, problem.Invalid(wrong...)
	}
	now := s.now()
	v := Version{N: last.N + 1, From: d.From, Settings: d.Settings, Reason: d.Reason, MadeBy: who.User.ID, MadeAt: now}
	if err := s.cfg.Book.InsertDutyVersion(ctx, id, v, event(who, now, audit.ActionDutyRuleChanged, r, v)); err != nil {
		return Rule{}, fmt.Errorf("change duty rule: %w", err)
	}
	s.cfg.Changed()
	return s.Rule(ctx, id)
}

func event(who access.Principal, now time.Time, action string, r Rule, v Version) audit.Event {
	return audit.Event{At: now, ActorID: who.User.ID, Action: action, ObjectKind: "duty_rule", ObjectID: r.ID.String(), Rule: "R-03", Reason: v.Reason,
		Detail: map[string]any{"code": r.Code, "version": v.N, "applies_from": v.From.String(), "enabled": v.Settings.Enabled}, IP: who.IP}
}

const (
	defaultPage = 100
	mostPage    = 500
)

// Page is a page of duties.
type Page struct {
	Duties []Duty
	Next   Cursor // zero: the last page
}

// Duties lists what the query selects, by deadline.
func (s *Service) Duties(ctx context.Context, q Query) (Page, error) {
	if q.Limit <= 0 || q.Limit > mostPage {
		q.Limit = defaultPage
	}
	q.Now = s.now()
	limit := q.Limit
	q.Limit++
	ds, err := s.cfg.Book.Duties(ctx, q)
	if err != nil {
		return Page{}, err
	}
	p := Page{Duties: ds}
	if len(ds) > limit {
		p.Duties = ds[:limit]
		last := p.Duties[limit-1]
		p.Next = Cursor{Deadline: last.Deadline(), ID: last.ID}
	}
	return p, nil
}

// Coverage counts by rule and branch, live (Rule R-03).
func (s *Service) Coverage(ctx context.Context, q Query) ([]CoverageRow, error) {
	q.Now = s.now()
	return s.cfg.Book.Coverage(ctx, q)
}

// Branches lists the branches of rows, by name.
func Branches(rows []CoverageRow) (out []CoverageRow) {
	for _, r := range rows {
		if r.BranchID != uuid.Nil && !slices.ContainsFunc(out, func(o CoverageRow) bool { return o.BranchID == r.BranchID }) {
			out = append(out, r)
		}
	}
	return out
}
