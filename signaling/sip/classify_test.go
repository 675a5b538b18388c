package sip

import (
	"testing"

	"huifang/internal/call"
)

func TestClassify_OneRowPerFact(t *testing.T) {
	t.Parallel()
	rang := Facts{Trying: true, Rang: true}
	early := Facts{Trying: true, Progress: true}
	trying := Facts{Trying: true}
	with := func(f Facts, code int, cause ...int) Facts {
		f.Code = code
		for _, c := range cause {
			f.Cause = c
		}
		return f
	}
	cancelled := func(f Facts, by call.CancelCause, ringOK bool) Facts {
		f.CancelledBy, f.RingOK = by, ringOK
		return f
	}
	for name, c := range map[string]struct {
		facts   Facts
		outcome call.Outcome
		other   bool // another trunk may be tried
	}{
		"200":                              {with(rang, 200), call.OutcomeAnswered, false},
		"200 after our cancel":             {Facts{Code: 200, Rang: true, AnsweredAfterCancel: true, CancelledBy: call.CancelDeadline}, call.OutcomeAnsweredAtDeadline, false},
		"no response":                      {Facts{NoResponse: true}, call.OutcomeTrunkFailure, true},
		"no connection":                    {Facts{Err: ErrTransport}, call.OutcomeTrunkFailure, true},
		"connection lost while ringing":    {Facts{Err: ErrTransport, Rang: true}, call.OutcomeTrunkFailure, false},
		"deadline, rang enough":            {cancelled(with(rang, 487), call.CancelDeadline, true), call.OutcomeNoAnswer, false},
		"deadline, rang too short":         {cancelled(with(rang, 487), call.CancelDeadline, false), call.OutcomeRingTooShort, false},
		"deadline, music only":             {cancelled(with(early, 487), call.CancelDeadline, false), call.OutcomeRingTooShort, false},
		"408 after an announcement":        {with(early, 408), call.OutcomeUnreachable, false},
		"487 of the network, announcement": {with(early, 487), call.OutcomeUnreachable, false},
		"deadline, never rang":             {cancelled(with(trying, 487), call.CancelDeadline, false), call.OutcomeTrunkFailure, false},
		"deadline, no final response":      {cancelled(Facts{Rang: true, Err: ErrNoFinalResponse}, call.CancelDeadline, true), call.OutcomeNoAnswer, false},
		"agent, rang enough":               {cancelled(with(rang, 487), call.CancelAgent, true), call.OutcomeNoAnswer, false},
		"agent, rang too short":            {cancelled(with(rang, 487), call.CancelAgent, false), call.OutcomeCancelled, false},
		"system":                           {cancelled(with(rang, 487), call.CancelSystem, false), call.OutcomeCancelled, false},
		"agent, trunk silent":              {cancelled(Facts{NoResponse: true}, call.CancelAgent, false), call.OutcomeCancelled, false},
		"busy crossing our cancel":         {cancelled(with(rang, 486), call.CancelAgent, false), call.OutcomeBusy, false},
		"declined crossing our cancel":     {cancelled(with(rang, 603), call.CancelDeadline, true), call.OutcomeRejected, false},
		"unavailable crossing our cancel":  {cancelled(with(rang, 480), call.CancelAgent, false), call.OutcomeCancelled, false},
		"486":                              {with(trying, 486), call.OutcomeBusy, false},
		"600":                              {with(rang, 600), call.OutcomeBusy, false},
		"603":                              {with(rang, 603), call.OutcomeRejected, false},
		"607":                              {with(rang, 607), call.OutcomeRejected, false},
		"608":                              {with(trying, 608), call.OutcomeRejected, false},
		"403 before ringing":               {with(trying, 403), call.OutcomeTrunkFailure, true},
		"403 after ringing":                {with(rang, 403), call.OutcomeRejected, false},
		"480 at once":                      {with(Facts{}, 480), call.OutcomeTrunkFailure, true},
		"480 after 100":                    {with(trying, 480), call.OutcomeUnreachable, false},
		"480 after an announcement":        {with(early, 480), call.OutcomeUnreachable, false},
		"480 after ringing":                {with(rang, 480), call.OutcomeNoAnswer, false},
		"408 at once":                      {with(Facts{}, 408), call.OutcomeTrunkFailure, true},
		"408 after 100":                    {with(trying, 408), call.OutcomeUnreachable, false},
		"408 after ringing":                {with(rang, 408), call.OutcomeNoAnswer, false},
		"487 of the network after ringing": {with(rang, 487), call.OutcomeNoAnswer, false},
		"487 of the network before":        {with(trying, 487), call.OutcomeTrunkFailure, true},
		"404":                              {with(trying, 404), call.OutcomeInvalidNumber, true},
		"404 after ringing":                {with(rang, 404), call.OutcomeInvalidNumber, false},
		"404 with cause 1":                 {with(trying, 404, 1), call.OutcomeInvalidNumber, false},
		"404 with cause 3":                 {with(trying, 404, 3), call.OutcomeTrunkFailure, true},
		"410":                              {with(trying, 410), call.OutcomeInvalidNumber, false},
		"484":                              {with(trying, 484), call.OutcomeInvalidNumber, false},
		"485":                              {with(trying, 485), call.OutcomeInvalidNumber, false},
		"604":                              {with(trying, 604), call.OutcomeInvalidNumber, false},
		"401":                              {with(Facts{}, 401), call.OutcomeTrunkFailure, true},
		"402":                              {with(Facts{}, 402), call.OutcomeTrunkFailure, true},
		"407":                              {with(Facts{}, 407), call.OutcomeTrunkFailure, true},
		"420":                              {with(Facts{}, 420), call.OutcomeTrunkFailure, true},
		"421":                              {with(Facts{}, 421), call.OutcomeTrunkFailure, true},
		"482":                              {with(Facts{}, 482), call.OutcomeTrunkFailure, true},
		"483":                              {with(Facts{}, 483), call.OutcomeTrunkFailure, true},
		"488":                              {with(trying, 488), call.OutcomeTrunkFailure, true},
		"606":                              {with(trying, 606), call.OutcomeTrunkFailure, true},
		"500":                              {with(trying, 500), call.OutcomeTrunkFailure, true},
		"502":                              {with(trying, 502), call.OutcomeTrunkFailure, true},
		"503":                              {with(trying, 503), call.OutcomeTrunkFailure, true},
		"503 after ringing":                {with(rang, 503), call.OutcomeTrunkFailure, false},
		"503 after an announcement":        {with(early, 503), call.OutcomeTrunkFailure, false},
		"504":                              {with(trying, 504), call.OutcomeTrunkFailure, true},
		"505":                              {with(trying, 505), call.OutcomeTrunkFailure, true},
		"513":                              {with(trying, 513), call.OutcomeTrunkFailure, true},
		"302":                              {with(trying, 302), call.OutcomeTrunkFailure, false},
		"481":                              {with(trying, 481), call.OutcomeInternal, false},
		"491":                              {with(trying, 491), call.OutcomeInternal, false},
		"493":                              {with(trying, 493), call.OutcomeInternal, false},
		"cause 17 beats 480":               {with(rang, 480, 17), call.OutcomeBusy, false},
		"cause 18 after ringing":           {with(rang, 480, 18), call.OutcomeNoAnswer, false},
		"cause 18 without ringing":         {with(trying, 480, 18), call.OutcomeUnreachable, false},
		"cause 19 beats 503":               {with(rang, 503, 19), call.OutcomeNoAnswer, false},
		"cause 20":                         {with(trying, 480, 20), call.OutcomeUnreachable, false},
		"cause 21 beats 480":               {with(rang, 480, 21), call.OutcomeRejected, false},
		"cause 22":                         {with(trying, 480, 22), call.OutcomeInvalidNumber, false},
		"cause 28":                         {with(trying, 500, 28), call.OutcomeInvalidNumber, false},
		"cause 34 beats 480":               {with(trying, 480, 34), call.OutcomeTrunkFailure, true},
		"cause 38":                         {with(trying, 486, 38), call.OutcomeTrunkFailure, true},
		"cause 102":                        {with(trying, 504, 102), call.OutcomeTrunkFailure, true},
		"cause 16 says nothing":            {with(rang, 486, 16), call.OutcomeBusy, false},
		"cause 31 says nothing":            {with(rang, 480, 31), call.OutcomeNoAnswer, false},
		"cause 127 says nothing":           {with(rang, 603, 127), call.OutcomeRejected, false},
	} {
		o, reason := Classify(c.facts, nil)
		if o != c.outcome || reason == "" {
			t.Errorf("%s: %s (%s), want %s", name, o, reason, c.outcome)
		}
		if got := FailoverAllowed(c.facts, nil); got != c.other {
			t.Errorf("%s: another trunk %v, want %v", name, got, c.other)
		}
	}
}

func TestClassify_TrunkOverrides(t *testing.T) {
	t.Parallel()
	over := map[int]call.Outcome{480: call.OutcomeUnreachable, 404: call.OutcomeTrunkFailure}
	if o, reason := Classify(Facts{Code: 480, Cause: 19, Rang: true}, over); o != call.OutcomeUnreachable || reason != "trunk_override" {
		t.Errorf("%s %s", o, reason)
	}
	if !FailoverAllowed(Facts{Code: 404, Trying: true}, over) {
		t.Error("this trunk's 404 is a failure of its own")
	}
}

// Whatever comes, the verdict is of the closed set, and a phone that may have
// rung is never dialled over another trunk (Rule T-07).
func TestRuleT07_NoFactsMakeAPhoneRingTwice(t *testing.T) {
	t.Parallel()
	known := map[call.Outcome]bool{}
	for _, o := range call.Outcomes() {
		known[o] = true
	}
	for code := 0; code < 700; code++ {
		for cause := range 128 {
			for bits := range 8 {
				f := Facts{Code: code, Cause: cause, Trying: bits > 0, Progress: bits&2 != 0, Rang: bits&4 != 0}
				if o, _ := Classify(f, nil); !known[o] {
					t.Fatalf("%+v: %q", f, o)
				}
				if (f.Rang || f.Progress) && FailoverAllowed(f, nil) {
					t.Fatalf("%+v would ring twice", f)
				}
			}
		}
	}
}
