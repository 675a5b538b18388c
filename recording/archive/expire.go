package archive

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

// Now is the service's time, by the Date header of an answer (RFC 9110 6.6.1).
func (c *Client) Now(ctx context.Context) (time.Time, error) {
	scheme := "http"
	if c.s3.EndpointURL().Scheme != "" {
		scheme = c.s3.EndpointURL().Scheme
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, scheme+"://"+c.s3.EndpointURL().Host+"/", nil)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask the storage for the time: %w", err)
	}
	answer, err := c.transport.RoundTrip(r) // refused or not: it has a date
	if err != nil {
		return time.Time{}, fmt.Errorf("ask the storage for the time: %w", err)
	}
	_ = answer.Body.Close()
	t, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return time.Time{}, fmt.Errorf("ask the storage for the time: %w", err)
	}
	return t, nil
}

// ExtendLock puts the retention of an object further off; shortening is refused
// by the service (Rule T-02).
func (c *Client) ExtendLock(ctx context.Context, bucket, key, version string, until time.Time) error {
	return c.Extend(ctx, Object{Bucket: bucket, Key: key, VersionID: version}, until)
}

// SetHold puts the service's own legal hold on or off.
func (c *Client) SetHold(ctx context.Context, bucket, key, version string, on bool) error {
	status := minio.LegalHoldDisabled
	if on {
		status = minio.LegalHoldEnabled
	}
	if err := c.s3.PutObjectLegalHold(ctx, bucket, key, minio.PutObjectLegalHoldOptions{Status: &status, VersionID: version}); err != nil {
		return fmt.Errorf("set legal hold of %s: %w", key, err)
	}
	return nil
}

// Destroy deletes every version of an object, delete markers too. The service
// refuses those whose lock has not ended; an object that is gone is success.
func (c *Client) Destroy(ctx context.Context, bucket, key string) error {
	for o := range c.s3.ListObjects(ctx, bucket, minio.ListObjectsOptions{Prefix: key, WithVersions: true}) {
		if o.Err != nil {
			return fmt.Errorf("list versions of %s: %w", key, o.Err)
		}
		if o.Key != key {
			continue
		}
		if err := c.s3.RemoveObject(ctx, bucket, key, minio.RemoveObjectOptions{VersionID: o.VersionID}); err != nil {
			return fmt.Errorf("delete version %s of %s: %w", o.VersionID, key, err)
		}
	}
	return nil
}
