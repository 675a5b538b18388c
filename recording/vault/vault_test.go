package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/keyring"
	"huifang/recording/vault"
)

// packageBytes is how much of a recording is one package, with its tag.
const packageBytes = 64<<10 + 16

func line(t testing.TB, id string) string {
	t.Helper()
	l, err := keyring.NewLine(id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func vaultOf(t testing.TB, lines ...string) *vault.Vault {
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

// noise is a recording of a length, always the same for a seed.
func noise(seed uint64, size int) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = r.Read(b) // never fails
	return b
}

func sealed(t testing.TB, v *vault.Vault, id uuid.UUID, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if key, err := v.Seal(&out, bytes.NewReader(plain), id); err != nil || key != v.Current() {
		t.Fatal(key, err)
	}
	return out.Bytes()
}

// opened is all of an object, or why not. Both ways of reading must agree.
func opened(v *vault.Vault, object []byte, id uuid.UUID) ([]byte, error) {
	var streamed []byte
	r, _, streamErr := v.Stream(bytes.NewReader(object), id)
	if streamErr == nil {
		streamed, streamErr = io.ReadAll(r)
	}
	p, err := v.Open(bytes.NewReader(object), int64(len(object)), id)
	if err != nil && streamErr == nil {
		return nil, fmt.Errorf("read in order, but not opened: %v", err)
	}
	if err != nil {
		return nil, err
	}
	all, err := io.ReadAll(io.NewSectionReader(p, 0, p.Size()))
	if (err == nil) != (streamErr == nil) || err == nil && !bytes.Equal(all, streamed) {
		return nil, fmt.Errorf("read in order: %v; by place: %v", streamErr, err)
	}
	return all, err
}

func TestVault_AnyPlaceReadsAsThePlainBytes(t *testing.T) {
	t.Parallel()
	v, random := vaultOf(t, line(t, "a")), rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 44, 64<<10 - 1, 64 << 10, 64<<10 + 1, 128 << 10, 300_001} {
		id, plain := uuid.New(), noise(uint64(size), size)
		object := sealed(t, v, id, plain)
		got, err := opened(v, object, id)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes: %v", size, err)
		}
		p, err := v.Open(bytes.NewReader(object), int64(len(object)), id)
		if err != nil || p.Size() != int64(size) || p.Header.KeyID != "a" || p.Header.Recording != id {
			t.Fatalf("%d bytes: %+v %v", size, p, err)
		}
		for range 200 {
			off := random.IntN(size + 1)
			b := make([]byte, random.IntN(100_000))
			n, err := p.ReadAt(b, int64(off))
			if !bytes.Equal(b[:n], plain[off:off+n]) {
				t.Fatalf("%d bytes: other bytes at %d", size, off)
			}
			if whole := n == len(b); whole && err != nil && err != io.EOF || !whole && (err != io.EOF || off+n != size) {
				t.Fatalf("%d bytes: %d of %d at %d: %v", size, n, len(b), off, err)
			}
		}
	}
}

func TestVault_NothingOfThePlainTextIsInTheObject(t *testing.T) {
	t.Parallel()
	v, id := vaultOf(t, line(t, "a")), uuid.New()
	plain := noise(7, 200_000)
	object, again := sealed(t, v, id, plain), sealed(t, v, id, plain)
	for off := 0; off+8 <= len(plain); off += 8 {
		if bytes.Contains(object, plain[off:off+8]) {
			t.Fatalf("the eight bytes at %d stand in the object", off)
		}
	}
	header := bytes.Index(object, []byte("\n---"))
	same := 0
	for i := header + 48; i < len(object); i++ {
		if object[i] == again[i] {
			same++
		}
	}
	if limit := len(object) / 100; same > limit { // one byte of 256 by chance
		t.Fatalf("%d bytes are the same in a second object: the keys are", same)
	}
}

func TestVault_EveryAlteredByteIsFound(t *testing.T) {
	t.Parallel()
	v, id := vaultOf(t, line(t, "a")), uuid.New()
	plain := noise(3, 3*64<<10+1000)
	object := sealed(t, v, id, plain)
	payload := bytes.Index(object, []byte("\n---")) + 1 + 4 + 43 + 1 // "--- ", MAC, end of line
	altered := func(t *testing.T, what string, changed []byte) {
		t.Helper()
		got, err := opened(v, changed, id)
		if !errors.Is(err, vault.ErrAltered) && !errors.Is(err, vault.ErrOther) && !errors.Is(err, vault.ErrNoKey) {
			t.Fatalf("%s: %d bytes, %v", what, len(got), err)
		}
	}
	flip := func(at int) []byte {
		b := bytes.Clone(object)
		b[at] ^= 1
		return b
	}
	for i := range payload + 16 { // header, wrapped key, MAC, nonce: each byte
		altered(t, fmt.Sprintf("byte %d of the header", i), flip(i))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for n := payload + 16; n < len(object); n += packageBytes {
		end := min(n+packageBytes, len(object))
		for _, at := range []int{n, n + random.IntN(end-n), end - 1} {
			altered(t, fmt.Sprintf("byte %d", at), flip(at))
		}
	}
	for _, end := range []int{0, 10, payload - 1, payload + 3, payload + 16 + packageBytes, payload + 16 + 2*packageBytes, len(object) - 1} {
		altered(t, fmt.Sprintf("cut off at %d", end), object[:end])
	}
	altered(t, "longer", append(bytes.Clone(object), 0))
	swapped := bytes.Clone(object)
	copy(swapped[payload+16:], object[payload+16+packageBytes:payload+16+2*packageBytes])
	copy(swapped[payload+16+packageBytes:], object[payload+16:payload+16+packageBytes])
	altered(t, "packages swapped", swapped)
	altered(t, "a package left out", append(bytes.Clone(object[:payload+16]), object[payload+16+packageBytes:]...))
	mixed := append(bytes.Clone(object[:payload]), sealed(t, v, id, plain)[payload:]...)
	altered(t, "content of another encryption", mixed)
	altered(t, "plain text", plain)
}

func TestVault_ObjectOfAnotherRecordingIsRefused(t *testing.T) {
	t.Parallel()
	v, id, other := vaultOf(t, line(t, "a")), uuid.New(), uuid.New()
	object := sealed(t, v, other, noise(1, 1000))
	if _, err := opened(v, object, id); !errors.Is(err, vault.ErrOther) {
		t.Fatalf("got %v", err)
	}
	// Its id altered to the one that is asked for.
	renamed := bytes.Replace(object, []byte(other.String()), []byte(id.String()), 1)
	if _, err := opened(v, renamed, id); !errors.Is(err, vault.ErrAltered) {
		t.Fatalf("got %v", err)
	}
}

func TestVault_RotationOpensTheOldAndSealsWithTheNew(t *testing.T) {
	t.Parallel()
	first, second, id := line(t, "2026a"), line(t, "2026b"), uuid.New()
	before, after := vaultOf(t, first), vaultOf(t, second, first)
	plain := noise(5, 100_000)
	old, fresh := sealed(t, before, id, plain), sealed(t, after, id, plain)
	for name, object := range map[string][]byte{"2026a": old, "2026b": fresh} {
		if h, err := vault.ReadHeader(bytes.NewReader(object)); err != nil || h.KeyID != name || h.Recording != id {
			t.Fatalf("%+v %v", h, err)
		}
		if got, err := opened(after, object, id); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%s after the rotation: %v", name, err)
		}
	}
	if _, err := opened(before, fresh, id); !errors.Is(err, vault.ErrNoKey) || !strings.Contains(err.Error(), "2026b") {
		t.Fatalf("without its key: %v", err)
	}
	if !after.Has("2026a") || before.Has("2026b") {
		t.Fatal("the vault does not know which keys it has")
	}
	// Another key under the same name is no key for it.
	if _, err := opened(vaultOf(t, line(t, "2026a")), old, id); !errors.Is(err, vault.ErrAltered) || !strings.Contains(err.Error(), "2026a does not open it") {
		t.Fatalf("with another key: %v", err)
	}
}

// broken is a storage that fails.
type broken struct {
	io.ReaderAt
	from int64
}

var errAway = errors.New("the storage is away")

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off >= b.from {
		return 0, errAway
	}
	return b.ReaderAt.ReadAt(p, off)
}

func TestVault_AStorageThatFailsIsNoAlteration(t *testing.T) {
	t.Parallel()
	v, id := vaultOf(t, line(t, "a")), uuid.New()
	object := sealed(t, v, id, noise(1, 300_000))
	for _, from := range []int64{0, 200_000} {
		if _, err := v.Open(broken{bytes.NewReader(object), from}, int64(len(object)), id); !errors.Is(err, errAway) || errors.Is(err, vault.ErrAltered) {
			t.Errorf("away from %d: %v", from, err)
		}
	}
	whole := &broken{bytes.NewReader(object), 1 << 40}
	p, err := v.Open(whole, int64(len(object)), id)
	if err != nil {
		t.Fatal(err)
	}
	whole.from = 0
	if _, err := p.ReadAt(make([]byte, 10), 0); !errors.Is(err, errAway) || errors.Is(err, vault.ErrAltered) {
		t.Errorf("away while it is read: %v", err)
	}
}

// FuzzReadHeader: whatever comes, no more than the beginning is read, and what
// is taken for a header and opens is the one that was written.
func FuzzReadHeader(f *testing.F) {
	v, id := vaultOf(f, line(f, "a")), uuid.New()
	plain := noise(9, 500)
	object := sealed(f, v, id, plain)
	f.Add(object[:300])
	f.Add([]byte("age-encryption.org/v1\n-> X25519 aaaa\nYWFh\n--- AAAA\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, begin []byte) {
		h, err := vault.ReadHeader(bytes.NewReader(begin))
		if err != nil && !errors.Is(err, vault.ErrAltered) {
			t.Fatalf("an error without a name: %v", err)
		}
		if err == nil && (h.KeyID == "" || h.Recording.String() == "") {
			t.Fatalf("%+v", h)
		}
		changed := append(bytes.Clone(begin), object[min(len(begin), len(object)):]...)
		if got, err := opened(v, changed, id); err == nil && (!bytes.Equal(changed, object) || !bytes.Equal(got, plain)) {
			t.Fatalf("an altered object was opened: %q", changed[:min(len(changed), 300)])
		}
	})
}
