package server_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"huifang/internal/clip"
	"huifang/internal/headless"
	"huifang/internal/httpapi"
	"huifang/internal/testkit/audio"
	"huifang/recording/wav"
)

func TestServer_WholeCallIsRecordedInStepAndReplayed(t *testing.T) {
	h := newHouse(t)
	say := filepath.Join(t.TempDir(), "say.wav")
	said := audio.PseudoSpeech(30, 7)
	if err := clip.Write(say, clip.Clip{Rate: 8000, Channels: [][]float64{said}}); err != nil {
		t.Fatal(err)
	}
	result, err := headless.Call(t.Context(), headless.Options{Server: h.base, User: "lihua", Password: password, Task: "next", Say: say, HangupAfter: 10 * time.Second})
	if err != nil || result.Refused != nil || result.Outcome != "answered" || !result.RecordSaved {
		t.Fatalf("%+v %v", result, err)
	}
	auditor := h.signIn("sunyue")
	path := "/api/v1/recordings/" + result.Recording.ID.String()
	var rec struct {
		State string `json:"state"`
		Marks []struct {
			Name string `json:"name"`
			AtMs int    `json:"at_ms"`
		} `json:"marks"`
		Object struct {
			LockMode string `json:"lock_mode"`
		} `json:"object"`
		RetainUntil time.Time `json:"retain_until"`
	}
	for deadline := time.Now().Add(20 * time.Second); rec.State != "verified"; {
		code, body := h.get(auditor, path)
		if code != http.StatusOK || time.Now().After(deadline) {
			t.Fatalf("%d, state %q: %s", code, rec.State, body)
		}
		if err := json.Unmarshal(body, &rec); err != nil {
			t.Fatal(err)
		}
	}
	// Rule T-02.
	if rec.Object.LockMode != "COMPLIANCE" || rec.RetainUntil.Before(result.EndedAt.AddDate(3, 0, 0)) {
		t.Fatalf("not kept for three years: %+v", rec)
	}
	connected := -1
	for _, m := range rec.Marks {
		if m.Name == "connected" {
			connected = m.AtMs
		}
	}
	_, file := h.get(auditor, path+"/audio?channel=both")
	sound, err := clip.Parse(file)
	if err != nil || len(sound.Channels) != 2 || connected < 0 {
		t.Fatalf("%d bytes, connected at %d: %v", len(file), connected, err)
	}
	// Rule T-01: both voices, in their channel, in step.
	left := h.compare(said, sound.Channels[0][connected*8:])
	sent := clip.FromPCM(h.carrier.Calls()[0].Sent)
	right := h.compare(sent, sound.Channels[1])
	if left.Seconds < 8 || left.Min < 0.95 || right.Seconds < 8 || right.Min < 0.95 {
		t.Fatalf("left %s; right %s", left, right)
	}
	// The wave form that was kept is that of the sound, and the page gets it.
	h.eventually("the wave form to be kept", func() bool {
		_, ok, err := h.server.Store.Peaks(t.Context(), result.Recording.ID)
		h.must(err)
		return ok
	})
	var kept httpapi.Peaks
	_, body := h.get(auditor, path+"/peaks?points=2000")
	h.must(json.Unmarshal(body, &kept))
	for i, lane := range [][]int8{kept.Left, kept.Right} {
		loudest := int8(int(slices.Max(sound.Channels[i])*32768) >> 8)
		if len(lane) != 4000 || slices.Max(lane) != loudest || kept.DurationMs != int64(len(sound.Channels[i])/8) {
			t.Errorf("lane %d: %d values up to %d of %d, %d ms", i, len(lane), slices.Max(lane), loudest, kept.DurationMs)
		}
	}
	h.must(h.server.Store.Drawn(t.Context(), result.Recording.ID, wav.Peaks{Samples: 16000, Left: []int8{-1, 1}, Right: []int8{-2, 2}}))
	if _, body := h.get(auditor, path+"/peaks?points=2000"); string(body) != `{"duration_ms":2000,"left":[-1,1],"right":[-2,2]}`+"\n" {
		t.Errorf("the wave form is drawn again: %s", body)
	}
	// Rule S-01: nobody else hears it, and unknown ids say nothing.
	for login, want := range map[string]int{"lihua": http.StatusForbidden, "zhaolei": http.StatusForbidden} {
		if code, _ := h.get(h.signIn(login), path+"/audio"); code != want {
			t.Errorf("%s got %d", login, code)
		}
	}
	if code, _ := h.get(auditor, "/api/v1/recordings/00000000-0000-4000-8000-000000000000/audio"); code != http.StatusNotFound {
		t.Errorf("unknown id: %d", code)
	}
}
