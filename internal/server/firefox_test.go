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

	toned, silent, holed := 0, 0, 0
	talk := left[connected+8000:]
	stalls, _ := h.stalls.Seen()
	for second := range len(talk) / 8000 {
		heard := talk[second*8000 : (second+1)*8000]
		hz, share := dominant(heard)
		switch {
		case share > 0.6 && math.Abs(hz-firefoxTone) <= 10:
			toned++
		case share == 0:
			silent++ // the track was switched off for four seconds
		case stalls > 0 && piecesOfTone(heard) > 0.75:
			holed++ // by the machine, in the browser's microphone
		default:
			t.Logf("second %d: %.0f Hz with %.2f of the power", second, hz, share)
		}
	}
	sent := h.compare(clip.FromPCM(h.carrier.Calls()[0].Sent), right)
	t.Logf("tone in %d seconds, silence in %d, %d with holes of the browser's, %d stalls; customer %s", toned, silent, holed, stalls, sent)
	if toned+holed < 6 || toned < 3 || silent < 2 || toned+silent+holed < len(talk)/8000-4 || sent.Seconds < 10 || sent.Min < 0.95 {
		t.Errorf("tone in %d seconds, silence in %d, %d with holes of the browser's, of %d samples; customer %s", toned, silent, holed, len(talk), sent)
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

// piecesOfTone is the share of 5 ms pieces that are the tone of the microphone,
// or silent, however they follow each other.
func piecesOfTone(samples []float64) float64 {
	const piece = 40
	good := 0
	for at := 0; at < len(samples); at += piece {
		if all, tone := powers(samples[at:at+piece], firefoxTone); all/piece < 1e-6 || tone/all > 0.9 {
			good++
		}
	}
	return float64(good) / float64(len(samples)/piece)
}

// powers are the energy of samples and that part of it that is of a frequency.
func powers(samples []float64, hz float64) (all, of float64) {
	var re, im float64
	for i, s := range samples {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / 8000)
		all, re, im = all+s*s, re+s*cos, im+s*sin
	}
	return all, 2 * (re*re + im*im) / float64(len(samples))
}

// dominant gives the strongest frequency between 100 and 3400 Hz, by steps of
// 5 Hz, and its share of the power; 0, 0 for silence.
func dominant(samples []float64) (hz, share float64) {
	if all, _ := powers(samples, firefoxTone); all/float64(len(samples)) < 1e-6 {
		return 0, 0
	}
	for f := 100.0; f <= 3400; f += 5 {
		if all, of := powers(samples, f); of/all > share {
			hz, share = f, of/all
		}
	}
	return hz, share
}
