package switchboard

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

func TestRuleT01_EverythingIsDurableBeforeTheInvite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	w.dial()
	var order []string
	for _, l := range w.seen().log {
		if slices.Contains([]string{"open call", "open recording", "open attempt 1 on main", "invite on main"}, l) {
			order = append(order, l)
		}
	}
	if !slices.Equal(order, []string{"open call", "open recording", "open attempt 1 on main", "invite on main"}) {
		t.Fatalf("order: %v", order)
	}
}

func TestRuleT01_NoRecorderNoDial(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.recorderErr = errors.New("spool full")
	w.ready()
	_, err := w.sb.Dial(t.Context(), DialRequest{AgentID: w.agent, TaskID: uuid.New()})
	var recorder *RecorderError
	if !errors.As(err, &recorder) {
		t.Fatalf("want a recorder error, got %v", err)
	}
	if w.seen().legs != 0 {
		t.Fatal("dialled without a recorder")
	}
	if len(w.seen().endings) != 1 || w.seen().endings[0].Outcome != call.OutcomeRecorderFailure {
		t.Fatalf("endings: %+v", w.seen().endings)
	}
	if got := w.sb.Presence(w.agent).Agent.State; got != AgentWrapup {
		t.Fatalf("line is %s", got)
	}
}

func TestRuleT01_AttemptNotDurableNotDialled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	w.ledgerErr = errors.New("database away")
	if _, err := w.sb.Dial(t.Context(), DialRequest{AgentID: w.agent, TaskID: uuid.New()}); err == nil || w.seen().legs != 0 {
		t.Fatalf("dialled without a durable call: %v, %d legs", err, w.seen().legs)
	}
	w.ledgerErr = nil
}

func TestSwitchboard_WholeCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	s := w.dial()
	leg := w.lastLeg()
	leg.report(LegProvisional{At: time.Now(), Code: 180})
	w.state("ringing")
	var short *call.RingTooShortError
	if err := w.sb.Hangup(t.Context(), w.agent, s.ID, ""); !errors.As(err, &short) || short.SecondsLeft() < 19 {
		t.Fatalf("Rule T-03: want a refusal with the seconds left, got %v", err)
	}
	leg.report(LegAnswered{At: time.Now()})
	w.state("talking") // the notice of 40 ms has been played by then
	if err := w.sb.Hold(t.Context(), w.agent, s.ID); err != nil {
		t.Fatal(err)
	}
	w.state("held")
	if err := w.sb.Resume(t.Context(), w.agent, s.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.sb.Mute(t.Context(), w.agent, s.ID, true); err != nil {
		t.Fatal(err)
	}
	w.until("muted", func() bool { return w.shots[len(w.shots)-1].Muted })
	if err := w.sb.Hangup(t.Context(), w.agent, s.ID, ""); err != nil {
		t.Fatal(err)
	}
	w.state("wrapup")
	w.until("recording closed", func() bool { return slices.Contains(w.log, "close recording") })
	if len(w.seen().verdicts) != 1 || w.seen().verdicts[0].Outcome != call.OutcomeAnswered || w.seen().verdicts[0].EndedBy != call.PartyAgent {
		t.Fatalf("verdicts: %+v", w.seen().verdicts)
	}
	if w.recorders[0].frames[1] == 0 {
		t.Fatal("Rule T-12: the notice is not on the agent's channel")
	}

	// Rule C-01: the next call waits for the record of this one.
	w.until("wrap-up", func() bool { return w.sb.Presence(w.agent).Agent.State == AgentWrapup })
	var refused *RefusedError
	if _, err := w.sb.Dial(t.Context(), DialRequest{AgentID: w.agent, TaskID: uuid.New()}); !errors.As(err, &refused) || refused.Reason != "wrapup_pending" {
		t.Fatalf("want wrapup_pending, got %v", err)
	}
	w.sb.RecordSaved(w.agent, s.ID)
	w.state("closed")
	if got := w.sb.Presence(w.agent).Agent.State; got != AgentReady {
		t.Fatalf("line is %s", got)
	}
}

func TestRuleT07_NextTrunkInTheSameCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	w.dial()
	w.lastLeg().report(LegFailed{At: time.Now(), Code: 503})
	w.until("second INVITE", func() bool { return slices.Contains(w.log, "invite on spare") })
	// The BYE of the first leg must not end the second attempt.
	w.allLegs()[0].report(LegFailed{At: time.Now(), Code: 486})
	w.lastLeg().report(LegFailed{At: time.Now(), Code: 486})
	w.until("end", func() bool { return len(w.endings) == 1 })
	if len(w.seen().verdicts) != 2 || w.seen().verdicts[0].LastOfCall || !w.seen().verdicts[1].LastOfCall || w.seen().endings[0].Outcome != call.OutcomeBusy {
		t.Fatalf("verdicts %+v, endings %+v", w.seen().verdicts, w.seen().endings)
	}
}

func TestSwitchboard_LedgerAwayDoesNotEndALiveCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	s := w.dial()
	w.mu.Lock()
	w.ledgerErr = errors.New("database away")
	w.mu.Unlock()
	w.lastLeg().report(LegProvisional{At: time.Now(), Code: 180})
	w.lastLeg().report(LegAnswered{At: time.Now()})
	w.state("talking")
	if len(w.seen().endings) != 0 {
		t.Fatal("the call ended")
	}
	w.mu.Lock()
	w.ledgerErr = nil
	w.mu.Unlock()
	w.until("late facts", func() bool { return slices.Contains(w.log, "move announcing to talking") })
	moves := slices.DeleteFunc(w.seen().log, func(l string) bool { return len(l) < 4 || l[:4] != "move" })
	if want := []string{"move arming to dialing", "move dialing to ringing", "move ringing to announcing", "move announcing to talking"}; !slices.Equal(moves, want) {
		t.Fatalf("facts out of order: %v", moves)
	}
	if err := w.sb.Hangup(t.Context(), w.agent, s.ID, ""); err != nil {
		t.Fatal(err)
	}
}

func TestSwitchboard_AgentLostAndBackInTheSameCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	s := w.dial()
	w.lastLeg().report(LegAnswered{At: time.Now()})
	w.state("talking")
	w.media.set(false, "disconnected")
	w.until("agent lost", func() bool { return !w.shots[len(w.shots)-1].AgentConnected })
	if _, err := w.sb.MediaOffer(t.Context(), w.agent, "offer", false); err != nil { // the page was reloaded
		t.Fatal(err)
	}
	w.until("agent back", func() bool { return w.shots[len(w.shots)-1].AgentConnected })
	if got := w.sb.Presence(w.agent).Call; got == nil || got.ID != s.ID || got.State != "talking" {
		t.Fatalf("the page must find its call again: %+v", got)
	}
}

func TestSwitchboard_RecorderFailureEndsALiveCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	w.dial()
	w.lastLeg().report(LegAnswered{At: time.Now()})
	w.state("talking")
	w.recorders[0].failed("write")
	w.until("end", func() bool { return len(w.endings) == 1 })
	if w.seen().endings[0].Outcome != call.OutcomeRecorderFailure || !slices.Contains(w.seen().log, "bye") {
		t.Fatalf("%+v", w.seen().endings[0])
	}
}

func TestSwitchboard_RecoverDrivesOrphansToWrapup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orphans = []Orphan{{CallID: uuid.New(), State: call.StateTalking, OpenAttempt: uuid.New()}, {CallID: uuid.New(), State: call.StateArming}}
	n, err := w.sb.Recover(t.Context())
	if err != nil || n != 2 || len(w.seen().verdicts) != 1 || len(w.seen().endings) != 2 || w.seen().endings[0].Reason != "instance_restarted" {
		t.Fatalf("%d, %v, %+v, %+v", n, err, w.seen().verdicts, w.seen().endings)
	}
}

func TestSwitchboard_LineSaysWhyNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refusal := func() string {
		_, err := w.sb.Dial(t.Context(), DialRequest{AgentID: w.agent, TaskID: uuid.New()})
		var refused *RefusedError
		if !errors.As(err, &refused) {
			t.Fatalf("want a refusal, got %v", err)
		}
		return refused.Reason
	}
	if got := refusal(); got != "agent_not_ready" {
		t.Fatal(got)
	}
	if err := w.sb.SetAgentState(w.agent, AgentReady, ""); err != nil {
		t.Fatal(err)
	}
	if got := refusal(); got != "no_media" {
		t.Fatal(got)
	}
	w.ready()
	w.dial()
	if got := refusal(); got != "agent_busy" {
		t.Fatal(got)
	}
	if err := w.sb.Hangup(t.Context(), w.agent, uuid.New(), ""); !errors.Is(err, ErrNoCall) {
		t.Fatalf("another call's id: %v", err)
	}
}
