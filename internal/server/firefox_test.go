package server_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/clip"
	"huifang/internal/testkit/audio"
)

// TestBrowser_FirefoxMakesAWholeCall drives Debian's Firefox ESR through a call. Its
// fake microphone is a tone, which must stand on the left; the carrier's voice on
// the right; and what Firefox played must have reached it whole.
func TestBrowser_FirefoxMakesAWholeCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	// Node 20 has its WebSocket behind a flag; later ones ignore it.
	out := h.playwright(audio.PseudoSpeech(1, 1), []string{"NODE_OPTIONS=--experimental-websocket"}, "firefox.spec.ts")
	var facts struct {
		RecordingID uuid.UUID `json:"recording_id"`
		CallID      uuid.UUID `json:"call_id"`
	}
	b, err := os.ReadFile(filepath.Join(out, "firefox.json"))
	if err != nil || json.Unmarshal(b, &facts) != nil {
		t.Fatalf("facts of the call: %v: %s", err, b)
	}
	a := aftermath{recording: h.verified(facts.RecordingID)}
	if a.call, err = h.server.Store.Call(t.Context(), facts.CallID); err != nil {
		t.Fatal(err)
	}
	left, right := h.channels(a)
	connected := h.mark(a, "connected")

	toned, silent := 0, 0
	for at := connected + 8000; at+8000 <= len(left); at += 8000 {
		hz, share := dominant(left[at : at+8000])
		switch {
		case share > 0.6 && math.Abs(hz-firefoxTone) <= 10:
			toned++
		case share == 0:
			silent++ // the track was switched off for four seconds
		default:
			t.Logf("second %d: %.0f Hz with %.2f of the power", (at-connected)/8000, hz, share)
		}
	}
	sent := h.compare(clip.FromPCM(h.carrier.Calls()[0].Sent), right)
	t.Logf("tone in %d seconds, silence in %d; customer %s", toned, silent, sent)
	if toned < 6 || silent < 2 || toned+silent < (len(left)-connected)/8000-5 || sent.Seconds < 10 || sent.Min < 0.95 {
		t.Errorf("tone in %d seconds, silence in %d, of %d samples after the connection; customer %s", toned, silent, len(left)-connected, sent)
	}
	var marks struct{ Marks []struct{ Name string } }
	if err := json.Unmarshal(a.recording.Facts, &marks); err != nil {
		t.Fatal(err)
	}
	for _, m := range marks.Marks {
		if m.Name == "agent_lost" {
			t.Error("an agent whose track is switched off was lost")
		}
	}
	agent, _ := a.legs(h)
	if q := agent.Browser; q == nil || q.Received < 400 || q.Samples == 0 || agent.Received < 500 || agent.RTTMs == nil {
		t.Errorf("figures: %+v, in the browser %+v", agent, agent.Browser)
	}
}

// firefoxTone is what the fake microphone plays, in Hz.
const firefoxTone = 1000

// dominant gives the strongest frequency between 100 and 3400 Hz, by steps of
// 5 Hz, and its share of the power; 0, 0 for silence.
func dominant(samples []float64) (hz, share float64) {
	var all float64
	for _, s := range samples {
		all += s * s
	}
	if all/float64(len(samples)) < 1e-6 {
		return 0, 0
	}
	for f := 100.0; f <= 3400; f += 5 {
		var re, im float64
		for i, s := range samples {
			sin, cos := math.Sincos(2 * math.Pi * f * float64(i) / 8000)
			re, im = re+s*cos, im+s*sin
		}
		if p := 2 * (re*re + im*im) / float64(len(samples)) / all; p > share {
			hz, share = f, p
		}
	}
	return hz, share
}
