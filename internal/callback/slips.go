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
	"huifang/internal/problem"
)

// SlipQuery selects slips, newest first. Zero values do not filter.
type SlipQuery struct {
	State        SlipState
	Waiting      bool // not closed
	Overdue      bool // open, and past its time at Now
	DepartmentID uuid.UUID
	OwnerID      uuid.UUID
	CustomerID   uuid.UUID
	CallID       uuid.UUID // of the record that it was written with
	// Only what concerns somebody: raised or owned by them, escalated to them, or of their department.
	Concerns, ConcernsDepartment uuid.UUID
	Now                          time.Time
	Before                       MarkKey
	Limit                        int
}

// SlipCounts are the figures above the list, whatever the state that is asked for.
type SlipCounts struct{ Open, Overdue, Answered, Closed int }

// SlipPage is a page of slips with the figures of all pages.
type SlipPage struct {
	Slips  []Slip
	Counts SlipCounts
	Next   MarkKey // zero: no more
}

// SlipDetail is a slip with its history, oldest first.
type SlipDetail struct {
	Slip    Slip
	History []audit.Event
}

const (
	maxSlips   = 200
	maxHistory = 500 // entries
)

// Slips lists slips: supervisors, inspectors, auditors and heads of records see
// all of them, everybody else those that they raised, own, or whose department
// is theirs.
func (s *Service) Slips(ctx context.Context, who access.Principal, q SlipQuery) (SlipPage, error) {
	if !readsAllSlips(who) {
		q.Concerns, q.ConcernsDepartment = who.User.ID, who.User.Department.ID
	}
	if q.Limit <= 0 || q.Limit > maxSlips {
		q.Limit = maxSlips
	}
	limit := q.Limit
	q.Limit++
	q.Now = s.now()
	var out SlipPage
	var err error
	if out.Slips, err = s.store.Slips(ctx, q); err != nil {
		return SlipPage{}, fmt.Errorf("list slips: %w", err)
	}
	if len(out.Slips) > limit {
		out.Slips = out.Slips[:limit]
		last := out.Slips[limit-1]
		out.Next = MarkKey{At: last.CreatedAt, ID: last.ID}
	}
	for i := range out.Slips {
		out.Slips[i].Overdue = out.Slips[i].overdue(q.Now)
	}
	if out.Counts, err = s.store.CountSlips(ctx, q); err != nil {
		return SlipPage{}, fmt.Errorf("count slips: %w", err)
	}
	return out, nil
}

func readsAllSlips(who access.Principal) bool {
	return who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead)
}

func (s Slip) overdue(now time.Time) bool { return s.State == SlipOpen && !now.Before(s.DueAt) }

func concerns(s Slip, who access.Principal) bool {
	return readsAllSlips(who) || s.CreatedBy == who.User.ID || s.OwnerID == who.User.ID || slices.Contains(s.EscalatedTo, who.User.ID) ||
		who.User.Department.ID != uuid.Nil && s.Department.ID == who.User.Department.ID
}

// Slip gives one with its history.
func (s *Service) Slip(ctx context.Context, who access.Principal, id uuid.UUID) (SlipDetail, error) {
	slip, err := s.store.Slip(ctx, id)
	if err != nil {
		return SlipDetail{}, fmt.Errorf("look up slip: %w", err)
	}
	slip.Overdue = slip.overdue(s.now())
	if !concerns(slip, who) {
		return SlipDetail{}, problem.Forbidden("not_concerned", "the slip is neither yours nor your department's")
	}
	history, err := s.store.Events(ctx, audit.Filter{ObjectKind: "slip", ObjectID: id.String(), Limit: maxHistory})
	if err != nil {
		return SlipDetail{}, fmt.Errorf("read history of slip: %w", err)
	}
	history = slices.DeleteFunc(history, func(e audit.Event) bool { return !audit.Changes(e.Action) })
	slices.Reverse(history)
	return SlipDetail{Slip: slip, History: history}, nil
}

// Departments lists the departments that slips go to, by name.
func (s *Service) Departments(ctx context.Context) ([]access.Department, error) {
	ds, err := s.store.Departments(ctx)
	if err != nil {
		return nil, fmt.Errorf("list departments: %w", err)
	}
	return ds, nil
}

// SlipOwners lists who may own a slip of a department: its people, by name.
func (s *Service) SlipOwners(ctx context.Context, who access.Principal, departmentID uuid.UUID) ([]access.User, error) {
	if !who.Has(access.RoleSupervisor) {
		return nil, problem.Forbidden("supervisor_only", "only a supervisor gives slips to somebody")
	}
	us, err := s.cfg.People.Users(ctx, access.UserFilter{DepartmentID: departmentID})
	if err != nil {
		return nil, fmt.Errorf("list people of a department: %w", err)
	}
	return us, nil
}

// AssignSlip gives an open slip to a department and to one of its people, or to
// nobody yet. To change what was decided before needs a reason. Rule C-17.
func (s *Service) AssignSlip(ctx context.Context, who access.Principal, id, departmentID, ownerID uuid.UUID, reason string) (SlipDetail, error) {
	was, err := s.openedSlip(ctx, who, id)
	if err != nil {
		return SlipDetail{}, err
	}
	if !who.Has(access.RoleSupervisor) {
		return SlipDetail{}, problem.Forbidden("supervisor_only", "only a supervisor gives slips to somebody")
	}
	slip, reason := was, strings.TrimSpace(reason)
	moved := departmentID != was.Department.ID || was.OwnerID != uuid.Nil && ownerID != was.OwnerID
	if len(reason) > maxReason || moved && reason == "" {
		return SlipDetail{}, problem.BadField("reason", "must say why the slip changes hands, in at most %d bytes", maxReason)
	}
	slip.Department, err = s.department(ctx, departmentID)
	if problem.IsNotFound(err) {
		return SlipDetail{}, problem.BadField("department_id", "must be a department of the house")
	} else if err != nil {
		return SlipDetail{}, err
	}
	slip.OwnerID = ownerID
	detail := map[string]any{"department": slip.Department.Name}
	if ownerID != uuid.Nil {
		u, err := s.cfg.People.User(ctx, ownerID)
		if problem.IsNotFound(err) || err == nil && (u.Disabled() || u.Department.ID != departmentID) {
			return SlipDetail{}, problem.BadField("owner_id", "must be somebody of that department")
		} else if err != nil {
			return SlipDetail{}, fmt.Errorf("look up owner: %w", err)
		}
		detail["owner"] = u.Name
	}
	return s.changeSlip(ctx, who, was, slip, nil, audit.ActionSlipAssigned, reason, detail)
}

// AnswerSlip notes how the matter was handled and what the customer is told,
// and makes the second call-back: for the agent who wrote the slip where Rule
// C-15 allows it, for nobody yet otherwise. Rule C-17.
func (s *Service) AnswerSlip(ctx context.Context, who access.Principal, id uuid.UUID, handling, answer string) (SlipDetail, error) {
	was, err := s.openedSlip(ctx, who, id)
	if err != nil {
		return SlipDetail{}, err
	}
	if was.OwnerID != who.User.ID && !slices.Contains(was.EscalatedTo, who.User.ID) && !who.Has(access.RoleSupervisor) {
		return SlipDetail{}, problem.Forbidden("owner_only", "only the slip's owner, the superiors it went to and supervisors answer it")
	}
	slip := was
	slip.Handling, slip.Answer = strings.TrimSpace(handling), strings.TrimSpace(answer)
	var wrong []problem.Field
	for at, v := range map[string]string{"handling": slip.Handling, "answer": slip.Answer} {
		if v == "" || len(v) > maxText {
			wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf("is required, in at most %d bytes", maxText)})
		}
	}
	if len(wrong) > 0 {
		return SlipDetail{}, problem.Invalid(wrong...)
	}
	now := s.now()
	task, err := s.SecondCallBack(ctx, slip.second())
	if err != nil {
		return SlipDetail{}, err
	}
	slip.State, slip.AnsweredAt, slip.TaskID = SlipAnswered, now, task.ID
	return s.changeSlip(ctx, who, was, slip, &task, audit.ActionSlipAnswered, "", map[string]any{
		"handling": slip.Handling, "answer": slip.Answer, "task_id": task.ID.String(), "late": now.After(slip.DueAt), "round": slip.Round})
}

// CallAgainForSlip makes another second call-back where the last one ended
// without the customer's word.
func (s *Service) CallAgainForSlip(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (SlipDetail, error) {
	was, reason, err := s.unsettledSlip(ctx, who, id, reason)
	if err != nil {
		return SlipDetail{}, err
	}
	slip := was
	task, err := s.SecondCallBack(ctx, slip.second())
	if err != nil {
		return SlipDetail{}, err
	}
	slip.TaskID = task.ID
	return s.changeSlip(ctx, who, was, slip, &task, audit.ActionSlipCalledAgain, reason, map[string]any{"task_id": task.ID.String(), "before": was.TaskID.String()})
}

// CloseSlipUnreachable closes a slip whose customer is proven to be unreachable
// (Rule T-04); the database asks for the proof too.
func (s *Service) CloseSlipUnreachable(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (SlipDetail, error) {
	was, reason, err := s.unsettledSlip(ctx, who, id, reason)
	if err != nil {
		return SlipDetail{}, err
	}
	if was.TaskState != TaskUnreachable {
		return SlipDetail{}, problem.Refused("C-17", "not_verified", "a slip is closed by the customer's word, or when the second call-back is proven to be unreachable", map[string]any{"task_state": string(was.TaskState)})
	}
	slip := was
	slip.State, slip.Satisfaction, slip.ClosedAt, slip.ClosedBy = SlipClosed, SatisfactionUnreachable, s.now(), who.User.ID
	return s.changeSlip(ctx, who, was, slip, nil, audit.ActionSlipClosed, reason, map[string]any{"satisfaction": SatisfactionUnreachable, "task_id": was.TaskID.String()})
}

// openedSlip gives an open slip to whom it concerns.
func (s *Service) openedSlip(ctx context.Context, who access.Principal, id uuid.UUID) (Slip, error) {
	d, err := s.Slip(ctx, who, id)
	if err != nil {
		return Slip{}, err
	}
	if d.Slip.State != SlipOpen {
		return Slip{}, problem.Conflict("slip_state", fmt.Sprintf("the slip is %s", d.Slip.State))
	}
	return d.Slip, nil
}

// unsettledSlip gives supervisors an answered slip whose second call-back is over.
func (s *Service) unsettledSlip(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (Slip, string, error) {
	d, err := s.Slip(ctx, who, id)
	if err != nil {
		return Slip{}, "", err
	}
	if !who.Has(access.RoleSupervisor) {
		return Slip{}, "", problem.Forbidden("supervisor_only", "only a supervisor decides what becomes of a slip without the customer's word")
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason {
		return Slip{}, "", problem.BadField("reason", "is required, in at most %d bytes", maxReason)
	}
	if d.Slip.State != SlipAnswered {
		return Slip{}, "", problem.Conflict("slip_state", fmt.Sprintf("the slip is %s", d.Slip.State))
	}
	if !d.Slip.TaskState.Closed() {
		return Slip{}, "", problem.Conflict("call_back_open", "the second call-back is not over")
	}
	return d.Slip, reason, nil
}

func (s *Service) changeSlip(ctx context.Context, who access.Principal, was, slip Slip, task *Task, action, reason string, detail map[string]any) (SlipDetail, error) {
	slip.UpdatedAt = s.now()
	if err := s.store.UpdateSlip(ctx, slip, was.UpdatedAt, task, s.slipEvent(who, slip.UpdatedAt, action, slip.ID, reason, detail)); err != nil {
		return SlipDetail{}, fmt.Errorf("change slip %s: %w", slip.Number, err)
	}
	if task != nil {
		s.cfg.Changed(task.ID, task.AssigneeID)
	}
	return s.Slip(ctx, who, slip.ID)
}

// NoteOverdueSlips puts into the history of each open slip that it missed its
// time, once a round, and counts what waits. Any instance may call it. Rule C-18.
func (s *Service) NoteOverdueSlips(ctx context.Context) error {
	now := s.now()
	late, err := s.store.OverdueSlips(ctx, now)
	if err != nil {
		return fmt.Errorf("find overdue slips: %w", err)
	}
	for _, slip := range late {
		e := s.slipEvent(access.Principal{}, now, audit.ActionSlipOverdue, slip.ID, "", map[string]any{"due_at": slip.DueAt.Format(time.RFC3339), "department": slip.Department.Name, "round": slip.Round})
		e.Rule = "C-18"
		if err := s.store.NoteOverdueSlip(ctx, slip.ID, now, e); err != nil {
			return fmt.Errorf("note overdue slip %s: %w", slip.Number, err)
		}
		s.cfg.Logger.WarnContext(ctx, "slip is overdue", "slip", slip.Number, "department", slip.Department.Name, "rule", "C-18")
	}
	counts, err := s.store.CountSlips(ctx, SlipQuery{Now: now})
	if err != nil {
		return fmt.Errorf("count slips: %w", err)
	}
	s.cfg.Metrics.slips(counts)
	return nil
}
