package store

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/switchboard"
)

// talked opens a call whose recording has begun, and marks it.
func (w *world) talked() switchboard.NewCall {
	w.t.Helper()
	c := w.newCall()
	w.ok(w.OpenCall(w.t.Context(), c))
	return c
}

func (w *world) pause(c switchboard.NewCall, after time.Duration) switchboard.CallMark {
	m := switchboard.CallMark{ID: uuid.New(), CallID: c.CallID, RecordingID: c.RecordingID, Kind: call.MarkPause, By: w.user.ID,
		At: w.at.Add(after), Reason: string(call.PauseCardNumber)}
	w.ok(w.MarkCall(w.t.Context(), m))
	return m
}

func TestRuleT13_PausesAreListedForReview(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.talked()
	m := w.pause(c, time.Minute)
	w.ok(w.MarkCall(ctx, m)) // the same again has no effect
	m.EndedAt, m.EndReason = m.At.Add(30*time.Second), call.PauseEndedByAgent
	w.ok(w.MarkCall(ctx, m))
	w.ok(w.MarkCall(ctx, m))
	w.pause(c, 2*time.Minute) // the call ends in it
	w.ok(w.EndCall(ctx, switchboard.Ending{CallID: c.CallID, TaskID: c.TaskID, At: w.at.Add(3 * time.Minute), Outcome: call.OutcomeAnswered, EndedBy: call.PartyCustomer}))
	got, err := w.Marks(ctx, callback.MarkQuery{Kind: call.MarkPause, Limit: 10})
	w.ok(err)
	if len(got) != 2 || got[1].ID != m.ID || got[1].ByName != w.user.Name || !got[1].EndedAt.Equal(m.EndedAt) || got[1].Offset >= 0 ||
		got[0].EndReason != call.PauseEndedByCall || !got[0].EndedAt.Equal(w.at.Add(3*time.Minute)) || got[0].CustomerName != w.cust.Name {
		t.Fatalf("%+v", got)
	}
	totals, err := w.MarkTotals(ctx, callback.MarkQuery{Kind: call.MarkPause})
	w.ok(err)
	if len(totals) != 1 || totals[0].ByID != w.user.ID || totals[0].Number != 2 || totals[0].Lasting != 90*time.Second {
		t.Fatalf("%+v", totals)
	}
	events, err := w.Events(ctx, audit.Filter{ObjectKind: "call", ObjectID: c.CallID.String()})
	w.ok(err)
	if len(events) != 3 || events[2].Action != audit.ActionRecordingPaused || events[1].Action != audit.ActionRecordingUnpaused || events[2].Rule != "T-13" {
		t.Fatalf("%+v", events)
	}
	later, err := w.Marks(ctx, callback.MarkQuery{Before: callback.MarkKey{At: got[0].At, ID: got[0].ID}, From: w.at, To: w.at.Add(time.Hour), ByID: w.user.ID})
	w.ok(err)
	if len(later) != 1 || later[0].ID != m.ID {
		t.Fatalf("next page: %+v", later)
	}
}

func TestRuleC20_ComplaintIsLinkedToItsPlace(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.talked()
	m := switchboard.CallMark{ID: uuid.New(), CallID: c.CallID, RecordingID: c.RecordingID, Kind: call.MarkComplaint, By: w.user.ID,
		At: w.at.Add(42 * time.Second), EndedAt: w.at.Add(42 * time.Second), Note: "delivered late"}
	w.ok(w.MarkCall(ctx, m))
	w.exec(`UPDATE recording SET started_at = $2 WHERE id = $1`, c.RecordingID, w.at.Add(2*time.Second))
	d, err := w.Call(ctx, c.CallID)
	w.ok(err)
	if len(d.Marks) != 1 || d.Marks[0].Offset != 40*time.Second || d.Marks[0].Note != "delivered late" || d.Marks[0].RecordingID != c.RecordingID {
		t.Fatalf("%+v", d.Marks)
	}
}

func TestRuleS04_MarksOfACallAreWrittenOnce(t *testing.T) {
	w := newWorld(t)
	m := w.pause(w.talked(), time.Minute)
	wantRefused(t, w.plain(`UPDATE call_mark SET reason = 'password' WHERE id = $1`, m.ID), "S-04")
	wantRefused(t, w.plain(`UPDATE call_mark SET ended_at = started_at, note = 'x' WHERE id = $1`, m.ID), "S-04")
	w.ok(w.plain(`UPDATE call_mark SET ended_at = started_at WHERE id = $1`, m.ID))
	wantRefused(t, w.plain(`UPDATE call_mark SET ended_at = started_at + interval '1 s' WHERE id = $1`, m.ID), "S-04")
	wantRefused(t, w.plain(`DELETE FROM call_mark`), "T-02")
	wantRefused(t, w.plain(`TRUNCATE call_mark CASCADE`), "T-02")
	m.ID, m.Reason = uuid.New(), "weather"
	if err := w.MarkCall(t.Context(), m); err == nil {
		t.Error("a pause without a reason of the set was kept")
	}
	m.Reason = string(call.PauseOther)
	if err := w.MarkCall(t.Context(), m); err == nil {
		t.Error("other without a note was kept")
	}
}

// A call that is given to a colleague: its task and the draft of its record go
// along, and the mark names both. Rules C-01, C-15, S-04.
func TestRuleC15_TaskAndDraftGoAlongWithTheCall(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.talked()
	han := w.addUser("han", access.RoleAgent)
	w.ok(w.SaveRecord(ctx, &callback.RecordSave{Record: w.record(c)}, audit.Event{}))
	m := switchboard.CallMark{ID: uuid.New(), CallID: c.CallID, RecordingID: c.RecordingID, Kind: call.MarkTransfer, By: w.user.ID, With: han.ID,
		At: w.at.Add(time.Minute), Reason: "blind", Note: "fees"}
	w.ok(w.MarkCall(ctx, m))
	h := switchboard.Handover{CallID: c.CallID, From: w.user.ID, To: han.ID, At: w.at.Add(2 * time.Minute), WithTask: true}
	w.ok(w.HandOverCall(ctx, h))
	if err := w.HandOverCall(ctx, h); err == nil {
		t.Error("given away by somebody who does not have it")
	}
	m.EndedAt, m.EndReason = w.at.Add(2*time.Minute), call.TransferCompleted
	w.ok(w.MarkCall(ctx, m))
	if v := w.taskNow(); v.Task.AssigneeID != han.ID {
		t.Errorf("the task is %s's", v.Task.AssigneeID)
	}
	got, err := w.Call(ctx, c.CallID)
	w.ok(err)
	if got.AgentID != han.ID || got.Record == nil || got.Record.AgentID != han.ID || got.Record.Content != w.record(c).Content {
		t.Errorf("%+v %+v", got, got.Record)
	}
	marks, err := w.Marks(ctx, callback.MarkQuery{Kind: call.MarkTransfer})
	w.ok(err)
	if len(marks) != 1 || marks[0].WithID != han.ID || marks[0].WithName != han.Name || marks[0].ByID != w.user.ID || marks[0].EndReason != "completed" {
		t.Errorf("%+v", marks)
	}
	events, err := w.Events(ctx, audit.Filter{Action: audit.ActionTaskAssigned, ObjectID: c.TaskID.String()})
	w.ok(err)
	if len(events) != 1 || events[0].ActorID != w.user.ID || events[0].Reason != "transfer" {
		t.Errorf("the assignment in the audit log: %+v", events)
	}
	if err := w.plain(`INSERT INTO call_mark (id, call_id, recording_id, kind, by_id, started_at, reason) VALUES ($1,$2,$3,'transfer',$4,now(),'blind')`,
		uuid.New(), c.CallID, c.RecordingID, w.user.ID); err == nil {
		t.Error("a transfer without a colleague was let in")
	}
}

// Rule T-13: administrators change the limits of a program.
func TestRuleT13_LimitsOfAProgramAreChanged(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	ps, err := w.Programs(ctx)
	w.ok(err)
	want := callback.ProgramPolicy{Retention: w.program.Retention, Pauses: call.PauseLimits{Longest: time.Minute, Number: 1, Total: 2 * time.Minute}}
	w.ok(w.SetProgramPolicy(ctx, ps[0].ID, want, audit.Event{At: w.at, ActorID: w.user.ID, Action: audit.ActionProgramChanged, ObjectKind: "program", ObjectID: ps[0].ID.String()}))
	ps, err = w.Programs(ctx)
	w.ok(err)
	if ps[0].Pauses != want.Pauses || ps[0].ShowMonitoring {
		t.Fatalf("%+v", ps[0])
	}
	if err := w.SetProgramPolicy(ctx, uuid.New(), want, audit.Event{}); err == nil {
		t.Error("a program that is not there was changed")
	}
}
