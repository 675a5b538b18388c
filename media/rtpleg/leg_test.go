package rtpleg

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"huifang/media"
	"huifang/media/codec"
	"huifang/media/rtpwire"
)

var loopback = netip.MustParseAddr("127.0.0.1")

func open(t *testing.T, cfg Config) *Leg {
	t.Helper()
	if cfg.Ports == nil {
		cfg.LocalIP = loopback
	}
	l, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return l
}

// joined is two legs that know of each other.
func joined(t *testing.T, a, b Config, law media.PayloadType) (*Leg, *Leg) {
	t.Helper()
	la, lb := open(t, a), open(t, b)
	if err := la.SetRemote(lb.LocalAddr(), law, 96); err != nil {
		t.Fatal(err)
	}
	if err := lb.SetRemote(la.LocalAddr(), law, 101); err != nil {
		t.Fatal(err)
	}
	return la, lb
}

// collect hands the frames that a leg receives to a channel.
func collect(l *Leg) <-chan media.Frame {
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
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came")
		return media.Frame{}
	}
}

// eventually looks again and again, for as long as a test may wait.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(what)
		}
	}
}

func voiceFrame(n int) *media.Frame {
	payload := make([]byte, 160)
	for i := range payload {
		payload[i] = byte(n + i)
	}
	return &media.Frame{
		PayloadType: media.PCMA, SSRC: 77, Sequence: uint16(65530 + n), Timestamp: uint32(n * 160),
		Arrival: time.Now(), Payload: payload,
	}
}

func TestLeg_CarriesVoiceByteForByte(t *testing.T) {
	t.Parallel()
	a, b := joined(t, Config{}, Config{}, media.PCMA)
	frames := collect(b)
	var first media.Frame
	for n := range 50 {
		sent := voiceFrame(n)
		if err := a.WriteFrame(sent); err != nil {
			t.Fatal(err)
		}
		got := receive(t, frames)
		if n == 0 {
			first = got
		}
		if !bytes.Equal(got.Payload, sent.Payload) || got.PayloadType != media.PCMA {
			t.Fatalf("packet %d came as % x of type %d", n, got.Payload[:4], got.PayloadType)
		}
		if got.Sequence != first.Sequence+uint16(n) || got.Timestamp != first.Timestamp+uint32(n)*160 || got.SSRC != first.SSRC || got.Marker != (n == 0) {
			t.Fatalf("packet %d: %+v after %+v", n, got, first)
		}
	}
	if s := b.Stats(); s.PacketsReceived != 50 || s.PacketsLost != 0 || s.LastReceived.IsZero() || s.FirstReceived.After(s.LastReceived) {
		t.Errorf("receiver: %+v", s)
	}
	if s := a.Stats(); s.PacketsSent != 50 {
		t.Errorf("sender: %+v", s)
	}
}

func TestLeg_ConvertsTheLawAndTheEventType(t *testing.T) {
	t.Parallel()
	a, b := joined(t, Config{}, Config{EventPayloadType: 96}, media.PCMU)
	frames := collect(b)
	voice := voiceFrame(0)
	event := *voiceFrame(1)
	event.PayloadType, event.Payload = media.TelephoneEvent, []byte{1, 10, 0, 160}
	for _, f := range []*media.Frame{voice, &event} {
		if err := a.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	got := receive(t, frames)
	want := make([]byte, 160)
	codec.ConvertALawToMuLaw(want, voice.Payload)
	if got.PayloadType != media.PCMU || !bytes.Equal(got.Payload, want) {
		t.Errorf("voice came as type %d", got.PayloadType)
	}
	if got = receive(t, frames); got.PayloadType != media.TelephoneEvent || !bytes.Equal(got.Payload, event.Payload) {
		t.Errorf("event came as %+v", got)
	}
}

func TestLeg_EvenPortAndItsNeighbour(t *testing.T) {
	t.Parallel()
	l := open(t, Config{})
	if l.LocalAddr().Port()%2 != 0 || l.LocalAddr().Addr() != loopback {
		t.Errorf("listens on %v", l.LocalAddr())
	}
}

// socket is a party of which we see every packet.
func socket(t *testing.T, ip string) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func send(t *testing.T, c *net.UDPConn, to netip.AddrPort, h rtpwire.Header, payload byte) {
	t.Helper()
	if _, err := c.WriteToUDPAddrPort(append(h.Append(nil), bytes.Repeat([]byte{payload}, 160)...), to); err != nil {
		t.Fatal(err)
	}
}

func TestLeg_DropsWhatComesFromElsewhere(t *testing.T) {
	t.Parallel()
	l := open(t, Config{})
	party, partyAddr := socket(t, "127.0.0.1")
	alien, _ := socket(t, "127.0.0.2")
	if err := l.SetRemote(partyAddr, media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	frames := collect(l)
	for n := range uint16(20) {
		send(t, alien, l.LocalAddr(), rtpwire.Header{PayloadType: 8, Sequence: n, SSRC: 666}, 0x66)
		send(t, party, l.LocalAddr(), rtpwire.Header{PayloadType: 8, Sequence: n, SSRC: 1}, 0x11)
		if f := receive(t, frames); f.Payload[0] != 0x11 || f.SSRC != 1 {
			t.Fatalf("packet %d is the alien's", n)
		}
	}
	if s := l.Stats(); s.PacketsReceived != 20 {
		t.Errorf("%d packets counted", s.PacketsReceived)
	}
}

func TestLeg_AnswersToTheLearnedPort(t *testing.T) {
	t.Parallel()
	l := open(t, Config{})
	_, inSDP := socket(t, "127.0.0.1")
	party, partyAddr := socket(t, "127.0.0.1")
	if err := l.SetRemote(inSDP, media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	frames := collect(l)
	for n := range uint16(lockAfter) {
		send(t, party, l.LocalAddr(), rtpwire.Header{PayloadType: 0, Sequence: n}, 1)
	}
	receive(t, frames)
	if err := l.WriteFrame(voiceFrame(0)); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 2000)
	if err := party.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, from, err := party.ReadFromUDPAddrPort(buffer)
	if err != nil || from != l.LocalAddr() || n != 172 {
		t.Errorf("%d bytes from %v to %v: %v", n, from, partyAddr, err)
	}
}

func TestLeg_NothingIsSentOnHoldAndTheStreamGoesOnAfter(t *testing.T) {
	t.Parallel()
	l := open(t, Config{})
	party, partyAddr := socket(t, "127.0.0.1")
	hold := func() error { return l.SetRemote(netip.MustParseAddrPort("0.0.0.0:4000"), media.PCMA, 0) }
	resume := func() error { return l.SetRemote(partyAddr, media.PCMA, 0) }
	read := func() rtpwire.Header {
		t.Helper()
		buffer := make([]byte, 2000)
		_ = party.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, _, err := party.ReadFromUDPAddrPort(buffer)
		if err != nil {
			t.Fatal(err)
		}
		h, _, err := rtpwire.Parse(buffer[:n])
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	var last rtpwire.Header
	for n, before := range []func() error{resume, hold, resume} {
		if err := before(); err != nil {
			t.Fatal(err)
		}
		if err := l.WriteFrame(voiceFrame(n)); err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			continue // the next read shows that nothing was sent
		}
		h := read()
		if n == 2 && (h.Sequence != last.Sequence+1 || h.SSRC != last.SSRC || h.Timestamp != last.Timestamp+320) {
			t.Errorf("%+v after %+v", h, last)
		}
		last = h
	}
	if err := l.SetRemote(partyAddr, 111, 0); !errors.Is(err, ErrPayloadType) {
		t.Errorf("opus was taken: %v", err)
	}
}

func TestLeg_ReportsLossAndRoundTrip(t *testing.T) {
	t.Parallel()
	fast := Config{RTCPInterval: 20 * time.Millisecond}
	a, b := joined(t, fast, fast, media.PCMA)
	fromA, fromB := collect(b), collect(a)
	for n := range 10 {
		if err := errors.Join(a.WriteFrame(voiceFrame(n)), b.WriteFrame(voiceFrame(n))); err != nil {
			t.Fatal(err)
		}
		receive(t, fromA)
		receive(t, fromB)
	}
	eventually(t, "no round trip from the reports", func() bool { return a.Stats().RoundTrip > 0 && b.Stats().RoundTrip > 0 })
	if rtt := a.Stats().RoundTrip; rtt > time.Second {
		t.Errorf("round trip of %v on one machine", rtt)
	}
}

func TestLeg_ReadsTheLossThatThePartySees(t *testing.T) {
	t.Parallel()
	l := open(t, Config{})
	party, partyAddr := socket(t, "127.0.0.1")
	if err := l.SetRemote(partyAddr, media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	report := rtpwire.AppendReport(nil, rtpwire.Report{SSRC: 9, Blocks: []rtpwire.ReceptionReport{
		{SSRC: l.rewriter.SSRC() + 1, FractionLost: 255},
		{SSRC: l.rewriter.SSRC(), FractionLost: 64},
	}})
	rtcp := netip.AddrPortFrom(loopback, l.LocalAddr().Port()+1)
	if _, err := party.WriteToUDPAddrPort(report, rtcp); err != nil {
		t.Fatal(err)
	}
	eventually(t, "report not read", func() bool { return l.Stats().RemoteLost == 0.25 })
}

func TestLeg_AfterClose(t *testing.T) {
	t.Parallel()
	l, err := Open(Config{LocalIP: loopback})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if err := l.WriteFrame(voiceFrame(0)); !errors.Is(err, ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
}

func TestPortPool_RestsPortsBeforeReuse(t *testing.T) {
	t.Parallel()
	free := open(t, Config{}) // finds a free pair
	port := free.LocalAddr().Port()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	pool, err := NewPortPool(loopback, port, port+1, time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, Config{Ports: pool})
	if l.LocalAddr().Port() != port {
		t.Errorf("port %d of %d", l.LocalAddr().Port(), port)
	}
	if _, err := Open(Config{Ports: pool}); !errors.Is(err, ErrNoPorts) {
		t.Errorf("a second leg on one pair: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Config{Ports: pool}); !errors.Is(err, ErrNoPorts) {
		t.Errorf("a pair that rests: %v", err)
	}
	pool.mu.Lock()
	pool.until[port] = time.Now()
	pool.mu.Unlock()
	if again := open(t, Config{Ports: pool}); again.LocalAddr().Port() != port {
		t.Errorf("port %d of %d", again.LocalAddr().Port(), port)
	}
}

func TestNewPortPool_RefusesRangesWithoutAPair(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		min, max uint16
		ok       bool
	}{{0, 0, true}, {10000, 10001, true}, {10001, 10002, false}, {10000, 10000, false}, {20000, 10000, false}, {0, 100, false}, {65534, 65535, true}} {
		if _, err := NewPortPool(loopback, row.min, row.max, 0, nil); (err == nil) != row.ok {
			t.Errorf("%d-%d: %v", row.min, row.max, err)
		}
	}
}

func TestLeg_WriteDoesNotAllocate(t *testing.T) {
	l := open(t, Config{})
	_, addr := socket(t, "127.0.0.1")
	if err := l.SetRemote(addr, media.PCMU, 0); err != nil {
		t.Fatal(err)
	}
	f := voiceFrame(0)
	if n := testing.AllocsPerRun(100, func() {
		f.Sequence++
		f.Timestamp += 160
		_ = l.WriteFrame(f)
	}); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}
