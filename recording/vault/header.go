package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/google/uuid"

	"huifang/internal/keyring"
)

// The stanza of our own: type, key id, recording id, salt; its body is the
// wrapped file key.
const (
	stanzaType   = "huifang-recording-v1"
	saltBytes    = 16
	fileKeyBytes = 16 // of age
	purpose      = "huifang recording object v1"
	headerLimit  = 4096
)

// Header is what an object says of itself to everybody.
type Header struct {
	KeyID     string
	Recording uuid.UUID
}

// errSeen ends the reading of a header before any key is tried.
var errSeen = errors.New("header seen")

// peek takes the stanzas of a header and opens nothing.
type peek struct{ stanzas []*age.Stanza }

func (p *peek) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	p.stanzas = stanzas
	return nil, errSeen
}

// ReadHeader reads the beginning of an object without any key: it is what the
// object claims, and proven only when the object is opened.
func ReadHeader(r io.Reader) (Header, error) {
	var p peek
	raw, err := age.ExtractHeader(io.LimitReader(r, headerLimit))
	if err == nil {
		_, err = age.DecryptHeader(raw, &p)
	}
	if !errors.Is(err, errSeen) {
		return Header{}, judge(err)
	}
	h, _, _, err := parse(p.stanzas)
	return h, err
}

// parse takes the one stanza of an object apart.
func parse(stanzas []*age.Stanza) (h Header, salt, body []byte, err error) {
	bad := func(what string) (Header, []byte, []byte, error) {
		return Header{}, nil, nil, fmt.Errorf("%w: %s", ErrAltered, what)
	}
	if len(stanzas) != 1 || stanzas[0].Type != stanzaType || len(stanzas[0].Args) != 3 {
		return bad("it has not the one header of a recording")
	}
	s := stanzas[0]
	h.KeyID = s.Args[0]
	if h.Recording, err = uuid.Parse(s.Args[1]); err != nil || h.Recording.String() != s.Args[1] {
		return bad("its recording id is none")
	}
	salt, err = base64.RawStdEncoding.Strict().DecodeString(s.Args[2])
	if err != nil || len(salt) != saltBytes {
		return bad("its salt is none")
	}
	return h, salt, s.Body, nil
}

// wrapping makes the cipher that wraps the key of one file. Its key is used once,
// so that its nonce may be zero.
func wrapping(ring *keyring.Ring, keyID string, salt []byte) (cipher.AEAD, error) {
	key, ok := ring.Key(keyID)
	if !ok {
		return nil, fmt.Errorf("%w: key %s", ErrNoKey, keyID)
	}
	wrap, err := hkdf.Key(sha256.New, key, salt, purpose, keyring.Bytes)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(wrap)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

// bound is what the wrapped key belongs to.
func (h Header) bound() []byte { return []byte(h.KeyID + " " + h.Recording.String()) }

// recipient wraps a file key with a key of the ring.
type recipient struct {
	ring *keyring.Ring
	Header
}

func (r *recipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("make salt: %w", err)
	}
	a, err := wrapping(r.ring, r.KeyID, salt)
	if err != nil {
		return nil, err
	}
	return []*age.Stanza{{
		Type: stanzaType, Args: []string{r.KeyID, r.Recording.String(), base64.RawStdEncoding.EncodeToString(salt)},
		Body: a.Seal(nil, make([]byte, a.NonceSize()), fileKey, r.bound()),
	}}, nil
}

// identity unwraps the file key.
type identity struct{ ring *keyring.Ring }

func (i *identity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	h, salt, body, err := parse(stanzas)
	if err != nil {
		return nil, err
	}
	a, err := wrapping(i.ring, h.KeyID, salt)
	if err != nil {
		return nil, err
	}
	fileKey, err := a.Open(nil, make([]byte, a.NonceSize()), body, h.bound())
	if err != nil || len(fileKey) != fileKeyBytes {
		return nil, fmt.Errorf("the key %s does not open it", h.KeyID)
	}
	return fileKey, nil
}
