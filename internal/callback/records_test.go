package callback

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/problem"
)

func full(d Disposition) RecordInput {
	return RecordInput{Final: true, Disposition: d, Content: "核实合同", Problems: "无", Handling: "无", Answers: map[string]any{"overall": "satisfied"}}
}

func locations(t *testing.T, err error) []string {
	t.Helper()
	p, ok := errors.AsType[*problem.Error](err)
	if !ok || p.Code != problem.CodeInvalid {
		t.Fatalf("want invalid, got %v", err)
	}
	var out []string
	for _, f := range p.Fields {
		out = append(out, f.Location)
	}
	slices.Sort(out)
	return out
}

func TestRuleC01_FinalRecordIsComplete(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*RecordInput)
		want   []string
	}{
		{"nothing written", func(in *RecordInput) { *in = RecordInput{Final: true} }, []string{"content", "disposition", "handling", "problems"}},
		{"blanks are nothing", func(in *RecordInput) { in.Problems = " \n\t" }, []string{"problems"}},
		{"required answer missing", func(in *RecordInput) { in.Answers = nil }, []string{"answers.overall"}},
		{"required answer empty", func(in *RecordInput) { in.Answers["overall"] = "" }, []string{"answers.overall"}},
		{"no such choice", func(in *RecordInput) { in.Answers["overall"] = "superb" }, []string{"answers.overall"}},
		{"no such question", func(in *RecordInput) { in.Answers["weather"] = "fine" }, []string{"answers.weather"}},
		{"number as text, date that is none", func(in *RecordInput) { in.Answers["count"], in.Answers["since"] = "3", "yesterday" }, []string{"answers.count", "answers.since"}},
		{"unknown disposition", func(in *RecordInput) { in.Disposition = "fine" }, []string{"disposition"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			c := h.ended(call.OutcomeAnswered)
			in := full(DispositionCompleted)
			row.change(&in)
			_, err := h.SaveRecord(context.Background(), h.agent, c.ID, in)
			if got := locations(t, err); !slices.Equal(got, row.want) {
				t.Errorf("wrong are %v, want %v", got, row.want)
			}
			if len(h.mem.saves) != 0 {
				t.Error("nothing may be written")
			}
		})
	}
}

func TestRuleC01_RecordHoldsTheFactsAndTheRecordingById(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	c := h.ended(call.OutcomeAnswered)
	in := full(DispositionCompleted)
	in.Answers["count"], in.Answers["notes"] = 3.0, "  很好 "
	r, err := h.SaveRecord(ctx, h.agent, c.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	if r.RecordingID != c.Recording.ID || r.AgentID != h.agent.User.ID || r.CustomerID != h.cust.ID || r.Method != "telephone" ||
		!r.ContactedAt.Equal(c.AnsweredAt) || r.QuestionnaireVersion != 7 || r.State != RecordFinal || r.FinishedAt.IsZero() {
		t.Errorf("record %+v", r)
	}
	if r.Answers["count"] != 3.0 || r.Answers["notes"] != "很好" {
		t.Errorf("answers %v", r.Answers)
	}
	e := h.mem.events[len(h.mem.events)-1]
	if e.Action != audit.ActionRecordFinished || e.Rule != "C-01" {
		t.Errorf("the final record leaves a row: %+v", e)
	}
	if _, err := h.SaveRecord(ctx, h.agent, c.ID, in); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("a final record cannot be changed: %v", err)
	}
	if !slices.Contains(h.changed, h.task.ID) {
		t.Error("the page is told that the task changed")
	}
}

func TestRuleC01_DraftIsKeptDuringTheCall(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	c := h.ended(call.OutcomeAnswered)
	c.State, c.Outcome = call.StateTalking, ""
	h.mem.calls[c.ID] = c
	r, err := h.SaveRecord(ctx, h.agent, c.ID, RecordInput{Content: "客户说"})
	if err != nil || r.State != RecordDraft || h.mem.saves[0].CloseCall || h.mem.saves[0].Task != nil {
		t.Fatalf("draft %+v, %v", r, err)
	}
	if _, err := h.SaveRecord(ctx, h.agent, c.ID, full(DispositionCompleted)); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("a live call has no final record: %v", err)
	}
	again, err := h.Record(ctx, h.agent, c.ID)
	if err != nil || again.Content != "客户说" || again.ID != r.ID {
		t.Errorf("the draft comes back: %+v %v", again, err)
	}
	if _, err := h.Record(ctx, h.other, c.ID); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("somebody else's record: %v", err)
	}
}

func TestRecord_BeginsWithWhatIsKnown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.ended(call.OutcomeNoAnswer)
	r, err := h.Record(context.Background(), h.agent, c.ID)
	if err != nil || r.Disposition != DispositionNoContact || r.ID != uuid.Nil || !r.ContactedAt.Equal(c.StartedAt) {
		t.Errorf("record of a no-answer begins as %+v, %v", r, err)
	}
}

func TestRecord_DispositionAgreesWithTheCall(t *testing.T) {
	t.Parallel()
	for _, o := range call.Outcomes() {
		for _, d := range Dispositions() {
			spoken := slices.Contains([]Disposition{DispositionCompleted, DispositionNotConvenient, DispositionWrongPerson,
				DispositionVoiceAssistant, DispositionRefused}, d)
			if got, want := d.Allowed(o), o.Contact() || !spoken; got != want {
				t.Errorf("%s on %s: allowed %v, want %v", d, o, got, want)
			}
		}
	}
	h := newHouse(t)
	c := h.ended(call.OutcomeNoAnswer)
	_, err := h.SaveRecord(context.Background(), h.agent, c.ID, full(DispositionCompleted))
	if got := locations(t, err); !slices.Equal(got, []string{"disposition"}) {
		t.Errorf("a call that nobody answered was not completed: %v", got)
	}
}

func TestRecord_DispositionMovesTheTask(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name        string
		outcome     call.Outcome
		disposition Disposition
		state       TaskState
		counted     bool
		invalid     bool
		from        string // of the next attempt; empty: none
	}{
		{"completed", call.OutcomeAnswered, DispositionCompleted, TaskDone, false, false, ""},
		{"refused", call.OutcomeAnswered, DispositionRefused, TaskDone, false, false, ""},
		{"RuleT04 wrong person counts", call.OutcomeAnswered, DispositionWrongPerson, TaskWaiting, true, false, "2026-11-24 14:00"},
		{"RuleT04 voice assistant counts", call.OutcomeAnsweredAtDeadline, DispositionVoiceAssistant, TaskWaiting, true, false, "2026-11-24 14:00"},
		{"RuleT04 no answer, placed in the other window", call.OutcomeNoAnswer, DispositionNoContact, TaskWaiting, false, false, "2026-11-24 14:00"},
		{"trunk failed, again at once", call.OutcomeTrunkFailure, DispositionNoContact, TaskWaiting, false, false, "2026-11-24 10:30"},
		{"wrong number", call.OutcomeAnswered, DispositionWrongNumber, TaskDataCheck, false, true, ""},
		{"number does not exist", call.OutcomeInvalidNumber, DispositionNoContact, TaskDataCheck, false, true, ""},
		{"other", call.OutcomeAnswered, DispositionOther, TaskWaiting, false, false, "2026-11-24 10:30"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			c := h.ended(row.outcome)
			if _, err := h.SaveRecord(context.Background(), h.agent, c.ID, full(row.disposition)); err != nil {
				t.Fatal(err)
			}
			save := h.mem.saves[0]
			if !save.CloseCall || save.Task == nil || save.Task.State != row.state || save.TaskWas.State != TaskWrapup {
				t.Fatalf("save %+v, task %+v", save, save.Task)
			}
			if (save.CountAttempt != uuid.Nil) != row.counted || (save.InvalidateContactPoint == c.ContactPointID) != row.invalid {
				t.Errorf("counted %v, number invalid %v", save.CountAttempt, save.InvalidateContactPoint)
			}
			switch {
			case row.from == "" && !save.Task.NextFrom.IsZero():
				t.Errorf("no next attempt expected, placed at %v", save.Task.NextFrom)
			case row.from != "" && !save.Task.NextFrom.Equal(at(t, row.from)):
				t.Errorf("next attempt placed at %v, want %s", save.Task.NextFrom, row.from)
			}
			if row.state.Closed() != !save.Task.ClosedAt.IsZero() {
				t.Errorf("closed at %v in state %s", save.Task.ClosedAt, row.state)
			}
		})
	}
}

func TestRuleC24_NotConvenientMakesTheAppointment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.ended(call.OutcomeAnswered)
	in := full(DispositionNotConvenient)
	in.Answers = nil // nothing was asked
	for _, when := range []time.Time{{}, h.now, h.now.Add(-time.Hour), h.now.AddDate(2, 0, 0)} {
		in.AppointmentAt = when
		_, err := h.SaveRecord(context.Background(), h.agent, c.ID, in)
		if got := locations(t, err); !slices.Equal(got, []string{"appointment_at"}) {
			t.Errorf("%v: %v", when, got)
		}
	}
	in.AppointmentAt = at(t, "2026-11-28 20:00")
	if _, err := h.SaveRecord(context.Background(), h.agent, c.ID, in); err != nil {
		t.Fatal(err)
	}
	if got := h.mem.saves[0].Task; got.State != TaskAppointment || !got.AppointmentAt.Equal(in.AppointmentAt) {
		t.Errorf("task %+v", got)
	}
}

func TestRuleC24_AppointmentStillToComeStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Task.AppointmentAt = h.now.Add(time.Hour)
	h.mem.views[h.task.ID] = v
	c := h.ended(call.OutcomeBusy)
	if _, err := h.SaveRecord(context.Background(), h.agent, c.ID, full(DispositionNoContact)); err != nil {
		t.Fatal(err)
	}
	if got := h.mem.saves[0].Task; got.State != TaskAppointment || !got.AppointmentAt.Equal(h.now.Add(time.Hour)) {
		t.Errorf("task %+v", got)
	}
}

func TestRecord_TaskThatChangesMeanwhileIsReadAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.ended(call.OutcomeAnswered)
	h.mem.conflicts = 1
	if _, err := h.SaveRecord(context.Background(), h.agent, c.ID, full(DispositionCompleted)); err != nil {
		t.Error(err)
	}
	c = h.ended(call.OutcomeAnswered)
	h.mem.conflicts = 2
	if _, err := h.SaveRecord(context.Background(), h.agent, c.ID, full(DispositionCompleted)); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("but not for ever: %v", err)
	}
}
