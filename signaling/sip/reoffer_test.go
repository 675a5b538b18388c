package sip

import (
	"net/netip"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"huifang/internal/testkit/sippeer"
)

// RFC 3264 8 from the carrier, by re-INVITE and by UPDATE.
func TestSIPp_Reoffers(t *testing.T) {
	t.Parallel()
	peer, d := against(t, "reoffers", sippeer.SIPpOptions{}, nil)
	m, err := Negotiate(next[Answered](d).SDP)
	if err != nil {
		t.Fatal(err)
	}
	home := m.Addr
	away := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.2"), home.Port()+2)
	for i, want := range []MediaDescription{
		{Addr: home, PayloadType: PayloadPCMU, Direction: SendRecv},
		{Addr: away, PayloadType: PayloadPCMA, Direction: SendRecv},
		{PayloadType: PayloadPCMA, Direction: Inactive}, // port 0
		{Addr: home, PayloadType: PayloadPCMA, Direction: SendRecv},
		{Addr: home, PayloadType: PayloadPCMU, Direction: SendOnly}, // in the ACK
		{Addr: home, PayloadType: PayloadPCMA, Direction: Inactive},
		{Addr: home, PayloadType: PayloadPCMA, Direction: SendRecv},
	} {
		got := next[Offered](d).Media
		want.TelephoneEventPT, want.Ptime = 101, 20*time.Millisecond
		if got != want {
			t.Errorf("%d: %+v, want %+v", i, got, want)
		}
	}
	received(t, peer, "SIP/2.0 488", 1)
	d.Bye("agent")
	next[Ended](d)
	d.ended()
	peer.Wait(t)
}

// The answer to our own re-INVITE may move the far side too.
func TestRefresh_AnswerMovesTheMedia(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, lasting, "Session-Expires: 4;refresher=uac")
	r := p.request(sipmsg.INVITE)
	p.reply(r, 200, "", "sdp", "Session-Expires: 4;refresher=uac") // as it was: nothing to tell
	p.request(sipmsg.ACK)
	again := p.request(sipmsg.INVITE)
	moved := movedSDP("40300")
	p.write(again.Source(), p.text(again, 200, "", "Session-Expires: 1800", "body:"+moved))
	if o := next[Offered](d); o.Media.Addr.Port() != 40300 || o.ToTag != "t1" {
		t.Errorf("%+v", o)
	}
	p.request(sipmsg.ACK)
	p.finish(d)
}

// Another 491: both sides offer at once and we own the Call-ID.
func TestLimits_GlarePause(t *testing.T) {
	t.Parallel()
	lim, seen := defaultLimits(), map[time.Duration]bool{}
	for range 1000 {
		p := lim.glarePause()
		if p < 2100*time.Millisecond || p > 4*time.Second || p%(10*time.Millisecond) != 0 {
			t.Fatalf("%s", p)
		}
		seen[p] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d different pauses", len(seen))
	}
}

func TestRefresh_BusyServerIsAskedLater(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, lasting, "Session-Expires: 6;refresher=uac", "Allow: UPDATE")
	u := p.request(sipmsg.UPDATE)
	asked := time.Now()
	p.reply(u, 500, "", "Retry-After: 1")
	again := p.request(sipmsg.UPDATE)
	if pause := time.Since(asked); pause < 900*time.Millisecond {
		t.Errorf("asked again after %s", pause)
	}
	p.reply(again, 200, "", "Session-Expires: 1800")
	p.finish(d)
}
