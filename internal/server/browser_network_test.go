package server_test

import (
	"os"
	"path/filepath"
	"testing"

	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/turn"
)

// A network that lets no UDP through: the server offers none, so the whole call
// goes over ICE-TCP.
func TestBrowser_CallsOverTCPWhereUDPIsClosed(t *testing.T) {
	h := sampleHouse(t, func(cfg *config.Config, _ *server.Options) {
		cfg.Media.WebRTCListen, cfg.Media.WebRTCTCP = "", "127.0.0.1:0"
	})
	h.browse("networks.spec.ts")
}

// A network that lets agents out to one TURN server: Chromium gets its
// credentials with the hello and sends all it has through the relay.
func TestBrowser_CallsThroughTURN(t *testing.T) {
	t.Parallel()
	relay := turn.Start(t, "north")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("north\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := sampleHouse(t, func(cfg *config.Config, _ *server.Options) {
		cfg.Media.RelayOnly = true
		cfg.Media.ICEServers = []config.ICEServer{{URLs: []string{relay.URL}, SecretFile: secret, ValidFor: 12 * 3600e9}}
	})
	h.browse("networks.spec.ts")
	if relay.Received() < 400 { // ten seconds are 500 packets
		t.Errorf("%d packets came to the relay, %d requests refused", relay.Received(), relay.Refused())
	}
}
