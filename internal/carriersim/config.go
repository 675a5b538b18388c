package carriersim

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// DefaultSilenceLimit is how long an answered call goes on without RTP.
const DefaultSilenceLimit = 60 * time.Second

// Config says where the simulator listens and what it is to keep.
type Config struct {
	// SIPAddr is the ip:port for SIP over UDP and TCP; empty is 127.0.0.1:0,
	// and port 0 is a free one, the same for both.
	SIPAddr string
	// MediaIP is the address of the RTP sockets and in SDP; empty is that of
	// SIPAddr. It is also written in Via and Contact when SIPAddr is 0.0.0.0.
	MediaIP string
	// Logger takes one line per call; nil discards.
	Logger *slog.Logger
	// Registerer takes the metrics; nil leaves them unregistered.
	Registerer prometheus.Registerer
	// Credentials are asked for by the challenging behaviours. An empty Realm
	// is "carrier.invalid".
	Credentials Credentials
	// Capture keeps the audio of each call for [Simulator.Calls].
	Capture bool
	// PlainOnly is a carrier that knows no SRTP: it refuses RTP/SAVP and passes
	// over keys. Otherwise it takes the first key that is offered.
	PlainOnly bool
	// SilenceLimit ends an answered call when no RTP came for so long, hold
	// excepted; 0 is [DefaultSilenceLimit].
	SilenceLimit time.Duration
}

// resolved is a Config with its defaults filled in and its addresses parsed.
type resolved struct {
	Config
	listen netip.AddrPort
	media  netip.Addr
}

func (c Config) resolve() (resolved, error) {
	r := resolved{Config: c}
	if r.SIPAddr == "" {
		r.SIPAddr = "127.0.0.1:0"
	}
	var err error
	if r.listen, err = netip.ParseAddrPort(r.SIPAddr); err != nil {
		return r, fmt.Errorf("read SIP address: %w", err)
	}
	r.media = r.listen.Addr()
	if c.MediaIP != "" {
		if r.media, err = netip.ParseAddr(c.MediaIP); err != nil {
			return r, fmt.Errorf("read media address: %w", err)
		}
	}
	if r.media.IsUnspecified() {
		return r, fmt.Errorf("read media address: %s cannot be told to a peer, name one", r.media)
	}
	if r.Logger == nil {
		r.Logger = slog.New(slog.DiscardHandler)
	}
	if r.Credentials.Realm == "" {
		r.Credentials.Realm = "carrier.invalid"
	}
	if r.SilenceLimit == 0 {
		r.SilenceLimit = DefaultSilenceLimit
	}
	return r, nil
}

// host is the address in Via and Contact.
func (r resolved) host() netip.Addr {
	if r.listen.Addr().IsUnspecified() {
		return r.media
	}
	return r.listen.Addr()
}
