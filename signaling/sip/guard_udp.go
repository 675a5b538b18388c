package sip

import (
	"bytes"
	"net"
	"net/netip"
	"sync"
	"time"
)

// maxPeers is how many source addresses and ports one guardedSocket lets the
// library see. It keeps an entry for each as long as it reads that socket.
const maxPeers = 1024

// successionTime is how long a socket that has handed over still counts as
// open, for the requests that the library is about to answer.
const successionTime = time.Second

// guardedSocket is the UDP socket as the library sees it: packets of strangers
// and refused messages never come out of it. When it has shown maxPeers
// addresses it hands the socket to a successor and ends for the library, which
// then forgets them.
type guardedSocket struct {
	*net.UDPConn
	guard   *guard
	local   net.Addr
	peers   map[netip.AddrPort]bool
	pending *datagram // what the predecessor read last
	once    sync.Once
	ready   chan struct{} // closed when the library begins to read
}

type datagram struct {
	data []byte
	from netip.AddrPort
}

func newGuardedSocket(c *net.UDPConn, g *guard, pending *datagram) *guardedSocket {
	return &guardedSocket{UDPConn: c, guard: g, local: c.LocalAddr(), peers: map[netip.AddrPort]bool{}, pending: pending,
		ready: make(chan struct{})}
}

// serveUDP lets the library read the socket until it is closed. It returns
// when reading has begun.
func (u *UserAgent) serveUDP(s *guardedSocket) {
	u.wg.Go(func() { _ = u.stack.TransportLayer().ServeUDP(s) })
	<-s.ready
}

// ReadFrom returns the next message that the library may see. The library
// registers a socket just before it reads for the first time.
func (s *guardedSocket) ReadFrom(b []byte) (int, net.Addr, error) {
	s.once.Do(func() { close(s.ready) })
	if p := s.pending; p != nil {
		s.pending = nil
		s.peers[p.from] = true
		return copy(b, p.data), net.UDPAddrFromAddrPort(p.from), nil
	}
	for {
		n, from, err := s.ReadFromUDPAddrPort(b)
		if err != nil {
			return 0, nil, err
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		if !s.take(b[:n], from, n == len(b)) {
			continue
		}
		if !s.peers[from] && len(s.peers) >= maxPeers {
			s.succeed(datagram{bytes.Clone(b[:n]), from})
			return 0, nil, net.ErrClosed
		}
		s.peers[from] = true
		return n, net.UDPAddrFromAddrPort(from), nil
	}
}

// take reports whether a datagram goes to the library; a refused request is
// answered here, to where it came from.
func (s *guardedSocket) take(data []byte, from netip.AddrPort, cut bool) bool {
	u := s.guard.ua
	if !u.expectedIP(from.Addr()) {
		u.metrics.dropped.Inc()
		return false
	}
	if len(data) <= 4 && len(bytes.Trim(data, "\r\n\x00 ")) == 0 {
		return false // keeps a NAT open, RFC 5626 3.5.1
	}
	v := s.guard.admit(data, from.Addr(), cut)
	if v.passes() {
		return true
	}
	if answer := v.reply(data); answer != nil && len(answer) <= 1300 {
		_, _ = s.WriteToUDPAddrPort(answer, from)
	}
	return false
}

// succeed lets a new socket read on, and waits until the library has finished
// with what this one brought.
func (s *guardedSocket) succeed(last datagram) {
	u := s.guard.ua
	u.serveUDP(newGuardedSocket(s.UDPConn, s.guard, &last))
	t := time.NewTimer(successionTime)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.guard.closed:
	}
}

// LocalAddr costs nothing: the library asks for every message.
func (s *guardedSocket) LocalAddr() net.Addr { return s.local }

// Close leaves the socket to its owner: the library must not close it when a
// predecessor ends.
func (s *guardedSocket) Close() error { return nil }
