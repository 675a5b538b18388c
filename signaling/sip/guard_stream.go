package sip

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// errRefusedStream makes the library close one connection.
var errRefusedStream = errors.New("stream refused")

// framer cuts a stream into messages (RFC 3261 18.3). It holds what has come
// of one message, never more than maxMessage and one read.
type framer struct {
	buf   []byte
	since time.Time // of the first byte in buf
	total uint64    // length of the message in buf, once its head is there
	lost  bool      // what follows cannot be told apart: the connection ends
}

// next is the first whole message in the buffer; nil when more must come. A
// verdict that does not pass means that the next message cannot be found.
func (f *framer) next() ([]byte, verdict) {
	for f.total == 0 && len(f.buf) >= 2 && f.buf[0] == '\r' && f.buf[1] == '\n' {
		f.buf = f.buf[2:]
	}
	if f.total > 0 || len(f.buf) == 0 {
		return f.cut(), verdict{}
	}
	head, _, ok := splitHead(f.buf)
	if len(head) > maxHead {
		return nil, verdict{refusedSize, 513}
	}
	if !ok {
		return nil, verdict{}
	}
	_, lines, _ := bytes.Cut(head, []byte("\r\n"))
	length, found, valid := uint64(0), 0, true
	eachHeader(lines, func(name, value []byte) bool {
		if fieldOf(name) == fieldContentLength {
			n, ok := number(value, 1<<31-1)
			length, found, valid = n, found+1, valid && ok
		}
		return true
	})
	total := uint64(len(head)) + 4 + length
	if found != 1 || !valid {
		return nil, verdict{refusedLength, 400}
	}
	if total > maxMessage {
		return nil, verdict{refusedSize, 513}
	}
	f.total = total
	return f.cut(), verdict{}
}

// cut takes the message off the buffer when all of it is there.
func (f *framer) cut() []byte {
	if f.total == 0 || f.total > uint64(len(f.buf)) {
		return nil
	}
	msg := f.buf[:f.total]
	f.buf, f.total = f.buf[f.total:], 0
	return msg
}

// filter sees what the library has read from a connection and gives back the
// whole messages that it may parse. UDP was judged at the socket. An error ends
// the connection.
func (u *UserAgent) filter(p sipmsg.TransportReadProps, data []byte) ([]byte, error) {
	_, datagram := p.RemoteAddr.(*net.UDPAddr)
	switch {
	case !u.expected(p.RemoteAddr) && datagram:
		u.metrics.dropped.Inc()
		return nil, nil // an error would close the socket
	case !u.expected(p.RemoteAddr): // the trunk has moved away
		u.metrics.dropped.Inc()
		return nil, errRefusedStream
	case datagram:
		return data, nil
	}
	return u.guard.stream(p, data)
}

func (g *guard) stream(p sipmsg.TransportReadProps, data []byte) ([]byte, error) {
	remote := addrPort(p.RemoteAddr)
	key := streamKey{addrPort(p.LocalAddr), remote}
	f := g.conns.framer(key, g.now())
	if f.lost {
		return nil, errRefusedStream
	}
	if len(f.buf) == 0 {
		if len(bytes.Trim(data, "\r\n")) == 0 {
			g.conns.settle(key, f, true)
			return data[:min(len(data), 4)], nil // the library answers a ping, RFC 5626 3.5.1
		}
		f.since = g.now()
	}
	f.buf = append(f.buf, data...)
	var out []byte
	whole := false
	for {
		msg, v := f.next()
		if !v.passes() {
			g.ua.metrics.refused.WithLabelValues(string(v.refusal)).Inc()
			g.answer(p, v.reply(f.buf))
			f.buf, f.lost, f.since = nil, true, g.now()
			break
		}
		if msg == nil {
			break
		}
		f.since, whole = g.now(), true
		if v := g.admit(msg, remote.Addr(), false); !v.passes() {
			if v.refusal == refusedRate {
				v.code = 503 // it will not come again by itself as over UDP
			}
			g.answer(p, v.reply(msg))
			continue
		}
		out = append(out, msg...)
	}
	if whole {
		f.buf = bytes.Clone(f.buf) // lets go of what was read before
	}
	g.conns.settle(key, f, whole)
	if f.lost && len(out) == 0 {
		return nil, errRefusedStream
	}
	return out, nil
}

// answer writes to the connection that a request came by.
func (g *guard) answer(p sipmsg.TransportReadProps, text []byte) {
	if text == nil {
		return
	}
	c, err := g.ua.stack.TransportLayer().GetConnection(p.Transport, p.RemoteAddr.String())
	if err != nil {
		return
	}
	defer c.TryClose()
	if w, ok := c.(io.Writer); ok {
		_, _ = w.Write(text)
	}
}

func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		ap := t.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

// connections are the accepted ones, by where they come from, and the
// unfinished messages of those that we opened ourselves.
type connections struct {
	mu       sync.Mutex
	accepted map[netip.AddrPort]*guardedConn
	dialled  map[streamKey]*framer
}

type streamKey struct{ local, remote netip.AddrPort }

// framer is the connection's, or a new one.
func (c *connections) framer(key streamKey, now time.Time) *framer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.accepted[key.remote]; a != nil {
		return &a.framer
	}
	if f := c.dialled[key]; f != nil {
		return f
	}
	return &framer{since: now}
}

// settle keeps what is unfinished. whole tells that something complete has come.
func (c *connections) settle(key streamKey, f *framer, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.accepted[key.remote]; a != nil {
		a.wait(f, whole)
		return
	}
	delete(c.dialled, key)
	if len(f.buf) == 0 && !f.lost {
		return
	}
	if c.dialled == nil {
		c.dialled = map[streamKey]*framer{}
	}
	for k := range c.dialled { // broken off in the middle: there is one connection per trunk
		if len(c.dialled) < maxConnections {
			break
		}
		delete(c.dialled, k)
	}
	c.dialled[key] = f
}

// accept counts a connection, or reports that there are enough.
func (c *connections) accept(conn *guardedConn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	same := 0
	for a := range c.accepted {
		if a.Addr() == conn.remote.Addr() {
			same++
		}
	}
	if same >= perSource || len(c.accepted) >= maxConnections {
		return false
	}
	if c.accepted == nil {
		c.accepted = map[netip.AddrPort]*guardedConn{}
	}
	c.accepted[conn.remote] = conn
	return true
}

func (c *connections) forget(conn *guardedConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.accepted[conn.remote] == conn {
		delete(c.accepted, conn.remote)
	}
}

// guardedConn is an accepted connection: whoever says nothing, or does not
// finish what he began to say, is hung up on; so is who does not read.
type guardedConn struct {
	net.Conn
	guard  *guard
	remote netip.AddrPort
	framer framer

	mu    sync.Mutex
	until time.Time // what is awaited must have come by then; zero: nothing is
	lost  bool

	writing sync.Mutex
}

func (c *guardedConn) wait(f *framer, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case f.lost:
		c.until, c.lost = f.since.Add(successionTime), true // what came before gets its answer
	case len(f.buf) > 0:
		c.until = f.since.Add(c.guard.ua.cfg.limits.message)
	case whole:
		c.until = time.Time{}
	}
}

func (c *guardedConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	until, lost := c.until, c.lost
	c.mu.Unlock()
	slow := !until.IsZero()
	if !slow {
		until = time.Now().Add(idleTime)
	}
	if err := c.SetReadDeadline(until); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(b)
	if slow && errors.Is(err, os.ErrDeadlineExceeded) {
		if !lost {
			c.tooSlow()
		}
		return n, io.EOF
	}
	return n, err
}

// Write gives each write its own time: a deadline that the next one moves would
// let a far side that does not read hold them all.
func (c *guardedConn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.SetWriteDeadline(time.Now().Add(c.guard.ua.cfg.limits.message)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.tooSlow()
		_ = c.Close() // half a message is on the wire
	}
	return n, err
}

// tooSlow counts, and has the close that follows drop what was not sent: the
// system would try for minutes.
func (c *guardedConn) tooSlow() {
	c.guard.ua.metrics.refused.WithLabelValues(string(refusedSlow)).Inc()
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

func (c *guardedConn) Close() error {
	c.guard.conns.forget(c)
	return c.Conn.Close()
}

// filteredListener hangs up on connections that come from no trunk, and on
// those that are too many.
type filteredListener struct {
	net.Listener
	ua *UserAgent
}

func (l filteredListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if !l.ua.expected(c.RemoteAddr()) {
			l.ua.metrics.dropped.Inc()
			c.Close()
			continue
		}
		g := l.ua.guard
		conn := &guardedConn{Conn: c, guard: g, remote: addrPort(c.RemoteAddr()), until: time.Now().Add(l.ua.cfg.limits.message)}
		if !g.conns.accept(conn) {
			l.ua.metrics.refused.WithLabelValues(string(refusedConnections)).Inc()
			c.Close()
			continue
		}
		return conn, nil
	}
}
