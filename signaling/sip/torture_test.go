package sip

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"
)

// torment is one message of RFC 4475 and what we make of it.
type torment struct {
	name, section string
	code          int     // of our answer; 0: none
	refusal       refusal // of the guard; empty: the library read it
	note          string  // why, where the RFC says otherwise or leaves it open
}

const (
	noCalls  = "we take no calls from outside, whatever they offer"
	noClient = "answers no request of ours"
)

func torments() []torment {
	return []torment{
		{"wsinv", "3.1.1.1", 400, "", "valid; the library cannot read a Via with blanks between its parts; no carrier writes so"},
		{"intmeth", "3.1.1.2", 405, "", ""},
		{"esc01", "3.1.1.3", 480, "", noCalls},
		{"escnull", "3.1.1.4", 405, "", "no registrar; %00 is never unescaped"},
		{"esc02", "3.1.1.5", 405, "", "a method of its own, not REGISTER"},
		{"lwsdisp", "3.1.1.6", 200, "", ""},
		{"longreq", "3.1.1.7", 480, "", noCalls},
		{"dblreq", "3.1.1.8", 405, "", "over UDP what follows the first message is ignored"},
		{"semiuri", "3.1.1.9", 200, "", ""},
		{"transports", "3.1.1.10", 200, "", ""},
		{"mpart01", "3.1.1.11", 405, "", "no MESSAGE here"},
		{"unreason", "3.1.1.12", 0, "", noClient},
		{"noreason", "3.1.1.13", 0, "", noClient},
		{"badinv01", "3.1.2.1", 400, refusedSyntax, ""},
		{"clerr", "3.1.2.2", 400, refusedLength, ""},
		{"ncl", "3.1.2.3", 400, refusedNumber, ""},
		{"scalar02", "3.1.2.4", 400, refusedNumber, ""},
		{"scalarlg", "3.1.2.5", 0, refusedNumber, ""},
		{"quotbal", "3.1.2.6", 400, refusedSyntax, ""},
		{"ltgtruri", "3.1.2.7", 400, refusedSyntax, ""},
		{"lwsruri", "3.1.2.8", 400, refusedSyntax, ""},
		{"lwsstart", "3.1.2.9", 400, refusedSyntax, ""},
		{"trws", "3.1.2.10", 400, refusedSyntax, ""},
		{"escruri", "3.1.2.11", 400, refusedSyntax, ""},
		{"baddate", "3.1.2.12", 480, "", "Date is not used, so it may say anything"},
		{"regbadct", "3.1.2.13", 400, refusedSyntax, ""},
		{"badaspec", "3.1.2.14", 400, refusedSyntax, ""},
		{"baddn", "3.1.2.15", 400, refusedSyntax, ""},
		{"badvers", "3.1.2.16", 505, refusedVersion, ""},
		{"mismatch01", "3.1.2.17", 400, refusedHeader, ""},
		{"mismatch02", "3.1.2.18", 400, refusedHeader, ""},
		{"bigcode", "3.1.2.19", 0, refusedSyntax, ""},
		{"badbranch", "3.2.1", 200, "", "identified as RFC 2543 did, by tags, Call-ID and CSeq"},
		{"insuf", "3.3.1", 400, refusedHeader, ""},
		{"unkscm", "3.3.2", 416, refusedScheme, ""},
		{"novelsc", "3.3.3", 416, refusedScheme, ""},
		{"unksm2", "3.3.4", 405, "", "no registrar"},
		{"bext01", "3.3.5", 420, "", ""},
		{"invut", "3.3.6", 480, "", noCalls},
		{"regaut01", "3.3.7", 405, "", "no registrar"},
		{"multi01", "3.3.8", 400, refusedHeader, ""},
		{"mcl01", "3.3.9", 400, refusedHeader, ""},
		{"bcast", "3.3.10", 0, refusedHeader, ""},
		{"zeromf", "3.3.11", 200, "", "it has arrived: Max-Forwards binds proxies"},
		{"cparam01", "3.3.12", 405, "", "no registrar"},
		{"cparam02", "3.3.13", 405, "", "no registrar"},
		{"regescrt", "3.3.14", 405, "", "no registrar"},
		{"sdp01", "3.3.15", 480, "", noCalls},
		{"inv2543", "3.4.1", 400, "", "accepted by the guard; the library wants a From tag where there is no branch, as RFC 3261 does"},
	}
}

// overDatagrams is what differs over UDP.
func (c torment) overDatagrams() torment {
	if c.name == "longreq" {
		c.code = 0 // 33 Vias: the library sends no datagram above 1300 bytes
	}
	return c
}

// overStream is what differs on a connection, where only Content-Length tells
// where a message ends.
func (c torment) overStream() torment {
	switch c.name {
	case "clerr":
		c.code, c.refusal = 0, "" // waits for the rest; see TestGuard_SlowSenders
	case "dblreq":
		c.refusal = refusedLength // what follows the second message's 150 bytes
	case "ncl", "mcl01", "inv2543":
		c.refusal = refusedLength // and the connection ends
		c.code = 400
	}
	return c
}

func torture(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "torture", name+".dat"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTorture_EveryMessageHasItsVerdict(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "torture", "*.dat"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range torments() {
		seen[c.name+c.section] = true
		torture(t, c.name)
	}
	if len(files) != 49 || len(seen) != 49 {
		t.Fatalf("%d files, %d rows, RFC 4475 has 49 messages", len(files), len(seen))
	}
}

// Every message over UDP and TCP has the answer of its row, and after each the
// user agent answers OPTIONS and makes a call.
func TestTorture_OverTheStackAsItIs(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, c := range torments() {
		t.Run(c.section+" "+c.name, func(t *testing.T) {
			p := newPeer(t)
			reg := prometheus.NewRegistry()
			// One each: some messages share a branch, which makes them one
			// transaction for whoever gets them all.
			ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Registerer = reg })
			raw := torture(t, c.name)
			// TCP first: over UDP the transaction stays to answer
			// retransmissions, and the library finds it by branch alone.
			streams := &tormentor{t: t, ua: ua, reg: reg, row: c.overStream()}
			streams.overTCP(raw)
			datagrams := &tormentor{t: t, ua: ua, reg: reg, row: c.overDatagrams()}
			datagrams.overUDP(raw)
			callThrough(t, ua, p)
		})
	}
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > before {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines, %d before\n%s", n, before, buf[:runtime.Stack(buf, true)])
	}
}

type tormentor struct {
	t   *testing.T
	ua  *UserAgent
	reg *prometheus.Registry
	row torment
}

// refusals counts all of them, and those of the row's reason.
func (c *tormentor) refusals() (total, own float64) {
	return refusedFor(c.t, c.reg, ""), refusedFor(c.t, c.reg, c.row.refusal)
}

// refusedFor counts the refusals for one reason, or all.
func refusedFor(t *testing.T, reg *prometheus.Registry, reason refusal) (sum float64) {
	t.Helper()
	all, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.GetName() != "huifang_sip_messages_refused_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			if reason == "" || m.GetLabel()[0].GetValue() == string(reason) {
				sum += m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

const probe = "OPTIONS sip:huifang SIP/2.0\r\nVia: SIP/2.0/%s 127.0.0.1:1;branch=z9hG4bKprobe%s%s;rport\r\nFrom: <sip:a@b>;tag=p\r\n" +
	"To: <sip:x@y>\r\nCall-ID: probe\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"

// judge compares what came back, in any order, with the row.
func (c *tormentor) judge(answers map[string]int, total, own float64) {
	c.t.Helper()
	delete(answers, "probe")
	got := 0
	for _, code := range answers {
		got = code
	}
	if want := c.row.code; got != want || want == 0 && len(answers) > 0 {
		c.t.Errorf("answered %v, want %d", answers, want)
	}
	grown := 0.0
	if c.row.refusal != "" {
		grown = 1
	}
	all, mine := c.refusals()
	if c.row.refusal == "" {
		mine, own = all, total
	}
	if all-total != grown || mine-own != grown {
		c.t.Errorf("refusals grew by %v, those for %q by %v", all-total, c.row.refusal, mine-own)
	}
}

func (c *tormentor) overUDP(raw []byte) {
	c.t.Helper()
	conn, err := net.DialUDP("udp4", nil, c.ua.Addr("udp").(*net.UDPAddr))
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	if c.row.refusal == "" {
		raw = withRport(raw) // or the answer would go to the port in Via
	}
	total, own := c.refusals()
	if _, err := conn.Write(raw); err != nil {
		c.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, probe, "UDP", "u", c.row.name); err != nil {
		c.t.Fatal(err)
	}
	answers, buf := map[string]int{}, make([]byte, 65536)
	limit := time.Now().Add(patience)
	for answers["probe"] == 0 || c.row.code != 0 && len(answers) < 2 {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		n, err := conn.Read(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) && c.row.refusal == "" && time.Now().Before(limit) {
			// Sent again, as every client would: the first may have met the
			// transaction of its TCP twin, which was not quite over.
			_, err = conn.Write(raw)
			n = 0
		}
		if err != nil {
			c.t.Fatalf("answers so far %v: %v", answers, err)
		}
		if n > 0 {
			noteAnswer(answers, string(buf[:n]))
		}
	}
	if answers["probe"] != 200 {
		c.t.Errorf("OPTIONS afterwards: %v", answers)
	}
	c.judge(answers, total, own)
}

func (c *tormentor) overTCP(raw []byte) {
	c.t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(context.Background(), "tcp4", c.ua.Addr("tcp").String())
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	total, own := c.refusals()
	if _, err := conn.Write(raw); err != nil {
		c.t.Fatal(err)
	}
	answers := map[string]int{}
	defer func() { c.judge(answers, total, own) }()
	if c.row.name == "clerr" {
		return
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	r := bufio.NewReader(conn)
	if c.row.refusal == refusedLength && c.row.name != "dblreq" {
		noteAnswer(answers, readHead(c.t, r))
		if _, err := r.ReadByte(); err == nil {
			c.t.Error("the connection stays open")
		}
		return
	}
	want := 1
	if c.row.code != 0 {
		want++
	}
	if c.row.name != "dblreq" {
		if _, err := fmt.Fprintf(conn, probe, "TCP", "t", c.row.name); err != nil {
			c.t.Fatal(err)
		}
	}
	if c.row.name == "dblreq" {
		want = 2
	}
	for len(answers) < want {
		noteAnswer(answers, readHead(c.t, r))
	}
	if c.row.name == "dblreq" {
		// On a connection the INVITE behind the REGISTER is a message too; its
		// body is longer than its Content-Length, so nothing can follow.
		if _, err := r.ReadByte(); err == nil {
			c.t.Error("the connection stays open")
		}
		if second := "dblreq.0ha0isnda977644900765@192.0.2.15"; answers[second] == 480 {
			delete(answers, second)
		}
	} else if answers["probe"] != 200 {
		c.t.Errorf("OPTIONS afterwards: %v", answers)
	}
}

// noteAnswer files a response under its Call-ID.
func noteAnswer(answers map[string]int, text string) {
	var code int
	_, _ = fmt.Sscanf(text, "SIP/2.0 %d", &code)
	id := "none"
	for line := range strings.SplitSeq(text, "\r\n") {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(k), "Call-ID") {
			id = strings.TrimSpace(v)
		}
	}
	answers[id] = code
}

func readHead(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", b.String(), err)
		}
		b.WriteString(line)
		if line == "\r\n" && b.Len() > 2 {
			return b.String()
		}
	}
}

// withRport adds rport to the topmost Via (RFC 3581).
func withRport(raw []byte) []byte {
	at := 0
	for line := range bytes.SplitAfterSeq(raw, []byte("\r\n")) {
		if bytes.HasPrefix(bytes.ToLower(line), []byte("via")) && !bytes.Contains(line, []byte("rport")) {
			at += len(line) - 2
			return append(append(bytes.Clone(raw[:at]), ";rport"...), raw[at:]...)
		}
		at += len(line)
	}
	return raw
}

// callThrough makes a call, has it answered and ends it.
func callThrough(t *testing.T, ua *UserAgent, p *peer) {
	t.Helper()
	d := dial(t, ua)
	invite := p.request(sipmsg.INVITE)
	p.reply(invite, 180, "t1")
	p.reply(invite, 200, "t1", "sdp")
	next[Answered](d)
	p.request(sipmsg.ACK)
	d.Bye("test")
	p.reply(p.request(sipmsg.BYE), 200, "t1")
	next[Ended](d)
}
