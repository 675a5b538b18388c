package rtpleg

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"huifang/media"
	"huifang/media/rtpwire"
)

// DefaultRTCPInterval is the time between our reports (RFC 3550 6.2).
const DefaultRTCPInterval = 5 * time.Second

// Config is what a leg is made of.
type Config struct {
	// Ports gives the leg its pair of ports. Nil takes any free pair on LocalIP.
	Ports   *PortPool
	LocalIP netip.Addr
	// AllowedSources are the trunk's addresses. The address of SetRemote is
	// always allowed; nobody else is.
	AllowedSources []netip.Prefix
	// EventPayloadType is the payload type of telephone events in our SDP, the
	// one we receive; 0 means 101.
	EventPayloadType uint8
	// Secure allows nothing but SRTP: until SetKeys the leg is deaf and mute.
	Secure bool
	// RTCPInterval 0 means DefaultRTCPInterval.
	RTCPInterval time.Duration
	// Logger may be nil.
	Logger *slog.Logger
	// Metrics may be nil.
	Metrics *Metrics
}

// Leg is RTP or SRTP to one party. It implements media.Leg.
type Leg struct {
	media.Inlet
	cfg   Config
	pair  pair
	cname string

	mu        sync.Mutex // guards the rest; held for one send at most
	source    source
	secure    secure
	event     uint8 // of the party's SDP
	rewriter  *media.Rewriter
	reception media.Reception
	rtcpTo    netip.AddrPort
	lastSR    uint32 // of the party, and when it came
	lastSRAt  time.Time
	roundTrip time.Duration
	lost      float64
	heardOf   bool   // the party has reported on our stream
	reported  uint32 // packets sent at the last report
	closed    bool
	out       []byte

	readers sync.WaitGroup
	frame   media.Frame // the reader's own
}

var _ media.Leg = (*Leg)(nil)

// Open binds the ports and starts to listen. Until SetRemote it sends nothing
// and hears only the allowed sources.
func Open(cfg Config) (*Leg, error) {
	if cfg.EventPayloadType == 0 {
		cfg.EventPayloadType = uint8(media.TelephoneEvent)
	}
	if cfg.RTCPInterval == 0 {
		cfg.RTCPInterval = DefaultRTCPInterval
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Ports == nil {
		var err error
		if cfg.Ports, err = NewPortPool(cfg.LocalIP, 0, 0, 0, cfg.Metrics); err != nil {
			return nil, err
		}
	}
	s, err := cfg.Ports.open()
	if err != nil {
		return nil, err
	}
	var seed [22]byte
	_, _ = rand.Read(seed[:]) // never fails, see crypto/rand
	l := &Leg{
		cfg: cfg, pair: s, cname: hex.EncodeToString(seed[10:]),
		rewriter: media.NewRewriter(binary.BigEndian.Uint32(seed[0:]), binary.BigEndian.Uint16(seed[4:])&0x7FFF, binary.BigEndian.Uint32(seed[6:])),
		out:      make([]byte, 0, 2048),
	}
	l.source.allowed = cfg.AllowedSources
	cfg.Metrics.leg(1)
	l.readers.Go(l.readRTP)
	l.readers.Go(l.runRTCP)
	return l, nil
}

// LocalAddr is the RTP port for our SDP; RTCP is the port above it.
func (l *Leg) LocalAddr() netip.AddrPort {
	return unmap(l.pair.rtp.LocalAddr().(*net.UDPAddr).AddrPort())
}

// SetRemote says where the party is and what it takes, from its SDP: PCMA or
// PCMU, and its payload type of telephone events (0 = none). It may be called
// again at any time; the stream goes on without a gap. An address that is not
// valid or unspecified, or port 0, stops the sending (hold, RFC 3264 8.4).
func (l *Leg) SetRemote(addr netip.AddrPort, audio media.PayloadType, event uint8) error {
	return l.setRemote(addr, audio, event, (*source).expect)
}

// ReplaceRemote is SetRemote for another party, as when another branch of a
// forked call takes over: whoever was heard so far is not heard any more.
func (l *Leg) ReplaceRemote(addr netip.AddrPort, audio media.PayloadType, event uint8) error {
	return l.setRemote(addr, audio, event, (*source).replace)
}

func (l *Leg) setRemote(addr netip.AddrPort, audio media.PayloadType, event uint8, expect func(*source, netip.AddrPort)) error {
	if audio != media.PCMA && audio != media.PCMU {
		return ErrPayloadType
	}
	if !addr.IsValid() || addr.Addr().IsUnspecified() || addr.Port() == 0 {
		addr = netip.AddrPort{}
	} else {
		addr = unmap(addr)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	expect(&l.source, addr)
	l.event = event
	l.rewriter.SetTarget(audio, event)
	if addr.IsValid() && addr.Port() < 65535 {
		l.rtcpTo = netip.AddrPortFrom(addr.Addr(), addr.Port()+1)
	}
	return nil
}

// WriteFrame sends a frame to the party. Before SetRemote, and while the party
// has us on hold, it sends nothing and that is not an error.
func (l *Leg) WriteFrame(f *media.Frame) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	if l.source.held || !l.source.sdp.IsValid() || l.cfg.Secure && !l.secure.on() {
		return nil
	}
	h, payload, ok := l.rewriter.Rewrite(f)
	if !ok {
		return nil
	}
	l.out = append(h.Append(l.out[:0]), payload...)
	packet := l.out
	if l.secure.on() {
		var err error
		if packet, err = l.secure.seal(packet); err != nil {
			return fmt.Errorf("encrypt frame: %w", err)
		}
	}
	_, err := l.pair.rtp.WriteToUDPAddrPort(packet, l.source.remote())
	return err
}

// Stats is a snapshot of the leg's figures.
func (l *Leg) Stats() media.Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := media.Stats{RoundTrip: l.roundTrip, RemoteLost: l.lost, Reported: l.heardOf}
	l.reception.Fill(&s)
	packets, _, _, _ := l.rewriter.Sent(time.Now())
	s.PacketsSent = uint64(packets)
	return s
}

// Close says good-bye over RTCP, gives the ports back and waits for the leg's
// goroutines. It must not be called from a receiver. It may be called twice.
func (l *Leg) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		l.readers.Wait()
		return nil
	}
	l.sendReport(true)
	l.closed = true
	l.mu.Unlock()
	err := l.cfg.Ports.close(l.pair)
	l.readers.Wait()
	l.cfg.Metrics.leg(-1)
	return err
}

func (l *Leg) readRTP() {
	buffer := make([]byte, 2048)
	for {
		n, from, err := l.pair.rtp.ReadFromUDPAddrPort(buffer)
		now := time.Now()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP answer to something we sent
		}
		if l.take(buffer[:n], unmap(from), now) {
			l.Deliver(&l.frame)
		}
	}
}

// take checks a packet and makes it the current frame.
func (l *Leg) take(packet []byte, from netip.AddrPort, now time.Time) bool {
	if rtpwire.IsRTCP(packet) {
		return false
	}
	if !plausible(packet) {
		l.cfg.Metrics.refused(refusedMalformed)
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.source.mayBe(from) { // before the costly part
		l.cfg.Metrics.refused(refusedSource)
		return false
	}
	h, payload, ok := l.unprotect(packet)
	if !ok {
		return false
	}
	pt, known := l.payloadType(h.PayloadType)
	if !l.source.accept(from, h, pt == media.PCMA || pt == media.PCMU) {
		l.cfg.Metrics.refused(refusedSource)
		return false
	}
	if !known || len(payload) == 0 {
		l.cfg.Metrics.refused(refusedPayloadType)
		return false
	}
	l.frame = media.Frame{
		PayloadType: pt, Marker: h.Marker, Sequence: h.Sequence, Timestamp: h.Timestamp, SSRC: h.SSRC,
		Arrival: now, Payload: payload,
	}
	l.reception.Add(&l.frame)
	return true
}

// payloadType translates what stands in the packet. Both laws are taken whatever
// the answer chose: our offer names both (RFC 3264 5.1).
func (l *Leg) payloadType(wire uint8) (media.PayloadType, bool) {
	switch wire {
	case uint8(media.PCMA), uint8(media.PCMU), uint8(media.ComfortNoise):
		return media.PayloadType(wire), true
	case l.cfg.EventPayloadType, l.event: // never 0, which is PCMU above
		return media.TelephoneEvent, true
	}
	return 0, false
}

// unmap gives an IPv4 address that came over an IPv6 socket its own form.
func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
