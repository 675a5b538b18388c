package plan

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
	"huifang/internal/problem"
)

// Config is what a service is made of. Changed may be nil.
type Config struct {
	Store    Store
	People   People
	Programs Programs
	Days     Days
	Zone     *time.Location // of the house
	// Changed is told of each task that a plan has made.
	Changed func(taskID, assigneeID uuid.UUID)
	Clock   func() time.Time
	Seed    func() int64 // draws the seed of a random selection; not 0
}

// Service is what branches and head office do with plans. It may be used by many
// goroutines.
type Service struct {
	cfg   Config
	store Store
}

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.People == nil || c.Programs == nil || c.Days == nil || c.Zone == nil || c.Clock == nil || c.Seed == nil {
		return nil, errors.New("make plan service: every part but changed is required")
	}
	if c.Changed == nil {
		c.Changed = func(uuid.UUID, uuid.UUID) {}
	}
	return &Service{cfg: c, store: c.Store}, nil
}

// now in the precision in which it is stored.
func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

func (s *Service) mark(who access.Principal) Mark {
	return Mark{By: Name{ID: who.User.ID, Name: who.User.Name}, At: s.now()}
}

// Limits of what is typed in, in bytes, and of lists.
const (
	maxTitle    = 200
	maxText     = 10_000
	maxAgents   = 200
	maxPage     = 200
	maxHistory  = 500
	maxPeriod   = 366 // days
	maxSkill    = 50
	previewRows = 100
)

// writers make plans for their branch; deciders are head office. Rule C-02: the
// roles of records and administration exist at head office only (decision 44).
func writes(who access.Principal, p Plan) error {
	if !who.Has(access.RoleSupervisor) {
		return problem.Forbidden("supervisor_only", "a supervisor of the branch makes its plans")
	}
	if who.User.Department.BranchID != p.Branch.ID {
		return problem.Forbidden("other_branch", "the plan is another branch's")
	}
	return nil
}

func decides(who access.Principal) error {
	if !who.Has(access.RoleRecordsHead, access.RoleAdministrator) {
		return problem.Forbidden("head_office_only", "head office decides on plans: the head of records or an administrator")
	}
	return nil
}

func reads(who access.Principal) error {
	if !who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead, access.RoleAdministrator) {
		return problem.Forbidden("role", "your roles do not allow this")
	}
	return nil
}

// Plans lists plans, newest first.
func (s *Service) Plans(ctx context.Context, who access.Principal, q Query) (Page, error) {
	if err := reads(who); err != nil {
		return Page{}, err
	}
	if q.Limit <= 0 || q.Limit > maxPage {
		q.Limit = maxPage
	}
	limit := q.Limit
	q.Limit++
	ps, err := s.store.Plans(ctx, q)
	if err != nil {
		return Page{}, fmt.Errorf("list plans: %w", err)
	}
	out := Page{Plans: ps}
	if len(ps) > limit {
		out.Plans = ps[:limit]
		last := ps[limit-1].Plan
		out.Next = Key{At: last.Created.At, ID: last.ID}
	}
	return out, nil
}

// Plan gives one with all that belongs to it.
func (s *Service) Plan(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	if err := reads(who); err != nil {
		return Detail{}, err
	}
	var d Detail
	var err error
	if d.Plan, err = s.store.Plan(ctx, id); err != nil {
		return Detail{}, fmt.Errorf("look up plan: %w", err)
	}
	if d.Selection, d.Rehearsals, d.Figures, err = s.store.PlanParts(ctx, id, s.now()); err != nil {
		return Detail{}, fmt.Errorf("look up parts of plan: %w", err)
	}
	if d.History, err = s.store.Events(ctx, audit.Filter{ObjectKind: "plan", ObjectID: id.String(), Limit: maxHistory}); err != nil {
		return Detail{}, fmt.Errorf("read history of plan: %w", err)
	}
	slices.Reverse(d.History)
	return d, nil
}

// Rows lists customers of a plan by ordinal, those after one.
func (s *Service) Rows(ctx context.Context, who access.Principal, id uuid.UUID, part Part, after, limit int) ([]Row, error) {
	if err := reads(who); err != nil {
		return nil, err
	}
	if limit <= 0 || limit > maxPage {
		limit = maxPage
	}
	if _, err := s.store.Plan(ctx, id); err != nil {
		return nil, fmt.Errorf("look up plan: %w", err)
	}
	rows, err := s.store.PlanRows(ctx, id, part, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list customers of plan: %w", err)
	}
	return rows, nil
}

// Agents lists who may carry plans out, by name, with their open tasks.
func (s *Service) Agents(ctx context.Context, who access.Principal) ([]Member, error) {
	if !who.Has(access.RoleSupervisor) {
		return nil, problem.Forbidden("supervisor_only", "a supervisor names the agents of a plan")
	}
	us, err := s.cfg.People.Users(ctx, access.UserFilter{Role: access.RoleAgent})
	if err != nil {
		return nil, fmt.Errorf("list agents: %w", err)
	}
	return s.members(ctx, us)
}

func (s *Service) members(ctx context.Context, us []access.User) ([]Member, error) {
	ids := make([]uuid.UUID, len(us))
	for i, u := range us {
		ids[i] = u.ID
	}
	loads, err := s.store.Loads(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("count tasks of agents: %w", err)
	}
	out := make([]Member, len(us))
	for i, u := range us {
		out[i] = Member{User: u, Load: loads[u.ID]}
	}
	return out, nil
}

// crew gives the agents of a plan.
func (s *Service) crew(ctx context.Context, ids []uuid.UUID) ([]Member, error) {
	us := make([]access.User, 0, len(ids))
	for _, id := range ids {
		u, err := s.cfg.People.User(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look up agent of plan: %w", err)
		}
		us = append(us, u)
	}
	return s.members(ctx, us)
}

func event(who access.Principal, at time.Time, action string, id uuid.UUID, reason string, detail map[string]any) audit.Event {
	return audit.Event{At: at, ActorID: who.User.ID, Action: action, ObjectKind: "plan", ObjectID: id.String(), Rule: "C-02", Reason: reason, Detail: detail, IP: who.IP}
}

// text trims what is typed in and checks its length.
func text(at, v string, most int) (string, error) {
	v = strings.TrimSpace(v)
	if len(v) > most {
		return "", problem.BadField(at, "must have at most %d bytes", most)
	}
	return v, nil
}
