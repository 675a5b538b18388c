package trunk

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// keyBytes is the length of an AES-256 key.
const keyBytes = 32

// ErrNoKey says that a password was sealed with a key that is not in the file.
var ErrNoKey = errors.New("the key of this password is not in the key file")

// Keys seal the trunks' passwords with AES-256-GCM. The first key of the file
// seals; the others only open what was sealed before a rotation. A password is
// bound to its trunk: it opens under no other.
type Keys struct {
	current string
	aeads   map[string]cipher.AEAD
}

// NewKeyLine makes a line of a key file.
func NewKeyLine(id string) (string, error) {
	key := make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	return id + " " + base64.StdEncoding.EncodeToString(key) + "\n", nil
}

// ReadKeys reads a key file: a line for each key, an id, a space, and 32 bytes
// in base64. It must not be readable by others.
func ReadKeys(path string) (*Keys, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	} else if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read key file %s: others may read it; its mode must be 0600", path)
	}
	k := &Keys{aeads: map[string]cipher.AEAD{}}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if err := k.add(text); err != nil {
			return nil, fmt.Errorf("read key file %s, line %d: %w", path, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if k.current == "" {
		return nil, fmt.Errorf("read key file %s: no key in it", path)
	}
	return k, nil
}

func (k *Keys) add(line string) error {
	id, text, _ := strings.Cut(line, " ")
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	switch {
	case !regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`).MatchString(id):
		return errors.New("a line is a key's id, a space, and the key in base64")
	case err != nil || len(key) != keyBytes:
		return fmt.Errorf("key %s is not %d bytes in base64", id, keyBytes)
	case k.aeads[id] != nil:
		return fmt.Errorf("key %s is there twice", id)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("key %s: %w", id, err)
	}
	if k.aeads[id], err = cipher.NewGCM(block); err != nil {
		return fmt.Errorf("key %s: %w", id, err)
	}
	if k.current == "" {
		k.current = id
	}
	return nil
}

// Seal encrypts a trunk's password; the empty password is sealed as none.
func (k *Keys) Seal(trunk uuid.UUID, password string) (Sealed, error) {
	if password == "" {
		return Sealed{}, nil
	}
	a := k.aeads[k.current]
	nonce := make([]byte, a.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return Sealed{}, fmt.Errorf("seal password: %w", err)
	}
	return Sealed{KeyID: k.current, Box: a.Seal(nonce, nonce, []byte(password), bound(trunk, k.current))}, nil
}

// Open decrypts a trunk's password.
func (k *Keys) Open(trunk uuid.UUID, s Sealed) (string, error) {
	if len(s.Box) == 0 {
		return "", nil
	}
	a := k.aeads[s.KeyID]
	if a == nil {
		return "", fmt.Errorf("%w: key %s", ErrNoKey, s.KeyID)
	}
	if len(s.Box) < a.NonceSize() {
		return "", errors.New("open password: it is cut off")
	}
	plain, err := a.Open(nil, s.Box[:a.NonceSize()], s.Box[a.NonceSize():], bound(trunk, s.KeyID))
	if err != nil {
		return "", fmt.Errorf("open password: %w", err)
	}
	return string(plain), nil
}

// Current reports whether a password is sealed with the key that seals now.
func (k *Keys) Current(s Sealed) bool { return s.KeyID == k.current }

func bound(trunk uuid.UUID, key string) []byte { return append(trunk[:], key...) }
