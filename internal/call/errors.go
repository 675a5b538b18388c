package call

import (
	"fmt"
	"math"
	"time"
)

// IllegalEventError says that an event makes no sense in a state.
type IllegalEventError struct {
	State State
	Event string
}

func (e *IllegalEventError) Error() string {
	return fmt.Sprintf("event %s in state %s", e.Event, e.State)
}

// RingTooShortError refuses a hang-up before the minimum ring (Rule T-03).
type RingTooShortError struct {
	Left    time.Duration
	Minimum time.Duration
	At      time.Time // when it will be allowed
}

// SecondsLeft is the time left, rounded up to whole seconds.
func (e *RingTooShortError) SecondsLeft() int { return int(math.Ceil(e.Left.Seconds())) }

func (e *RingTooShortError) Error() string {
	return fmt.Sprintf("rule T-03: let the phone ring at least %d seconds, %d left", int(e.Minimum.Seconds()), e.SecondsLeft())
}
