// Package s3 gives tests buckets of a real S3 service with object lock: one
// embedded gateway per test binary, a bucket per test, and a proxy in front
// that can take the service away.
package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"huifang/internal/embedded/s3gw"
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

// Proxy stands before the service and can cut it off. Its socket takes the
// place of the gateway's in an archive.Config.
type Proxy struct {
	Socket   string
	target   string
	listener net.Listener
	cut      atomic.Bool
	wait     sync.WaitGroup
	mu       sync.Mutex
	open     map[net.Conn]struct{}
}

// Proxy makes a proxy that goes with the test.
func (k *Kit) Proxy(t testing.TB) *Proxy {
	t.Helper()
	dir, err := os.MkdirTemp("", "hfp")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Socket: filepath.Join(dir, "s3"), target: k.gateway.Socket, open: map[net.Conn]struct{}{}}
	if p.listener, err = net.Listen("unix", p.Socket); err != nil {
		t.Fatal(err)
	}
	p.wait.Go(p.accept)
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.Cut()
		p.wait.Wait()
		_ = os.RemoveAll(dir)
	})
	return p
}

// Cut ends every connection and refuses new ones until Mend.
func (p *Proxy) Cut() {
	p.cut.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
	}
}

// Mend lets connections through again.
func (p *Proxy) Mend() { p.cut.Store(false) }

func (p *Proxy) accept() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("unix", p.target)
		if err != nil || p.cut.Load() || !p.hold(in, out) {
			_ = in.Close()
			if out != nil {
				_ = out.Close()
			}
			continue
		}
		for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
			p.wait.Go(func() {
				_, _ = io.Copy(pair[0], pair[1])
				_ = pair[0].Close()
				_ = pair[1].Close()
				p.mu.Lock()
				delete(p.open, pair[0])
				p.mu.Unlock()
			})
		}
	}
}

func (p *Proxy) hold(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut.Load() {
		return false
	}
	for _, c := range conns {
		p.open[c] = struct{}{}
	}
	return true
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
