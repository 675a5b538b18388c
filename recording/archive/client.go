package archive

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"huifang/recording/vault"
)

// Config says where the S3 service is.
type Config struct {
	Endpoint  string // host:port
	TLS       bool
	CAFile    string // PEM, for a private authority
	Region    string
	Bucket    string
	AccessKey string
	SecretKey string
	Socket    string // unix socket of an embedded service
	// Vault opens what is encrypted; nil: only objects that are not can be read.
	Vault *vault.Vault
}

// Errors that callers branch on.
var (
	// ErrNoLock: the bucket exists without object lock; it cannot be used (Rule T-02).
	ErrNoLock = errors.New("bucket has no object lock, which can only be switched on when it is made: name another bucket")
	// ErrDiffers: the stored object is not what was sealed.
	ErrDiffers = errors.New("stored object differs from the sealed recording")
	// ErrNotFound: no such object or version.
	ErrNotFound = errors.New("no such object")
	// ErrNoKeys: the object is encrypted and no key file is configured.
	ErrNoKeys = errors.New("the recording is encrypted and there is no key file (storage.key_file)")
)

// Client speaks to one bucket. Safe for concurrent use.
type Client struct {
	s3        *minio.Client
	transport *http.Transport
	vault     *vault.Vault
	bucket    string
	region    string
}

// New makes a client; it does not speak to the service yet.
func New(cfg Config) (*Client, error) {
	tr, err := minio.DefaultTransport(cfg.TLS)
	if err != nil {
		return nil, fmt.Errorf("make S3 transport: %w", err)
	}
	if cfg.Socket != "" {
		tr.DialContext = DialSocket(cfg.Socket)
	}
	tr.ResponseHeaderTimeout = 60 * time.Second
	if cfg.CAFile != "" {
		pem, err := os.ReadFile(cfg.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the S3 service's authority: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read the S3 service's authority: no certificate in %s", cfg.CAFile)
		}
		tr.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	c, err := minio.New(cfg.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Secure: cfg.TLS, Region: cfg.Region,
		Transport: tr, BucketLookup: minio.BucketLookupPath, TrailingHeaders: true, MaxRetries: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("make S3 client: %w", err)
	}
	return &Client{s3: c, transport: tr, vault: cfg.Vault, bucket: cfg.Bucket, region: cfg.Region}, nil
}

// DialSocket dials a unix socket whatever the address, for http.Transport.
func DialSocket(path string) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
}

// Close drops idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// EnsureBucket makes the bucket with object lock, or checks that an existing
// one has it (Rule T-02).
func (c *Client) EnsureBucket(ctx context.Context) error {
	exists, err := c.s3.BucketExists(ctx, c.bucket)
	if err != nil {
		return fmt.Errorf("ask for bucket %s: %w", c.bucket, err)
	}
	if !exists {
		err := c.s3.MakeBucket(ctx, c.bucket, minio.MakeBucketOptions{Region: c.region, ObjectLocking: true})
		if err != nil {
			return fmt.Errorf("make bucket %s: %w", c.bucket, err)
		}
	}
	lock, _, _, _, err := c.s3.GetObjectLockConfig(ctx, c.bucket)
	if code := minio.ToErrorResponse(err).Code; code == "ObjectLockConfigurationNotFoundError" || err == nil && lock != "Enabled" {
		return fmt.Errorf("bucket %s: %w", c.bucket, ErrNoLock)
	}
	if err != nil {
		return fmt.Errorf("ask for the lock of bucket %s: %w", c.bucket, err)
	}
	return nil
}

// Key is where a recording is stored as it was sealed: it holds a date and the
// unguessable id, and no number or name (Rule S-01).
func Key(id uuid.UUID, opened time.Time) string {
	return "rec/" + opened.UTC().Format("2006/01/02") + "/" + id.String() + ".wav"
}

// EncryptedKey is where it is stored when it is encrypted.
func EncryptedKey(id uuid.UUID, opened time.Time) string { return Key(id, opened) + ".age" }

// Put stores a file under a key, once, locked until the date. A key that is
// taken by the same content is success (the answer to an earlier try was
// lost); other content is ErrDiffers.
func (c *Client) Put(ctx context.Context, key, path string, sum [32]byte, until time.Time) (Object, error) {
	f, err := os.Open(path)
	if err != nil {
		return Object{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Object{}, err
	}
	o, err := c.put(ctx, key, f, info.Size(), sum, until)
	if errors.Is(err, errTaken) {
		return c.Stat(ctx, key, "", sum, info.Size())
	}
	return o, err
}

// errTaken: there is an object under the key.
var errTaken = errors.New("the key is taken")

func (c *Client) put(ctx context.Context, key string, r io.Reader, size int64, sum [32]byte, until time.Time) (Object, error) {
	opts := minio.PutObjectOptions{
		DisableMultipart: true, ContentType: contentType(key), Mode: minio.Compliance, RetainUntilDate: until.UTC(),
		// A checksum header of our own: the service refuses other content.
		UserMetadata: map[string]string{"X-Amz-Checksum-Sha256": base64.StdEncoding.EncodeToString(sum[:])},
	}
	opts.SetMatchETagExcept("*") // If-None-Match: never a second object under the key
	up, err := c.s3.PutObject(ctx, c.bucket, key, r, size, opts)
	if minio.ToErrorResponse(err).StatusCode == http.StatusPreconditionFailed {
		return Object{}, fmt.Errorf("put %s: %w", key, errTaken)
	}
	if err != nil {
		return Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	return Object{Bucket: c.bucket, Key: key, VersionID: up.VersionID, LockMode: "COMPLIANCE", RetainUntil: until, SHA256: sum, Bytes: size}, nil
}

const encryptedType = "application/octet-stream"

func contentType(key string) string {
	if strings.HasSuffix(key, ".age") {
		return encryptedType
	}
	return "audio/wav"
}

// Stat asks the service what it has under a key and compares it with what was
// stored: size, checksum, lock. A service that keeps no checksum is read back.
func (c *Client) Stat(ctx context.Context, key, version string, sum [32]byte, size int64) (Object, error) {
	o, have, err := c.look(ctx, key, version)
	if err != nil {
		return o, err
	}
	if o.Bytes != size {
		return o, fmt.Errorf("%s has %d bytes, %d were stored: %w", key, o.Bytes, size, ErrDiffers)
	}
	if have == "" {
		if have, err = c.hash(ctx, key, o.VersionID); err != nil {
			return o, err
		}
	}
	if have != base64.StdEncoding.EncodeToString(sum[:]) {
		return o, fmt.Errorf("%s has another SHA-256: %w", key, ErrDiffers)
	}
	o.SHA256 = sum
	return o, nil
}

// look asks for an object's size, lock and checksum; the checksum is empty when
// the service keeps none.
func (c *Client) look(ctx context.Context, key, version string) (o Object, checksum string, err error) {
	info, err := c.s3.StatObject(ctx, c.bucket, key, minio.StatObjectOptions{Checksum: true, VersionID: version})
	if err != nil {
		if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
			return o, "", fmt.Errorf("ask for %s: %w", key, ErrNotFound)
		}
		return o, "", fmt.Errorf("ask for %s: %w", key, err)
	}
	o = Object{Bucket: c.bucket, Key: key, VersionID: info.VersionID, Bytes: info.Size, LockMode: info.Metadata.Get("X-Amz-Object-Lock-Mode")}
	if o.RetainUntil, err = time.Parse(time.RFC3339, info.Metadata.Get("X-Amz-Object-Lock-Retain-Until-Date")); err != nil {
		return o, "", fmt.Errorf("%s has no retention date: %w", key, ErrDiffers)
	}
	return o, info.ChecksumSHA256, nil
}

// hash reads a whole object back.
func (c *Client) hash(ctx context.Context, key, version string) (string, error) {
	r, err := c.s3.GetObject(ctx, c.bucket, key, minio.GetObjectOptions{VersionID: version})
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// Check reads a stored object back and compares it with what was sealed (sum
// and size) and, when it is encrypted, with what was stored as well.
func (c *Client) Check(ctx context.Context, o Object, sum [32]byte, size int64) (Object, error) {
	stored, bytes := sum, size
	if o.KeyID != "" {
		stored, bytes = o.SHA256, o.Bytes
	}
	now, err := c.Stat(ctx, o.Key, o.VersionID, stored, bytes)
	if err != nil {
		return now, err
	}
	if o.KeyID != "" {
		return now, c.compare(ctx, o, sum, size)
	}
	have, err := c.hash(ctx, o.Key, o.VersionID)
	if err == nil && have != base64.StdEncoding.EncodeToString(sum[:]) {
		err = fmt.Errorf("%s has another SHA-256: %w", o.Key, ErrDiffers)
	}
	return now, err
}

// Reachable asks the service for the bucket.
func (c *Client) Reachable(ctx context.Context) error {
	ok, err := c.s3.BucketExists(ctx, c.bucket)
	if err == nil && !ok {
		err = fmt.Errorf("bucket %s is gone", c.bucket)
	}
	return err
}

// Listed is an object as the service lists it.
type Listed struct {
	Key        string
	Bytes      int64
	ModifiedAt time.Time
}

// List gives the newest versions of the recordings that were opened on a day (UTC).
func (c *Client) List(ctx context.Context, day time.Time, each func(Listed)) error {
	prefix := "rec/" + day.UTC().Format("2006/01/02") + "/"
	for o := range c.s3.ListObjects(ctx, c.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return fmt.Errorf("list %s: %w", prefix, o.Err)
		}
		each(Listed{o.Key, o.Size, o.LastModified})
	}
	return nil
}
