package rtpleg

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// DefaultRest is how long a pair of ports is not used again after its leg was
// closed: what a carrier still sends to the last call must not be heard in the
// next one.
const DefaultRest = 5 * time.Second

// dscpEF marks voice for expedited forwarding (RFC 3246), in the place of the
// TOS byte.
const dscpEF = 46 << 2

// PortPool hands out pairs of UDP ports: an even one for RTP and the odd one
// above it for RTCP (RFC 3550 11). It is safe for concurrent use.
type PortPool struct {
	ip       netip.Addr
	min, max uint16
	rest     time.Duration
	metrics  *Metrics

	mu    sync.Mutex
	next  uint16
	busy  map[uint16]struct{}
	until map[uint16]time.Time // resting
}

// NewPortPool makes a pool of the even ports from min and their odd neighbours up
// to max, on one local address. min and max 0 take any free ports of the system,
// which rests them in its own way. rest 0 is [DefaultRest]. m may be nil.
func NewPortPool(ip netip.Addr, min, max uint16, rest time.Duration, m *Metrics) (*PortPool, error) {
	min += min & 1
	if (min != 0 || max != 0) && (min < 2 || max <= min) {
		return nil, fmt.Errorf("make port pool: %d-%d holds no pair of ports", min, max)
	}
	if rest == 0 {
		rest = DefaultRest
	}
	return &PortPool{
		ip: ip, min: min, max: max, rest: rest, metrics: m, next: min,
		busy: make(map[uint16]struct{}), until: make(map[uint16]time.Time),
	}, nil
}

// pair is two bound sockets.
type pair struct {
	rtp, rtcp *net.UDPConn
	port      uint16
}

// open binds a pair, or says [ErrNoPorts].
func (p *PortPool) open() (pair, error) {
	if p.max == 0 {
		return p.openAny()
	}
	pairs := int(p.max-p.min+1) / 2
	for range pairs {
		port, ok := p.reserve()
		if !ok {
			continue
		}
		s, err := bind(p.ip, port)
		if err == nil {
			p.metrics.ports(2)
			return s, nil
		}
		p.mu.Lock()
		delete(p.busy, port) // somebody else has it
		p.mu.Unlock()
		if !inUse(err) {
			return pair{}, err
		}
	}
	return pair{}, ErrNoPorts
}

// reserve takes the next pair in turn, so that a pair rests as long as it can.
func (p *PortPool) reserve() (uint16, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	port := p.next
	if p.next += 2; p.next >= p.max || p.next < port {
		p.next = p.min
	}
	if _, ok := p.busy[port]; ok {
		return 0, false
	}
	if until, ok := p.until[port]; ok {
		if time.Now().Before(until) {
			return 0, false
		}
		delete(p.until, port)
	}
	p.busy[port] = struct{}{}
	return port, true
}

// openAny lets the system choose, until its choice has the right neighbour.
func (p *PortPool) openAny() (pair, error) {
	const tries = 200
	for range tries {
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.ip, 0)))
		if err != nil {
			return pair{}, fmt.Errorf("open rtp port: %w", err)
		}
		port := localPort(c)
		_ = c.Close()
		s, err := bind(p.ip, port&^1)
		if err == nil {
			p.metrics.ports(2)
			return s, nil
		}
		if !inUse(err) {
			return pair{}, err
		}
	}
	return pair{}, ErrNoPorts
}

func bind(ip netip.Addr, port uint16) (pair, error) {
	s := pair{port: port}
	var err error
	if s.rtp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, port))); err != nil {
		return pair{}, fmt.Errorf("open rtp port: %w", err)
	}
	if s.rtcp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, port+1))); err != nil {
		_ = s.rtp.Close()
		return pair{}, fmt.Errorf("open rtcp port: %w", err)
	}
	// A wish to the network; a system that does not allow it changes nothing.
	if ip.Is4() {
		_ = ipv4.NewConn(s.rtp).SetTOS(dscpEF)
	} else {
		_ = ipv6.NewConn(s.rtp).SetTrafficClass(dscpEF)
	}
	return s, nil
}

// close closes a pair and lets its ports rest.
func (p *PortPool) close(s pair) error {
	err := errors.Join(s.rtp.Close(), s.rtcp.Close())
	p.metrics.ports(-2)
	if p.max != 0 {
		p.mu.Lock()
		delete(p.busy, s.port)
		p.until[s.port] = time.Now().Add(p.rest)
		p.mu.Unlock()
	}
	return err
}

func localPort(c *net.UDPConn) uint16 { return c.LocalAddr().(*net.UDPAddr).AddrPort().Port() }
