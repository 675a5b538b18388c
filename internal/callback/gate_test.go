package callback

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

func TestGate_PermitHoldsWhatTheCallNeeds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p, err := h.gate.Permit(context.Background(), GateRequest{AgentID: h.agent.User.ID, TaskID: h.task.ID})
	if err != nil {
		t.Fatal(err)
	}
	if p.ContactPointID != h.cust.ContactPoints[0].ID || p.Number.Reveal() != "+8613812341234" || p.CustomerName != "王伟" ||
		p.MinRing.Seconds() != 20 || p.MaxRing.Seconds() != 45 || !p.RecordingNotice || !p.ConfirmAgentHangup ||
		p.Slot.Window != "10:00-11:00" || p.OverrideBy != uuid.Nil {
		t.Errorf("permit %+v", p)
	}
	if len(h.mem.events) != 0 {
		t.Error("an ordinary dial leaves its attempt, not an audit row")
	}
}

func TestGate_EveryRefusedDialIsLoggedWithItsRule(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Customer.DoNotCall = &customer.DoNotCall{Since: h.now}
	h.mem.views[h.task.ID] = v
	r := GateRequest{AgentID: h.agent.User.ID, TaskID: h.task.ID, IP: "10.0.0.9"}
	if d, err := h.gate.Check(ctx, r); err != nil || d.Allowed || len(h.mem.events) != 0 {
		t.Errorf("asking leaves no row: %+v %v", d, err)
	}
	_, err := h.gate.Permit(ctx, r)
	if p := asProblem(t, err); p.Code != problem.CodeRefused || p.Rule != "C-14" {
		t.Errorf("refused as %+v", p)
	}
	if len(h.mem.events) != 1 {
		t.Fatalf("rows %+v", h.mem.events)
	}
	if e := h.mem.events[0]; e.Action != audit.ActionDialRefused || e.Rule != "C-14" || e.Reason != "do_not_call" || e.ActorID != h.agent.User.ID ||
		e.ObjectID != h.task.ID.String() || e.IP != "10.0.0.9" {
		t.Errorf("row %+v", e)
	}
}

func TestRuleT05_OverrideIsASupervisorsAndIsLogged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	h.now = at(t, "2026-11-24 20:00")
	r := GateRequest{AgentID: h.agent.User.ID, TaskID: h.task.ID, OverrideReason: " 客户要求 "}
	if _, err := h.gate.Permit(ctx, r); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("an agent overrides: %v", err)
	}
	h.mem.users[0].Roles = []access.Role{access.RoleAgent, access.RoleSupervisor}
	p, err := h.gate.Permit(ctx, r)
	if err != nil || p.Slot.Window != WindowOverride || p.OverrideReason != "客户要求" || p.OverrideBy != h.agent.User.ID {
		t.Fatalf("permit %+v %v", p, err)
	}
	if e := h.mem.events[0]; e.Action != audit.ActionDialOverridden || e.Rule != "T-05" || e.Reason != "客户要求" {
		t.Errorf("row %+v", e)
	}
	h.now = at(t, "2026-11-24 10:30")
	if p, err := h.gate.Permit(ctx, r); err != nil || p.OverrideReason != "" || p.Slot.Window != "10:00-11:00" {
		t.Errorf("where nothing is refused nothing is overridden: %+v %v", p, err)
	}
}

func TestGate_UnknownTask(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.gate.Permit(context.Background(), GateRequest{AgentID: h.agent.User.ID, TaskID: uuid.New()}); problem.CodeOf(err) != problem.CodeNotFound {
		t.Errorf("got %v", err)
	}
}

func TestGate_NobodyCallsTheEmergencyServices(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Customer.ContactPoints = []customer.ContactPoint{{ID: uuid.New(), Number: customer.StoredNumber("110")}}
	h.mem.views[h.task.ID] = v
	_, err := h.gate.Permit(context.Background(), GateRequest{AgentID: h.agent.User.ID, TaskID: h.task.ID})
	if p := asProblem(t, err); p.Reason != string(ReasonNumberNotPermitted) {
		t.Errorf("got %+v", p)
	}
}

func TestRuleT04_ProposeIsThePlannerOfTheStore(t *testing.T) {
	t.Parallel()
	h := newHouse(t, failed(t, "2026-11-24 10:10"))
	from, until, ok, err := h.Propose(context.Background(), h.mem.views[h.task.ID])
	if err != nil || !ok || !from.Equal(at(t, "2026-11-24 14:00")) || !until.Equal(at(t, "2026-11-24 16:00")) {
		t.Errorf("proposed %v to %v, %v, %v", from, until, ok, err)
	}
}
