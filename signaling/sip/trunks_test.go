package sip

import (
	"errors"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"
)

func TestSetTrunks_LiveCallGoesOnWhileItsTrunkIsTakenOut(t *testing.T) {
	t.Parallel()
	p, q := newPeer(t), newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Registerer = reg })
	d := dial(t, ua)
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 200, "t1", "sdp")
	next[Answered](d)
	p.request(sipmsg.ACK)

	second := Trunk{Name: "second", Address: q.addr(), CallerID: "4008005678", Rewrites: []Rewrite{{Prefix: "+86138", With: "9138"}}}
	if err := ua.SetTrunks(t.Context(), []Trunk{second}); err != nil {
		t.Fatal(err)
	}
	if s := ua.Trunks(); len(s) != 1 || s[0].Name != "second" {
		t.Errorf("trunks: %+v", s)
	}
	request := InviteRequest{Trunk: "main", Number: "+8613800138000", Offer: testOffer}
	if _, err := ua.Invite(t.Context(), request, func(Event) {}); !errors.Is(err, ErrUnknownTrunk) {
		t.Errorf("a dial over the trunk that is gone: %v", err)
	}
	request.Trunk = "second"
	c, err := ua.Invite(t.Context(), request, func(Event) {})
	if err != nil {
		t.Fatal(err)
	}
	other := q.request(sipmsg.INVITE)
	if other.Recipient.User != "913800138000" || other.From().Address.User != "4008005678" {
		t.Errorf("over the new trunk: %s from %s", other.Recipient.String(), other.From().Address.String())
	}
	q.reply(other, 486, "x")
	q.request(sipmsg.ACK)
	<-c.done
	p.finish(d) // our BYE still goes where the call is, and is answered
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "huifang_sip_trunk_state" && len(f.GetMetric()) != 3 { // the three states of the new one
			t.Errorf("shown: %v", f)
		}
	}
}

func TestSetTrunks_WhatIsAsItWasIsNotTouched(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), nil)
	before := ua.line("main")
	same := before.Trunk
	if err := ua.SetTrunks(t.Context(), []Trunk{{Name: "first", Address: "127.0.0.1:9"}, same}); err != nil {
		t.Fatal(err)
	}
	if ua.line("main") != before || ua.Trunks()[0].Name != "first" {
		t.Error("the unchanged trunk was replaced, or the order is not the one given")
	}
	for _, bad := range [][]Trunk{{{Name: "x", Address: "no port"}}, {same, same}} {
		if err := ua.SetTrunks(t.Context(), bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	if len(ua.Trunks()) != 2 {
		t.Error("a refused change has changed something")
	}
}

func TestSetTrunks_OneThatMovesIsWatchedAtItsNewPlace(t *testing.T) {
	t.Parallel()
	p, q := newPeer(t), newPeer(t)
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.OptionsInterval = time.Hour })
	p.reply(p.request(sipmsg.OPTIONS), 200, "o")
	moved := ua.line("main").Trunk
	moved.Address, moved.Domain = q.addr(), ""
	if err := ua.SetTrunks(t.Context(), []Trunk{moved}); err != nil {
		t.Fatal(err)
	}
	q.reply(q.request(sipmsg.OPTIONS), 200, "o")
	p.quiet(sipmsg.OPTIONS, 100*time.Millisecond)
	ua.Stop()
	if err := ua.SetTrunks(t.Context(), nil); !errors.Is(err, ErrNotRunning) {
		t.Errorf("after the stop: %v", err)
	}
}
