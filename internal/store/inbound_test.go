package store

import (
	"testing"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

func TestInbound_WhoCalledLastAndTheTaskThatIsLeft(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	number := w.cust.ContactPoints[0].Number
	other := w.addCustomer("C2", "李四", number.Reveal()) // the same number, never called
	c, _ := w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
	ks, err := w.Callers(ctx, number)
	w.ok(err)
	if len(ks) != 2 || ks[0].Customer.ID != w.cust.ID || ks[0].LastAgentID != w.user.ID || !ks[0].LastCallAt.Equal(c.At) ||
		ks[0].LastProgramID != w.program.ID || ks[0].OpenTaskID != uuid.Nil || ks[1].Customer.ID != other.ID || ks[1].LastAgentID != uuid.Nil {
		t.Fatalf("%+v", ks)
	}
	in := callback.InboundCall{ID: uuid.New(), At: w.at, Instance: "one", Trunk: "a", Called: "4008001234", Number: number}
	r := callback.PlanReturn(in, ks, &w.user, w.program.ID)
	w.ok(w.InsertInbound(ctx, r, w.event(audit.ActionTaskCreated)))
	v, err := w.Task(ctx, r.Task.ID)
	w.ok(err)
	if v.Task.Source != callback.SourceInbound || v.Task.AssigneeID != w.user.ID {
		t.Fatalf("%+v", v.Task)
	}
	if ks, err = w.Callers(ctx, number); err != nil || ks[0].OpenTaskID != r.Task.ID {
		t.Fatalf("%+v, %v", ks, err)
	}
	in.ID = uuid.New()
	again := callback.PlanReturn(in, ks, &w.user, w.program.ID)
	w.ok(w.InsertInbound(ctx, again, audit.Event{}))
	if again.Task != nil || again.Call.TaskID != r.Task.ID {
		t.Fatalf("a second task: %+v", again)
	}
	wantRefused(t, w.plain(`DELETE FROM inbound_call`), "T-02")
	wantRefused(t, w.plain(`TRUNCATE inbound_call`), "T-02")
	wantRefused(t, w.plain(`UPDATE inbound_call SET withheld = true`), "S-04")
}

func TestInbound_UnknownCallers(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	in := callback.InboundCall{ID: uuid.New(), At: w.at, Instance: "one", Trunk: "a", Called: "4008001234", Number: customer.StoredNumber("+8613900001111")}
	r := callback.PlanReturn(in, nil, nil, w.program.ID)
	w.ok(w.InsertInbound(ctx, r, w.event(audit.ActionTaskCreated)))
	if ks, err := w.Callers(ctx, in.Number); err != nil || len(ks) != 1 || ks[0].Customer.ID != r.Customer.ID || ks[0].OpenTaskID != r.Task.ID {
		t.Fatalf("%+v, %v", ks, err)
	}
	in.ID = uuid.New() // two instances at the same moment
	wantCode(t, w.InsertInbound(ctx, callback.PlanReturn(in, nil, nil, w.program.ID), w.event(audit.ActionTaskCreated)), problem.CodeConflict, "code_taken")
	w.ok(w.InsertInbound(ctx, callback.Return{Call: callback.InboundCall{ID: uuid.New(), At: w.at, Instance: "one", Trunk: "a", Called: "4008001234", Withheld: true}}, audit.Event{}))
	if err := w.plain(`INSERT INTO inbound_call (id, at, instance, trunk, called, number) VALUES ($1, now(), 'one', 'a', '1', '+8613900002222')`, uuid.New()); err == nil {
		t.Error("a caller with a number is left without a task")
	}
}
