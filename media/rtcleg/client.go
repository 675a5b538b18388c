package rtcleg

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"

	"github.com/pion/webrtc/v4"

	"huifang/media"
)

// ClientConfig is what a client is made of.
type ClientConfig struct {
	// LocalIP is the address to connect from; invalid means any but loopback.
	LocalIP netip.Addr
	// PreferPCMU puts mu-law first in the offer, as Chromium does.
	PreferPCMU bool
	// EventPayloadType is the offer's number for telephone events; 0 means 101.
	EventPayloadType uint8
	// TCPOnly connects by ICE-TCP, as from a network without UDP.
	TCPOnly bool
	// Relay is a TURN server that all goes through; empty: none.
	Relay Relay
	// Logger may be nil.
	Logger *slog.Logger
}

// Relay is a TURN server with the credentials of one user.
type Relay struct{ URL, Username, Password string }

// Client is the other end of a [Leg]: what a browser is, for the headless
// softphone and for load tests. Each has its own UDP socket: several behind one
// socket could not be told apart by the server's mux. It implements media.Leg.
type Client struct{ *peer }

var _ media.Leg = (*Client)(nil)

// NewClient makes a client that is not connected yet.
func NewClient(cfg ClientConfig) (*Client, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.EventPayloadType == 0 {
		cfg.EventPayloadType = eventPayloadType
	}
	settings := webrtc.SettingEngine{LoggerFactory: logs{cfg.Logger}}
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	if cfg.TCPOnly {
		settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6})
	}
	if cfg.LocalIP.IsValid() {
		settings.SetIncludeLoopbackCandidate(cfg.LocalIP.IsLoopback())
		settings.SetIPFilter(func(ip net.IP) bool {
			a, ok := netip.AddrFromSlice(ip)
			return ok && a.Unmap() == cfg.LocalIP
		})
	}
	order := codecs(pcma(), pcmu(), cfg.EventPayloadType)
	if cfg.PreferPCMU {
		order = codecs(pcmu(), pcma(), cfg.EventPayloadType)
	}
	engine, err := newEngine(&settings, order)
	if err != nil {
		return nil, err
	}
	var connection webrtc.Configuration
	if cfg.Relay.URL != "" {
		connection.ICEServers = []webrtc.ICEServer{{URLs: []string{cfg.Relay.URL}, Username: cfg.Relay.Username, Credential: cfg.Relay.Password}}
		connection.ICETransportPolicy = webrtc.ICETransportPolicyRelay
	}
	p, err := newPeer(engine, connection, order)
	if err != nil {
		return nil, err
	}
	return &Client{peer: p}, nil
}

// Offer makes the offer for [API.Accept], with all candidates in it.
func (c *Client) Offer(ctx context.Context) (string, error) { return c.offer(ctx, nil) }

// Restart makes the offer of an ICE restart for [Leg.Renegotiate].
func (c *Client) Restart(ctx context.Context) (string, error) {
	return c.offer(ctx, &webrtc.OfferOptions{ICERestart: true})
}

func (c *Client) offer(ctx context.Context, o *webrtc.OfferOptions) (string, error) {
	offer, err := c.pc.CreateOffer(o)
	if err != nil {
		return "", fmt.Errorf("create offer: %w", err)
	}
	return c.local(ctx, offer)
}

// SetAnswer takes the server's answer; the connection comes up by itself. Like a
// browser, the client sends the first law of the answer.
func (c *Client) SetAnswer(answer string) error {
	laws := lawsOf(answer)
	if len(laws) == 0 {
		return ErrNoCodec
	}
	c.track.mu.Lock()
	c.track.prefer = laws[0]
	c.track.mu.Unlock()
	if err := c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return fmt.Errorf("set remote description: %w", err)
	}
	return nil
}
