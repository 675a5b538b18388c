package server_test

import (
	"encoding/json"
	"fmt"
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

	// Whole seconds tell the tone's frequency; 5 ms pieces tell what was heard when
	// a machine that stalls makes the browser's microphone late or leaves holes in it.
	toned := 0
	talk := left[connected+8000:]
	stalls, _ := h.stalls.Seen()
	for second := range len(talk) / 8000 {
		if hz, share := dominant(talk[second*8000 : (second+1)*8000]); share > 0.6 && math.Abs(hz-firefoxTone) <= 10 {
			toned++
		}
	}
	heard := piecesOf(talk)
	stray, muted := 0.02, 0.9
	if stalls > 0 {
		stray, muted = 0.25, 0.6
	}
	sent := h.compare(clip.FromPCM(h.carrier.Calls()[0].Sent), right)
	t.Logf("tone in %d whole seconds, in all %s, %d stalls; customer %s", toned, heard, stalls, sent)
	if toned < 3 || heard.tone < 6 || heard.muted < muted || heard.other > stray*float64(len(talk))/8000 || sent.Seconds < 10 || sent.Min < 0.95 {
		t.Errorf("tone in %d whole seconds, in all %s, of %d samples with %d stalls; customer %s", toned, heard, len(talk), stalls, sent)
	}
	var marks struct{ Marks []struct{ Name string } }
	if err := json.Unmarshal(a.recording.Facts, &marks); err != nil {
		t.Fatal(err)
	}
	for _, m := range marks.Marks {
		if m.Name == "agent_lost" && stalls == 0 { // a machine that stands still keeps Firefox from sending for 1.5 s
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

// pieces says what the 5 ms pieces of the agent's channel were.
type pieces struct {
	tone, silent, other float64 // seconds
	muted               float64 // the largest share of silence in any two seconds on end
}

func (p pieces) String() string {
	return fmt.Sprintf("%.2f s tone, %.2f s silence (%.0f %% of two seconds on end), %.2f s neither", p.tone, p.silent, 100*p.muted, p.other)
}

func piecesOf(samples []float64) pieces {
	const piece, window = 40, 400
	var p pieces
	silent := make([]int, 1, len(samples)/piece+1) // how many of the pieces before this one
	for at := 0; at+piece <= len(samples); at += piece {
		all, tone := powers(samples[at:at+piece], firefoxTone)
		before := silent[len(silent)-1]
		switch {
		case all/piece < 1e-6:
			p.silent += piece / 8000.0
			before++
		case tone/all > 0.9:
			p.tone += piece / 8000.0
		default:
			p.other += piece / 8000.0
		}
		silent = append(silent, before)
	}
	for last := window; last < len(silent); last++ {
		p.muted = max(p.muted, float64(silent[last]-silent[last-window])/window)
	}
	return p
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
