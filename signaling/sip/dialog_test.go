package sip

import (
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

func TestDialog_RouteSetAndTargetRefresh(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	first := "<sip:" + p.addr() + ";lr;hop=1>"
	p.reply(invite, 200, "t1", "sdp", "Record-Route: <sip:10.0.0.9;lr;hop=2>, "+first, "Contact: <sip:old@10.1.1.1:5070>")
	next[Answered](d)
	ack := p.request(sipmsg.ACK)
	routes := ack.GetHeaders("Route")
	if len(routes) != 2 || routes[0].Value() != first || !strings.Contains(routes[1].Value(), "hop=2") || ack.Recipient.User != "old" {
		t.Errorf("route set:\n%s", ack)
	}
	p.within(invite, "t1", "UPDATE", 1, "", "Contact: <sip:new@10.1.1.2:5070>")
	p.response(200)
	bye := p.finish(d)
	if bye.Recipient.User != "new" || len(bye.GetHeaders("Route")) != 2 || toTag(bye) != "t1" {
		t.Errorf("BYE to %s", bye.Recipient.String())
	}
}

func TestDialog_StrictRouter(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 200, "t1", "sdp", "Record-Route: <sip:strict@"+p.addr()+">", "Contact: <sip:end@10.1.1.1>")
	next[Answered](d)
	ack := p.request(sipmsg.ACK)
	if ack.Recipient.User != "strict" || len(ack.GetHeaders("Route")) != 1 || !strings.Contains(ack.GetHeaders("Route")[0].Value(), "end@") {
		t.Errorf("strict routing:\n%s", ack)
	}
	p.finish(d)
}

func TestDialog_ForkLoserMayHangUpItself(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.reply(invite, 200, "t2", "sdp")
	ack := p.request(sipmsg.ACK)
	bye := p.request(sipmsg.BYE)
	if toTag(ack) != "t2" || toTag(bye) != "t2" {
		t.Errorf("released %s and %s", toTag(ack), toTag(bye))
	}
	p.within(invite, "t2", "BYE", 1, "") // crossing
	p.response(200)
	p.reply(bye, 481, "")
	p.finish(d) // the winner talks on
}

func TestDialog_ByeWithCauseAndCrossing(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.within(invite, "unknown", "BYE", 1, "")
	p.response(481)
	d.Bye("agent")
	bye := p.request(sipmsg.BYE)
	p.within(invite, "t1", "BYE", 2, "", "Reason: Q.850;cause=31")
	if r := p.response(200); r.CSeq().MethodName != sipmsg.BYE {
		t.Errorf("%s", r)
	}
	if e := next[Ended](d); e.By != EndLocal || e.Cause != 31 {
		t.Errorf("%+v", e)
	}
	p.reply(bye, 481, "")
	d.ended()
}

func TestDialog_ByeWithoutAnswerEndsAllTheSame(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, quick(func(l *limits) { l.inDialog = 300 * time.Millisecond }))
	d.Bye("agent")
	p.request(sipmsg.BYE)
	if e := next[Ended](d); e.By != EndLocal || e.Code != 0 {
		t.Errorf("%+v", e)
	}
	d.ended()
}

func TestDialog_LateOffer(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.within(invite, "t1", "INVITE", 1, "")
	ok := p.response(200)
	mine, err := ParseSession(ok.Body())
	if err != nil || mine.Version != 2 || len(mine.Payloads) != 2 || mine.Direction != SendRecv {
		t.Errorf("late offer %+v %v", mine, err)
	}
	p.within(invite, "t1", "INVITE", 2, peerSDP) // before the ACK: glare
	p.response(491)
	p.within(invite, "t1", "ACK", 1, strings.Replace(peerSDP, "40100", "40200", 1))
	if o := next[Offered](d); o.Media.Addr.Port() != 40200 {
		t.Errorf("%+v", o.Media)
	}
	p.finish(d)
}

func TestDialog_AnswerIsRepeatedUntilAckAndThenGivenUp(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, quick(func(l *limits) { l.t1 = 20 * time.Millisecond }))
	p.within(invite, "t1", "INVITE", 1, peerSDP)
	for range 4 {
		p.response(200)
	}
	next[Offered](d)
	if e := next[Ended](d); e.By != EndLost {
		t.Errorf("%+v", e)
	}
	p.reply(p.request(sipmsg.BYE), 200, "")
	d.ended()
}

func TestDialog_RefusalsWithin(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.within(invite, "t1", "UPDATE", 5, "", "Require: precondition")
	if r := p.response(420); headerValue(r, "Unsupported") != "precondition" {
		t.Error("no Unsupported")
	}
	p.within(invite, "t1", "UPDATE", 6, strings.Replace(peerSDP, "RTP/AVP 8", "RTP/AVP 18", 1))
	p.response(488)
	p.within(invite, "t1", "UPDATE", 4, peerSDP)
	p.response(500)
	p.within(invite, "t1", "UPDATE", 7, "", "Supported: timer", "Session-Expires: 30")
	if r := p.response(422); headerValue(r, "Min-SE") != "90" {
		t.Error("no Min-SE")
	}
	p.within(invite, "t1", "REFER", 8, "", "Refer-To: <sip:premium@example.com>")
	p.response(405)
	p.finish(d)
}

func TestDialog_Keypress(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.within(invite, "t1", "INFO", 1, "Signal=#\r\nDuration=160\r\n", "Content-Type: application/dtmf-relay")
	p.response(200)
	if k := next[InfoDTMF](d); k.Digit != "#" || k.Duration != 160*time.Millisecond {
		t.Errorf("%+v", k)
	}
	p.within(invite, "t1", "INFO", 2, "x", "Content-Type: text/plain")
	p.response(415)
	p.finish(d)
}

func TestDialog_OwnersAnswer(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), nil)
	d := &dialled{t: t, events: make(chan Event, 64)}
	mine := Session{ID: 9, Version: 4, Addr: mustAddr("127.0.0.1:41000"), Payloads: []uint8{PayloadPCMA}, TelephoneEvent: NoPayload}
	c, err := ua.Invite(t.Context(), InviteRequest{Trunk: "main", Number: "10086", Offer: testOffer,
		OnOffer: func([]byte) ([]byte, error) { return mine.Bytes(), nil }}, func(e Event) { d.events <- e })
	if err != nil {
		t.Fatal(err)
	}
	d.Call = c
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 200, "t1", "sdp")
	next[Answered](d)
	p.within(invite, "t1", "UPDATE", 1, peerSDP)
	if r := p.response(200); string(r.Body()) != string(mine.Bytes()) {
		t.Errorf("%s", r.Body())
	}
	p.finish(d)
}
