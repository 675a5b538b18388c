package server_test

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"huifang/internal/clip"
	"huifang/internal/embedded/demo"
	"huifang/internal/testkit/audio"
)

// TestBrowser_PageMakesAWholeCall runs the browser tests of web/e2e in Debian's
// Chromium against a whole instance, then compares what was recorded of their
// call with what was said: by the fake microphone, and by the carrier.
// Rules T-01, T-02.
func TestBrowser_PageMakesAWholeCall(t *testing.T) {
	h := sampleHouse(t, withKeys(t))
	h.browse(append([]string{"--grep-invert", "@network|@firefox|@failures|@colleagues|@inbound|@away"}, flags(os.Getenv("HUIFANG_E2E_ONLY"))...)...)
}

// browse runs browser tests against the house, and compares what was recorded of
// their first call with both voices.
func (h *house) browse(args ...string) {
	h.t.Helper()
	said := audio.PseudoSpeech(30, 11)
	out := h.playwright(said, nil, args...)
	h.compareWithVoices(said, filepath.Join(out, "call.json"))
}

// playwright runs browser tests with a voice for Chromium's microphone and gives
// the folder in which they left their facts.
func (h *house) playwright(said []float64, env []string, args ...string) (out string) {
	t := h.t
	t.Helper()
	dir := t.TempDir()
	voice := filepath.Join(dir, "voice.wav")
	if out = os.Getenv("HUIFANG_E2E_OUT"); out == "" {
		out = filepath.Join(dir, "out")
	}
	if err := clip.Write(voice, clip.Clip{Rate: 48000, Channels: [][]float64{clip.Resample(said, 8000, 48000)}}); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"playwright", "test", "--output=test-results/" + t.Name()}, args...) // a run empties its folder when it begins
	run := exec.CommandContext(t.Context(), "npx", args...)
	run.Dir = filepath.Join(root, "web")
	run.Env = append(os.Environ(), "CI=1", "HUIFANG_DEMO="+h.demoFile(dir), "HUIFANG_E2E_VOICE="+voice, "HUIFANG_E2E_OUT="+out)
	run.Env = append(run.Env, env...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 10 * time.Second
	text, err := run.CombinedOutput()
	t.Logf("%s", text)
	if err != nil {
		t.Errorf("browser tests: %v", err)
	}
	return out
}

func flags(only string) []string {
	if only == "" {
		return nil
	}
	return []string{only}
}

// demoFile writes what `huifang demo` would write for its users.
func (h *house) demoFile(dir string) string {
	h.t.Helper()
	type account struct {
		Login    string `json:"login"`
		Password string `json:"password"`
	}
	var all []account
	for _, p := range demo.People() {
		all = append(all, account{p.Login, password})
	}
	b, err := json.Marshal(map[string]any{"address": h.base, "sign_ins": all})
	if err != nil {
		h.t.Fatal(err)
	}
	path := filepath.Join(dir, "demo.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// compareWithVoices holds the stored recording against both sides: every second
// of each voice in its own channel, and the channels in step with what the
// carrier heard and said at the same time.
func (h *house) compareWithVoices(said []float64, facts string) {
	h.t.Helper()
	var call struct {
		RecordingID string `json:"recording_id"`
	}
	b, err := os.ReadFile(facts)
	if err != nil || json.Unmarshal(b, &call) != nil {
		h.t.Fatalf("facts of the call: %v: %s", err, b)
	}
	code, file := h.get(h.signIn("sunyue"), "/api/v1/recordings/"+call.RecordingID+"/audio?channel=both")
	sound, err := clip.Parse(file)
	if code != http.StatusOK || err != nil || len(sound.Channels) != 2 {
		h.t.Fatalf("audio: %d, %v", code, err)
	}
	carrier := h.carrier.Calls()[0] // the browser's first call is the one that is judged
	left, right := sound.Channels[0], sound.Channels[1]
	received, sent := clip.FromPCM(carrier.Received), clip.FromPCM(carrier.Sent)

	const judged = 8 // seconds at the end, when both talk
	from := max(0, len(left)-judged*8000)
	agent := h.compare(said, left[from:], audio.Looping())
	customer := h.compare(sent, right)
	h.t.Logf("agent on the left: %s", agent)
	h.t.Logf("customer on the right: %s", customer)
	if agent.Seconds < judged-1 || agent.Min < 0.95 {
		h.t.Errorf("agent's voice on the left: %s", agent)
	}
	if customer.Seconds < 10 || customer.Min < 0.95 {
		h.t.Errorf("customer's voice on the right: %s", customer)
	}
	// A sound that passed the carrier at one moment, in either direction, must
	// stand at one place of the recording; what is left between the two is skew.
	heard := h.compare(received, left[from:])
	spoken := h.compare(sent, right[from:])
	skew := (heard.MedianLagMs - ms(clock(carrier.ReceivedAt))) - (spoken.MedianLagMs - ms(clock(carrier.SentAt)))
	h.t.Logf("left against what the customer heard: %s; channel skew %.1f ms", heard, skew)
	limit := 20.0
	if stalls, _ := h.stalls.Seen(); stalls > 0 {
		limit = 100 // loopback was that late, and the carrier's clock with it
	}
	if heard.Min < 0.95 || math.Abs(skew) > limit {
		h.t.Errorf("channels are %.1f ms out of step; left against what the customer heard: %s", skew, heard)
	}
}

// clock is when the first 20 ms of a direction would have passed had nothing
// been late, by the fastest packets of its last seconds.
func clock(passed []time.Time) time.Time {
	var fastest time.Time
	for i := max(0, len(passed)-8*50); i < len(passed); i++ {
		if at := passed[i].Add(-time.Duration(i) * 20 * time.Millisecond); !passed[i].IsZero() && (fastest.IsZero() || at.Before(fastest)) {
			fastest = at
		}
	}
	return fastest
}

func ms(t time.Time) float64 { return float64(t.UnixNano()) / 1e6 }
