package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/keyring"
	"huifang/recording/vault"
)

// An object is opened with the key file alone; keys are made and rotated by the
// command, and nothing is left of what does not open.
func TestOpen_NeedsTheObjectAndTheKeyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys, object, out := filepath.Join(dir, "keys"), filepath.Join(dir, "object.wav.age"), filepath.Join(dir, "sound.wav")
	if err := addKey(keys, "2026a"); err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.Read(keys)
	if err != nil {
		t.Fatal(err)
	}
	plain := bytes.Repeat([]byte("RIFF"), 50_000)
	var b bytes.Buffer
	if _, err := vault.New(ring).Seal(&b, bytes.NewReader(plain), uuid.New()); err != nil {
		t.Fatal(err)
	}
	put := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(object, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(b.Bytes())
	if err := addKey(keys, "2026b"); err != nil {
		t.Fatal(err)
	}
	open := openCommand{Object: object, Keys: keys, Out: out}
	if err := open.Run(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("another sound: %v", err)
	}
	if err := open.Run(); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("a file was written over: %v", err)
	}
	if err := os.Remove(out); err != nil {
		t.Fatal(err)
	}
	altered := bytes.Clone(b.Bytes())
	altered[len(altered)-1] ^= 1
	put(altered)
	if err := open.Run(); !errors.Is(err, vault.ErrAltered) {
		t.Fatalf("altered: %v", err)
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("something is left: %v", err)
	}
	open.Keys = filepath.Join(dir, "others")
	if err := addKey(open.Keys, "2026c"); err != nil {
		t.Fatal(err)
	}
	put(b.Bytes())
	if err := open.Run(); !errors.Is(err, vault.ErrNoKey) {
		t.Fatalf("with another key file: %v", err)
	}
}
