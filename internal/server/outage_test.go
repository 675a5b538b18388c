package server_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"huifang/internal/testkit/s3"
)

// The storage is away while agents call without a rest, and in the middle of it
// the database: every call has its recording, whole and stored once, the alarm
// stands meanwhile, and the backlog goes up with the oldest first. make outage
// runs it for an hour, a minute of it without database.
func TestRuleT01_LongOutage(t *testing.T) {
	t.Parallel()
	away := time.Duration(setting(t, "HUIFANG_OUTAGE_MINUTES", 0)) * time.Minute
	if away == 0 {
		away = 12 * time.Second
	}
	agents := int(setting(t, "HUIFANG_OUTAGE_CALLS", 3))
	// An agent needs some seven seconds for a call.
	c := newChaos(t, agents, int(away/(4*time.Second))+60, setting(t, "HUIFANG_CHAOS_SEED", 1))
	c.up()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i, u := range c.users {
		dice := rand.New(rand.NewPCG(c.dice.Uint64(), uint64(i)))
		all.Go(func() { c.work(ctx, u.Login, &c.tasks[i], dice) })
	}
	collecting, stopCollecting := context.WithCancel(ctx)
	all.Go(func() { // the carrier keeps its last calls only
		for collecting.Err() == nil {
			pass(collecting, 20*time.Second)
			c.collect()
		}
	})
	c.storage.Set(s3.Down)
	began := time.Now()
	pass(ctx, away/2)
	c.database.Cut()
	down := time.Now()
	pass(ctx, min(time.Minute, away/6))
	c.database.Mend()
	back := time.Now()
	pass(ctx, away-time.Since(began))
	waiting, oldest := c.gauge("huifang_archive_backlog_recordings"), c.gauge("huifang_archive_backlog_oldest_timestamp_seconds")
	t.Logf("after %s without storage %.0f recordings wait, the oldest for %s", time.Since(began).Round(time.Second), waiting, time.Since(time.Unix(int64(oldest), 0)).Round(time.Second))
	if c.gauge(`huifang_archive_trouble_state{cause="away"}`) != 1 {
		t.Error("no alarm of the storage")
	}
	if late := time.Unix(int64(oldest), 0).Sub(began); late > time.Minute {
		t.Errorf("the oldest that waits was sealed %s after the storage went away", late)
	}
	mended := time.Now()
	c.storage.Set(s3.None)
	pass(ctx, min(30*time.Second, away/4)) // calls go on while the backlog goes up
	cancel()
	stopCollecting()
	all.Wait()
	_ = c.process.Process.Signal(os.Interrupt)
	<-c.exited
	c.collect()
	for i, d := range c.seen {
		if d.Invited.After(down.Add(time.Second)) && d.Invited.Before(back) {
			t.Errorf("%s was dialled at %s, without the database that was away from %s until %s", d.Behaviour, d.Invited.Format(clockForm), down.Format(clockForm), back.Format(clockForm))
		}
		c.seen[i].killed = time.Now()
	}
	c.finish()
	c.account()
	c.inOrder(mended)
}

// collect takes over from the carrier the calls that have ended.
func (c *chaos) collect() {
	known := map[string]bool{}
	for _, d := range c.seen {
		known[d.CallID] = true
	}
	for _, call := range c.carrier.Calls() {
		if !call.Ended.IsZero() && !known[call.CallID] {
			c.seen = append(c.seen, dialled{call, 1, time.Time{}, c.stalls.Longest(call.Invited, call.Ended.Add(time.Second))})
		}
	}
}

// inOrder shows that what waited when the storage came back went up with the
// oldest first: none waits for many that ended after it.
func (c *chaos) inOrder(mended time.Time) {
	c.t.Helper()
	type waited struct{ ended, stored time.Time }
	var all []waited
	for _, mine := range c.made {
		for _, x := range mine {
			calls, err := c.server.Store.CallsOfTask(c.t.Context(), x.id)
			c.must(err)
			for _, call := range calls {
				rec, err := c.server.Store.Recording(c.t.Context(), call.Recording.ID)
				c.must(err)
				if call.EndedAt.Before(mended.Add(-2*time.Second)) && rec.StoredAt.After(mended) {
					all = append(all, waited{call.EndedAt, rec.StoredAt})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b waited) int { return a.ended.Compare(b.ended) })
	stored := make([]time.Time, len(all))
	for i, w := range all {
		stored[i] = w.stored
	}
	slices.SortFunc(stored, time.Time.Compare)
	furthest := 0
	for i, w := range all {
		rank, _ := slices.BinarySearchFunc(stored, w.stored, time.Time.Compare)
		furthest = max(furthest, rank-i, i-rank)
	}
	if len(all) == 0 || furthest > 16 {
		c.t.Errorf("of %d recordings that waited one went up %d places from its own", len(all), furthest)
		return
	}
	c.t.Logf("%d recordings that waited went up in %s, none further than %d places from its own", len(all), stored[len(stored)-1].Sub(stored[0]).Round(100*time.Millisecond), furthest)
}

// gauge is what the process's metrics say.
func (c *chaos) gauge(name string) float64 {
	c.t.Helper()
	ops := operations.FindStringSubmatch(c.out.String())
	if ops == nil {
		c.t.Fatal("the process does not say where its operations' listener is")
	}
	_, body := c.get(http.DefaultClient, "/metrics", ops[1])
	for line := range strings.Lines(string(body)) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			v, err := strconv.ParseFloat(text, 64)
			c.must(err)
			return v
		}
	}
	c.t.Errorf("no metric %s", name)
	return 0
}

var operations = regexp.MustCompile(`msg="huifang serves".* ops=(\S+)`)
