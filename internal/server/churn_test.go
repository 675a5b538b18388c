package server_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/config"
	"huifang/internal/server"
)

// churn is what `make churn` sets: how many calls, and the seed of their endings.
func churn(t *testing.T) (calls int, seed uint64) {
	t.Helper()
	number := func(name string, otherwise uint64) uint64 {
		text := os.Getenv(name)
		if text == "" {
			return otherwise
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s=%q: want a number", name, text)
		}
		return n
	}
	return int(number("HUIFANG_CHURN_CALLS", 24)), number("HUIFANG_CHURN_SEED", 1)
}

// Many short calls with every behaviour of the carrier, hung up, abandoned by
// killed browsers, reloaded and stalled at random moments, leave nothing behind
// but their evidence. It runs alone: it counts what the process holds.
func TestChurn_NothingIsLeftBehind(t *testing.T) {
	calls, seed := churn(t)
	t.Logf("%d calls, seed %d", calls, seed)
	h := openHouseOn(t, carriersim.Config{}, func(c *config.Config, _ *server.Options) {
		c.Spool.KeepLocal, c.Numbers.AgentDialsPerMinute = time.Second, 0
	})
	p := h.program("churn", func(p *callback.Program) {
		p.RecordingNotice, p.MinRing, p.MaxRing = false, time.Second, 3*time.Second
	})
	agents := min(48, max(calls/4, 1))
	workers := make([]*worker, agents)
	for i := range workers {
		workers[i] = &worker{house: h, user: h.person(fmt.Sprintf("churn-%02d", i), access.RoleAgent), program: p,
			dice: rand.New(rand.NewPCG(seed, uint64(i)))}
	}
	// One call of each first: what is made once and kept is not a leak.
	workers[0].work(t.Context(), 1)
	before := h.settled("the first call to be put away", nil)

	var all sync.WaitGroup
	started := time.Now()
	for i, w := range workers {
		share := calls / agents
		if i < calls%agents {
			share++
		}
		all.Go(func() { w.work(t.Context(), share) })
	}
	all.Wait()
	took := time.Since(started)
	after := h.settled("everything to be put away", before)

	endings, outcomes := map[string]int{}, map[call.Outcome]int{}
	made := 0
	for _, w := range workers {
		for _, err := range w.errs {
			t.Errorf("%s: %v", w.user.Login, err)
		}
		for _, id := range w.calls {
			outcomes[h.closed(id)]++
			made++
		}
		for e, n := range w.endings {
			endings[e] += n
		}
	}
	if made != calls+1 {
		t.Errorf("%d calls made, want %d", made, calls+1)
	}
	open, err := h.server.Store.OpenCalls(t.Context(), h.cfg.Instance)
	h.must(err)
	if len(open) > 0 {
		t.Errorf("%d calls without an end: %+v", len(open), open)
	}
	t.Logf("%d calls by %d agents in %s; endings %v; outcomes %v", made, agents, took.Round(time.Second), endings, outcomes)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		t.Logf("%-34s before %4d  after %4d", name, before[name], after[name])
	}
}

// closed checks the evidence of a call: it is closed, every attempt has its end
// and its verdict, and its recording is stored and verified.
func (h *house) closed(id uuid.UUID) call.Outcome {
	h.t.Helper()
	c, err := h.server.Store.Call(h.t.Context(), id)
	h.must(err)
	if c.State != call.StateClosed || c.EndedAt.IsZero() || len(c.Attempts) == 0 || c.Record == nil || c.Record.State != callback.RecordFinal {
		h.t.Errorf("call %s is %s with %d attempts, record %v", id, c.State, len(c.Attempts), c.Record)
	}
	for _, a := range c.Attempts {
		if a.EndedAt.IsZero() || a.Outcome == "" {
			h.t.Errorf("call %s: attempt without its end", id)
		}
	}
	h.verified(c.Recording.ID)
	return c.Outcome
}

// holdings are counts of what the process holds.
type holdings map[string]int

// settled waits until nothing is in use any more, and no more is held than
// before.
func (h *house) settled(what string, before holdings) holdings {
	h.t.Helper()
	var now holdings
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(3 * time.Minute) // SIP keeps ended calls for 32 s, the storage lets local copies go every minute
	for {
		now = h.held()
		var left []string
		for name, n := range now {
			if limit := before[name] + slack(name); n > limit && (before != nil || name == "calls at the carrier" || strings.HasPrefix(name, "huifang_")) {
				left = append(left, fmt.Sprintf("%s: %d, want %d", name, n, limit))
			}
		}
		if len(left) == 0 {
			return now
		}
		select {
		case <-tick.C:
		case <-deadline:
			slices.Sort(left)
			h.t.Fatalf("waited in vain for %s:\n%s\n%s", what, strings.Join(left, "\n"), stacks())
		}
	}
}

// slack is what pools of the libraries may hold: connections to the database
// and to the storage, which come and go.
func slack(name string) int {
	if name == "open files" {
		return 24
	}
	return 0
}

// held counts what must not grow: the gauges of what is in use, goroutines by
// who made them, files, and recordings on the local disk.
func (h *house) held() holdings {
	h.t.Helper()
	out := holdings{}
	families, err := h.options.Ops.Registry.Gather()
	h.must(err)
	for _, name := range []string{"huifang_calls_live", "huifang_softphone_sockets", "huifang_sip_calls_active", "huifang_media_bridges", "huifang_webrtc_legs",
		"huifang_rtp_legs", "huifang_rtp_bound_ports", "huifang_recording_live", "huifang_archive_backlog_recordings", "huifang_archive_lost_recordings"} {
		out[name] = 0
		for _, f := range families {
			if f.GetName() == name {
				for _, m := range f.GetMetric() {
					out[name] += int(m.GetGauge().GetValue())
				}
			}
		}
	}
	for creator, n := range goroutines() {
		out["goroutines of "+creator] = n
	}
	fds, err := os.ReadDir("/proc/self/fd")
	h.must(err)
	out["open files"] = len(fds)
	out["calls at the carrier"] = 0
	for _, c := range h.carrier.Calls() {
		if c.State != carriersim.StateEnded {
			out["calls at the carrier"]++
		}
	}
	h.must(filepath.WalkDir(h.cfg.Spool.Dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out["files in the spool"]++
		}
		return nil
	}))
	return out
}

// goroutines counts those made by us and by the libraries that carry calls,
// by library; connection pools of others come and go.
func goroutines() map[string]int {
	out := map[string]int{}
	for g := range strings.SplitSeq(stacks(), "\n\n") {
		_, creator, _ := strings.Cut(g, "created by ")
		for _, of := range []string{"huifang/", "github.com/pion/", "github.com/emiago/", "github.com/gorilla/"} {
			if strings.HasPrefix(creator, of) && !strings.Contains(creator, "_test.") {
				out[strings.TrimSuffix(of, "/")]++
			}
		}
	}
	return out
}

func stacks() string {
	b := make([]byte, 16<<20)
	return string(b[:runtime.Stack(b, true)])
}
