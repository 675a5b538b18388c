package media

import (
	"math/rand/v2"
	"sync"
	"time"

	"huifang/media/tone"
)

// earlyMediaFor is how long after a packet of the customer's side the local
// ring tone stays off (RFC 3960 3.2: media that comes beats the tone).
const earlyMediaFor = time.Second

// BridgeConfig is what a bridge is made of. Everything may be missing.
type BridgeConfig struct {
	Customer Leg
	Agent    Leg
	Tap      Tap
	// HoldTone and Ringback are A-law at 8 kHz, repeated without a gap. Nil
	// means those of package tone.
	HoldTone []byte
	Ringback []byte
	// Metrics may be nil.
	Metrics *Metrics
}

// Bridge joins the two legs of a call and gives the tap its copy. The methods
// are safe for concurrent use and do not wait for sound to be sent; only Close
// waits. What is played to the customer has this order: DTMF, prompt, hold tone,
// the agent's voice; one at a time.
//
// TapFrame is called from the customer leg's reader for the customer's side, and
// one call at a time for the agent's side, whatever the source.
//
// A Bridge does not own its legs: Close detaches them and leaves them open.
type Bridge struct {
	tap     Tap
	hold    []byte
	ring    []byte
	metrics *Metrics

	// wiring guards the attaching of legs; it may be held while a leg's
	// reader leaves ReceiveFrame, so ReceiveFrame never takes it.
	wiring sync.Mutex
	// toCustomer is held for one frame on its way to the customer and the tap.
	toCustomer sync.Mutex

	mu        sync.Mutex // guards the rest; never held while calling out
	customer  Leg
	agent     Leg
	mode      Mode
	muted     bool
	ringing   bool
	heard     time.Time // last packet of the customer's side
	firstAt   time.Time // first packet of this customer leg
	onFirst   func(time.Time)
	keys      keys
	onKey     func(digit byte, at time.Time)
	prompt    *prompt
	holding   *loop
	ringTone  *loop
	digits    []digit
	pacing    bool
	third     Leg
	hearing   Hearing
	mix       *mixer // nil without a third party
	mixing    bool   // its goroutine runs
	closed    bool
	goroutine sync.WaitGroup
}

// NewBridge makes a bridge in ModeIdle and attaches the legs it is given.
func NewBridge(c BridgeConfig) *Bridge {
	b := &Bridge{tap: c.Tap, hold: c.HoldTone, ring: c.Ringback, metrics: c.Metrics}
	if b.hold == nil {
		b.hold = tone.Hold()
	}
	if b.ring == nil {
		b.ring = tone.Ringback()
	}
	b.metrics.bridge(1)
	b.SetCustomer(c.Customer)
	b.SetAgent(c.Agent)
	return b
}

// SetCustomer replaces the customer's leg (another attempt on another trunk,
// Rule T-07); nil leaves none. When it returns, no frame of the old leg is under
// way any more.
func (b *Bridge) SetCustomer(leg Leg) {
	b.wiring.Lock()
	defer b.wiring.Unlock()
	b.mu.Lock()
	old := b.customer
	if b.closed {
		leg = nil
	}
	b.customer = leg
	if old != leg {
		b.firstAt, b.heard = time.Time{}, time.Time{}
	}
	b.mu.Unlock()
	swap(old, leg, ReceiverFunc(b.fromCustomer))
}

// SetAgent attaches the agent's leg, replaces it, or takes it away (nil = lost).
// When it returns, no frame of the old leg is under way any more.
func (b *Bridge) SetAgent(leg Leg) {
	b.wiring.Lock()
	defer b.wiring.Unlock()
	b.mu.Lock()
	old := b.agent
	if b.closed {
		leg = nil
	}
	b.agent = leg
	b.mu.Unlock()
	swap(old, leg, ReceiverFunc(b.fromAgent))
}

func swap(old, leg Leg, r Receiver) {
	if old == leg {
		return
	}
	if old != nil {
		old.Attach(nil)
	}
	if leg != nil {
		leg.Attach(r)
	}
}

// SetMode changes who hears whom. A prompt goes on over a change of mode, but
// not into ModeIdle. When it returns, no frame of the agent goes to the
// customer that the new mode forbids.
func (b *Bridge) SetMode(m Mode) {
	b.toCustomer.Lock()
	defer b.toCustomer.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	b.mode = m
	if m == ModeIdle {
		b.prompt, b.digits = nil, nil
	}
	switch {
	case !m.holdTone():
		b.holding = nil
	case b.holding == nil:
		b.holding = newLoop(b.hold)
	}
	b.pace()
}

// SetMuted keeps the agent's voice from the customer and from the recording:
// silence goes out in its place, so that the stream and the timeline go on.
func (b *Bridge) SetMuted(muted bool) {
	b.toCustomer.Lock()
	defer b.toCustomer.Unlock()
	b.mu.Lock()
	b.muted = muted
	b.mu.Unlock()
}

// SetRingback plays the ring tone to the agent while no media comes from the
// customer's side (RFC 3960 3.2). It is not recorded: the customer's side
// did not send it.
func (b *Bridge) SetRingback(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || on == b.ringing {
		return
	}
	b.ringing, b.ringTone = on, nil
	if on {
		b.ringTone = newLoop(b.ring)
	}
	b.pace()
}

// Play plays a prompt (A-law, 8 kHz) to the customer, in place of one that is
// playing. done, if not nil, is called once when it has been sent to its end,
// from the bridge's goroutine; not when it is stopped, replaced, or the bridge
// closed. It may call any method but Close. An empty prompt ends at once.
func (b *Bridge) Play(alaw []byte, done func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	b.prompt = newPrompt(alaw, done)
	b.pace()
}

// Stop ends the prompt that is playing, if there is one. Its done is not called.
func (b *Bridge) Stop() {
	b.mu.Lock()
	b.prompt = nil
	b.mu.Unlock()
}

// OnFirstMedia sets what is called with the arrival time of the first voice
// packet of a customer leg, from that leg's reader: it must not block and must not
// call the bridge. A packet that came before is told at once. Each new customer
// leg is told anew.
func (b *Bridge) OnFirstMedia(f func(at time.Time)) {
	b.mu.Lock()
	b.onFirst = f
	at := b.firstAt
	b.mu.Unlock()
	if f != nil && !at.IsZero() {
		f(at)
	}
}

// Close detaches the legs, stops what is playing and waits for the bridge's
// goroutine. Afterwards nothing reaches the tap. It may be called twice.
func (b *Bridge) Close() {
	b.mu.Lock()
	was := b.closed
	b.closed = true
	b.prompt, b.holding, b.ringTone, b.digits = nil, nil, nil, nil
	b.mu.Unlock()
	b.SetCustomer(nil)
	b.SetAgent(nil)
	b.SetThird(nil, HearingNone)
	b.goroutine.Wait()
	if !was {
		b.metrics.bridge(-1)
	}
}

// newSource is the SSRC, sequence number and time stamp of something we play.
func newSource() Frame {
	return Frame{PayloadType: PCMA, Marker: true, SSRC: rand.Uint32(), Sequence: uint16(rand.Uint32()), Timestamp: rand.Uint32()}
}
