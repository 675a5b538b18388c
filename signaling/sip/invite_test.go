package sip

import (
	"errors"
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

func TestInvite_WhatLeaves(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), nil)
	dial(t, ua)
	r := p.request(sipmsg.INVITE)
	if r.Recipient.User != "13800138000" || r.From().Address.User != "4008001234" || !strings.HasPrefix(r.CallID().Value(), "call-1-") {
		t.Errorf("%s", r.StartLine())
	}
	if r.Source() != ua.Addr("udp").String() {
		t.Errorf("sent from %s, we listen on %s", r.Source(), ua.Addr("udp"))
	}
	if _, ok := r.Via().Params.Get("rport"); !ok || r.Contact().Address.Port == 0 || string(r.Body()) != string(testOffer) {
		t.Error("no rport, no contact or not our offer")
	}
	if !headerHas(r, "Supported", "100rel") || !headerHas(r, "Supported", "timer") || !headerHas(r, "Allow", "PRACK") {
		t.Errorf("supported: %v", headerList(r, "Supported"))
	}
}

func TestInvite_Refused(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), nil)
	ignore := func(Event) { t.Error("an event of no call") }
	for want, r := range map[error]InviteRequest{
		ErrUnknownTrunk: {Trunk: "none", Number: "1", Offer: testOffer},
		ErrNumber:       {Trunk: "main", Number: "1;user=x@evil", Offer: testOffer},
		ErrOffer:        {Trunk: "main", Number: "1"},
	} {
		if _, err := ua.Invite(t.Context(), r, ignore); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	ua.Stop()
	if _, err := ua.Invite(t.Context(), InviteRequest{Trunk: "main", Number: "1", Offer: testOffer}, ignore); !errors.Is(err, ErrNotRunning) {
		t.Errorf("after stop: %v", err)
	}
}

func TestInvite_CancelWaitsForAProvisional(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	d.Cancel("agent")
	p.quiet(sipmsg.CANCEL, 300*time.Millisecond)
	p.reply(invite, 100, "")
	cancel := p.request(sipmsg.CANCEL)
	was, _ := invite.Via().Params.Get("branch")
	is, _ := cancel.Via().Params.Get("branch")
	if is != was || cancel.CSeq().SeqNo != invite.CSeq().SeqNo || toTag(cancel) != "" ||
		cancel.Recipient.String() != invite.Recipient.String() || len(cancel.GetHeaders("Via")) != 1 {
		t.Errorf("CANCEL does not match its INVITE:\n%s", cancel)
	}
	p.reply(cancel, 200, "t1")
	p.reply(invite, 487, "t1")
	if ack := p.request(sipmsg.ACK); toTag(ack) != "t1" {
		t.Errorf("ACK of 487: %s", ack)
	}
	if f := next[Failed](d); f.Code != 487 {
		t.Errorf("%+v", f)
	}
	d.ended()
}

func TestInvite_No487AfterCancel(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), quick(func(l *limits) { l.cancel = 300 * time.Millisecond })))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 180, "t1")
	d.Cancel("agent")
	p.reply(p.request(sipmsg.CANCEL), 200, "")
	if f := next[Failed](d); !errors.Is(f.Err, ErrNoFinalResponse) || f.NoResponse || !f.Rang {
		t.Errorf("%+v", f)
	}
	d.ended()
	p.reply(invite, 200, "t1", "sdp") // now of all times
	p.request(sipmsg.ACK)
	p.reply(p.request(sipmsg.BYE), 200, "")
}

func TestInvite_LateLifeOfAnAbandonedTrunk(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), func(c *UserAgentConfig) { c.FirstResponseTimeout = 200 * time.Millisecond }))
	invite := p.request(sipmsg.INVITE)
	if f := next[Failed](d); !f.NoResponse {
		t.Errorf("%+v", f)
	}
	d.ended()
	p.reply(invite, 180, "t1")
	p.reply(p.request(sipmsg.CANCEL), 200, "t1")
	p.reply(invite, 200, "t1", "sdp")
	p.request(sipmsg.ACK)
	p.reply(p.request(sipmsg.BYE), 200, "")
	p.reply(invite, 487, "t2")
	p.request(sipmsg.ACK)
}

func TestInvite_ReorderedResponses(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 180, "t1")
	p.reply(invite, 100, "")
	p.reply(invite, 200, "t1", "sdp")
	p.reply(invite, 180, "t1")
	if e, ok := (<-d.events).(Provisional); !ok || e.Code != 180 {
		t.Errorf("the 100 that came after the 180 was told: %+v", e)
	}
	next[Answered](d)
	p.request(sipmsg.ACK)
	p.reply(invite, 180, "t1")
	p.reply(invite, 486, "t1")
	d.Bye("")
	p.reply(p.request(sipmsg.BYE), 200, "")
	if e, ok := (<-d.events).(Ended); !ok {
		t.Errorf("told behind the answer: %+v", e)
	}
}

func TestInvite_Digest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code       int
		challenges [][]string
		good       bool
	}{
		"MD5 with qop":        {407, [][]string{{`Digest realm="r", nonce="n1", qop="auth,auth-int", algorithm=MD5`}}, true},
		"SHA-256":             {401, [][]string{{`Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256`}}, true},
		"the preferred one":   {401, [][]string{{`Digest realm="r", nonce="n0", algorithm=SHA-3`, `Digest realm="r", nonce="n1", algorithm=SHA-256`, `Digest realm="r", nonce="n2", algorithm=MD5`}}, true},
		"stale nonce":         {407, [][]string{{`Digest realm="r", nonce="n1", qop="auth"`}, {`Digest realm="r", nonce="n2", qop="auth", stale=true`}}, true},
		"refused three times": {401, [][]string{{`Digest realm="r", nonce="n1"`}, {`Digest realm="r", nonce="n2"`}, {`Digest realm="r", nonce="n3"`}}, false},
		"unknown scheme":      {401, [][]string{{`Basic realm="r"`}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			d := dial(t, startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Trunks[0].Username, c.Trunks[0].Password = "u", "secret" }))
			ask, answer := "WWW-Authenticate: ", "Authorization"
			if c.code == 407 {
				ask, answer = "Proxy-Authenticate: ", "Proxy-Authorization"
			}
			invite := p.request(sipmsg.INVITE)
			for i, ch := range c.challenges {
				var lines []string
				for _, h := range ch {
					lines = append(lines, ask+h)
				}
				p.reply(invite, c.code, "c", lines...)
				p.request(sipmsg.ACK)
				if !c.good && (i == 2 || len(c.challenges) == 1) {
					if f := next[Failed](d); f.Code != c.code || name == "unknown scheme" && !errors.Is(f.Err, ErrChallenge) {
						t.Errorf("%+v", f)
					}
					d.ended()
					return
				}
				again := p.request(sipmsg.INVITE)
				if again.CSeq().SeqNo != invite.CSeq().SeqNo+1 || fromTag(again) != fromTag(invite) || toTag(again) != "" {
					t.Errorf("repeated INVITE:\n%s", again)
				}
				verify(t, again, answer)
				invite = again
			}
			p.reply(invite, 200, "t1", "sdp")
			next[Answered](d)
			if ack := p.request(sipmsg.ACK); len(ack.GetHeaders(answer)) != 1 {
				t.Error("ACK without the INVITE's credentials")
			}
			p.finish(d)
		})
	}
}

// verify recomputes the response of the request's credentials.
func verify(t *testing.T, req *sipmsg.Request, header string) {
	t.Helper()
	hs := req.GetHeaders(header)
	if len(hs) != 1 {
		t.Fatalf("%d headers %s", len(hs), header)
	}
	cred, err := digest.ParseCredentials(hs[0].Value())
	if err != nil {
		t.Fatal(err)
	}
	chal := &digest.Challenge{Realm: cred.Realm, Nonce: cred.Nonce, Algorithm: cred.Algorithm}
	if cred.QOP != "" {
		chal.QOP = []string{cred.QOP}
	}
	want, err := digest.Digest(chal, digest.Options{Method: req.Method.String(), URI: req.Recipient.String(), Username: "u", Password: "secret", Cnonce: cred.Cnonce, Count: cred.Nc})
	if err != nil || want.Response != cred.Response {
		t.Errorf("wrong digest %s (%v)", cred, err)
	}
}

func TestInvite_AckStormIsLimited(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	ok := p.text(invite, 200, "t1", "sdp")
	acks := 0
	for range 200 { // a peer that answers each ACK by its 200
		p.write(invite.Source(), ok)
		select {
		case <-p.in:
			acks++
		case <-time.After(time.Millisecond):
		}
	}
	if acks > 20 {
		t.Errorf("%d ACKs", acks)
	}
	p.finish(d)
}

func TestInvite_IntervalTooSmall(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 422, "c", "Min-SE: 3600")
	again := p.request(sipmsg.INVITE)
	if v := headerValue(again, "Session-Expires"); v != "3600" || headerValue(again, "Min-SE") != "3600" || len(again.GetHeaders("Session-Expires")) != 1 {
		t.Errorf("asks for %s", v)
	}
	p.reply(again, 486, "t1")
	next[Failed](d)
	d.ended()
}

func TestInvite_UnreachableOverTCPFailsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPeer(t) // nobody listens for TCP on its port
	d := dial(t, startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Trunks[0].Transport = "tcp" }))
	f := next[Failed](d)
	if !errors.Is(f.Err, ErrTransport) || !FailoverAllowed(f.Facts(), nil) || strings.Contains(f.Err.Error(), "13800138000") {
		t.Errorf("%+v", f)
	}
	d.ended()
}
