package sip

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// peer is a far side on a bare UDP socket: it says exactly what a test writes,
// in that order, right or wrong.
type peer struct {
	t    *testing.T
	sock *net.UDPConn
	in   chan sipmsg.Message
	seen map[string]bool // first lines with branch, to tell retransmissions
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	return newPeerAt(t, net.IPv4(127, 0, 0, 1))
}

func newPeerAt(t *testing.T, ip net.IP) *peer {
	t.Helper()
	sock, err := net.ListenUDP("udp", &net.UDPAddr{IP: ip})
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, sock: sock, in: make(chan sipmsg.Message, 1024), seen: map[string]bool{}}
	done := make(chan struct{})
	t.Cleanup(func() { sock.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 65536)
		for {
			n, from, err := sock.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			if msg, err := sipmsg.ParseMessage(append([]byte(nil), buf[:n]...)); err == nil {
				msg.SetSource(from.String())
				p.in <- msg
			}
		}
	}()
	return p
}

func (p *peer) addr() string { return p.sock.LocalAddr().String() }

// next waits for a message that keep takes; others are dropped.
func (p *peer) next(what string, keep func(sipmsg.Message) bool) sipmsg.Message {
	p.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case m := <-p.in:
			if keep(m) {
				return m
			}
		case <-limit.C:
			p.t.Fatalf("the far side got no %s", what)
		}
	}
}

// request waits for a new request; retransmissions and other methods are passed over.
func (p *peer) request(method sipmsg.RequestMethod) *sipmsg.Request {
	p.t.Helper()
	return p.next(method.String(), func(m sipmsg.Message) bool {
		r, ok := m.(*sipmsg.Request)
		if !ok {
			return false
		}
		branch, _ := r.Via().Params.Get("branch")
		key := r.Method.String() + branch
		fresh := !p.seen[key]
		p.seen[key] = true
		return fresh && r.Method == method
	}).(*sipmsg.Request)
}

func (p *peer) response(code int) *sipmsg.Response {
	p.t.Helper()
	return p.next(fmt.Sprint(code), func(m sipmsg.Message) bool {
		r, ok := m.(*sipmsg.Response)
		return ok && r.StatusCode == code
	}).(*sipmsg.Response)
}

// quiet asserts that no request of the method comes for a while.
func (p *peer) quiet(method sipmsg.RequestMethod, while time.Duration) {
	p.t.Helper()
	limit := time.After(while)
	for {
		select {
		case m := <-p.in:
			if r, ok := m.(*sipmsg.Request); ok && r.Method == method {
				p.t.Fatalf("an unwanted %s", method)
			}
		case <-limit:
			return
		}
	}
}

func (p *peer) write(to, text string) {
	p.t.Helper()
	addr, err := net.ResolveUDPAddr("udp", to)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.sock.WriteToUDP([]byte(text), addr); err != nil {
		p.t.Fatal(err)
	}
}

const peerSDP = "v=0\r\no=p 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40100 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"

// reply answers req. Lines are further header lines; a line "sdp" adds a description.
func (p *peer) reply(req *sipmsg.Request, code int, tag string, lines ...string) {
	p.t.Helper()
	p.write(req.Source(), p.text(req, code, tag, lines...))
}

func (p *peer) text(req *sipmsg.Request, code int, tag string, lines ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d Phrase\r\n", code)
	for _, h := range req.GetHeaders("Via") {
		fmt.Fprintf(&b, "Via: %s\r\n", h.Value())
	}
	to := req.To().Value()
	if tag != "" && toTag(req) == "" {
		to += ";tag=" + tag
	}
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n", req.From().Value(), to, req.CallID().Value(), req.CSeq().Value())
	contact, body := "", ""
	if p.sock != nil {
		contact = fmt.Sprintf("Contact: <sip:%s>\r\n", p.addr())
	}
	for _, l := range lines {
		switch {
		case l == "sdp":
			body = peerSDP
		case strings.HasPrefix(l, "body:"):
			body = strings.TrimPrefix(l, "body:")
		case strings.HasPrefix(l, "Contact:"):
			contact = l + "\r\n"
		default:
			b.WriteString(l + "\r\n")
		}
	}
	b.WriteString(contact)
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return b.String()
}

// stream is an answer over a connection, with a description.
func (p *peer) stream(req *sipmsg.Request, code int, addr string) string {
	return p.text(req, code, "t1", "sdp", "Contact: <sip:"+addr+";transport=tls>")
}

// within writes a request within the dialog that invite and tag began.
func (p *peer) within(invite *sipmsg.Request, tag string, method string, seq int, body string, lines ...string) {
	p.t.Helper()
	cseq := method
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d;rport\r\n", method, invite.Contact().Address.String(), p.addr(), method, seq)
	fmt.Fprintf(&b, "From: %s;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\n",
		invite.To().Value(), tag, invite.From().Value(), invite.CallID().Value(), seq, cseq)
	contact, kind := fmt.Sprintf("Contact: <sip:%s>\r\n", p.addr()), "application/sdp"
	for _, l := range lines {
		switch {
		case strings.HasPrefix(l, "Contact:"):
			contact = l + "\r\n"
		case strings.HasPrefix(l, "Content-Type: "):
			kind = strings.TrimPrefix(l, "Content-Type: ")
		default:
			b.WriteString(l + "\r\n")
		}
	}
	b.WriteString(contact)
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", kind)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	p.write(invite.Source(), b.String())
}

// answered dials and answers, with further header lines in the 200.
func answered(t *testing.T, change func(*UserAgentConfig), lines ...string) (*peer, *dialled, *sipmsg.Request) {
	t.Helper()
	p := newPeer(t)
	d := dial(t, startAgent(t, p.addr(), change))
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 180, "t1")
	p.reply(invite, 200, "t1", append([]string{"sdp"}, lines...)...)
	next[Answered](d)
	p.request(sipmsg.ACK)
	return p, d, invite
}

// finish ends the call from our side.
func (p *peer) finish(d *dialled) *sipmsg.Request {
	p.t.Helper()
	d.Bye("test")
	bye := p.request(sipmsg.BYE)
	p.reply(bye, 200, "")
	next[Ended](d)
	d.ended()
	return bye
}

// lasting lets a session live as long as its interval says, so that a slow
// machine has half of it to refresh.
func lasting(c *UserAgentConfig) { quick(func(l *limits) { l.expiry = 0 })(c) }

// quick makes the protocol's long times short.
func quick(change func(*limits)) func(*UserAgentConfig) {
	return func(c *UserAgentConfig) {
		c.limits = defaultLimits()
		change(&c.limits)
	}
}
