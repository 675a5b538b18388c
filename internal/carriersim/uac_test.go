package carriersim

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// patience is how long a test waits for what must come.
const patience = 15 * time.Second

// slack is how late a busy machine may be where a test looks at times.
const slack = 5 * time.Second

// TestMain lets more tests run at once than there are cores: they wait for
// telephones to ring, and compute little.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// startSim runs a simulator for one test.
func startSim(t *testing.T, cfg Config) *Simulator {
	t.Helper()
	cfg.Capture = true
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// await waits for the (only) call of the simulator to be as wanted.
func await(t *testing.T, s *Simulator, match func(Call) bool) Call {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := s.Await(ctx, match)
	if err != nil {
		t.Fatalf("%v; calls: %+v", err, brief(s.Calls()))
	}
	return c
}

func awaitEnd(t *testing.T, s *Simulator, want End) Call {
	t.Helper()
	c := await(t, s, func(c Call) bool { return c.State == StateEnded })
	if c.End != want {
		t.Fatalf("the call ended as %q, want %q", c.End, want)
	}
	return c
}

// brief leaves the audio out.
func brief(calls []Call) []Call {
	for i := range calls {
		calls[i].Received, calls[i].Sent = nil, nil
	}
	return calls
}

// uac is a small raw caller: it sends what a test tells it to, and does nothing
// by itself.
type uac struct {
	t       *testing.T
	network string
	conn    net.Conn
	rtp     *net.UDPConn
	number  string
	callID  string
	fromTag string
	toTag   string
	branch  string
	cseq    int
	sdp     string

	messages chan sip.Message

	mu      sync.Mutex
	packets []packet
	peer    netip.AddrPort
	wg      sync.WaitGroup
}

func newUAC(t *testing.T, s *Simulator, network, number string) *uac {
	t.Helper()
	conn, err := net.Dial(network, s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	rtp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	u := &uac{
		t: t, network: strings.ToUpper(network), conn: conn, rtp: rtp, number: number,
		callID: newTag(), fromTag: newTag(), messages: make(chan sip.Message, 100),
	}
	u.sdp = u.offer("sendrecv", "8 0 101")
	u.wg.Go(u.readSIP)
	u.wg.Go(u.readRTP)
	t.Cleanup(func() {
		_ = conn.Close()
		_ = rtp.Close()
		u.wg.Wait()
	})
	return u
}

func (u *uac) readSIP() {
	stream := sip.NewParser().NewSIPStream()
	buffer := make([]byte, 65536)
	for {
		n, err := u.conn.Read(buffer)
		if err != nil {
			return
		}
		if u.network == "TCP" {
			_ = stream.ParseSIPStream(slices.Clone(buffer[:n]), func(m sip.Message) { u.messages <- m })
			continue
		}
		m, err := sip.ParseMessage(slices.Clone(buffer[:n]))
		if err != nil {
			u.t.Errorf("the carrier sent nonsense: %v", err)
			continue
		}
		u.messages <- m
	}
}

func (u *uac) readRTP() {
	buffer := make([]byte, 2048)
	for {
		n, err := u.rtp.Read(buffer)
		if err != nil {
			return
		}
		p, err := parsePacket(slices.Clone(buffer[:n]))
		if err != nil {
			u.t.Error(err)
			continue
		}
		u.mu.Lock()
		u.packets = append(u.packets, p)
		u.mu.Unlock()
	}
}

func (u *uac) heard() []packet {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.packets)
}

func (u *uac) offer(direction, formats string) string {
	port := u.rtp.LocalAddr().(*net.UDPAddr).Port
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP %s\r\na=rtpmap:101 telephone-event/8000\r\na=%s\r\n", port, formats, direction)
}

// send writes a request with the present branch, CSeq and tags.
func (u *uac) send(method, body string, headers ...string) {
	u.t.Helper()
	host := u.conn.LocalAddr().String()
	to := fmt.Sprintf("<sip:%s@carrier>", u.number)
	if u.toTag != "" {
		to += ";tag=" + u.toTag
	}
	lines := []string{
		fmt.Sprintf("%s sip:%s@carrier SIP/2.0", method, u.number),
		fmt.Sprintf("Via: SIP/2.0/%s %s;branch=%s;rport", u.network, host, u.branch),
		"From: <sip:400@caller>;tag=" + u.fromTag, "To: " + to, "Call-ID: " + u.callID,
		fmt.Sprintf("CSeq: %d %s", u.cseq, method), "Max-Forwards: 70",
		"Contact: <sip:400@" + host + ">",
	}
	lines = append(lines, headers...)
	if body != "" {
		lines = append(lines, "Content-Type: application/sdp")
	}
	lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	if _, err := u.conn.Write([]byte(strings.Join(lines, "\r\n"))); err != nil {
		u.t.Fatal(err)
	}
}

// request sends a new request.
func (u *uac) request(method, body string, headers ...string) {
	u.t.Helper()
	u.branch, u.cseq = "z9hG4bK"+newTag(), u.cseq+1
	u.send(method, body, headers...)
}

func (u *uac) invite(headers ...string) { u.request("INVITE", u.sdp, headers...) }

// ack acknowledges: a 2xx with a new branch, anything else with that of the INVITE.
func (u *uac) ack(res *sip.Response) {
	u.t.Helper()
	branch := u.branch
	if res.IsSuccess() {
		u.branch = "z9hG4bK" + newTag()
	}
	before := u.toTag
	u.toTag, _ = res.To().Params.Get("tag")
	u.send("ACK", "")
	u.branch = branch
	if !res.IsSuccess() {
		u.toTag = before
	}
}

// response waits for the next response to the method that is not a 100, and
// insists on its code.
func (u *uac) response(method string, code int) *sip.Response {
	u.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case m := <-u.messages:
			res, ok := m.(*sip.Response)
			if !ok || res.StatusCode == 100 || string(res.CSeq().MethodName) != method {
				continue
			}
			if res.StatusCode != code {
				u.t.Fatalf("%s was answered with %d, want %d", method, res.StatusCode, code)
			}
			if body := res.Body(); len(body) > 0 && res.StatusCode < 300 {
				d, err := parseSDP(body)
				if err != nil {
					u.t.Fatalf("%v in\n%s", err, body)
				}
				u.peer = d.address
			}
			return res
		case <-deadline.C:
			u.t.Fatalf("%s got no %d", method, code)
		}
	}
}

// served waits for a request of the carrier and answers it.
func (u *uac) served(method string, code int, body string) *sip.Request {
	u.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case m := <-u.messages:
			req, ok := m.(*sip.Request)
			if !ok || string(req.Method) != method {
				continue
			}
			res := sip.NewResponseFromRequest(req, code, "Test", []byte(body))
			if body != "" {
				res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
				res.AppendHeader(sip.NewHeader("Contact", "<sip:400@"+u.conn.LocalAddr().String()+">"))
			}
			if _, err := u.conn.Write([]byte(res.String())); err != nil {
				u.t.Fatal(err)
			}
			return req
		case <-deadline.C:
			u.t.Fatalf("no %s came", method)
		}
	}
}

// bye hangs up.
func (u *uac) bye() {
	u.t.Helper()
	u.request("BYE", "")
	u.response("BYE", 200)
}

// connect calls and waits for the answer after a 180.
func (u *uac) connect() *sip.Response {
	u.t.Helper()
	u.invite()
	u.response("INVITE", 180)
	res := u.response("INVITE", 200)
	u.ack(res)
	return res
}

// say sends RTP, 20 ms a packet, paced, until all is said.
func (u *uac) say(payloadType uint8, audio []byte) {
	u.t.Helper()
	ticker := time.NewTicker(frameTime)
	defer ticker.Stop()
	for n := 0; n*frameSamples < len(audio); n++ {
		u.sendRTP(packet{
			payloadType: payloadType, sequence: uint16(n), timestamp: uint32(n * frameSamples), ssrc: 7,
			payload: audio[n*frameSamples : min((n+1)*frameSamples, len(audio))],
		})
		<-ticker.C
	}
}

func (u *uac) sendRTP(p packet) {
	u.t.Helper()
	if _, err := u.rtp.WriteToUDPAddrPort(p.append(nil), u.peer); err != nil {
		u.t.Fatal(err)
	}
}

// hear waits until n packets have come.
func (u *uac) hear(n int) []packet {
	u.t.Helper()
	ticker, deadline := time.NewTicker(frameTime), time.NewTimer(patience)
	defer ticker.Stop()
	defer deadline.Stop()
	for {
		if p := u.heard(); len(p) >= n {
			return p
		}
		select {
		case <-ticker.C:
		case <-deadline.C:
			u.t.Fatalf("heard %d packets, want %d", len(u.heard()), n)
		}
	}
}
