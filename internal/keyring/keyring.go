// Package keyring reads files of 32-byte keys. The first key of a file is the
// one that encrypts now; the others decrypt what was encrypted before a rotation.
//
// A file has a line for each key: an id, a space, and the key in base64. Empty
// lines and lines that begin with # count for nothing. It must be readable by
// its owner alone. `huifang key` makes one and puts new keys in front.
//
// A key is never used as it is: each purpose takes one of its own from it by
// HKDF, or is alone with its file. The package starts no goroutine.
package keyring

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// Bytes is the length of a key.
const Bytes = 32

// Ring is a key file that was read. It is not changed any more and may be used
// by many goroutines.
type Ring struct {
	ids  []string // newest first
	keys map[string][]byte
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

// NewLine makes a line of a key file, with a random key.
func NewLine(id string) (string, error) {
	key := make([]byte, Bytes)
	if _, err := rand.Read(key); err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	return id + " " + base64.StdEncoding.EncodeToString(key) + "\n", nil
}

// Read reads a key file whole; a fault names the line.
func Read(path string) (*Ring, error) {
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
	r := &Ring{keys: map[string][]byte{}}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if err := r.add(text); err != nil {
			return nil, fmt.Errorf("read key file %s, line %d: %w", path, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if len(r.ids) == 0 {
		return nil, fmt.Errorf("read key file %s: no key in it", path)
	}
	return r, nil
}

func (r *Ring) add(line string) error {
	id, text, _ := strings.Cut(line, " ")
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	switch {
	case !idForm.MatchString(id):
		return errors.New("a line is a key's id, a space, and the key in base64")
	case err != nil || len(key) != Bytes:
		return fmt.Errorf("key %s is not %d bytes in base64", id, Bytes)
	case r.keys[id] != nil:
		return fmt.Errorf("key %s is there twice", id)
	}
	r.ids, r.keys[id] = append(r.ids, id), key
	return nil
}

// Current is the id of the key that encrypts.
func (r *Ring) Current() string { return r.ids[0] }

// IDs are the names of all keys, newest first.
func (r *Ring) IDs() []string { return append([]string(nil), r.ids...) }

// Key gives the key of an id; ok is false when it is not in the file. The
// caller does not change it.
func (r *Ring) Key(id string) (key []byte, ok bool) {
	key, ok = r.keys[id]
	return key, ok
}
