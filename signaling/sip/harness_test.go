package sip

import (
	"log/slog"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

// patience is how long tests wait for what must come.
const patience = 20 * time.Second

var testOffer = BuildOffer(netip.MustParseAddrPort("127.0.0.1:40000"), 7)

// startAgent starts a user agent with one trunk towards addr. It is stopped
// with the test.
func startAgent(t *testing.T, addr string, change func(*UserAgentConfig)) *UserAgent {
	t.Helper()
	cfg := UserAgentConfig{
		ListenUDP: "127.0.0.1:0", ListenTCP: "127.0.0.1:0", OptionsInterval: -1, StopTimeout: 2 * time.Second,
		Logger: slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelInfo})),
		Trunks: []Trunk{{Name: "main", Address: addr, CallerID: "4008001234", StripPrefix: "+86"}},
	}
	if change != nil {
		change(&cfg)
	}
	ua, err := NewUserAgent(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := ua.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ua.Stop)
	return ua
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// dialled is a call with its events.
type dialled struct {
	t *testing.T
	*Call
	events chan Event
}

func dial(t *testing.T, ua *UserAgent) *dialled {
	t.Helper()
	d := &dialled{t: t, events: make(chan Event, 256)}
	c, err := ua.Invite(t.Context(), InviteRequest{Trunk: "main", Number: "+8613800138000", CallID: "call-1", Offer: testOffer},
		func(e Event) { d.events <- e })
	if err != nil {
		t.Fatal(err)
	}
	d.Call = c
	return d
}

// next waits for an event of the type, passing over the others.
func next[E Event](d *dialled) E {
	d.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case e := <-d.events:
			if found, ok := e.(E); ok {
				return found
			}
			switch e.(type) {
			case Failed, Ended:
				d.t.Fatalf("%T instead of %s: %+v", e, reflect.TypeFor[E](), e)
			}
		case <-limit.C:
			d.t.Fatalf("no %s", reflect.TypeFor[E]())
		}
	}
}

// ended waits until the handler is through, and asserts that nothing follows.
func (d *dialled) ended() {
	d.t.Helper()
	select {
	case <-d.Done():
	case <-time.After(patience):
		d.t.Fatal("the call does not end")
	}
	for {
		select {
		case e := <-d.events:
			d.t.Errorf("event after the end: %T", e)
		default:
			return
		}
	}
}
