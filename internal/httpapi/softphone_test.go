package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/switchboard"
	"huifang/signaling"
	"huifang/signaling/client"
	"huifang/signaling/wire"
)

// door opens the hub to whom the API lets through.
type door struct{ hub *signaling.Hub }

func (d door) ServeSoftphone(w http.ResponseWriter, r *http.Request, who access.Principal) {
	d.hub.Serve(w, r, signaling.User{ID: who.User.ID, SessionID: who.SessionID, Supervisor: who.Has(access.RoleSupervisor)})
}
func (d door) RefuseSoftphone(w http.ResponseWriter, r *http.Request) { d.hub.Refuse(w, r) }

// desk refuses every hang-up by Rule T-03; the rest it does not know.
type desk struct{ signaling.Desk }

func (desk) Presence(context.Context, signaling.User) (signaling.Presence, error) {
	var none *switchboard.Snapshot
	return signaling.Presence{
		Agent: switchboard.LineState{State: switchboard.AgentReady}, Media: wire.Media{State: "none"}, Call: none, System: wire.System{Trunks: []wire.Trunk{}},
	}, nil
}
func (desk) Connected(signaling.User) {}
func (desk) Lost(signaling.User)      {}
func (desk) Hangup(context.Context, signaling.User, uuid.UUID, string) error {
	return &call.RingTooShortError{Left: 6e9, At: noon}
}

func TestSoftphone_ThroughTheWholeServer(t *testing.T) {
	t.Parallel()
	hub, err := signaling.NewHub(signaling.Config{Desk: desk{}, Problem: Problem})
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse()
	deps := Deps{Sessions: h, Softphone: door{hub}}
	srv := httptest.NewServer(NewServer(deps))
	defer srv.Close()
	defer hub.Close()
	cfg := client.Config{
		URL:    "ws" + strings.TrimPrefix(srv.URL, "http") + "/api/v1/softphone",
		Header: http.Header{"Cookie": {CookieName + "=agent"}},
	}
	c, err := client.Connect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if hello := c.Hello(); hello.Call != nil || hello.Agent.State != "ready" || !hello.Reset {
		t.Fatalf("%+v", hello)
	}
	var p *wire.Problem
	err = c.Hangup(t.Context(), uuid.New(), "")
	if !errors.As(err, &p) || p.Rule != "T-03" || p.Params["seconds_left"] != 6.0 {
		t.Fatalf("%v", err)
	}
	cfg.Header = http.Header{}
	var closed *client.ClosedError
	if _, err := client.Connect(t.Context(), cfg); !errors.As(err, &closed) || closed.Code != signaling.CloseSignIn {
		t.Fatalf("nobody signed in: %v", err)
	}
}

// TestWire_IsWhatTheSwitchboardSays keeps the words on the wire and those of
// the switchboard, which do not know each other, together.
func TestWire_IsWhatTheSwitchboardSays(t *testing.T) {
	t.Parallel()
	for kind, pair := range map[wire.EventType]struct{ said, known any }{
		wire.TypeCallState:   {switchboard.Snapshot{}, wire.CallSnapshot{}},
		wire.TypeCallQuality: {switchboard.Quality{CallID: uuid.NewString()}, wire.CallQuality{}},
		wire.TypeAgentState:  {switchboard.LineState{}, wire.AgentState{}},
		wire.TypeMediaState:  {switchboard.MediaState{}, wire.MediaState{}},
	} {
		frame, err := wire.EncodeEvent(1, kind, pair.said)
		if err != nil {
			t.Fatal(err)
		}
		e, err := wire.DecodeEvent(frame)
		if err == nil {
			_, err = e.Decode()
		}
		if err != nil {
			t.Errorf("the page does not know what the switchboard says: %v", err)
		}
		if said, known := keys(t, pair.said), keys(t, pair.known); !reflect.DeepEqual(said, known) {
			t.Errorf("%s: said %v, known %v", kind, said, known)
		}
	}
}

// keys gives the names of a value's JSON object, nested ones too.
func keys(t *testing.T, v any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return names(all)
}

func names(object map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range object {
		out[k] = nil
		if inner, ok := v.(map[string]any); ok {
			out[k] = names(inner)
		}
	}
	return out
}
