package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/clip"
	"huifang/internal/headless"
	"huifang/internal/httpapi"
	"huifang/internal/testkit/audio"
	"huifang/media/codec"
	"huifang/recording/spool"
	"huifang/signaling/wire"
)

// connected dials a customer who answers at once and talks, and waits until
// both hear each other.
func (h *house) connected(p *headless.Phone, agent access.User, program callback.Program, tail string) wire.CallSnapshot {
	h.t.Helper()
	_, err := p.Dial(h.t.Context(), h.task(agent, program, tail).String())
	h.must(err)
	s, err := p.Until(h.t.Context(), func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	h.must(err)
	if s.State != "talking" {
		h.t.Fatalf("%+v", s)
	}
	return s
}

// during takes the phone's events for a while: what is heard meanwhile is what
// the test is about.
func (h *house) during(p *headless.Phone, d time.Duration) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), d)
	defer cancel()
	if _, err := p.Until(ctx, over); err == nil || h.t.Context().Err() != nil {
		h.t.Fatalf("the call ended: %v", err)
	}
}

// finished hangs up, writes the record and gives the verified recording.
func (h *house) finished(p *headless.Phone) aftermath {
	h.t.Helper()
	ctx := h.t.Context()
	h.must(p.Hangup(ctx, ""))
	s, err := p.Until(ctx, over)
	h.must(err)
	h.must(p.Record(ctx, ""))
	a := aftermath{recording: h.verified(s.Recording.ID)}
	a.call, err = h.server.Store.Call(ctx, s.ID)
	h.must(err)
	a.attempt = a.call.Attempts[0]
	return a
}

// loud is the root mean square of a sound.
func loud(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(max(len(x), 1)))
}

// spoolIsSilent reads what the disk still has of a recording: between the marks
// of the pause there is voice of both sides, and all of it is silence.
func (h *house) spoolIsSilent(id string) {
	h.t.Helper()
	logs := 0
	h.must(filepath.WalkDir(h.cfg.Spool.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, id) || filepath.Ext(path) == ".wav" || filepath.Ext(path) == ".json" {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		inside, before := false, 0
		packets := map[spool.Kind]int{}
		_, err = spool.Scan(f, func(r *spool.Record) error {
			switch {
			case r.Kind == spool.KindEvent && bytes.Contains(r.Payload, []byte("pause_started")):
				inside = true
			case r.Kind == spool.KindEvent && bytes.Contains(r.Payload, []byte("pause_ended")):
				inside = false
			case r.Kind == spool.KindAgent || r.Kind == spool.KindCustomer:
				silent := len(bytes.Trim(r.Payload, string([]byte{codec.ALawSilence}))) == 0
				if inside {
					packets[r.Kind]++
				} else if !silent {
					before++
				}
				if inside && !silent {
					h.t.Fatalf("the spool holds % x of the pause", r.Payload[:8])
				}
			}
			return nil
		})
		if packets[spool.KindAgent] < 100 || packets[spool.KindCustomer] < 100 || before < 100 {
			h.t.Errorf("%s: %v packets in the pause, %d with sound outside of it", path, packets, before)
		}
		logs++
		return err
	}))
	if logs != 1 {
		h.t.Errorf("%d logs of the recording", logs)
	}
}

// A pause in a live call: both go on hearing each other, the recording is
// silent exactly there on both sides, the disk holds nothing of it, and
// supervisors find it in their list.
func TestRuleT13_PauseInALiveCall(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	agent := h.person("agent", access.RoleAgent)
	p := h.phone(agent)
	s := h.connected(p, agent, quick, "00000001")
	said := audio.PseudoSpeech(20, 13)
	p.Say(alaw(said), true)
	h.during(p, 3*time.Second)
	if err := p.Pause(t.Context(), "weather", ""); h.problemOf(err).Rule != "T-13" || h.problemOf(err).Reason != "pause_reason" {
		t.Fatalf("%v", err)
	}
	h.must(p.Pause(t.Context(), "card_number", ""))
	_, err := p.Until(t.Context(), func(s wire.CallSnapshot) bool { return s.Paused && s.PauseEndsAt != nil && s.PausesLeft == 2 })
	h.must(err)
	heard := len(p.Heard())
	h.during(p, 3*time.Second)
	h.must(p.Unpause(t.Context()))
	h.during(p, 3*time.Second)
	h.must(p.Complaint(t.Context(), "delivered late"))
	inPause := p.Heard()[heard : heard+2*8000]
	a := h.finished(p)

	from, to := h.mark(a, "pause_started")+8, h.mark(a, "pause_ended")
	if d := to - from; d < 2*8000 || d > 6*8000 {
		t.Fatalf("the pause is %d samples long", d)
	}
	left, right := h.channels(a)
	for side, channel := range map[string][]float64{"agent": left, "customer": right} {
		// What came after the pause may have been said a moment before its end.
		for i, v := range channel[from : to-8000*3/10] {
			if v > 0.001 || v < -0.001 { // A-law has no zero
				t.Fatalf("%s: sample %d of the pause is %v", side, i, v)
			}
		}
		if before, after := loud(channel[from-2*8000:from]), loud(channel[to:to+2*8000]); before < 0.005 || after < 0.005 {
			t.Errorf("%s: %v before the pause, %v after it", side, before, after)
		}
	}
	// Both heard each other in the pause.
	sim := h.sim(a)
	both := h.compare(said, clip.FromPCM(sim.Received), audio.Looping())
	if both.Seconds < 7 || both.Min < 0.9 || loud(clip.FromPCM(inPause)) < 0.005 {
		t.Errorf("the customer heard %s; the agent heard %v", both, loud(clip.FromPCM(inPause)))
	}
	h.spoolIsSilent(s.Recording.ID.String())
	// Listed for review.
	code, body := h.get(h.signIn("boss"), "/api/v1/call-marks?kind=pause")
	var page httpapi.MarkPage
	if err := json.Unmarshal(body, &page); code != http.StatusOK || err != nil || len(page.Marks) != 1 || len(page.Totals) != 1 {
		t.Fatalf("%d %s", code, body)
	}
	m := page.Marks[0]
	if m.By.ID != agent.ID || m.Reason != "card_number" || m.EndReason != "agent" || m.OffsetMs == nil || *m.OffsetMs*8 < int64(from)-8000 || page.Totals[0].DurationMs < 2000 {
		t.Errorf("%s", body)
	}
	// Rule C-20: the complaint stands with its place in the call's facts.
	code, body = h.get(h.signIn("agent"), "/api/v1/calls/"+s.ID.String())
	var facts httpapi.Call
	if err := json.Unmarshal(body, &facts); code != http.StatusOK || err != nil || len(facts.Marks) != 2 {
		t.Fatalf("%d %s", code, body)
	}
	c := facts.Marks[1]
	if place := h.mark(a, "complaint"); c.Kind != "complaint" || c.Note != "delivered late" || c.OffsetMs == nil || max(*c.OffsetMs*8-int64(place), int64(place)-*c.OffsetMs*8) > 1600 {
		t.Errorf("complaint at %d: %s", place, body)
	}
	if code, _ := h.get(h.signIn("agent"), "/api/v1/call-marks"); code != http.StatusForbidden {
		t.Errorf("an agent reads the list: %d", code)
	}
}
