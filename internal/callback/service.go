package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// ServiceConfig is what a service is made of. Changed, Online and Metrics may be nil.
type ServiceConfig struct {
	Store      Store
	Gate       *Gate
	People     Directory
	Customers  Customers
	Days       Days
	Zone       *time.Location                     // of the house: what "today" means on the desk
	Company    Words                              // Rule T-10: how the house names itself
	Changed    func(taskID, assigneeID uuid.UUID) // told after each change of a task
	Online     func(agentID uuid.UUID) bool       // whether the agent's softphone is connected here; nil: none is
	Shift      ShiftHours                         // Rule C-23; zero: those that ship
	ShiftEnded func(agentID uuid.UUID)            // told when a shift has ended; nil: nobody is
	Clock      func() time.Time
	Logger     *slog.Logger
	Metrics    *Metrics
}

// Service is what agents and supervisors do with tasks and records. It may be
// used by many goroutines.
type Service struct {
	cfg   ServiceConfig
	store Store
}

// NewService checks the configuration.
func NewService(c ServiceConfig) (*Service, error) {
	if c.Store == nil || c.Gate == nil || c.People == nil || c.Customers == nil || c.Days == nil || c.Zone == nil ||
		c.Company.Chinese == "" || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make callback service: every part but changed, online and metrics is required")
	}
	if c.Company.English == "" {
		c.Company.English = c.Company.Chinese
	}
	if c.Changed == nil {
		c.Changed = func(uuid.UUID, uuid.UUID) {}
	}
	if c.Shift == (ShiftHours{}) {
		c.Shift = DefaultShiftHours()
	}
	if c.ShiftEnded == nil {
		c.ShiftEnded = func(uuid.UUID) {}
	}
	if c.Online == nil {
		c.Online = func(uuid.UUID) bool { return false }
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Service{cfg: c, store: c.Store}, nil
}

// now in the precision in which it is stored.
func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

// Programs lists the programs by code.
func (s *Service) Programs(ctx context.Context) ([]Program, error) {
	ps, err := s.store.Programs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list programs: %w", err)
	}
	return ps, nil
}

// EnsurePrograms puts the shipped papers and programs in, those whose code is
// not there, and newer versions of papers that nobody has changed.
func (s *Service) EnsurePrograms(ctx context.Context) error {
	now := s.now()
	papers, err := ShippedPapers(now)
	if err != nil {
		return err
	}
	for _, p := range papers {
		if err := s.store.ShipPaper(ctx, p, s.paperEvent(access.Principal{}, now, audit.ActionPaperPublished, p, map[string]any{"version": p.Versions[0].Version})); err != nil {
			return fmt.Errorf("put paper %s in: %w", p.Code, err)
		}
	}
	ps, err := ShippedPrograms(now)
	if err != nil {
		return err
	}
	for _, p := range ps {
		e := audit.Event{
			At: now, Action: audit.ActionProgramCreated, ObjectKind: "program", ObjectID: p.ID.String(),
			Detail: map[string]any{"code": p.Code},
		}
		if err := s.store.InsertProgram(ctx, p, e); err != nil {
			return fmt.Errorf("put program %s in: %w", p.Code, err)
		}
	}
	return nil
}

// Gate is the dial gate's word on a task, for its page. Agents ask for their
// own tasks.
func (s *Service) Gate(ctx context.Context, who access.Principal, taskID, contactPointID uuid.UUID) (Decision, error) {
	if _, err := s.own(ctx, who, taskID); err != nil {
		return Decision{}, err
	}
	return s.cfg.Gate.Check(ctx, GateRequest{AgentID: who.User.ID, TaskID: taskID, ContactPointID: contactPointID, IP: who.IP})
}

// own gives a task to its assignee and to supervisors.
func (s *Service) own(ctx context.Context, who access.Principal, taskID uuid.UUID, others ...access.Role) (TaskView, error) {
	v, err := s.store.Task(ctx, taskID)
	if err != nil {
		return TaskView{}, fmt.Errorf("look up task: %w", err)
	}
	if v.InHandsOf(who.User.ID) || who.Has(access.RoleSupervisor) || who.Has(others...) {
		return v, nil
	}
	return TaskView{}, problem.Forbidden("not_assigned", "the task is not assigned to you")
}

func (s *Service) event(who access.Principal, at time.Time, action string, taskID uuid.UUID, detail map[string]any) audit.Event {
	return audit.Event{
		At: at, ActorID: who.User.ID, Action: action, ObjectKind: "task", ObjectID: taskID.String(), Detail: detail, IP: who.IP,
	}
}

func forbiddenCall() error { return problem.Forbidden("not_own", "the call is not yours") }
