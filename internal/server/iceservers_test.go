package server

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/config"
)

// The password is what coturn makes of the same secret and name:
// echo -n '1795550400:...' | openssl dgst -binary -sha1 -hmac north | base64
func TestICEServers_SharedSecretStaysAndThePasswordExpires(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	servers, err := readICEServers([]config.ICEServer{
		{URLs: []string{"stun:a:3478"}},
		{URLs: []string{"turn:b:3478"}, Username: "all", PasswordFile: write("password", "word")},
		{URLs: []string{"turns:c:443?transport=tcp"}, SecretFile: write("secret", "north"), ValidFor: 12 * time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	agent := uuid.MustParse("b7a0e1c7-0b5e-4a3f-8f7e-9d6b5a4c3b44")
	got := servers.of(agent, time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC))
	if len(got) != 3 || got[0].Username != "" || got[0].Credential != "" || got[1].Username != "all" || got[1].Credential != "word" {
		t.Fatalf("%+v", got)
	}
	const name, password = "1795550400:b7a0e1c7-0b5e-4a3f-8f7e-9d6b5a4c3b44", "Mxt+UXj6DKAEqF6KYbMnbSp19kU="
	if got[2].Username != name || got[2].Credential != password {
		t.Errorf("%+v", got[2])
	}
	if none := (iceServers)(nil).of(agent, time.Now()); none == nil || len(none) != 0 {
		t.Error("no list is null on the wire")
	}
	if _, err := readICEServers([]config.ICEServer{{SecretFile: filepath.Join(dir, "gone")}}); err == nil {
		t.Error("a secret that is not there was read")
	}
}
