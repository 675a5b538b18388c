package sip

import (
	"strings"
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
)

const isup = "--b1\r\nContent-Type: application/isup; version=itu-t92+\r\nContent-Disposition: signal; handling=optional\r\n\r\n\x01\x00\r\n"

func TestBody_DescriptionAmongOtherParts(t *testing.T) {
	t.Parallel()
	mixed := isup + "--b1\r\nContent-Type: Application/SDP\r\n\r\n" + peerSDP + "\r\n--b1--\r\n"
	for name, c := range map[string]struct {
		kind, body, disposition string
		sdp, foreign            bool
	}{
		"plain":                 {"application/sdp", peerSDP, "", true, false},
		"with a parameter":      {"Application/SDP; charset=utf-8", peerSDP, "", true, false},
		"mixed":                 {"multipart/mixed; boundary=b1", mixed, "", true, false},
		"mixed, no description": {"multipart/mixed;boundary=b1", isup + "--b1--\r\n", "", false, true},
		"mixed, cut off":        {"multipart/mixed; boundary=b1", mixed[:len(isup)+10], "", false, true},
		"no boundary":           {"multipart/mixed", mixed, "", false, true},
		"something else":        {"text/plain", "hello", "", false, true},
		"something optional":    {"text/plain", "hello", "render;handling=optional", false, false},
		"nothing":               {"application/sdp", "", "", false, false},
		"no type":               {"", peerSDP, "", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := sipmsg.NewRequest(sipmsg.INVITE, sipmsg.Uri{Host: "x"})
			if c.kind != "" {
				r.AppendHeader(sipmsg.NewHeader("Content-Type", c.kind))
			}
			if c.disposition != "" {
				r.AppendHeader(sipmsg.NewHeader("Content-Disposition", c.disposition))
			}
			r.SetBody([]byte(c.body))
			got := string(sdpBody(r))
			if c.sdp != (strings.TrimSpace(got) == strings.TrimSpace(peerSDP)) || !c.sdp && got != "" || foreignBody(r) != c.foreign {
				t.Errorf("foreign %v, %q", foreignBody(r), got)
			}
		})
	}
}

func TestBody_UnknownOneIsRefused(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.within(invite, "t1", "INVITE", 1, "<xml/>", "Content-Type: application/xml")
	if r := p.response(415); !headerHas(r, "Accept", "application/sdp") {
		t.Errorf("%s", r)
	}
	p.finish(d)
}

func TestPrack_UnansweredHoldsNothingUp(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), nil))
	invite := p.request(sipmsg.INVITE)
	for _, rseq := range []string{"1", "2", "3"} {
		p.reply(invite, 183, "t1", reliably(rseq, "sdp")...)
		next[Provisional](d)
	}
	prack := p.request(sipmsg.PRACK)
	p.next("PRACK again", func(m sipmsg.Message) bool { // lost: sent again, the same
		r, ok := m.(*sipmsg.Request)
		return ok && r.Method == sipmsg.PRACK && r.CSeq().SeqNo == prack.CSeq().SeqNo
	})
	p.reply(invite, 200, "t1")
	next[Answered](d)
	p.request(sipmsg.ACK)
	if bye := p.finish(d); bye.CSeq().SeqNo <= prack.CSeq().SeqNo {
		t.Errorf("%s", bye)
	}
}
