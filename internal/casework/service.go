package casework

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// Config is what a service is made of. Changed, told of each task that is made,
// and Metrics may be nil.
type Config struct {
	Store     Store
	People    People
	Customers Customers
	Days      Days
	CallBacks CallBacks
	Zone      *time.Location
	Changed   func(taskID, assigneeID uuid.UUID)
	Clock     func() time.Time
	Logger    *slog.Logger
	Metrics   *Metrics
}

// Service is what people do with cases. It may be used by many goroutines.
type Service struct {
	store     Store
	people    People
	customers Customers
	days      Days
	callBacks CallBacks
	zone      *time.Location
	changed   func(taskID, assigneeID uuid.UUID)
	clock     func() time.Time
	log       *slog.Logger
	metrics   *Metrics
}

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.People == nil || c.Customers == nil || c.Days == nil || c.CallBacks == nil || c.Zone == nil || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make casework service: every part but changed and metrics is required")
	}
	if c.Changed == nil {
		c.Changed = func(uuid.UUID, uuid.UUID) {}
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Service{store: c.Store, people: c.People, customers: c.Customers, days: c.Days, callBacks: c.CallBacks, zone: c.Zone, changed: c.Changed, clock: c.Clock, log: c.Logger, metrics: c.Metrics}, nil
}

const (
	maxText   = 10_000 // bytes
	maxReason = 2_000
	maxCases  = 200
	maxEvents = 500
)

// now in the precision in which it is stored.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// due is the last second of the nth working day after the day of a moment, in
// the house's zone. Rule C-18.
func (s *Service) due(ctx context.Context, from time.Time, days int) (time.Time, error) {
	cal, err := s.days.Calendar(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read calendar: %w", err)
	}
	return cal.WorkingDayAfter(calendar.DateOf(from.In(s.zone)), days).At(24*time.Hour-time.Second, s.zone).UTC(), nil
}

// dueOf is when the step is due at which a case stands from a moment on. An
// answer to a complaint is due five working days after it was raised (Rule
// C-20), one of a later round five after the round began.
func (s *Service) dueOf(ctx context.Context, c Case, from time.Time) (time.Time, error) {
	if c.State == Answer && c.Round == 1 {
		from = c.CreatedAt
	}
	return s.due(ctx, from, c.State.Days())
}

func readsAll(who access.Principal) bool {
	return who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead)
}

// sees reports whether a case is shown to somebody: to superiors and those it
// was given to, never to whom it is about. Rules C-15, S-01.
func sees(c Case, who access.Principal) bool {
	if c.ConcernedID == who.User.ID {
		return false
	}
	return readsAll(who) || c.CreatedBy == who.User.ID || c.AssigneeID == who.User.ID || slices.Contains(c.EscalatedTo, who.User.ID)
}

func (c Case) overdue(now time.Time) bool { return c.State.running() && !now.Before(c.DueAt) }

// Page is a page of cases with the figures of all pages.
type Page struct {
	Cases  []Case
	Counts Counts
	Next   Key // zero: no more
}

// Cases lists cases.
func (s *Service) Cases(ctx context.Context, who access.Principal, q Query) (Page, error) {
	if !readsAll(who) {
		q.Concerns = who.User.ID
	}
	if q.Limit <= 0 || q.Limit > maxCases {
		q.Limit = maxCases
	}
	limit := q.Limit
	q.Limit++
	q.Now, q.NotAbout = s.now(), who.User.ID
	var out Page
	var err error
	if out.Cases, err = s.store.Cases(ctx, q); err != nil {
		return Page{}, fmt.Errorf("list cases: %w", err)
	}
	if len(out.Cases) > limit {
		out.Cases = out.Cases[:limit]
		last := out.Cases[limit-1]
		out.Next = Key{At: last.CreatedAt, ID: last.ID}
	}
	for i := range out.Cases {
		out.Cases[i].Overdue = out.Cases[i].overdue(q.Now)
	}
	if out.Counts, err = s.store.CountCases(ctx, q); err != nil {
		return Page{}, fmt.Errorf("count cases: %w", err)
	}
	return out, nil
}

// seen gives a case to whom it is shown.
func (s *Service) seen(ctx context.Context, who access.Principal, id uuid.UUID) (Case, error) {
	c, err := s.store.Case(ctx, id)
	if err != nil {
		return Case{}, fmt.Errorf("look up case: %w", err)
	}
	if !sees(c, who) {
		return Case{}, problem.Forbidden("not_concerned", "the case is not yours")
	}
	c.Overdue = c.overdue(s.now())
	return c, nil
}

// Case gives one with its steps, interviews and history, and says what whoever
// asks may do now.
func (s *Service) Case(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	c, err := s.seen(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Case: c}
	if d.Steps, d.Interviews, err = s.store.CaseSteps(ctx, id); err != nil {
		return Detail{}, fmt.Errorf("read steps of case: %w", err)
	}
	if d.History, err = s.store.Events(ctx, audit.Filter{ObjectKind: "case", ObjectID: id.String(), Limit: maxEvents}); err != nil {
		return Detail{}, fmt.Errorf("read history of case: %w", err)
	}
	d.History = slices.DeleteFunc(d.History, func(e audit.Event) bool { return !audit.Changes(e.Action) })
	slices.Reverse(d.History)
	return d, s.may(ctx, who, &d)
}

// may fills in what somebody may do with a case now.
func (s *Service) may(ctx context.Context, who access.Principal, d *Detail) error {
	c := d.Case
	if c.State == Closed {
		return nil
	}
	interested := s.interest(ctx, c, who.User)
	if interested != nil && problem.CodeOf(interested) != problem.CodeRefused {
		return interested
	}
	supervisor := who.Has(access.RoleSupervisor) && interested == nil
	if supervisor {
		d.May = append(d.May, MayAssign)
	}
	if interested == nil {
		d.May = append(d.May, MayAttach)
	}
	if c.State == CallBack {
		if supervisor && c.TaskState.Closed() {
			d.May = append(d.May, MayCallAgain)
			if c.TaskState == "unreachable" {
				d.May = append(d.May, MayClose)
			}
		}
		return nil
	}
	if d.Barred = s.maySign(ctx, who, c, d.Steps); d.Barred == nil {
		d.May = append(d.May, MaySign)
	} else if code := problem.CodeOf(d.Barred); code != problem.CodeRefused && code != problem.CodeForbidden {
		return d.Barred
	}
	if (c.State == Interview || c.State == Branch) && mayHandle(c, who) && interested == nil {
		d.May = append(d.May, MayInterview)
	}
	return nil
}

// mayHandle: whose turn it is, whom a missed clock went to, and supervisors.
func mayHandle(c Case, who access.Principal) bool {
	return c.AssigneeID == who.User.ID || slices.Contains(c.EscalatedTo, who.User.ID) || who.Has(access.RoleSupervisor)
}

// maySign says why somebody cannot sign the step that a case stands at. Rules C-15, C-19.
func (s *Service) maySign(ctx context.Context, who access.Principal, c Case, steps []Signed) error {
	if err := s.interest(ctx, c, who.User); err != nil {
		return err
	}
	switch {
	case c.State == HeadOffice && !who.Has(access.RoleInspector, access.RoleRecordsHead):
		return problem.Forbidden("head_office_opinion", "inspectors and heads of records give the head office's opinion")
	case c.State == Facts && (c.CreatedBy == who.User.ID || who.Has(access.RoleInspector)), c.State == HeadOffice:
	case !mayHandle(c, who):
		return problem.Forbidden("owner_only", "only whose turn it is, their superiors and supervisors sign")
	}
	first := firstOf(c.State)
	if slices.ContainsFunc(steps, func(d Signed) bool { return d.Step == first && d.ByID == who.User.ID }) {
		return problem.Refused("C-19", "own_step", fmt.Sprintf("whoever signed %s does not sign %s", first, c.State), nil)
	}
	return nil
}

// Files says whether somebody may see the files of a case, and add to them
// while it is open. Rules C-15, S-01.
func (s *Service) Files(ctx context.Context, who access.Principal, id uuid.UUID, add bool) error {
	c, err := s.seen(ctx, who, id)
	if err != nil || !add {
		return err
	}
	if c.State == Closed {
		return problem.Conflict("case_state", "the case is closed")
	}
	return s.interest(ctx, c, who.User)
}

func (s *Service) event(who access.Principal, at time.Time, action string, id uuid.UUID, c Case, reason string, detail map[string]any) audit.Event {
	rule := "C-19"
	if c.Kind == Complaint {
		rule = "C-20"
	}
	return audit.Event{At: at, ActorID: who.User.ID, Action: action, ObjectKind: "case", ObjectID: id.String(), Rule: rule, Reason: reason, Detail: detail, IP: who.IP}
}

// text takes the white space off and says what is wrong.
func text(at string, v *string, needed bool, wrong *[]problem.Field) {
	*v = strings.TrimSpace(*v)
	switch {
	case needed && *v == "":
		*wrong = append(*wrong, problem.Field{Location: at, Message: "is required"})
	case len(*v) > maxText:
		*wrong = append(*wrong, problem.Field{Location: at, Message: fmt.Sprintf("must have at most %d bytes", maxText)})
	}
}
