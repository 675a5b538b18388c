package callback

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

func asProblem(t *testing.T, err error) *problem.Error {
	t.Helper()
	p, ok := errors.AsType[*problem.Error](err)
	if !ok {
		t.Fatalf("want a problem, got %v", err)
	}
	return p
}

func TestRuleT04_UnreachableNeedsTheProof(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, failed(t, "2026-11-20 10:10"), failed(t, "2026-11-20 14:10"))
	_, err := h.Close(ctx, h.agent, h.task.ID, Closing{As: TaskUnreachable, Reason: "三次未接"})
	p := asProblem(t, err)
	if p.Code != problem.CodeRefused || p.Rule != "T-04" || p.Params["counted"] != 2 || p.Params["needed"] != 3 || p.Params["windows"] != 2 {
		t.Errorf("refused as %+v", p)
	}
	if e := h.mem.events[0]; e.Action != audit.ActionTaskCloseRefused || e.Rule != "T-04" {
		t.Errorf("the refusal leaves a row: %+v", e)
	}
	h = newHouse(t, failed(t, "2026-11-20 10:10"), failed(t, "2026-11-20 14:10"), failed(t, "2026-11-23 10:10"))
	d, err := h.Close(ctx, h.agent, h.task.ID, Closing{As: TaskUnreachable, Reason: "三次未接"})
	if err != nil || d.Task.State != TaskUnreachable || d.Task.ClosedBy != h.agent.User.ID || d.Kind != KindDone || !d.Proof.Complete {
		t.Errorf("with the proof it is closed: %+v %v", d.Task, err)
	}
}

func TestClose_WhoMayCloseAsWhat(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, row := range []struct {
		name string
		who  func(*house) access.Principal
		c    Closing
		code problem.Code // empty: done
	}{
		{"agent, other channel (RuleC14)", func(h *house) access.Principal { return h.agent }, Closing{TaskOtherChannel, "短信"}, ""},
		{"agent cancels", func(h *house) access.Principal { return h.agent }, Closing{TaskCancelled, "x"}, problem.CodeForbidden},
		{"supervisor cancels", func(h *house) access.Principal { return h.boss }, Closing{TaskCancelled, "重复"}, ""},
		{"another agent", func(h *house) access.Principal { return h.other }, Closing{TaskOtherChannel, "x"}, problem.CodeForbidden},
		{"as done", func(h *house) access.Principal { return h.boss }, Closing{TaskDone, "x"}, problem.CodeInvalid},
		{"without reason", func(h *house) access.Principal { return h.boss }, Closing{TaskCancelled, "  "}, problem.CodeInvalid},
	} {
		h := newHouse(t)
		_, err := h.Close(ctx, row.who(h), h.task.ID, row.c)
		if row.code == "" && err != nil || row.code != "" && problem.CodeOf(err) != row.code {
			t.Errorf("%s: %v, want %q", row.name, err, row.code)
		}
	}
	h := newHouse(t)
	h.ended(call.OutcomeNoAnswer)
	if _, err := h.Close(ctx, h.boss, h.task.ID, Closing{TaskCancelled, "x"}); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("a record is open, the task cannot be closed: %v", err)
	}
}

func TestRuleC15_NoAssignmentWithAnInterest(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, row := range []struct {
		reason Reason
		change func(*customer.Customer, access.User)
	}{
		{ReasonConflictCustomer, func(c *customer.Customer, u access.User) { c.AdviserID = u.ID }},
		{ReasonConflictDepartment, func(c *customer.Customer, u access.User) { c.DepartmentID = u.Department.ID }},
	} {
		h := newHouse(t)
		row.change(&h.cust, h.agent.User)
		v := h.mem.views[h.task.ID]
		v.Customer, v.Task.AssigneeID = h.cust, uuid.Nil
		h.mem.views[h.task.ID], h.mem.custs["C1"] = v, h.cust
		_, err := h.Assign(ctx, h.boss, h.task.ID, h.agent.User.ID, "")
		if p := asProblem(t, err); p.Rule != "C-15" || p.Reason != string(row.reason) {
			t.Errorf("assigned: %+v", p)
		}
		_, err = h.Create(ctx, h.boss, NewTask{CustomerID: h.cust.ID, ProgramID: h.mem.programs[0].ID, AssigneeID: h.agent.User.ID, DueAt: h.now})
		if p := asProblem(t, err); p.Rule != "C-15" || p.Reason != string(row.reason) {
			t.Errorf("created: %+v", p)
		}
	}
}

func TestAssign_NeedsASupervisorAndAReason(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	if _, err := h.Assign(ctx, h.agent, h.task.ID, h.other.User.ID, "x"); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("an agent gives the task away: %v", err)
	}
	if _, err := h.Assign(ctx, h.boss, h.task.ID, h.other.User.ID, ""); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := h.Assign(ctx, h.boss, h.task.ID, h.boss.User.ID, "x"); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("to somebody who is no agent: %v", err)
	}
	d, err := h.Assign(ctx, h.boss, h.task.ID, h.other.User.ID, "休假")
	if err != nil || d.Task.AssigneeID != h.other.User.ID {
		t.Fatalf("assigned %+v %v", d.Task, err)
	}
	if e := h.mem.events[len(h.mem.events)-1]; e.Rule != "C-15" || e.Reason != "休假" || e.Detail["to"] != h.other.User.ID.String() {
		t.Errorf("row %+v", e)
	}
}

func TestAssign_EndsADataCheckWhenThereIsANumber(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Task.State = TaskDataCheck
	v.Customer.ContactPoints = []customer.ContactPoint{{ID: uuid.New(), InvalidAt: h.now}}
	h.mem.views[h.task.ID] = v
	if d, err := h.Assign(ctx, h.boss, h.task.ID, h.agent.User.ID, "x"); err != nil || d.Task.State != TaskDataCheck {
		t.Errorf("without a number it stays: %v %v", d.Task.State, err)
	}
	v = h.mem.views[h.task.ID]
	v.Customer.ContactPoints = h.cust.ContactPoints
	h.mem.views[h.task.ID] = v
	if d, err := h.Assign(ctx, h.boss, h.task.ID, h.agent.User.ID, "x"); err != nil || d.Task.State != TaskOpen {
		t.Errorf("with one it is open: %v %v", d.Task.State, err)
	}
}

func TestRuleC24_AppointmentMadeAndTakenBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, failed(t, "2026-11-24 10:10"))
	if _, err := h.SetAppointment(ctx, h.agent, h.task.ID, h.now.Add(-time.Minute), ""); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("in the past: %v", err)
	}
	if _, err := h.SetAppointment(ctx, h.other, h.task.ID, h.now.Add(time.Hour), ""); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("somebody else's task: %v", err)
	}
	saturday := at(t, "2026-11-28 20:00")
	d, err := h.SetAppointment(ctx, h.agent, h.task.ID, saturday, "下班后")
	if err != nil || d.Task.State != TaskAppointment || !d.Task.AppointmentAt.Equal(saturday) || d.Kind != KindAppointment {
		t.Fatalf("hours do not limit it: %+v %v", d.Task, err)
	}
	d, err = h.ClearAppointment(ctx, h.agent, h.task.ID)
	if err != nil || d.Task.State != TaskWaiting || !d.Task.AppointmentAt.IsZero() || !d.Task.NextFrom.Equal(at(t, "2026-11-24 14:00")) {
		t.Errorf("taken back, the next attempt is placed: %+v %v", d.Task, err)
	}
	if _, err := h.ClearAppointment(ctx, h.agent, h.task.ID); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("there is none now: %v", err)
	}
}

func TestCreate_Validation(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	good := NewTask{CustomerID: h.cust.ID, ProgramID: h.mem.programs[0].ID, AssigneeID: h.agent.User.ID, DueAt: h.now, Complaint: true}
	for field, change := range map[string]func(*NewTask){
		"due_at":      func(n *NewTask) { n.DueAt = time.Time{} },
		"hard_due_at": func(n *NewTask) { n.HardDueAt = n.DueAt.Add(-time.Second) },
		"program_id":  func(n *NewTask) { n.ProgramID = uuid.New() },
		"customer_id": func(n *NewTask) { n.CustomerID = uuid.New() },
		"assignee_id": func(n *NewTask) { n.AssigneeID = uuid.New() },
	} {
		n := good
		change(&n)
		_, err := h.Create(ctx, h.boss, n)
		if got := locations(t, err); !slices.Equal(got, []string{field}) {
			t.Errorf("%s: %v", field, got)
		}
	}
	if _, err := h.Create(ctx, h.agent, good); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("an agent makes a task: %v", err)
	}
	d, err := h.Create(ctx, h.boss, good)
	if err != nil || d.Task.State != TaskOpen || d.Task.Source != SourceManual || d.Kind != KindComplaint || len(h.changed) != 1 {
		t.Errorf("created %+v %v", d.Task, err)
	}
}

func TestDetail_WhoMaySeeIt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	inspector := access.Principal{User: access.User{ID: h.other.User.ID, Roles: []access.Role{access.RoleInspector}}}
	for name, row := range map[string]struct {
		who  access.Principal
		code problem.Code
	}{"own": {h.agent, ""}, "supervisor": {h.boss, ""}, "inspector": {inspector, ""}, "other agent": {h.other, problem.CodeForbidden}} {
		d, err := h.Detail(ctx, row.who, h.task.ID, "")
		if row.code != "" {
			if problem.CodeOf(err) != row.code {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || d.Script[0].Text != "王伟您好，我是汇方李娜，工号1001。" {
			t.Errorf("%s: the script names customer, company and the agent whose task it is: %+v %v", name, d.Script, err)
		}
	}
	if _, err := h.Detail(ctx, h.boss, uuid.New(), ""); problem.CodeOf(err) != problem.CodeNotFound {
		t.Errorf("unknown id: %v", err)
	}
}
