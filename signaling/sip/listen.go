package sip

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/emiago/sipgo"
	sipmsg "github.com/emiago/sipgo/sip"
)

// socketBuffer is asked for each way, in bytes.
const socketBuffer = 4 << 20

// listener is one open socket.
type listener struct {
	network string // udp, tcp, tls
	addr    net.Addr
	close   func() error
}

// listen makes the stack and opens its sockets. It returns when requests can be
// sent through them.
func (u *UserAgent) listen(ctx context.Context) error {
	quiet := redactorLogger(u.log)
	stack, err := sipgo.NewUA(
		sipgo.WithUserAgent(u.cfg.Product),
		sipgo.WithUserAgenTLSConfig(u.cfg.TLS),
		sipgo.WithUserAgentTransportLayerOptions(
			sipmsg.WithTransportLayerLogger(quiet), sipmsg.WithTransportLayerReadFilter(u.filter)),
		sipgo.WithUserAgentParser(u.guard.parser),
		sipgo.WithUserAgentTransactionLayerOptions(
			sipmsg.WithTransactionLayerLogger(quiet), sipmsg.WithTransactionLayerUnhandledResponseHandler(u.unmatched)),
	)
	if err != nil {
		return err
	}
	u.stack = stack
	stack.TransactionLayer().OnRequest(u.serve)
	stack.TransportLayer().OnMessage(u.observe)
	if err := u.open(ctx); err != nil {
		for _, l := range u.listeners {
			l.close()
		}
		u.listeners = nil
		stack.Close()
		u.wg.Wait()
		return err
	}
	return nil
}

func (u *UserAgent) open(ctx context.Context) error {
	var lc net.ListenConfig
	if a := u.cfg.ListenUDP; a != "" {
		c, err := lc.ListenPacket(ctx, family("udp", a), a)
		if err != nil {
			return err
		}
		udp := c.(*net.UDPConn)
		// Bursts: responses are not sent again as requests are. The system may
		// grant less, which is no reason not to start.
		_ = udp.SetReadBuffer(socketBuffer)
		_ = udp.SetWriteBuffer(socketBuffer)
		local := c.LocalAddr().(*net.UDPAddr)
		u.udpAddr = sipmsg.Addr{IP: local.IP, Port: local.Port, Hostname: local.IP.String()}
		u.listeners = append(u.listeners, listener{"udp", local, u.guard.closing(c)})
		u.serveUDP(newGuardedSocket(udp, u.guard, nil))
	}
	if a := u.cfg.ListenTCP; a != "" {
		n, err := lc.Listen(ctx, family("tcp", a), a)
		if err != nil {
			return err
		}
		u.listeners = append(u.listeners, listener{"tcp", n.Addr(), n.Close})
		u.wg.Go(func() { _ = u.stack.TransportLayer().ServeTCP(filteredListener{n, u}) })
	}
	if a := u.cfg.ListenTLS; a != "" {
		n, err := lc.Listen(ctx, family("tcp", a), a)
		if err != nil {
			return err
		}
		u.listeners = append(u.listeners, listener{"tls", n.Addr(), n.Close})
		u.wg.Go(func() { _ = u.stack.TransportLayer().ServeTLS(tls.NewListener(filteredListener{n, u}, u.cfg.TLS)) })
	}
	return nil
}

// family picks the IPv4 socket for an IPv4 address: a wildcard opened as "udp"
// would call itself [::], and sipgo finds its sockets by their name.
func family(network, address string) string {
	host, _, _ := net.SplitHostPort(address)
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		return network + "4"
	}
	return network
}

// port is where we listen for a transport, or 0.
func (u *UserAgent) port(transport string) int {
	for _, l := range u.listeners {
		if l.network == transport {
			if a, err := netip.ParseAddrPort(l.addr.String()); err == nil {
				return int(a.Port())
			}
		}
	}
	return sipmsg.DefaultPort(transport)
}

// Addr is where the user agent listens for a transport (udp, tcp, tls), or nil.
// It is known after Start.
func (u *UserAgent) Addr(transport string) net.Addr {
	for _, l := range u.listeners {
		if l.network == strings.ToLower(transport) {
			return l.addr
		}
	}
	return nil
}

// expected reports whether an address may send us SIP.
func (u *UserAgent) expected(a net.Addr) bool {
	switch a := a.(type) {
	case *net.UDPAddr:
		return u.expectedIP(a.AddrPort().Addr().Unmap())
	case *net.TCPAddr:
		return u.expectedIP(a.AddrPort().Addr().Unmap())
	default:
		return false
	}
}

func (u *UserAgent) expectedIP(ip netip.Addr) bool {
	for _, p := range *u.sources.Load() {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// refreshSources says anew who may send to us: the trunks, and those that are
// gone but still carry calls.
func (u *UserAgent) refreshSources() {
	u.admitting.Lock()
	defer u.admitting.Unlock()
	lines := slices.Clone(*u.lines.Load())
	u.mu.Lock()
	for _, c := range u.calls {
		if !slices.Contains(lines, c.line) {
			lines = append(lines, c.line)
		}
	}
	u.mu.Unlock()
	all := []netip.Prefix{}
	for _, l := range lines {
		l.mu.Lock()
		all = append(all, l.sources...)
		l.mu.Unlock()
	}
	u.sources.Store(&all)
}
