package sip

import (
	"bytes"
	"io"
	"net/netip"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Bounds of what sources may make us keep.
const (
	maxSources      = 4096             // addresses with a rate of their own
	maxTransactions = 4096             // server transactions; beyond, answers are not remembered
	maxConnections  = 128              // connections from elsewhere, together
	maxUnanswered   = 256              // calls from outside without their final response
	perSource       = 16               // connections from one address
	idleTime        = 10 * time.Minute // connections that say nothing
	responseFactor  = 4                // responses against requests that a source may send
)

// guard stands between the sockets and the library: every message passes it,
// whole, before the library sees a byte. It keeps nothing of a message.
type guard struct {
	ua      *UserAgent
	parser  *sipmsg.Parser
	now     func() time.Time
	rate    int // requests per second and source; 0: no limit
	sources sourceRates
	conns   connections
	open    transactions
	closed  chan struct{} // when the UDP socket is
	once    sync.Once
}

func newGuard(u *UserAgent) *guard {
	return &guard{ua: u, parser: sipmsg.NewParser(), now: time.Now, rate: max(0, u.cfg.RequestRate),
		sources: sourceRates{byAddr: map[netip.Addr]*sourceRate{}}, closed: make(chan struct{})}
}

// closing closes the UDP socket and tells who waits for that.
func (g *guard) closing(c io.Closer) func() error {
	return func() error {
		g.once.Do(func() { close(g.closed) })
		return c.Close()
	}
}

// admit judges a whole message of a trunk, or one whose end is cut off, and
// counts a refusal.
func (g *guard) admit(raw []byte, from netip.Addr, cut bool) verdict {
	v := g.judge(raw, from, cut)
	if !v.passes() {
		g.ua.metrics.refused.WithLabelValues(string(v.refusal)).Inc()
	}
	return v
}

func (g *guard) judge(raw []byte, from netip.Addr, cut bool) verdict {
	if !g.allow(from, !bytes.HasPrefix(raw, []byte("SIP/"))) {
		return verdict{refusal: refusedRate}
	}
	if cut {
		return verdict{refusedSize, 513}
	}
	v := screen(raw)
	if v.passes() && !g.parses(raw) {
		v = verdict{refusal: refusedSyntax}
		if !bytes.HasPrefix(raw, []byte("SIP/")) {
			v.code = 400
		}
	}
	return v
}

// parses reports that the library can read the message. It does so once more
// afterwards; asked here, a message that it cannot read gets its answer, and
// does not close a connection that other calls use. A panic of the library is
// one more thing that it cannot read.
func (g *guard) parses(raw []byte) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			g.ua.log.Error("sip parser panicked", "bytes", len(raw))
			ok = false
		}
	}()
	_, err := g.parser.ParseSIP(raw)
	return err == nil
}

// reply is the answer to a refused request, or nil. It is made from the bytes:
// what is wrong with the request may be in the way of parsing it (RFC 3261 8.2.6).
func (v verdict) reply(raw []byte) []byte {
	if v.code == 0 || bytes.HasPrefix(raw, []byte("ACK ")) {
		return nil
	}
	head, _, _ := splitHead(raw[:min(len(raw), maxHead)])
	_, lines, _ := bytes.Cut(head, []byte("\r\n"))
	var b bytes.Buffer
	b.WriteString("SIP/2.0 " + phrases()[v.code] + "\r\n")
	var seen [fieldCount]bool
	eachHeader(lines, func(name, value []byte) bool {
		f := fieldOf(name)
		label := map[field]string{fieldVia: "Via", fieldFrom: "From", fieldTo: "To", fieldCallID: "Call-ID", fieldCSeq: "CSeq"}[f]
		if label == "" || f != fieldVia && seen[f] || bytes.ContainsAny(value, "\r\n\x00") {
			return true
		}
		seen[f] = true
		b.WriteString(label + ": ")
		b.Write(value)
		if f == fieldTo {
			if tagged, _ := nameAddr(value); !tagged {
				b.WriteString(";tag=" + sipmsg.GenerateTagN(16))
			}
		}
		b.WriteString("\r\n")
		return true
	})
	if !seen[fieldVia] {
		return nil // nobody would know it for his
	}
	if v.code == 503 {
		b.WriteString("Retry-After: 1\r\n")
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	return b.Bytes()
}

func phrases() map[int]string {
	return map[int]string{
		400: "400 Bad Request", 416: "416 Unsupported URI Scheme", 503: "503 Service Unavailable",
		505: "505 Version Not Supported", 513: "513 Message Too Large",
	}
}

// open reports that the call's INVITE has no final response yet.
func (in *incoming) open() bool {
	select {
	case <-in.over:
		return false
	default:
		return true
	}
}

// transactions bounds what the library keeps for retransmissions of requests:
// up to 32 s each over UDP (RFC 3261 17.2, timers H and J).
type transactions struct {
	mu sync.Mutex
	n  int
}

// enter counts a server transaction and returns what serve must call when it
// has answered. Beyond the bound the transaction ends with its answer: a
// retransmission is then answered anew (RFC 3261 8.2.7).
func (g *guard) enter(tx *sipmsg.ServerTx) (answered func()) {
	t := &g.open
	t.mu.Lock()
	full := t.n >= maxTransactions
	if !full {
		t.n++
	}
	t.mu.Unlock()
	if full {
		return tx.Terminate
	}
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.n--
	}
	if !tx.OnTerminate(func(string, error) { leave() }) {
		leave()
	}
	return tx.TerminateGracefully
}
