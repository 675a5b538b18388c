package switchboard

import (
	"errors"
	"fmt"
)

// ErrNoCall says that the named call is not live, or not the caller's.
var ErrNoCall = errors.New("no such live call")

// ErrNoLine says that the agent has no open softphone.
var ErrNoLine = errors.New("the softphone is not connected")

// ErrStopping refuses new calls while the instance shuts down.
var ErrStopping = errors.New("the instance is shutting down")

// RefusedError is a refusal of the switchboard itself: a state of the agent's
// line that does not allow a dial.
type RefusedError struct {
	Rule   string // empty when no rule of the requirements is behind it
	Reason string // closed set, see docs/protocols/softphone.md
	Detail string
}

func (e *RefusedError) Error() string {
	if e.Rule == "" {
		return fmt.Sprintf("refused, %s: %s", e.Reason, e.Detail)
	}
	return fmt.Sprintf("rule %s, %s: %s", e.Rule, e.Reason, e.Detail)
}

// RecorderError says that the recording could not be opened (Rule T-01).
type RecorderError struct{ Err error }

func (e *RecorderError) Error() string { return "open recording: " + e.Err.Error() }
func (e *RecorderError) Unwrap() error { return e.Err }
