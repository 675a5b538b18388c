package carriersim

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// path is the way back to a peer: a UDP address or a TCP connection.
type path interface {
	send(message []byte) error
	// network is "UDP" or "TCP", as in Via.
	network() string
	remote() string
}

type udpPath struct {
	conn *net.UDPConn
	to   netip.AddrPort
}

func (p udpPath) send(message []byte) error {
	_, err := p.conn.WriteToUDPAddrPort(message, p.to)
	return err
}
func (p udpPath) network() string { return "UDP" }
func (p udpPath) remote() string  { return p.to.String() }

type tcpPath struct {
	mu   sync.Mutex
	conn *net.TCPConn
}

func (p *tcpPath) send(message []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	// A peer that does not read must not stop us.
	if err := p.conn.SetWriteDeadline(time.Now().Add(t2)); err != nil {
		return err
	}
	_, err := p.conn.Write(message)
	return err
}
func (p *tcpPath) network() string { return "TCP" }
func (p *tcpPath) remote() string  { return p.conn.RemoteAddr().String() }

// listen binds UDP and TCP to one port.
func listen(at netip.AddrPort) (*net.UDPConn, *net.TCPListener, error) {
	for try := 0; ; try++ {
		udp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
		if err != nil {
			return nil, nil, fmt.Errorf("listen on udp: %w", err)
		}
		port := udp.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		tcp, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(at.Addr(), port)))
		if err == nil {
			return udp, tcp, nil
		}
		_ = udp.Close()
		if at.Port() != 0 || try == 20 {
			return nil, nil, fmt.Errorf("listen on tcp: %w", err)
		}
	}
}

func (s *Simulator) readUDP() {
	parser := sip.NewParser()
	buffer := make([]byte, 65536)
	for {
		n, from, err := s.udp.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || n <= 4 { // an ICMP error of an earlier send; a keep-alive
			continue
		}
		// The parser keeps parts of what it is given.
		message, err := parser.ParseSIP(append([]byte(nil), buffer[:n]...))
		if err != nil {
			s.metrics.malformed.Inc()
			s.log.Debug("malformed message", "error", err)
			continue
		}
		s.receive(message, udpPath{s.udp, netip.AddrPortFrom(from.Addr().Unmap(), from.Port())})
	}
}

func (s *Simulator) acceptTCP() {
	for {
		conn, err := s.tcp.AcceptTCP()
		if err != nil {
			return
		}
		if !s.adopt(conn) {
			_ = conn.Close()
			return
		}
		s.wg.Go(func() { s.readTCP(conn) })
	}
}

func (s *Simulator) readTCP(conn *net.TCPConn) {
	defer s.disown(conn)
	way := &tcpPath{conn: conn}
	stream := sip.NewParser().NewSIPStream()
	defer stream.Close()
	buffer := make([]byte, 16384)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		err = stream.ParseSIPStream(append([]byte(nil), buffer[:n]...), func(m sip.Message) { s.receive(m, way) })
		if err != nil && !errors.Is(err, sip.ErrParseSipPartial) {
			// Where the next message begins is not known any more.
			s.metrics.malformed.Inc()
			s.log.Debug("malformed message", "error", err)
			return
		}
	}
}
