package sip

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huifang/internal/call"
)

var epoch = time.Date(2026, 11, 24, 2, 5, 0, 0, time.UTC)

func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

func res(ms, code int, tag string) inResponse {
	return inResponse{at: at(ms), code: code, tag: tag, phrase: "x"}
}

func reliableRes(ms, code int, tag string, rseq uint32) inResponse {
	r := res(ms, code, tag)
	r.rseq = rseq
	return r
}

func withSDP(r inResponse, sdp string) inResponse {
	r.sdp = []byte(sdp)
	return r
}

// words names actions and events shortly, timers left out.
func words(todo []action) []string {
	var out []string
	for _, a := range todo {
		switch a := a.(type) {
		case actStart, actStop:
		case actEmit:
			out = append(out, strings.TrimPrefix(fmt.Sprintf("%T", a.event), "sip."))
		default:
			out = append(out, strings.TrimPrefix(fmt.Sprintf("%T", a), "sip.act"))
		}
	}
	return out
}

func TestMachine_WhatItDoes(t *testing.T) {
	t.Parallel()
	many := make([]input, 0, 14)
	for i := range 12 {
		many = append(many, res(i, 180, "a"))
	}
	for name, c := range map[string]struct {
		in   []input
		want string // of the last input
		end  state
	}{
		"trying is told once":                        {[]input{res(0, 100, ""), res(1, 100, "")}, "", stateProceeding},
		"a 100 that comes after the 180 is not told": {[]input{res(0, 180, "a"), res(1, 100, "")}, "", stateProceeding},
		"twelve 180s, then answered":                 {append(many, res(20, 200, "a")), "Confirm Answered", stateConfirmed},
		"a 180 that comes after the 200 is ignored":  {[]input{res(0, 200, "a"), res(1, 180, "a")}, "", stateConfirmed},
		"a 486 that comes after the 200 is ignored":  {[]input{res(0, 200, "a"), res(1, 486, "a")}, "", stateConfirmed},
		"cancel waits for a 1xx":                     {[]input{inCancel{}}, "", stateCalling},
		"and leaves with it":                         {[]input{inCancel{}, res(1, 100, "")}, "Cancel Trying", stateProceeding},
		"cancel twice is one CANCEL":                 {[]input{res(0, 180, "a"), inCancel{}, inCancel{}}, "", stateProceeding},
		"cancel after a final response is nothing":   {[]input{res(0, 486, "a"), inCancel{}}, "", stateTerminated},
		"cancel after the answer is nothing":         {[]input{res(0, 200, "a"), inCancel{}}, "", stateConfirmed},
		"bye before the answer is cancel":            {[]input{res(0, 180, "a"), inBye{}}, "Cancel", stateProceeding},
		"487 after cancel":                           {[]input{res(0, 180, "a"), inCancel{}, res(2, 487, "a")}, "Failed", stateTerminated},
		"200 crossing cancel":                        {[]input{res(0, 180, "a"), inCancel{}, res(2, 200, "a")}, "Confirm Answered", stateConfirmed},
		"no 487 for 32 s":                            {[]input{res(0, 180, "a"), inCancel{}, inTimer{at(32000), timerCancel}}, "Drop Failed", stateTerminated},
		"200 after that is released":                 {[]input{res(0, 180, "a"), inCancel{}, inTimer{at(32000), timerCancel}, res(33000, 200, "a")}, "Release", stateTerminated},
		"no response":                                {[]input{inTimer{at(3000), timerFirst}}, "Drop Failed", stateTerminated},
		"no response, then 180: cancelled":           {[]input{inTimer{at(3000), timerFirst}, res(4000, 180, "a")}, "Cancel", stateTerminated},
		"and only once":                              {[]input{inTimer{at(3000), timerFirst}, res(4000, 180, "a"), res(4100, 180, "a")}, "", stateTerminated},
		"no response, then 200: released":            {[]input{inTimer{at(3000), timerFirst}, res(4000, 200, "a")}, "Release", stateTerminated},
		"no response, then 487: ACKed":               {[]input{inTimer{at(3000), timerFirst}, res(4000, 487, "a")}, "AckFailure", stateTerminated},
		"a late first timer after 18x is nothing":    {[]input{res(0, 180, "a"), inTimer{at(3000), timerFirst}}, "", stateProceeding},
		"ringing for ever is cancelled in the end":   {[]input{res(0, 180, "a"), inTimer{at(240000), timerRing}}, "Cancel", stateProceeding},
		"duplicate 200 is ACKed again":               {[]input{res(0, 200, "a"), res(500, 200, "a")}, "ReAck", stateConfirmed},
		"but not in a storm":                         {[]input{res(0, 200, "a"), res(1, 200, "a")}, "", stateConfirmed},
		"forked 200 is released":                     {[]input{res(0, 200, "a"), res(1, 200, "b")}, "Release", stateConfirmed},
		"duplicate of the loser is ACKed again":      {[]input{res(0, 200, "a"), res(1, 200, "b"), res(501, 200, "b")}, "ReAck", stateConfirmed},
		"challenge":                                  {[]input{inResponse{code: 401, challenged: true}}, "Invite", stateCalling},
		"challenge twice (stale nonce)":              {[]input{inResponse{code: 401, challenged: true}, inResponse{code: 401, challenged: true}}, "Invite", stateCalling},
		"three times is a refusal":                   {[]input{inResponse{code: 401, challenged: true}, inResponse{code: 401, challenged: true}, inResponse{code: 401, challenged: true}}, "Failed", stateTerminated},
		"challenge without credentials":              {[]input{inResponse{code: 407}}, "Failed", stateTerminated},
		"challenge after cancel is the end":          {[]input{inCancel{}, inResponse{code: 407, challenged: true}}, "Failed", stateTerminated},
		"interval too small":                         {[]input{inResponse{code: 422, minSE: time.Hour}}, "Invite", stateCalling},
		"interval too small twice":                   {[]input{inResponse{code: 422, minSE: time.Hour}, inResponse{code: 422, minSE: time.Hour}}, "Failed", stateTerminated},
		"200 of another branch after the 487":        {[]input{res(0, 180, "a"), inCancel{}, res(2, 487, "a"), res(3, 200, "b")}, "Release", stateTerminated},
		"a 180 of another branch after the 486":      {[]input{res(0, 486, "a"), res(3, 180, "b")}, "", stateTerminated},
		"reliable provisional":                       {[]input{reliableRes(0, 183, "a", 7)}, "Early Prack Provisional", stateProceeding},
		"the same again":                             {[]input{reliableRes(0, 183, "a", 7), reliableRes(0, 183, "a", 7)}, "", stateProceeding},
		"the next":                                   {[]input{reliableRes(0, 183, "a", 7), reliableRes(0, 180, "a", 8)}, "Early Prack Provisional", stateProceeding},
		"the next but one":                           {[]input{reliableRes(0, 183, "a", 7), reliableRes(0, 180, "a", 9)}, "", stateProceeding},
		"another branch counts for itself":           {[]input{reliableRes(0, 183, "a", 7), reliableRes(0, 180, "b", 1)}, "Early Prack Provisional", stateProceeding},
		"reliable after the answer":                  {[]input{res(0, 200, "a"), reliableRes(0, 183, "a", 1)}, "", stateConfirmed},
		"redirect is not followed":                   {[]input{res(0, 302, "a")}, "Failed", stateTerminated},
		"transport broken":                           {[]input{inBroken{err: ErrTransport}}, "Failed", stateTerminated},
		"transport broken after the answer":          {[]input{res(0, 200, "a"), inBroken{err: ErrTransport}}, "", stateConfirmed},
		"our bye":                                    {[]input{res(0, 200, "a"), inBye{}}, "Bye", stateEnding},
		"our bye twice":                              {[]input{res(0, 200, "a"), inBye{}, inBye{}}, "", stateEnding},
		"our bye answered 481":                       {[]input{res(0, 200, "a"), inBye{}, inByeDone{code: 481}}, "Ended", stateTerminated},
		"their bye":                                  {[]input{res(0, 200, "a"), inRemoteBye{}}, "Ended", stateTerminated},
		"both at once end it once":                   {[]input{res(0, 200, "a"), inBye{}, inRemoteBye{}, inByeDone{code: 200}}, "", stateTerminated},
		"session expired":                            {[]input{res(0, 200, "a"), inLost{}}, "Bye Ended", stateTerminated},
		"late duplicate 200 after the end":           {[]input{res(0, 200, "a"), inRemoteBye{}, res(2000, 200, "a")}, "ReAck", stateTerminated},
		"late fork after the end":                    {[]input{res(0, 200, "a"), inRemoteBye{}, res(2000, 200, "b")}, "Release", stateTerminated},
		"nothing can come any more":                  {[]input{res(0, 200, "a"), inRemoteBye{}, inTimer{at(40000), timerLinger}}, "Finish", stateTerminated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(200 * time.Millisecond)
			var todo []action
			terminal := 0
			for _, in := range c.in {
				todo = m.step(in)
				for _, a := range todo {
					if e, ok := a.(actEmit); ok {
						switch e.event.(type) {
						case Failed, Ended:
							terminal++
						}
					}
				}
			}
			if got := strings.Join(words(todo), " "); got != c.want {
				t.Errorf("did %q, want %q", got, c.want)
			}
			if m.state != c.end {
				t.Errorf("state %s, want %s", m.state, c.end)
			}
			if want := map[bool]int{true: 1}[c.end == stateTerminated]; terminal != want {
				t.Errorf("%d terminal events, want %d", terminal, want)
			}
		})
	}
}

func emitted[E Event](t *testing.T, todo []action) E {
	t.Helper()
	for _, a := range todo {
		if e, ok := a.(actEmit); ok {
			if found, ok := e.event.(E); ok {
				return found
			}
		}
	}
	var zero E
	t.Fatalf("no %T among %v", zero, words(todo))
	return zero
}

func TestMachine_WinnersDescriptionCounts(t *testing.T) {
	t.Parallel()
	m := newMachine(0)
	m.step(withSDP(res(0, 183, "a"), "early a"))
	m.step(withSDP(res(1, 183, "b"), "early b"))
	if got := emitted[Answered](t, m.step(res(2, 200, "b"))); string(got.SDP) != "early b" || got.ToTag != "b" {
		t.Errorf("answered with %q of %q", got.SDP, got.ToTag)
	}
	m = newMachine(0)
	m.step(withSDP(res(0, 183, "a"), "early a"))
	if got := emitted[Answered](t, m.step(withSDP(res(2, 200, "a"), "final a"))); string(got.SDP) != "final a" {
		t.Errorf("answered with %q", got.SDP)
	}
}

func TestMachine_ReliableAnswerStands(t *testing.T) {
	t.Parallel()
	m := newMachine(0)
	first := reliableRes(0, 183, "a", 1)
	m.step(withSDP(first, "reliable"))
	if m.offerAnswered("b") || !m.offerAnswered("a") {
		t.Error("who has answered our offer")
	}
	if got := emitted[Provisional](t, m.step(withSDP(res(1, 180, "a"), "later"))); string(got.SDP) != "reliable" {
		t.Errorf("a later 18x describes %q", got.SDP)
	}
	m.step(inUpdated{tag: "a", sdp: []byte("updated")})
	if got := emitted[Answered](t, m.step(withSDP(res(2, 200, "a"), "later"))); string(got.SDP) != "updated" {
		t.Errorf("answered with %q", got.SDP)
	}
}

func TestMachine_ForksAreBounded(t *testing.T) {
	t.Parallel()
	m := newMachine(0)
	for i := range 3 * maxBranches {
		m.step(withSDP(res(i, 183, fmt.Sprint(i)), "x"))
	}
	released := 0
	for i := range 3 * maxBranches {
		released += len(m.step(res(i, 200, fmt.Sprint("late", i))))
	}
	if len(m.acked) != maxBranches || released > 2*maxBranches {
		t.Errorf("%d answers, %d things done", len(m.acked), released)
	}
	if len(m.branches) > maxBranches+1 { // and the winner
		t.Errorf("%d branches", len(m.branches))
	}
}

func TestRuleT07_NoGivingUpAfterRinging(t *testing.T) {
	t.Parallel()
	m := newMachine(0)
	m.step(res(0, 180, "a"))
	todo := m.step(inResponse{code: 407, challenged: true})
	if slices.Contains(todo, action(actStart{timerFirst})) {
		t.Error("the first-response timer runs although a phone rang")
	}
	f := emitted[Failed](t, newFailedAfter(res(0, 180, "a"), res(1, 183, "a"), res(2, 503, "a")))
	if !f.Rang || !f.Progress || !f.Trying || FailoverAllowed(f.Facts(), nil) {
		t.Errorf("fail-over after ringing: %+v", f)
	}
	f = emitted[Failed](t, newFailedAfter(res(0, 100, ""), res(2, 503, "a")))
	if f.Rang || f.Progress || !FailoverAllowed(f.Facts(), nil) {
		t.Errorf("no fail-over before ringing: %+v", f)
	}
}

func newFailedAfter(ins ...input) []action {
	m := newMachine(0)
	var todo []action
	for _, in := range ins {
		todo = m.step(in)
	}
	return todo
}

func TestMachine_AbortAlwaysTellsAnEnd(t *testing.T) {
	t.Parallel()
	for want, ins := range map[string][]input{
		"Failed": {}, "Failed ": {res(0, 180, "a")}, "Ended": {res(0, 200, "a")}, "Ended ": {res(0, 200, "a"), inBye{}},
	} {
		m := newMachine(0)
		for _, in := range ins {
			m.step(in)
		}
		if got := words(m.abort(at(9))); !slices.Contains(got, strings.TrimSpace(want)) || !slices.Contains(got, "Finish") {
			t.Errorf("%v: %v", ins, got)
		}
		if got := words(m.abort(at(10))); strings.Join(got, " ") != "Finish" {
			t.Errorf("second abort: %v", got)
		}
	}
}

func TestRuleT03_CancelVerdictNeedsTheMinimumRing(t *testing.T) {
	t.Parallel()
	f := Facts{Code: 487, Trying: true, Rang: true, CancelledBy: call.CancelDeadline, RingOK: true}
	if o, _ := Classify(f, nil); o != call.OutcomeNoAnswer {
		t.Errorf("45 s of ringing: %s", o)
	}
	f.RingOK = false
	if o, _ := Classify(f, nil); o != call.OutcomeRingTooShort {
		t.Errorf("too short: %s", o)
	}
	f.CancelledBy = call.CancelAgent
	if o, _ := Classify(f, nil); o != call.OutcomeCancelled {
		t.Errorf("agent, too short: %s", o)
	}
}
