package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"
)

// WORM is what the probe found out about the service (Rule T-02).
type WORM string

// The results of the probe.
const (
	WORMUnknown     WORM = "unknown"      // not probed yet, or the service is away
	WORMEnforced    WORM = "enforced"     // a locked object could be neither deleted nor freed
	WORMNotEnforced WORM = "not_enforced" // the service took the lock and ignored it
	WORMUnsupported WORM = "unsupported"  // the service has no object lock
)

// probeLock is how long the canary is locked.
const probeLock = 2 * time.Minute

// Probe stores a canary, locked for two minutes, and tries to delete it and to
// shorten its retention. Only a service that refuses both enforces the lock.
// An error means that the service could not be asked.
func (c *Client) Probe(ctx context.Context, now time.Time) (WORM, error) {
	body := []byte("huifang WORM probe " + now.UTC().Format(time.RFC3339Nano))
	key := "probe/" + now.UTC().Format("20060102T150405") + "-" + uuid.NewString()
	o, err := c.put(ctx, key, bytes.NewReader(body), int64(len(body)), sha256.Sum256(body), now.Add(probeLock))
	if err != nil {
		if code := minio.ToErrorResponse(err).StatusCode; code == http.StatusNotImplemented || code == http.StatusBadRequest {
			return WORMUnsupported, nil
		}
		return WORMUnknown, err
	}
	if o.VersionID == "" {
		return WORMUnsupported, nil
	}
	err = c.s3.RemoveObject(ctx, c.bucket, key, minio.RemoveObjectOptions{VersionID: o.VersionID, GovernanceBypass: true})
	if held, err := refused(err); !held {
		return WORMNotEnforced, err
	}
	mode, sooner := minio.Compliance, now.Add(time.Second)
	err = c.s3.PutObjectRetention(ctx, c.bucket, key, minio.PutObjectRetentionOptions{
		Mode: &mode, RetainUntilDate: &sooner, VersionID: o.VersionID, GovernanceBypass: true,
	})
	if held, err := refused(err); !held {
		return WORMNotEnforced, err
	}
	return WORMEnforced, nil
}

// refused reports whether the service said no; another error than a no is given back.
func refused(err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	code := minio.ToErrorResponse(err).StatusCode
	if code == http.StatusForbidden || code == http.StatusBadRequest || code == http.StatusConflict {
		return true, nil
	}
	return false, fmt.Errorf("probe: %w", err)
}

// Extend puts the retention of an object further off; shortening is refused by
// the service (Rule T-02).
func (c *Client) Extend(ctx context.Context, o Object, until time.Time) error {
	mode := minio.Compliance
	err := c.s3.PutObjectRetention(ctx, c.bucket, o.Key, minio.PutObjectRetentionOptions{Mode: &mode, RetainUntilDate: &until, VersionID: o.VersionID})
	if err != nil {
		return fmt.Errorf("extend the retention of %s: %w", o.Key, err)
	}
	return nil
}
