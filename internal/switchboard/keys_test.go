package switchboard

import (
	"testing"
	"time"

	"huifang/internal/call"
	"huifang/media"
)

// Keys by telephone event and by INFO are one key when they come together; in a
// secure pause they are neither shown nor kept (Rule T-13).
func TestRuleT13_KeysInAPauseAreNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.talking()
	leg := w.lastLeg()
	ts := uint32(0)
	event := func(code byte) {
		ts += 2000
		leg.Deliver(&media.Frame{PayloadType: media.TelephoneEvent, Timestamp: ts, SSRC: 5, Arrival: time.Now(), Payload: []byte{code, 10, 0, 160}})
	}
	shows := func(want string) {
		t.Helper()
		w.until("keys "+want, func() bool { return w.shots[len(w.shots)-1].CustomerKeys == want })
	}
	event(4)
	leg.report(LegKey{At: time.Now(), Digit: '4'})
	leg.report(LegKey{At: time.Now(), Digit: '7'})
	shows("47")
	event(4)
	shows("474")
	if err := w.sb.Pause(t.Context(), w.agent, s.ID, call.PauseCardNumber, ""); err != nil {
		t.Fatal(err)
	}
	event(6)
	leg.report(LegKey{At: time.Now(), Digit: '2'})
	if err := w.sb.Unpause(t.Context(), w.agent, s.ID); err != nil {
		t.Fatal(err)
	}
	event(11)
	shows("474#")
	marks := 0
	for _, l := range w.seen().log {
		if l == "mark key" {
			marks++
		}
	}
	if marks != 4 {
		t.Fatalf("%d keys are marked", marks)
	}
}
