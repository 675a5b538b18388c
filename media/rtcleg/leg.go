package rtcleg

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/pion/webrtc/v4"

	"huifang/media"
)

// Leg is an agent's connection. It implements media.Leg.
type Leg struct {
	*peer
	api         *API
	negotiating sync.Mutex
	once        sync.Once
}

var _ media.Leg = (*Leg)(nil)

// Accept makes a connection of a browser's offer and answers it, with all our
// candidates in the answer. The connection comes up after the browser has the
// answer; OnStateChange tells. [ErrNoCodec]: the offer has no G.711.
func (a *API) Accept(ctx context.Context, offer string) (*Leg, string, error) {
	if !offersG711(offer) {
		a.metrics.accepted(resultRefused)
		return nil, "", ErrNoCodec
	}
	order := codecs(pcma(), pcmu(), eventTypeOf(offer))
	p, err := newPeer(a.engine, webrtc.Configuration{Certificates: []webrtc.Certificate{a.certificate}}, order)
	if err != nil {
		a.metrics.accepted(resultFailed)
		return nil, "", err
	}
	l := &Leg{peer: p, api: a}
	a.metrics.leg(1)
	answer, err := l.Renegotiate(ctx, offer)
	if err != nil {
		a.metrics.accepted(resultFailed)
		return nil, "", errors.Join(err, l.Close())
	}
	a.metrics.accepted(resultAccepted)
	return l, answer, nil
}

// Renegotiate answers another offer on the same connection, an ICE restart
// above all: the stream that we send goes on as it was.
func (l *Leg) Renegotiate(ctx context.Context, offer string) (string, error) {
	l.negotiating.Lock()
	defer l.negotiating.Unlock()
	if !offersG711(offer) {
		return "", ErrNoCodec
	}
	if err := l.transceiver.SetCodecPreferences(codecs(pcma(), pcmu(), eventTypeOf(offer))); err != nil {
		return "", fmt.Errorf("prefer PCMA: %w", err)
	}
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", fmt.Errorf("set remote description: %w", err)
	}
	answer, err := l.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("create answer: %w", err)
	}
	return l.local(ctx, answer)
}

// Close ends the connection and waits for its goroutines. It must not be called
// from a receiver or a state callback. It may be called twice.
func (l *Leg) Close() error {
	err := l.peer.Close()
	l.once.Do(func() { l.api.metrics.leg(-1) })
	return err
}
