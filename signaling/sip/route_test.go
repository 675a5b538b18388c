package sip

import (
	"strings"
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Route sets (RFC 3261 12.2.1.1, 16.12.1) for every request within the dialog.
// The router is a socket of its own: what arrives there was sent to it.
func TestRoute_EveryRequestWithin(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set    string // Record-Route as it comes; R is the router
		uri    string // of our requests; T is the target
		routes string
	}{
		"loose":                    {"<sip:far@10.9.9.9;lr>, <sip:near@R;lr>", "T", "<sip:near@R;lr> <sip:far@10.9.9.9;lr>"},
		"strict":                   {"<sip:near@R>", "sip:near@R", "<T>"},
		"strict, then a loose one": {"<sip:far@10.9.9.9;lr>, <sip:near@R>", "sip:near@R", "<sip:far@10.9.9.9;lr> <T>"},
		"loose, then a strict one": {"<sip:far@10.9.9.9>, <sip:near@R;lr>", "T", "<sip:near@R;lr> <sip:far@10.9.9.9>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trunk, router := newPeer(t), newPeer(t)
			target := "sip:end@" + trunk.addr()
			fill := strings.NewReplacer("R", router.addr(), "T", target)
			d := dial(t, startAgent(t, trunk.addr(), lasting))
			invite := trunk.request(sipmsg.INVITE)
			lines := []string{"Record-Route: " + strings.ReplaceAll(c.set, "@R", "@"+router.addr()), "Contact: <" + target + ">"}
			check := func(method sipmsg.RequestMethod) *sipmsg.Request {
				t.Helper()
				r := router.request(method)
				var routes []string
				for _, h := range r.GetHeaders("Route") {
					routes = append(routes, h.Value())
				}
				if got := strings.Join(routes, " "); r.Recipient.String() != fill.Replace(c.uri) || got != fill.Replace(c.routes) {
					t.Errorf("%s %s, routes %s", method, r.Recipient.String(), got)
				}
				return r
			}
			trunk.reply(invite, 183, "t1", append(reliably("1", "sdp"), lines...)...)
			prack := check(sipmsg.PRACK)
			router.reply(prack, 407, "", `Proxy-Authenticate: Digest realm="r", nonce="n"`) // no credentials: left at that
			trunk.reply(invite, 200, "t1", append([]string{"Session-Expires: 6;refresher=uac", "Allow: UPDATE"}, lines...)...)
			next[Answered](d)
			check(sipmsg.ACK)
			router.reply(check(sipmsg.UPDATE), 501, "")
			again := check(sipmsg.INVITE)
			router.reply(again, 200, "", "sdp", "Session-Expires: 1800", "Contact: <"+target+">")
			check(sipmsg.ACK)
			d.Bye("agent")
			router.reply(check(sipmsg.BYE), 200, "")
			next[Ended](d)
			d.ended()
		})
	}
}

// The 2xx brings the route set anew (RFC 3261 13.2.2.4); a target refresh does
// not touch it (12.2).
func TestRoute_OfThe2xxCounts(t *testing.T) {
	t.Parallel()
	trunk, early, final := newPeer(t), newPeer(t), newPeer(t)
	d := dial(t, startAgent(t, trunk.addr(), nil))
	invite := trunk.request(sipmsg.INVITE)
	trunk.reply(invite, 180, "t1", reliably("1", "Record-Route: <sip:"+early.addr()+";lr>")...)
	early.reply(early.request(sipmsg.PRACK), 200, "")
	trunk.reply(invite, 200, "t1", "sdp", "Record-Route: <sip:"+final.addr()+";lr>")
	next[Answered](d)
	final.request(sipmsg.ACK)
	trunk.within(invite, "t1", "UPDATE", 1, "", "Contact: <sip:moved@10.1.1.1>", "Record-Route: <sip:10.2.2.2;lr>")
	trunk.response(200)
	d.Bye("agent")
	bye := final.request(sipmsg.BYE)
	if bye.Recipient.User != "moved" || len(bye.GetHeaders("Route")) != 1 {
		t.Errorf("%s", bye)
	}
	final.reply(bye, 200, "")
	next[Ended](d)
	d.ended()
}
