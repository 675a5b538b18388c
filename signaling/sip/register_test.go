package sip

import (
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/testkit/sippeer"
)

// registering makes the trunk want a registration.
func registering(more func(*UserAgentConfig)) func(*UserAgentConfig) {
	return func(c *UserAgentConfig) {
		c.Trunks[0].Register = true
		c.Trunks[0].Username, c.Trunks[0].Password = "u", "secret"
		c.limits = defaultLimits()
		c.limits.register = 20 * time.Millisecond
		if more != nil {
			more(c)
		}
	}
}

// awaitStatus waits for a status of the trunk.
func awaitStatus(t *testing.T, ua *UserAgent, what string, ok func(TrunkStatus) bool) {
	t.Helper()
	look, limit := time.NewTicker(5*time.Millisecond), time.After(patience)
	defer look.Stop()
	for !ok(ua.Trunks()[0]) {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("trunk is not %s: %+v", what, ua.Trunks()[0])
		}
	}
}

func registered(s TrunkStatus) bool { return s.Registration == RegistrationActive }

func TestRegister_KeepsTheBinding(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), registering(func(c *UserAgentConfig) { c.Registerer = reg }))
	first := p.request(sipmsg.REGISTER)
	host, _, _ := strings.Cut(p.addr(), ":")
	if first.Recipient.User != "" || first.To().Address.User != "u" || first.From().Address.User != "u" || first.To().Address.Host != host ||
		headerValue(first, "Expires") != "3600" || first.Contact().Address.Port != ua.port("udp") || toTag(first) != "" {
		t.Errorf("%s", first)
	}
	p.reply(first, 407, "r", `Proxy-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
	second := p.request(sipmsg.REGISTER)
	verify(t, second, "Proxy-Authorization")
	if second.CallID().Value() != first.CallID().Value() || second.CSeq().SeqNo != first.CSeq().SeqNo+1 {
		t.Errorf("%s", second)
	}
	// Another telephone of ours is registered too; only our own Contact counts.
	p.reply(second, 200, "r", "Contact: <sip:other@10.0.0.1:5060>;expires=900, <"+second.Contact().Address.String()+">;expires=6", "Expires: 1")
	awaitStatus(t, ua, "registered", registered)
	s := ua.Trunks()[0]
	if left := time.Until(s.RegisteredUntil); left > 6*time.Second || s.RegistrationCode != 200 || s.State == TrunkDown {
		t.Errorf("%+v", s)
	}
	if gauge(t, reg, "huifang_sip_trunk_registered_until_timestamp_seconds") == 0 || counted(t, reg, "huifang_sip_registrations_total") != 1 {
		t.Error("metrics")
	}
	refresh := p.request(sipmsg.REGISTER) // at half of six seconds
	if refresh.CallID().Value() != first.CallID().Value() || refresh.CSeq().SeqNo != second.CSeq().SeqNo+1 {
		t.Errorf("%s", refresh)
	}
	p.reply(refresh, 500, "r") // the binding still stands
	awaitStatus(t, ua, "registered, with a failed refresh", func(s TrunkStatus) bool { return registered(s) && s.RegistrationCode == 500 })
	p.reply(p.request(sipmsg.REGISTER), 200, "r", "Expires: 600")
	awaitStatus(t, ua, "registered again", func(s TrunkStatus) bool { return time.Until(s.RegisteredUntil) > time.Minute })
	stopped := make(chan struct{})
	go func() { ua.Stop(); close(stopped) }()
	last := p.request(sipmsg.REGISTER)
	if headerValue(last, "Expires") != "0" || last.Contact() == nil {
		t.Errorf("%s", last)
	}
	p.reply(last, 200, "r")
	<-stopped
	if s := ua.Trunks()[0]; registered(s) || !s.RegisteredUntil.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestRegister_RefusedIsDownAndTriedAgain(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), registering(nil))
	if s := ua.Trunks()[0]; s.Registration != RegistrationPending || s.State != TrunkUnknown {
		t.Errorf("%+v", s)
	}
	for range 4 {
		r := p.request(sipmsg.REGISTER)
		p.reply(r, 403, "r")
	}
	awaitStatus(t, ua, "refused", func(s TrunkStatus) bool {
		return s.Registration == RegistrationRefused && s.State == TrunkDown && s.RegistrationCode == 403
	})
	if why := ua.Trunks()[0].Why(); why != "refuses our registration (403)" {
		t.Errorf("why: %q", why)
	}
	p.reply(p.request(sipmsg.REGISTER), 302, "r", "Contact: <sip:"+p.addr()+";moved=1>") // never followed
	again := p.request(sipmsg.REGISTER)
	if again.Recipient.UriParams.Has("moved") {
		t.Errorf("%s", again.StartLine())
	}
	p.reply(again, 200, "r", "Expires: 60")
	awaitStatus(t, ua, "registered", func(s TrunkStatus) bool { return registered(s) && s.State != TrunkDown })
}

func TestRegister_RetryAfterKeepsAway(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), registering(nil))
	p.reply(p.request(sipmsg.REGISTER), 503, "r", "Retry-After: 3")
	awaitStatus(t, ua, "left alone", func(s TrunkStatus) bool { return !s.AvoidUntil.IsZero() })
	p.quiet(sipmsg.REGISTER, 500*time.Millisecond)
	p.reply(p.request(sipmsg.REGISTER), 200, "r", "Expires: 60")
	awaitStatus(t, ua, "registered", registered)
}

func TestRegister_ABindingThatRunsOutIsDown(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), registering(func(c *UserAgentConfig) { c.limits.register = time.Hour }))
	p.reply(p.request(sipmsg.REGISTER), 200, "r", "Expires: 4")
	awaitStatus(t, ua, "registered", registered)
	p.reply(p.request(sipmsg.REGISTER), 500, "r")
	awaitStatus(t, ua, "down", func(s TrunkStatus) bool { return s.State == TrunkDown })
}

func TestRegister_NeedsAName(t *testing.T) {
	t.Parallel()
	_, err := NewUserAgent(UserAgentConfig{ListenUDP: "127.0.0.1:0", Trunks: []Trunk{{Name: "a", Address: "127.0.0.1:5060", Register: true}}})
	if err == nil {
		t.Error("registers nobody")
	}
}

func TestSIPp_Register(t *testing.T) {
	t.Parallel()
	peer := sippeer.StartSIPp(t, "testdata/sipp/register.xml", sippeer.SIPpOptions{})
	ua := startAgent(t, peer.Addr, registering(nil))
	awaitStatus(t, ua, "registered for 4 s", registered)
	awaitStatus(t, ua, "refreshed", func(s TrunkStatus) bool { return time.Until(s.RegisteredUntil) > time.Minute })
	ua.Stop()
	peer.Wait(t)
}
