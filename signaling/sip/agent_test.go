package sip

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/call"
)

func mustAddr(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// outside is a request that belongs to no call.
func outside(ua *UserAgent, p *peer, method, to string, lines ...string) string {
	extra := ""
	for _, l := range lines {
		extra += l + "\r\n"
	}
	return fmt.Sprintf("%s sip:x@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKout%s%d;rport\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:x@y>%s\r\n"+
		"Call-ID: nowhere\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n%sContent-Length: 0\r\n\r\n",
		method, ua.Addr("udp"), p.addr(), method, len(to), to, method, extra)
}

func TestAgent_RequestsOfNoCall(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), nil)
	for _, c := range []struct {
		method, to string
		code       int
	}{
		{"OPTIONS", "", 200}, {"BYE", ";tag=x", 481}, {"INVITE", "", 480}, {"INVITE", ";tag=x", 481},
		{"UPDATE", ";tag=x", 481}, {"REGISTER", "", 405}, {"SUBSCRIBE", "", 405}, {"CANCEL", "", 481},
	} {
		p.write(ua.Addr("udp").String(), outside(ua, p, c.method, c.to))
		if r := p.response(c.code); c.method == "OPTIONS" && !headerHas(r, "Allow", "UPDATE") {
			t.Errorf("%s", r)
		}
	}
}

func TestAgent_UnexpectedSourcesAreDroppedUnread(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	reg := prometheus.NewRegistry()
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) {
		c.Registerer = reg
		c.Trunks[0].AllowedSources = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	stranger, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)}, ua.Addr("udp").(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	if _, err := stranger.Write([]byte(outside(ua, p, "OPTIONS", ""))); err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).DialContext(t.Context(), "tcp", ua.Addr("tcp").String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("a stranger's connection stays open")
	}
	p.write(ua.Addr("udp").String(), outside(ua, p, "OPTIONS", "")) // the trunk itself
	p.response(200)
	if n := counted(t, reg, "huifang_sip_packets_dropped_total"); n != 2 {
		t.Errorf("%v dropped", n)
	}
	if err := stranger.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := stranger.Read(make([]byte, 100)); err == nil {
		t.Errorf("the stranger got an answer of %d bytes", n)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestRuleS01_NoNumbersInTheLog(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	var log lockedBuffer
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	d := dial(t, ua)
	invite := p.request(sipmsg.INVITE)
	p.write(invite.Source(), "SIP/2.0 nonsense\r\nTo: <sip:13800138000@x>\r\n\r\n")
	p.write(invite.Source(), strings.Replace(p.text(invite, 180, "t1"), "CSeq: 1 INVITE", "CSeq: what", 1))
	p.reply(invite, 486, "t1")
	next[Failed](d)
	d.ended()
	ua.Stop()
	if s := log.String(); strings.Contains(s, "13800138000") || strings.Contains(s, "4008001234") || !strings.Contains(s, "sip call over") {
		t.Errorf("log:\n%s", s)
	}
}

func TestAgent_TrunkHealth(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	ua := startAgent(t, p.addr(), func(c *UserAgentConfig) {
		c.OptionsInterval = 80 * time.Millisecond
		c.limits = defaultLimits()
		c.limits.keepalive = 100 * time.Millisecond
	})
	if s := ua.TrunkState("main"); s != TrunkUnknown || ua.TrunkState("none") != TrunkUnknown {
		t.Errorf("before any answer: %s", s)
	}
	p.reply(p.request(sipmsg.OPTIONS), 403, "x") // a refusal is a sign of life
	await(t, ua, TrunkUp)
	p.request(sipmsg.OPTIONS) // not answered
	await(t, ua, TrunkDown)
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case m := <-p.in:
				if r, ok := m.(*sipmsg.Request); ok {
					p.reply(r, 200, "x")
				}
			case <-stop:
				return
			}
		}
	}()
	await(t, ua, TrunkUp)
	close(stop)
	<-done
	if s := ua.Trunks(); len(s) != 1 || s[0].Name != "main" || s[0].State != TrunkUp || s[0].Since.IsZero() {
		t.Errorf("%+v", s)
	}
}

func await(t *testing.T, ua *UserAgent, want TrunkState) {
	t.Helper()
	look, limit := time.NewTicker(5*time.Millisecond), time.After(patience)
	defer look.Stop()
	for ua.TrunkState("main") != want {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("trunk is %s, not %s", ua.TrunkState("main"), want)
		}
	}
}

func TestHealth_Hysteresis(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		results string
		want    TrunkState
	}{
		"one answer is enough at first": {"+", TrunkUp}, "one silence is not": {"-", TrunkUnknown}, "two are": {"--", TrunkDown},
		"one silence of an up trunk": {"+-", TrunkUp}, "two silences apart": {"+-+-", TrunkUp}, "down": {"+--", TrunkDown},
		"one answer of a down trunk": {"--+", TrunkDown}, "two": {"--++", TrunkUp},
	} {
		h := health{state: TrunkUnknown}
		for _, r := range c.results {
			h.note(r == '+', epoch)
		}
		if h.state != c.want {
			t.Errorf("%s: %s", name, h.state)
		}
	}
}

func TestAgent_StopEndsWhatLives(t *testing.T) {
	t.Parallel()
	p, talking, _ := answered(t, nil)
	ua := talking.ua
	ringing := dial(t, ua)
	p.reply(p.request(sipmsg.INVITE), 180, "t9")
	next[Provisional](ringing)
	stopped := make(chan struct{})
	go func() { ua.Stop(); ua.Stop(); close(stopped) }()
	got := map[sipmsg.RequestMethod]bool{}
	for len(got) < 2 {
		p.next("BYE and CANCEL", func(m sipmsg.Message) bool {
			r, ok := m.(*sipmsg.Request)
			if !ok || r.Method != sipmsg.BYE && r.Method != sipmsg.CANCEL {
				return false
			}
			got[r.Method] = true
			p.reply(r, 200, "")
			return true
		})
	}
	if e := next[Ended](talking); e.By != EndLocal {
		t.Errorf("%+v", e)
	}
	next[Failed](ringing) // the 487 never comes: ended by force
	<-stopped
	talking.ended()
	ringing.ended()
	if len(ua.calls) != 0 {
		t.Errorf("%d calls left", len(ua.calls))
	}
}

// Not parallel: it looks at every goroutine of the process.
func TestAgent_StopLeavesNoGoroutine(t *testing.T) {
	p, d, _ := answered(t, func(c *UserAgentConfig) { c.OptionsInterval = time.Hour })
	p.finish(d)
	second := dial(t, d.ua) // ends while nobody has answered
	p.request(sipmsg.INVITE)
	d.ua.Stop()
	second.closed(t)
	look, limit := time.NewTicker(5*time.Millisecond), time.After(patience)
	defer look.Stop()
	for {
		buf := make([]byte, 1<<20)
		stacks := string(buf[:runtime.Stack(buf, true)])
		left := 0
		for g := range strings.SplitSeq(stacks, "\n\n") {
			if strings.Contains(g, "sip.(*Call)") || strings.Contains(g, "sip.(*UserAgent)") || strings.Contains(g, "sip.(*line)") ||
				strings.Contains(g, "emiago/sipgo") {
				left++
			}
		}
		if left == 0 {
			return
		}
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("%d goroutines left:\n%s", left, stacks)
		}
	}
}

// closed waits for the end, whatever it is.
func (d *dialled) closed(t *testing.T) {
	t.Helper()
	select {
	case <-d.Done():
	case <-time.After(patience):
		t.Fatal("no end")
	}
}

func TestConfig_Faults(t *testing.T) {
	t.Parallel()
	good := Trunk{Name: "a", Address: "127.0.0.1:5060"}
	for want, c := range map[string]UserAgentConfig{
		"no listen address": {},
		"not host:port":     {ListenUDP: ":0", Trunks: []Trunk{{Name: "a", Address: "127.0.0.1"}}},
		"used twice":        {ListenUDP: ":0", Trunks: []Trunk{good, good}},
		"is not udp":        {ListenUDP: ":0", Trunks: []Trunk{{Name: "a", Address: "127.0.0.1:1", Transport: "ws"}}},
		"no UDP listen":     {ListenTCP: ":0", Trunks: []Trunk{good}},
		"outcome override":  {ListenUDP: ":0", Trunks: []Trunk{{Name: "a", Address: "127.0.0.1:1", OutcomeOverrides: map[int]call.Outcome{480: "maybe"}}}},
		"certificate":       {ListenTLS: ":0"},
	} {
		if _, err := NewUserAgent(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestTrunk_Numbers(t *testing.T) {
	t.Parallel()
	trunk := Trunk{StripPrefix: "+86", AddPrefix: "9"}
	for in, want := range map[string]string{
		"+8613800138000": "913800138000", "+86 138-0013 8000": "913800138000", "10086": "910086", "+4930123": "", "*21#": "9*21#", "": "", "1@x": "",
	} {
		got, err := trunk.dialled(in)
		if (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
}

// counted sums a counter over its labels.
func counted(t *testing.T, reg *prometheus.Registry, name string) (sum float64) {
	t.Helper()
	all, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				sum += m.GetCounter().GetValue()
			}
			return sum
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}
