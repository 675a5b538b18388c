package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/internal/clip"
	"huifang/internal/store"
	"huifang/internal/testkit/audio"
)

// voice is what every agent says.
var voice = alaw(audio.PseudoSpeech(12, 5))

// setting is a number that a long run is given by the environment.
func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
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

func (h *house) unmarshal(b []byte, out any) {
	h.t.Helper()
	if err := json.Unmarshal(b, out); err != nil {
		h.t.Fatalf("%v: %s", err, b)
	}
}

const clockForm = "15:04:05.000"

// allowed is what a killed process may lose.
const allowed = 200 * time.Millisecond

func (c *chaos) byNumber() map[string]uuid.UUID {
	out := map[string]uuid.UUID{}
	for _, mine := range c.made {
		for _, x := range mine {
			out[x.number] = x.id
		}
	}
	return out
}

// allSettled waits until every recording of a call of the carrier has come to its
// end, asking the database itself.
func (c *chaos) allSettled() {
	c.t.Helper()
	db, err := store.Open(c.t.Context(), store.Config{DSN: c.cfg.Database.DSN, Logger: c.options.Logger})
	c.must(err)
	defer db.Close()
	waits := map[uuid.UUID]bool{}
	for _, d := range c.seen {
		waits[c.byNumber()[d.Number]] = true
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Minute); len(waits) > 0; <-tick.C {
		for id := range waits {
			calls, err := db.CallsOfTask(c.t.Context(), id)
			c.must(err)
			done := true
			for _, x := range calls {
				done = done && slices.Contains([]string{"verified", "failed", "missing"}, string(x.Recording.State))
			}
			if done {
				delete(waits, id)
			}
		}
		if time.Now().After(deadline) {
			c.t.Errorf("%d recordings still wait:\n%s", len(waits), c.out.String())
			return
		}
	}
}

// account compares what the carrier saw with what there is.
func (c *chaos) account() {
	c.t.Helper()
	tasks := c.byNumber()
	newest, older := objects.Stored(c.t, c.cfg.Storage.Bucket)
	boss := c.signIn("boss")
	found, lost, over := 0, 0, 0
	var most, unsure time.Duration
	var compared, unlike int
	for i, d := range c.seen {
		number := d.Number
		calls, err := c.server.Store.CallsOfTask(c.t.Context(), tasks[number])
		c.must(err)
		if len(calls) != 1 {
			c.t.Errorf("a call of the carrier has %d calls here", len(calls))
			lost++
			continue
		}
		id := calls[0].Recording.ID
		rec, err := c.server.Store.Recording(c.t.Context(), id)
		c.must(err)
		times := 0
		for _, name := range append(newest[:len(newest):len(newest)], older...) {
			if strings.Contains(name, id.String()) {
				times++
			}
		}
		code, file := c.get(boss, "/api/v1/recordings/"+id.String()+"/audio?channel=both")
		sound, err := clip.Parse(file)
		if rec.State != "verified" || times != 1 || code != http.StatusOK || err != nil || len(sound.Channels) != 2 {
			c.t.Errorf("recording %s (%s, round %d, call %s): %s %q, stored %d times (%s %s at %s), playable %d %v", id, d.Behaviour, d.round, calls[0].State, rec.State, rec.Error,
				times, rec.ObjectKey, rec.VersionID, rec.StoredAt.Format(time.RFC3339Nano), code, err)
			lost++
			continue
		}
		found++
		if calls[0].State != call.StateWrapup && calls[0].State != call.StateClosed {
			c.t.Errorf("call %s has no end: %s", calls[0].ID, calls[0].State)
		}
		first, last := packets(d)
		until := rec.SampleAt.Add(time.Duration(rec.DurationMs) * time.Millisecond)
		if until.Before(first) { // nothing of it reached the disk
			until = first
		}
		missing := max(0, last.Sub(until))
		// A packet is as long as 20 ms, and a machine that stands still reads its packets late.
		limit := allowed + 20*time.Millisecond + d.stalled
		if missing > limit {
			c.t.Errorf("recording %s (%s, round %d) lacks its last %s, more than %s; it begins %s, has %d ms, interrupted %v, last packet %s, call ended %s %q, at the carrier %s %q, killed %s", id, d.Behaviour, d.round,
				missing, limit, rec.SampleAt.Format(clockForm), rec.DurationMs, rec.Interrupted, last.Format(clockForm), calls[0].EndedAt.Format(clockForm), calls[0].Reason, d.Ended.Format(clockForm), d.End, d.killed.Format(clockForm))
			over++
		}
		if missing > most {
			most, unsure = missing, d.stalled
		}
		if i%5 == 0 && len(d.Sent) > 3*8000 && d.Behaviour != "loss" {
			compared++
			if s := audio.Summarise(seconds(clip.FromPCM(d.Sent), sound.Channels[1])); s.Seconds > 0 && s.Median < 0.9 {
				c.t.Logf("recording %s (%s): %s", id, d.Behaviour, s)
				unlike++
			}
		}
	}
	if unlike > compared/10 {
		c.t.Errorf("%d of %d recordings are not what the carrier sent", unlike, compared)
	}
	if len(older) > 0 {
		c.t.Errorf("objects were stored twice: %v", older)
	}
	c.t.Logf("faults: %s", c.faultList())
	c.t.Logf("%d recordings compared with what the carrier sent, %d unlike; worst round's machine stood still for %s", compared, unlike, unsure.Round(time.Millisecond))
	result := fmt.Sprintf("calls made %d, recordings found %d, recordings lost %d, most seconds missing %.2f", len(c.seen), found, lost, most.Seconds())
	c.t.Log(result)
	if path := os.Getenv("HUIFANG_CHAOS_RESULT"); path != "" {
		c.must(os.WriteFile(path, []byte(result+"\n"), 0o600))
	}
	if len(c.seen) == 0 {
		c.t.Error("no call was made")
	}
}

// packets is when the first and the last packet passed the carrier before the
// kill, in either direction.
func packets(d dialled) (first, last time.Time) {
	for _, side := range [][]time.Time{d.SentAt, d.ReceivedAt} {
		for _, at := range side {
			if at.IsZero() || at.After(d.killed) {
				continue
			}
			if first.IsZero() || at.Before(first) {
				first = at
			}
			if at.After(last) {
				last = at
			}
		}
	}
	return first, last
}
