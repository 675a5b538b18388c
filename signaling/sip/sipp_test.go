package sip

import (
	"testing"
	"time"

	"huifang/internal/call"
	"huifang/internal/testkit/sippeer"
)

// against starts sipp with a scenario of testdata/sipp and dials it.
func against(t *testing.T, scenario string, o sippeer.SIPpOptions, change func(*UserAgentConfig)) (*sippeer.SIPp, *dialled) {
	t.Helper()
	peer := sippeer.StartSIPp(t, "testdata/sipp/"+scenario+".xml", o)
	return peer, dial(t, startAgent(t, peer.Addr, change))
}

func TestSIPp_RingsForEverUntilCancelled(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "ring_forever", sippeer.SIPpOptions{}, nil)
	if p := next[Provisional](d); p.Code != 180 || p.ToTag != "uas" || p.SDP != nil {
		t.Errorf("%+v", p)
	}
	d.Cancel("agent")
	d.Cancel("agent") // idempotent
	if f := next[Failed](d); f.Code != 487 || !f.Rang || !f.Trying || f.Progress {
		t.Errorf("%+v", f)
	}
	d.ended()
	peer.Wait(t)
	if n := peer.Received("CANCEL "); n != 1 {
		t.Errorf("%d CANCELs", n)
	}
}

func TestSIPp_TwelveProvisionalResponses(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "twelve_180", sippeer.SIPpOptions{}, nil)
	next[Trying](d)
	for range 12 {
		next[Provisional](d)
	}
	a := next[Answered](d)
	if m, err := Negotiate(a.SDP); err != nil || m.PayloadType != PayloadPCMA || m.TelephoneEventPT != 101 || a.AfterCancel {
		t.Errorf("%+v %v", m, err)
	}
	d.Bye("agent")
	if e := next[Ended](d); e.By != EndLocal || e.Code != 200 {
		t.Errorf("%+v", e)
	}
	d.ended()
	peer.Wait(t)
}

func TestSIPp_EarlyMediaOfTheWinnerCounts(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "early_media", sippeer.SIPpOptions{}, nil)
	p := next[Provisional](d)
	if _, err := Negotiate(p.SDP); p.Code != 183 || err != nil {
		t.Errorf("%d %v", p.Code, err)
	}
	if a := next[Answered](d); string(a.SDP) != string(p.SDP) {
		t.Errorf("the 200 has no description: the 183's counts, got %q", a.SDP)
	}
	d.Bye("")
	next[Ended](d)
	peer.Wait(t)
}

func TestSIPp_Credentials(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"auth_401", "auth_407"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			peer, d := against(t, scenario, sippeer.SIPpOptions{}, func(c *UserAgentConfig) {
				c.Trunks[0].Username, c.Trunks[0].Password = "huifang", "secret"
			})
			next[Answered](d)
			d.Bye("")
			next[Ended](d)
			peer.Wait(t)
		})
		t.Run(scenario+" without", func(t *testing.T) {
			t.Parallel()
			_, d := against(t, scenario, sippeer.SIPpOptions{}, nil)
			f := next[Failed](d)
			if o, reason := Classify(f.Facts(), nil); o != call.OutcomeTrunkFailure || reason != "credentials_refused" {
				t.Errorf("%d %s %s", f.Code, o, reason)
			}
			d.ended()
		})
	}
}

func TestSIPp_FinalResponses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scenario, code, phrase, extra string
		outcome                       call.Outcome
		cause                         int
		other                         bool
	}{
		"486":                       {"final", "486", "Busy Here", "X-None: 1", call.OutcomeBusy, 0, false},
		"480 before 180":            {"final", "480", "Temporarily Unavailable", "X-None: 1", call.OutcomeUnreachable, 0, false},
		"480 after 180":             {"final_after_180", "480", "Temporarily Unavailable", `Reason: Q.850;cause=19;text="no, answer"`, call.OutcomeNoAnswer, 19, false},
		"480 by cause 17":           {"final_after_180", "480", "Temporarily Unavailable", "Reason: SIP;cause=480, Q.850 ;cause=17", call.OutcomeBusy, 17, false},
		"404":                       {"final", "404", "Not Found", "X-None: 1", call.OutcomeInvalidNumber, 0, true},
		"503":                       {"final", "503", "Service Unavailable", "Retry-After: 120 (overload)", call.OutcomeTrunkFailure, 0, true},
		"503 after 180":             {"final_after_180", "503", "Service Unavailable", "X-None: 1", call.OutcomeTrunkFailure, 0, false},
		"603":                       {"final_after_180", "603", "Decline", "X-None: 1", call.OutcomeRejected, 0, false},
		"302 is never followed":     {"final", "302", "Moved", "Contact: <sip:premium@127.0.0.1>", call.OutcomeTrunkFailure, 0, false},
		"608 asks not to be called": {"final_after_180", "608", "Rejected", "X-None: 1", call.OutcomeRejected, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			peer := sippeer.StartSIPp(t, "testdata/sipp/"+c.scenario+".xml",
				sippeer.SIPpOptions{Keys: map[string]string{"code": c.code, "phrase": c.phrase, "extra": c.extra}})
			ua := startAgent(t, peer.Addr, nil)
			d := dial(t, ua)
			f := next[Failed](d)
			if o, _ := Classify(f.Facts(), nil); o != c.outcome || f.Cause != c.cause || f.Reason != c.phrase {
				t.Errorf("%s: %+v", o, f)
			}
			if FailoverAllowed(f.Facts(), nil) != c.other {
				t.Errorf("fail-over allowed: %v", !c.other)
			}
			if f.RetryAfter == 2*time.Minute != (name == "503") {
				t.Errorf("retry after %s", f.RetryAfter)
			}
			if name == "503" && ua.TrunkState("main") != TrunkDown {
				t.Error("the trunk asked to be left alone")
			}
			d.ended()
			peer.Wait(t)
		})
	}
}

func TestSIPp_AnswerCrossingCancel(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "glare", sippeer.SIPpOptions{}, nil)
	next[Provisional](d)
	d.Cancel("ring_timeout")
	a := next[Answered](d)
	if !a.AfterCancel || a.SDP == nil {
		t.Errorf("%+v", a)
	}
	d.Bye("nobody there") // sipp wants ACK, then BYE
	if e := next[Ended](d); e.By != EndLocal {
		t.Errorf("%+v", e)
	}
	d.ended()
	peer.Wait(t)
}

func TestSIPp_DuplicateAnswer(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "duplicate_200", sippeer.SIPpOptions{}, nil)
	next[Answered](d)
	limit := time.After(patience)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for peer.Received("ACK ") < 3 {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("%d ACKs for three 200s", peer.Received("ACK "))
		}
	}
	d.Bye("")
	next[Ended](d)
	peer.Wait(t)
	if n := peer.Received("ACK "); n > 6 {
		t.Errorf("%d ACKs: a storm", n)
	}
}

func TestSIPp_ForkedAnswer(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "fork", sippeer.SIPpOptions{}, nil)
	if a := next[Answered](d); a.ToTag != "a" {
		t.Errorf("the first wins: %s", a.ToTag)
	}
	limit := time.After(patience)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for peer.Received("BYE ") < 1 { // of the loser
		select {
		case <-look.C:
		case <-limit:
			t.Fatal("no BYE for the loser")
		}
	}
	d.Bye("")
	next[Ended](d)
	peer.Wait(t)
}

func TestSIPp_FarSideHangsUp(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "far_bye", sippeer.SIPpOptions{}, nil)
	next[Answered](d)
	if e := next[Ended](d); e.By != EndRemote {
		t.Errorf("%+v", e)
	}
	d.ended()
	peer.Wait(t)
}

func TestSIPp_SilenceInsteadOfAnAnswer(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "silent", sippeer.SIPpOptions{}, func(c *UserAgentConfig) { c.FirstResponseTimeout = time.Second })
	f := next[Failed](d)
	if !f.NoResponse || f.Code != 0 || !FailoverAllowed(f.Facts(), nil) {
		t.Errorf("%+v", f)
	}
	d.ended()
	sent := peer.Received("INVITE ")
	peer.Wait(t)
	if now := peer.Received("INVITE "); now != sent {
		t.Errorf("%d more INVITEs after the trunk was given up", now-sent)
	}
}

func TestSIPp_ByeAnswered481And401(t *testing.T) {
	t.Parallel()
	for scenario, code := range map[string]int{"bye_481": 481, "bye_401": 200} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			peer, d := against(t, scenario, sippeer.SIPpOptions{}, func(c *UserAgentConfig) {
				c.Trunks[0].Username, c.Trunks[0].Password = "huifang", "secret"
			})
			next[Answered](d)
			d.Bye("")
			if e := next[Ended](d); e.By != EndLocal || e.Code != code {
				t.Errorf("%+v", e)
			}
			d.ended()
			peer.Wait(t)
		})
	}
}

func TestSIPp_HoldAndBack(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "hold", sippeer.SIPpOptions{}, nil)
	next[Answered](d)
	for _, want := range []Direction{SendOnly, Inactive, SendOnly, SendRecv} {
		if o := next[Offered](d); o.Media.Direction != want || len(o.Answer) == 0 {
			t.Errorf("media %+v, want %s", o.Media, want)
		}
	}
	d.Bye("")
	next[Ended](d)
	d.ended()
	peer.Wait(t)
}

func TestSIPp_OverTCP(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "twelve_180", sippeer.SIPpOptions{Transport: "tcp"}, func(c *UserAgentConfig) {
		c.Trunks[0].Transport = "tcp"
	})
	next[Answered](d)
	d.Bye("")
	next[Ended](d)
	peer.Wait(t)
}

// RFC 3261 13.2.2.4, 16.7: the 2xx of a branch comes after the 487 to our CANCEL.
func TestSIPp_AnswerOfABranchAfterCancel(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "late_fork", sippeer.SIPpOptions{}, nil)
	next[Provisional](d)
	d.Cancel("agent")
	if f := next[Failed](d); f.Code != 487 {
		t.Errorf("%+v", f)
	}
	d.ended() // the owner is told once
	peer.Wait(t)
}
