package server_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/switchboard"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/cut"
	"huifang/signaling/wire"
)

// A call that the database knows and the disk does not, as after a crash before
// the first byte, or with another disk in place.
func TestRecovery_RecordingWithoutAFileIsMissing(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	lina := h.person("lina", access.RoleAgent)
	task := h.task(lina, h.program("quick", func(*callback.Program) {}), "00000001")
	ctx := t.Context()
	v, err := h.server.Store.Task(ctx, task)
	h.must(err)
	lost := switchboard.NewCall{CallID: uuid.New(), RecordingID: uuid.New(), TaskID: task, CustomerID: v.Customer.ID,
		ContactPointID: v.Customer.ContactPoints[0].ID, AgentID: lina.ID, Instance: h.cfg.Instance, At: time.Now()}
	h.must(h.server.Store.OpenCall(ctx, lost))
	h.stop()
	h.start()
	rec, err := h.server.Store.Recording(ctx, lost.RecordingID)
	h.must(err)
	c, err := h.server.Store.Call(ctx, lost.CallID)
	h.must(err)
	if rec.State != "missing" || rec.Error == "" || c.State != call.StateWrapup || c.Reason != "instance_restarted" {
		t.Fatalf("recording %s %q, call %s %q", rec.State, rec.Error, c.State, c.Reason)
	}
	h.eventually("the metric to count it", func() bool {
		_, body := h.get(http.DefaultClient, "/metrics", h.server.OpsAddr)
		return strings.Contains(string(body), `huifang_archive_lost_recordings{state="missing"} 1`)
	})
}

// The spool's disk is not mounted at a start, and is at the next one: what was
// missing is found again and stored.
func TestRuleT01_MissingRecordingIsFoundAgainWithItsDisk(t *testing.T) {
	t.Parallel()
	var proxy *cut.Proxy
	h := openHouse(t, func(c *config.Config, _ *server.Options) {
		proxy = objects.Proxy(t)
		c.Storage.Socket = proxy.Socket
	})
	lina := h.person("lina", access.RoleAgent)
	quick := h.program("quick", func(*callback.Program) {})
	p, ctx := h.phone(lina), t.Context()
	proxy.Cut()
	_, err := p.Dial(ctx, h.task(lina, quick, "00000004").String())
	h.must(err)
	s, err := p.Until(ctx, over)
	h.must(err)
	state := func() string {
		rec, err := h.server.Store.Recording(ctx, s.Recording.ID)
		h.must(err)
		return rec.State
	}
	h.eventually("it to wait for the storage", func() bool { return state() == "uploading" })
	h.stop()
	away := h.cfg.Spool.Dir + "-away"
	h.must(os.Rename(h.cfg.Spool.Dir, away))
	proxy.Mend()
	h.start()
	h.eventually("it to be missing", func() bool { return state() == "missing" })
	h.stop()
	h.must(os.RemoveAll(h.cfg.Spool.Dir))
	h.must(os.Rename(away, h.cfg.Spool.Dir))
	h.start()
	if rec := h.verified(s.Recording.ID); rec.Error != "" {
		t.Errorf("%q", rec.Error)
	}
}

// An orderly stop ends live calls and seals what was said; nothing of it is
// called interrupted.
func TestServer_StopSealsALiveCall(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	lina := h.person("lina", access.RoleAgent)
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	p, ctx := h.phone(lina), t.Context()
	said := audio.PseudoSpeech(10, 9)
	_, err := p.Dial(ctx, h.task(lina, quick, "00000001").String())
	h.must(err)
	_, err = p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	h.must(err)
	p.Say(alaw(said), true)
	live, err := p.Until(ctx, func(s wire.CallSnapshot) bool {
		return time.Since(*s.TalkAt) > 2*time.Second && p.Quality().Agent.Packets > 100 // two seconds of it came
	})
	h.must(err)
	h.stop()
	if _, err := h.carrier.Await(ctx, func(c carriersim.Call) bool { return c.End == carriersim.EndCaller }); err != nil {
		t.Fatalf("the customer was not hung up on: %v", err)
	}
	h.start()
	rec := h.verified(live.Recording.ID)
	c, err := h.server.Store.Call(ctx, live.ID)
	h.must(err)
	if rec.Interrupted || c.State != call.StateWrapup || c.Outcome != call.OutcomeAnswered || c.Attempts[0].Reason != "shutdown" || c.Attempts[0].EndedBy != call.PartySystem {
		t.Fatalf("interrupted %v, %v %v %+v", rec.Interrupted, c.State, c.Outcome, c.Attempts)
	}
	left, _ := h.channels(aftermath{recording: rec})
	if heard := h.compare(said, left); heard.Seconds < 1 || heard.Min < 0.95 {
		t.Fatalf("agent %s", heard)
	}
}
