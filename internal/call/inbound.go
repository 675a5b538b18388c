package call

import "time"

// Why no agent took an inbound call: the closed set of reasons of
// [OutcomeNotTaken].
const (
	UntakenAbandoned    = "abandoned"     // the customer hung up before
	UntakenTimeout      = "queue_timeout" // waited as long as it may
	UntakenNobody       = "nobody_free"   // nobody is there who may take it
	UntakenOutsideHours = "outside_hours"
	UntakenUnknown      = "unknown_caller"
	UntakenShutdown     = "shutdown"
	UntakenMediaTimeout = "media_timeout" // nothing came from the customer
	UntakenRestart      = "instance_restarted"
)

// UntakenReasons lists the closed set.
func UntakenReasons() []string {
	return []string{UntakenAbandoned, UntakenTimeout, UntakenNobody, UntakenOutsideHours, UntakenUnknown, UntakenShutdown,
		UntakenMediaTimeout, UntakenRestart}
}

// Untaken reports whether this is an inbound call without an agent.
func (c Call) Untaken() bool { return c.Settings.Inbound && c.TalkAt.IsZero() }

// Waiting reports whether an agent is looked for.
func (c Call) Waiting() bool { return c.State == StateQueued && c.Farewell == "" }

// arriving reports whether an inbound call is not answered yet.
func (c Call) arriving() bool { return c.Settings.Inbound && c.State == StateArming }

// enqueue has an inbound call that was greeted wait for an agent.
func (c Call) enqueue(at time.Time, todo []Effect) (Call, []Effect, error) {
	c.State, c.QueuedAt = StateQueued, at
	if c.Settings.NotOffered != "" {
		return c.farewell(at, c.Settings.NotOffered, todo)
	}
	return c, append(todo, MarkRecording{Name: "queued", At: at}, SetRoute{RouteQueue},
		StartTimer{Timer: TimerQueue, After: c.Settings.MaxWait}), nil
}

// farewell tells the customer that we call back; the call ends with it.
func (c Call) farewell(at time.Time, reason string, todo []Effect) (Call, []Effect, error) {
	c.Farewell = reason
	return c, append(todo, StopTimer{TimerQueue}, LeaveQueue{}, MarkRecording{Name: "farewell_" + reason, At: at}, SetRoute{RouteFarewell}), nil
}

func (c Call) taken(e Taken) (Call, []Effect, error) {
	if !c.Waiting() {
		return c.illegal(e)
	}
	return c.talk(e.At, []Effect{StopTimer{TimerQueue}, LeaveQueue{}, MarkRecording{Name: "connected", At: e.At}})
}

func (c Call) nobodyComes(e NobodyComes) (Call, []Effect, error) {
	if !c.Waiting() {
		return c.illegal(e)
	}
	return c.farewell(e.At, UntakenNobody, nil)
}

func (c Call) waitedTooLong(at time.Time) (Call, []Effect, error) {
	if !c.Waiting() {
		return c, nil, nil
	}
	return c.farewell(at, UntakenTimeout, nil)
}

// givenUp is the reason of a call whose customer hung up.
func (c Call) givenUp() string {
	switch {
	case !c.Untaken():
		return ""
	case c.Farewell != "":
		return c.Farewell
	}
	return UntakenAbandoned
}
