package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"huifang/signaling/wire"
)

// ErrConnectionLost says that the socket went away before a command was
// answered. Whether it was carried out is unknown; a dial may be repeated with
// the same request id.
var ErrConnectionLost = errors.New("the softphone socket was lost")

// ErrClosed says that the client was closed.
var ErrClosed = errors.New("the softphone client is closed")

// ClosedError says that the server closed the socket for good.
type ClosedError struct {
	Code   int // 4401, 4409 or 4410
	Reason string
}

func (e *ClosedError) Error() string {
	return fmt.Sprintf("softphone socket closed by the server, %d: %s", e.Code, e.Reason)
}

// Config says where the softphone is.
type Config struct {
	URL      string            // ws or wss, the path included
	Header   http.Header       // with the session cookie
	Takeover bool              // of the first connection
	Dialer   *websocket.Dialer // nil: the default one
	// Backoff is the wait before another try to connect, by its number from
	// 0; nil doubles from 250 ms to 5 s.
	Backoff func(try int) time.Duration
}

// Client is one softphone. Its methods are safe for concurrent use.
type Client struct {
	cfg    Config
	events chan wire.Event
	cancel context.CancelFunc
	ended  chan struct{}

	mu      sync.Mutex
	ws      *websocket.Conn // nil while there is none
	epoch   string
	seq     uint64
	hello   wire.Hello
	waiting map[string]chan wire.Reply
	cause   error

	write sync.Mutex
}

// Connect opens the softphone and waits for the hello. The context bounds the
// whole life of the client, not only the connecting.
func Connect(ctx context.Context, cfg Config) (*Client, error) {
	if cfg.Dialer == nil {
		cfg.Dialer = websocket.DefaultDialer
	}
	if cfg.Backoff == nil {
		cfg.Backoff = func(try int) time.Duration { return min(250*time.Millisecond<<min(try, 5), 5*time.Second) }
	}
	life, cancel := context.WithCancel(ctx)
	c := &Client{cfg: cfg, events: make(chan wire.Event, 64), cancel: cancel, ended: make(chan struct{}), waiting: map[string]chan wire.Reply{}}
	ws, hello, err := c.open(life, cfg.Takeover)
	if err != nil {
		cancel()
		return nil, err
	}
	go c.run(life, ws, hello)
	return c, nil
}

// Events gives every event in order, without gap or double; a hello comes with
// each connection, the first included. Those that are not taken are kept, and
// hold up no command. The channel is closed when the client has ended; Err tells
// why.
func (c *Client) Events() <-chan wire.Event { return c.events }

// Err says why the client ended; nil while it has not.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
}

// Hello is the latest hello.
func (c *Client) Hello() wire.Hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hello
}

// Close ends the client and waits for its goroutine. It may be called twice.
func (c *Client) Close() { c.close(true) }

// Abandon is Close without a good-bye, as a process that is killed ends.
func (c *Client) Abandon() { c.close(false) }

func (c *Client) close(polite bool) {
	c.end(ErrClosed)
	c.drop(polite)
	c.cancel()
	<-c.ended
}

// Drop cuts the socket without a good-bye, as a network does; the client comes
// back by itself.
func (c *Client) Drop() { c.drop(false) }

func (c *Client) drop(polite bool) {
	c.mu.Lock()
	ws := c.ws
	c.mu.Unlock()
	if ws == nil {
		return
	}
	if polite {
		// A peer that is gone needs no good-bye.
		_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
	}
	_ = ws.Close() // the reader reports what there is to report
}

// end keeps the first cause of the end.
func (c *Client) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == nil {
		c.cause = err
	}
}

// open connects and reads the hello.
func (c *Client) open(ctx context.Context, takeover bool) (*websocket.Conn, wire.Event, error) {
	u, err := url.Parse(c.cfg.URL)
	if err != nil {
		return nil, wire.Event{}, fmt.Errorf("softphone address: %w", err)
	}
	q := u.Query()
	c.mu.Lock()
	if c.epoch != "" {
		q.Set("epoch", c.epoch)
		q.Set("since", strconv.FormatUint(c.seq, 10))
	}
	c.mu.Unlock()
	if takeover {
		q.Set("takeover", "1")
	}
	u.RawQuery = q.Encode()
	ws, answer, err := c.cfg.Dialer.DialContext(ctx, u.String(), c.cfg.Header)
	if err != nil {
		if answer != nil {
			err = fmt.Errorf("%w (status %d)", err, answer.StatusCode)
		}
		return nil, wire.Event{}, fmt.Errorf("open softphone socket: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = ws.Close() }) // frees the read below
	defer stop()
	_, frame, err := ws.ReadMessage()
	if err != nil {
		_ = ws.Close() // the read's error tells more
		return nil, wire.Event{}, closedBy(err)
	}
	e, err := wire.DecodeEvent(frame)
	if err == nil && e.Type != wire.TypeHello {
		err = fmt.Errorf("the first event is %s, not hello", e.Type)
	}
	if err == nil {
		err = c.greeted(ws, e)
	}
	if err != nil {
		_ = ws.Close() // the error tells more
		return nil, wire.Event{}, err
	}
	return ws, e, nil
}

// greeted takes the hello: where the count of events stands.
func (c *Client) greeted(ws *websocket.Conn, e wire.Event) error {
	data, err := e.Decode()
	if err != nil {
		return err
	}
	hello := data.(*wire.Hello)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !hello.Reset && (hello.Epoch != c.epoch || hello.Seq != c.seq) {
		return fmt.Errorf("resumed at %s/%d, known is %s/%d", hello.Epoch, hello.Seq, c.epoch, c.seq)
	}
	c.epoch, c.seq, c.hello, c.ws = hello.Epoch, hello.Seq, *hello, ws
	return nil
}

// closedBy turns a close frame that is for good into a ClosedError.
func closedBy(err error) error {
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code >= 4400 && closed.Code < 4500 {
		return &ClosedError{Code: closed.Code, Reason: closed.Text}
	}
	return err
}

// run reads the socket, and connects again after a loss, until the client ends.
func (c *Client) run(ctx context.Context, ws *websocket.Conn, hello wire.Event) {
	defer close(c.ended)
	incoming, pumped := make(chan wire.Event), make(chan struct{})
	go func() { defer close(pumped); c.pump(incoming) }()
	defer func() { close(incoming); <-pumped }()
	defer c.cancel()
	for {
		stop := context.AfterFunc(ctx, func() { _ = ws.Close() }) // frees the reader
		err := c.read(ctx, ws, hello, incoming)
		stop()
		_ = ws.Close() // it has failed already
		c.forget()
		if err = closedBy(err); c.final(ctx, err) {
			return
		}
		if ws, hello, err = c.reopen(ctx); err != nil {
			c.end(err)
			return
		}
	}
}

// final reports whether an error ends the client.
func (c *Client) final(ctx context.Context, err error) bool {
	var closed *ClosedError
	var broken *ProtocolError
	switch {
	case errors.As(err, &closed), errors.As(err, &broken):
		c.end(err)
	case ctx.Err() != nil:
		c.end(ctx.Err())
	default:
		return c.Err() != nil
	}
	return true
}

func (c *Client) reopen(ctx context.Context) (*websocket.Conn, wire.Event, error) {
	for try := 0; ; try++ {
		select {
		case <-ctx.Done():
			return nil, wire.Event{}, ctx.Err()
		case <-time.After(c.cfg.Backoff(try)):
		}
		ws, hello, err := c.open(ctx, false)
		if err == nil {
			return ws, hello, nil
		}
		if c.final(ctx, err) {
			return nil, wire.Event{}, err
		}
	}
}

// forget fails the commands that wait for a reply.
func (c *Client) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ws = nil
	for id, reply := range c.waiting {
		delete(c.waiting, id)
		close(reply)
	}
}

// ProtocolError says that the server broke its word.
type ProtocolError struct{ Detail string }

func (e *ProtocolError) Error() string { return "softphone protocol broken: " + e.Detail }

func (c *Client) read(ctx context.Context, ws *websocket.Conn, hello wire.Event, incoming chan<- wire.Event) error {
	if err := deliver(ctx, incoming, hello); err != nil {
		return err
	}
	for {
		_, frame, err := ws.ReadMessage()
		if err != nil {
			return err
		}
		e, err := wire.DecodeEvent(frame)
		if err != nil {
			return &ProtocolError{Detail: err.Error()}
		}
		data, err := e.Decode()
		if err != nil {
			return &ProtocolError{Detail: err.Error()}
		}
		if reply, ok := data.(*wire.Reply); ok {
			c.answered(*reply)
			continue
		}
		c.mu.Lock()
		gap := e.Seq != c.seq+1
		known := c.seq
		c.seq = e.Seq
		c.mu.Unlock()
		if gap {
			return &ProtocolError{Detail: fmt.Sprintf("event %d after %d", e.Seq, known)}
		}
		if err := deliver(ctx, incoming, e); err != nil {
			return err
		}
	}
}

func deliver(ctx context.Context, incoming chan<- wire.Event, e wire.Event) error {
	select {
	case incoming <- e:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pump keeps the events that nobody has taken yet: a reply is read while events
// wait, however many. At the end it leaves what the channel holds.
func (c *Client) pump(incoming <-chan wire.Event) {
	defer close(c.events)
	var waiting []wire.Event
	for {
		var out chan<- wire.Event
		var next wire.Event
		if len(waiting) > 0 {
			out, next = c.events, waiting[0]
		}
		select {
		case e, ok := <-incoming:
			if !ok {
				for _, e := range waiting {
					select {
					case c.events <- e:
					default:
						return
					}
				}
				return
			}
			waiting = append(waiting, e)
		case out <- next:
			waiting = waiting[1:]
		}
	}
}

func (c *Client) answered(r wire.Reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if reply := c.waiting[r.ID]; reply != nil {
		delete(c.waiting, r.ID)
		reply <- r
	}
}

// Do sends a command and waits for its reply. A refusal is a *wire.Problem.
func (c *Client) Do(ctx context.Context, data wire.CommandData) (json.RawMessage, error) {
	id := uuid.NewString()
	frame, err := wire.EncodeCommand(wire.Command{ID: id, Data: data})
	if err != nil {
		return nil, err
	}
	reply := make(chan wire.Reply, 1)
	c.mu.Lock()
	ws := c.ws
	if ws != nil {
		c.waiting[id] = reply
	}
	c.mu.Unlock()
	if ws == nil {
		return nil, ErrConnectionLost
	}
	c.write.Lock()
	err = ws.WriteMessage(websocket.TextMessage, frame)
	c.write.Unlock()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConnectionLost, err)
	}
	select {
	case r, ok := <-reply:
		switch {
		case !ok:
			return nil, ErrConnectionLost
		case !r.OK && r.Error != nil:
			return nil, r.Error
		case !r.OK:
			return nil, &ProtocolError{Detail: "a reply that is neither ok nor an error"}
		}
		return r.Result, nil
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
		return nil, ctx.Err()
	}
}
