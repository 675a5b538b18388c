package call

import (
	"errors"
	"testing"
	"time"
)

// route is the last route that the effects set.
func route(todo []Effect) Route {
	r := RouteNone
	for _, e := range todo {
		if s, ok := e.(SetRoute); ok {
			r = s.Route
		}
	}
	return r
}

func TestTransfer_DeclinedGivesTheCustomerBack(t *testing.T) {
	t.Parallel()
	for _, end := range []Event{
		TransferEnded{At: sec(40), How: TransferDeclined}, TransferEnded{At: sec(40), How: TransferLost}, TimerFired{At: sec(50), Timer: TimerOffer},
	} {
		for _, from := range []State{StateTalking, StateHeld} {
			c, todo := run(t, in(t, from), TransferPressed{At: sec(30)})
			if c.State != StateHeld || c.Transfer != TransferOffered || route(todo) != RouteHold || count[StartTimer](todo) != 1 {
				t.Fatalf("%s %q %v", c.State, c.Transfer, todo)
			}
			c, todo = run(t, c, end)
			if c.State != StateTalking || c.Transfer != TransferNone || route(todo) != RouteTalk || count[EndTransfer](todo) != 1 {
				t.Fatalf("after %v nobody stays on hold: %s %v", end, c.State, todo)
			}
			if _, todo = run(t, c, end); len(todo) != 0 {
				t.Fatalf("late news: %v", todo)
			}
		}
	}
}

func TestTransfer_ConsultThreeWayAndBack(t *testing.T) {
	t.Parallel()
	c, _ := run(t, in(t, StateTalking), TransferPressed{At: sec(30)})
	if _, _, err := Step(c, ThreeWayPressed{At: sec(31)}); err == nil {
		t.Fatal("three-way without a colleague")
	}
	if _, _, err := Step(c, ResumePressed{At: sec(31)}); err == nil {
		t.Fatal("the customer was taken back beside the offer")
	}
	c, todo := run(t, c, ColleagueJoined{At: sec(32)})
	if c.State != StateHeld || c.Transfer != TransferConsulting || route(todo) != RouteConsult || find[StopTimer](t, todo).Timer != TimerOffer {
		t.Fatalf("%s %q %v", c.State, c.Transfer, todo)
	}
	c, todo = run(t, c, ThreeWayPressed{At: sec(40)})
	if c.State != StateTalking || c.Transfer != TransferThreeWay || route(todo) != RouteThreeWay {
		t.Fatalf("%s %q %v", c.State, c.Transfer, todo)
	}
	c, todo = run(t, c, HoldPressed{At: sec(50)})
	if c.State != StateHeld || c.Transfer != TransferConsulting || route(todo) != RouteConsult {
		t.Fatalf("a hold while three talk: %s %q %v", c.State, c.Transfer, todo)
	}
	c, _ = run(t, c, ThreeWayPressed{At: sec(51)})
	back, todo := run(t, c, TransferEnded{At: sec(60), How: TransferReturned})
	if back.State != StateTalking || route(todo) != RouteTalk {
		t.Fatalf("%s %v", back.State, todo)
	}
	given, todo := run(t, c, HandedOver{At: sec(60)})
	if given.State != StateTalking || given.Transfer != TransferNone || find[EndTransfer](t, todo).How != TransferCompleted {
		t.Fatalf("%s %v", given.State, todo)
	}
	ended, todo := run(t, c, CustomerHungUp{At: sec(70)})
	if ended.State != StateWrapup || find[EndTransfer](t, todo).How != TransferCallEnded {
		t.Fatalf("the customer hangs up: %s %v", ended.State, todo)
	}
}

// An agent who is lost beside a colleague: the call becomes the colleague's.
func TestTransfer_AgentLostBesideAColleague(t *testing.T) {
	t.Parallel()
	offered, _ := run(t, in(t, StateTalking), TransferPressed{At: sec(30)})
	alone, _ := run(t, offered, AgentLost{At: sec(31)})
	c, todo := run(t, alone, TransferEnded{At: sec(35), How: TransferDeclined})
	if route(todo) != RouteWait || !c.AgentAway {
		t.Fatalf("nobody is there to talk: %v", todo)
	}
	if c, _ = run(t, c, TimerFired{At: sec(61), Timer: TimerAgent}); c.State != StateWrapup || c.Reason != "agent_lost" {
		t.Fatalf("%s %s", c.State, c.Reason)
	}
	for _, phase := range [][]Event{{ColleagueJoined{At: sec(31)}}, {ColleagueJoined{At: sec(31)}, ThreeWayPressed{At: sec(32)}}} {
		joined, _ := run(t, offered, phase...)
		lost, todo := run(t, joined, AgentLost{At: sec(33)})
		if start := find[StartTimer](t, todo); start.Timer != TimerAgent || start.After != AgentGoneLimit || count[SetRoute](todo) != 0 {
			t.Fatalf("%v", todo)
		}
		same, todo := run(t, lost, TimerFired{At: sec(43), Timer: TimerAgent})
		if count[GiveToColleague](todo) != 1 || same.State != lost.State {
			t.Fatalf("%v", todo)
		}
		given, todo := run(t, same, HandedOver{At: sec(43)})
		if given.AgentAway || route(todo) != RouteTalk {
			t.Fatalf("%+v %v", given, todo)
		}
	}
	// The colleague answers an agent who is gone: the wait is short from then on.
	_, todo = run(t, alone, ColleagueJoined{At: sec(35)})
	if start := find[StartTimer](t, todo); start.Timer != TimerAgent || start.After != AgentGoneLimit {
		t.Fatalf("%v", todo)
	}
}

func TestTransfer_NotWhileItMakesNoSense(t *testing.T) {
	t.Parallel()
	paused, _ := run(t, in(t, StateTalking), PausePressed{At: sec(29), Reason: PauseCardNumber})
	away, _ := run(t, in(t, StateTalking), AgentLost{At: sec(29)})
	twice, _ := run(t, in(t, StateTalking), TransferPressed{At: sec(29)})
	for name, c := range map[string]Call{"ringing": in(t, StateRinging), "announcing": in(t, StateAnnouncing), "paused": paused, "away": away, "twice": twice} {
		var illegal *IllegalEventError
		if _, _, err := Step(c, TransferPressed{At: sec(30)}); !errors.As(err, &illegal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if OfferLimit >= AgentLostLimit || AgentGoneLimit > 15*time.Second {
		t.Error("an offer is over before the call is given up for its agent")
	}
}
