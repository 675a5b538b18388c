package call

import (
	"errors"
	"testing"
	"time"
)

func paused(t *testing.T, c Call, at float64) Call {
	t.Helper()
	c, todo := run(t, c, PausePressed{At: sec(at), Reason: PauseCardNumber})
	if count[PauseRecording](todo) != 1 || find[StartTimer](t, todo).Timer != TimerPause {
		t.Fatalf("%v", todo)
	}
	return c
}

func refusedPause(t *testing.T, c Call, e PausePressed, reason string) {
	t.Helper()
	next, todo, err := Step(c, e)
	var refused *PauseRefusedError
	if !errors.As(err, &refused) || refused.Reason != reason || todo != nil || next.Pause != c.Pause {
		t.Fatalf("want %s, got %v", reason, err)
	}
}

func TestRuleT13_PauseEndsByItself(t *testing.T) {
	t.Parallel()
	c, todo := run(t, in(t, StateTalking), PausePressed{At: sec(100), Reason: PauseOther, Note: "account"})
	if p := find[PauseRecording](t, todo); p.Reason != PauseOther || p.Note != "account" || count[SetRoute](todo) != 0 {
		t.Fatalf("both go on hearing each other: %v", todo)
	}
	if find[StartTimer](t, todo).After != 180*time.Second || !c.PauseEndsAt().Equal(sec(280)) {
		t.Fatalf("%v, ends %v", todo, c.PauseEndsAt())
	}
	if c, _ := run(t, c, TimerFired{sec(279), TimerPause}); !c.Pause.On() {
		t.Fatal("a timer of an earlier pause ended this one")
	}
	c, todo = run(t, c, TimerFired{sec(280), TimerPause})
	if c.Pause.On() || find[UnpauseRecording](t, todo).How != PauseEndedByLimit || c.Pause.Used != 180*time.Second {
		t.Fatalf("%+v %v", c.Pause, todo)
	}
}

func TestRuleT13_NumberAndTotalAreLimited(t *testing.T) {
	t.Parallel()
	c := in(t, StateTalking)
	refusedPause(t, c, PausePressed{At: sec(10), Reason: "weather"}, "pause_reason")
	refusedPause(t, c, PausePressed{At: sec(10), Reason: PauseOther}, "pause_reason")
	c = paused(t, c, 10)
	refusedPause(t, c, PausePressed{At: sec(11), Reason: PausePassword}, "pause_on")
	c, _ = run(t, c, UnpausePressed{sec(20)})
	c = paused(t, c, 30)
	c, _ = run(t, c, UnpausePressed{sec(40)})
	c = paused(t, c, 50)
	c, _ = run(t, c, UnpausePressed{sec(60)})
	refusedPause(t, c, PausePressed{At: sec(70), Reason: PauseCardNumber}, "pause_number")

	c = paused(t, in(t, StateHeld), 100)
	c, _ = run(t, c, TimerFired{sec(280), TimerPause})
	c, todo := run(t, c, PausePressed{At: sec(300), Reason: PauseCardNumber})
	if find[StartTimer](t, todo).After != 120*time.Second {
		t.Fatalf("the total bounds the second pause: %v", todo)
	}
	c, _ = run(t, c, TimerFired{sec(420), TimerPause})
	refusedPause(t, c, PausePressed{At: sec(430), Reason: PauseCardNumber}, "pause_total")

	none := in(t, StateTalking)
	none.Settings.Pauses = PauseLimits{}
	refusedPause(t, none, PausePressed{At: sec(10), Reason: PauseCardNumber}, "pause_off")
}

func TestRuleT13_PauseEndsWithTheCall(t *testing.T) {
	t.Parallel()
	c := paused(t, in(t, StateTalking), 10)
	c, todo := run(t, c, CustomerHungUp{At: sec(15)})
	if c.Pause.On() || find[UnpauseRecording](t, todo).How != PauseEndedByCall {
		t.Fatalf("%+v %v", c.Pause, todo)
	}
	checkEnded(t, c, todo)
}
