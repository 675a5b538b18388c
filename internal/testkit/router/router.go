// Package router stands between an agent's browser and the server as the router
// of an office does, on loopback: TCP for page, API and softphone socket, UDP for
// sound. It can lose the network for a while, and come out of another address.
//
// The server sees the router's address and never the browser's. Its goroutines
// end with the test.
package router

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// Router is one way from a browser to the server.
type Router struct {
	// Page is where the browser finds the server's HTTP listener.
	Page string
	// Media is where the browser finds the server's UDP port, host:port.
	Media string
	// Control takes POST /cut, /mend and /move of a test in another process.
	Control string

	t         testing.TB
	http, udp string
	inside    *net.UDPConn
	stopped   chan struct{}
	running   sync.WaitGroup
	passed    atomic.Int64 // packets of sound, both ways
	dropped   atomic.Int64

	mu      sync.Mutex
	open    chan struct{} // closed while there is a network
	outside byte          // our address towards the server is 127.0.0.<outside>
	conns   map[*net.TCPConn]struct{}
	flows   map[string]*flow // by the browser's address
}

// flow is one UDP mapping of the router.
type flow struct {
	from *net.UDPAddr
	out  *net.UDPConn
}

// Start opens a way to a server's listeners, both host:port.
func Start(t testing.TB, http, udp string) *Router {
	t.Helper()
	r := &Router{t: t, http: http, udp: udp, stopped: make(chan struct{}), open: make(chan struct{}), outside: 1, conns: map[*net.TCPConn]struct{}{}, flows: map[string]*flow{}}
	close(r.open)
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: address(1)})
	if err == nil {
		r.inside, err = net.ListenUDP("udp4", &net.UDPAddr{IP: address(1)})
	}
	if err != nil {
		t.Fatal(err)
	}
	control := httptest.NewServer(r.controls())
	r.Page, r.Media, r.Control = "http://"+listener.Addr().String(), r.inside.LocalAddr().String(), control.URL
	r.running.Go(func() { r.accept(listener) })
	r.running.Go(r.sound)
	t.Cleanup(func() {
		control.Close()
		close(r.stopped)
		if err := errors.Join(listener.Close(), r.inside.Close()); err != nil {
			t.Error(err)
		}
		r.drop()
		r.running.Wait()
	})
	return r
}

// address is one of loopback's, all of which Linux has.
func address(last byte) net.IP { return net.IPv4(127, 0, 0, last) }

func (r *Router) controls() http.Handler {
	mux := http.NewServeMux()
	for path, do := range map[string]func(){"/cut": r.Cut, "/mend": r.Mend, "/move": r.Move} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, _ *http.Request) {
			do()
			w.WriteHeader(http.StatusNoContent)
		})
	}
	return mux
}

// Cut takes the network away: packets of sound are lost, and what is said over TCP
// waits, as it does for its retransmissions.
func (r *Router) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.open:
		r.open = make(chan struct{})
	default:
	}
}

// Mend gives the network back.
func (r *Router) Mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.open:
	default:
		close(r.open)
	}
}

// Move changes the address that the server sees: what comes to the old one is
// lost, and connections over TCP are reset, as when a new line has a new address.
func (r *Router) Move() {
	r.mu.Lock()
	r.outside++
	r.mu.Unlock()
	r.drop()
}

// Sound says how many packets have passed and how many were lost.
func (r *Router) Sound() (passed, dropped int64) { return r.passed.Load(), r.dropped.Load() }

// drop ends all that there is: the next packet makes a new mapping.
func (r *Router) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		// Failures are of connections that are closed already.
		_ = c.SetLinger(0)
		_ = c.Close()
	}
	for key, f := range r.flows {
		delete(r.flows, key)
		_ = f.out.Close()
	}
}

func (r *Router) network() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open
}

// up reports whether there is a network now.
func (r *Router) up() bool {
	select {
	case <-r.network():
		return true
	default:
		return false
	}
}

// wait blocks until there is a network; false when there will be none any more.
func (r *Router) wait() bool {
	select {
	case <-r.network():
		return true
	case <-r.stopped:
		return false
	}
}

func (r *Router) accept(listener *net.TCPListener) {
	for {
		c, err := listener.AcceptTCP()
		if err != nil {
			return
		}
		r.running.Go(func() { r.forward(c) })
	}
}

// keep notes a connection that ends with the router; at says from where it goes out.
func (r *Router) keep(c *net.TCPConn) (at byte, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.stopped:
		_ = c.Close()
		return 0, false
	default:
		r.conns[c] = struct{}{}
		return r.outside, true
	}
}

func (r *Router) forget(c *net.TCPConn) {
	r.mu.Lock()
	delete(r.conns, c)
	r.mu.Unlock()
	_ = c.Close() // twice is no harm
}

func (r *Router) forward(in *net.TCPConn) {
	at, ok := r.keep(in)
	if !ok {
		return
	}
	defer r.forget(in)
	if !r.wait() {
		return
	}
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: address(at)}}
	c, err := dialer.Dial("tcp4", r.http)
	if err != nil {
		return // the server is gone: so is the connection
	}
	out := c.(*net.TCPConn)
	if _, ok := r.keep(out); !ok {
		return
	}
	defer r.forget(out)
	var both sync.WaitGroup
	both.Go(func() { r.pump(out, in) })
	both.Go(func() { r.pump(in, out) })
	both.Wait()
}

// pump carries one direction; its end is passed on when the network is there.
func (r *Router) pump(to, from *net.TCPConn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !r.wait() {
			return
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				_ = from.CloseRead()
				return
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				_ = to.SetLinger(0)
				_ = to.Close()
				return
			}
			_ = to.CloseWrite()
			return
		}
	}
}

// sound carries what the browser sends.
func (r *Router) sound() {
	buffer := make([]byte, 2<<10)
	for {
		n, from, err := r.inside.ReadFromUDP(buffer)
		if err != nil {
			return
		}
		if !r.up() {
			r.dropped.Add(1)
			continue
		}
		f, err := r.flow(from)
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				r.t.Errorf("router: %v", err)
			}
			return
		}
		if _, err := f.out.Write(buffer[:n]); err != nil {
			r.dropped.Add(1) // nobody listens there: no matter of the router's
			continue
		}
		r.passed.Add(1)
	}
}

func (r *Router) flow(from *net.UDPAddr) (*flow, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.stopped:
		return nil, net.ErrClosed
	default:
	}
	if f := r.flows[from.String()]; f != nil {
		return f, nil
	}
	to, err := net.ResolveUDPAddr("udp4", r.udp)
	if err != nil {
		return nil, fmt.Errorf("find the server's port: %w", err)
	}
	out, err := net.DialUDP("udp4", &net.UDPAddr{IP: address(r.outside)}, to)
	if err != nil {
		return nil, fmt.Errorf("make a mapping: %w", err)
	}
	f := &flow{from: from, out: out}
	r.flows[from.String()] = f
	r.running.Go(func() { r.back(f) })
	return f, nil
}

// back carries what the server sends until the mapping ends.
func (r *Router) back(f *flow) {
	buffer := make([]byte, 2<<10)
	for {
		n, err := f.out.Read(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || !r.up() {
			r.dropped.Add(1)
			continue
		}
		if _, err := r.inside.WriteToUDP(buffer[:n], f.from); err != nil {
			return
		}
		r.passed.Add(1)
	}
}
