package sip

import (
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Credentials within the dialog (RFC 3261 22, RFC 8760): every method, every
// form of challenge, a stale nonce. The re-INVITE's are against sipp
// (timer_we_invite), as are those of BYE (bye_401).
func TestDigest_WithinTheDialog(t *testing.T) {
	t.Parallel()
	challenges := map[string][2]string{ // code and challenge, then what it is answered by
		"401, MD5, no qop":       {"WWW-Authenticate: " + `Digest realm="r", nonce="n1"`, "Authorization"},
		"401, MD5, qop":          {"WWW-Authenticate: " + `Digest realm="r", nonce="n1", qop="auth", algorithm=MD5`, "Authorization"},
		"401, SHA-256, no qop":   {"WWW-Authenticate: " + `Digest realm="r", nonce="n1", algorithm=SHA-256`, "Authorization"},
		"407, SHA-256, qop":      {"Proxy-Authenticate: " + `Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256`, "Proxy-Authorization"},
		"407, MD5, no algorithm": {"Proxy-Authenticate: " + `Digest realm="r", nonce="n1", qop="auth"`, "Proxy-Authorization"},
	}
	for name, ch := range challenges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code := 401
			if ch[1] == "Proxy-Authorization" {
				code = 407
			}
			p := newPeer(t)
			d := dial(t, startAgent(t, p.addr(), func(c *UserAgentConfig) {
				lasting(c)
				c.Trunks[0].Username, c.Trunks[0].Password = "u", "secret"
			}))
			// challenge refuses a request twice, as if the first nonce were stale.
			challenge := func(r *sipmsg.Request) *sipmsg.Request {
				t.Helper()
				for _, line := range []string{ch[0], ch[0] + `, stale=true`} {
					p.reply(r, code, "", line)
					if r.Method == sipmsg.INVITE {
						p.request(sipmsg.ACK)
					}
					again := p.request(r.Method)
					verify(t, again, ch[1])
					if again.CSeq().SeqNo != r.CSeq().SeqNo+1 || toTag(again) != "t1" {
						t.Errorf("%s", again)
					}
					r = again
				}
				return r
			}
			invite := p.request(sipmsg.INVITE)
			p.reply(invite, 183, "t1", reliably("1", "sdp")...)
			p.reply(challenge(p.request(sipmsg.PRACK)), 200, "")
			p.reply(invite, 200, "t1", "Session-Expires: 6;refresher=uac", "Allow: UPDATE")
			next[Answered](d)
			p.request(sipmsg.ACK)
			p.reply(challenge(p.request(sipmsg.UPDATE)), 501, "")
			reinvite := challenge(p.request(sipmsg.INVITE))
			p.reply(reinvite, 200, "", "sdp", "Session-Expires: 1800")
			if ack := p.request(sipmsg.ACK); len(ack.GetHeaders(ch[1])) != 1 || ack.CSeq().SeqNo != reinvite.CSeq().SeqNo {
				t.Errorf("%s", ack)
			}
			d.Bye("agent")
			p.reply(challenge(p.request(sipmsg.BYE)), 200, "")
			if e := next[Ended](d); e.Code != 200 {
				t.Errorf("%+v", e)
			}
			d.ended()
		})
	}
}

func TestDigest_ThreeRefusalsAreEnough(t *testing.T) {
	t.Parallel()
	p, d, _ := answered(t, func(c *UserAgentConfig) { c.Trunks[0].Username, c.Trunks[0].Password = "u", "wrong" })
	d.Bye("agent")
	for range 3 {
		p.reply(p.request(sipmsg.BYE), 401, "", `WWW-Authenticate: Digest realm="r", nonce="n"`)
	}
	if e := next[Ended](d); e.Code != 401 || e.By != EndLocal {
		t.Errorf("%+v", e)
	}
	d.ended()
}
