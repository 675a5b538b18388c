package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/signaling/wire"
)

// fill takes real space of the disk on which the spool lies, until give.
func fill(t *testing.T, bytes int64) (give func()) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "filling"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, bytes); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(f.Name()); err != nil {
			t.Fatal(err)
		}
	}
}

// The disk fills up during a call: no new one is dialled, with the alarm and the
// reason, before the room is touched that the live one needs; that one goes on to
// its end and is stored, and when there is room again calls are dialled.
func TestRuleT01_DiskThatFillsDuringACall(t *testing.T) {
	t.Parallel()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(os.TempDir(), &fs); err != nil {
		t.Fatal(err)
	}
	free := int64(fs.Bavail) * fs.Bsize
	margin := min(free/4, 3<<30)
	h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Spool.ReserveBytes = free - margin })
	talks, waits := h.person("talks", access.RoleAgent), h.person("waits", access.RoleAgent)
	program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	live, next := h.phone(talks), h.phone(waits)
	ctx := t.Context()
	_, err := live.Dial(ctx, h.task(talks, program, "00000000").String())
	h.must(err)
	s, err := live.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	h.must(err)
	live.Say(voice, true)

	give := fill(t, 2*margin)
	_, err = next.Dial(ctx, h.task(waits, program, "00000001").String())
	if refusal := h.problemOf(err); refusal.Rule != "T-01" || refusal.Params["cause"] != "spool_full" {
		t.Fatalf("%+v", refusal)
	}
	if !strings.Contains(h.metrics(), "\nhuifang_recording_healthy 0\n") {
		t.Error("no alarm")
	}
	full := time.Now()
	s, err = live.Until(ctx, func(s wire.CallSnapshot) bool {
		return over(s) || live.Quality().CallID == s.ID && time.Since(full) > 3*time.Second
	})
	h.must(err)
	if s.State != "talking" {
		t.Fatalf("the live call is %s %s", s.State, s.Outcome)
	}
	h.must(live.Hangup(ctx, ""))
	_, err = live.Until(ctx, over)
	h.must(err)
	if d := h.verified(s.Recording.ID); d.Interrupted || d.DurationMs < 3000 || d.EmptyRight || d.Error != "" {
		t.Errorf("the recording of the live call: %+v", d.Row)
	}
	if calls := h.carrier.Calls(); len(calls) != 1 {
		t.Errorf("the carrier saw %d calls", len(calls))
	}
	give()
	h.eventually("calls to be recorded again", func() bool { return strings.Contains(h.metrics(), "\nhuifang_recording_healthy 1\n") })
	h.recorded(next, waits, program)
}
