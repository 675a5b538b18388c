// Package caller is a customer who calls a service number: plain SIP and RTP,
// without a telephone, from this machine's loopback address.
package caller

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"huifang/internal/headless"
	"huifang/media"
	"huifang/media/rtpleg"
	"huifang/signaling/sip"
)

// Config says who calls whom.
type Config struct {
	Server  string // host:port of SIP over UDP
	Service string // the service number
	Number  string // the caller's
}

// Caller is one call of a customer.
type Caller struct {
	agent  *sip.UserAgent
	leg    *rtpleg.Leg
	voice  *headless.Voice
	call   *sip.Call
	events chan sip.Event
}

// Ring makes the call; it does not wait for the answer.
func Ring(ctx context.Context, c Config) (*Caller, error) {
	local := netip.MustParseAddr("127.0.0.1")
	agent, err := sip.NewUserAgent(sip.UserAgentConfig{ListenUDP: "127.0.0.1:0", OptionsInterval: -1, StopTimeout: time.Second,
		Trunks: []sip.Trunk{{Name: "service", Address: c.Server, Transport: "udp", CallerID: c.Number}}})
	if err != nil {
		return nil, fmt.Errorf("make telephone: %w", err)
	}
	if err := agent.Start(ctx); err != nil {
		return nil, fmt.Errorf("start telephone: %w", err)
	}
	k := &Caller{agent: agent, events: make(chan sip.Event, 64)}
	ports, err := rtpleg.NewPortPool(local, 31000, 32999, 0, nil)
	if err == nil {
		k.leg, err = rtpleg.Open(rtpleg.Config{Ports: ports, LocalIP: local})
	}
	if err != nil {
		k.Close()
		return nil, fmt.Errorf("open media: %w", err)
	}
	k.voice = headless.NewVoice(k.leg)
	offer := sip.BuildOffer(netip.AddrPortFrom(local, k.leg.LocalAddr().Port()), uint64(time.Now().UnixNano())>>1)
	k.call, err = agent.Invite(ctx, sip.InviteRequest{Trunk: "service", Number: c.Service, CallerID: c.Number, Offer: offer}, k.take)
	if err != nil {
		k.Close()
		return nil, fmt.Errorf("call: %w", err)
	}
	return k, nil
}

// take runs on the dialog's goroutine.
func (k *Caller) take(ev sip.Event) {
	if e, ok := ev.(sip.Answered); ok && e.SDP != nil {
		if m, err := sip.Negotiate(e.SDP); err == nil {
			_ = k.leg.SetRemote(m.Addr, media.PayloadType(m.PayloadType), 0) // what is not heard shows
		}
	}
	select {
	case k.events <- ev:
	default:
	}
}

// Answered waits for the answer. A refusal is an error with its code.
func (k *Caller) Answered(ctx context.Context) error {
	for {
		select {
		case ev := <-k.events:
			switch e := ev.(type) {
			case sip.Answered:
				return nil
			case sip.Failed:
				return fmt.Errorf("refused: %d %s", e.Code, e.Reason)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Ended waits until the house hangs up.
func (k *Caller) Ended(ctx context.Context) error {
	for {
		select {
		case ev := <-k.events:
			if _, ok := ev.(sip.Ended); ok {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Say says A-law at 8 kHz.
func (k *Caller) Say(alaw []byte, loop bool) { k.voice.Say(alaw, loop) }

// Heard is what has been heard so far, samples at 8 kHz.
func (k *Caller) Heard() []int16 { return k.voice.Heard() }

// Hangup ends the call, or takes it back.
func (k *Caller) Hangup() {
	k.call.Cancel("")
	k.call.Bye("")
}

// Close ends everything.
func (k *Caller) Close() {
	if k.voice != nil {
		k.voice.Close()
	}
	if k.call != nil {
		k.Hangup()
	}
	k.agent.Stop()
	if k.leg != nil {
		_ = k.leg.Close()
	}
}
