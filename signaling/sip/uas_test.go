package sip

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"huifang/internal/testkit/sippeer"
)

func TestUASMachine(t *testing.T) {
	t.Parallel()
	now := time.Now()
	names := func(todo []action) string {
		var out []string
		for _, a := range todo {
			switch a := a.(type) {
			case actRespond:
				out = append(out, fmt.Sprint(a.code))
			case actEmit:
				out = append(out, strings.TrimPrefix(fmt.Sprintf("%T", a.event), "sip."))
			case actStart:
			default:
				out = append(out, strings.TrimPrefix(fmt.Sprintf("%T", a), "sip.act"))
			}
		}
		return strings.Join(out, " ")
	}
	bye, acked, accept := inBye{at: now, reason: "agent"}, inAcked{}, inAccept{at: now}
	for _, row := range []struct {
		name     string
		reliable bool
		in       []input
		want     []string
		end      uasState
		dialog   state
	}{
		{"rings, is answered, caller hangs up", false, []input{inRing{}, accept, acked, inRemoteBye{at: now}}, []string{"180", "Accept", "", "Ended"}, uasConfirmed, stateTerminated},
		{"a second 180 is not sent", false, []input{inRing{}, inRing{}}, []string{"180", ""}, uasRinging, stateProceeding},
		{"no 18x for who wants it reliably", true, []input{inRing{}, accept}, []string{"", "Accept"}, uasAnswered, stateConfirmed},
		{"our BYE waits for the ACK", false, []input{accept, bye, acked}, []string{"Accept", "", "Bye"}, uasConfirmed, stateEnding},
		{"no ACK", false, []input{accept, inLost{at: now, why: "ack_missing"}}, []string{"Accept", "Bye Ended"}, uasConfirmed, stateTerminated},
		{"the caller's BYE without ACK", false, []input{accept, inRemoteBye{at: now}}, []string{"Accept", "Ended"}, uasConfirmed, stateTerminated},
		{"CANCEL", false, []input{inRing{}, inGivenUp{at: now}, accept, bye}, []string{"180", "Failed", "", ""}, uasTerminated, stateTerminated},
		{"BYE of the early dialog", false, []input{inRing{}, inGivenUp{at: now, byBye: true}}, []string{"180", "487 Failed"}, uasTerminated, stateTerminated},
		{"CANCEL after the answer", false, []input{accept, inGivenUp{at: now}, acked}, []string{"Accept", "", ""}, uasConfirmed, stateConfirmed},
		{"busy", false, []input{inRefuse{at: now, code: 486}, inRefuse{at: now, code: 480}}, []string{"486 Failed", ""}, uasTerminated, stateTerminated},
		{"ended by us before the answer", false, []input{bye}, []string{"480 Failed"}, uasTerminated, stateTerminated},
		{"the linger time ends it", false, []input{bye, inTimer{at: now, timer: timerLinger}}, []string{"480 Failed", "Finish"}, uasTerminated, stateTerminated},
	} {
		m := newUASMachine(newMachine(0), row.reliable)
		var got []string
		for _, in := range row.in {
			got = append(got, names(m.step(in)))
		}
		if !slices.Equal(got, row.want) || m.state != row.end || m.dialog.state != row.dialog {
			t.Errorf("%s: %q in %s/%s, want %q in %s/%s", row.name, got, m.state, m.dialog.state, row.want, row.end, row.dialog)
		}
	}
}

var ourMedia = netip.MustParseAddrPort("127.0.0.1:40002")

// taking is a user agent that takes calls, each with its events.
type taking struct {
	*UserAgent
	calls chan *taken
}

type taken struct {
	dialled
	facts Incoming
}

func take(t *testing.T, addr string, change func(*UserAgentConfig)) *taking {
	t.Helper()
	in := &taking{calls: make(chan *taken, 16)}
	in.UserAgent = startAgent(t, addr, func(c *UserAgentConfig) {
		c.Trunks[0].ServiceNumbers = []string{"4008001234"}
		c.OnIncoming = func(call *Call, facts Incoming) Handler {
			d := &taken{dialled: dialled{t: t, Call: call, events: make(chan Event, 256)}, facts: facts}
			in.calls <- d
			return func(e Event) { d.events <- e }
		}
		if change != nil {
			change(c)
		}
	})
	return in
}

func (in *taking) next(t *testing.T) *taken {
	t.Helper()
	select {
	case d := <-in.calls:
		return d
	case <-time.After(patience):
		t.Fatal("no call came in")
		return nil
	}
}

// inviting writes the INVITE of a new call; lines as in peer.within.
func (p *peer) inviting(to, called, branch, body string, lines ...string) {
	p.t.Helper()
	from := `"Wang" <sip:+8613800138000@127.0.0.1>;tag=caller`
	var more []string
	for _, l := range lines {
		if f, ok := strings.CutPrefix(l, "From: "); ok {
			from = f
		} else {
			more = append(more, l+"\r\n")
		}
	}
	if body != "" {
		more = append(more, "Content-Type: application/sdp\r\n")
	}
	p.write(to, fmt.Sprintf("INVITE sip:%s@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nFrom: %s\r\nTo: <sip:%s@%s>\r\nCall-ID: in-1@caller\r\n"+
		"CSeq: 7 INVITE\r\nContact: <sip:%s>\r\nMax-Forwards: 70\r\n%sContent-Length: %d\r\n\r\n%s",
		called, to, p.addr(), branch, from, called, to, p.addr(), strings.Join(more, ""), len(body), body))
}

// dialogRequest writes a request of the caller in the dialog of res.
func (p *peer) dialogRequest(res *sipmsg.Response, method string, seq int, body string) {
	p.t.Helper()
	kind := ""
	if body != "" {
		kind = "Content-Type: application/sdp\r\n"
	}
	p.write(res.Contact().Address.HostPort(), fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d;rport\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n"+
		"Max-Forwards: 70\r\n%sContent-Length: %d\r\n\r\n%s", method, res.Contact().Address.String(), p.addr(), method, seq, res.From().Value(), res.To().Value(),
		res.CallID().Value(), seq, method, kind, len(body), body))
}

func TestIncoming_AnsweredAndEndedByUs(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	in := take(t, p.addr(), quick(func(l *limits) { l.t1 = 50 * time.Millisecond }))
	p.inviting(in.Addr("udp").String(), "4008001234", "a", peerSDP)
	p.response(100)
	d := in.next(t)
	if d.facts.Trunk != "main" || d.facts.Called != "4008001234" || d.facts.Caller != "+8613800138000" || d.facts.Anonymous || string(d.facts.Offer) != peerSDP {
		t.Errorf("%+v", d.facts)
	}
	d.Ring()
	ringing := p.response(180)
	d.Accept(ourMedia)
	if a := next[Answered](&d.dialled); string(a.SDP) != peerSDP {
		t.Errorf("%+v", a)
	}
	ok := p.response(200)
	if toTag(ok) != toTag(ringing) || headerValue(ok, "Session-Expires") == "" {
		t.Errorf("200: %s", ok)
	}
	if m, err := Negotiate(ok.Body()); err != nil || m.Addr != ourMedia || m.PayloadType != PayloadPCMA || m.TelephoneEventPT != 101 {
		t.Errorf("answer %+v %v", m, err)
	}
	if again := p.response(200); again.String() != ok.String() { // no ACK yet
		t.Errorf("another 200: %s", again)
	}
	d.Bye("agent")
	p.quiet(sipmsg.BYE, 100*time.Millisecond) // RFC 3261 15: not before the ACK
	p.dialogRequest(ok, "ACK", 7, "")
	bye := p.request(sipmsg.BYE)
	if fromTag(bye) != toTag(ok) || toTag(bye) != "caller" {
		t.Errorf("%s", bye)
	}
	p.reply(bye, 200, "")
	if e := next[Ended](&d.dialled); e.By != EndLocal {
		t.Errorf("%+v", e)
	}
	d.ended()
}

func TestIncoming_LateOfferAndTheCallersEnd(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	in := take(t, p.addr(), nil)
	p.inviting(in.Addr("udp").String(), "+4008001234", "a", "", "Session-Expires: 120;refresher=uac", "Supported: timer")
	d := in.next(t)
	d.Accept(ourMedia)
	if a := next[Answered](&d.dialled); a.SDP != nil {
		t.Errorf("%+v", a)
	}
	ok := p.response(200)
	if m, err := Negotiate(ok.Body()); err != nil || m.Addr != ourMedia {
		t.Errorf("our offer %+v %v", m, err)
	}
	if v := headerValue(ok, "Session-Expires"); v != "120;refresher=uac" || !headerHas(ok, "Require", "timer") {
		t.Errorf("session timer %q", v)
	}
	p.dialogRequest(ok, "ACK", 7, peerSDP)
	if o := next[Offered](&d.dialled); o.Media.Addr.Port() != 40100 {
		t.Errorf("%+v", o)
	}
	hold := strings.Replace(peerSDP, "m=audio", "a=sendonly\r\nm=audio", 1)
	p.dialogRequest(ok, "INVITE", 8, hold)
	if o := next[Offered](&d.dialled); o.Media.Direction != SendOnly {
		t.Errorf("%+v", o)
	}
	p.dialogRequest(ok, "ACK", 8, "")
	p.dialogRequest(ok, "BYE", 9, "")
	if e := next[Ended](&d.dialled); e.By != EndRemote {
		t.Errorf("%+v", e)
	}
	d.ended()
}

func TestIncoming_WhatIsRefused(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	in := take(t, p.addr(), nil)
	to := in.Addr("udp").String()
	video := "v=0\r\no=p 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40100 RTP/AVP 18\r\n"
	for _, row := range []struct {
		name, called, body string
		lines              []string
		code               int
	}{
		{"another number", "4008009999", peerSDP, nil, 404},
		{"no common codec", "4008001234", video, nil, 488},
		{"unknown extension", "4008001234", peerSDP, []string{"Require: replaces"}, 420},
		{"session interval", "4008001234", peerSDP, []string{"Supported: timer", "Session-Expires: 30"}, 422},
	} {
		p.inviting(to, row.called, fmt.Sprint("x", row.code), row.body, row.lines...)
		p.response(row.code)
	}
	p.inviting(to, "4008001234", "first", peerSDP)
	d := in.next(t)
	p.inviting(to, "4008001234", "first", peerSDP) // sent again: one call
	p.inviting(to, "4008001234", "second", peerSDP)
	p.response(482)
	d.Refuse(503, "Service Unavailable", 30*time.Second)
	if res := p.response(503); retryAfter(res) != 30*time.Second {
		t.Errorf("%s", res)
	}
	if f := next[Failed](&d.dialled); f.Code != 503 {
		t.Errorf("%+v", f)
	}
	d.ended()
	if len(in.calls) != 0 {
		t.Error("more calls than one")
	}
}

func TestIncoming_TakesNoCallsWithoutOwner(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Trunks[0].ServiceNumbers = []string{"4008001234"} })
	p.inviting(ua.Addr("udp").String(), "4008001234", "a", peerSDP)
	p.response(480)
}

func TestIncoming_WhoCalls(t *testing.T) {
	t.Parallel()
	const pai = `P-Asserted-Identity: "x" <sip:+8613900139000@carrier.example;user=phone>, <tel:+8613900139000>`
	for _, row := range []struct {
		name      string
		trusted   bool
		lines     []string
		number    string
		anonymous bool
	}{
		{"From", false, nil, "+8613800138000", false},
		{"asserted, not trusted", false, []string{pai}, "+8613800138000", false},
		{"asserted", true, []string{pai}, "+8613900139000", false},
		{"asserted and private", true, []string{pai, "Privacy: id", "From: <sip:anonymous@anonymous.invalid>;tag=caller"}, "+8613900139000", true},
		{"private", false, []string{pai, "Privacy: id"}, "", true},
		{"anonymous", true, []string{"From: <sip:anonymous@anonymous.invalid>;tag=caller"}, "", true},
		{"a name", false, []string{"From: <sip:alice@example.com>;tag=caller"}, "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			in := take(t, p.addr(), func(c *UserAgentConfig) { c.Trunks[0].TrustIdentity = row.trusted })
			p.inviting(in.Addr("udp").String(), "4008001234", "a", peerSDP, row.lines...)
			d := in.next(t)
			if d.facts.Caller != row.number || d.facts.Anonymous != row.anonymous {
				t.Errorf("%q anonymous %t", d.facts.Caller, d.facts.Anonymous)
			}
			d.Refuse(486, "Busy Here", 0)
			p.response(486)
			next[Failed](&d.dialled)
		})
	}
}

func TestIncoming_StopEndsWhatWaits(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	in := take(t, p.addr(), nil)
	p.inviting(in.Addr("udp").String(), "4008001234", "a", peerSDP)
	d := in.next(t)
	in.Stop()
	p.response(480)
	next[Failed](&d.dialled)
	d.ended()
}

// calling starts sipp as a caller.
func calling(t *testing.T, in *taking, scenario string, o sippeer.SIPpOptions) *sippeer.SIPp {
	t.Helper()
	network := "udp"
	if o.Transport != "" {
		network = o.Transport
	}
	o.Args = append(o.Args, "-s", "4008001234", in.Addr(network).String())
	return sippeer.StartSIPp(t, "testdata/sipp/"+scenario+".xml", o)
}

func TestSIPp_CallsUs(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			in := take(t, "127.0.0.1:9", func(c *UserAgentConfig) { c.Trunks[0].Transport = transport })
			peer := calling(t, in, "uac", sippeer.SIPpOptions{Transport: transport})
			d := in.next(t)
			d.Ring()
			d.Accept(ourMedia)
			next[Answered](&d.dialled)
			if e := next[Ended](&d.dialled); e.By != EndRemote {
				t.Errorf("%+v", e)
			}
			d.ended()
			peer.Wait(t)
		})
	}
}

func TestSIPp_CallsUsAndGivesUp(t *testing.T) {
	t.Parallel()
	in := take(t, "127.0.0.1:9", nil)
	peer := calling(t, in, "uac_cancel", sippeer.SIPpOptions{})
	d := in.next(t)
	d.Ring()
	if f := next[Failed](&d.dialled); f.Code != 487 || !f.Rang {
		t.Errorf("%+v", f)
	}
	d.Accept(ourMedia) // too late, and without effect
	d.ended()
	peer.Wait(t)
}

func TestBaresip_CallsUs(t *testing.T) {
	t.Parallel()
	in := take(t, "127.0.0.1:9", nil)
	phone := sippeer.StartBaresip(t, sippeer.BaresipOptions{Number: "13800138000"})
	phone.Dial(t, "sip:4008001234@"+in.Addr("udp").String())
	d := in.next(t)
	d.Ring()
	d.Accept(ourMedia)
	a := next[Answered](&d.dialled)
	if _, err := Negotiate(a.SDP); err != nil {
		t.Error(err)
	}
	d.Bye("agent")
	if e := next[Ended](&d.dialled); e.By != EndLocal || e.Code != 200 {
		t.Errorf("%+v", e)
	}
}
