package sip

import (
	"net"
	"strconv"
	"strings"
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
)

// A whole call over ::1: every address in brackets where the grammar wants them
// (RFC 3261 25.1), without them in the session description (RFC 8866 9).
func TestIPv6_WholeCall(t *testing.T) {
	t.Parallel()
	p := newPeerAt(t, net.IPv6loopback)
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.ListenUDP, c.ListenTCP = "[::1]:0", "" })
	d := &dialled{t: t, events: make(chan Event, 64)}
	c, err := ua.Invite(t.Context(), InviteRequest{Trunk: "main", Number: "10086", Offer: BuildOffer(mustAddr("[::1]:41000"), 6)}, func(e Event) { d.events <- e })
	if err != nil {
		t.Fatal(err)
	}
	d.Call = c
	invite := p.request(sipmsg.INVITE)
	raw := invite.String()
	for _, want := range []string{
		"INVITE sip:10086@" + p.addr() + " SIP/2.0", "Via: SIP/2.0/UDP " + ua.Addr("udp").String() + ";", "@[::1]>;tag=", "To: <sip:10086@[::1]>\r\n",
		"Contact: <sip:4008001234@" + ua.Addr("udp").String() + ">", "c=IN IP6 ::1\r\n", "o=- 6 1 IN IP6 ::1\r\n",
	} {
		if !strings.Contains(raw, want) {
			t.Errorf("no %q in\n%s", want, raw)
		}
	}
	sdp6 := strings.ReplaceAll(peerSDP, "IP4 127.0.0.1", "IP6 ::1")
	p.reply(invite, 180, "t1", reliably("1")...)
	p.reply(p.request(sipmsg.PRACK), 200, "")
	p.write(invite.Source(), strings.ReplaceAll(strings.Replace(p.text(invite, 200, "t1", "sdp", "Record-Route: <sip:"+p.addr()+";lr>"),
		"Content-Length: "+length(peerSDP), "Content-Length: "+length(sdp6), 1), "IP4 127.0.0.1", "IP6 ::1"))
	a := next[Answered](d)
	if m, err := Negotiate(a.SDP); err != nil || m.Addr != mustAddr("[::1]:40100") {
		t.Errorf("%+v %v", m, err)
	}
	if ack := p.request(sipmsg.ACK); len(ack.GetHeaders("Route")) != 1 || ack.Recipient.HostPort() != p.addr() {
		t.Errorf("%s", ack)
	}
	p.within(invite, "t1", "INVITE", 1, strings.Replace(sdp6, "40100", "40200", 1))
	if r := p.response(200); !strings.Contains(string(r.Body()), "c=IN IP6 ::1") {
		t.Errorf("%s", r)
	}
	if o := next[Offered](d); o.Media.Addr != mustAddr("[::1]:40200") {
		t.Errorf("%+v", o.Media)
	}
	p.within(invite, "t1", "ACK", 1, "")                                                         // and at once, perhaps before it:
	p.within(invite, "t1", "UPDATE", 2, strings.Replace(sdp6, "c=IN IP6 ::1", "c=IN IP6 ::", 1)) // hold of the old form
	if o := next[Offered](d); o.Media.Direction != SendOnly {
		t.Errorf("%+v", o.Media)
	}
	p.finish(d)
}

func length(body string) string { return strconv.Itoa(len(body)) }
