package sip

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// UserAgentConfig is what a UserAgent is made of. Only Trunks and one listen
// address are required.
type UserAgentConfig struct {
	// ListenUDP and ListenTCP are host:port; port 0 lets the system choose.
	// TCP also takes the carrier's connections for tcp trunks.
	ListenUDP, ListenTCP string
	// ListenTLS needs TLS with a certificate.
	ListenTLS string
	// TLS is used for tls trunks (roots, client certificate) and ListenTLS.
	TLS *tls.Config
	// AdvertisedHost is put into Via, Contact and From; default the listen
	// address, or the address that the system routes the trunk from.
	AdvertisedHost string
	Trunks         []Trunk
	Logger         *slog.Logger          // nil: none
	Registerer     prometheus.Registerer // nil: unregistered
	Product        string                // User-Agent header, default "Huifang"
	// OnIncoming is told each call to a service number of a trunk and gives the
	// handler of its events; nil: we take no calls. It runs while the user
	// agent is locked: it must not block and may only keep the call. The owner
	// ends it by Accept or Refuse (or Cancel) before it gets old.
	OnIncoming func(*Call, Incoming) Handler
	// FirstResponseTimeout is how long an INVITE may stay without any
	// response before the trunk is given up; default 3 s.
	FirstResponseTimeout time.Duration
	// OptionsInterval is the time between two OPTIONS to a trunk; default 20 s,
	// negative for none.
	OptionsInterval time.Duration
	// SessionExpires is the session interval we ask for (RFC 4028), at least
	// 90 s; default 1800 s, negative for none.
	SessionExpires time.Duration
	// StopTimeout is how long Stop waits for the answers to its BYEs; default 4 s.
	StopTimeout time.Duration
	// RequestRate is how many requests a second are taken from one address, in
	// bursts up to twice that; default 500, negative for no limit. Responses
	// have four times as much.
	RequestRate int

	limits limits
}

// limits are the protocol's times. They are fixed but for tests.
type limits struct {
	t1          time.Duration // RFC 3261 17.1.1.1
	linger      time.Duration // 64*T1: late responses after the end
	cancel      time.Duration // 64*T1: final response after CANCEL, RFC 3261 9.1
	ringing     time.Duration // last resort when the owner sets no ring timeout
	reAck       time.Duration // shortest time between two ACKs to one branch
	inDialog    time.Duration // answer to an in-dialog request
	glare       time.Duration // shortest pause after 491, RFC 3261 14.1
	glareSpread time.Duration // and how much longer it may be
	minSE       time.Duration // smallest session interval, RFC 4028 4
	expiry      time.Duration // at most so long before a session expires BYE is sent, RFC 4028 10
	keepalive   time.Duration // OPTIONS answer
	message     time.Duration // from the first byte of a message on a stream to its last
	register    time.Duration // first pause after a failed registration; it doubles six times
	unregister  time.Duration // answer to the last REGISTER
	overtake    time.Duration // patience with a request that comes before its dialog
}

func defaultLimits() limits {
	const t1 = 500 * time.Millisecond
	return limits{
		t1: t1, linger: 64 * t1, cancel: 64 * t1, ringing: 4 * time.Minute, reAck: 200 * time.Millisecond,
		inDialog: 64 * t1, glare: 2100 * time.Millisecond, glareSpread: 1900 * time.Millisecond, minSE: 90 * time.Second, expiry: 32 * time.Second,
		keepalive: 4 * time.Second, message: 10 * time.Second,
		register: 5 * time.Second, unregister: 2 * time.Second, overtake: 200 * time.Millisecond,
	}
}

// glarePause is how long the owner of the Call-ID waits after a 491, in steps
// of 10 ms (RFC 3261 14.1).
func (l limits) glarePause() time.Duration {
	const step = 10 * time.Millisecond
	return l.glare + step*rand.N(l.glareSpread/step+1)
}

// withDefaults checks the configuration and fills it in.
func (c UserAgentConfig) withDefaults() (UserAgentConfig, error) {
	if c.ListenUDP == "" && c.ListenTCP == "" && c.ListenTLS == "" {
		return c, fmt.Errorf("no listen address")
	}
	for _, a := range []string{c.ListenUDP, c.ListenTCP, c.ListenTLS} {
		if _, _, err := net.SplitHostPort(a); a != "" && err != nil {
			return c, fmt.Errorf("listen address %q: %w", a, err)
		}
	}
	if c.ListenTLS != "" && c.TLS == nil {
		return c, fmt.Errorf("listen address for TLS without a certificate")
	}
	var err error
	if c.Trunks, err = c.checked(c.Trunks); err != nil {
		return c, err
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Product == "" {
		c.Product = "Huifang"
	}
	if c.RequestRate == 0 {
		c.RequestRate = 500
	}
	setDefault(&c.FirstResponseTimeout, 3*time.Second)
	setDefault(&c.OptionsInterval, 20*time.Second)
	setDefault(&c.SessionExpires, 30*time.Minute)
	setDefault(&c.StopTimeout, 4*time.Second)
	if c.limits == (limits{}) {
		c.limits = defaultLimits()
	}
	if c.SessionExpires > 0 {
		c.SessionExpires = max(c.SessionExpires, c.limits.minSE)
	}
	return c, nil
}

// checked gives the trunks with their defaults filled in.
func (c UserAgentConfig) checked(trunks []Trunk) ([]Trunk, error) {
	out := slices.Clone(trunks)
	names := map[string]bool{}
	for i := range out {
		t := &out[i]
		if err := t.validate(); err != nil {
			return nil, err
		}
		if names[t.Name] {
			return nil, fmt.Errorf("trunk %s: name used twice", t.Name)
		}
		names[t.Name] = true
		if t.Transport == "udp" && c.ListenUDP == "" {
			return nil, fmt.Errorf("trunk %s: no UDP listen address", t.Name)
		}
	}
	return out, nil
}

func setDefault(d *time.Duration, v time.Duration) {
	if *d == 0 {
		*d = v
	}
}
