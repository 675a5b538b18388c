package server_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/turn"
	"huifang/media/codec"
	"huifang/media/tone"
)

// TestBrowser_TheCustomerStaysWhateverHappensToTheAgent: a headset that is pulled;
// a browser that is killed and comes back, and the two talk again; one that does
// not: the customer hears the hold tone for 30 s, then the call ends with its
// reason. All sound goes through a TURN server.
func TestBrowser_TheCustomerStaysWhateverHappensToTheAgent(t *testing.T) {
	relay := turn.Start(t, "north")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("north\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := sampleHouse(t, func(cfg *config.Config, _ *server.Options) {
		cfg.Media.RelayOnly = true
		cfg.Media.ICEServers = []config.ICEServer{{URLs: []string{relay.URL}, SecretFile: secret, ValidFor: time.Hour}}
	})
	out := h.playwright(audio.PseudoSpeech(30, 11), nil, "failures.spec.ts")
	var ids map[string]uuid.UUID
	b, err := os.ReadFile(filepath.Join(out, "failures.json"))
	if err != nil || json.Unmarshal(b, &ids) != nil {
		t.Fatalf("facts of the calls: %v: %s", err, b)
	}
	for name, row := range map[string]struct {
		by, reason  string
		least, most time.Duration // between the agent's loss and return; 0: not lost
		waits       int           // seconds of tone that the customer hears at least
	}{
		"back": {by: "agent", least: 4 * time.Second, most: 29 * time.Second, waits: 3},
		"gone": {by: "system", reason: "agent_lost", waits: 20},
	} {
		c, err := h.server.Store.Call(t.Context(), ids[name])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.Outcome != "answered" || string(c.EndedBy) != row.by || c.Reason != row.reason {
			t.Errorf("%s: %s, ended by %s for %q", name, c.Outcome, c.EndedBy, c.Reason)
		}
		a := aftermath{recording: h.verified(c.Recording.ID), call: c}
		lost, back := h.marks(a, "agent_lost"), h.marks(a, "agent_back")
		t.Logf("%s: lost at %v, back at %v", name, lost, back)
		if row.waits == 0 {
			if len(lost) != 0 {
				t.Errorf("%s: lost at %v", name, lost)
			}
			continue
		}
		if len(lost) == 0 || row.least > 0 && len(back) == 0 {
			t.Errorf("%s: lost at %v, back at %v", name, lost, back)
			continue
		}
		left, right := h.channels(a)
		until := len(left)
		if row.least > 0 {
			until = back[len(back)-1]
			if away := time.Duration(until-lost[0]) * time.Second / 8000; away < row.least || away > row.most {
				t.Errorf("%s: away for %v", name, away)
			}
			if len(left)-until < 3*8000 || loud(left[until+8000:]) < 0.005 || loud(right[until+8000:]) < 0.005 {
				t.Errorf("%s: %d samples after the return, of which %v and %v", name, len(left)-until, loud(left[until:]), loud(right[until:]))
			}
		}
		waited := h.compare(holdTone(40), left[lost[0]+800:until-800])
		t.Logf("%s: tone %s", name, waited)
		if waited.Seconds < row.waits || waited.Min < 0.95 {
			t.Errorf("%s: the customer waited with %s", name, waited)
		}
	}
}

// holdTone is what a customer hears who waits, in samples.
func holdTone(seconds int) []float64 {
	hold := make([]float64, 0, (seconds+1)*8000)
	for len(hold) < seconds*8000 {
		for _, b := range tone.Hold() {
			hold = append(hold, float64(codec.DecodeALaw(b))/32768)
		}
	}
	return hold
}

// marks are the places of a mark in the recording, in samples.
func (h *house) marks(a aftermath, name string) (at []int) {
	h.t.Helper()
	var facts struct {
		Marks []struct {
			Name string `json:"name"`
			AtMs int    `json:"at_ms"`
		} `json:"marks"`
	}
	h.must(json.Unmarshal(a.recording.Facts, &facts))
	for _, m := range facts.Marks {
		if m.Name == name {
			at = append(at, m.AtMs*8)
		}
	}
	return at
}
