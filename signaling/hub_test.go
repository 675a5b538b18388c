package signaling

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"huifang/signaling/client"
	"huifang/signaling/wire"
)

func TestHub_ResumeWithoutGapOrDouble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		c := h.connect(t.Context())
		defer c.Close()
		const total = 400
		spoken := make(chan struct{})
		go func() {
			defer close(spoken)
			for n := range total {
				h.hub.Publish(h.user.ID, "notice", wire.Notice{Code: fmt.Sprint(n)})
				if n%37 == 0 {
					c.Drop()
				}
				pass(50 * time.Millisecond) // lets the client come back
			}
		}()
		hellos, want := 0, 0
		for e := range c.Events() {
			data, err := e.Decode()
			if err != nil {
				t.Fatal(err)
			}
			switch d := data.(type) {
			case *wire.Hello:
				hellos++
				if d.Reset != (hellos == 1) {
					t.Fatalf("hello %d: reset %v", hellos, d.Reset)
				}
			case *wire.Notice:
				if d.Code == "welcome" {
					continue
				}
				if d.Code != fmt.Sprint(want) {
					t.Fatalf("notice %s, want %d", d.Code, want)
				}
				want++
			}
			if want == total {
				break
			}
		}
		<-spoken
		if want != total || hellos < 5 {
			t.Fatalf("%d notices over %d connections: %v", want, hellos, c.Err())
		}
		if slices.Contains(h.desk.told(), "lost") {
			t.Fatal("a page that came back was reported as lost")
		}
	})
}

func TestHub_ResetWhenTheRingHasMovedOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		ws := h.raw("")
		hello, err := next(t, ws).Decode()
		if err != nil {
			t.Fatal(err)
		}
		epoch := hello.(*wire.Hello).Epoch
		if err := ws.Close(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for range RingSize + 10 {
			h.hub.Publish(h.user.ID, "notice", wire.Notice{Code: "n"})
		}
		for _, row := range []struct {
			since uint64
			reset bool
		}{{0, true}, {RingSize + 11, false}, {RingSize + 5000, true}} {
			ws = h.raw(fmt.Sprintf("epoch=%s&since=%d", epoch, row.since))
			got, err := next(t, ws).Decode()
			if err != nil {
				t.Fatal(err)
			}
			g := got.(*wire.Hello)
			if g.Reset != row.reset {
				t.Fatalf("since %d: reset %v", row.since, g.Reset)
			}
			// The events follow the hello's number, whatever was missed.
			if e := next(t, ws); e.Seq != g.Seq+1 {
				t.Fatalf("event %d after hello %d", e.Seq, g.Seq)
			}
			if err := ws.Close(); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			epoch = g.Epoch
		}
	})
}

func TestHub_SecondTabIsRefusedAndTakesOverWhenAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		first := h.connect(t.Context())
		defer first.Close()

		var closed *client.ClosedError
		if _, err := client.Connect(t.Context(), h.config(false)); !errors.As(err, &closed) || closed.Code != CloseRefused {
			t.Fatalf("second tab: %v", err)
		}
		if !h.hub.Online(h.user.ID) || first.Err() != nil {
			t.Fatal("the refused tab has harmed the first")
		}
		second, err := client.Connect(t.Context(), h.config(true))
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		for range first.Events() { // until it has ended
		}
		if !errors.As(first.Err(), &closed) || closed.Code != CloseReplaced {
			t.Fatalf("first tab: %v", first.Err())
		}
		if !second.Hello().Reset || second.Hello().Epoch == first.Hello().Epoch {
			t.Fatal("the new tab must begin anew, with an epoch of its own")
		}
		// The replaced tab cannot slip back in with what it knows.
		old := h.raw(fmt.Sprintf("epoch=%s&since=%d", first.Hello().Epoch, first.Hello().Seq))
		if _, _, err := old.ReadMessage(); !websocket.IsCloseError(err, CloseRefused) {
			t.Fatalf("replaced tab: %v", err)
		}
		if err := second.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = old.Close()
	})
}

func TestHub_SameTabReplacesItsOwnDeadSocket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		dead := h.raw("")
		defer dead.Close()
		hello, err := next(t, dead).Decode()
		if err != nil {
			t.Fatal(err)
		}
		g := hello.(*wire.Hello)
		again := h.raw(fmt.Sprintf("epoch=%s&since=%d", g.Epoch, g.Seq))
		defer again.Close()
		got, err := next(t, again).Decode()
		if err != nil {
			t.Fatal(err)
		}
		if got.(*wire.Hello).Reset {
			t.Fatal("the same tab was not recognised")
		}
	})
}

func TestHub_LostAfterThirtySecondsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		c := h.connect(t.Context())
		until(t, c, wire.TypeNotice)
		epoch := c.Hello().Epoch
		c.Close()
		synctest.Wait()
		pass(29 * time.Second)
		if slices.Contains(h.desk.told(), "lost") {
			t.Fatal("reported too soon")
		}
		pass(2 * time.Second)
		synctest.Wait()
		if got := h.desk.told(); !slices.Equal(got, []string{"connected", "lost"}) {
			t.Fatalf("heard %v", got)
		}
		pass(5 * time.Minute)
		if got := h.desk.told(); len(got) != 2 {
			t.Fatalf("heard %v", got)
		}
		// Whoever comes now begins anew.
		c = h.connect(t.Context())
		defer c.Close()
		if !c.Hello().Reset || c.Hello().Epoch == epoch {
			t.Fatal("a lost session was resumed")
		}
		synctest.Wait()
		if got := h.desk.told(); !slices.Equal(got, []string{"connected", "lost", "connected"}) {
			t.Fatalf("heard %v", got)
		}
	})
}

func TestHub_SilentPageIsGivenUpAndPingKeepsItAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		c := h.connect(t.Context()) // its reader answers pings
		pass(10 * time.Minute)
		synctest.Wait()
		if !h.hub.Online(h.user.ID) || c.Err() != nil {
			t.Fatalf("a page that answers pings was dropped: %v", c.Err())
		}
		c.Close()
		synctest.Wait() // until the hub has seen it go
		ws := h.raw("")
		defer ws.Close()
		next(t, ws)
		next(t, ws) // and never reads again: no pong
		go func() {
			for { // takes the bytes, says nothing
				if _, err := ws.NetConn().Read(make([]byte, 512)); err != nil {
					return
				}
			}
		}()
		pass(11 * time.Second)
		if !h.hub.Online(h.user.ID) {
			t.Fatal("given up before 12 s")
		}
		pass(2 * time.Second)
		synctest.Wait()
		if h.hub.Online(h.user.ID) {
			t.Fatal("a silent page is still online after 13 s")
		}
	})
}

func TestHub_SlowPageOverflowsAndResumesWithoutLoss(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, func(c *Config) { c.Queue = 8 })
		defer h.stop()
		ws := h.raw("") // a pipe has no buffer: what is not read stops the writer
		hello, err := next(t, ws).Decode()
		if err != nil {
			t.Fatal(err)
		}
		g := hello.(*wire.Hello)
		for n := range 100 { // Publish must not wait for the page
			h.hub.Publish(h.user.ID, "notice", wire.Notice{Code: fmt.Sprint(n)})
		}
		pass(10 * time.Second) // write deadline and grace
		synctest.Wait()
		if h.hub.Online(h.user.ID) {
			t.Fatal("the slow page was not closed")
		}
		_ = ws.Close()
		again := h.raw(fmt.Sprintf("epoch=%s&since=%d", g.Epoch, g.Seq))
		defer again.Close()
		resumed, err := next(t, again).Decode()
		if err != nil {
			t.Fatal(err)
		}
		if resumed.(*wire.Hello).Reset {
			t.Fatal("the slow page lost its events")
		}
		for want := g.Seq + 1; want <= g.Seq+101; want++ { // 100 and the welcome
			if e := next(t, again); e.Seq != want {
				t.Fatalf("event %d, want %d", e.Seq, want)
			}
		}
	})
}

func TestHub_CommandsAreAnsweredAfterTheEventsTheyCaused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		ws := h.raw("")
		defer ws.Close()
		next(t, ws)
		next(t, ws)
		if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"id":"a","type":"agent.set","data":{"state":"break"}}`)); err != nil {
			t.Fatal(err)
		}
		if e := next(t, ws); e.Type != wire.TypeAgentState {
			t.Fatalf("first came %s", e.Type)
		}
		if e := next(t, ws); e.Type != wire.TypeReply || e.Seq != 2 {
			t.Fatalf("then came %s %d", e.Type, e.Seq)
		}
		// A frame that makes no sense is answered, and the socket lives on.
		if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"id":"b","type":"call.transfer"}`)); err != nil {
			t.Fatal(err)
		}
		data, err := next(t, ws).Decode()
		if err != nil {
			t.Fatal(err)
		}
		r := data.(*wire.Reply)
		if r.OK || r.ID != "b" || r.Error.Code != "invalid" || r.Error.Reason != "unknown_type" {
			t.Fatalf("%+v", r)
		}
	})
}

func TestClient_EventsThatNobodyTakesHoldUpNoReply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		c := h.connect(t.Context())
		defer c.Close()
		const total = 500
		for n := range total {
			h.hub.Publish(h.user.ID, "notice", wire.Notice{Code: strconv.Itoa(n)})
			synctest.Wait() // the page reads; its events are not taken
		}
		if err := c.SetAgentState(t.Context(), "ready", ""); err != nil {
			t.Fatal(err)
		}
		want := 0
		for e := range c.Events() {
			data, err := e.Decode()
			if err != nil {
				t.Fatal(err)
			}
			if n, ok := data.(*wire.Notice); ok && n.Code != "welcome" {
				if n.Code != strconv.Itoa(want) {
					t.Fatalf("notice %s, want %d", n.Code, want)
				}
				if want++; want == total {
					return
				}
			}
		}
		t.Fatalf("%d notices: %v", want, c.Err())
	})
}

func TestHub_OneDialForARepeatedRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		block := make(chan struct{})
		h.desk.block, h.desk.begun = block, make(chan struct{})
		c := h.connect(t.Context())
		defer c.Close()
		until(t, c, wire.TypeNotice)
		order := wire.CallDial{TaskID: uuid.New(), ContactPointID: uuid.New(), RequestID: "d1"}
		lost := make(chan error, 1)
		go func() {
			_, err := c.Dial(t.Context(), order)
			lost <- err
		}()
		<-h.desk.begun
		c.Drop() // the socket goes while the desk dials
		if err := <-lost; !errors.Is(err, client.ErrConnectionLost) {
			t.Fatalf("the command of a lost socket: %v", err)
		}
		until(t, c, wire.TypeHello)
		close(block)
		s, err := c.Dial(t.Context(), order)
		if err != nil || s.TaskID != order.TaskID {
			t.Fatalf("%+v %v", s, err)
		}
		if h.desk.dialled() != 1 {
			t.Fatalf("dialled %d times", h.desk.dialled())
		}
		order.RequestID = "d2"
		if _, err := c.Dial(t.Context(), order); err != nil || h.desk.dialled() != 2 {
			t.Fatalf("another request: %v, %d dials", err, h.desk.dialled())
		}
	})
}

func TestRuleT03_OnlySupervisorsOverride(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		c := h.connect(t.Context())
		var p *wire.Problem
		if err := c.Hangup(t.Context(), uuid.New(), "hurry"); !errors.As(err, &p) || p.Code != "forbidden" || p.Reason != "override" {
			t.Fatalf("an agent's override: %v", err)
		}
		_, err := c.Dial(t.Context(), wire.CallDial{TaskID: uuid.New(), ContactPointID: uuid.New(), OverrideReason: "hurry"})
		if !errors.As(err, &p) || p.Code != "forbidden" || h.desk.dialled() != 0 {
			t.Fatalf("an agent's override: %v, %d dials", err, h.desk.dialled())
		}
		c.Close()
		synctest.Wait()
		h.user.Supervisor = true
		c = h.connect(t.Context())
		defer c.Close()
		if err := c.Hangup(t.Context(), uuid.New(), "wrong customer"); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(h.desk.told(), "hangup wrong customer") {
			t.Fatal("the supervisor's reason did not reach the desk")
		}
	})
}

func TestHub_SignInThatEndsClosesTheSocket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in := make(chan bool, 1)
		h := newHouse(t, func(c *Config) {
			c.SignedIn = func(context.Context, User) (bool, error) {
				select {
				case v := <-in:
					return v, nil
				default:
					return false, errors.New("database away")
				}
			}
		})
		defer h.stop()
		var closed *client.ClosedError

		c := h.connect(t.Context())
		pass(31 * time.Second) // the check fails: nothing changes
		synctest.Wait()
		if c.Err() != nil {
			t.Fatalf("a check that failed closed the socket: %v", c.Err())
		}
		in <- false
		for range c.Events() { // until it has ended
		}
		if !errors.As(c.Err(), &closed) || closed.Code != CloseSignIn {
			t.Fatalf("%v", c.Err())
		}
		c.Close()

		c = h.connect(t.Context())
		h.hub.SignedOut(uuid.New()) // somebody else's
		synctest.Wait()
		if c.Err() != nil {
			t.Fatal(c.Err())
		}
		h.hub.SignedOut(h.user.SessionID)
		for range c.Events() { // until it has ended
		}
		if !errors.As(c.Err(), &closed) || closed.Code != CloseSignIn {
			t.Fatalf("%v", c.Err())
		}
		c.Close()

		c = h.connect(t.Context())
		h.hub.UserSignedOut(uuid.New()) // somebody else
		synctest.Wait()
		if c.Err() != nil {
			t.Fatal(c.Err())
		}
		h.hub.UserSignedOut(h.user.ID)
		for range c.Events() { // until it has ended
		}
		if !errors.As(c.Err(), &closed) || closed.Code != CloseSignIn {
			t.Fatalf("%v", c.Err())
		}
		c.Close()

		cfg := h.config(false)
		cfg.Header = http.Header{}
		if _, err := client.Connect(t.Context(), cfg); !errors.As(err, &closed) || closed.Code != CloseSignIn {
			t.Fatalf("nobody signed in: %v", err)
		}
	})
}

func TestHub_CloseEndsSocketsAndReportsNobodyLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		ws := h.raw("")
		next(t, ws)
		next(t, ws)
		ended := make(chan error, 1)
		go func() {
			_, _, err := ws.ReadMessage()
			ended <- err
		}()
		h.stop()
		if err := <-ended; !websocket.IsCloseError(err, websocket.CloseServiceRestart) {
			t.Fatalf("%v", err)
		}
		h.hub.Close() // twice is fine
		pass(time.Minute)
		if slices.Contains(h.desk.told(), "lost") {
			t.Fatal("a shutdown is no loss of a page")
		}
		_ = ws.Close()
	})
}

func TestHub_ForeignPagesAreNotLetIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	defer h.stop()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.hub.Serve(w, r, h.user) }))
	defer server.Close()
	address := "ws" + strings.TrimPrefix(server.URL, "http")
	_, answer, err := websocket.DefaultDialer.DialContext(t.Context(), address, http.Header{"Origin": {"https://elsewhere.example"}})
	if err == nil || answer == nil || answer.StatusCode != http.StatusForbidden {
		t.Fatalf("a foreign origin: %v", err)
	}
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), address, http.Header{"Origin": {server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	if e := next(t, ws); e.Type != wire.TypeHello {
		t.Fatalf("first came %s", e.Type)
	}
	if err := ws.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestHub_InternalErrorsCarryAReference(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, nil)
		defer h.stop()
		h.desk.err = errors.New("disk on fire at 10.0.0.1")
		c := h.connect(t.Context())
		defer c.Close()
		var p *wire.Problem
		if err := c.Hold(t.Context(), uuid.New()); !errors.As(err, &p) || p.Ref == "" || p.Detail != "something went wrong" {
			t.Fatalf("%v", err)
		}
	})
}
