package signaling

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"huifang/signaling/wire"
)

// What no page of ours sends ends its own socket with the code that says why,
// or is answered; the desk hears nothing of it, and the page can come back.
func TestHub_HostileFrames(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		kind  int
		frame string
		times int
		code  int // of the close; 0: answered as malformed
	}{
		"too long":         {websocket.TextMessage, strings.Repeat(" ", maxFrame+1), 1, websocket.CloseMessageTooBig},
		"binary":           {websocket.BinaryMessage, "{}", 1, websocket.CloseUnsupportedData},
		"not UTF-8":        {websocket.TextMessage, "{\"id\":\"a\xff\",\"type\":\"agent.set\",\"data\":{\"state\":\"break\"}}", 1, websocket.CloseInvalidFramePayloadData},
		"deep JSON":        {websocket.TextMessage, `{"id":"a","type":"agent.set","data":` + strings.Repeat("[", 100_000), 1, 0},
		"deep JSON closed": {websocket.TextMessage, `{"id":"a","type":"agent.set","data":` + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + "}", 1, 0},
		"flood":            {websocket.TextMessage, `{"id":"a","type":"none"}`, 2 * commandBurst, websocket.ClosePolicyViolation},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, nil)
				defer h.stop()
				ws := h.raw("")
				next(t, ws)
				next(t, ws)
				written := make(chan struct{})
				go func() {
					defer close(written)
					for range row.times {
						if ws.WriteMessage(row.kind, []byte(row.frame)) != nil {
							return // closed under our hands
						}
					}
				}()
				replies, code := 0, 0
				for code == 0 && (row.code != 0 || replies == 0) {
					_, frame, err := ws.ReadMessage()
					if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
						code = closed.Code
						continue
					}
					if err != nil {
						t.Fatal(err)
					}
					e, err := wire.DecodeEvent(frame)
					if err != nil {
						t.Fatal(err)
					}
					data, err := e.Decode()
					if err != nil {
						t.Fatal(err)
					}
					if r, ok := data.(*wire.Reply); !ok || r.OK {
						t.Fatalf("%s", frame)
					}
					replies++
				}
				if code != row.code || replies > commandBurst {
					t.Errorf("closed with %d after %d answers, want %d", code, replies, row.code)
				}
				_ = ws.Close()
				<-written
				pass(2 * time.Second) // the server's own close
				for _, heard := range h.desk.told() {
					if strings.HasPrefix(heard, "state") {
						t.Errorf("the desk heard %q", heard)
					}
				}
				again := h.raw("")
				defer again.Close()
				next(t, again)
				if err := again.WriteMessage(websocket.TextMessage, []byte(`{"id":"b","type":"ping"}`)); err != nil {
					t.Fatal(err)
				}
				for {
					e := next(t, again)
					if e.Type == wire.TypeReply {
						break
					}
				}
			})
		})
	}
}

func TestCommandPace(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	p := commandPace{left: commandBurst, at: now}
	taken := func() (n int) {
		for p.take(now) {
			n++
		}
		return n
	}
	if n := taken(); n != commandBurst {
		t.Errorf("%d at once", n)
	}
	now = now.Add(time.Second)
	if n := taken(); n != commandRate {
		t.Errorf("%d after a second", n)
	}
	now = now.Add(-time.Hour)
	if n := taken(); n != 0 {
		t.Errorf("%d from a clock set back", n)
	}
}
