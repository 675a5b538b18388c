package rtcleg

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"strings"
	"testing"

	"huifang/internal/testkit/turn"
)

// A client whose network lets it reach a TURN server and nothing else, and one
// whose credentials are not good.
func TestLeg_ThroughTURN(t *testing.T) {
	t.Parallel()
	relay := turn.Start(t, "shared")
	a := newAPI(t, Config{})
	c := newClient(t, ClientConfig{Relay: Relay{URL: relay.URL, Username: "9999999999:lina", Password: sign("shared", "9999999999:lina")}})
	l, _ := connect(t, a, c)
	before := relay.Received()
	exchange(t, c, l, 0, 20)
	exchange(t, l, c, 0, 20)
	if n := relay.Received() - before; n < 20 {
		t.Errorf("%d packets through the relay", n)
	}
	for name, r := range map[string]Relay{
		"expired":      {relay.URL, "1000000000:lina", sign("shared", "1000000000:lina")},
		"wrong secret": {relay.URL, "9999999999:lina", sign("stolen", "9999999999:lina")},
	} {
		offer, err := newClient(t, ClientConfig{Relay: r}).Offer(t.Context())
		if err != nil || strings.Contains(offer, "typ relay") {
			t.Errorf("%s: %v, a relay was given in\n%s", name, err, offer)
		}
	}
}

func sign(secret, user string) string {
	h := hmac.New(sha1.New, []byte(secret))
	h.Write([]byte(user))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// A lite agent says so and makes no checks of its own; the other side controls.
func TestLeg_Lite(t *testing.T) {
	t.Parallel()
	a := newAPI(t, Config{Lite: true})
	c := newClient(t, ClientConfig{})
	l, answer := connect(t, a, c)
	if !strings.Contains(answer, "a=ice-lite") {
		t.Errorf("answer: %s", answer)
	}
	exchange(t, c, l, 0, 10)
	exchange(t, l, c, 0, 10)
}
