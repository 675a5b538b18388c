package trunk

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/keyring"
)

func keyFile(t *testing.T, mode os.FileMode, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func keyLine(t *testing.T, id string) string {
	t.Helper()
	line, err := keyring.NewLine(id)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func readKeys(t *testing.T, lines ...string) *Keys {
	t.Helper()
	k, err := ReadKeys(keyFile(t, 0o600, lines...))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeys_RotationAndBinding(t *testing.T) {
	t.Parallel()
	first, second := keyLine(t, "a"), keyLine(t, "b")
	id := uuid.New()
	old := readKeys(t, "# made today\n", first)
	s, err := old.Seal(id, "trunk-word")
	if err != nil || s.KeyID != "a" || bytes.Contains(s.Box, []byte("trunk")) {
		t.Fatalf("%+v %v", s, err)
	}
	rotated := readKeys(t, second, first)
	if word, err := rotated.Open(id, s); err != nil || word != "trunk-word" || rotated.Current(s) {
		t.Errorf("after the rotation: %q %v", word, err)
	}
	if again, err := rotated.Seal(id, "trunk-word"); err != nil || again.KeyID != "b" || !rotated.Current(again) {
		t.Errorf("sealed anew: %+v %v", again, err)
	}
	if _, err := readKeys(t, second).Open(id, s); !errors.Is(err, ErrNoKey) {
		t.Errorf("without the key: %v", err)
	}
	if _, err := old.Open(uuid.New(), s); err == nil {
		t.Error("another trunk's password was opened")
	}
	s.Box[len(s.Box)-1] ^= 1
	if _, err := old.Open(id, s); err == nil {
		t.Error("an altered password was opened")
	}
	if none, err := old.Seal(id, ""); err != nil || none.Box != nil {
		t.Errorf("no password: %+v %v", none, err)
	}
}

func TestKeys_FileIsChecked(t *testing.T) {
	t.Parallel()
	good := keyLine(t, "a")
	for name, path := range map[string]string{
		"others may read": keyFile(t, 0o644, good), "empty": keyFile(t, 0o600, "\n"), "twice": keyFile(t, 0o600, good, keyLine(t, "a")),
		"short": keyFile(t, 0o600, "a YWJj\n"), "no id": keyFile(t, 0o600, good[2:]), "not there": filepath.Join(t.TempDir(), "x"),
	} {
		if _, err := ReadKeys(path); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}
