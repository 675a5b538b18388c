package media

import (
	"encoding/binary"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestSendDTMF_ShapeOfAnEvent(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		r.SetMode(ModeTalk)
		start := time.Now()
		if err := r.SendDTMF("1#d"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if r.agent.speak(r.as, 1); len(r.tap.take(Agent)) != 1 {
			t.Error("the agent's voice went out between the packets of an event")
		}
		elapse(2 * time.Second)
		sent := r.customer.take()
		if len(sent) != 30 {
			t.Fatalf("%d packets for three digits", len(sent))
		}
		for i, f := range sent {
			key, n := i/10, i%10
			wantDuration := uint16(min(n+1, 8) * 160)
			end := f.Payload[1]&0x80 != 0
			if f.PayloadType != TelephoneEvent || len(f.Payload) != 4 || f.Payload[0] != []byte{1, 11, 15}[key] {
				t.Fatalf("packet %d: %+v", i, f)
			}
			if f.Marker != (n == 0) || end != (n >= 7) || binary.BigEndian.Uint16(f.Payload[2:]) != wantDuration {
				t.Errorf("packet %d of key %d: marker %v, end %v, duration %d", n, key, f.Marker, end, binary.BigEndian.Uint16(f.Payload[2:]))
			}
			if f.Timestamp != sent[0].Timestamp+uint32(key)*13*160 || f.Sequence != sent[0].Sequence+uint16(i) || f.SSRC != sent[0].SSRC {
				t.Errorf("packet %d of key %d: %+v", n, key, f)
			}
			if at := f.Arrival.Sub(start); at != time.Duration(key*13+n)*FrameDuration {
				t.Errorf("packet %d of key %d at %v", n, key, at)
			}
		}
		if r.agent.speak(r.as, 1); len(r.customer.take()) != 1 {
			t.Error("the agent is not heard after the digits")
		}
	})
}

func TestSendDTMF_Refusals(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		var bad *DTMFError
		if err := r.SendDTMF("12a4x"); !errors.As(err, &bad) || bad.Digit != 'X' {
			t.Errorf("error %v", err)
		}
		for _, digits := range []string{"", "123456789012345678901234567890123"} {
			if err := r.SendDTMF(digits); !errors.Is(err, ErrNoDTMF) {
				t.Errorf("%d digits: %v", len(digits), err)
			}
		}
		r.SetCustomer(nil)
		if err := r.SendDTMF("1"); !errors.Is(err, ErrNoDTMF) {
			t.Errorf("without a customer: %v", err)
		}
	})
}

func TestBridge_ForwardsTheAgentsEvents(t *testing.T) {
	t.Parallel()
	onBridge(t, func(t *testing.T, r *bridgeRig) {
		r.SetMode(ModeTalk)
		r.SetMuted(true)
		event := Frame{PayloadType: TelephoneEvent, Marker: true, SSRC: 200, Timestamp: 77, Arrival: time.Now(), Payload: []byte{5, 10, 0, 160}}
		r.agent.Deliver(&event)
		sent := r.customer.take()
		if len(sent) != 1 || sent[0].PayloadType != TelephoneEvent || sent[0].Timestamp != 77 || string(sent[0].Payload) != string(event.Payload) {
			t.Errorf("%+v", sent)
		}
	})
}
