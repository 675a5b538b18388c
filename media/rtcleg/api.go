package rtcleg

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// socketBuffer is what we ask of the system for the one UDP socket of all agents.
const socketBuffer = 4 << 20

// tcpQueue is how many packets of one ICE-TCP connection wait to be read.
const tcpQueue = 32

// Config is what an API is made of.
type Config struct {
	// UDPAddr is the one UDP port of all connections, host:port. An unspecified
	// host listens on every interface. Empty: no UDP, ICE-TCP only.
	UDPAddr string
	// TCPAddr is the ICE-TCP port for networks that let no UDP through. Empty: none.
	TCPAddr string
	// PublicIPs are put into the answers in place of the local addresses, for a
	// server behind a one-to-one NAT.
	PublicIPs []netip.Addr
	// Lite leaves the connectivity checks to the browser: for a server whose own
	// addresses are public (RFC 8445 2.5). It needs UDPAddr.
	Lite bool
	// IncludeLoopback offers loopback addresses too: for tests and for a server
	// used from its own machine.
	IncludeLoopback bool
	// Logger may be nil.
	Logger *slog.Logger
	// Metrics may be nil.
	Metrics *Metrics
}

// API accepts connections. One is made at start and closed at the end.
type API struct {
	engine      *webrtc.API
	certificate webrtc.Certificate
	metrics     *Metrics
	udp         ice.UDPMux
	closers     []io.Closer
}

// NewAPI opens the ports and makes the certificate.
func NewAPI(cfg Config) (*API, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.UDPAddr == "" && cfg.TCPAddr == "" {
		return nil, errors.New("open webrtc ports: neither a UDP nor a TCP address")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	certificate, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	a := &API{certificate: *certificate, metrics: cfg.Metrics}
	settings := webrtc.SettingEngine{LoggerFactory: logs{cfg.Logger}}
	if err := a.configure(&settings, cfg); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if a.engine, err = newEngine(&settings, codecs(pcma(), pcmu(), eventPayloadType)); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *API) configure(settings *webrtc.SettingEngine, cfg Config) error {
	if err := settings.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return err
	}
	settings.SetIncludeLoopbackCandidate(cfg.IncludeLoopback)
	settings.SetLite(cfg.Lite)
	var networks []webrtc.NetworkType
	if cfg.UDPAddr != "" {
		if err := a.openUDP(settings, cfg); err != nil {
			return err
		}
		networks = append(networks, webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6)
	}
	if cfg.TCPAddr != "" {
		listener, err := net.Listen("tcp", cfg.TCPAddr)
		if err != nil {
			return fmt.Errorf("open ice-tcp port: %w", err)
		}
		mux := webrtc.NewICETCPMux(settings.LoggerFactory.NewLogger("ice-tcp"), listener, tcpQueue)
		a.closers = append(a.closers, mux)
		settings.SetICETCPMux(mux)
		networks = append(networks, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	settings.SetNetworkTypes(networks)
	// We listen; browsers cannot be connected to.
	settings.DisableActiveTCP(true)
	if len(cfg.PublicIPs) > 0 {
		rule := webrtc.ICEAddressRewriteRule{AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace}
		for _, ip := range cfg.PublicIPs {
			rule.External = append(rule.External, ip.String())
		}
		if err := settings.SetICEAddressRewriteRules(rule); err != nil {
			return fmt.Errorf("set public addresses: %w", err)
		}
	}
	return nil
}

func (a *API) openUDP(settings *webrtc.SettingEngine, cfg Config) error {
	addr, err := net.ResolveUDPAddr("udp", cfg.UDPAddr)
	if err != nil {
		return fmt.Errorf("open webrtc port: %w", err)
	}
	logger := settings.LoggerFactory.NewLogger("ice-udp")
	if addr.IP == nil || addr.IP.IsUnspecified() {
		// One socket for each address: a packet must leave from the address
		// it came to, or the browser's NAT drops it.
		options := []ice.UDPMuxFromPortOption{
			ice.UDPMuxFromPortWithReadBufferSize(socketBuffer), ice.UDPMuxFromPortWithWriteBufferSize(socketBuffer),
			ice.UDPMuxFromPortWithLogger(logger),
		}
		if cfg.IncludeLoopback {
			options = append(options, ice.UDPMuxFromPortWithLoopback())
		}
		mux, err := ice.NewMultiUDPMuxFromPort(addr.Port, options...)
		if err != nil {
			return fmt.Errorf("open webrtc port: %w", err)
		}
		a.udp = mux
	} else {
		conn, err := net.ListenUDP("udp", addr)
		if err != nil {
			return fmt.Errorf("open webrtc port: %w", err)
		}
		// Wishes: the system's own limit may be lower.
		_ = conn.SetReadBuffer(socketBuffer)
		_ = conn.SetWriteBuffer(socketBuffer)
		a.udp = webrtc.NewICEUDPMux(logger, conn)
	}
	a.closers = append(a.closers, a.udp)
	settings.SetICEUDPMux(a.udp)
	return nil
}

// UDPAddrs are the addresses that connections come to.
func (a *API) UDPAddrs() []net.Addr {
	if l, ok := a.udp.(interface{ GetListenAddresses() []net.Addr }); ok {
		return l.GetListenAddresses()
	}
	return nil
}

// Close closes the ports. The legs must have been closed before.
func (a *API) Close() error {
	var errs []error
	for _, c := range a.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
