package call

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"
)

var t0 = time.Date(2026, 11, 24, 2, 5, 0, 0, time.UTC)

func settings() Settings {
	return Settings{MinRing: 20 * time.Second, MaxRing: 45 * time.Second, Notice: true, Trunks: 2,
		Pauses: PauseLimits{Longest: 180 * time.Second, Number: 3, Total: 300 * time.Second}}
}

// in makes a call that stands in the given state on the ordinary way there.
func in(t *testing.T, s State) Call {
	t.Helper()
	way := []Event{
		RecorderOpened{At: t0}, Provisional{At: t0.Add(time.Second), Code: 180}, Answered{At: t0.Add(5 * time.Second)},
		NoticeEnded{At: t0.Add(8 * time.Second)}, HoldPressed{At: t0.Add(9 * time.Second)},
		HangupPressed{At: t0.Add(30 * time.Second)}, RecordSaved{At: t0.Add(60 * time.Second)},
	}
	c := New(settings())
	if s == StateQueued {
		c, way = New(inbound("")), []Event{RecorderOpened{At: t0}, Answered{At: t0}, NoticeEnded{At: t0.Add(4 * time.Second)}}
	}
	for i := 0; c.State != s; i++ {
		if i == len(way) {
			t.Fatalf("no way to %s", s)
		}
		next, _, err := Step(c, way[i])
		if err != nil {
			t.Fatalf("on the way to %s: %v", s, err)
		}
		c = next
	}
	return c
}

func TestStep_EveryStateTimesEveryEvent(t *testing.T) {
	t.Parallel()
	late := t0.Add(2 * time.Minute)
	events := []Event{
		RecorderOpened{late}, RecorderFailed{late, "disk"}, DialFailed{late, "socket"}, Provisional{late, 180}, Provisional{late, 183},
		MediaArrived{late}, Answered{At: late}, Failed{At: late, Code: 486, Outcome: OutcomeBusy},
		CustomerHungUp{At: late}, HangupPressed{At: late}, TimerFired{late, TimerRing}, TimerFired{late, TimerNoRing},
		NoticeEnded{late}, HoldPressed{late}, ResumePressed{late}, AgentLost{late}, AgentBack{late}, MediaTimedOut{late},
		Stopping{late}, RecordSaved{late}, EarlySound{At: late, From: late, Sound: SoundRingback}, EarlySound{At: late, From: late, Sound: SoundOther},
	}
	const no = "illegal"
	// One row per state; the columns are the events above. "=" stays, "pause" is
	// refused by Rule T-13.
	rows := map[State][]string{
		StateArming:     {"dialing", "wrapup", "wrapup", no, no, no, no, no, no, "wrapup", "=", "=", no, no, no, "=", "=", no, "wrapup", no, no, no, no, no},
		StateDialing:    {no, "=", "wrapup", "ringing", "=", "=", "announcing", "wrapup", no, "=", "=", "=", no, no, no, "=", "=", no, "=", no, "ringing", "=", no, no},
		StateRinging:    {no, "=", no, "=", "=", "=", "announcing", "wrapup", no, "=", "=", "=", no, no, no, "=", "=", no, "=", no, "=", "=", no, no},
		StateAnnouncing: {no, "wrapup", no, "=", "=", "=", no, no, "wrapup", "wrapup", "=", "=", "talking", no, no, "=", "=", "wrapup", "wrapup", no, "=", "=", no, no},
		StateQueued:     {no, "closed", no, "=", "=", "=", no, no, "closed", "closed", "=", "=", no, no, no, "=", "=", "closed", "closed", no, "=", "=", no, no},
		StateTalking:    {no, "wrapup", no, "=", "=", "=", no, no, "wrapup", "wrapup", "=", "=", no, "held", no, "=", "=", "wrapup", "wrapup", no, "=", "=", "=", "pause"},
		StateHeld:       {no, "wrapup", no, "=", "=", "=", no, no, "wrapup", "wrapup", "=", "=", no, no, "talking", "=", "=", "wrapup", "wrapup", no, "=", "=", "=", "pause"},
		StateWrapup:     {no, "=", "=", "=", "=", "=", "=", "=", "=", no, "=", "=", "=", no, no, "=", "=", "=", "=", "closed", "=", "=", no, no},
		StateClosed:     {no, "=", "=", "=", "=", "=", "=", "=", "=", no, "=", "=", "=", no, no, "=", "=", "=", "=", no, "=", "=", no, no},
	}
	for _, state := range States() {
		for i, ev := range events {
			want := rows[state][i]
			t.Run(state.String()+"/"+ev.eventName(), func(t *testing.T) {
				before := in(t, state)
				next, todo, err := Step(before, ev)
				if want == no {
					var illegal *IllegalEventError
					if !errors.As(err, &illegal) || illegal.State != state || illegal.Event != ev.eventName() {
						t.Fatalf("want an illegal event error that names both, got %v", err)
					}
					if !reflect.DeepEqual(next, before) || todo != nil {
						t.Fatal("an illegal event changed the call")
					}
					return
				}
				if want == "pause" {
					var refused *PauseRefusedError
					if !errors.As(err, &refused) || !reflect.DeepEqual(next, before) || todo != nil {
						t.Fatalf("want a refusal that changes nothing, got %v", err)
					}
					return
				}
				if want == "=" {
					want = state.String()
				}
				if err != nil || next.State.String() != want {
					t.Fatalf("got %s (%v), want %s", next.State, err, want)
				}
				if next.over() && !before.over() {
					checkEnded(t, next, todo)
				}
			})
		}
	}
}

// checkEnded asserts what must hold whenever a call comes to its end.
func checkEnded(t *testing.T, c Call, todo []Effect) {
	t.Helper()
	if c.Outcome == "" || c.EndedBy == "" || c.EndedAt.IsZero() {
		t.Fatalf("ended without outcome, party or time: %+v", c)
	}
	if _, ok := todo[len(todo)-1].(EndCall); !ok {
		t.Fatal("the last effect of an ended call must be EndCall")
	}
	closes := count[CloseAttempt](todo)
	if c.Attempt > 0 && closes != 1 || c.Attempt == 0 && closes != 0 {
		t.Fatalf("%d attempts closed, attempt ordinal %d", closes, c.Attempt)
	}
}

func count[E Effect](todo []Effect) (n int) {
	for _, e := range todo {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

func find[E Effect](t *testing.T, todo []Effect) E {
	t.Helper()
	for _, e := range todo {
		if found, ok := e.(E); ok {
			return found
		}
	}
	var zero E
	t.Fatalf("no %T among %v", zero, todo)
	return zero
}

// run feeds the events and returns the call with the effects of the last one.
func run(t *testing.T, c Call, events ...Event) (Call, []Effect) {
	t.Helper()
	var todo []Effect
	for _, ev := range events {
		next, effects, err := Step(c, ev)
		if err != nil {
			t.Fatalf("%s: %v", ev.eventName(), err)
		}
		c, todo = next, effects
	}
	return c, todo
}

func sec(n float64) time.Time { return t0.Add(time.Duration(n * float64(time.Second))) }

func TestRuleT01_AttemptIsDurableBeforeTheInvite(t *testing.T) {
	t.Parallel()
	_, todo := run(t, New(settings()), RecorderOpened{At: t0})
	attempt, invite := -1, -1
	for i, e := range todo {
		switch e.(type) {
		case OpenAttempt:
			attempt = i
		case SendInvite:
			invite = i
		}
	}
	if attempt < 0 || invite < attempt {
		t.Fatalf("INVITE before its attempt: %v", todo)
	}
}

func TestRuleT01_NoRecorderNoDial(t *testing.T) {
	t.Parallel()
	c, todo := run(t, New(settings()), RecorderFailed{At: t0, Reason: "spool_full"})
	if c.Outcome != OutcomeRecorderFailure || count[SendInvite](todo)+count[OpenAttempt](todo) != 0 {
		t.Fatalf("outcome %s, effects %v", c.Outcome, todo)
	}
}

func TestRuleT01_RecorderLostDuringTalkEndsTheCall(t *testing.T) {
	t.Parallel()
	c, todo := run(t, in(t, StateTalking), RecorderFailed{At: sec(20), Reason: "write"})
	if c.Outcome != OutcomeRecorderFailure || count[SendBye](todo) != 1 {
		t.Fatalf("outcome %s, effects %v", c.Outcome, todo)
	}
}

func TestRuleT03_HangupRefusedBeforeMinimumRing(t *testing.T) {
	t.Parallel()
	c := in(t, StateRinging) // rings since second 1
	_, todo, err := Step(c, HangupPressed{At: sec(8.5)})
	var short *RingTooShortError
	if !errors.As(err, &short) || short.SecondsLeft() != 13 || todo != nil || !short.At.Equal(sec(21)) {
		t.Fatalf("want 13 seconds left, got %v", err)
	}
	if _, _, err := Step(c, HangupPressed{At: sec(21)}); err != nil {
		t.Fatalf("at 20 seconds of ringing: %v", err)
	}
	next, todo := run(t, c, HangupPressed{At: sec(5), Override: "wrong customer", OverrideBy: "s1"})
	if count[SendCancel](todo) != 1 || next.Override != "wrong customer" {
		t.Fatal("a supervisor's override must cancel and be kept")
	}
}

func TestRuleT03_ClockStartsAtThe180NeverAtTheDial(t *testing.T) {
	t.Parallel()
	c, _ := run(t, New(settings()), RecorderOpened{At: t0}, Provisional{sec(1), 100}, Provisional{sec(2), 183})
	if c.State != StateDialing {
		t.Fatalf("a bare 183 is no ringing: %s", c.State)
	}
	c, _ = run(t, c, MediaArrived{sec(4)}, EarlySound{At: sec(5), From: sec(4), Sound: SoundOther})
	if c.State != StateDialing || !c.HangupAllowedAt().IsZero() {
		t.Fatalf("a 183 with music is no ringing either: %+v", c.Evidence)
	}
	c, todo := run(t, c, EarlySound{At: sec(8), From: sec(5.5), Sound: SoundRingback})
	if c.State != StateRinging || c.Evidence.RingingSignal != SignalRingback || !c.Evidence.RingingAt.Equal(sec(5.5)) {
		t.Fatalf("a ring tone heard in early media starts the clock where it began: %+v", c.Evidence)
	}
	if !slices.Contains(todo, Effect(StartTimer{Timer: TimerRing, After: settings().MaxRing - 2500*time.Millisecond})) {
		t.Fatalf("the maximum counts from there: %v", todo)
	}
	c, _ = run(t, c, Provisional{sec(9), 180}, Provisional{sec(12), 180})
	if c.Evidence.RingingSignal != Signal180 || !c.Evidence.RingingAt.Equal(sec(9)) {
		t.Fatalf("the first 180 beats early media: %+v", c.Evidence)
	}
	want := []Heard{{SoundOther, sec(4)}, {SoundRingback, sec(5.5)}}
	if !slices.Equal(c.Evidence.Heard, want) {
		t.Fatalf("the evidence has what was heard: %v", c.Evidence.Heard)
	}
}

func TestRuleT03_EvidenceOfEarlyMediaIsBounded(t *testing.T) {
	t.Parallel()
	c := in(t, StateDialing)
	for i := range 100 {
		before := c.Evidence.Heard
		c, _ = run(t, c, EarlySound{At: sec(float64(i)), From: sec(float64(i)), Sound: SoundOther})
		if len(before) > 0 && &before[0] == &c.Evidence.Heard[0] && len(before) < maxHeard {
			t.Fatal("a call is a value: the one before must not change")
		}
	}
	if len(c.Evidence.Heard) != maxHeard {
		t.Fatalf("%d sounds kept", len(c.Evidence.Heard))
	}
}

func TestRuleT03_AutomaticNoAnswerAtMaximumRing(t *testing.T) {
	t.Parallel()
	c := in(t, StateRinging)
	c, todo := run(t, c, TimerFired{sec(46), TimerRing})
	if count[SendCancel](todo) != 1 || c.State != StateRinging {
		t.Fatalf("the deadline cancels and waits for the final response: %s %v", c.State, todo)
	}
	c, todo = run(t, c, Failed{At: sec(46.2), Code: 487, Outcome: OutcomeNoAnswer})
	closed := find[CloseAttempt](t, todo)
	if c.Outcome != OutcomeNoAnswer || c.EndedBy != PartySystem || !closed.RingOK || closed.Evidence.RingTime() != 45*time.Second {
		t.Fatalf("%s by %s, ring %s", c.Outcome, c.EndedBy, closed.Evidence.RingTime())
	}
}

func TestRuleT03_NetworkGivesUpTooSoonIsRingTooShort(t *testing.T) {
	t.Parallel()
	c, todo := run(t, in(t, StateRinging), Failed{At: sec(12), Code: 480, Outcome: OutcomeNoAnswer})
	if c.Outcome != OutcomeRingTooShort || find[CloseAttempt](t, todo).RingOK {
		t.Fatalf("11 s of ringing gave %s", c.Outcome)
	}
}

func TestStep_AnswerCrossingOurCancelIsAContact(t *testing.T) {
	t.Parallel()
	c, _ := run(t, in(t, StateRinging), TimerFired{sec(46), TimerRing})
	c, todo := run(t, c, Answered{At: sec(46.1), AfterCancel: true})
	if c.State != StateAnnouncing || find[SetRoute](t, todo).Route != RouteNotice {
		t.Fatalf("the agent is there: bridge; got %s", c.State)
	}
	c, _ = run(t, c, CustomerHungUp{At: sec(60)})
	if c.Outcome != OutcomeAnsweredAtDeadline {
		t.Fatalf("outcome %s", c.Outcome)
	}

	// The agent is gone: answered all the same, and BYE.
	c, _ = run(t, in(t, StateRinging), AgentLost{sec(3)}, TimerFired{sec(33), TimerAgent})
	c, todo = run(t, c, Answered{At: sec(33.1), AfterCancel: true})
	if c.Outcome != OutcomeAnsweredAtDeadline || count[SendBye](todo) != 1 {
		t.Fatalf("outcome %s, effects %v", c.Outcome, todo)
	}
}

func TestRuleT07_FailoverOnlyBeforeAnyRinging(t *testing.T) {
	t.Parallel()
	fail := Failed{At: sec(3), Outcome: OutcomeTrunkFailure, OtherTrunk: true}
	c, todo := run(t, in(t, StateDialing), fail)
	if c.State != StateDialing || c.Attempt != 2 || find[CloseAttempt](t, todo).Last || find[OpenAttempt](t, todo).Ordinal != 2 {
		t.Fatalf("want a second attempt: %+v %v", c, todo)
	}
	if c, _ = run(t, c, fail); c.Outcome != OutcomeTrunkFailure {
		t.Fatal("no third trunk is configured")
	}
	if c, _ = run(t, in(t, StateRinging), fail); c.State != StateWrapup || c.Attempt != 1 {
		t.Fatal("the phone must not ring twice")
	}
	c, _ = run(t, in(t, StateDialing), HangupPressed{At: sec(1)}, fail)
	if c.Attempt != 1 {
		t.Fatal("a cancelled dial must not go on over another trunk")
	}
}

func TestRuleT09_WhoEndedIsKept(t *testing.T) {
	t.Parallel()
	for want, ev := range map[Party]Event{
		PartyAgent: HangupPressed{At: sec(30)}, PartyCustomer: CustomerHungUp{At: sec(30)},
		PartySystem: MediaTimedOut{sec(30)},
	} {
		if c, _ := run(t, in(t, StateTalking), ev); c.EndedBy != want || c.Outcome != OutcomeAnswered {
			t.Errorf("%s: ended by %s, outcome %s", ev.eventName(), c.EndedBy, c.Outcome)
		}
	}
}

func TestRuleT12_NoticeBeforeTheAgentIsConnected(t *testing.T) {
	t.Parallel()
	c, todo := run(t, in(t, StateRinging), Answered{At: sec(5)})
	if c.State != StateAnnouncing || find[SetRoute](t, todo).Route != RouteNotice || !c.NoticeAt.Equal(sec(5)) {
		t.Fatalf("%s %v", c.State, todo)
	}
	c, todo = run(t, c, NoticeEnded{sec(8)})
	if c.State != StateTalking || find[SetRoute](t, todo).Route != RouteTalk || !c.NoticeEndAt.Equal(sec(8)) {
		t.Fatalf("%s %v", c.State, todo)
	}
	quiet := settings()
	quiet.Notice = false
	c, _ = run(t, New(quiet), RecorderOpened{t0}, Answered{At: sec(5)})
	if c.State != StateTalking || !c.NoticeAt.IsZero() {
		t.Fatal("a program without notice connects at once")
	}
}

func TestStep_AgentLostHoldsTheCustomerAndComesBack(t *testing.T) {
	t.Parallel()
	c, todo := run(t, in(t, StateTalking), AgentLost{sec(20)})
	if find[SetRoute](t, todo).Route != RouteWait || find[StartTimer](t, todo).Timer != TimerAgent || find[MarkRecording](t, todo).Name != "agent_lost" {
		t.Fatalf("%v", todo)
	}
	back, todo := run(t, c, AgentBack{sec(25)})
	if back.State != StateTalking || find[SetRoute](t, todo).Route != RouteTalk || find[MarkRecording](t, todo).Name != "agent_back" {
		t.Fatalf("%v", todo)
	}
	gone, todo := run(t, c, TimerFired{sec(50), TimerAgent})
	if gone.Reason != "agent_lost" || gone.EndedBy != PartySystem || count[SendBye](todo) != 1 {
		t.Fatalf("%+v", gone)
	}
}

func TestOutcome_Counted(t *testing.T) {
	t.Parallel()
	for _, o := range Outcomes() {
		want := o == OutcomeBusy || o == OutcomeRejected || o == OutcomeUnreachable
		if o.Counted(false) != want {
			t.Errorf("%s without minimum ring", o)
		}
		if o.Counted(true) != (want || o == OutcomeNoAnswer) {
			t.Errorf("%s with minimum ring", o)
		}
	}
}

func TestState_WordsAndBack(t *testing.T) {
	t.Parallel()
	for _, s := range States() {
		if ParseState(s.String()) != s {
			t.Errorf("%d: %s", s, s)
		}
	}
	if ParseState("ring") != StateUnknown || State(99).String() != "unknown" {
		t.Error("unknown words must stay unknown")
	}
}
