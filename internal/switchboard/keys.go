package switchboard

import (
	"strings"
	"time"
)

const (
	// keysShown is how many keys of the customer the page shows.
	keysShown = 32
	// sameKey: a carrier that passes a key on both as a telephone event and by
	// INFO sends it within this time.
	sameKey = time.Second
)

// keyPressed shows a key of the customer to the agent and marks it in the
// recording. Rule T-13: during a secure pause it is neither shown nor kept.
func (a *actor) keyPressed(digit byte, at time.Time, byEvent bool) error {
	key := string(digit)
	if !a.call.State.Live() || a.call.Pause.On() {
		return nil
	}
	if strings.HasSuffix(a.customerKeys, key) && at.Sub(a.keyAt).Abs() < sameKey && a.keyByEvent != byEvent {
		return nil
	}
	a.customerKeys += key
	if n := len(a.customerKeys); n > keysShown {
		a.customerKeys = a.customerKeys[n-keysShown:]
	}
	a.keyAt, a.keyByEvent = at, byEvent
	a.recorder.MarkDetail("key", at, map[string]string{"digit": key, "by": "customer"})
	a.publish()
	return nil
}
