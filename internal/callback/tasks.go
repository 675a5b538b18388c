package callback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// NewTask is a task made by hand.
type NewTask struct {
	CustomerID, ProgramID uuid.UUID
	AssigneeID            uuid.UUID // uuid.Nil: nobody yet
	Purpose               string
	DueAt                 time.Time
	HardDueAt             time.Time // zero: none
	Complaint             bool
}

// Limits of what is typed in, in bytes.
const (
	maxPurpose = 2000
	maxReason  = 2000
	farthest   = 366 * day // how far ahead an appointment may lie
)

// Create makes a task. The assignee must have no interest in the customer
// (Rule C-15).
func (s *Service) Create(ctx context.Context, who access.Principal, n NewTask) (TaskDetail, error) {
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return TaskDetail{}, problem.Forbidden("supervisor_only", "only supervisors and administrators make tasks")
	}
	now := s.now()
	t := Task{
		ID: uuid.New(), ProgramID: n.ProgramID, CustomerID: n.CustomerID, AssigneeID: n.AssigneeID, Source: SourceManual,
		Purpose: strings.TrimSpace(n.Purpose), Complaint: n.Complaint, State: TaskOpen,
		DueAt: stored(n.DueAt), HardDueAt: stored(n.HardDueAt), CreatedAt: now, UpdatedAt: now,
	}
	if err := s.checkNew(ctx, t); err != nil {
		return TaskDetail{}, err
	}
	c, err := s.cfg.Customers.Customer(ctx, n.CustomerID)
	if problem.IsNotFound(err) {
		return TaskDetail{}, problem.BadField("customer_id", "there is no such customer")
	} else if err != nil {
		return TaskDetail{}, fmt.Errorf("look up customer: %w", err)
	}
	if t.AssigneeID != uuid.Nil {
		if _, err := s.assignee(ctx, t.AssigneeID, c); err != nil {
			return TaskDetail{}, err
		}
	}
	e := s.event(who, now, audit.ActionTaskCreated, t.ID, map[string]any{"customer_id": c.ID.String(), "complaint": t.Complaint})
	if err := s.store.InsertTask(ctx, t, e); err != nil {
		return TaskDetail{}, fmt.Errorf("create task: %w", err)
	}
	s.cfg.Changed(t.ID, t.AssigneeID)
	return s.Detail(ctx, s.asSupervisor(who), t.ID, "")
}

// asSupervisor lets an administrator who has just made a task see it.
func (s *Service) asSupervisor(who access.Principal) access.Principal {
	who.User.Roles = append([]access.Role{access.RoleSupervisor}, who.User.Roles...)
	return who
}

func stored(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}

func (s *Service) checkNew(ctx context.Context, t Task) error {
	var wrong []problem.Field
	if t.DueAt.IsZero() {
		wrong = append(wrong, problem.Field{Location: "due_at", Message: "is required"})
	}
	if !t.HardDueAt.IsZero() && t.HardDueAt.Before(t.DueAt) {
		wrong = append(wrong, problem.Field{Location: "hard_due_at", Message: "must not lie before due_at"})
	}
	if len(t.Purpose) > maxPurpose {
		wrong = append(wrong, problem.Field{Location: "purpose", Message: fmt.Sprintf("must have at most %d bytes", maxPurpose)})
	}
	ps, err := s.Programs(ctx)
	if err != nil {
		return err
	}
	known := false
	for _, p := range ps {
		known = known || p.ID == t.ProgramID
	}
	if !known {
		wrong = append(wrong, problem.Field{Location: "program_id", Message: "there is no such program"})
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	return nil
}

// assignee gives the user when tasks of the customer may be theirs. Rule C-15.
func (s *Service) assignee(ctx context.Context, id uuid.UUID, c customer.Customer) (access.User, error) {
	u, err := s.cfg.People.User(ctx, id)
	if problem.IsNotFound(err) {
		return access.User{}, problem.BadField("assignee_id", "there is no such user")
	} else if err != nil {
		return access.User{}, fmt.Errorf("look up assignee: %w", err)
	}
	if u.Disabled() || !u.Has(access.RoleAgent) {
		return access.User{}, problem.BadField("assignee_id", "is no agent who works")
	}
	if rs := conflicts(u, c); len(rs) > 0 {
		return access.User{}, problem.Refused(rs[0].Rule, string(rs[0].Reason), rs[0].Detail, rs[0].Params)
	}
	return u, nil
}

// Assign gives a task to an agent (Rule C-15). Giving it to another one needs
// a reason. A task that waits for a data check is open again, when the
// customer has a number that can be dialled.
func (s *Service) Assign(ctx context.Context, who access.Principal, id, assigneeID uuid.UUID, reason string) (TaskDetail, error) {
	v, err := s.own(ctx, who, id)
	if err != nil {
		return TaskDetail{}, err
	}
	if !who.Has(access.RoleSupervisor) {
		return TaskDetail{}, problem.Forbidden("supervisor_only", "only a supervisor assigns tasks")
	}
	t := v.Task
	reason = strings.TrimSpace(reason)
	if len(reason) > maxReason || reason == "" && t.AssigneeID != uuid.Nil && t.AssigneeID != assigneeID {
		return TaskDetail{}, problem.BadField("reason", "must say why the task changes hands, in at most %d bytes", maxReason)
	}
	if !t.State.Dialable() && t.State != TaskDataCheck {
		return TaskDetail{}, notNow(t.State)
	}
	if _, err := s.assignee(ctx, assigneeID, v.Customer); err != nil {
		return TaskDetail{}, err
	}
	detail := map[string]any{"from": t.AssigneeID.String(), "to": assigneeID.String()}
	t.AssigneeID = assigneeID
	if t.State == TaskDataCheck && len(v.Customer.Dialable()) > 0 {
		t.State = TaskOpen
		detail["data_check"] = "ended"
	}
	return s.write(ctx, who, v, t, audit.ActionTaskAssigned, "C-15", reason, detail)
}

// SetAppointment notes the time that the customer named (Rules T-10, C-24). It
// must lie in the future; the permitted hours do not limit it.
func (s *Service) SetAppointment(ctx context.Context, who access.Principal, id uuid.UUID, at time.Time, note string) (TaskDetail, error) {
	v, err := s.own(ctx, who, id)
	if err != nil {
		return TaskDetail{}, err
	}
	t, note := v.Task, strings.TrimSpace(note)
	if !t.State.Dialable() {
		return TaskDetail{}, notNow(t.State)
	}
	if len(note) > maxReason {
		return TaskDetail{}, problem.BadField("note", "must have at most %d bytes", maxReason)
	}
	if t.AppointmentAt, err = s.appointment("at", at); err != nil {
		return TaskDetail{}, err
	}
	t.State, t.NextFrom, t.NextUntil = TaskAppointment, time.Time{}, time.Time{}
	return s.write(ctx, who, v, t, audit.ActionTaskAppointment, "C-24", note, map[string]any{"at": t.AppointmentAt.Format(time.RFC3339)})
}

func (s *Service) appointment(field string, at time.Time) (time.Time, error) {
	now := s.now()
	if !at.After(now) || at.After(now.Add(farthest)) {
		return time.Time{}, problem.BadField(field, "must lie in the future, within a year")
	}
	return stored(at), nil
}

// ClearAppointment takes an appointment back; the next attempt is placed anew.
func (s *Service) ClearAppointment(ctx context.Context, who access.Principal, id uuid.UUID) (TaskDetail, error) {
	v, err := s.own(ctx, who, id)
	if err != nil {
		return TaskDetail{}, err
	}
	t := v.Task
	if t.State != TaskAppointment {
		return TaskDetail{}, problem.Conflict("no_appointment", "the task has no appointment")
	}
	t.AppointmentAt = time.Time{}
	if err := s.place(ctx, &t, v, v.Marks); err != nil {
		return TaskDetail{}, err
	}
	return s.write(ctx, who, v, t, audit.ActionTaskAppointment, "C-24", "", map[string]any{"cleared": true})
}

// place puts a task back among those that wait: open when it was never
// dialled, otherwise waiting, its next attempt placed (Rule T-04).
func (s *Service) place(ctx context.Context, t *Task, v TaskView, marks []Mark) error {
	t.NextFrom, t.NextUntil = time.Time{}, time.Time{}
	if len(marks) == 0 {
		t.State = TaskOpen
		return nil
	}
	t.State = TaskWaiting
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return err
	}
	v.Marks = marks
	plan, err := planOf(v, cal)
	if err != nil {
		return err
	}
	if p, ok := NextSlot(plan, s.now(), t.HardDueAt); ok {
		t.NextFrom, t.NextUntil = p.From.UTC(), p.Until.UTC()
	}
	return nil
}

// Closing is how a task ends without a talk.
type Closing struct {
	As     TaskState // TaskUnreachable, TaskOtherChannel, TaskCancelled
	Reason string
}

// Close ends a task. Unreachable needs the proof of Rule T-04 (the database
// checks it again); cancelled needs a supervisor; other channel is how a
// customer is served who does not want calls (Rule C-14).
func (s *Service) Close(ctx context.Context, who access.Principal, id uuid.UUID, c Closing) (TaskDetail, error) {
	v, err := s.own(ctx, who, id)
	if err != nil {
		return TaskDetail{}, err
	}
	t, reason, rule := v.Task, strings.TrimSpace(c.Reason), ""
	if reason == "" || len(reason) > maxReason {
		return TaskDetail{}, problem.BadField("reason", "must have 1 to %d bytes", maxReason)
	}
	if !t.State.Dialable() && t.State != TaskDataCheck {
		return TaskDetail{}, notNow(t.State)
	}
	switch c.As {
	case TaskUnreachable:
		rule = "T-04"
		if p := ProofOf(v.Marks, v.Program.MinAttempts); !p.Complete {
			return TaskDetail{}, s.unproven(ctx, who, v.Task.ID, p)
		}
	case TaskOtherChannel:
		rule = "C-14"
	case TaskCancelled:
		if !who.Has(access.RoleSupervisor) {
			return TaskDetail{}, problem.Forbidden("supervisor_only", "only a supervisor cancels tasks")
		}
	default:
		return TaskDetail{}, problem.BadField("as", "must be unreachable, other_channel or cancelled")
	}
	t.State, t.CloseReason, t.ClosedBy, t.ClosedAt = c.As, reason, who.User.ID, s.now()
	t.NextFrom, t.NextUntil = time.Time{}, time.Time{}
	return s.write(ctx, who, v, t, audit.ActionTaskClosed, rule, reason, map[string]any{"as": string(c.As)})
}

// unproven refuses "unreachable" and logs it. Rule T-04.
func (s *Service) unproven(ctx context.Context, who access.Principal, id uuid.UUID, p Proof) error {
	params := map[string]any{"counted": p.Counted, "slots": p.Slots, "windows": p.Windows, "dates": p.Dates, "needed": p.Needed}
	e := s.event(who, s.now(), audit.ActionTaskCloseRefused, id, params)
	e.Rule, e.Reason = "T-04", "not_proven"
	if err := s.store.AppendEvent(ctx, e); err != nil {
		return fmt.Errorf("log refused closing: %w", err)
	}
	return problem.Refused("T-04", "not_proven",
		"unreachable needs the counted attempts, in as many slots and in two windows", params)
}

func notNow(st TaskState) error {
	return &problem.Error{Code: problem.CodeConflict, Reason: "task_state", Detail: "the task is " + string(st),
		Params: map[string]any{"state": string(st)}}
}

// write stores a changed task, tells of it, and gives it as it is now.
func (s *Service) write(ctx context.Context, who access.Principal, was TaskView, t Task, action, rule, reason string,
	detail map[string]any) (TaskDetail, error) {
	t.UpdatedAt = s.now()
	e := s.event(who, t.UpdatedAt, action, t.ID, detail)
	e.Rule, e.Reason = rule, reason
	if err := s.store.UpdateTask(ctx, t, Guard{State: was.Task.State, UpdatedAt: was.Task.UpdatedAt}, e); err != nil {
		return TaskDetail{}, fmt.Errorf("change task %s: %w", t.ID, err)
	}
	s.cfg.Changed(t.ID, t.AssigneeID)
	if was.HolderID != uuid.Nil {
		s.cfg.Changed(t.ID, was.HolderID)
	}
	if was.Task.AssigneeID != t.AssigneeID && was.Task.AssigneeID != uuid.Nil {
		s.cfg.Changed(t.ID, was.Task.AssigneeID)
	}
	v, err := s.store.Task(ctx, t.ID)
	if err != nil {
		return TaskDetail{}, fmt.Errorf("look up task: %w", err)
	}
	return s.detail(ctx, who, v, "")
}
