package call

import (
	"reflect"
	"testing"
	"time"
)

func inbound(notOffered string) Settings {
	s := settings()
	s.Inbound, s.MaxWait, s.NotOffered = true, 2*time.Minute, notOffered
	return s
}

// Rules T-01, T-12: the recorder is open before the call is answered, and the
// notice is over before anybody is asked to talk.
func TestStep_InboundIsRecordedGreetedQueuedAndTaken(t *testing.T) {
	t.Parallel()
	c, todo := run(t, New(inbound("")), RecorderOpened{At: sec(0)})
	if c.State != StateArming || !reflect.DeepEqual(todo, []Effect{AnswerInvite{}}) {
		t.Fatalf("%s %v", c.State, todo)
	}
	c, todo = run(t, c, Answered{At: sec(0.1)})
	if c.State != StateAnnouncing || find[SetRoute](t, todo).Route != RouteNotice {
		t.Fatalf("%s %v", c.State, todo)
	}
	c, todo = run(t, c, NoticeEnded{At: sec(4)})
	if !c.Waiting() || !c.Untaken() || find[SetRoute](t, todo).Route != RouteQueue || find[StartTimer](t, todo) != (StartTimer{TimerQueue, 2 * time.Minute}) {
		t.Fatalf("%s %v", c.State, todo)
	}
	// Nobody is there yet who could be lost.
	if next, todo := run(t, c, AgentLost{At: sec(5)}); !reflect.DeepEqual(next, c) || todo != nil {
		t.Fatalf("%+v", next)
	}
	c, todo = run(t, c, Taken{At: sec(9)})
	if c.State != StateTalking || c.TalkAt != sec(9) || c.Untaken() || find[SetRoute](t, todo).Route != RouteTalk || count[LeaveQueue](todo) != 1 {
		t.Fatalf("%s %v", c.State, todo)
	}
	c, todo = run(t, c, TimerFired{At: sec(120), Timer: TimerQueue}, CustomerHungUp{At: sec(130)})
	checkEnded(t, c, todo)
	// Rule C-01: whoever took it writes the record.
	if c.State != StateWrapup || c.Outcome != OutcomeAnswered || c.EndedBy != PartyCustomer || c.Reason != "" {
		t.Fatalf("%+v", c)
	}
}

func TestStep_InboundThatNobodyTakes(t *testing.T) {
	t.Parallel()
	greeted := []Event{RecorderOpened{At: sec(0)}, Answered{At: sec(0)}, NoticeEnded{At: sec(4)}}
	cases := []struct {
		name       string
		notOffered string
		events     []Event
		reason     string
		by         Party
		farewell   bool // the customer was told that we call back
		bye        bool
	}{
		{"hangs up before the answer", "", []Event{RecorderOpened{At: sec(0)}, Failed{At: sec(1)}}, UntakenAbandoned, PartyCustomer, false, false},
		{"hangs up in the notice", "", append(greeted[:2:2], CustomerHungUp{At: sec(2)}), UntakenAbandoned, PartyCustomer, false, false},
		{"hangs up while waiting", "", append(greeted[:3:3], CustomerHungUp{At: sec(8)}), UntakenAbandoned, PartyCustomer, false, false},
		{"waits too long", "", append(greeted[:3:3], TimerFired{sec(124), TimerQueue}, NoticeEnded{At: sec(128)}), UntakenTimeout, PartySystem, true, true},
		{"nobody is there", "", append(greeted[:3:3], NobodyComes{At: sec(5)}, NoticeEnded{At: sec(9)}), UntakenNobody, PartySystem, true, true},
		{"hangs up in the farewell", "", append(greeted[:3:3], NobodyComes{At: sec(5)}, CustomerHungUp{At: sec(6)}), UntakenNobody, PartyCustomer, true, false},
		{"outside hours", UntakenOutsideHours, append(greeted[:3:3], NoticeEnded{At: sec(9)}), UntakenOutsideHours, PartySystem, true, true},
		{"unknown", UntakenUnknown, append(greeted[:3:3], NoticeEnded{At: sec(9)}), UntakenUnknown, PartySystem, true, true},
		{"the instance stops", "", append(greeted[:3:3], Stopping{At: sec(9)}), UntakenShutdown, PartySystem, false, true},
		{"nothing comes", "", append(greeted[:3:3], MediaTimedOut{At: sec(40)}), UntakenMediaTimeout, PartySystem, false, true},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			c := New(inbound(k.notOffered))
			told := false
			var todo []Effect
			for _, ev := range k.events {
				c, todo = run(t, c, ev)
				for _, e := range todo {
					r, ok := e.(SetRoute)
					told = told || ok && r.Route == RouteFarewell
				}
			}
			checkEnded(t, c, todo)
			// Nobody is there to write a record: it is closed at once.
			if c.State != StateClosed || c.Outcome != OutcomeNotTaken || c.Reason != k.reason || c.EndedBy != k.by || told != k.farewell ||
				(count[SendBye](todo) == 1) != k.bye || count[LeaveQueue](todo) != 1 {
				t.Fatalf("%+v told %v, %v", c, told, todo)
			}
			if _, _, err := Step(c, Taken{At: sec(200)}); err == nil {
				t.Error("taken after its end")
			}
		})
	}
}

// Rule T-01: without a recorder nothing is answered, and what is not recorded
// does not go on.
func TestRuleT01_InboundWithoutRecorder(t *testing.T) {
	t.Parallel()
	c, todo := run(t, New(inbound("")), RecorderFailed{At: sec(0), Reason: "not_opened"})
	if c.State != StateClosed || c.Outcome != OutcomeRecorderFailure || count[AnswerInvite](todo) != 0 {
		t.Fatalf("%+v %v", c, todo)
	}
	c, todo = run(t, in(t, StateQueued), RecorderFailed{At: sec(8), Reason: "disk"})
	if c.State != StateClosed || c.Outcome != OutcomeRecorderFailure || count[SendBye](todo) != 1 {
		t.Fatalf("%+v %v", c, todo)
	}
}
