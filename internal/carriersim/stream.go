package carriersim

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"huifang/media/codec"
)

const frameTime = 20 * time.Millisecond

// stream is the RTP of one call: a socket (more, when it moves) with its reader
// and, once it plays, a pacer.
// All methods are safe for concurrent use.
type stream struct {
	wg   sync.WaitGroup
	quit chan struct{}

	mu         sync.Mutex
	conn       *net.UDPConn   // sends
	sockets    []*net.UDPConn // all that are open
	remote     netip.AddrPort
	codec      uint8
	event      uint8 // payload type of the peer's telephone events; 0 = none
	sending    bool
	echo       bool
	source     source
	impairment impairment
	shield     shield
	paced      bool
	closed     bool

	ssrc      uint32
	peerSSRC  uint32
	sequence  uint16
	timestamp uint32 // of the last tick
	dice      *rand.Rand
	keys      keypad

	received, sent, dropped, refused uint64
	lastReceived                     time.Time
	heard, said                      capture
}

// openStream binds an even port and the odd one above it (RFC 3550 11) on ip.
// The seed makes jitter and loss the same in every run.
func openStream(ip netip.Addr, seed uint64, keep bool) (*stream, error) {
	s := &stream{quit: make(chan struct{}), ssrc: rand.Uint32(), sequence: uint16(rand.Uint32()), dice: rand.New(rand.NewPCG(seed, 20))}
	s.heard.enabled, s.said.enabled = keep, keep
	conn, err := s.bind(ip)
	s.conn = conn
	return s, err
}

// bind opens a pair of ports and hears what comes to the even one. The odd one
// is held so that reports of the peer meet no ICMP error.
func (s *stream) bind(ip netip.Addr) (*net.UDPConn, error) {
	var refused error
	for range 50 {
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
		if err != nil {
			return nil, fmt.Errorf("open rtp socket: %w", err)
		}
		port := addrOf(conn).Port()
		rtcp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, port+1)))
		if port%2 != 0 || err != nil {
			if err == nil {
				_ = rtcp.Close()
			}
			_ = conn.Close()
			refused = err
			continue
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sockets = append(s.sockets, conn, rtcp)
		s.wg.Go(func() { s.read(conn) })
		return conn, nil
	}
	return nil, fmt.Errorf("open rtp socket: no pair of ports: %w", refused)
}

// move sends from another socket of bind from now on; the old one is still heard.
func (s *stream) move(to *net.UDPConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn = to
}

func addrOf(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

// local is the address that the peer is to send to.
func (s *stream) local() netip.AddrPort {
	s.mu.Lock()
	defer s.mu.Unlock()
	return addrOf(s.conn)
}

// direct points the stream at a peer, in the codec and direction agreed upon.
func (s *stream) direct(to netip.AddrPort, codec, event uint8, sending bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remote, s.codec, s.event, s.sending = to, codec, event, sending
}

// play changes what is sent; nil is nothing. The first call starts the pacer.
func (s *stream) play(src source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.source = src
	if src != nil && !s.paced && !s.closed {
		s.paced = true
		s.wg.Go(s.pace)
	}
}

func (s *stream) setEcho(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.echo = on
}

func (s *stream) impair(i impairment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.impairment = i
}

// close ends the goroutines and waits for them. It may be called twice.
func (s *stream) close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.quit)
		for _, c := range s.sockets {
			_ = c.Close()
		}
	}
	s.mu.Unlock()
	s.wg.Wait()
}

func (s *stream) read(conn *net.UDPConn) {
	buffer := make([]byte, 2048)
	for {
		n, _, err := conn.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP error of an earlier send
		}
		if p, err := parsePacket(s.open(buffer[:n])); err == nil {
			s.receive(p, time.Now())
		}
	}
}

func (s *stream) receive(p packet, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received++
	s.peerSSRC = p.ssrc
	s.lastReceived = now
	switch {
	case s.event != 0 && p.payloadType == s.event:
		s.keys.take(p.ssrc, p.timestamp, p.payload)
	case p.payloadType == pcma || p.payloadType == pcmu:
		s.heard.add(p, now)
		if s.echo && s.sending {
			p.ssrc = s.ssrc
			s.transmit(p, now)
		}
	}
}

// due is a packet that jitter keeps back.
type due struct {
	at time.Time
	p  packet
}

// pace sends a frame every 20 ms. The deadlines are absolute: a late wake-up
// shortens the next wait, and the stream does not drift.
func (s *stream) pace() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	start, tick := time.Now(), 0
	talking := false
	var held []due
	for {
		select {
		case <-s.quit:
			return
		case <-timer.C:
		}
		now := time.Now()
		for next := start.Add(time.Duration(tick) * frameTime); !next.After(now); next = next.Add(frameTime) {
			held, talking = s.step(uint32(tick)*frameSamples, talking, next, held)
			tick++
		}
		wake := start.Add(time.Duration(tick) * frameTime)
		held = slices.DeleteFunc(held, func(d due) bool {
			if !d.at.After(now) {
				s.send(d.p, now)
				return true
			}
			if d.at.Before(wake) {
				wake = d.at
			}
			return false
		})
		timer.Reset(time.Until(wake))
	}
}

// step takes the frame of one tick and appends it to the packets to be sent.
func (s *stream) step(timestamp uint32, talking bool, at time.Time, held []due) ([]due, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timestamp = timestamp
	if s.source == nil || !s.sending {
		return held, false
	}
	frame := s.source.frame()
	if frame == nil {
		return held, false
	}
	payload := make([]byte, len(frame))
	if s.codec == pcmu {
		codec.ConvertALawToMuLaw(payload, frame)
	} else {
		copy(payload, frame)
	}
	p := packet{
		marker: !talking, payloadType: s.codec, sequence: s.sequence,
		timestamp: timestamp, ssrc: s.ssrc, payload: payload,
	}
	s.sequence++
	lost, late := s.impairment.fate(s.dice)
	if lost {
		s.dropped++
		return held, true
	}
	return append(held, due{at.Add(late), p}), true
}

func (s *stream) send(p packet, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transmit(p, now)
}

// transmit writes a packet to the socket; s.mu is held. UDP's send does not
// wait for anybody, so the lock is short. A send error is a lost packet.
func (s *stream) transmit(p packet, now time.Time) {
	if s.closed {
		return
	}
	packet := p.append(make([]byte, 0, rtpHeader+len(p.payload)))
	if s.shield.send != nil {
		var err error
		if packet, err = s.shield.send.EncryptRTP(nil, packet, nil); err != nil {
			s.dropped++
			return
		}
	}
	if _, err := s.conn.WriteToUDPAddrPort(packet, s.remote); err != nil {
		s.dropped++
		return
	}
	s.sent++
	s.said.add(p, now)
}

// quiet is how long nothing came from the peer, seen at now, at most since.
func (s *stream) quiet(now, since time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lastReceived.After(since) {
		since = s.lastReceived
	}
	return now.Sub(since)
}

// report fills the media part of a snapshot.
func (s *stream) report(c *Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.PacketsReceived, c.PacketsSent, c.PacketsDropped, c.PacketsRefused = s.received, s.sent, s.dropped, s.refused
	c.MediaTo, c.PeerSSRC = s.remote, s.peerSSRC
	c.Digits = s.keys.digits.String()
	c.Codec = "PCMA"
	if s.codec == pcmu {
		c.Codec = "PCMU"
	}
	c.Received, c.ReceivedAt = slices.Clone(s.heard.samples), slices.Clone(s.heard.passed)
	c.Sent, c.SentAt = slices.Clone(s.said.samples), slices.Clone(s.said.passed)
}
