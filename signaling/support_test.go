package signaling

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"huifang/signaling/client"
	"huifang/signaling/wire"
)

// fakeDesk is a switchboard that remembers what it was told.
type fakeDesk struct {
	mu       sync.Mutex
	heard    []string
	dials    int
	snapshot wire.CallSnapshot
	// block, when set, is waited for by the first Dial; begun says that it waits.
	block, begun chan struct{}
	err          error
	hub          *Hub
}

func (d *fakeDesk) note(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard = append(d.heard, what)
}

func (d *fakeDesk) told() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.heard...)
}

func (d *fakeDesk) dialled() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dials
}

func (d *fakeDesk) Presence(context.Context, User) (Presence, error) {
	now := time.Now().UTC()
	return Presence{
		Agent:  wire.AgentState{State: "ready", Since: now},
		Media:  wire.Media{State: "none"},
		System: wire.System{Trunks: []wire.Trunk{}, Now: now},
	}, nil
}

func (d *fakeDesk) MediaOffer(_ context.Context, _ User, offer string, _ bool) (string, error) {
	return "answer to " + offer, d.err
}
func (d *fakeDesk) QualityReport(context.Context, User, wire.QualityReport) error { return d.err }
func (d *fakeDesk) SetAgentState(_ context.Context, u User, state, _ string) error {
	d.note("state " + state)
	d.hub.Publish(u.ID, "agent.state", wire.AgentState{State: state, Since: time.Now().UTC()})
	return d.err
}

func (d *fakeDesk) Dial(_ context.Context, _ User, c wire.CallDial) (any, error) {
	d.mu.Lock()
	block := d.block
	d.block = nil
	d.mu.Unlock()
	if block != nil {
		close(d.begun)
		<-block
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dials++
	s := d.snapshot
	s.TaskID = c.TaskID
	return s, d.err
}

func (d *fakeDesk) Hangup(_ context.Context, _ User, _ uuid.UUID, override string) error {
	d.note("hangup " + override)
	return d.err
}
func (d *fakeDesk) Mute(context.Context, User, uuid.UUID, bool) error { return d.err }
func (d *fakeDesk) Hold(context.Context, User, uuid.UUID) error       { return d.err }
func (d *fakeDesk) Resume(context.Context, User, uuid.UUID) error     { return d.err }
func (d *fakeDesk) Pause(_ context.Context, _ User, _ uuid.UUID, reason, _ string) error {
	d.note("pause " + reason)
	return d.err
}
func (d *fakeDesk) Unpause(context.Context, User, uuid.UUID) error           { return d.err }
func (d *fakeDesk) Complaint(context.Context, User, uuid.UUID, string) error { return d.err }
func (d *fakeDesk) Monitor(_ context.Context, _ User, _ uuid.UUID, mode, _ string) error {
	d.note("monitor " + mode)
	return d.err
}
func (d *fakeDesk) StopMonitor(context.Context, User, uuid.UUID) error { return d.err }
func (d *fakeDesk) TakeOver(context.Context, User, uuid.UUID, string) error {
	d.note("take over")
	return d.err
}
func (d *fakeDesk) AnswerOffer(_ context.Context, _ User, _ uuid.UUID, accept bool, reason string) error {
	d.note(fmt.Sprintf("offer %v %s", accept, reason))
	return d.err
}
func (d *fakeDesk) Transfer(_ context.Context, _ User, t wire.TransferStart) error {
	d.note("transfer " + t.Note)
	return d.err
}
func (d *fakeDesk) CompleteTransfer(context.Context, User, uuid.UUID) error { return d.err }
func (d *fakeDesk) ThreeWay(context.Context, User, uuid.UUID) error         { return d.err }
func (d *fakeDesk) EndTransfer(context.Context, User, uuid.UUID) error      { return d.err }
func (d *fakeDesk) DTMF(context.Context, User, uuid.UUID, string) error     { return d.err }

// Connected publishes, as a switchboard may: the hub must not hold a lock then.
func (d *fakeDesk) Connected(u User) {
	d.note("connected")
	d.hub.Publish(u.ID, "notice", wire.Notice{Code: "welcome"})
}

func (d *fakeDesk) Lost(u User) {
	d.note("lost")
	d.hub.Publish(u.ID, "agent.state", wire.AgentState{State: "offline", Since: time.Now().UTC()})
}

// pipes is a listener whose connections are in memory, so that they live in
// the time of synctest.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// house is a hub behind a real HTTP server over pipes.
type house struct {
	t     *testing.T
	hub   *Hub
	desk  *fakeDesk
	pipes *pipes
	user  User
	stop  func()
}

func newHouse(t *testing.T, change func(*Config)) *house {
	t.Helper()
	h := &house{
		t: t, desk: &fakeDesk{snapshot: wire.CallSnapshot{ID: uuid.New(), State: "arming"}},
		pipes: &pipes{conns: make(chan net.Conn), closed: make(chan struct{})},
		user:  User{ID: uuid.New(), SessionID: uuid.New(), Name: "李娜"},
	}
	cfg := Config{Desk: h.desk, Problem: func(err error) *wire.Problem {
		return &wire.Problem{Type: "about:blank", Status: 500, Title: "Internal Server Error", Code: "internal", Detail: "something went wrong", Ref: "r1"}
	}}
	if change != nil {
		change(&cfg)
	}
	hub, err := NewHub(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.hub, h.desk.hub = hub, hub
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") == "" {
			hub.Refuse(w, r)
			return
		}
		hub.Serve(w, r, h.user)
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(h.pipes) }()
	h.stop = func() {
		hub.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}
	return h
}

func (h *house) config(takeover bool) client.Config {
	return client.Config{
		URL: "ws://house/api/v1/softphone", Header: http.Header{"Cookie": {"huifang_session=x"}}, Takeover: takeover,
		Dialer: &websocket.Dialer{NetDialContext: h.pipes.dial},
	}
}

func (h *house) connect(ctx context.Context) *client.Client {
	h.t.Helper()
	c, err := client.Connect(ctx, h.config(false))
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// raw opens a socket that the test reads by hand.
func (h *house) raw(query string) *websocket.Conn {
	h.t.Helper()
	d := websocket.Dialer{NetDialContext: h.pipes.dial}
	ws, _, err := d.DialContext(h.t.Context(), "ws://house/api/v1/softphone?"+query, http.Header{"Cookie": {"huifang_session=x"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return ws
}

func next(t *testing.T, ws *websocket.Conn) wire.Event {
	t.Helper()
	_, frame, err := ws.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	e, err := wire.DecodeEvent(frame)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// until reads events of a client up to the first of a kind.
func until(t *testing.T, c *client.Client, kind wire.EventType) wire.Event {
	t.Helper()
	for e := range c.Events() {
		if e.Type == kind {
			return e
		}
	}
	t.Fatalf("the client ended before a %s: %v", kind, c.Err())
	return wire.Event{}
}

// pass lets time go by: that of synctest, which does not make a test wait.
func pass(d time.Duration) { <-time.After(d) }
