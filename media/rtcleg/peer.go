package rtcleg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"huifang/media"
	"huifang/media/rtpwire"
)

// peer is what both ends have in common: a connection with one audio stream each
// way.
type peer struct {
	media.Inlet
	pc          *webrtc.PeerConnection
	transceiver *webrtc.RTPTransceiver
	track       *track

	mu        sync.Mutex // guards the rest
	reception media.Reception
	roundTrip time.Duration
	lost      float64
	reported  bool // the party has reported on our stream
	closing   bool
	readers   sync.WaitGroup

	calling sync.Mutex // serialises the calls of changed
	state   State
	changed func(State)
}

// newPeer makes a connection with a sending transceiver whose codecs are in the
// order given.
func newPeer(api *webrtc.API, cfg webrtc.Configuration, order []webrtc.RTPCodecParameters) (*peer, error) {
	cfg.BundlePolicy, cfg.RTCPMuxPolicy = webrtc.BundlePolicyMaxBundle, webrtc.RTCPMuxPolicyRequire
	pc, err := api.NewPeerConnection(cfg)
	if err != nil {
		return nil, fmt.Errorf("make connection: %w", err)
	}
	p := &peer{pc: pc, state: StateConnecting, track: &track{
		id: "voice", prefer: media.PCMA,
		rewriter: media.NewRewriter(0, uint16(rand.Uint32())&0x7FFF, rand.Uint32()),
	}}
	if p.transceiver, err = pc.AddTransceiverFromTrack(p.track); err == nil {
		err = p.transceiver.SetCodecPreferences(order)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("add audio: %w", err), pc.Close())
	}
	pc.OnTrack(func(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) { p.read(remote, receiver) })
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { p.notify() })
	sender := p.transceiver.Sender()
	p.start(func() { p.readReports(sender.Read) })
	return p, nil
}

// start runs f in a goroutine that Close awaits, unless it is too late.
func (p *peer) start(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closing {
		p.readers.Go(f)
	}
}

// read takes over a stream of the party's; pion calls it on a goroutine of its own.
func (p *peer) read(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	p.start(func() { p.readRTP(remote) })
	// Reports of the party as a sender: they must be read, or pion never sees them.
	p.start(func() {
		buffer := make([]byte, 1500)
		for {
			if _, _, err := receiver.Read(buffer); err != nil {
				return
			}
		}
	})
}

func (p *peer) readRTP(remote *webrtc.TrackRemote) {
	buffer := make([]byte, 1600)
	var f media.Frame
	for {
		n, _, err := remote.Read(buffer)
		now := time.Now()
		if n == 0 && err != nil {
			return
		}
		// With n > 0 an error is about a payload type nobody agreed to; the
		// packet says its own, and we judge by that.
		h, payload, err := rtpwire.Parse(buffer[:n])
		if err != nil || len(payload) == 0 {
			continue
		}
		pt := media.PayloadType(h.PayloadType)
		if pt != media.PCMA && pt != media.PCMU {
			if h.PayloadType != p.track.eventType() {
				continue
			}
			pt = media.TelephoneEvent
		}
		f = media.Frame{
			PayloadType: pt, Marker: h.Marker, Sequence: h.Sequence, Timestamp: h.Timestamp, SSRC: h.SSRC,
			Arrival: now, Payload: payload,
		}
		p.mu.Lock()
		p.reception.Add(&f)
		p.mu.Unlock()
		p.Deliver(&f)
	}
}

// notify tells the listener the state if it has changed. pion reports from new
// goroutines in any order; what counts is how it is now.
func (p *peer) notify() {
	p.calling.Lock()
	defer p.calling.Unlock()
	now := stateOf(p.pc.ConnectionState())
	if now == p.state || p.state == StateClosed {
		return
	}
	p.state = now
	if p.changed != nil {
		p.changed(now)
	}
}

// OnStateChange sets what is called with each new state, one call at a time, and
// calls it with the present one. It must not block and must not call Close.
func (p *peer) OnStateChange(f func(State)) {
	p.calling.Lock()
	defer p.calling.Unlock()
	p.changed = f
	if f != nil {
		f(p.state)
	}
}

// Connected reports whether media can flow now.
func (p *peer) Connected() bool {
	return p.pc.ConnectionState() == webrtc.PeerConnectionStateConnected
}

// WriteFrame sends a frame to the party; it is dropped while there is no connection.
func (p *peer) WriteFrame(f *media.Frame) error { return p.track.write(f) }

// Stats is a snapshot of the leg's figures.
func (p *peer) Stats() media.Stats {
	s := media.Stats{PacketsSent: p.track.packetsSent()}
	p.mu.Lock()
	defer p.mu.Unlock()
	s.RoundTrip, s.RemoteLost, s.Reported = p.roundTrip, p.lost, p.reported
	p.reception.Fill(&s)
	return s
}

// Close ends the connection and waits for its goroutines. It must not be called
// from a receiver or a state callback. It may be called twice.
func (p *peer) Close() error {
	p.mu.Lock()
	p.closing = true
	p.mu.Unlock()
	p.track.close()
	err := p.pc.GracefulClose()
	p.readers.Wait()
	p.notify()
	if err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return fmt.Errorf("close connection: %w", err)
	}
	return nil
}

// local sets our description and waits for our candidates, as long as
// gatherLimit: those that are there then must do.
func (p *peer) local(ctx context.Context, d webrtc.SessionDescription) (string, error) {
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(d); err != nil {
		return "", fmt.Errorf("set local description: %w", err)
	}
	limit := time.NewTimer(gatherLimit)
	defer limit.Stop()
	select {
	case <-gathered:
	case <-limit.C:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return p.pc.LocalDescription().SDP, nil
}
