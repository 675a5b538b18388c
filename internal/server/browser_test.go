package server_test

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/clip"
	"huifang/internal/customer"
	"huifang/internal/embedded/demo"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/media/codec"
	"huifang/recording/wav"
)

// TestBrowser_PageMakesAWholeCall runs the browser tests of web/e2e in Debian's
// Chromium against a whole instance, then compares what was recorded of their
// call with what was said: by the fake microphone, and by the carrier.
// Rules T-01, T-02.
func TestBrowser_PageMakesAWholeCall(t *testing.T) {
	h := sampleHouse(t, withKeys(t))
	h.allDay("complaint-settled") // the second call-back of a slip is made whenever this test runs
	h.browse(append([]string{"call.spec.ts", "devices.spec.ts", "granting.spec.ts", "incall.spec.ts", "papers.spec.ts", "plans.spec.ts", "resume.spec.ts", "slips.spec.ts"}, flags(os.Getenv("HUIFANG_E2E_ONLY"))...)...)
}

// TestBrowser_EveryPage looks at all pages of all roles in both languages, and
// works with those that are not of a call.
func TestBrowser_EveryPage(t *testing.T) {
	t.Parallel()
	h := sampleHouse(t, withKeys(t))
	h.stray(2 * time.Hour) // for the page that compares
	h.verified(h.importHour())
	out := h.playwright(audio.PseudoSpeech(1, 1), nil, append([]string{"pages.spec.ts", "unheard.spec.ts", "imports.spec.ts"}, flags(os.Getenv("HUIFANG_E2E_ONLY"))...)...)
	if b, err := os.ReadFile(filepath.Join(out, "seeks.json")); err == nil {
		t.Logf("seeks in an hour of sound: %s", b)
	}
}

// allDay gives a program the hours of the demo's.
func (h *house) allDay(code string) {
	h.t.Helper()
	databases.Exec(h.t, h.cfg.Database.OwnerDSN, `UPDATE program p SET windows = d.windows, government_windows = d.government_windows
		FROM program d WHERE p.code = '`+code+`' AND d.code = '`+demo.ProgramCode+`'`)
}

// importHour takes in an hour of speech that was recorded on another line, in
// G.711 as a recorder of ours would have stored it (Rule T-07).
func (h *house) importHour() uuid.UUID {
	h.t.Helper()
	const hour = 3600 * 8000
	minute := codec.EncodeALawPCM(nil, clip.ToPCM(audio.PseudoSpeech(60, 5)))
	b := append(make([]byte, 0, 2*hour+100), wav.Header(wav.ALaw, hour, 2)...)
	for range 60 {
		for _, v := range minute {
			b = append(b, v, v^0x55)
		}
	}
	path := filepath.Join(h.t.TempDir(), "other-line.wav")
	h.must(os.WriteFile(path, b, 0o600))
	all, err := h.server.Store.Customers(h.t.Context(), customer.Query{Text: "王小明", Grams: customer.QueryGrams("王小明"), Limit: 1})
	h.must(err)
	id, err := server.Import(h.t.Context(), h.cfg, h.server.Store, server.Foreign{File: path, Customer: all[0].Code, Number: all[0].ContactPoints[0].Number.Reveal(),
		Program: demo.ProgramCode, Agent: "lihua", By: "zhouqi", Source: "备用电话机 3 号录音笔", Reason: "专线故障", StartedAt: time.Now().Add(-2 * time.Hour)})
	h.must(err)
	return id
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
	agent := h.compareAgent(said, left[from:], received)
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
	hears, speaks := h.spare(seconds(received, left[from:])), h.spare(seconds(sent, right[from:]))
	heard := audio.Summarise(hears)
	left0, unsure := place(carrier.ReceivedAt, hears)
	right0, unsureToo := place(carrier.SentAt, speaks)
	skew, allowed := left0-right0, 20.0
	if stalls, _ := h.stalls.Seen(); stalls > 0 {
		allowed += unsure + unsureToo // the clocks of the comparison stood still too
	}
	h.t.Logf("left against what the customer heard: %s; channel skew %.1f ms of %.1f", heard, skew, allowed)
	if heard.Min < 0.95 || !(math.Abs(skew) <= allowed) { // NaN: nothing was compared
		h.t.Errorf("channels are %.1f ms out of step; left against what the customer heard: %s", skew, heard)
	}
}

// place is where in the recording stands what passed at a moment: the lag of
// each second against the clock of its own packets, the median of all seconds, and
// how far the middle half of them is apart, in ms.
func place(passed []time.Time, compared []audio.Segment) (median, spread float64) {
	var each []float64
	for _, s := range compared {
		if at := clock(passed, s); !at.IsZero() {
			each = append(each, s.LagMs-ms(at))
		}
	}
	slices.Sort(each)
	if len(each) == 0 {
		return math.NaN(), 0
	}
	return each[len(each)/2], each[len(each)*3/4] - each[len(each)/4]
}

// clock is when the first 20 ms of a direction would have passed had nothing
// been late, by the fastest packet of a second that was compared.
func clock(passed []time.Time, s audio.Segment) (fastest time.Time) {
	first := int((float64(s.Second)*1000 - s.LagMs) / 20)
	for i := max(0, first); i < min(len(passed), first+50); i++ {
		if at := passed[i].Add(-time.Duration(i) * 20 * time.Millisecond); !passed[i].IsZero() && (fastest.IsZero() || at.Before(fastest)) {
			fastest = at
		}
	}
	return fastest
}

func ms(t time.Time) float64 { return float64(t.UnixNano()) / 1e6 }
