package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
	"huifang/media"
	"huifang/recording/archive"
)

type pgxRow = pgx.CollectableRow

func sealed(id uuid.UUID, at time.Time) archive.SealedRow {
	return archive.SealedRow{RecordingID: id, SealedAt: at.Add(time.Minute), StartedAt: at, Duration: 40 * time.Second, Bytes: 640044,
		SHA256: [32]byte{1, 2, 3}, Law: "alaw", LeftActive: time.Second, EmptyRight: true, Facts: []byte(`{"gaps":1}`)}
}

// endCall opens the call and ends it, answered.
func (w *world) endCall(c switchboard.NewCall) switchboard.NewAttempt {
	w.t.Helper()
	ctx := w.t.Context()
	w.ok(w.OpenCall(ctx, c))
	a := w.attempt(c, day(23), "10:00-11:00")
	w.ok(w.OpenAttempt(ctx, a))
	v := w.verdict(a, call.OutcomeAnswered, false)
	v.AnsweredAt = a.At.Add(5 * time.Second)
	w.ok(w.CloseAttempt(ctx, v))
	w.ok(w.EndCall(ctx, switchboard.Ending{CallID: c.CallID, TaskID: c.TaskID, At: v.EndedAt, Outcome: call.OutcomeAnswered, EndedBy: call.PartyCustomer, Legs: legsOf()}))
	return a
}

// legsOf is a call whose agent's page reported and whose customer sent nothing.
func legsOf() []switchboard.LegRecord {
	agent := switchboard.LegRecord{Side: media.Agent, Figures: media.Figures{Received: 990, Lost: 10, Late: 5, Sent: 1000, Jitter: 3 * time.Millisecond, MaxJitter: 9 * time.Millisecond,
		RoundTrip: 20 * time.Millisecond, MaxRoundTrip: 31500 * time.Microsecond, FarLoss: 0.25, Reported: true}, Loss: 0.015, MOS: 4.2, Unheard: 1200 * time.Millisecond,
		Browser: &switchboard.BrowserFigures{Received: 980, Lost: 2, Concealed: 320, SilentConcealed: 160, Samples: 160000, Jitter: time.Millisecond, RoundTrip: 8 * time.Millisecond}}
	return []switchboard.LegRecord{agent, {Side: media.Customer, Figures: media.Figures{Sent: 1000}}}
}

func TestLedger_LegsAreWrittenOnceWithTheEnd(t *testing.T) {
	w := newWorld(t)
	c := w.newCall()
	w.endCall(c)
	w.ok(w.EndCall(t.Context(), switchboard.Ending{CallID: c.CallID, TaskID: c.TaskID, At: w.at, Outcome: call.OutcomeBusy, Legs: legsOf()})) // late news
	d, err := w.Call(t.Context(), c.CallID)
	w.ok(err)
	if len(d.Legs) != 2 {
		t.Fatalf("%d legs", len(d.Legs))
	}
	agent, customer := d.Legs[0], d.Legs[1]
	if agent.Leg != "agent" || agent.Received != 990 || agent.Lost != 10 || agent.Late != 5 || agent.Sent != 1000 || agent.Loss != 0.015 || agent.JitterMs != 3 ||
		agent.JitterMaxMs != 9 || *agent.RTTMs != 20 || *agent.RTTMaxMs != 31.5 || *agent.FarLoss != 0.25 || *agent.MOS != 4.2 || agent.UnheardMs != 1200 {
		t.Errorf("agent: %+v", agent)
	}
	if b := agent.Browser; b == nil || *b != (callback.BrowserQuality{Received: 980, Lost: 2, Concealed: 320, SilentConcealed: 160, Samples: 160000, JitterMs: 1, RTTMs: 8}) {
		t.Errorf("browser: %+v", b)
	}
	if customer != (callback.CallLeg{Leg: "customer", Sent: 1000}) {
		t.Errorf("customer: %+v", customer)
	}
	wantRefused(t, w.plain(`UPDATE call_leg SET mos = 4.5`), "S-04")
	wantRefused(t, w.plain(`DELETE FROM call_leg`), "T-02")
	wantRefused(t, w.plain(`TRUNCATE call_leg`), "T-02")
}

func (w *world) record(c switchboard.NewCall) callback.Record {
	return callback.Record{ID: uuid.New(), CallID: c.CallID, TaskID: c.TaskID, AgentID: c.AgentID, CustomerID: c.CustomerID, ContactedAt: w.at,
		Method: "telephone", Disposition: callback.DispositionCompleted, Content: "说了什么", Answers: map[string]any{"s": "satisfied"},
		QuestionnaireVersion: 2, State: callback.RecordDraft, CreatedAt: w.at, UpdatedAt: w.at}
}

func (w *world) taskNow() callback.TaskView {
	w.t.Helper()
	v, err := w.Task(w.t.Context(), w.task.ID)
	w.ok(err)
	return v
}

// Every write of the ledger may be repeated without a second effect.
func TestLedger_RepeatedWritesHaveOneEffect(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.newCall()
	a := w.attempt(c, day(23), "10:00-11:00")
	v := w.verdict(a, call.OutcomeNoAnswer, true)
	move := switchboard.Move{CallID: c.CallID, From: call.StateArming, To: call.StateDialing, At: w.at.Add(time.Second)}
	ring := switchboard.Move{CallID: c.CallID, From: call.StateDialing, To: call.StateRinging, At: w.at.Add(2 * time.Second), RingingAt: w.at.Add(2 * time.Second)}
	end := switchboard.Ending{CallID: c.CallID, TaskID: c.TaskID, At: v.EndedAt, Outcome: v.Outcome, EndedBy: call.PartySystem}
	for _, f := range []func() error{
		func() error { return w.OpenCall(ctx, c) },
		func() error { return w.OpenAttempt(ctx, a) },
		func() error { return w.MoveCall(ctx, move) },
		func() error { return w.MoveCall(ctx, ring) },
		func() error { return w.CloseAttempt(ctx, v) },
		func() error { return w.EndCall(ctx, end) },
	} {
		w.ok(f())
		w.ok(f())
	}
	d, err := w.Call(ctx, c.CallID)
	w.ok(err)
	if d.State != call.StateWrapup || d.Outcome != call.OutcomeNoAnswer || !d.RingingAt.Equal(ring.RingingAt) || len(d.Attempts) != 1 ||
		d.Recording.ID != c.RecordingID || d.Recording.State != "opened" || d.EndedBy != call.PartySystem || !d.EndedAt.Equal(end.At) {
		t.Fatalf("call is %+v", d)
	}
	got := d.Attempts[0]
	if !got.Counted || !got.RingOK || got.RingMs != 38000 || got.SIPCode != 480 || got.Q850Cause != 19 || got.RingingSignal != "180" ||
		got.Slot != (callback.Slot{Date: got.Slot.Date, Window: "10:00-11:00"}) || got.Slot.Date.String() != "2026-11-23" || !got.AnsweredAt.IsZero() {
		t.Fatalf("attempt is %+v", got)
	}
	tv := w.taskNow()
	if tv.Task.State != callback.TaskWrapup || tv.Task.Counted != 1 || tv.WrapupCallID != c.CallID || len(tv.Marks) != 1 || !tv.Marks[0].Counted {
		t.Fatalf("task is %+v", tv)
	}
	wantCode(t, w.MoveCall(ctx, move), problem.CodeConflict, "call_state")
}

func TestLedger_MoveIsGuardedByState(t *testing.T) {
	w := newWorld(t)
	c := w.newCall()
	w.ok(w.OpenCall(t.Context(), c))
	m := switchboard.Move{CallID: c.CallID, From: call.StateRinging, To: call.StateTalking, At: w.at.Add(time.Second)}
	wantCode(t, w.MoveCall(t.Context(), m), problem.CodeConflict, "call_state")
	m.CallID = uuid.New()
	wantCode(t, w.MoveCall(t.Context(), m), problem.CodeNotFound, "call")
}

func TestLedger_OneLiveCallPerAgentAndTask(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.ok(w.OpenCall(ctx, w.newCall()))
	same := w.newCall()
	wantCode(t, w.OpenCall(ctx, same), problem.CodeRefused, "line_in_use")
	other := w.newCall()
	other.TaskID = w.addTask("T2", w.cust, w.user).ID
	wantCode(t, w.OpenCall(ctx, other), problem.CodeRefused, "agent_busy")
	ofAgent, ofTask, err := w.LiveCalls(ctx, w.user.ID, other.TaskID)
	w.ok(err)
	if !ofAgent || ofTask {
		t.Fatalf("live calls: agent %v, other task %v", ofAgent, ofTask)
	}
	v, err := w.Task(ctx, other.TaskID)
	w.ok(err)
	if v.Task.State != callback.TaskOpen {
		t.Fatalf("the refused task is %s", v.Task.State)
	}
	// two agents at the same task at the same time: one gets the line
	second, third := w.addUser("li", access.RoleAgent), w.addUser("wu", access.RoleAgent)
	errs := make(chan error, 2)
	for _, u := range []uuid.UUID{second.ID, third.ID} {
		n := w.newCall()
		n.TaskID, n.AgentID = other.TaskID, u
		go func() { errs <- w.OpenCall(context.WithoutCancel(ctx), n) }()
	}
	e1, e2 := <-errs, <-errs
	if (e1 == nil) == (e2 == nil) {
		t.Fatalf("both or none got the line: %v, %v", e1, e2)
	}
	wantCode(t, errors.Join(e1, e2), problem.CodeRefused, "line_in_use")
}

func TestLedger_InvalidNumberIsMarked(t *testing.T) {
	w := newWorld(t)
	w.made(day(23), "10:00-11:00", call.OutcomeInvalidNumber, false)
	v := w.taskNow()
	if !v.Customer.ContactPoints[0].Invalid() || v.Task.Counted != 0 {
		t.Fatalf("contact point %+v, counted %d", v.Customer.ContactPoints[0], v.Task.Counted)
	}
}

func TestLedger_OrphansOfOneInstance(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.newCall()
	w.ok(w.OpenCall(ctx, c))
	a := w.attempt(c, day(23), "override")
	w.ok(w.OpenAttempt(ctx, a))
	got, err := w.OpenCalls(ctx, "one")
	w.ok(err)
	want := switchboard.Orphan{CallID: c.CallID, TaskID: c.TaskID, AgentID: c.AgentID, RecordingID: c.RecordingID, State: call.StateArming, StartedAt: w.at, OpenAttempt: a.AttemptID}
	if len(got) != 1 || got[0] != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	if got, err = w.OpenCalls(ctx, "two"); err != nil || len(got) != 0 {
		t.Fatalf("another instance's calls: %+v, %v", got, err)
	}
}

func TestRuleT04_NextAttemptIsPlacedAfterTheCall(t *testing.T) {
	w := newWorld(t)
	from, until := w.at.Add(24*time.Hour), w.at.Add(25*time.Hour)
	asked := callback.TaskView{}
	w.SetPlanner(func(_ context.Context, v callback.TaskView) (time.Time, time.Time, bool, error) {
		asked = v
		return from, until, true, nil
	})
	c := w.newCall()
	w.ok(w.OpenCall(t.Context(), c))
	a := w.attempt(c, day(23), "10:00-11:00")
	w.ok(w.OpenAttempt(t.Context(), a))
	w.ok(w.CloseAttempt(t.Context(), w.verdict(a, call.OutcomeNoAnswer, true)))
	if v := w.taskNow(); !v.Task.NextFrom.Equal(from) || !v.Task.NextUntil.Equal(until) {
		t.Fatalf("next attempt at %v to %v", v.Task.NextFrom, v.Task.NextUntil)
	}
	if asked.Task.Counted != 1 || len(asked.Marks) != 1 {
		t.Fatalf("the planner saw %+v", asked)
	}
}

func TestWithTx_RunsAgainAfterSerializationFailure(t *testing.T) {
	w := newWorld(t)
	tries := 0
	err := w.WithTx(t.Context(), func(tx pgx.Tx) error {
		if tries++; tries < 3 {
			return &pgconn.PgError{Code: "40001"}
		}
		return insertEvent(t.Context(), tx, w.event("x.y"))
	})
	if err != nil || tries != 3 {
		t.Fatalf("%d tries, %v", tries, err)
	}
}
