package sip

import (
	"testing"
	"time"

	"huifang/internal/testkit/sippeer"
)

// Session timers (RFC 4028) against sipp: both refreshers, both methods, with a
// short interval.
func TestSIPp_SessionTimer(t *testing.T) {
	t.Parallel()
	for scenario, c := range map[string]struct {
		end    End
		method string // of the refreshes
		times  int    // until the agent hangs up; 0: the far side ends it
		least  time.Duration
	}{
		"timer_we_update":   {EndLocal, "UPDATE ", 3, 5 * time.Second},
		"timer_we_invite":   {EndLocal, "INVITE ", 4, 5 * time.Second},
		"timer_they_update": {EndRemote, "", 0, 6 * time.Second}, // longer than the interval
		"timer_they_invite": {EndRemote, "", 0, 6 * time.Second},
		"timer_nobody":      {EndLost, "", 0, 0},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			peer, d := against(t, scenario, sippeer.SIPpOptions{}, func(x *UserAgentConfig) {
				x.limits = defaultLimits()
				x.limits.minSE = 2 * time.Second
				if c.end != EndLost {
					x.limits.expiry = 0
				}
				x.Trunks[0].Username, x.Trunks[0].Password = "u", "secret"
			})
			answered := next[Answered](d)
			if c.times > 0 {
				received(t, peer, c.method, c.times)
				d.Bye("agent")
			}
			e := next[Ended](d)
			if talked := e.At.Sub(answered.At); e.By != c.end || talked < c.least {
				t.Errorf("%s after %s", e.By, talked)
			}
			d.ended()
			peer.Wait(t)
		})
	}
}

// received waits until sipp has got a message so many times.
func received(t *testing.T, peer *sippeer.SIPp, start string, times int) {
	t.Helper()
	look, limit := time.NewTicker(20*time.Millisecond), time.After(patience)
	defer look.Stop()
	for peer.Received(start) < times {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("sipp got %q %d times, not %d", start, peer.Received(start), times)
		}
	}
}
