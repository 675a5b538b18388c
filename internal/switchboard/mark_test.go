package switchboard

import (
	"errors"
	"slices"
	"testing"
	"time"

	"huifang/internal/call"
)

// talking brings the world's call to where both hear each other.
func (w *world) talking() *Snapshot {
	w.t.Helper()
	w.ready()
	s := w.dial()
	leg := w.lastLeg()
	leg.report(LegProvisional{At: time.Now(), Code: 180})
	leg.report(LegAnswered{At: time.Now()})
	w.state("talking")
	return s
}

func TestRuleT13_PauseIsRecordedAuditedAndEndsWithTheCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.talking()
	ctx := t.Context()
	var refused *call.PauseRefusedError
	if err := w.sb.Unpause(ctx, w.agent, s.ID); !errors.As(err, &refused) || refused.Reason != "pause_not_on" {
		t.Fatalf("%v", err)
	}
	if err := w.sb.Pause(ctx, w.agent, s.ID, call.PauseCardNumber, ""); err != nil {
		t.Fatal(err)
	}
	shown := w.sb.Presence(w.agent).Call
	if !shown.Paused || shown.PauseReason != "card_number" || shown.PauseEndsAt == nil || shown.PausesLeft != 2 {
		t.Fatalf("%+v", shown)
	}
	w.lastLeg().report(LegHungUp{At: time.Now()})
	w.state("wrapup")
	w.until("the mark of the pause to be ended", func() bool { return len(w.marks) == 2 })
	log := w.seen().log
	order := []int{slices.Index(log, "pause recording card_number"), slices.Index(log, "unpause recording call_ended"), slices.Index(log, "mark ended")}
	if order[0] < 0 || !slices.IsSorted(order) {
		t.Fatalf("order %v in %v", order, log)
	}
	begun, ended := w.marks[0], w.marks[1]
	if begun.ID != ended.ID || begun.By != w.agent || begun.Kind != call.MarkPause || !begun.EndedAt.IsZero() || ended.EndReason != call.PauseEndedByCall || ended.EndedAt.IsZero() {
		t.Fatalf("%+v %+v", begun, ended)
	}
}

func TestRuleC20_ComplaintMarksTheMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	s := w.dial()
	var refused *RefusedError
	if err := w.sb.Complaint(t.Context(), w.agent, s.ID, "x"); !errors.As(err, &refused) || refused.Reason != "not_answered" {
		t.Fatalf("before the answer: %v", err)
	}
	w.lastLeg().report(LegAnswered{At: time.Now()})
	w.state("talking")
	if err := w.sb.Complaint(t.Context(), w.agent, s.ID, "delivered late"); err != nil {
		t.Fatal(err)
	}
	w.until("the mark", func() bool { return len(w.marks) == 1 })
	m := w.marks[0]
	if m.Kind != call.MarkComplaint || m.Note != "delivered late" || !m.EndedAt.Equal(m.At) || m.CallID != s.ID || m.RecordingID != s.Recording.ID {
		t.Fatalf("%+v", m)
	}
	if !slices.Contains(w.seen().log, "mark complaint") || w.sb.Presence(w.agent).Call.Complaints != 1 {
		t.Fatal("neither in the recording nor shown")
	}
}
