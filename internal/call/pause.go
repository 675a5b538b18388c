package call

import (
	"fmt"
	"time"
)

// PauseReason says why a recording is paused (Rule T-13). The set is closed;
// other needs a note.
type PauseReason string

// The reasons.
const (
	PauseCardNumber PauseReason = "card_number"
	PausePassword   PauseReason = "password"
	PauseOther      PauseReason = "other"
)

// PauseReasons lists the closed set.
func PauseReasons() []PauseReason { return []PauseReason{PauseCardNumber, PausePassword, PauseOther} }

// How a secure pause came to its end.
const (
	PauseEndedByAgent = "agent"
	PauseEndedByLimit = "limit" // the longest pause, or the call's total, is used up
	PauseEndedByCall  = "call_ended"
)

// PauseLimits bound the secure pauses of one call (Rule T-13): a pause must not
// become a way to hide talk. The zero value allows none.
type PauseLimits struct {
	Longest time.Duration // one pause
	Number  int           // pauses of a call
	Total   time.Duration // all of them together
}

// Pause is the state of the secure pauses of a call.
type Pause struct {
	Since  time.Time // zero: none runs
	Reason PauseReason
	Note   string
	Used   time.Duration // by the pauses that are over
	Number int           // begun so far
}

// On reports whether a pause runs.
func (p Pause) On() bool { return !p.Since.IsZero() }

// PauseEndsAt is when the running pause ends by itself, or the zero time.
func (c Call) PauseEndsAt() time.Time {
	if !c.Pause.On() {
		return time.Time{}
	}
	return c.Pause.Since.Add(c.PauseLeft())
}

// PauseLeft is how long a pause may last that begins now, or has begun.
func (c Call) PauseLeft() time.Duration {
	return min(c.Settings.Pauses.Longest, c.Settings.Pauses.Total-c.Pause.Used)
}

// PauseRefusedError says why the recording is not paused (Rule T-13).
type PauseRefusedError struct {
	Reason string // pause_off, pause_on, pause_not_on, pause_number, pause_total or pause_reason
	Limits PauseLimits
}

func (e *PauseRefusedError) Error() string {
	text := map[string]string{
		"pause_off":    "the program allows no secure pause",
		"pause_on":     "the recording is paused already",
		"pause_not_on": "the recording is not paused",
		"pause_number": fmt.Sprintf("a call has at most %d secure pauses", e.Limits.Number),
		"pause_total":  fmt.Sprintf("the secure pauses of a call take at most %d seconds together", int(e.Limits.Total.Seconds())),
		"pause_reason": "say why: card_number, password, or other with a note",
	}[e.Reason]
	return "rule T-13: " + text
}

func (c Call) pausePressed(e PausePressed) (Call, []Effect, error) {
	refuse := func(why string) (Call, []Effect, error) {
		return c, nil, &PauseRefusedError{Reason: why, Limits: c.Settings.Pauses}
	}
	known := e.Reason == PauseCardNumber || e.Reason == PausePassword || (e.Reason == PauseOther && e.Note != "")
	switch limits := c.Settings.Pauses; {
	case c.State != StateTalking && c.State != StateHeld:
		return c.illegal(e)
	case c.Pause.On():
		return refuse("pause_on")
	case !known:
		return refuse("pause_reason")
	case limits.Longest <= 0 || limits.Number <= 0 || limits.Total <= 0:
		return refuse("pause_off")
	case c.Pause.Number >= limits.Number:
		return refuse("pause_number")
	case c.PauseLeft() < time.Second:
		return refuse("pause_total")
	}
	c.Pause.Since, c.Pause.Reason, c.Pause.Note = e.At, e.Reason, e.Note
	c.Pause.Number++
	return c, []Effect{
		PauseRecording{At: e.At, Reason: e.Reason, Note: e.Note},
		StartTimer{Timer: TimerPause, After: c.PauseLeft()},
	}, nil
}

func (c Call) unpausePressed(e UnpausePressed) (Call, []Effect, error) {
	if c.State != StateTalking && c.State != StateHeld {
		return c.illegal(e)
	}
	if !c.Pause.On() {
		return c, nil, &PauseRefusedError{Reason: "pause_not_on", Limits: c.Settings.Pauses}
	}
	c, todo := c.unpause(e.At, PauseEndedByAgent)
	return c, todo, nil
}

// unpause ends the running pause, if there is one.
func (c Call) unpause(at time.Time, how string) (Call, []Effect) {
	if !c.Pause.On() {
		return c, nil
	}
	c.Pause.Used += max(at.Sub(c.Pause.Since), 0)
	c.Pause.Since, c.Pause.Reason, c.Pause.Note = time.Time{}, "", ""
	return c, []Effect{StopTimer{TimerPause}, UnpauseRecording{At: at, How: how}}
}
