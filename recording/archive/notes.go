package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"

	"huifang/recording/evidence"
)

var _ evidence.Vault = (*Client)(nil)

// PutNote stores a small object once, locked until the date (Rule T-02); the
// same content again is success, other content under the key is ErrDiffers.
func (c *Client) PutNote(ctx context.Context, key string, body []byte, until time.Time) (evidence.CheckpointObject, error) {
	o, err := c.put(ctx, key, bytes.NewReader(body), int64(len(body)), sha256.Sum256(body), until)
	return evidence.CheckpointObject{Key: o.Key, VersionID: o.VersionID, RetainUntil: o.RetainUntil}, err
}

// Notes lists the keys below a prefix, in their order, each once; keys that are
// hidden by a delete marker too.
func (c *Client) Notes(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	for o := range c.s3.ListObjects(ctx, c.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true, WithVersions: true}) {
		if o.Err != nil {
			return nil, fmt.Errorf("list %s: %w", prefix, o.Err)
		}
		if !o.IsDeleteMarker && (len(keys) == 0 || keys[len(keys)-1] != o.Key) {
			keys = append(keys, o.Key)
		}
	}
	return keys, nil
}

// FirstVersion is the version of a key that was stored first: whatever was put
// over a locked one does not take its place. ErrNotFound when there is none.
func (c *Client) FirstVersion(ctx context.Context, key string) (string, error) {
	var first minio.ObjectInfo
	for o := range c.s3.ListObjects(ctx, c.bucket, minio.ListObjectsOptions{Prefix: key, WithVersions: true}) {
		if o.Err != nil {
			return "", fmt.Errorf("list versions of %s: %w", key, o.Err)
		}
		if o.Key == key && !o.IsDeleteMarker && (first.Key == "" || o.LastModified.Before(first.LastModified)) {
			first = o
		}
	}
	if first.Key == "" {
		return "", fmt.Errorf("look for %s: %w", key, ErrNotFound)
	}
	return first.VersionID, nil
}

// Note reads a small object, of several versions the first.
func (c *Client) Note(ctx context.Context, key string) ([]byte, error) {
	version, err := c.FirstVersion(ctx, key)
	if err != nil {
		return nil, err
	}
	r, err := c.s3.GetObject(ctx, c.bucket, key, minio.GetObjectOptions{VersionID: version})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return b, nil
}

// Lock asks for the lock of an object: its mode, and until when it holds.
// ErrNotFound when there is no such version.
func (c *Client) Lock(ctx context.Context, o Object) (mode string, until time.Time, err error) {
	info, err := c.s3.StatObject(ctx, c.bucket, o.Key, minio.StatObjectOptions{VersionID: o.VersionID})
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return "", time.Time{}, fmt.Errorf("ask for %s: %w", o.Key, ErrNotFound)
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("ask for %s: %w", o.Key, err)
	}
	until, err = time.Parse(time.RFC3339, info.Metadata.Get("X-Amz-Object-Lock-Retain-Until-Date"))
	if err != nil {
		return "", time.Time{}, nil // not locked
	}
	return info.Metadata.Get("X-Amz-Object-Lock-Mode"), until, nil
}
