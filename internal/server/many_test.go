package server_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/clip"
	"huifang/internal/headless"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// Twenty agents sign in, dial and talk at once; each leaves one attempt and one
// whole recording, in which it is its own voice that is heard. It runs alone:
// its agents wait for each other.
func TestServer_TwentyAgentsAtOnce(t *testing.T) {
	h := openHouse(t, nil)
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	const agents, seconds = 20, 4
	var users []access.User
	var tasks []string
	for i := range agents {
		users = append(users, h.person(fmt.Sprintf("agent-%02d", i), access.RoleAgent))
		tasks = append(tasks, h.task(users[i], quick, fmt.Sprintf("%02d000001", i)).String()) // answers at once, and talks
	}
	phones := make([]*headless.Phone, agents)
	t.Run("sign-in", func(t *testing.T) {
		for i, u := range users {
			t.Run(u.Login, func(t *testing.T) {
				t.Parallel()
				p, err := headless.Open(h.t.Context(), h.base, u.Login, password) // lives on after this step
				h.on(t).must(err)
				phones[i] = p
				h.t.Cleanup(p.Close)
			})
		}
	})
	var talking sync.WaitGroup // until all do
	talking.Add(agents)
	t.Run("calls", func(t *testing.T) {
		for i, u := range users {
			t.Run(u.Login, func(t *testing.T) {
				t.Parallel()
				h, p := h.on(t), phones[i]
				said := audio.PseudoSpeech(10, uint64(100+i))
				_, err := p.Dial(t.Context(), tasks[i])
				h.must(err)
				s, err := p.Until(t.Context(), func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
				talking.Done()
				h.must(err)
				talking.Wait()
				p.Say(alaw(said), true)
				select {
				case <-time.After(seconds * time.Second): // what the recording is judged by
				case <-t.Context().Done():
				}
				h.must(p.Hangup(t.Context(), ""))
				s, err = p.Until(t.Context(), over)
				h.must(err)
				h.must(p.Record(t.Context(), ""))
				rec := h.verified(s.Recording.ID)
				a := rec.Call.Attempts
				if s.Outcome != "answered" || len(a) != 1 || a[0].Outcome != call.OutcomeAnswered || a[0].EndedBy != call.PartyAgent || rec.Interrupted {
					t.Fatalf("%+v %+v", s, rec)
				}
				const least = (seconds - 1) * 1000
				if rec.DurationMs < least || rec.RightActiveMs < least/2 || rec.LeftActiveMs < least/4 {
					t.Errorf("%d ms, sound for %d and %d ms", rec.DurationMs, rec.LeftActiveMs, rec.RightActiveMs)
				}
				if i%5 != 0 {
					return // the comparison costs more than the call
				}
				left, right := h.channels(aftermath{recording: rec})
				own := h.compare(said, left)
				sent := h.compare(clip.FromPCM(h.sim(aftermath{attempt: a[0]}).Sent), right)
				if own.Seconds < seconds-3 || own.Min < 0.95 || sent.Seconds < seconds-2 || sent.Min < 0.95 {
					t.Errorf("own voice %s; customer %s", own, sent)
				}
			})
		}
	})
	calls, numbers := h.carrier.Calls(), map[string]bool{}
	for _, c := range calls {
		numbers[c.Number] = true
		if c.State != carriersim.StateEnded || !strings.HasSuffix(c.Number, "0001") {
			t.Errorf("%+v", c.State)
		}
	}
	if len(calls) != agents || len(numbers) != agents {
		t.Errorf("the carrier saw %d calls to %d numbers", len(calls), len(numbers))
	}
}
