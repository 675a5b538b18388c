package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/observe"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// storage is what everybody can see of the storage.
func (h *house) storage(c *http.Client) (wire.Storage, observe.Readiness, int) {
	h.t.Helper()
	var system wire.System
	var ready observe.Readiness
	if code, body := h.get(c, "/api/v1/system"); code != http.StatusOK || json.Unmarshal(body, &system) != nil {
		h.t.Fatalf("%d %s", code, body)
	}
	code, body := h.get(c, "/readyz", h.server.OpsAddr)
	h.must(json.Unmarshal(body, &ready))
	return system.Storage, ready, code
}

// The storage goes away in the middle of a call and comes back: the call goes
// on, another is made meanwhile, both recordings wait where everybody sees it,
// and each goes up once.
func TestRuleT01_StorageAwayDuringACall(t *testing.T) {
	t.Parallel()
	proxy := objects.Proxy(t)
	h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Storage.Socket = proxy.Socket })
	lina := h.person("lina", access.RoleAgent)
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	watcher, ctx := h.signIn("boss"), t.Context()
	h.eventually("the probe", func() bool {
		s, ready, _ := h.storage(watcher)
		return s.Reachable && s.WORM == "enforced" && ready.Notes["storage"] == "ok"
	})

	p := h.phone(lina)
	said := audio.PseudoSpeech(10, 3)
	_, err := p.Dial(ctx, h.task(lina, quick, "00000001").String())
	h.must(err)
	talks := func(longer time.Duration) {
		t.Helper()
		s, err := p.Until(ctx, func(s wire.CallSnapshot) bool {
			return over(s) || s.State == "talking" && time.Since(*s.TalkAt) > longer && (longer == 0 || p.Quality().Agent.Packets > 0)
		})
		if err != nil || s.State != "talking" {
			t.Fatalf("the call does not go on: %+v %v", s, err)
		}
	}
	talks(0)
	p.Say(alaw(said), true)
	talks(time.Second)
	proxy.Cut()
	talks(6 * time.Second)
	h.must(p.Hangup(ctx, ""))
	first, err := p.Until(ctx, over)
	h.must(err)
	h.must(p.Record(ctx, ""))

	_, err = p.Until(ctx, func(wire.CallSnapshot) bool { return p.AgentState() == "ready" })
	h.must(err)
	_, err = p.Dial(ctx, h.task(lina, quick, "00000004").String())
	h.must(err) // calls go on
	second, err := p.Until(ctx, over)
	h.must(err)

	h.eventually("both to wait in sight", func() bool {
		s, ready, code := h.storage(watcher)
		return !s.Reachable && s.Backlog == 2 && s.BacklogBytes > 8000 && s.OldestAt != nil &&
			code == http.StatusOK && ready.Ready && strings.Contains(ready.Notes["storage"], "not reachable, 2 recordings")
	})
	rec, err := h.server.Store.Recording(ctx, first.Recording.ID)
	h.must(err)
	if rec.State != "uploading" && rec.State != "sealed" || rec.Error == "" {
		t.Fatalf("%s, %q", rec.State, rec.Error)
	}
	waiting := aftermath{recording: rec}
	left, _ := h.channels(waiting) // it can be replayed meanwhile
	if heard := h.compare(said, left); heard.Seconds < 3 || heard.Min < 0.95 {
		t.Fatalf("replayed from the disk: %s", heard)
	}

	proxy.Mend()
	stored := h.verified(first.Recording.ID)
	h.verified(second.Recording.ID)
	h.eventually("everything to be well again", func() bool {
		s, ready, _ := h.storage(watcher)
		return s.Reachable && s.Backlog == 0 && s.OldestAt == nil && ready.Notes["storage"] == "ok"
	})
	if stored.LockMode != "COMPLIANCE" || !bytes.Equal(stored.SHA256, rec.SHA256) {
		t.Fatalf("%+v", stored)
	}
	newest, older := objects.Stored(t, h.cfg.Storage.Bucket)
	for _, s := range []wire.CallSnapshot{first, second} {
		times := 0
		for _, name := range append(newest, older...) {
			if strings.Contains(name, s.Recording.ID.String()) {
				times++
			}
		}
		if times != 1 {
			t.Errorf("recording %s is stored %d times: %v, older: %v", s.Recording.ID, times, newest, older)
		}
	}
}
