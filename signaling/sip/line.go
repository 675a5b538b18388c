package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	sipmsg "github.com/emiago/sipgo/sip"
)

// line is a trunk at run time: its resolved address, our own address towards
// it, and its health.
type line struct {
	Trunk
	ua   *UserAgent
	kick chan struct{} // asks for a probe now

	retired atomic.Bool        // no longer configured; its calls go on
	stop    context.CancelFunc // ends watch and registrar; nil before begin
	done    chan struct{}      // closed when the registrar has ended

	mu      sync.Mutex
	addr    netip.AddrPort // zero until resolved
	host    string         // what we advertise to this trunk
	sources []netip.Prefix
	health  health
}

// resolve looks the trunk's host up and lets its address in. It takes the
// agent's mu.
func (l *line) resolve(ctx context.Context) error {
	err := l.lookUp(ctx)
	if err == nil {
		l.ua.refreshSources()
	}
	return err
}

// lookUp looks the trunk's host up and derives what depends on its address.
func (l *line) lookUp(ctx context.Context) error {
	host, port, err := net.SplitHostPort(l.Address)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if err != nil {
			return fmt.Errorf("trunk %s: %w", l.Name, transportError(err))
		}
		ip = ips[0]
		for _, a := range ips { // prefer IPv4, as carriers do
			if a.Unmap().Is4() {
				ip = a
				break
			}
		}
	}
	addr := netip.AddrPortFrom(ip.Unmap(), uint16(n))
	ours, err := l.ua.advertised(ctx, addr)
	if err != nil {
		return fmt.Errorf("trunk %s: %w", l.Name, transportError(err))
	}
	// The address itself always counts: its responses come from there.
	sources := append([]netip.Prefix{netip.PrefixFrom(addr.Addr(), addr.Addr().BitLen())}, l.AllowedSources...)
	l.mu.Lock()
	l.addr, l.host, l.sources = addr, ours, sources
	l.mu.Unlock()
	return nil
}

// where is the resolved address and our own host towards it; resolving is
// tried again when it failed at the start.
func (l *line) where(ctx context.Context) (netip.AddrPort, string, error) {
	l.mu.Lock()
	addr, host := l.addr, l.host
	l.mu.Unlock()
	if addr.IsValid() {
		return addr, host, nil
	}
	if err := l.resolve(ctx); err != nil {
		return netip.AddrPort{}, "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.addr, l.host, nil
}

func (l *line) allows(a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.sources {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// uri is a SIP URI at the trunk's domain; without a domain of its own the
// address' port belongs to it.
func (l *line) uri(user string) sipmsg.Uri {
	u := sipmsg.Uri{Scheme: "sip", User: user, Host: uriHost(l.Domain)}
	if host, port, err := net.SplitHostPort(l.Address); err == nil && host == l.Domain {
		u.Port, _ = strconv.Atoi(port)
	}
	if l.Transport != "udp" {
		u.UriParams.Add("transport", l.Transport)
	}
	return u
}

// uriHost is a host as it stands in URIs and Via: an IPv6 address in brackets
// (RFC 3261 25.1).
func uriHost(host string) string {
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		return "[" + a.WithZone("").String() + "]"
	}
	return host
}

// contact is where the far side reaches us. A fresh one each time: sipgo's
// headers must not be shared between messages.
func (l *line) contact(host string) *sipmsg.ContactHeader {
	user := uriUser(l.CallerID)
	if user == "" {
		user = "huifang"
	}
	u := sipmsg.Uri{Scheme: "sip", User: user, Host: uriHost(host), Port: l.ua.port(l.Transport)}
	if l.Transport != "udp" {
		u.UriParams.Add("transport", l.Transport)
	}
	return &sipmsg.ContactHeader{Address: u}
}

// address gives req its Via, source socket and next hop. Within a dialog that is
// the first of its route set or its target; one that is a name, or lies outside the
// trunk's sources (a Contact behind NAT), is replaced by the trunk's address,
// as we would not take an answer from there.
func (l *line) address(ctx context.Context, req *sipmsg.Request) error {
	addr, host, err := l.where(ctx)
	if err != nil {
		return err
	}
	next := addr
	if toTag(req) != "" { // within a dialog
		if hop, err := netip.ParseAddrPort(req.Destination()); err == nil && l.allows(hop.Addr().Unmap()) {
			port := hop.Port()
			if port == 0 {
				port = uint16(sipmsg.DefaultPort(l.Transport))
			}
			next = netip.AddrPortFrom(hop.Addr().Unmap(), port)
		}
	}
	via := &sipmsg.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: strings.ToUpper(l.Transport),
		Host: uriHost(host), Port: l.ua.port(l.Transport),
	}
	via.Params.Add("branch", sipmsg.GenerateBranch())
	via.Params.Add("rport", "") // RFC 3581
	for req.RemoveHeader("Via") {
	}
	req.PrependHeader(via)
	req.SetTransport(strings.ToUpper(l.Transport))
	req.SetDestination(next.String())
	if l.Transport == "udp" {
		// Without it sipgo would send from another port than we listen on.
		req.Laddr = l.ua.udpAddr
	}
	if len(req.Body()) == 0 {
		req.SetBody(nil)
	}
	return nil
}
