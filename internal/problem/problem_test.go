package problem

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestCodeOf_LooksThroughTheChain(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		err  error
		want Code
	}{
		{"wrapped", fmt.Errorf("look up task: %w", NotFound("task")), CodeNotFound},
		{"joined", errors.Join(errors.New("x"), Conflict("task", "it changed")), CodeConflict},
		{"refused", Refused("T-05", "outside_window", "too early", nil), CodeRefused},
		{"unknown is internal", errors.New("connection reset"), CodeInternal},
		{"none is internal", nil, CodeInternal},
	} {
		if got := CodeOf(row.err); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
	if !IsNotFound(fmt.Errorf("x: %w", NotFound("task"))) || IsNotFound(nil) {
		t.Error("IsNotFound")
	}
}

func TestError_SaysRuleReasonAndCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk is full")
	p := Refused("T-01", "recorder_unhealthy", "no recorder, no dial", nil)
	p.Err = cause
	for _, want := range []string{"refused", "T-01", "recorder_unhealthy", "no recorder, no dial", "disk is full"} {
		if !strings.Contains(p.Error(), want) {
			t.Errorf("%q does not say %q", p, want)
		}
	}
	if !errors.Is(p, cause) {
		t.Error("the cause is lost")
	}
	if got := BadField("due_at", "must lie after %s", "now").Error(); !strings.Contains(got, "due_at: must lie after now") {
		t.Errorf("field problem %q", got)
	}
}
