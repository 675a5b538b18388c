package sip

import (
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

func TestRefresh_ByUpdate(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, lasting, "Session-Expires: 4;refresher=uac", "Require: timer", "Allow: INVITE, UPDATE")
	u := p.request(sipmsg.UPDATE) // at half the interval
	if v := headerValue(u, "Session-Expires"); v != "4;refresher=uac" || len(u.Body()) != 0 {
		t.Errorf("%s", u)
	}
	p.reply(u, 200, "", "Session-Expires: 4;refresher=uac")
	p.reply(p.request(sipmsg.UPDATE), 200, "", "Session-Expires: 1800;refresher=uas") // and again
	p.finish(d)
}

func TestRefresh_ByInviteWithGlare(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, quick(func(l *limits) { l.glare, l.glareSpread, l.expiry = 50*time.Millisecond, 0, 0 }), "Session-Expires: 5;refresher=uac")
	r := p.request(sipmsg.INVITE)
	if string(r.Body()) != string(testOffer) || toTag(r) != "t1" {
		t.Errorf("a refresh must not change the session:\n%s", r)
	}
	p.within(invite, "t1", "INVITE", 1, peerSDP) // crossing ours
	p.response(491)
	p.reply(r, 491, "")
	p.request(sipmsg.ACK)
	again := p.request(sipmsg.INVITE)
	p.reply(again, 200, "", "sdp", "Session-Expires: 1800;refresher=uac")
	if ack := p.request(sipmsg.ACK); ack.CSeq().SeqNo != again.CSeq().SeqNo {
		t.Errorf("%s", ack)
	}
	p.reply(again, 200, "", "sdp") // our ACK got lost
	p.request(sipmsg.ACK)
	p.finish(d)
}

func TestRefresh_RefusedUpdateBecomesInvite(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, lasting, "Session-Expires: 5;refresher=uac", "Allow: UPDATE")
	p.reply(p.request(sipmsg.UPDATE), 501, "")
	r := p.request(sipmsg.INVITE)
	p.reply(r, 200, "", "sdp", "Session-Expires: 1800")
	p.request(sipmsg.ACK)
	p.finish(d)
}

func TestRefresh_RefusedDialogIsLost(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, lasting, "Session-Expires: 4;refresher=uac", "Allow: UPDATE")
	p.reply(p.request(sipmsg.UPDATE), 481, "")
	if e := next[Ended](d); e.By != EndLost {
		t.Errorf("%+v", e)
	}
	p.reply(p.request(sipmsg.BYE), 481, "")
	d.ended()
}

func TestRefresh_ExpiredSessionIsEnded(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, nil, "Session-Expires: 1;refresher=uas")
	if e := next[Ended](d); e.By != EndLost {
		t.Errorf("%+v", e)
	}
	p.reply(p.request(sipmsg.BYE), 200, "")
	d.ended()
}

func TestRefresh_TheirsIsConfirmed(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, lasting, "Session-Expires: 4;refresher=uas")
	p.within(invite, "t1", "UPDATE", 1, "", "Supported: timer", "Session-Expires: 1800;refresher=uac")
	r := p.response(200)
	if headerValue(r, "Session-Expires") != "1800;refresher=uac" || !headerHas(r, "Require", "timer") || len(r.Body()) != 0 {
		t.Errorf("%s", r)
	}
	p.within(invite, "t1", "INVITE", 2, peerSDP, "Session-Expires: 1800;refresher=uac", "Supported: timer")
	r = p.response(200)
	if !strings.Contains(string(r.Body()), "a=sendrecv") || headerValue(r, "Session-Expires") != "1800;refresher=uac" {
		t.Errorf("%s", r)
	}
	p.within(invite, "t1", "ACK", 2, "")
	select { // the four seconds would be over by now
	case e := <-d.events:
		if _, ok := e.(Offered); !ok {
			t.Errorf("%T", e)
		}
	case <-time.After(patience):
		t.Error("nothing offered")
	}
	p.quiet(sipmsg.BYE, 4200*time.Millisecond)
	p.finish(d)
}
