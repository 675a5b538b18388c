package media_test

import (
	"bytes"
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"huifang/media"
	"huifang/media/codec"
	"huifang/media/rtcleg"
	"huifang/media/rtpleg"
	"huifang/media/tone"
)

// A whole call over real sockets: a WebRTC client as the browser, a plain RTP leg
// as the carrier, and between them what the server has.
type wholeCall struct {
	browser *rtcleg.Client
	carrier *rtpleg.Leg
	bridge  *media.Bridge
	tap     *keepingTap
}

type keepingTap struct {
	mu    sync.Mutex
	sides map[media.Side][]byte
}

func (k *keepingTap) TapFrame(side media.Side, f *media.Frame) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sides[side] = append(k.sides[side], f.Payload...)
}

func (k *keepingTap) heard(side media.Side) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return bytes.Clone(k.sides[side])
}

func newCall(t *testing.T, law media.PayloadType) *wholeCall {
	t.Helper()
	loopback := netip.MustParseAddr("127.0.0.1")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	closes := func(f func() error) {
		t.Cleanup(func() {
			if err := f(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	api, err := rtcleg.NewAPI(rtcleg.Config{UDPAddr: "127.0.0.1:0", IncludeLoopback: true})
	must(err)
	closes(api.Close)
	browser, err := rtcleg.NewClient(rtcleg.ClientConfig{LocalIP: loopback, PreferPCMU: true, EventPayloadType: 126})
	must(err)
	closes(browser.Close)
	offer, err := browser.Offer(t.Context())
	must(err)
	agent, answer, err := api.Accept(t.Context(), offer)
	must(err)
	closes(agent.Close)
	connected := make(chan struct{}, 10)
	for _, on := range []func(func(rtcleg.State)){agent.OnStateChange, browser.OnStateChange} {
		on(func(s rtcleg.State) {
			if s == rtcleg.StateConnected {
				connected <- struct{}{}
			}
		})
	}
	must(browser.SetAnswer(answer))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 2 {
		select {
		case <-connected:
		case <-ctx.Done():
			t.Fatal("not connected")
		}
	}
	customer, err := rtpleg.Open(rtpleg.Config{LocalIP: loopback})
	must(err)
	closes(customer.Close)
	carrier, err := rtpleg.Open(rtpleg.Config{LocalIP: loopback})
	must(err)
	closes(carrier.Close)
	must(customer.SetRemote(carrier.LocalAddr(), law, 101))
	must(carrier.SetRemote(customer.LocalAddr(), law, 101))
	c := &wholeCall{browser: browser, carrier: carrier, tap: &keepingTap{sides: map[media.Side][]byte{}}}
	c.bridge = media.NewBridge(media.BridgeConfig{Customer: customer, Agent: agent, Tap: c.tap})
	t.Cleanup(c.bridge.Close)
	return c
}

// say sends frames one by one from one party and gives what the other heard.
func say(t *testing.T, from, to media.Leg, law media.PayloadType, packets int) (said, heard []byte) {
	t.Helper()
	frames := make(chan []byte, 100)
	to.Attach(media.ReceiverFunc(func(f *media.Frame) { frames <- bytes.Clone(f.Payload) }))
	defer to.Attach(nil)
	for n := range packets {
		payload := make([]byte, 160)
		for i := range payload {
			payload[i] = byte(n*7 + i)
		}
		f := &media.Frame{PayloadType: law, SSRC: 3, Sequence: uint16(n), Timestamp: uint32(160 * n), Arrival: time.Now(), Payload: payload}
		if err := from.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
		said = append(said, payload...)
		select {
		case p := <-frames:
			heard = append(heard, p...)
		case <-time.After(20 * time.Second):
			t.Fatalf("packet %d did not arrive", n)
		}
	}
	return said, heard
}

func TestRuleT01_WhatIsSaidIsHeardAndRecordedByteForByte(t *testing.T) {
	t.Parallel()
	c := newCall(t, media.PCMA)
	c.bridge.SetMode(media.ModeTalk)
	agentSaid, customerHeard := say(t, c.browser, c.carrier, media.PCMA, 20)
	customerSaid, agentHeard := say(t, c.carrier, c.browser, media.PCMA, 20)
	if !bytes.Equal(agentSaid, customerHeard) || !bytes.Equal(customerSaid, agentHeard) {
		t.Error("a party did not hear what the other said")
	}
	if !bytes.Equal(c.tap.heard(media.Agent), agentSaid) || !bytes.Equal(c.tap.heard(media.Customer), customerSaid) {
		t.Error("what was said is not what is recorded")
	}
}

func TestBridge_TrunkWithTheOtherLaw(t *testing.T) {
	t.Parallel()
	c := newCall(t, media.PCMU)
	c.bridge.SetMode(media.ModeTalk)
	said, heard := say(t, c.browser, c.carrier, media.PCMA, 5)
	codec.ConvertALawToMuLaw(said, said)
	if !bytes.Equal(said, heard) {
		t.Error("the customer did not hear mu-law")
	}
	said, heard = say(t, c.carrier, c.browser, media.PCMU, 5)
	if !bytes.Equal(c.tap.heard(media.Customer), said) {
		t.Error("the recording is not what came from the trunk")
	}
	codec.ConvertMuLawToALaw(said, said)
	if !bytes.Equal(said, heard) {
		t.Error("the agent did not hear A-law")
	}
}

func TestRuleT12_TheCustomerHearsTheWholeNoticeInRealTime(t *testing.T) {
	t.Parallel()
	c := newCall(t, media.PCMA)
	heard := make(chan media.Frame, 1000)
	c.carrier.Attach(media.ReceiverFunc(func(f *media.Frame) {
		kept := *f
		kept.Payload = bytes.Clone(f.Payload)
		heard <- kept
	}))
	notices, err := tone.NewNotices(nil)
	if err != nil {
		t.Fatal(err)
	}
	notice := notices.Notice("en")[:8000]
	ended := make(chan struct{})
	start := time.Now()
	c.bridge.SetMode(media.ModeAnnounce)
	c.bridge.Play(notice, func() { close(ended) })
	<-ended
	if took := time.Since(start); took < 970*time.Millisecond {
		t.Errorf("a second of notice took %v", took)
	}
	var sound []byte
	var last media.Frame
	for len(sound) < len(notice) {
		select {
		case f := <-heard:
			// A machine that stalls may skip on the clock, in whole packets.
			if step := f.Timestamp - last.Timestamp; len(sound) > 0 && (f.Sequence != last.Sequence+1 || step < 160 || step%160 != 0) {
				t.Fatalf("%+v after %+v", f, last)
			}
			last, sound = f, append(sound, f.Payload...)
		case <-time.After(20 * time.Second):
			t.Fatalf("heard %d of %d bytes", len(sound), len(notice))
		}
	}
	if !bytes.Equal(sound, notice) || !bytes.Equal(c.tap.heard(media.Agent), notice) {
		t.Error("the notice is not what was heard and recorded")
	}
}
