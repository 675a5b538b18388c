// Package s3 gives tests buckets of a real S3 service with object lock: one
// embedded gateway per test binary, a bucket per test, and a proxy in front
// that can take the service away.
package s3

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"huifang/internal/embedded/s3gw"
	"huifang/internal/testkit/cut"
	"huifang/recording/archive"
)

// Kit holds the gateway of a test binary; only one can run in a process.
type Kit struct {
	gateway *s3gw.Gateway
	dir     string
	n       atomic.Int64
}

// Start runs a gateway over a directory that goes with Stop.
func Start() (*Kit, error) {
	dir, err := os.MkdirTemp("", "hfs3test")
	if err != nil {
		return nil, err
	}
	g, err := s3gw.Start(context.Background(), dir)
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return &Kit{gateway: g, dir: dir}, nil
}

// Stop ends the gateway.
func (k *Kit) Stop() {
	k.gateway.Stop()
	_ = os.RemoveAll(k.dir)
}

// Main runs a package's tests with a kit: the body of a TestMain.
func Main(m *testing.M, kit **Kit) {
	k, err := Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, "start the object store for the tests:", err)
		os.Exit(1)
	}
	*kit = k
	code := m.Run()
	k.Stop()
	os.Exit(code)
}

// Config names a bucket of its own for the test; it is not made yet.
func (k *Kit) Config() archive.Config {
	return archive.Config{
		Endpoint: s3gw.Endpoint, Socket: k.gateway.Socket, Region: "us-east-1", AccessKey: k.gateway.AccessKey,
		SecretKey: k.gateway.SecretKey, Bucket: fmt.Sprintf("test-%d", k.n.Add(1)),
	}
}

// File is where the service keeps an object on its disk, for tests that do
// what nobody can do over S3.
func (k *Kit) File(bucket, key string) string {
	return filepath.Join(k.dir, "data", bucket, filepath.FromSlash(key))
}

// Client gives a client of a fresh bucket with object lock.
func (k *Kit) Client(t testing.TB) *archive.Client {
	t.Helper()
	return Connect(t, k.Config())
}

// Connect makes a client and its bucket.
func Connect(t testing.TB, cfg archive.Config) *archive.Client {
	t.Helper()
	c, err := archive.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := c.EnsureBucket(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// Proxy makes a proxy that goes with the test. Its socket takes the place of the
// gateway's in an archive.Config.
func (k *Kit) Proxy(t testing.TB) *cut.Proxy {
	t.Helper()
	return cut.New(t, "s3", k.gateway.Socket)
}

// Stored lists the files that the service keeps of a bucket: the newest
// version of each key, and the older versions.
func (k *Kit) Stored(t testing.TB, bucket string) (newest, older []string) {
	t.Helper()
	list := func(dir string) (files []string) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				name, _ := filepath.Rel(dir, path) // it lies below dir
				files = append(files, name)
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return files
	}
	return list(filepath.Join(k.dir, "data", bucket)), list(filepath.Join(k.dir, "versions", bucket))
}
