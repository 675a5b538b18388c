package archive_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/keyring"
	"huifang/internal/testkit/s3"
	"huifang/recording/archive"
	"huifang/recording/vault"
)

func keyLine(t *testing.T, id string) string {
	t.Helper()
	l, err := keyring.NewLine(id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func vaultOf(t *testing.T, lines ...string) *vault.Vault {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return vault.New(ring)
}

// encrypting runs an uploader of a ledger until its recordings are in a state.
func encrypting(t *testing.T, c *archive.Client, l archive.Ledger, files local) *archive.Uploader {
	t.Helper()
	u := archive.NewUploader(archive.UploaderConfig{Instance: "a", Client: c, Ledger: l, Local: files, Encrypt: true,
		Logger: slog.New(slog.DiscardHandler), RetryFirst: 20 * time.Millisecond})
	u.Start()
	t.Cleanup(u.Stop)
	return u
}

func (l *ledger) untilState(t *testing.T, id uuid.UUID, state string) row {
	t.Helper()
	l.until(t, state, func() bool {
		if r := l.find(id); r.State == "failed" && state != "failed" {
			t.Fatalf("failed: %s", r.error)
		}
		return l.find(id).State == state
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	return *l.find(id)
}

// big puts a recording of a size into a ledger.
func (l *ledger) big(t *testing.T, files local, size int) (uuid.UUID, []byte) {
	t.Helper()
	id := l.add(t, files)
	plain := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(size)})
	_, _ = r.Read(plain) // never fails
	if err := os.WriteFile(files[id], plain, 0o600); err != nil {
		t.Fatal(err)
	}
	l.find(id).SHA256, l.find(id).Bytes = sha256.Sum256(plain), int64(size)
	return id, plain
}

func readAll(t *testing.T, c *archive.Client, o archive.Object) ([]byte, error) {
	t.Helper()
	r, err := c.Open(t.Context(), o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestUploader_EncryptsBeforeItSends(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	cfg.Vault = vaultOf(t, keyLine(t, "2026a"))
	c, l, files := s3.Connect(t, cfg), &ledger{now: make(chan struct{})}, local{}
	short, shortPlain := l.big(t, files, 200_001)
	long, longPlain := l.big(t, files, 17<<20) // goes through a file
	if err := os.WriteFile(files[long]+".age", []byte("left by a process that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	encrypting(t, c, l, files)
	for id, plain := range map[uuid.UUID][]byte{short: shortPlain, long: longPlain} {
		r := l.untilState(t, id, "verified")
		if r.Object.KeyID != "2026a" || r.Object.Bytes <= r.Bytes || r.Object.SHA256 == r.SHA256 || !strings.HasSuffix(r.Object.Key, id.String()+".wav.age") {
			t.Fatalf("%+v", r.Object)
		}
		object, err := os.ReadFile(kit.File(cfg.Bucket, r.Object.Key))
		if err != nil || sha256.Sum256(object) != r.Object.SHA256 || int64(len(object)) != r.Object.Bytes {
			t.Fatalf("what is stored is not what the row says: %v", err)
		}
		for off := 0; off+16 <= len(plain); off += 4096 {
			if bytes.Contains(object[:min(len(object), 1<<20)], plain[off:off+16]) {
				t.Fatal("plain text is in the object")
			}
		}
		if got, err := readAll(t, c, r.Object); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("read back: %v", err)
		}
		if _, err := c.Check(t.Context(), r.Object, r.SHA256, r.Bytes); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Dir(files[long]) + "/*.age"); len(left) != 0 {
		t.Fatalf("left behind: %v", left)
	}
}

// A seek fetches what it needs, not the recording.
func TestClient_SeeksInAnEncryptedRecording(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	cfg.Vault = vaultOf(t, keyLine(t, "a"))
	direct, l, files := s3.Connect(t, cfg), &ledger{now: make(chan struct{})}, local{}
	id, plain := l.big(t, files, 12<<20)
	encrypting(t, direct, l, files)
	object := l.untilState(t, id, "verified").Object

	proxy := kit.Proxy(t)
	cfg.Socket = proxy.Socket
	c := s3.Connect(t, cfg)
	r, err := c.Open(t.Context(), object)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 5 {
		off := random.IntN(len(plain) - 8000)
		if _, err := r.Seek(int64(off), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 8000)
		if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, plain[off:off+8000]) {
			t.Fatalf("at %d: %v", off, err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	proxy.Cut()
	proxy.Wait()
	if n := proxy.Answered(); n == 0 || n > 4<<20 {
		t.Fatalf("%d bytes were fetched for five seeks in %d", n, object.Bytes)
	}
}

// deaf is a ledger that does not hear of the first object that is stored, as
// when the process was killed right after the PUT.
type deaf struct {
	*ledger
	heard atomic.Bool
	first bool // the ledger forgets the try too
}

func (d *deaf) Stored(ctx context.Context, id uuid.UUID, o archive.Object, at time.Time) error {
	if !d.heard.Swap(true) {
		if d.first {
			d.mu.Lock()
			d.find(id).Tries = 0
			d.mu.Unlock()
		}
		return errors.New("killed")
	}
	return d.ledger.Stored(ctx, id, o, at)
}

func TestRuleT02_KilledAfterThePutStoresNothingTwice(t *testing.T) {
	t.Parallel()
	for name, forgets := range map[string]bool{"a second try": false, "as if it were the first": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := kit.Config()
			first := keyLine(t, "a")
			cfg.Vault = vaultOf(t, first)
			before := s3.Connect(t, cfg)
			cfg.Vault = vaultOf(t, keyLine(t, "b"), first) // rotated meanwhile: another try would give other bytes
			after := s3.Connect(t, cfg)
			l, files := &deaf{ledger: &ledger{now: make(chan struct{})}, first: forgets}, local{}
			id := l.add(t, files)
			u := encrypting(t, before, l, files)
			l.until(t, "the lost answer", func() bool { return l.find(id).error == "killed" || l.heard.Load() })
			u.Stop()
			encrypting(t, after, l, files)
			r := l.untilState(t, id, "verified")
			newest, older := kit.Stored(t, cfg.Bucket)
			n := 0
			for _, name := range append(newest, older...) {
				if strings.Contains(name, id.String()) {
					n++
				}
			}
			if n != 1 || r.Object.KeyID != "a" {
				t.Fatalf("%d objects, key %s: %v %v", n, r.Object.KeyID, newest, older)
			}
			if _, err := after.Check(t.Context(), r.Object, r.SHA256, r.Bytes); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestRuleT02_AlteredEncryptedObjectIsFound(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	cfg.Vault = vaultOf(t, keyLine(t, "a"))
	c, l, files := s3.Connect(t, cfg), &ledger{now: make(chan struct{})}, local{}
	id, _ := l.big(t, files, 300_000)
	other, _ := l.big(t, files, 300_000)
	encrypting(t, c, l, files)
	r, o := l.untilState(t, id, "verified"), l.untilState(t, other, "verified")
	path := kit.File(cfg.Bucket, r.Object.Key)
	object, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(kit.File(cfg.Bucket, o.Object.Key))
	if err != nil {
		t.Fatal(err)
	}
	flip := func(at int) []byte {
		b := bytes.Clone(object)
		b[at] ^= 0x40
		return b
	}
	for name, changed := range map[string][]byte{"header": flip(60), "first package": flip(300), "middle": flip(150_000), "end": flip(len(object) - 1),
		"another recording's": foreign, "cut off": object[:200_000]} {
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Check(t.Context(), r.Object, r.SHA256, r.Bytes); !errors.Is(err, archive.ErrDiffers) {
			t.Errorf("%s: check says %v", name, err)
		}
		if got, err := readAll(t, c, r.Object); !errors.Is(err, vault.ErrAltered) && !errors.Is(err, vault.ErrOther) {
			t.Errorf("%s: %d bytes could be heard, %v", name, len(got), err)
		}
	}
	// One that opens and holds the same, under another encryption, is not what was stored either.
	var again bytes.Buffer
	plain, _ := os.ReadFile(files[id])
	if _, err := cfg.Vault.Seal(&again, bytes.NewReader(plain), id); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, again.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Check(t.Context(), r.Object, r.SHA256, r.Bytes); !errors.Is(err, archive.ErrDiffers) {
		t.Errorf("encrypted anew: check says %v", err)
	}
}

func TestUploader_WhatLiesUnderTheKeyIsNotTakenForTheRecording(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	cfg.Vault = vaultOf(t, keyLine(t, "a"))
	c, l, files := s3.Connect(t, cfg), &ledger{now: make(chan struct{})}, local{}
	id := l.add(t, files)
	var foreign bytes.Buffer
	if _, err := cfg.Vault.Seal(&foreign, strings.NewReader("something else"), id); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "foreign")
	if err := os.WriteFile(path, foreign.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Put(t.Context(), archive.EncryptedKey(id, l.find(id).OpenedAt), path, sha256.Sum256(foreign.Bytes()), time.Now().AddDate(3, 0, 0)); err != nil {
		t.Fatal(err)
	}
	encrypting(t, c, l, files)
	if r := l.untilState(t, id, "failed"); !strings.Contains(r.error, "another recording than was sealed") {
		t.Fatal(r.error)
	}
}

func TestUploader_FileThatIsNotWhatWasSealedIsNotSent(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	cfg.Vault = vaultOf(t, keyLine(t, "a"))
	c, l, files := s3.Connect(t, cfg), &ledger{now: make(chan struct{})}, local{}
	id := l.add(t, files)
	b, err := os.ReadFile(files[id])
	if err != nil {
		t.Fatal(err)
	}
	b[20_000] ^= 1
	if err := os.WriteFile(files[id], b, 0o600); err != nil {
		t.Fatal(err)
	}
	encrypting(t, c, l, files)
	l.untilState(t, id, "failed")
	if newest, _ := kit.Stored(t, cfg.Bucket); strings.Contains(strings.Join(newest, " "), id.String()) {
		t.Fatalf("sent all the same: %v", newest)
	}
}

func TestUploader_WithoutKeysRecordingsWait(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	c, l, files := s3.Connect(t, cfg), &ledger{now: make(chan struct{})}, local{}
	id := l.add(t, files)
	u := encrypting(t, c, l, files)
	l.until(t, "the reason", func() bool { return strings.Contains(l.find(id).error, "storage.key_file") })
	u.Stop()
	if newest, _ := kit.Stored(t, cfg.Bucket); strings.Contains(strings.Join(newest, " "), id.String()) {
		t.Fatalf("sent in the clear: %v", newest)
	}
	cfg.Vault = vaultOf(t, keyLine(t, "a"))
	c = s3.Connect(t, cfg)
	encrypting(t, c, l, files)
	o := l.untilState(t, id, "verified").Object
	cfg.Vault = vaultOf(t, keyLine(t, "other"))
	if _, err := readAll(t, s3.Connect(t, cfg), o); !errors.Is(err, vault.ErrNoKey) {
		t.Fatalf("with another key file: %v", err)
	}
	cfg.Vault = nil
	if _, err := readAll(t, s3.Connect(t, cfg), o); !errors.Is(err, archive.ErrNoKeys) {
		t.Fatalf("without a key file: %v", err)
	}
}

// A recording that an earlier version stored in the clear, and whose answer was
// lost, is recognised; it stays readable as it is.
func TestUploader_PlainObjectOfAnEarlierVersionIsRecognised(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	cfg.Vault = vaultOf(t, keyLine(t, "a"))
	c, l, files := s3.Connect(t, cfg), &ledger{now: make(chan struct{})}, local{}
	id := l.add(t, files)
	r := l.find(id)
	r.Tries = 1
	if _, err := c.Put(t.Context(), archive.Key(id, r.OpenedAt), files[id], r.SHA256, time.Now().AddDate(3, 0, 1)); err != nil {
		t.Fatal(err)
	}
	encrypting(t, c, l, files)
	seen := l.untilState(t, id, "verified")
	want, _ := os.ReadFile(files[id])
	if got, err := readAll(t, c, seen.Object); err != nil || !bytes.Equal(got, want) || seen.Object.KeyID != "" {
		t.Fatalf("%+v %v", seen.Object, err)
	}
	if _, err := c.Check(t.Context(), seen.Object, seen.SHA256, seen.Bytes); err != nil {
		t.Fatal(err)
	}
}
