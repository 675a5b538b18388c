package rtcleg

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"huifang/media"
)

var loopback = netip.MustParseAddr("127.0.0.1")

func newAPI(t *testing.T, cfg Config) *API {
	t.Helper()
	if cfg.UDPAddr == "" && cfg.TCPAddr == "" {
		cfg.UDPAddr = "127.0.0.1:0"
	}
	cfg.IncludeLoopback = true
	a, err := NewAPI(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close api: %v", err)
		}
	})
	return a
}

func newClient(t *testing.T, cfg ClientConfig) *Client {
	t.Helper()
	cfg.LocalIP = loopback
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close client: %v", err)
		}
	})
	return c
}

// connect joins a client to the server and waits until both are connected.
func connect(t *testing.T, a *API, c *Client) (*Leg, string) {
	t.Helper()
	offer, err := c.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, answer, err := a.Accept(t.Context(), offer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close leg: %v", err)
		}
	})
	server, client := states(l.peer), states(c.peer)
	if err := c.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	await(t, server, StateConnected)
	await(t, client, StateConnected)
	return l, answer
}

func states(p *peer) <-chan State {
	seen := make(chan State, 100)
	p.OnStateChange(func(s State) { seen <- s })
	return seen
}

func await(t *testing.T, seen <-chan State, want ...State) State {
	t.Helper()
	var got []State
	limit := time.After(20 * time.Second)
	for {
		select {
		case s := <-seen:
			if slices.Contains(want, s) {
				return s
			}
			got = append(got, s)
		case <-limit:
			t.Fatalf("waited for %v, saw %v", want, got)
		}
	}
}

// collect hands what a leg receives to a channel.
func collect(l media.Leg) <-chan media.Frame {
	frames := make(chan media.Frame, 1000)
	l.Attach(media.ReceiverFunc(func(f *media.Frame) {
		kept := *f
		kept.Payload = bytes.Clone(f.Payload)
		frames <- kept
	}))
	return frames
}

func receive(t *testing.T, frames <-chan media.Frame) media.Frame {
	t.Helper()
	select {
	case f := <-frames:
		return f
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
		return media.Frame{}
	}
}

func voiceFrame(n int) *media.Frame {
	payload := make([]byte, 160)
	for i := range payload {
		payload[i] = byte(3*n + i)
	}
	return &media.Frame{
		PayloadType: media.PCMA, SSRC: 5, Sequence: uint16(n), Timestamp: uint32(n * 160), Arrival: time.Now(), Payload: payload,
	}
}

// exchange sends frames numbered from first one by one and asserts that they
// come out as they went in, as one continuous stream.
func exchange(t *testing.T, from, to media.Leg, first, count int) (ssrc uint32) {
	t.Helper()
	frames := collect(to)
	defer to.Attach(nil)
	var before media.Frame
	for n := range count {
		sent := voiceFrame(first + n)
		if err := from.WriteFrame(sent); err != nil {
			t.Fatal(err)
		}
		got := receive(t, frames)
		for n == 0 && !bytes.Equal(got.Payload, sent.Payload) {
			got = receive(t, frames) // one of before, still under way
		}
		if got.PayloadType != media.PCMA || !bytes.Equal(got.Payload, sent.Payload) {
			t.Fatalf("frame %d came as type %d, % x", n, got.PayloadType, got.Payload[:8])
		}
		if n > 0 && (got.Sequence != before.Sequence+1 || got.Timestamp != before.Timestamp+160 || got.SSRC != before.SSRC) {
			t.Fatalf("frame %d: %+v after %+v", n, got, before)
		}
		before = got
	}
	return before.SSRC
}

func TestLeg_CarriesVoiceByteForByteBothWays(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{Metrics: NewMetrics(nil)})
	c := newClient(t, ClientConfig{})
	l, _ := connect(t, a, c)
	exchange(t, c, l, 0, 50)
	exchange(t, l, c, 0, 50)
	for who, s := range map[string]media.Stats{"leg": l.Stats(), "client": c.Stats()} {
		if s.PacketsReceived != 50 || s.PacketsSent != 50 || s.PacketsLost != 0 || s.LastReceived.IsZero() {
			t.Errorf("%s: %+v", who, s)
		}
	}
	if !l.Connected() || !c.Connected() {
		t.Error("not connected")
	}
}

// The trap: an answer follows the offer's order, the browser then sends mu-law.
func TestAccept_PCMAThoughTheOfferPrefersPCMU(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	c := newClient(t, ClientConfig{PreferPCMU: true, EventPayloadType: 126})
	l, answer := connect(t, a, c)
	if offer := c.pc.LocalDescription().SDP; !slices.Equal(lawsOf(offer), []media.PayloadType{media.PCMU, media.PCMA}) {
		t.Fatalf("the offer does not prefer mu-law: %s", offer)
	}
	if !slices.Equal(lawsOf(answer), []media.PayloadType{media.PCMA, media.PCMU}) {
		t.Errorf("answer: %s", answer)
	}
	exchange(t, c, l, 0, 5)
	exchange(t, l, c, 0, 5)
}

func TestLeg_TelephoneEventsByTheOffersNumber(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	c := newClient(t, ClientConfig{EventPayloadType: 126})
	l, answer := connect(t, a, c)
	if !strings.Contains(answer, "a=rtpmap:126 telephone-event/8000") {
		t.Errorf("answer: %s", answer)
	}
	exchange(t, c, l, 0, 2)
	frames := collect(l)
	for n := range 3 { // one event, its time stamp frozen
		f := voiceFrame(2 + n)
		f.PayloadType, f.Timestamp, f.Marker = media.TelephoneEvent, 320, n == 0
		f.Payload = []byte{11, 10, 0, byte(160 * (n + 1) % 256)}
		if err := c.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
		got := receive(t, frames)
		if got.PayloadType != media.TelephoneEvent || !bytes.Equal(got.Payload, f.Payload) || got.Marker != f.Marker {
			t.Fatalf("event packet %d: %+v", n, got)
		}
		if n == 0 {
			defer func(first uint32) {
				if got.Timestamp != first {
					t.Errorf("time stamp %d of the event became %d", first, got.Timestamp)
				}
			}(got.Timestamp)
		}
	}
}

// Chromium gives its telephone events a number of its own and no format line.
func TestAccept_RepeatsTheNumberOfTheEvents(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	c := newClient(t, ClientConfig{EventPayloadType: 126})
	offer, err := c.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, answer, err := a.Accept(t.Context(), strings.ReplaceAll(offer, "a=fmtp:126 0-16\r\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if !strings.Contains(answer, "m=audio 9 UDP/TLS/RTP/SAVPF 8 0 126\r\n") {
		t.Errorf("answer:\n%s", answer)
	}
	if got := eventTypeOf("v=0\r\na=rtpmap:110 telephone-event/48000\r\n"); got != eventPayloadType {
		t.Errorf("the events of another clock rate were taken: %d", got)
	}
}

func TestAccept_AnswerIsWhatABrowserNeeds(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{PublicIPs: []netip.Addr{netip.MustParseAddr("203.0.113.9")}})
	c := newClient(t, ClientConfig{})
	offer, err := c.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, answer, err := a.Accept(t.Context(), offer)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, want := range []string{"a=setup:passive", "a=rtcp-mux", "a=sendrecv", "a=fingerprint:sha-256", "a=end-of-candidates", " 203.0.113.9 "} {
		if !strings.Contains(answer, want) {
			t.Errorf("no %q in the answer:\n%s", want, answer)
		}
	}
	for _, not := range []string{".local", "127.0.0.1 ", "m=application", "opus", "transport-cc", "nack"} {
		if strings.Contains(answer, not) {
			t.Errorf("%q in the answer:\n%s", not, answer)
		}
	}
}

func TestLeg_ICERestartInPlace(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	c := newClient(t, ClientConfig{})
	l, first := connect(t, a, c)
	up, down := exchange(t, c, l, 0, 5), exchange(t, l, c, 0, 5)
	offer, err := c.Restart(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := l.Renegotiate(t.Context(), offer)
	if err != nil {
		t.Fatal(err)
	}
	if ufrag(answer) == ufrag(first) || ufrag(answer) == "" {
		t.Error("the answer has no new ICE credentials")
	}
	if err := c.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	untilHeard(t, c, l)
	untilHeard(t, l, c)
	if ssrc := exchange(t, c, l, 2000, 5); ssrc != up {
		t.Errorf("the client's stream became another: %d, %d", up, ssrc)
	}
	if ssrc := exchange(t, l, c, 2000, 5); ssrc != down {
		t.Errorf("our stream became another: %d, %d", down, ssrc)
	}
}

// untilHeard sends until something comes: packets under way in a restart are lost.
func untilHeard(t *testing.T, from, to media.Leg) {
	t.Helper()
	frames := collect(to)
	defer to.Attach(nil)
	tick := time.NewTicker(media.FrameDuration)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for n := 100; ; n++ {
		select {
		case <-frames:
			return
		case <-tick.C:
			if err := from.WriteFrame(voiceFrame(n)); err != nil {
				t.Fatal(err)
			}
		case <-limit:
			t.Fatal("nothing came after the restart")
		}
	}
}

func ufrag(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=ice-ufrag:")
	u, _, _ := strings.Cut(rest, "\r\n")
	return u
}

func TestLeg_OverTCPWhereUDPIsClosed(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{UDPAddr: "127.0.0.1:0", TCPAddr: "127.0.0.1:0"})
	c := newClient(t, ClientConfig{TCPOnly: true})
	l, answer := connect(t, a, c)
	if !strings.Contains(answer, "tcptype passive") {
		t.Errorf("answer: %s", answer)
	}
	exchange(t, c, l, 0, 10)
	exchange(t, l, c, 0, 10)
}

func TestLeg_OnEveryInterface(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{UDPAddr: ":0"})
	if len(a.UDPAddrs()) == 0 {
		t.Fatal("listens nowhere")
	}
	l, _ := connect(t, a, newClient(t, ClientConfig{}))
	if !l.Connected() {
		t.Error("not connected")
	}
}

func TestLeg_ManyOverOnePort(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	for range 3 {
		c := newClient(t, ClientConfig{})
		l, _ := connect(t, a, c)
		exchange(t, c, l, 0, 3)
	}
	if n := len(a.UDPAddrs()); n != 1 {
		t.Errorf("%d ports", n)
	}
}

func TestLeg_TellsWhenTheBrowserGoes(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	c := newClient(t, ClientConfig{})
	l, _ := connect(t, a, c)
	seen := states(l.peer)
	await(t, seen, StateConnected)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, seen, StateDisconnected, StateFailed, StateClosed)
	if l.Connected() {
		t.Error("connected to nobody")
	}
}

func TestLeg_CloseTellsAndRefuses(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	l, _ := connect(t, a, newClient(t, ClientConfig{}))
	seen := states(l.peer)
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	await(t, seen, StateClosed)
	if err := l.WriteFrame(voiceFrame(0)); !errors.Is(err, ErrClosed) {
		t.Errorf("write: %v", err)
	}
	if _, err := l.Renegotiate(t.Context(), "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\n"); err == nil {
		t.Error("a closed leg negotiates")
	}
}

func TestLeg_FramesBeforeTheConnectionAreDropped(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	c := newClient(t, ClientConfig{})
	offer, err := c.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := a.Accept(t.Context(), offer)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if err := l.WriteFrame(voiceFrame(0)); err != nil || l.Stats().PacketsSent != 0 {
		t.Errorf("%v, %+v", err, l.Stats())
	}
}

func TestAccept_Refusals(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{})
	for name, offer := range map[string]string{
		"empty":         "",
		"opus only":     "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
		"video only":    "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
		"refused audio": "v=0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 8\r\n",
	} {
		if _, _, err := a.Accept(t.Context(), offer); !errors.Is(err, ErrNoCodec) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := a.Accept(t.Context(), "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\n"); err == nil {
		t.Error("half a description was accepted")
	}
	c := newClient(t, ClientConfig{})
	offer, err := c.Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if l, _, err := a.Accept(ctx, offer); err == nil {
		_ = l.Close() // the candidates were faster than the look at ctx
	} else if !errors.Is(err, context.Canceled) {
		t.Errorf("after the caller has gone: %v", err)
	}
}

func TestNewAPI_Refusals(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{{}, {UDPAddr: "nonsense"}, {TCPAddr: "127.0.0.1:99999"}} {
		if a, err := NewAPI(cfg); err == nil {
			t.Errorf("%+v was accepted", cfg)
			_ = a.Close()
		}
	}
}

// Not parallel: it counts goroutines.
func TestClose_LeavesNoGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	func() {
		a, err := NewAPI(Config{UDPAddr: "127.0.0.1:0", TCPAddr: "127.0.0.1:0", IncludeLoopback: true})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			c, err := NewClient(ClientConfig{LocalIP: loopback})
			if err != nil {
				t.Fatal(err)
			}
			l, _ := connect(t, a, c)
			exchange(t, c, l, 0, 2)
			if err := errors.Join(l.Close(), c.Close()); err != nil {
				t.Error(err)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(10 * time.Second)
	for runtime.NumGoroutine() > before {
		select {
		case <-tick.C:
		case <-limit:
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}
