package trunk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/keyring"
)

// ErrNoKey says that a password was sealed with a key that is not in the file.
var ErrNoKey = errors.New("the key of this password is not in the key file")

// Keys seal the trunks' passwords with AES-256-GCM. The first key of the file
// seals; the others only open what was sealed before a rotation. A password is
// bound to its trunk: it opens under no other.
type Keys struct {
	current string
	aeads   map[string]cipher.AEAD
}

// ReadKeys reads a key file (internal/keyring).
func ReadKeys(path string) (*Keys, error) {
	ring, err := keyring.Read(path)
	if err != nil {
		return nil, err
	}
	k := &Keys{current: ring.Current(), aeads: map[string]cipher.AEAD{}}
	for _, id := range ring.IDs() {
		key, _ := ring.Key(id)
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", id, err)
		}
		if k.aeads[id], err = cipher.NewGCM(block); err != nil {
			return nil, fmt.Errorf("key %s: %w", id, err)
		}
	}
	return k, nil
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
