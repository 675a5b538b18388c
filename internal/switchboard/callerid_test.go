package switchboard

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// Rules T-07, T-14: what is shown is registered with the trunk and allowed to the
// program.
func TestRuleT14_TrunkShowsWhatItHasAndTheProgramMay(t *testing.T) {
	t.Parallel()
	trunk := Trunk{Name: "main", CallerID: "4001", CallerIDs: []string{"4002", "4004"}}
	for _, row := range []struct {
		allowed []string
		want    string
		ok      bool
	}{
		{nil, "4001", true}, {[]string{"4002"}, "4002", true}, {[]string{"4003"}, "", false}, {[]string{"4003", "4004", "4001"}, "4004", true}, {[]string{"4001"}, "4001", true},
	} {
		if got, ok := trunk.Shows(row.allowed); got != row.want || ok != row.ok {
			t.Errorf("allowed %v: shown %q, %v", row.allowed, got, ok)
		}
	}
}

// Rule T-14: a trunk without such a number is passed over; where there is none the
// dial is refused, and nothing is opened.
func TestRuleT14_DialIsRefusedWithoutANumberToShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ready()
	w.allowed = []string{"4002"}
	w.dial()
	w.until("the dial", func() bool { return len(w.legs) == 1 })
	if o := w.allLegs()[0].order; o.Trunk != "spare" || o.CallerID != "4002" {
		t.Errorf("%+v", o)
	}
	other := newWorld(t)
	other.ready()
	other.allowed = []string{"4009"}
	var refused *RefusedError
	if _, err := other.sb.Dial(t.Context(), DialRequest{AgentID: other.agent}); !errors.As(err, &refused) || refused.Rule != "T-14" || refused.Reason != "no_caller_id" {
		t.Errorf("%v", err)
	}
	if s := other.seen(); s.legs != 0 || slices.ContainsFunc(s.log, func(what string) bool { return !strings.HasPrefix(what, "publish") }) {
		t.Errorf("%v", s.log)
	}
}
