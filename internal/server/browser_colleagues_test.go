package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/clip"
	"huifang/internal/testkit/audio"
)

// TestBrowser_ColleaguesAndSupervisors: two browsers with a voice each. A call is
// asked about, spoken in by three, listened to, barged into, taken over and given
// back: it is one recording, with the other's voice on the third channel while
// that was a third, and on the left while that was the agent. Rules C-01, C-15.
func TestBrowser_ColleaguesAndSupervisors(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	said, others := audio.PseudoSpeech(30, 11), audio.PseudoSpeech(30, 12)
	voice := filepath.Join(t.TempDir(), "other.wav")
	h.must(clip.Write(voice, clip.Clip{Rate: 48000, Channels: [][]float64{clip.Resample(others, 8000, 48000)}}))
	out := h.playwright(said, []string{"HUIFANG_E2E_OTHER_VOICE=" + voice}, "--grep", "@colleagues")
	var facts struct {
		CallID uuid.UUID `json:"call_id"`
	}
	b, err := os.ReadFile(filepath.Join(out, "colleagues.json"))
	if err != nil || json.Unmarshal(b, &facts) != nil {
		t.Fatalf("facts of the call: %v: %s", err, b)
	}
	c, err := h.server.Store.Call(t.Context(), facts.CallID)
	h.must(err)
	a := aftermath{call: c, attempt: c.Attempts[0], recording: h.verified(c.Recording.ID)}
	left, right := h.channels(a)
	code, file := h.get(h.signIn("sunyue"), "/api/v1/recordings/"+c.Recording.ID.String()+"/audio?channel=third")
	sound, err := clip.Parse(file)
	if code != http.StatusOK || err != nil || len(sound.Channels) != 1 {
		t.Fatalf("third channel: %d, %v", code, err)
	}
	third := sound.Channels[0]
	asked, three, left3 := h.mark(a, "transfer_accepted"), h.mark(a, "three_way_started"), h.mark(a, "transfer_ended")
	barged, changed := h.mark(a, "monitor_barge"), h.marks(a, "handover")
	if len(changed) != 2 || !(asked < three && three < left3 && left3 < barged && barged < changed[0]) {
		t.Fatalf("asked at %d, three from %d to %d, barged in at %d, changed hands at %v", asked, three, left3, barged, changed)
	}
	heard := 10 // seconds of the customer; a carrier that is starved sends with holes
	stalls, _ := h.stalls.Seen()
	if stalls > 0 {
		heard = 4
	}
	for _, row := range []struct {
		what        string
		voice, part []float64
		least, most int // seconds
	}{
		{"the other on the third channel of three", others, third[three:left3], 1, 1e6},
		{"the supervisor on the third channel", others, third[barged:changed[0]], 1, 1e6},
		{"the other on the left before the take-over", others, left[:changed[0]], 0, 0},
		{"the agent on the left of three", said, left[three:left3], 1, 1e6},
		{"the supervisor on the left as agent", others, left[changed[0]:changed[1]], 1, 1e6},
		{"the agent on the left again", said, left[changed[1]:], 1, 1e6},
		{"the customer on the right", clip.FromPCM(h.sim(a).Sent), right, heard, 1e6},
	} {
		n := good(row.voice, row.part)
		if n < row.least || n > row.most {
			t.Errorf("%s: %d s of %d, %d stalls", row.what, n, len(row.part)/8000, stalls)
		}
	}
	if c.AgentName != "王芳" || c.Record == nil || c.Record.AgentName != "王芳" {
		t.Errorf("the call is %s's, the record %+v", c.AgentName, c.Record)
	}
	if events, err := h.server.Store.Events(t.Context(), audit.Filter{Action: audit.ActionCallHandedOver, ObjectID: c.ID.String()}); err != nil || len(events) != 2 {
		t.Errorf("%d handovers in the audit log, %v", len(events), err)
	}
}
