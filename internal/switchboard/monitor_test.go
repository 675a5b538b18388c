package switchboard

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// supervisor signs another line in.
func (w *world) supervisor() uuid.UUID {
	w.t.Helper()
	id, agent := uuid.New(), w.media
	if _, err := w.sb.MediaOffer(w.t.Context(), id, "offer", false); err != nil {
		w.t.Fatal(err)
	}
	if err := w.sb.SetAgentState(id, AgentReady, ""); err != nil {
		w.t.Fatal(err)
	}
	w.media = agent
	return id
}

func (w *world) refuses(err error, reason string) {
	w.t.Helper()
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Reason != reason {
		w.t.Fatalf("want %s, got %v", reason, err)
	}
}

func TestMonitor_EveryModeIsAMarkAndEndsWithTheCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boss, other := w.supervisor(), w.supervisor()
	w.ready()
	s := w.dial()
	ctx := t.Context()
	order := MonitorOrder{CallID: s.ID, SupervisorID: boss, Name: "Zhao", Hearing: HearingListen, Reason: "new agent"}
	w.refuses(w.sb.Monitor(ctx, order), "not_answered")
	w.lastLeg().report(LegAnswered{At: time.Now()})
	w.state("talking")
	own := order
	own.SupervisorID = w.agent
	w.refuses(w.sb.Monitor(ctx, own), "own_call")
	w.refuses(w.sb.StopMonitor(ctx, boss, s.ID), "not_monitoring")
	if err := w.sb.Monitor(ctx, order); err != nil {
		t.Fatal(err)
	}
	second := order
	second.SupervisorID = other
	w.refuses(w.sb.Monitor(ctx, second), "monitored")
	_, err := w.sb.Dial(ctx, DialRequest{AgentID: boss, TaskID: uuid.New()})
	w.refuses(err, "monitoring")
	if shown := w.sb.Presence(w.agent).Call; shown.Monitor != "" {
		t.Fatalf("the program does not show it: %q", shown.Monitor)
	}
	order.Hearing, order.Reason = HearingWhisper, ""
	if err := w.sb.Monitor(ctx, order); err != nil {
		t.Fatal(err)
	}
	if shown := w.sb.Presence(w.agent).Call; shown.Monitor != "whisper" || shown.MonitorBy != "Zhao" {
		t.Fatalf("who is heard is shown: %q", shown.Monitor)
	}
	if live := w.sb.LiveCalls(); len(live) != 1 || live[0].AgentID != w.agent || live[0].Watched == nil || live[0].Watched.Hearing != HearingWhisper {
		t.Fatalf("%+v", live)
	}
	w.lastLeg().report(LegHungUp{At: time.Now()})
	w.state("wrapup")
	w.until("the marks", func() bool { return len(w.marks) == 4 })
	m := w.marks
	if m[0].Reason != "listen" || m[1].EndReason != "mode_changed" || m[2].Reason != "whisper" || m[2].Note != "new agent" || m[3].EndReason != "call_ended" || m[3].By != boss {
		t.Fatalf("%+v", m)
	}
	if log := w.seen().log; !slices.Contains(log, "mark monitor_listen") || !slices.Contains(log, "mark monitor_whisper") || !slices.Contains(log, "mark monitor_ended") {
		t.Fatalf("%v", log)
	}
	if _, err := w.sb.Dial(ctx, DialRequest{AgentID: boss, TaskID: uuid.New()}); err != nil {
		t.Fatalf("the supervisor's line is not free: %v", err)
	}
}

func TestTakeOver_TheCallGetsAnotherAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boss := w.supervisor()
	s := w.talking()
	ctx := t.Context()
	w.refuses(w.sb.TakeOver(ctx, w.agent, s.ID, "x"), "own_call")
	if err := w.sb.Monitor(ctx, MonitorOrder{CallID: s.ID, SupervisorID: boss, Hearing: HearingBarge, Reason: "angry customer"}); err != nil {
		t.Fatal(err)
	}
	if err := w.sb.TakeOver(ctx, boss, s.ID, "angry customer"); err != nil {
		t.Fatal(err)
	}
	if mine := w.sb.Presence(boss); mine.Call == nil || mine.Call.ID != s.ID || mine.Call.State != "talking" || mine.Agent.State != AgentCalling {
		t.Fatalf("%+v", mine)
	}
	if theirs := w.sb.Presence(w.agent); theirs.Call != nil || theirs.Agent.State != AgentReady {
		t.Fatalf("%+v", theirs)
	}
	if err := w.sb.Hold(ctx, w.agent, s.ID); !errors.Is(err, ErrNoCall) {
		t.Fatalf("the former agent still steers the call: %v", err)
	}
	if _, err := w.sb.Dial(ctx, DialRequest{AgentID: w.agent, TaskID: uuid.New()}); err != nil {
		t.Fatalf("the former agent is not free: %v", err)
	}
	if err := w.sb.Hangup(ctx, boss, s.ID, ""); err != nil {
		t.Fatal(err)
	}
	w.until("the handover", func() bool { return slices.Contains(w.log, "hand over call") && len(w.endings) == 1 })
	w.until("its mark", func() bool {
		return slices.ContainsFunc(w.marks, func(m CallMark) bool { return m.Kind == call.MarkHandover && m.By == boss && m.Reason == "taken_over" })
	})
	// Who has the call at the end writes the record.
	w.until("the supervisor's wrap-up", func() bool { return w.sb.Presence(boss).Agent.State == AgentWrapup })
}

func TestTakeOver_LedgerRefusesNothingChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boss := w.supervisor()
	s := w.talking()
	w.mu.Lock()
	w.ledgerErr = errors.New("database away")
	w.mu.Unlock()
	if err := w.sb.TakeOver(t.Context(), boss, s.ID, "x"); err == nil {
		t.Fatal("taken over without the database")
	}
	w.mu.Lock()
	w.ledgerErr = nil
	w.mu.Unlock()
	if p := w.sb.Presence(w.agent); p.Call == nil || p.Call.State != "talking" {
		t.Fatalf("%+v", p)
	}
	if err := w.sb.TakeOver(context.WithoutCancel(t.Context()), boss, s.ID, "x"); err != nil {
		t.Fatalf("the line was kept: %v", err)
	}
}
