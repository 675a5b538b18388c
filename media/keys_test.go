package media

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBridge_KeysOfTheCustomerOnceEach(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		customer := &fakeLeg{}
		tap := &fakeTap{frames: map[Side][]Frame{}}
		b := NewBridge(BridgeConfig{Customer: customer, Tap: tap})
		defer b.Close()
		var got string
		b.OnKey(func(digit byte, _ time.Time) { got += string(digit) })
		event := func(code byte, seq uint16, ts uint32, end byte) {
			customer.Deliver(&Frame{PayloadType: TelephoneEvent, Sequence: seq, Timestamp: ts, SSRC: 9, Arrival: time.Now(), Payload: []byte{code, end | 10, 0, 160}})
		}
		event(4, 1, 1000, 0)
		event(4, 2, 1000, 0)
		event(4, 3, 1000, 0x80)
		event(4, 4, 1000, 0x80)
		event(4, 6, 3000, 0x80) // the same key again; its beginning is lost
		event(4, 5, 1000, 0x80) // overtaken
		event(11, 7, 5000, 0)
		event(16, 8, 7000, 0) // no key
		customer.Deliver(&Frame{PayloadType: TelephoneEvent, Sequence: 9, Timestamp: 9000, SSRC: 9, Arrival: time.Now(), Payload: []byte{1}})
		event(1, 1, 10, 0) // comes late in another stream
		customer.Deliver(&Frame{PayloadType: TelephoneEvent, Sequence: 1, Timestamp: 10, SSRC: 10, Arrival: time.Now(), Payload: []byte{1, 10, 0, 160}})
		if got != "44#1" {
			t.Fatalf("got %q", got)
		}
	})
}
