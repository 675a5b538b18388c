package server_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/carriersim"
	"huifang/internal/clip"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/router"
)

// TestBrowser_NetworksThatGoAwayAndComputersThatSleep: in the middle of a call
// Wi-Fi is gone for 10 s, the agent comes from another address, the computer
// sleeps for 12 s, or for longer than a customer is made to wait. The customer's
// call stays, has the tone, and the two talk again with nobody doing anything; or
// it is closed by policy, and the page says why. All of it is in the recording.
// Rule T-01.
func TestBrowser_NetworksThatGoAwayAndComputersThatSleep(t *testing.T) {
	h := newHouse(t)
	_, page, _ := strings.Cut(h.base, "//")
	routers, ways := map[string]*router.Router{}, map[string]map[string]string{}
	cases := map[string]away{
		"office":    {tone: 5, comesBack: true},
		"sleep":     {tone: 7, comesBack: true},
		"oversleep": {tone: 20},
	}
	for name := range cases {
		r := router.Start(t, page, h.server.MediaAddr)
		routers[name], ways[name] = r, map[string]string{"page": r.Page, "media": r.Media, "control": r.Control}
	}
	env, err := json.Marshal(ways)
	h.must(err)
	said := audio.PseudoSpeech(30, 11)
	args := append([]string{"away.spec.ts", "--workers=3"}, flags(os.Getenv("HUIFANG_E2E_ONLY"))...)
	out := h.playwright(said, []string{"HUIFANG_E2E_ROUTERS=" + string(env)}, args...)
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			passed, dropped := routers[name].Sound()
			t.Logf("%d packets of sound passed the router, %d were lost in it", passed, dropped)
			if passed < 500 || dropped == 0 {
				t.Error("sound went past the router")
			}
			b, err := os.ReadFile(filepath.Join(out, "away-"+name+".json"))
			var facts struct{ Call uuid.UUID }
			if err != nil || json.Unmarshal(b, &facts) != nil {
				t.Fatalf("facts of the call: %v: %s", err, b)
			}
			t.Logf("the page says %s", b) // ms until it was as before
			want.judge(h.on(t), facts.Call, said)
		})
	}
}

// away is what the absence of an agent must have been like.
type away struct {
	tone      int // seconds of it that the customer heard at least
	comesBack bool
}

func (w away) judge(h *house, id uuid.UUID, said []float64) {
	t := h.t
	c, err := h.server.Store.Call(t.Context(), id)
	h.must(err)
	by, reason := "system", "agent_lost"
	if w.comesBack {
		by, reason = "agent", ""
	}
	if c.Outcome != "answered" || string(c.EndedBy) != by || c.Reason != reason {
		t.Errorf("%s, ended by %s for %q", c.Outcome, c.EndedBy, c.Reason)
	}
	a := aftermath{recording: h.verified(c.Recording.ID), call: c, attempt: c.Attempts[0]}
	left, right := h.channels(a)
	sim := h.sim(a)
	lost, back := h.marks(a, "agent_lost"), h.marks(a, "agent_back")
	if len(lost) == 0 || w.comesBack != (len(back) > 0) {
		t.Fatalf("lost at %v, back at %v", lost, back)
	}

	// The recording has the call's length, and the customer in all of it, every
	// second at its place.
	length, lasted := time.Duration(len(right))*time.Second/8000, sim.Ended.Sub(sim.Answered)
	customer := h.compare(clip.FromPCM(sim.Sent), right)
	t.Logf("recorded %v of %v; lost at %v, back at %v; customer %s", length, lasted, lost, back, customer)
	if customer.Seconds < int(lasted.Seconds())-3 || customer.Min < 0.95 || customer.LagSpreadMs > 20 || length < lasted-time.Second || length > lasted+time.Second {
		t.Errorf("recorded %v of %v; customer %s", length, lasted, customer)
	}

	until := len(left)
	if w.comesBack {
		until = back[0]
	}
	// The recording's first sample is of the time at which its marks count from.
	began := c.AnsweredAt.Add(-time.Duration(h.mark(a, "answered")/8) * time.Millisecond)
	recorded, heard := toneIn(left[lost[0]:until]), toneIn(heardBetween(sim, began, lost[0], until))
	t.Logf("tone for %d s in the recording, for %d s at the carrier", recorded, heard)
	if recorded < w.tone || heard < w.tone {
		t.Errorf("tone for %d s in the recording, for %d s at the carrier", recorded, heard)
	}
	if w.comesBack {
		after := h.compareAgent(said, left[max(0, len(left)-6*8000):], clip.FromPCM(sim.Received))
		t.Logf("agent afterwards: %s", after)
		if after.Seconds < 3 || after.Min < 0.95 {
			t.Errorf("agent afterwards: %s", after)
		}
	}
}

// toneIn counts the seconds that are the hold tone, wherever in its cadence each
// begins.
func toneIn(heard []float64) (n int) {
	for _, s := range seconds(holdTone(40), heard, audio.Within(4*time.Second)) {
		if s.Corr >= 0.95 {
			n++
		}
	}
	return n
}

// heardBetween is what came to the customer between two places of the recording.
func heardBetween(sim carriersim.Call, began time.Time, from, until int) []float64 {
	var heard []float64
	all := clip.FromPCM(sim.Received)
	for i, at := range sim.ReceivedAt {
		place := int(at.Sub(began) / time.Millisecond * 8)
		if !at.IsZero() && place > from && place < until {
			heard = append(heard, all[i*160:min(len(all), (i+1)*160)]...)
		}
	}
	return heard
}
