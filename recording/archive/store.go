package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"huifang/recording/vault"
)

// inMemory is the largest recording that is encrypted in memory: 17 minutes.
// Longer ones go through a file beside the sealed one, one at a time.
const inMemory = 16 << 20

// store brings a recording into the service, once: what an earlier try stored
// without our hearing of it is recognised.
func (u *Uploader) store(ctx context.Context, item Item, until time.Time) (Object, error) {
	c := u.cfg.Client
	if item.Tries > 1 {
		if o, err := c.find(ctx, item); !errors.Is(err, ErrNotFound) {
			return o, err
		}
	}
	path, err := u.cfg.Local.WAV(item.RecordingID)
	if err != nil {
		return Object{}, err
	}
	if !u.cfg.Encrypt {
		return c.Put(ctx, Key(item.RecordingID, item.OpenedAt), path, item.SHA256, until)
	}
	e, err := c.encrypt(item, path)
	if err != nil {
		return Object{}, err
	}
	defer e.clean()
	key := EncryptedKey(item.RecordingID, item.OpenedAt)
	o, err := c.put(ctx, key, e.body, e.bytes, e.sha256, until)
	if errors.Is(err, errTaken) {
		return c.find(ctx, item)
	}
	o.RecordingID, o.KeyID = item.RecordingID, e.keyID
	return o, err
}

// find looks for the object of a recording under both of its keys. One whose
// recording is not what was sealed is ErrDiffers; none is ErrNotFound.
func (c *Client) find(ctx context.Context, item Item) (Object, error) {
	o, _, err := c.look(ctx, EncryptedKey(item.RecordingID, item.OpenedAt), "")
	if errors.Is(err, ErrNotFound) {
		return c.Stat(ctx, Key(item.RecordingID, item.OpenedAt), "", item.SHA256, item.Bytes)
	}
	if err != nil {
		return o, err
	}
	o.RecordingID = item.RecordingID
	return c.readBack(ctx, o, item.SHA256, item.Bytes)
}

// encrypted is a recording as it is to be stored, ready to be sent.
type encrypted struct {
	body   io.ReadSeeker
	keyID  string
	sha256 [32]byte
	bytes  int64
	clean  func()
}

// encrypt makes the encrypted form of a sealed recording and opens it again
// before it is given away: what cannot be read back is not sent, and neither is
// a file that is not what was sealed (ErrDiffers). The caller calls clean.
func (c *Client) encrypt(item Item, path string) (e *encrypted, err error) {
	if c.vault == nil {
		return nil, ErrNoKeys
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	clean := func() {}
	defer func() {
		if err != nil {
			clean()
		}
	}()
	e = &encrypted{}
	if item.Bytes > inMemory {
		name := path + ".age"
		f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("encrypt recording: %w", err)
		}
		clean = func() { _, _ = f.Close(), os.Remove(name) }
		if _, err := c.vault.Seal(f, in, item.RecordingID); err != nil {
			return nil, err
		}
		e.body = f
	} else {
		var b bytes.Buffer
		if _, err := c.vault.Seal(&b, in, item.RecordingID); err != nil {
			return nil, err
		}
		e.body = bytes.NewReader(b.Bytes())
	}
	if _, err := e.body.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("encrypt recording: %w", err)
	}
	e.keyID, e.sha256, e.bytes, err = inspect(c.vault, e.body, item.RecordingID, item.SHA256, item.Bytes)
	if errors.Is(err, vault.ErrAltered) {
		return nil, fmt.Errorf("encrypted recording does not open, it is made again: %v", err) // our disk, not the recording
	}
	if err != nil {
		return nil, err
	}
	e.clean = clean
	_, err = e.body.Seek(0, io.SeekStart)
	return e, err
}
