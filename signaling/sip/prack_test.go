package sip

import (
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"huifang/internal/testkit/sippeer"
)

// reliably is the header lines of a reliable provisional response.
func reliably(rseq string, more ...string) []string {
	return append([]string{"Require: 100rel", "RSeq: " + rseq}, more...)
}

func movedSDP(port string) string { return strings.Replace(peerSDP, "40100", port, 1) }

func TestPrack_InOrderAndOnce(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 180, "t1", reliably("4711")...)
	prack := p.request(sipmsg.PRACK)
	if v := headerValue(prack, "RAck"); v != "4711 1 INVITE" || prack.CSeq().SeqNo != 2 || toTag(prack) != "t1" || len(prack.Body()) != 0 {
		t.Errorf("%s", prack)
	}
	p.reply(prack, 200, "")
	next[Provisional](d)
	p.reply(invite, 180, "t1", reliably("4711")...)        // sent again
	p.reply(invite, 183, "t1", reliably("4713", "sdp")...) // before its time
	p.quiet(sipmsg.PRACK, 300*time.Millisecond)
	p.reply(invite, 183, "t1", reliably("4712", "sdp")...)
	second := p.request(sipmsg.PRACK)
	if v := headerValue(second, "RAck"); v != "4712 1 INVITE" || second.CSeq().SeqNo != 3 {
		t.Errorf("%s", second)
	}
	p.reply(second, 200, "")
	early := next[Provisional](d)
	if early.Code != 183 || string(early.SDP) != peerSDP {
		t.Errorf("%+v", early)
	}
	// The offer has its answer: what the 200 describes does not count (RFC 3261 13.2.1).
	p.write(invite.Source(), strings.Replace(p.text(invite, 200, "t1", "sdp"), "40100", "49999", 1))
	if a := next[Answered](d); string(a.SDP) != peerSDP {
		t.Errorf("answered with %s", a.SDP)
	}
	if ack := p.request(sipmsg.ACK); ack.CSeq().SeqNo != 1 {
		t.Errorf("%s", ack)
	}
	if bye := p.finish(d); bye.CSeq().SeqNo != 4 {
		t.Errorf("%s", bye)
	}
}

func TestPrack_OneAfterTheOtherAndWithCredentials(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Trunks[0].Username, c.Trunks[0].Password = "u", "secret" }))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 180, "t1", reliably("1")...)
	p.reply(invite, 180, "t1", reliably("2")...) // a hasty peer
	first := p.request(sipmsg.PRACK)
	p.quiet(sipmsg.PRACK, 200*time.Millisecond)
	p.reply(first, 407, "", `Proxy-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
	again := p.request(sipmsg.PRACK)
	if headerValue(again, "RAck") != "1 1 INVITE" || again.CSeq().SeqNo != first.CSeq().SeqNo+1 {
		t.Errorf("%s", again)
	}
	verify(t, again, "Proxy-Authorization")
	p.reply(again, 200, "")
	second := p.request(sipmsg.PRACK)
	if headerValue(second, "RAck") != "2 1 INVITE" || second.CSeq().SeqNo <= again.CSeq().SeqNo {
		t.Errorf("%s", second)
	}
	p.reply(second, 481, "") // changes nothing
	p.reply(invite, 200, "t1", "sdp")
	next[Answered](d)
	p.request(sipmsg.ACK)
	p.finish(d)
}

func TestPrack_NotForWhatIsNotReliable(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 180, "t1", "RSeq: 1")
	p.reply(invite, 183, "t1", "Require: 100rel", "RSeq: many", "sdp")
	p.reply(invite, 100, "", "Require: 100rel", "RSeq: 1")
	next[Provisional](d)
	next[Provisional](d)
	p.quiet(sipmsg.PRACK, 200*time.Millisecond)
	p.reply(invite, 486, "t1")
	next[Failed](d)
	d.ended()
}

func TestPrack_ForksCountEachForItself(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 183, "a", reliably("10", "sdp", "Contact: <sip:a@127.0.0.9>")...)
	p.reply(invite, 183, "b", reliably("70", "sdp", "Contact: <sip:b@127.0.0.9>")...)
	for range 2 {
		prack := p.request(sipmsg.PRACK)
		rack, user := headerValue(prack, "RAck"), prack.Recipient.User
		if prack.CSeq().SeqNo != 2 || toTag(prack) != user || rack != map[string]string{"a": "10 1 INVITE", "b": "70 1 INVITE"}[user] {
			t.Errorf("%s", prack)
		}
		p.reply(prack, 200, "")
	}
	p.reply(invite, 200, "b")
	if a := next[Answered](d); a.ToTag != "b" || string(a.SDP) != peerSDP {
		t.Errorf("%+v", a)
	}
	p.request(sipmsg.ACK)
	p.within(invite, "a", "UPDATE", 1, movedSDP("40300")) // of the branch that lost
	p.response(481)
	p.finish(d)
}

// RFC 3311 in the early dialog.
func TestEarlyUpdate(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	p.within(invite, "nobody", "UPDATE", 9, "")
	p.response(481)
	p.reply(invite, 180, "t1")
	next[Provisional](d)
	p.within(invite, "t1", "UPDATE", 1, movedSDP("40200")) // our offer has no answer yet
	p.response(491)
	p.within(invite, "t1", "BYE", 2, "") // not of an early dialog
	p.response(481)
	p.reply(invite, 183, "t1", reliably("1", "sdp")...)
	p.reply(p.request(sipmsg.PRACK), 200, "")
	next[Provisional](d)
	p.within(invite, "t1", "UPDATE", 3, movedSDP("40200"), "Contact: <sip:moved@10.1.1.2>")
	if r := p.response(200); r.CSeq().MethodName != sipmsg.UPDATE || len(r.Body()) == 0 || r.Contact() == nil {
		t.Errorf("%s", r)
	}
	if o := next[Offered](d); o.Media.Addr.Port() != 40200 || o.ToTag != "t1" {
		t.Errorf("%+v", o)
	}
	p.within(invite, "t1", "INVITE", 4, peerSDP) // ours is still open
	p.response(491)
	p.reply(invite, 183, "t1", reliably("2")...)
	prack := p.request(sipmsg.PRACK)
	if prack.Recipient.User != "" { // the 183 named the first target again
		t.Errorf("%s", prack.Recipient.String())
	}
	p.reply(prack, 200, "")
	p.within(invite, "t1", "UPDATE", 5, "", "Contact: <sip:moved@10.1.1.2>")
	p.response(200)
	p.reply(invite, 180, "t1", reliably("3", "Contact: <sip:again@10.1.1.2>")...)
	third := p.request(sipmsg.PRACK)
	if third.Recipient.User != "again" {
		t.Errorf("target after 180: %s", third.Recipient.String())
	}
	p.reply(third, 200, "")
	p.reply(invite, 200, "t1", "Contact: <sip:last@10.1.1.2>")
	if a := next[Answered](d); string(a.SDP) != movedSDP("40200") {
		t.Errorf("the description of the UPDATE counts, got %s", a.SDP)
	}
	if ack := p.request(sipmsg.ACK); ack.Recipient.User != "last" {
		t.Errorf("%s", ack)
	}
	p.finish(d)
}

func TestServe_ARequestMayOvertakeItsDialog(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), quick(func(l *limits) { l.overtake = 2 * time.Second })))
	invite := p.request(sipmsg.INVITE)
	p.within(invite, "t1", "UPDATE", 1, "")
	p.reply(invite, 200, "t1", "sdp")
	next[Answered](d)
	if r := p.response(200); r.CSeq().MethodName != sipmsg.UPDATE {
		t.Errorf("%s", r)
	}
	p.finish(d)
}

func TestServe_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.within(invite, "t1", "UPDATE", 1, "", "Require: precondition, timer", "Require: replaces, 100rel")
	if r := p.response(420); headerValue(r, "Unsupported") != "precondition, replaces" {
		t.Errorf("%s", r)
	}
	p.within(invite, "t1", "PRACK", 2, "", "RAck: 1 1 INVITE")
	p.response(481)
	p.write(d.ua.Addr("udp").String(), outside(d.ua, p, "OPTIONS", "", "Require: gin"))
	if r := p.response(420); headerValue(r, "Unsupported") != "gin" {
		t.Errorf("%s", r)
	}
	p.finish(d)
}

func TestSIPp_ReliableProvisionalResponses(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "prack", sippeer.SIPpOptions{}, nil)
	for _, code := range []int{180, 183} {
		if e := next[Provisional](d); e.Code != code {
			t.Errorf("%+v", e)
		}
	}
	if o := next[Offered](d); o.Media.Direction != SendOnly || o.ToTag != "uas" {
		t.Errorf("%+v", o)
	}
	if a := next[Answered](d); len(a.SDP) == 0 {
		t.Errorf("%+v", a)
	}
	d.Bye("")
	next[Ended](d)
	d.ended()
	peer.Wait(t)
	if n := peer.Received("PRACK "); n != 2 {
		t.Errorf("%d PRACKs for two responses, one of them sent twice", n)
	}
}
