// Package cut gives tests a wire between two real programs that can be cut and
// mended: a proxy of unix sockets.
package cut

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// Proxy stands before a service and can cut it off. Its socket takes the place
// of the service's. Safe for concurrent use.
type Proxy struct {
	Socket   string
	target   string
	listener net.Listener
	cut      atomic.Bool
	answered atomic.Int64
	wait     sync.WaitGroup
	flows    sync.WaitGroup // of wait those that carry something
	mu       sync.Mutex
	open     map[net.Conn]struct{}
}

// New makes a proxy to a unix socket, with a socket of a name in a directory of
// its own. It goes with the test.
func New(t testing.TB, name, target string) *Proxy {
	t.Helper()
	dir, err := os.MkdirTemp("", "hfcut")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Socket: filepath.Join(dir, name), target: target, open: map[net.Conn]struct{}{}}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
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
		for i, pair := range [][2]net.Conn{{in, out}, {out, in}} {
			p.flows.Add(1)
			p.wait.Go(func() {
				defer p.flows.Done()
				n, _ := io.Copy(pair[0], pair[1])
				if i == 0 {
					p.answered.Add(n)
				}
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

// Wait waits until the connections that were cut have ended.
func (p *Proxy) Wait() { p.flows.Wait() }

// Answered is how many bytes the service sent over connections that have ended.
func (p *Proxy) Answered() int64 { return p.answered.Load() }
