package callback

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/customer"
)

func TestPlanReturn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 2, 30, 0, 0, time.UTC)
	service := access.Department{ID: uuid.New(), Name: "客服部"}
	agent := access.User{ID: uuid.New(), Name: "李娜", Roles: []access.Role{access.RoleAgent}, Department: service}
	cust := customer.Customer{ID: uuid.New(), Name: "王伟", TimeZone: "Asia/Shanghai", DepartmentID: uuid.New()}
	house, last, waiting := uuid.New(), uuid.New(), uuid.New()
	known := KnownCaller{Customer: cust, LastAgentID: agent.ID, LastAgentName: agent.Name, LastCallAt: now.Add(-time.Hour), LastProgramID: last}
	with := func(change func(*KnownCaller)) []KnownCaller {
		k := known
		change(&k)
		return []KnownCaller{k}
	}
	gone := agent
	gone.DisabledAt = now
	promoted := agent
	promoted.Roles = []access.Role{access.RoleAuditor}
	for _, row := range []struct {
		name     string
		number   string
		known    []KnownCaller
		agent    *access.User
		task     bool
		existing uuid.UUID
		created  bool // a customer
		assignee uuid.UUID
		program  uuid.UUID
		purpose  string
	}{
		{name: "number not known"},
		{name: "unknown caller", number: "+8613812341234", task: true, created: true, program: house, purpose: "未知号码"},
		{name: "the agent who called", number: "+8613812341234", known: []KnownCaller{known}, agent: &agent, task: true, assignee: agent.ID, program: last, purpose: "李娜于 2026-11-24 09:30"},
		{name: "agent gone", number: "+8613812341234", known: []KnownCaller{known}, task: true, program: last, purpose: "李娜"},
		{name: "agent disabled", number: "+8613812341234", known: []KnownCaller{known}, agent: &gone, task: true, program: last, purpose: "李娜"},
		{name: "agent no more", number: "+8613812341234", known: []KnownCaller{known}, agent: &promoted, task: true, program: last, purpose: "李娜"},
		{name: "never called", number: "+8613812341234", known: []KnownCaller{{Customer: cust}}, task: true, program: house, purpose: "客户来电"},
		{name: "C-15, own customer", number: "+8613812341234", known: with(func(k *KnownCaller) { k.Customer.AdviserID = agent.ID }), agent: &agent, task: true, program: last, purpose: "李娜"},
		{name: "C-15, own department's customer", number: "+8613812341234", known: with(func(k *KnownCaller) { k.Customer.DepartmentID = service.ID }), agent: &agent, task: true, program: last, purpose: "李娜"},
		{name: "C-14 does not refuse a caller", number: "+8613812341234", known: with(func(k *KnownCaller) { k.Customer.DoNotCall = &customer.DoNotCall{Since: now} }), agent: &agent, task: true, assignee: agent.ID, program: last, purpose: "李娜"},
		{name: "has called before", number: "+8613812341234", known: with(func(k *KnownCaller) { k.OpenTaskID = waiting }), agent: &agent, existing: waiting},
	} {
		c := InboundCall{ID: uuid.New(), At: now, Trunk: "main", Called: "4008001234", Number: customer.StoredNumber(row.number)}
		r := PlanReturn(c, row.known, row.agent, house)
		if (r.Task != nil) != row.task || (r.Customer != nil) != row.created {
			t.Errorf("%s: %+v", row.name, r)
			continue
		}
		if r.Task == nil {
			if r.Call.TaskID != row.existing {
				t.Errorf("%s: task %s, want %s", row.name, r.Call.TaskID, row.existing)
			}
			continue
		}
		if r.Call.TaskID != r.Task.ID || r.Call.CustomerID != r.Task.CustomerID || r.Task.AssigneeID != row.assignee || r.Task.ProgramID != row.program ||
			r.Task.Source != SourceInbound || r.Task.State != TaskOpen || !strings.Contains(r.Task.Purpose, row.purpose) {
			t.Errorf("%s: %+v", row.name, *r.Task)
		}
		if r.Customer != nil && (strings.Contains(r.Customer.Name, row.number[3:]) || r.Customer.ContactPoints[0].Number.Reveal() != row.number) {
			t.Errorf("%s: %+v", row.name, *r.Customer)
		}
	}
}
