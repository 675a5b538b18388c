// Package vault encrypts recordings before they leave for the storage, and
// opens them again, from any place in them.
//
// An object is an age file (age-encryption.org/v1: packages of 64 KiB, each
// under ChaCha20-Poly1305 with its number and whether it is the last) with one
// recipient stanza of our own, in which a key of the key ring wraps the file's
// key and which names key and recording. The bytes are described in
// docs/protocols/recording-object.md, so that somebody else can write a
// decrypter. Decision 14 says why it is this format.
//
// Whatever is altered is found: in the header when it is opened, in a package
// when it is read; what was cut off at the end when it is opened. An object of
// another recording is refused even when its key is there. The package starts
// no goroutine.
package vault

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/google/uuid"

	"huifang/internal/keyring"
)

// Errors that callers branch on.
var (
	// ErrNoKey: the object's key is not in the key file.
	ErrNoKey = errors.New("the key of this recording is not in the key file")
	// ErrAltered: the object is not what was encrypted, or no recording of ours.
	ErrAltered = errors.New("the encrypted recording is damaged or was altered")
	// ErrOther: the object belongs to another recording.
	ErrOther = errors.New("the object belongs to another recording")
)

// Vault encrypts and decrypts with a key ring. It may be used by many goroutines.
type Vault struct{ ring *keyring.Ring }

// New makes a vault.
func New(ring *keyring.Ring) *Vault { return &Vault{ring: ring} }

// Current is the id of the key that encrypts.
func (v *Vault) Current() string { return v.ring.Current() }

// Has says whether the key of an id is there.
func (v *Vault) Has(keyID string) bool {
	_, ok := v.ring.Key(keyID)
	return ok
}

// Seal encrypts a recording, each time with a file key of its own: the same
// recording gives other bytes the next time.
func (v *Vault) Seal(dst io.Writer, src io.Reader, recording uuid.UUID) (keyID string, err error) {
	keyID = v.ring.Current()
	w, err := age.Encrypt(dst, &recipient{ring: v.ring, Header: Header{KeyID: keyID, Recording: recording}})
	if err != nil {
		return "", fmt.Errorf("encrypt recording: %w", err)
	}
	if _, err := io.Copy(w, src); err != nil {
		return "", fmt.Errorf("encrypt recording: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("encrypt recording: %w", err)
	}
	return keyID, nil
}

// Plain is an opened recording. ReadAt may be called by many goroutines; it
// reads no more of the object than the packages that hold what is asked for,
// and gives nothing that was not authenticated.
type Plain struct {
	r      io.ReaderAt
	size   int64
	Header Header
}

// Open opens an object of size bytes, which must belong to the recording. It
// reads its beginning and its last package, so that its length is certain. An
// error of the source is given back as it is and says nothing of the object.
func (v *Vault) Open(src io.ReaderAt, size int64, recording uuid.UUID) (*Plain, error) {
	src = source{src}
	h, err := ReadHeader(io.NewSectionReader(src, 0, size))
	if err != nil {
		return nil, err
	}
	if h.Recording != recording {
		return nil, fmt.Errorf("%w: it says %s", ErrOther, h.Recording)
	}
	r, plain, err := age.DecryptReaderAt(src, size, &identity{ring: v.ring})
	if err != nil {
		return nil, judge(err)
	}
	return &Plain{r: r, size: plain, Header: h}, nil
}

// Stream opens an object that comes in order and reads it once. The recording
// is complete and unaltered when the reader ends with io.EOF, not before.
func (v *Vault) Stream(src io.Reader, recording uuid.UUID) (io.Reader, Header, error) {
	in := bufio.NewReaderSize(markedReader{src}, headerLimit)
	begin, err := in.Peek(headerLimit)
	if err != nil && err != io.EOF {
		return nil, Header{}, judge(err)
	}
	h, err := ReadHeader(bytes.NewReader(begin))
	if err != nil {
		return nil, Header{}, err
	}
	if h.Recording != recording {
		return nil, h, fmt.Errorf("%w: it says %s", ErrOther, h.Recording)
	}
	r, err := age.Decrypt(in, &identity{ring: v.ring})
	if err != nil {
		return nil, h, judge(err)
	}
	return judged{r}, h, nil
}

type judged struct{ r io.Reader }

func (j judged) Read(b []byte) (int, error) {
	n, err := j.r.Read(b)
	if err == io.EOF {
		return n, io.EOF
	}
	return n, judge(err)
}

// Size of the recording in bytes, without what encryption adds.
func (p *Plain) Size() int64 { return p.size }

// ReadAt implements io.ReaderAt. A damaged package is ErrAltered.
func (p *Plain) ReadAt(b []byte, off int64) (int, error) {
	if off >= p.size {
		return 0, io.EOF
	}
	n, err := p.r.ReadAt(b, off)
	if err == io.EOF { // not one of the source: those are wrapped
		return n, io.EOF
	}
	return n, judge(err)
}

// judge tells what the source failed with from what is wrong with the object.
func judge(err error) error {
	var failed *sourceError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failed):
		return failed.err
	case errors.Is(err, ErrNoKey):
		return err
	}
	return fmt.Errorf("%w: %w", ErrAltered, err)
}

// source marks the errors of a source. That it ends too early is none: the
// object was cut off then.
type source struct{ r io.ReaderAt }

func (s source) ReadAt(b []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(b, off)
	return n, mark(err)
}

type markedReader struct{ r io.Reader }

func (s markedReader) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	return n, mark(err)
}

func mark(err error) error {
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return &sourceError{err}
	}
	return err
}

type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }
