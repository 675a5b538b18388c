package sip

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
)

// peerSecure is the peer's description with one key, or with none.
func peerSecure(crypto string) string {
	body := strings.Replace(peerSDP, "RTP/AVP", "RTP/SAVP", 1)
	if crypto == "" {
		return peerSDP
	}
	return body + "a=crypto:" + crypto + "\r\n"
}

func encrypted(p SRTP) func(*UserAgentConfig) {
	return func(c *UserAgentConfig) { c.Trunks[0].SRTP = p }
}

// RFC 4568 in a call of ours: offer, answer, a new key by re-INVITE, an offer
// that takes the encryption away, and a late one that is answered in the clear.
func TestInvite_EncryptedThroughAllOffers(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), encrypted(SRTPMandatory)))
	invite := p.request(sipmsg.INVITE)
	offer, err := ParseSession(invite.Body())
	if err != nil || !offer.SAVP || len(offer.Crypto) != 3 || offer.Crypto[1].Suite != sha80 {
		t.Fatalf("%v %v\n", offer, err)
	}
	p.reply(invite, 200, "t1", "body:"+peerSecure("2 "+sha80+" inline:"+exampleKey))
	a := next[Answered](d)
	if a.MediaErr != nil || a.Media.Keys == nil || a.Media.Keys.Suite != sha80 || !bytes.Equal(a.Media.Keys.Send, offer.Crypto[1].Key) {
		t.Fatalf("%+v", a.Media)
	}
	p.request(sipmsg.ACK)

	p.within(invite, "t1", "INVITE", 10, peerSecure("1 "+sha80+" inline:"+otherKey))
	answer := p.response(200)
	p.within(invite, "t1", "ACK", 10, "")
	o := next[Offered](d)
	if o.Media.Keys == nil || bytes.Equal(o.Media.Keys.Receive, a.Media.Keys.Receive) || !bytes.Equal(o.Media.Keys.Send, a.Media.Keys.Send) {
		t.Errorf("after new keys: %v", o.Media.Keys)
	}
	if s, err := ParseSession(answer.Body()); err != nil || !s.SAVP || len(s.Crypto) != 1 || s.Crypto[0].Tag != 1 {
		t.Errorf("%v %v", s, err)
	}

	p.within(invite, "t1", "INVITE", 11, peerSDP) // in the clear
	p.response(488)
	p.within(invite, "t1", "ACK", 11, "")

	p.within(invite, "t1", "INVITE", 12, "")
	late := p.response(200)
	if s, err := ParseSession(late.Body()); err != nil || !s.SAVP || len(s.Crypto) != 1 || !bytes.Equal(s.Crypto[0].Key, o.Media.Keys.Send) {
		t.Errorf("late offer: %v %v", s, err)
	}
	p.within(invite, "t1", "ACK", 12, peerSDP)
	bye := p.request(sipmsg.BYE)
	if r := headerValue(bye, "Reason"); !strings.Contains(r, "cause=88") {
		t.Errorf("reason %q", r)
	}
	p.reply(bye, 200, "")
	if e := next[Ended](d); e.By != EndLost {
		t.Errorf("%+v", e)
	}
	d.ended()
}

// What a plain or a broken answer becomes under each policy.
func TestInvite_AnswersWithoutEncryption(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy SRTP
		body   string
		err    error
	}{
		"mandatory, plain":      {SRTPMandatory, peerSDP, ErrEncryption},
		"mandatory, broken key": {SRTPMandatory, peerSecure("2 " + sha80 + " inline:x"), ErrEncryption},
		"optional, plain":       {SRTPOptional, peerSDP, nil},
		"optional, other tag":   {SRTPOptional, peerSecure("9 " + sha80 + " inline:" + exampleKey), ErrEncryption},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			d := dial(t, startAgent(t, p.addr(), encrypted(c.policy)))
			invite := p.request(sipmsg.INVITE)
			p.reply(invite, 200, "t1", "body:"+c.body)
			a := next[Answered](d)
			if !errors.Is(a.MediaErr, c.err) || a.Media.Keys != nil {
				t.Errorf("%+v %v", a.Media, a.MediaErr)
			}
			if outcome, reason := Classify(Facts{Code: 200, Err: a.MediaErr}, nil); c.err != nil && (outcome != "trunk_failure" || reason != "encryption_refused" ||
				FailoverAllowed(Facts{Code: 200, Err: a.MediaErr}, nil)) {
				t.Errorf("%s %s", outcome, reason)
			}
			p.request(sipmsg.ACK)
			d.Bye("encryption_refused")
			bye := p.request(sipmsg.BYE)
			if r := headerValue(bye, "Reason"); !strings.Contains(r, "cause=88") {
				t.Errorf("reason %q", r)
			}
			p.reply(bye, 200, "")
			next[Ended](d)
			d.ended()
		})
	}
}

// Calls from the trunk: what is not encrypted is refused before anybody hears of it.
func TestIncoming_Encrypted(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	in := take(t, p.addr(), encrypted(SRTPMandatory))
	to := in.Addr("udp").String()
	for i, body := range []string{peerSDP, peerSecure("1 " + sha80 + " inline:x"), peerSecure("1 F8_128_HMAC_SHA1_80 inline:" + exampleKey)} {
		p.inviting(to, "4008001234", fmt.Sprint("plain", i), body)
		p.response(488)
	}
	p.inviting(to, "4008001234", "secure", peerSecure("3 "+sha32+" inline:"+exampleKey))
	d := in.next(t)
	d.Accept(ourMedia)
	a := next[Answered](&d.dialled)
	if a.Media.Keys == nil || a.Media.Keys.Suite != sha32 || a.Media.Addr.Port() != 40100 {
		t.Errorf("%+v", a.Media)
	}
	ok := p.response(200)
	if s, err := ParseSession(ok.Body()); err != nil || !s.SAVP || len(s.Crypto) != 1 || s.Crypto[0].Tag != 3 || !bytes.Equal(s.Crypto[0].Key, a.Media.Keys.Send) {
		t.Errorf("%v %v", s, err)
	}
	p.dialogRequest(ok, "ACK", 7, "")
	p.dialogRequest(ok, "BYE", 8, "")
	next[Ended](&d.dialled)
	d.ended()
}

// The caller leaves the offer to us and answers it in the clear.
func TestIncoming_LateOfferAnsweredInTheClear(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	in := take(t, p.addr(), encrypted(SRTPMandatory))
	p.inviting(in.Addr("udp").String(), "4008001234", "late", "")
	d := in.next(t)
	d.Accept(ourMedia)
	next[Answered](&d.dialled)
	ok := p.response(200)
	if s, err := ParseSession(ok.Body()); err != nil || !s.SAVP || len(s.Crypto) != 3 {
		t.Errorf("%v %v", s, err)
	}
	p.dialogRequest(ok, "ACK", 7, peerSDP)
	bye := p.request(sipmsg.BYE)
	p.reply(bye, 200, "")
	if e := next[Ended](&d.dialled); e.By != EndLost {
		t.Errorf("%+v", e)
	}
	d.ended()
}
