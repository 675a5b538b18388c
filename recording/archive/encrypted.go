package archive

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"

	"huifang/recording/vault"
)

// Open gives a recording for reading and seeking, by ranged requests: of an
// encrypted object only the packages that are read are fetched, and decrypted.
func (c *Client) Open(ctx context.Context, o Object) (io.ReadSeekCloser, error) {
	r, err := c.s3.GetObject(ctx, o.Bucket, o.Key, minio.GetObjectOptions{VersionID: o.VersionID})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", o.Key, err)
	}
	if o.KeyID == "" && contentType(o.Key) == encryptedType {
		return nil, errors.Join(fmt.Errorf("open %s: it is encrypted and no key was named", o.Key), r.Close())
	}
	if o.KeyID == "" {
		return r, nil
	}
	p, err := c.decrypt(&ahead{src: r}, o)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return &decrypted{io.NewSectionReader(p, 0, p.Size()), r}, nil
}

// HasKey says whether objects with a key can be opened.
func (c *Client) HasKey(keyID string) bool { return c.vault != nil && c.vault.Has(keyID) }

func (c *Client) decrypt(src io.ReaderAt, o Object) (*vault.Plain, error) {
	if c.vault == nil {
		return nil, fmt.Errorf("open %s: %w", o.Key, ErrNoKeys)
	}
	p, err := c.vault.Open(src, o.Bytes, o.RecordingID)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", o.Key, err)
	}
	return p, nil
}

type decrypted struct {
	*io.SectionReader
	io.Closer
}

// ahead reads a source in windows that grow while it is read on in order, so
// that a seek costs little and reading it whole needs few requests.
type ahead struct {
	src io.ReaderAt

	mu      sync.Mutex
	windows [2]window // the latest first: the end of the object is read between the beginning and the rest
	size    int
}

type window struct {
	off int64
	b   []byte
}

const (
	firstWindow = 128 << 10
	lastWindow  = 4 << 20
)

func (a *ahead) ReadAt(p []byte, off int64) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for n < len(p) {
		w, err := a.window(off+int64(n), len(p)-n)
		n += copy(p[n:], w)
		if n < len(p) && err != nil {
			return n, err
		}
	}
	return n, nil
}

// window gives what is known from a place on; less than want only with an error.
func (a *ahead) window(off int64, want int) ([]byte, error) {
	for i, w := range a.windows {
		if off >= w.off && off < w.off+int64(len(w.b)) {
			a.windows[0], a.windows[i] = a.windows[i], a.windows[0]
			return w.b[off-w.off:], nil
		}
	}
	if last := a.windows[0]; len(last.b) > 0 && off == last.off+int64(len(last.b)) {
		a.size = min(2*a.size, lastWindow)
	} else {
		a.size = firstWindow
	}
	b := make([]byte, max(a.size, want))
	n, err := a.src.ReadAt(b, off)
	if n > 0 {
		a.windows[1], a.windows[0] = a.windows[0], window{off, b[:n]}
	}
	if n < want && err == nil {
		err = io.ErrUnexpectedEOF
	}
	return b[:n], err
}

// compare reads an encrypted object back: its bytes must be those that were
// stored, and the recording in it the one that was sealed.
func (c *Client) compare(ctx context.Context, o Object, sum [32]byte, size int64) error {
	got, err := c.readBack(ctx, o, sum, size)
	if err == nil && (got.SHA256 != o.SHA256 || got.KeyID != o.KeyID) {
		err = fmt.Errorf("%s has another SHA-256 or key: %w", o.Key, ErrDiffers)
	}
	return err
}

// readBack reads an encrypted object once and says what it is, when the
// recording in it is the one that was sealed; else ErrDiffers.
func (c *Client) readBack(ctx context.Context, o Object, sum [32]byte, size int64) (Object, error) {
	if c.vault == nil {
		return o, fmt.Errorf("read %s: %w", o.Key, ErrNoKeys)
	}
	r, err := c.s3.GetObject(ctx, c.bucket, o.Key, minio.GetObjectOptions{VersionID: o.VersionID})
	if err != nil {
		return o, fmt.Errorf("read %s: %w", o.Key, err)
	}
	defer r.Close()
	o.KeyID, o.SHA256, o.Bytes, err = inspect(c.vault, r, o.RecordingID, sum, size)
	if err != nil {
		return o, fmt.Errorf("read %s: %w", o.Key, err)
	}
	return o, nil
}

// inspect decrypts an encrypted recording in one pass and compares it with what
// was sealed. It gives the key, and hash and length of what it read.
func inspect(v *vault.Vault, r io.Reader, id uuid.UUID, sum [32]byte, size int64) (keyID string, object [32]byte, length int64, err error) {
	outer, inner := sha256.New(), sha256.New()
	counted := &counter{r: io.TeeReader(r, outer)}
	plain, h, err := v.Stream(counted, id)
	n := int64(0)
	if err == nil {
		n, err = io.Copy(inner, plain)
	}
	switch {
	case errors.Is(err, vault.ErrAltered) || errors.Is(err, vault.ErrOther):
		return "", object, 0, errors.Join(err, ErrDiffers)
	case err != nil:
		return "", object, 0, err
	case n != size || [32]byte(inner.Sum(nil)) != sum:
		return "", object, 0, fmt.Errorf("it holds another recording than was sealed: %w", ErrDiffers)
	}
	return h.KeyID, [32]byte(outer.Sum(nil)), counted.n, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
