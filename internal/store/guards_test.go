package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

func asProblem(err error) (*problem.Error, bool) { return errors.AsType[*problem.Error](err) }

func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }

func TestRuleT02_EvidenceCannotBeDeleted(t *testing.T) {
	w := newWorld(t)
	w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
	for _, table := range []string{"attempt", "recording", "call", "audit_event"} {
		wantRefused(t, w.plain("DELETE FROM "+table), "T-02")
	}
	for _, table := range []string{"attempt", "recording", "call", "recording_access", "callback_record", "audit_event"} {
		wantRefused(t, w.plain("TRUNCATE "+table+" CASCADE"), "T-02")
	}
}

func TestRuleT02_RetentionOnlyGrows(t *testing.T) {
	w := newWorld(t)
	c, a := w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
	end := a.At.Add(40 * time.Second)
	set := `UPDATE recording SET retain_until = $2 WHERE id = $1`
	wantRefused(t, w.plain(set, c.RecordingID, end.AddDate(3, 0, -1)), "T-02")
	w.ok(w.plain(set, c.RecordingID, end.AddDate(4, 0, 0)))
	wantRefused(t, w.plain(set, c.RecordingID, end.AddDate(3, 0, 1)), "T-02")
	wantRefused(t, w.plain(`UPDATE recording SET retain_until = NULL WHERE id = $1`, c.RecordingID), "T-02")
	wantRefused(t, w.plain(`UPDATE recording SET state = 'deleted' WHERE id = $1`, c.RecordingID), "T-02")
	w.ok(w.plain(set, c.RecordingID, end.AddDate(5, 0, 0)))
}

func TestRuleT02_SealedRecordingCannotBeAltered(t *testing.T) {
	w := newWorld(t)
	c, _ := w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
	w.ok(w.Sealed(t.Context(), sealed(c.RecordingID, w.at)))
	wantRefused(t, w.plain(`UPDATE recording SET sha256 = $2 WHERE id = $1`, c.RecordingID, make([]byte, 32)), "T-02")
	wantRefused(t, w.plain(`UPDATE recording SET duration_ms = 1 WHERE id = $1`, c.RecordingID), "T-02")
}

func TestRuleS04_LogsAreWrittenOnce(t *testing.T) {
	w := newWorld(t)
	wantRefused(t, w.plain(`UPDATE audit_event SET reason = 'x'`), "S-04")
}

func TestRuleT01_NoAttemptWithoutRecording(t *testing.T) {
	w := newWorld(t)
	c := w.newCall()
	w.exec(`INSERT INTO call (id, task_id, customer_id, contact_point_id, agent_id, instance, state, started_at, updated_at)
		VALUES ($1,$2,$3,$4,$5,'one','arming',$6,$6)`, c.CallID, c.TaskID, c.CustomerID, c.ContactPointID, c.AgentID, w.at)
	a := w.attempt(c, day(23), "10:00-11:00")
	wantRefused(t, w.OpenAttempt(t.Context(), a), "T-01")
	w.exec(`INSERT INTO recording (id, call_id, instance, state, opened_at, updated_at) VALUES ($1,$2,'one','failed',$3,$3)`, c.RecordingID, c.CallID, w.at)
	wantRefused(t, w.OpenAttempt(t.Context(), a), "T-01")
}

func TestRuleT06_EndedAttemptStands(t *testing.T) {
	w := newWorld(t)
	_, a := w.made(day(23), "10:00-11:00", call.OutcomeAnswered, false)
	wantRefused(t, w.plain(`UPDATE attempt SET sip_code = 200 WHERE id = $1`, a.AttemptID), "T-06")
	w.ok(w.plain(`UPDATE attempt SET counted = true WHERE id = $1`, a.AttemptID))
	wantRefused(t, w.plain(`UPDATE attempt SET counted = false WHERE id = $1`, a.AttemptID), "T-06")
}

func TestRuleT04_UnreachableNeedsThreeCountedAttempts(t *testing.T) {
	w := newWorld(t)
	unreachable := func() error {
		return w.plain(`UPDATE task SET state = 'unreachable', closed_at = now() WHERE id = $1`, w.task.ID)
	}
	wantRefused(t, unreachable(), "T-04")
	w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
	w.made(day(24), "10:00-11:00", call.OutcomeBusy, true)
	w.made(day(24), "14:00-16:00", call.OutcomeRingTooShort, false)
	wantRefused(t, unreachable(), "T-04")
	w.made(day(25), "10:00-11:00", call.OutcomeNoAnswer, true)
	wantRefused(t, unreachable(), "T-04") // all in one window
	v, err := w.Task(t.Context(), w.task.ID)
	w.ok(err)
	to := v.Task
	to.State, to.ClosedAt, to.CloseReason = callback.TaskUnreachable, w.at, "x"
	wantRefused(t, w.UpdateTask(t.Context(), to, callback.Guard{State: v.Task.State, UpdatedAt: v.Task.UpdatedAt}, w.event("task.closed")), "T-04")
	w.made(day(25), "14:00-16:00", call.OutcomeNoAnswer, true)
	w.ok(unreachable())
}

func TestRuleT04_SameSlotTwiceIsOneSlot(t *testing.T) {
	w := newWorld(t)
	w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
	w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
	w.made(day(23), "14:00-16:00", call.OutcomeNoAnswer, true)
	wantRefused(t, w.plain(`UPDATE task SET state = 'unreachable', closed_at = now() WHERE id = $1`, w.task.ID), "T-04")
}

func TestRuleT04_ShortRingDoesNotCount(t *testing.T) {
	w := newWorld(t)
	c := w.newCall()
	w.ok(w.OpenCall(t.Context(), c))
	a := w.attempt(c, day(23), "10:00-11:00")
	w.ok(w.OpenAttempt(t.Context(), a))
	v := w.verdict(a, call.OutcomeNoAnswer, true)
	v.RingOK = false
	wantCode(t, w.CloseAttempt(t.Context(), v), problem.CodeInvalid, "not_storable")
	v = w.verdict(a, call.OutcomeRingTooShort, true)
	wantCode(t, w.CloseAttempt(t.Context(), v), problem.CodeInvalid, "not_storable")
	if got := w.taskNow(); got.Task.Counted != 0 || got.Task.State != callback.TaskCalling {
		t.Fatalf("the refused verdict left %+v", got.Task)
	}
}

func TestRuleC01_FinalRecordStands(t *testing.T) {
	w := newWorld(t)
	c := w.newCall()
	w.endCall(c)
	ctx := t.Context()
	r := w.record(c)
	w.ok(w.SaveRecord(ctx, &callback.RecordSave{Record: r}, w.event("")))
	if err := w.plain(`UPDATE callback_record SET state = 'final', finished_at = now() WHERE id = $1`, r.ID); err == nil {
		t.Fatal("a record without handling became final")
	}
	r.Problems, r.Handling, r.State, r.FinishedAt = "none", "none", callback.RecordFinal, w.at
	w.ok(w.SaveRecord(ctx, &callback.RecordSave{Record: r, CloseCall: true}, w.event("record.finished")))
	r.Content = "something else"
	wantCode(t, w.SaveRecord(ctx, &callback.RecordSave{Record: r}, w.event("")), problem.CodeConflict, "record_final")
	wantRefused(t, w.plain(`UPDATE callback_record SET content = 'x' WHERE id = $1`, r.ID), "C-01")
}

// The words of CHECK constraints are those of the Go code, no more, no less.
func TestWordsOfChecksAreThoseOfTheCode(t *testing.T) {
	w := newWorld(t)
	states := make([]string, 0, 8)
	for _, s := range call.States() {
		states = append(states, s.String())
	}
	for _, c := range []struct {
		table, column string
		want          []string
	}{
		{"call", "state", states},
		{"call", "outcome", words(call.Outcomes())},
		{"attempt", "outcome", words(call.Outcomes())},
		{"call", "ended_by", words([]call.Party{call.PartyAgent, call.PartyCustomer, call.PartyNetwork, call.PartySystem})},
		{"attempt", "ended_by", words([]call.Party{call.PartyAgent, call.PartyCustomer, call.PartyNetwork, call.PartySystem})},
		{"attempt", "ringing_signal", []string{call.Signal180, call.SignalRingback}},
		{"task", "state", words(callback.TaskStates())},
		{"task", "source", words([]callback.Source{callback.SourceManual, callback.SourceImport, callback.SourceSample, callback.SourceInbound, callback.SourceSlip, callback.SourceDuty, callback.SourceCase, callback.SourcePlan})},
		{"slip", "kind", words(callback.SlipKinds())},
		{"slip", "state", words([]callback.SlipState{callback.SlipOpen, callback.SlipAnswered, callback.SlipClosed})},
		{"slip", "satisfaction", []string{"", callback.AnswerSatisfied, callback.AnswerFair, callback.AnswerDissatisfied, callback.SatisfactionUnreachable}},
		{"record_review", "verdict", words([]callback.Verdict{callback.VerdictAgreed, callback.VerdictRemarked})},
		{"customer", "kind", words(customer.Kinds())},
		{"customer", "do_not_call_channel", append(words(customer.Channels()), "")},
		{"callback_record", "state", words([]callback.RecordState{callback.RecordDraft, callback.RecordFinal})},
		{"app_user", "roles", append(words(access.Roles()), "token:")}, // the beginning of logins that have none
	} {
		got, err := one(t.Context(), w.pool, func(r pgxRow) (s string, err error) { return s, r.Scan(&s) }, `
			SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c' AND conname = $2`,
			c.table, c.table+"_"+c.column+"_check")
		if err != nil {
			t.Fatalf("%s.%s: %v", c.table, c.column, err)
		}
		in := map[string]bool{}
		for i, part := range strings.Split(got, "'") {
			if i%2 == 1 {
				in[part] = true
			}
		}
		for _, word := range c.want {
			if !in[word] {
				t.Errorf("%s.%s: the schema does not know %q", c.table, c.column, word)
			}
			delete(in, word)
		}
		for word := range in {
			t.Errorf("%s.%s: the code does not know %q", c.table, c.column, word)
		}
	}
}
