package store

import (
	"testing"
	"time"

	"github.com/google/uuid"

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
	wantRefused(t, w.plain(`TRUNCATE call_mark`), "T-02")
	m.ID, m.Reason = uuid.New(), "weather"
	if err := w.MarkCall(t.Context(), m); err == nil {
		t.Error("a pause without a reason of the set was kept")
	}
	m.Reason = string(call.PauseOther)
	if err := w.MarkCall(t.Context(), m); err == nil {
		t.Error("other without a note was kept")
	}
}
