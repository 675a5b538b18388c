package sip

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// options is a request that a running user agent answers with 200.
func options(transport, name string) []byte { return fmt.Appendf(nil, probe, transport, "g", name) }

// until waits for a condition.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("%s does not come true", what)
		}
		runtime.Gosched()
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A hundred thousand datagrams of a stranger are counted, and leave nothing.
func TestGuard_StrangersLeaveNothing(t *testing.T) {
	const packets, batch = 100_000, 100 // a batch is what the system's smallest buffer holds
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Registerer = reg })
	stranger, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)}, ua.Addr("udp").(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	raw := options("UDP", "stranger")
	only := prometheus.NewRegistry() // quicker to read than all
	only.MustRegister(ua.metrics.dropped)
	entries, before := ua.stack.TransportLayer().Pool("udp").Size(), heap()
	for sent := 0; sent < packets; {
		for range batch {
			if _, err := stranger.Write(raw); err != nil {
				t.Fatal(err)
			}
		}
		sent += batch
		until(t, "every packet counted", func() bool { return counted(t, only, "huifang_sip_packets_dropped_total") >= float64(sent) })
	}
	if n := counted(t, reg, "huifang_sip_packets_dropped_total"); n != packets {
		t.Errorf("%v dropped", n)
	}
	if n := ua.stack.TransportLayer().Pool("udp").Size(); n != entries {
		t.Errorf("%d addresses kept, %d before", n, entries)
	}
	if len(ua.guard.sources.byAddr) != 0 {
		t.Errorf("a rate is kept for %d strangers", len(ua.guard.sources.byAddr))
	}
	if after := heap(); after > before+4<<20 {
		t.Errorf("%d bytes more", after-before)
	}
	callThrough(t, ua, p)
}

func TestGuard_AStrangersPacketIsNotAllocatedFor(t *testing.T) {
	ua, err := NewUserAgent(UserAgentConfig{ListenUDP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	s := &guardedSocket{guard: ua.guard}
	raw, from := options("UDP", "x"), netip.MustParseAddrPort("192.0.2.1:5060")
	if n := testing.AllocsPerRun(1000, func() { s.take(raw, from, false) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkGuard(b *testing.B) {
	ua, err := NewUserAgent(UserAgentConfig{ListenUDP: "127.0.0.1:0", RequestRate: -1,
		Trunks: []Trunk{{Name: "main", Address: "192.0.2.2:5060"}}})
	if err != nil {
		b.Fatal(err)
	}
	known := []netip.Prefix{netip.MustParsePrefix("192.0.2.2/32")}
	ua.sources.Store(&known)
	raw := options("UDP", "x")
	s := &guardedSocket{guard: ua.guard}
	for name, from := range map[string]string{"stranger": "192.0.2.1:5060", "trunk": "192.0.2.2:5060"} {
		b.Run(name, func(b *testing.B) {
			at := netip.MustParseAddrPort(from)
			b.ReportAllocs()
			for b.Loop() {
				s.take(raw, at, false)
			}
		})
	}
}

// The library keeps an entry for every address and port that it sees; from
// more of them than it may see, each is answered and the entries stay bounded.
// So do the answers kept for retransmissions.
func TestGuard_ManyPortsOfATrunkAreBounded(t *testing.T) {
	const ports = maxTransactions + 500
	p := newPeer(t)
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.RequestRate = -1 })
	buf := make([]byte, 4096)
	most := 0
	for i := range ports {
		c, err := net.DialUDP("udp4", nil, ua.Addr("udp").(*net.UDPAddr))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if _, err := c.Write(options("UDP", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		n, err := c.Read(buf)
		if err != nil || !strings.HasPrefix(string(buf[:n]), "SIP/2.0 200") {
			t.Fatalf("port %d: %q %v", i, buf[:n], err)
		}
		c.Close()
		most = max(most, ua.stack.TransportLayer().Pool("udp").Size())
	}
	// A predecessor's entries go within successionTime of its end.
	if most > 5*maxPeers {
		t.Errorf("%d entries at the most", most)
	}
	until(t, "old entries gone", func() bool { return ua.stack.TransportLayer().Pool("udp").Size() <= maxPeers+8 })
	ua.guard.open.mu.Lock()
	open := ua.guard.open.n
	ua.guard.open.mu.Unlock()
	if open > maxTransactions {
		t.Errorf("%d transactions", open)
	}
	callThrough(t, ua, p)
}

func TestGuard_ASourceHasItsRate(t *testing.T) {
	t.Parallel()
	ua, err := NewUserAgent(UserAgentConfig{ListenUDP: "127.0.0.1:0", RequestRate: 10})
	if err != nil {
		t.Fatal(err)
	}
	g, now := ua.guard, time.Unix(1_800_000_000, 0)
	g.now = func() time.Time { return now }
	taken := func(from string, request bool, tries int) (n int) {
		for range tries {
			if g.allow(netip.MustParseAddr(from), request) {
				n++
			}
		}
		return n
	}
	if n := taken("192.0.2.1", true, 100); n != 20 {
		t.Errorf("%d requests in a burst", n)
	}
	if n := taken("192.0.2.1", false, 100); n != 80 {
		t.Errorf("%d responses in a burst, although requests are used up", n)
	}
	if n := taken("192.0.2.2", true, 1); n != 1 {
		t.Error("another source pays for the first")
	}
	now = now.Add(500 * time.Millisecond)
	if n := taken("192.0.2.1", true, 100); n != 5 {
		t.Errorf("%d requests after half a second", n)
	}
	now = now.Add(-time.Hour) // a clock set back takes nothing away and gives nothing
	if n := taken("192.0.2.1", true, 100); n != 0 {
		t.Errorf("%d requests from a clock set back", n)
	}
	for i := range 3 * maxSources {
		g.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), true)
	}
	if n := len(g.sources.byAddr); n > maxSources {
		t.Errorf("%d sources kept", n)
	}
}

// While a trunk's address floods us with requests, few are answered and calls go on.
func TestGuard_FloodOfRequests(t *testing.T) {
	t.Parallel()
	const rate = 10
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Registerer, c.RequestRate = reg, rate })
	began := time.Now()
	c, err := net.DialUDP("udp4", nil, ua.Addr("udp").(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	answers := make(chan int, 1)
	go func() {
		n, buf := 0, make([]byte, 4096)
		for {
			if _, err := c.Read(buf); err != nil {
				answers <- n
				return
			}
			n++
		}
	}()
	const flood = 3000
	for i := range flood {
		if _, err := c.Write(options("UDP", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		if i%100 == 99 { // the system's buffer is not what is tested
			until(t, "the batch is judged", func() bool {
				return refusedFor(t, reg, refusedRate)+float64(2*rate)+time.Since(began).Seconds()*rate >= float64(i)-50
			})
		}
	}
	callThrough(t, ua, p)
	c.Close()
	most := 2*rate + int(time.Since(began).Seconds()*rate) + 1
	if n := <-answers; n == 0 || n > most {
		t.Errorf("%d answers, at most %d", n, most)
	}
	if n := refusedFor(t, reg, refusedRate); n < flood/2 {
		t.Errorf("%v refused", n)
	}
}

func dialTCP(t *testing.T, ua *UserAgent) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp4", ua.Addr("tcp").String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(patience))
	return c
}

func TestGuard_ConnectionsOfASourceAreCounted(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) { c.Registerer = reg })
	var open []net.Conn
	for i := range perSource {
		c := dialTCP(t, ua)
		if _, err := c.Write(options("TCP", fmt.Sprint("c", i))); err != nil {
			t.Fatal(err)
		}
		readHead(t, bufio.NewReader(c))
		open = append(open, c)
	}
	if _, err := dialTCP(t, ua).Read(make([]byte, 1)); err == nil {
		t.Error("one connection too many stays open")
	}
	if n := refusedFor(t, reg, refusedConnections); n != 1 {
		t.Errorf("%v refused", n)
	}
	open[0].Close()
	until(t, "the closed one is forgotten", func() bool {
		ua.guard.conns.mu.Lock()
		defer ua.guard.conns.mu.Unlock()
		return len(ua.guard.conns.accepted) == perSource-1
	})
	c := dialTCP(t, ua)
	if _, err := c.Write(options("TCP", "again")); err != nil {
		t.Fatal(err)
	}
	if head := readHead(t, bufio.NewReader(c)); !strings.HasPrefix(head, "SIP/2.0 200") {
		t.Error(head)
	}
}

// Who says nothing, stops in the middle of a message, or does not read what he
// is told, is hung up on; who only rests is not.
func TestGuard_SlowSenders(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) {
		c.Registerer, c.limits = reg, defaultLimits()
		c.limits.message = 300 * time.Millisecond
	})
	resting := dialTCP(t, ua)
	if _, err := resting.Write(options("TCP", "rest")); err != nil {
		t.Fatal(err)
	}
	readHead(t, bufio.NewReader(resting))
	for name, text := range map[string]string{
		"silent": "", "half a line": "OPTI", "half a head": "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP x\r\n",
		"half a body": strings.Replace(string(options("TCP", "body")), "Content-Length: 0", "Content-Length: 100", 1) + "abc",
	} {
		c := dialTCP(t, ua)
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
	}
	if n := refusedFor(t, reg, refusedSlow); n != 4 {
		t.Errorf("%v counted as slow", n)
	}
	if _, err := resting.Write(options("TCP", "rested")); err != nil {
		t.Fatal(err)
	}
	readHead(t, bufio.NewReader(resting))
}

func TestGuard_ReaderThatDoesNotRead(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) {
		c.Registerer, c.limits = reg, defaultLimits()
		c.limits.message = 300 * time.Millisecond
	})
	c := dialTCP(t, ua)
	if err := c.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	_ = c.SetWriteDeadline(time.Now().Add(patience))
	closed := false
	for i := 0; i < 200_000 && !closed; i++ {
		_, err := c.Write(options("TCP", fmt.Sprint("deaf", i)))
		if closed = err != nil; errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal("the connection stays open")
		}
	}
	if !closed {
		t.Error("the connection stays open")
	}
	if refusedFor(t, reg, refusedSlow) == 0 {
		t.Error("not counted as slow")
	}
	callThrough(t, ua, p)
}

func TestGuard_OversizedMessages(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), nil)
	request := string(options("TCP", "big"))
	before := heap()
	for name, text := range map[string]string{
		"body":   strings.Replace(request, "Content-Length: 0", "Content-Length: 2000000000", 1),
		"header": strings.Replace(request, "Max-Forwards: 70", "Subject: "+strings.Repeat("a", 2*maxHead), 1),
	} {
		c := dialTCP(t, ua)
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(c)
		if head := readHead(t, r); !strings.HasPrefix(head, "SIP/2.0 513") {
			t.Errorf("%s: %s", name, head)
		}
		if _, err := r.ReadByte(); err == nil {
			t.Errorf("%s: the connection stays open", name)
		}
	}
	if after := heap(); after > before+16<<20 {
		t.Errorf("%d bytes more", after-before)
	}
	c, err := net.DialUDP("udp4", nil, ua.Addr("udp").(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	body := strings.Repeat("a", 60_000)
	datagram := strings.Replace(string(options("UDP", "big")), "Content-Length: 0", "Content-Length: 60000", 1) + body
	if _, err := io.WriteString(c, datagram); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	if n, err := c.Read(buf); err != nil || !strings.HasPrefix(string(buf[:n]), "SIP/2.0 513") {
		t.Errorf("%q %v", buf[:n], err)
	}
	callThrough(t, ua, p)
}

// A flood of INVITEs to a service number makes a bounded number of calls, the
// rest is told to come later; all of them end with the user agent.
func TestGuard_FloodOfCalls(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) {
		c.Registerer, c.RequestRate = reg, -1
		c.Trunks[0].ServiceNumbers = []string{"4008001234"}
		c.OnIncoming = func(*Call, Incoming) Handler { return func(Event) {} } // nobody answers
	})
	const extra = 50
	c, err := net.DialUDP("udp4", nil, ua.Addr("udp").(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 4096)
	for i := range maxUnanswered + extra {
		_, err := fmt.Fprintf(c, "INVITE sip:4008001234@huifang SIP/2.0\r\nVia: SIP/2.0/UDP %[1]s;branch=z9hG4bKflood%[2]d;rport\r\n"+
			"From: <sip:1@x>;tag=%[2]d\r\nTo: <sip:4008001234@huifang>\r\nCall-ID: flood%[2]d\r\nCSeq: 1 INVITE\r\nContact: <sip:1@%[1]s>\r\n"+
			"Content-Length: 0\r\n\r\n", c.LocalAddr(), i)
		if err != nil {
			t.Fatal(err)
		}
		if i < maxUnanswered {
			until(t, "the call is taken", func() bool { return value(t, reg, "huifang_sip_calls_active") >= float64(i+1) })
			continue
		}
		for { // a 100 of the calls that wait may come between
			n, err := c.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(string(buf[:n]), "SIP/2.0 503") && strings.Contains(string(buf[:n]), fmt.Sprintf("Call-ID: flood%d\r\n", i)) {
				break
			}
		}
	}
	if n := value(t, reg, "huifang_sip_calls_active"); n != maxUnanswered {
		t.Errorf("%v calls", n)
	}
	ua.Stop()
	if n := value(t, reg, "huifang_sip_calls_active"); n != 0 {
		t.Errorf("%v calls after the stop", n)
	}
}

// value reads a gauge.
func value(t *testing.T, reg *prometheus.Registry, name string) float64 {
	t.Helper()
	all, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}
