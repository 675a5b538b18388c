package sip

import (
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"
)

// avoids is the trunk as it stands in its status.
func avoids(t *testing.T, ua *UserAgent, least, most time.Duration) {
	t.Helper()
	s := ua.Trunks()[0]
	if !strings.HasPrefix(s.Why(), "asked to be left alone until ") {
		t.Errorf("why: %q", s.Why())
	}
	if left := time.Until(s.AvoidUntil); s.State != TrunkDown || left < least || left > most {
		t.Errorf("%s until %s", s.State, s.AvoidUntil)
	}
}

func TestRetryAfter_IsHonouredWithinBounds(t *testing.T) {
	t.Parallel()
	for wish, bounds := range map[string][2]time.Duration{
		"120 (overload)": {time.Minute, 2 * time.Minute}, "86400;duration=5": {9 * time.Minute, 10 * time.Minute},
	} {
		p := newPeer(t)
		reg := prometheus.NewRegistry()
		ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Registerer = reg })
		d := dial(t, ua)
		p.reply(p.request(sipmsg.INVITE), 503, "t1", "Retry-After: "+wish)
		next[Failed](d)
		d.ended()
		avoids(t, ua, bounds[0], bounds[1])
		if at := time.Unix(int64(gauge(t, reg, "huifang_sip_trunk_avoid_until_timestamp_seconds")), 0); time.Until(at) < bounds[0]-time.Second {
			t.Errorf("metric says %s", at)
		}
	}
}

// A 503 without Retry-After is a 500: the next call may go there (RFC 3261 21.5.4).
func TestRetryAfter_NoneIsNone(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), nil)
	d := dial(t, ua)
	p.reply(p.request(sipmsg.INVITE), 503, "t1")
	next[Failed](d)
	if s := ua.Trunks()[0]; s.State == TrunkDown || !s.AvoidUntil.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestRetryAfter_NoProbesMeanwhile(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.OptionsInterval = 20 * time.Millisecond })
	p.reply(p.request(sipmsg.OPTIONS), 200, "x")
	await(t, ua, TrunkUp)
	p.reply(p.request(sipmsg.OPTIONS), 503, "x", "Retry-After: 4")
	await(t, ua, TrunkDown)
	avoids(t, ua, 0, 4*time.Second)
	p.quiet(sipmsg.OPTIONS, 500*time.Millisecond)
	p.reply(p.request(sipmsg.OPTIONS), 200, "x") // when the time is over
	await(t, ua, TrunkUp)
}

// gauge is the value of a gauge with one child.
func gauge(t *testing.T, reg *prometheus.Registry, name string) float64 {
	t.Helper()
	all, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}
