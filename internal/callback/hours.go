package callback

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// HoursBy is what a group of customers is known by.
type HoursBy string

// What groups are known by.
const (
	HoursByKind   HoursBy = "kind"   // of the customer
	HoursByGrade  HoursBy = "grade"  // of the customer
	HoursByGroup  HoursBy = "group"  // a named group that customers are put into
	HoursByBranch HoursBy = "branch" // whose customer it is; Value is the branch's id
)

// HoursBys lists the closed set.
func HoursBys() []HoursBy { return []HoursBy{HoursByKind, HoursByGrade, HoursByGroup, HoursByBranch} }

// HoursGroup gives a group of customers hours or a calendar of their own.
// Rule T-05. The JSON form is what the schema's column holds.
type HoursGroup struct {
	By       HoursBy  `json:"by"`
	Value    string   `json:"value"`
	Windows  *Windows `json:"windows,omitempty"`  // nil: those of the program
	Calendar string   `json:"calendar,omitempty"` // code; empty: that of the program
}

// Holds reports whether a customer is of the group.
func (g HoursGroup) Holds(c customer.Customer) bool {
	switch g.By {
	case HoursByKind:
		return string(c.Kind) == g.Value
	case HoursByGrade:
		return c.Grade == g.Value
	case HoursByGroup:
		return slices.Contains(c.Groups, g.Value)
	case HoursByBranch:
		return c.BranchID != uuid.Nil && c.BranchID.String() == g.Value
	}
	return false
}

// CallingRules say when customers of a program may be called, and with what
// consent. Each change is a version with its reason. Rules T-05, T-14.
type CallingRules struct {
	Windows     Windows
	Government  Windows                 // of government customers that no group holds
	Groups      []HoursGroup            // the first that holds the customer counts
	Calendar    string                  // code; empty: that of the house
	Consent     customer.ConsentPurpose // Rule T-14; empty: none is asked for
	Progressive bool                    // the next card opens by itself after wrap-up
	Version     int
}

// RulesVersion is one version in the history.
type RulesVersion struct {
	CallingRules
	Reason    string
	ChangedBy uuid.UUID
	Name      string
	ChangedAt time.Time
}

// Rules gives the calling rules of a program as they are now.
func (p Program) Rules() CallingRules {
	return CallingRules{Windows: p.Windows, Government: p.GovernmentWindows, Groups: p.HoursGroups, Calendar: p.Calendar, Consent: p.Consent,
		Progressive: p.Progressive, Version: p.HoursVersion}
}

// HoursFor gives windows and calendar of a customer. Rule T-05.
func (p Program) HoursFor(c customer.Customer) (Windows, string) {
	w := p.Windows
	if c.Government {
		w = p.GovernmentWindows
	}
	for _, g := range p.HoursGroups {
		if g.Holds(c) {
			if g.Windows != nil {
				w = *g.Windows
			}
			if g.Calendar != "" {
				return w, g.Calendar
			}
			break
		}
	}
	return w, p.Calendar
}

const maxHoursGroups = 30

// check says what is wrong with rules.
func (r CallingRules) check(known []calendar.Named, attempts int) error {
	var wrong []problem.Field
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	code := func(at, c string) {
		if c != "" && !slices.ContainsFunc(known, func(n calendar.Named) bool { return n.Code == c }) {
			bad(at, "there is no calendar %q", c)
		}
	}
	windows := func(at string, w Windows) {
		if attempts > 1 && len(w.Default) < 2 {
			bad(at, "two windows are needed for attempts at different times (Rule T-04)")
		}
	}
	windows("windows", r.Windows)
	windows("government_windows", r.Government)
	code("calendar", r.Calendar)
	if r.Consent == customer.PurposeAny || r.Consent != "" && !slices.Contains(customer.ConsentPurposes(), r.Consent) {
		bad("consent", "must be empty, service, survey or marketing")
	}
	if len(r.Groups) > maxHoursGroups {
		bad("groups", "there are at most %d", maxHoursGroups)
	}
	for i, g := range r.Groups {
		at := fmt.Sprintf("groups[%d]", i)
		if !slices.Contains(HoursBys(), g.By) {
			bad(at+".by", "must be kind, grade, group or branch")
		}
		if g.Value == "" || len(g.Value) > 100 {
			bad(at+".value", "must have 1 to 100 bytes")
		}
		if g.By == HoursByKind && !slices.Contains(customer.Kinds(), customer.Kind(g.Value)) {
			bad(at+".value", "is no kind of customer")
		}
		if _, err := uuid.Parse(g.Value); g.By == HoursByBranch && err != nil {
			bad(at+".value", "must be the id of a branch")
		}
		if slices.ContainsFunc(r.Groups[:i], func(o HoursGroup) bool { return o.By == g.By && o.Value == g.Value }) {
			bad(at+".value", "is there twice; only the first would count")
		}
		if g.Windows == nil && g.Calendar == "" {
			bad(at, "needs windows or a calendar of its own")
		}
		if g.Windows != nil {
			windows(at+".windows", *g.Windows)
		}
		code(at+".calendar", g.Calendar)
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	return nil
}

// SetCallingRules writes another version of a program's rules, with its reason.
// The version that was seen must be the latest. It holds for dials from now on.
// Rules T-05, T-14.
func (s *Service) SetCallingRules(ctx context.Context, who access.Principal, id uuid.UUID, r CallingRules, reason string) (Program, error) {
	if !who.Has(access.RoleAdministrator) {
		return Program{}, problem.Forbidden("role", "administrators change programs")
	}
	p, err := s.programByID(ctx, id)
	if err != nil {
		return Program{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason {
		return Program{}, problem.BadField("reason", "must have 1 to %d bytes", maxReason)
	}
	names, err := s.cfg.Days.Names(ctx)
	if err != nil {
		return Program{}, err
	}
	if err := r.check(names, p.MinAttempts); err != nil {
		return Program{}, err
	}
	if r.Version != p.HoursVersion {
		return Program{}, problem.Conflict("changed_meanwhile", "the rules have changed meanwhile")
	}
	v := RulesVersion{CallingRules: r, Reason: reason, ChangedBy: who.User.ID, ChangedAt: s.now()}
	v.Version++
	e := audit.Event{At: v.ChangedAt, ActorID: who.User.ID, Action: audit.ActionProgramChanged, ObjectKind: "program", ObjectID: id.String(), Rule: "T-05", Reason: reason,
		Detail: map[string]any{"code": p.Code, "version": v.Version, "before": p.Rules().detail(), "after": r.detail()}, IP: who.IP}
	if err := s.store.SetCallingRules(ctx, id, v, e); err != nil {
		return Program{}, fmt.Errorf("change rules of program %s: %w", p.Code, err)
	}
	return s.programByID(ctx, id)
}

// CallingRulesHistory lists the versions of a program's rules, newest first.
func (s *Service) CallingRulesHistory(ctx context.Context, id uuid.UUID) ([]RulesVersion, error) {
	if _, err := s.programByID(ctx, id); err != nil {
		return nil, err
	}
	vs, err := s.store.CallingRules(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("list versions of rules: %w", err)
	}
	return vs, nil
}

func (r CallingRules) detail() map[string]any {
	return map[string]any{"windows": r.Windows, "government_windows": r.Government, "groups": r.Groups, "calendar": r.Calendar, "consent": string(r.Consent), "progressive": r.Progressive}
}
