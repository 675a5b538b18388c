package signaling

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// closeGrace is how long a page has to answer a close frame.
const closeGrace = time.Second

// conn is one socket. Its reader is the goroutine of run, its writer a second
// one; when a check of the sign-in is configured, a third asks now and then.
type conn struct {
	s     *session
	ws    *websocket.Conn
	user  User
	first [][]byte // hello and what was missed; set before run
	queue chan []byte

	once   sync.Once
	done   chan struct{} // closed when the socket shall end
	silent chan struct{} // closed when nothing will be read any more
	code   int
	reason string
	why    string // cause, for metrics and log
}

func newConn(s *session, ws *websocket.Conn, u User) *conn {
	return &conn{s: s, ws: ws, user: u, queue: make(chan []byte, s.hub.cfg.Queue), done: make(chan struct{}), silent: make(chan struct{})}
}

// enqueue gives a frame to the writer. A full queue means a page that reads
// too slowly: it is closed, and resumes from the ring.
func (c *conn) enqueue(frame []byte) {
	select {
	case c.queue <- frame:
	default:
		c.close(websocket.CloseTryAgainLater, "reads too slowly", "overflow")
	}
}

// close asks for the end of the socket; the first to ask gives the cause.
func (c *conn) close(code int, reason, why string) {
	c.once.Do(func() {
		c.code, c.reason, c.why = code, reason, why
		close(c.done)
	})
}

// ending reports whether the socket has been asked to end: it stands in
// nobody's way any more.
func (c *conn) ending() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// cause is valid once the socket has ended.
func (c *conn) cause() string { return c.why }

// run carries the socket until it ends; it returns when all its goroutines have.
func (c *conn) run(ctx context.Context) {
	var others sync.WaitGroup
	others.Go(c.write)
	if c.s.hub.cfg.SignedIn != nil {
		others.Go(func() { c.watchSignIn(ctx) })
	}
	c.read(ctx)
	others.Wait()
}

// read takes commands until the socket fails. Once the socket shall end it
// only waits for the page's good-bye.
func (c *conn) read(ctx context.Context) {
	defer close(c.silent)
	c.ws.SetReadLimit(maxFrame)
	pace := commandPace{left: commandBurst, at: time.Now()}
	alive := func() error { return c.ws.SetReadDeadline(time.Now().Add(c.s.hub.cfg.Timing.Deadline)) }
	c.ws.SetPongHandler(func(string) error { return alive() })
	for {
		if err := alive(); err != nil {
			c.close(websocket.CloseAbnormalClosure, "", "page")
			return
		}
		kind, frame, err := c.ws.ReadMessage()
		if err != nil {
			why := "page"
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				why = "silent"
			}
			c.close(websocket.CloseGoingAway, "no word of the page", why)
			return
		}
		if kind != websocket.TextMessage {
			c.close(websocket.CloseUnsupportedData, "text frames only", "page")
			continue
		}
		switch {
		case c.ending():
		case !utf8.Valid(frame): // RFC 6455 8.1
			c.close(websocket.CloseInvalidFramePayloadData, "not UTF-8", "page")
		case !pace.take(time.Now()):
			c.close(websocket.ClosePolicyViolation, "too many commands", "rate")
		default:
			c.s.handle(ctx, c, frame)
		}
	}
}

// write sends what is queued, and pings, until the socket shall end.
func (c *conn) write() {
	defer func() {
		if err := c.ws.Close(); err != nil { // frees the reader
			c.s.hub.cfg.Logger.Debug("softphone socket not closed", "error", err)
		}
	}()
	ping := time.NewTicker(c.s.hub.cfg.Timing.Ping)
	defer ping.Stop()
	for _, frame := range c.first {
		if !c.send(frame) {
			return
		}
	}
	c.first = nil
	for {
		select {
		case <-c.done:
			c.bye()
			return
		case frame := <-c.queue:
			if !c.send(frame) {
				return
			}
		case <-ping.C:
			if err := c.ws.WriteControl(websocket.PingMessage, nil, c.until()); err != nil {
				c.close(websocket.CloseAbnormalClosure, "", "write")
				return
			}
		}
	}
}

// bye sends the close frame and gives the page a moment to answer it: closing
// at once could take the frame from under its reader.
func (c *conn) bye() {
	c.s.hub.sendClose(c.ws, c.code, c.reason)
	moment := time.NewTimer(closeGrace)
	defer moment.Stop()
	select {
	case <-c.silent:
	case <-moment.C:
	}
}

func (c *conn) until() time.Time { return time.Now().Add(c.s.hub.cfg.Timing.Write) }

func (c *conn) send(frame []byte) bool {
	err := c.ws.SetWriteDeadline(c.until())
	if err == nil {
		err = c.ws.WriteMessage(websocket.TextMessage, frame)
	}
	if err != nil {
		c.close(websocket.CloseAbnormalClosure, "", "write")
	}
	return err == nil
}

// sendClose says good-bye on a socket that nobody else writes to any more. A
// peer that is gone is no news.
func (h *Hub) sendClose(ws *websocket.Conn, code int, reason string) {
	if code == websocket.CloseAbnormalClosure { // never on the wire (RFC 6455 7.4.1)
		return
	}
	err := ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(h.cfg.Timing.Write))
	if err != nil {
		h.cfg.Logger.Debug("close frame not sent", "error", err)
	}
}

// watchSignIn closes the socket when the user's sign-in is over.
func (c *conn) watchSignIn(ctx context.Context) {
	tick := time.NewTicker(c.s.hub.cfg.Timing.Check)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-tick.C:
		}
		asking, cancel := context.WithTimeout(ctx, c.s.hub.cfg.Timing.Command)
		in, err := c.s.hub.cfg.SignedIn(asking, c.user)
		cancel()
		switch {
		case err != nil:
			c.s.hub.cfg.Logger.Warn("sign-in not checked", "agent_id", c.user.ID, "error", err)
		case !in:
			c.close(CloseSignIn, "sign in again", "sign_in")
			return
		}
	}
}
