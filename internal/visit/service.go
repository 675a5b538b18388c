package visit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Store keeps visits.
type Store interface {
	// Task gives one with program and customer; problem not_found.
	Task(ctx context.Context, id uuid.UUID) (callback.TaskView, error)
	// AssignedTo reports whether the user has a task of the customer (Rule S-01).
	AssignedTo(ctx context.Context, customerID, userID uuid.UUID) (bool, error)
	// TaskMethod gives what says how a task is to be done.
	TaskMethod(ctx context.Context, taskID, customerID uuid.UUID) (Method, error)
	// Visit gives one; problem not_found.
	Visit(ctx context.Context, id uuid.UUID) (Visit, error)
	// VisitsOfTask and VisitsOfCustomer give the newest first; the latter final ones only.
	VisitsOfTask(ctx context.Context, taskID uuid.UUID) ([]Visit, error)
	VisitsOfCustomer(ctx context.Context, customerID uuid.UUID, limit int) ([]Visit, error)
	// SaveVisit inserts a visit, or updates the draft that is still as it was
	// read (was; zero: there was none). A final one gets the next number of the
	// month and closes its task as done, unless a call of it is live or is to be
	// written up: problem conflict.
	SaveVisit(ctx context.Context, v Visit, was time.Time, month string, e audit.Event) (Visit, error)
}

// Config is what a service is made of. Changed may be nil.
type Config struct {
	Store   Store
	Zone    *time.Location // of the house: the month of a number
	Changed func(taskID, assigneeID uuid.UUID)
	Clock   func() time.Time
}

// Service is what agents do with visits. It may be used by many goroutines.
type Service struct{ cfg Config }

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Zone == nil || c.Clock == nil {
		return nil, errors.New("make visit service: store, zone and clock are required")
	}
	if c.Changed == nil {
		c.Changed = func(uuid.UUID, uuid.UUID) {}
	}
	return &Service{c}, nil
}

// Input is a visit as it is written. Strokes nil leaves no signature.
type Input struct {
	VisitedAt                               time.Time
	Place, Met, Content, Problems, Handling string
	Answers                                 map[string]any
	SignedName                              string
	Strokes                                 []Stroke
	UnsignedReason                          string
	Final                                   bool
}

// OfTask is what a task's page shows of visits.
type OfTask struct {
	Visits    []Visit // newest first
	Suggested string  // empty: a visit is as good as a call
}

const (
	maxText  = 10_000 // bytes
	maxShort = 300
	shown    = 50
	slack    = 5 * time.Minute // of a clock that goes ahead
)

// Task gives the visits of a task, and whether one is called for. Rules C-11, C-26.
func (s *Service) Task(ctx context.Context, who access.Principal, taskID uuid.UUID) (OfTask, error) {
	v, err := s.own(ctx, who, taskID, access.RoleInspector)
	if err != nil {
		return OfTask{}, err
	}
	var out OfTask
	if out.Visits, err = s.cfg.Store.VisitsOfTask(ctx, taskID); err != nil {
		return OfTask{}, fmt.Errorf("list visits of task: %w", err)
	}
	m, err := s.cfg.Store.TaskMethod(ctx, taskID, v.Customer.ID)
	if err != nil {
		return OfTask{}, fmt.Errorf("look up how the task is to be done: %w", err)
	}
	out.Suggested = suggested(v, m)
	return out, nil
}

// suggested says why a visit rather than a call; a call stays allowed. Rule C-11.
func suggested(v callback.TaskView, m Method) string {
	switch d := v.Customer.DoNotCall; {
	case d != nil && d.Channel == customer.ChannelVisit:
		return SuggestedByWish
	case m.DutyChannel == string(customer.ChannelVisit):
		return SuggestedByDuty
	case m.ContractCents >= LargeContract:
		return SuggestedByContract
	}
	return ""
}

func (s *Service) own(ctx context.Context, who access.Principal, taskID uuid.UUID, others ...access.Role) (callback.TaskView, error) {
	v, err := s.cfg.Store.Task(ctx, taskID)
	if err != nil {
		return callback.TaskView{}, fmt.Errorf("look up task: %w", err)
	}
	if v.Task.AssigneeID == who.User.ID || who.Has(access.RoleSupervisor) || who.Has(others...) {
		return v, nil
	}
	return callback.TaskView{}, problem.Forbidden("not_assigned", "the task is not assigned to you")
}

// Of gives the final visits of a customer to whoever may see the customer. Rule A-03.
func (s *Service) Of(ctx context.Context, who access.Principal, customerID uuid.UUID) ([]Visit, error) {
	if !who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor) {
		own, err := s.cfg.Store.AssignedTo(ctx, customerID, who.User.ID)
		if err != nil {
			return nil, fmt.Errorf("look up assignment: %w", err)
		}
		if !own {
			return nil, problem.NotFound("customer")
		}
	}
	vs, err := s.cfg.Store.VisitsOfCustomer(ctx, customerID, shown)
	if err != nil {
		return nil, fmt.Errorf("list visits of customer: %w", err)
	}
	return vs, nil
}

// Get gives a visit to its agent, to the task's assignee, and to whoever reads all.
func (s *Service) Get(ctx context.Context, who access.Principal, id uuid.UUID) (Visit, error) {
	v, err := s.cfg.Store.Visit(ctx, id)
	if err != nil {
		return Visit{}, fmt.Errorf("look up visit: %w", err)
	}
	if v.AgentID != who.User.ID && !who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor) {
		if _, err := s.own(ctx, who, v.TaskID); err != nil {
			return Visit{}, err
		}
	}
	return v, nil
}

// Files is the gate of a visit's photos: whoever sees the visit sees them, its
// agent and supervisors add to them, also when it is final: they stand beside it. Rule C-26.
func (s *Service) Files(ctx context.Context, who access.Principal, id uuid.UUID, add bool) error {
	v, err := s.Get(ctx, who, id)
	if err != nil {
		return err
	}
	if add && v.AgentID != who.User.ID && !who.Has(access.RoleSupervisor) {
		return problem.Forbidden("not_own", "only the visit's agent and supervisors add files")
	}
	return nil
}

// Save keeps the draft of a task's visit, or makes it final: then all that Rule
// C-01 asks must be there, and a signature or the reason why not (Rule C-26).
func (s *Service) Save(ctx context.Context, who access.Principal, taskID uuid.UUID, in Input) (Visit, error) {
	t, err := s.own(ctx, who, taskID)
	if err != nil {
		return Visit{}, err
	}
	if !t.Task.State.Dialable() && t.Task.State != callback.TaskDataCheck {
		return Visit{}, &problem.Error{Code: problem.CodeConflict, Reason: "task_state", Detail: "the task is " + string(t.Task.State), Params: map[string]any{"state": string(t.Task.State)}}
	}
	all, err := s.cfg.Store.VisitsOfTask(ctx, taskID)
	if err != nil {
		return Visit{}, fmt.Errorf("list visits of task: %w", err)
	}
	now := s.cfg.Clock().UTC().Truncate(time.Microsecond)
	v, was := Visit{ID: uuid.New(), TaskID: taskID, CustomerID: t.Customer.ID, AgentID: who.User.ID, CreatedAt: now}, time.Time{}
	for _, d := range all {
		if d.State == StateDraft {
			v, was = d, d.UpdatedAt
		}
	}
	if v.AgentID != who.User.ID && !who.Has(access.RoleSupervisor) {
		return Visit{}, problem.Forbidden("not_own", "another agent is writing this visit")
	}
	v.State, v.UpdatedAt = StateDraft, now
	v.VisitedAt = in.VisitedAt.UTC().Truncate(time.Microsecond)
	if in.VisitedAt.IsZero() {
		v.VisitedAt = time.Time{}
	}
	v.Place, v.Met, v.SignedName = strings.TrimSpace(in.Place), strings.TrimSpace(in.Met), strings.TrimSpace(in.SignedName)
	v.Content, v.Problems, v.Handling, v.UnsignedReason = strings.TrimSpace(in.Content), strings.TrimSpace(in.Problems), strings.TrimSpace(in.Handling), strings.TrimSpace(in.UnsignedReason)
	v.Strokes, v.Signature = in.Strokes, nil
	v.QuestionnaireVersion = t.Program.Questionnaire.Version
	wrong := check(&v, in, t.Program.Questionnaire, now)
	if len(wrong) > 0 {
		return Visit{}, problem.Invalid(wrong...)
	}
	if len(v.Strokes) > 0 {
		if v.Signature, err = Draw(v.Strokes); err != nil {
			return Visit{}, err
		}
	} else {
		v.Strokes = nil
	}
	month, e := "", audit.Event{}
	if in.Final {
		v.State, v.FinishedAt, month = StateFinal, now, now.In(s.cfg.Zone).Format("2006-01")
		e = audit.Event{At: now, ActorID: who.User.ID, Action: audit.ActionVisitFinished, ObjectKind: "visit", ObjectID: v.ID.String(), Rule: "C-26", IP: who.IP,
			Detail: map[string]any{"task_id": taskID.String(), "customer_id": v.CustomerID.String(), "signed": len(v.Strokes) > 0}}
	}
	if v, err = s.cfg.Store.SaveVisit(ctx, v, was, month, e); err != nil {
		return Visit{}, fmt.Errorf("save visit: %w", err)
	}
	if in.Final {
		s.cfg.Changed(taskID, t.Task.AssigneeID)
	}
	return v, nil
}

// check says what is wrong, and rates the answers. Rules C-01, C-16, C-26.
func check(v *Visit, in Input, q callback.Questionnaire, now time.Time) []problem.Field {
	var wrong []problem.Field
	add := func(at, msg string) { wrong = append(wrong, problem.Field{Location: at, Message: msg}) }
	for _, f := range []struct {
		at, text string
		max      int
		needed   bool
	}{{"place", v.Place, maxShort, true}, {"met", v.Met, maxShort, true}, {"content", v.Content, maxText, true}, {"problems", v.Problems, maxText, true}, {"handling", v.Handling, maxText, true},
		{"signed_name", v.SignedName, maxShort, false}, {"unsigned_reason", v.UnsignedReason, maxShort, false}} {
		if len(f.text) > f.max {
			add(f.at, fmt.Sprintf("must have at most %d bytes", f.max))
		} else if in.Final && f.needed && f.text == "" {
			add(f.at, `is required; say "none" where there is none`)
		}
	}
	switch {
	case in.Final && v.VisitedAt.IsZero():
		add("visited_at", "is required")
	case v.VisitedAt.After(now.Add(slack)):
		add("visited_at", "must not lie in the future")
	}
	signed := len(v.Strokes) > 0
	if err := checkStrokes(v.Strokes); signed && err != nil {
		add("strokes", err.Error())
	}
	switch {
	case signed && v.UnsignedReason != "":
		add("unsigned_reason", "the customer has signed: there is nothing to explain")
	case in.Final && signed && v.SignedName == "":
		add("signed_name", "is required: who signed")
	case in.Final && !signed && v.UnsignedReason == "":
		add("strokes", "a signature is required, or the reason why the customer did not sign in unsigned_reason")
	}
	demand := callback.DemandValid
	if in.Final {
		demand = callback.DemandComplete
	}
	answers, bad := q.CheckAnswers("answers", in.Answers, demand)
	v.Answers = answers
	v.Score, v.Dissatisfied = q.Score(answers)
	return append(wrong, bad...)
}

// Signature gives the picture of a visit's signature. It is the customer's hand:
// whoever sees the visit sees it.
func (s *Service) Signature(ctx context.Context, who access.Principal, id uuid.UUID) ([]byte, error) {
	v, err := s.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if len(v.Signature) == 0 {
		return nil, problem.NotFound("signature")
	}
	return v.Signature, nil
}
