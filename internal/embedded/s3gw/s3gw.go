// Package s3gw runs an S3 service with object lock inside the process: the
// embedded default of the demo and of the tests. It listens on a unix socket
// only. Production names an S3 endpoint instead.
//
// The gateway (versitygw) is not durable by itself: it never syncs. Every
// finished object is therefore synced to disk before its PUT is answered. It
// locks objects against everybody who speaks S3, the root account included,
// but not against root on this machine; that is said in the docs.
//
// One gateway per process (a limit of versitygw). It owns one goroutine, which
// ends with Stop.
package s3gw

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3response"
	"golang.org/x/sys/unix"
)

// Endpoint is the host name to use with the socket; it is never resolved.
const Endpoint = "embedded.s3.invalid"

// Gateway is a running service.
type Gateway struct {
	Socket    string
	AccessKey string
	SecretKey string

	cancel context.CancelFunc
	done   chan struct{}
	err    error
	disk   *os.File
	once   sync.Once
}

// durable syncs the disk before it answers.
type durable struct {
	*posix.Posix
	disk *os.File // kept: a bare descriptor would be closed by the collector
}

func (d durable) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	out, err := d.Posix.PutObject(ctx, in)
	if err == nil {
		err = unix.Syncfs(int(d.disk.Fd()))
	}
	return out, err
}

func (d durable) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	out, etag, err := d.Posix.CompleteMultipartUpload(ctx, in)
	if err == nil {
		err = unix.Syncfs(int(d.disk.Fd()))
	}
	return out, etag, err
}

const startLimit = 20 * time.Second

// Start runs the service over a directory, which it makes. The keys are made
// once and kept there, readable by the owner only.
func Start(ctx context.Context, dir string) (*Gateway, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	data, versions := filepath.Join(dir, "data"), filepath.Join(dir, "versions")
	for _, d := range []string{data, versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("make object store: %w", err)
		}
	}
	if err := (meta.XattrMeta{}).Test(data); err != nil {
		return nil, fmt.Errorf("object store needs a file system with extended attributes (ext4, xfs, btrfs, tmpfs) at %s: %w", dir, err)
	}
	g := &Gateway{done: make(chan struct{})}
	if g.AccessKey, g.SecretKey, err = keys(filepath.Join(dir, "keys.json")); err != nil {
		return nil, err
	}
	if g.Socket, err = socketPath(dir); err != nil {
		return nil, err
	}
	be, err := posix.New(data, meta.XattrMeta{}, posix.PosixOpts{VersioningDir: versions, NewDirPerm: 0o700})
	if err != nil {
		return nil, fmt.Errorf("open object store: %w", err)
	}
	if g.disk, err = os.Open(data); err != nil {
		return nil, fmt.Errorf("open object store: %w", err)
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	g.cancel = cancel
	ready := make(chan struct{})
	go func() {
		defer close(g.done)
		g.err = embedgw.RunVersityGW(run, durable{Posix: be, disk: g.disk}, &embedgw.Config{
			RootUserAccess: g.AccessKey, RootUserSecret: g.SecretKey, Region: "us-east-1",
			Ports: []string{g.Socket}, SocketPerm: "0600", MaxConnections: 1024, MaxRequests: 1024, MultipartMaxParts: 10000,
			Quiet: true, KeepAlive: true, DisableACLs: true,
			S3Options: []s3api.Option{s3api.WithOnListen(sync.OnceFunc(func() { close(ready) }))},
		})
	}()
	select {
	case <-ready:
		return g, nil
	case <-g.done:
		g.Stop()
		return nil, fmt.Errorf("start object store: %w", g.err)
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(startLimit):
		err = errors.New("it does not listen")
	}
	g.Stop()
	return nil, fmt.Errorf("start object store: %w", err)
}

// Stop ends the service and waits for it. Clients should have closed their
// idle connections before, or it takes up to ten seconds. It may be called twice.
func (g *Gateway) Stop() {
	g.once.Do(func() {
		g.cancel()
		<-g.done
		_ = g.disk.Close()
		_ = os.Remove(g.Socket)
	})
}

// socketPath is beside the data unless that is too long for a unix socket. A
// socket that a killed process left is removed; the caller holds the lock on
// the directory.
func socketPath(dir string) (string, error) {
	path := filepath.Join(dir, "s3.sock")
	if len(path) > 100 {
		tmp, err := os.MkdirTemp("", "hfs3")
		if err != nil {
			return "", fmt.Errorf("make socket directory: %w", err)
		}
		return filepath.Join(tmp, "s3.sock"), nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("remove old socket: %w", err)
	}
	return path, nil
}

func keys(path string) (access, secret string, err error) {
	var k struct{ Access, Secret string }
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &k)
		return k.Access, k.Secret, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("read keys of the object store: %w", err)
	}
	k.Access, k.Secret = "huifang", word()
	if b, err = json.Marshal(k); err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	return k.Access, k.Secret, err
}

func word() string {
	var b [24]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
