package callback

import (
	"testing"
	"time"

	"huifang/internal/customer"
)

func checksOf(w Why) map[string]GateCheck {
	out := map[string]GateCheck{}
	for _, c := range w.Checks {
		out[c.Key] = c
	}
	return out
}

// Every check is listed with its verdict, and the answer to "when" is there
// even where something else stands against the call. Rules T-04, T-05, T-11, T-14, C-14.
func TestRuleT05_T04_C24_WhyListsEveryCheckAndTheNextTimes(t *testing.T) {
	t.Parallel()
	f := facts(t)
	f.Agent.Languages = []string{"zh-CN"}
	w := Explain(f)
	if !w.Allowed || len(w.Checks) != len(gateChecks())+2 || len(w.Needs) != 0 || len(w.Openings) != openingsShown {
		t.Fatalf("%+v", w)
	}
	for _, c := range w.Checks {
		if c.Verdict != CheckPassed && c.Key != "consent" && c.Key != "line" {
			t.Errorf("%s is %s", c.Key, c.Verdict)
		}
	}
	f.Now = f.Now.Add(90 * time.Minute) // noon
	f.View.Customer.Language = "de"
	f.View.Customer.DoNotCall = &customer.DoNotCall{Since: f.Now}
	f.View.Program.Consent = customer.PurposeService
	w = Explain(f)
	got := checksOf(w)
	for key, want := range map[string]CheckVerdict{"day": CheckPassed, "hours": CheckRefused, "spacing": CheckUnasked, "wish": CheckRefused, "consent": CheckRefused, "language": CheckWarned, "recorder": CheckPassed} {
		if got[key].Verdict != want {
			t.Errorf("%s is %s, want %s", key, got[key].Verdict, want)
		}
	}
	if got["hours"].Refusal.Reason != ReasonOutsideWindow || got["hours"].Rule != "T-05" || w.NextAllowedAt.IsZero() || !w.Openings[0].From.Equal(w.NextAllowedAt) {
		t.Errorf("the next permitted time: %+v, %v", got["hours"], w.NextAllowedAt)
	}
	if len(w.Needs) != 2 || w.Needs[0] != ReasonDoNotCall || w.Needs[1] != ReasonConsentMissing {
		t.Errorf("somebody must act on %v", w.Needs)
	}
	f.View.Task.AppointmentAt = f.Now
	if got = checksOf(Explain(f)); got["hours"].Verdict != CheckUnasked || got["hours"].Rule != "C-24" {
		t.Errorf("an appointment settles the hours: %+v", got["hours"])
	}
}

// Times in a year that has not been announced are said to be so. Rule T-05.
func TestRuleT05_WhyWarnsOfDaysThatAreNotKnown(t *testing.T) {
	t.Parallel()
	f := facts(t)
	f.Agent.Languages = []string{"zh-CN"}
	if c := checksOf(Explain(f))["calendar"]; c.Verdict != CheckPassed {
		t.Errorf("%+v", c)
	}
	f.Now = time.Date(2026, 12, 31, 9, 0, 0, 0, time.UTC) // five in the afternoon: the next times are in 2027
	if c := checksOf(Explain(f))["calendar"]; c.Verdict != CheckWarned || c.Refusal.Params["year"] != 2027 {
		t.Errorf("%+v", c)
	}
}
