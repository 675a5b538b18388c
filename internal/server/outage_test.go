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

	"github.com/jackc/pgx/v5"

	"huifang/internal/testkit/s3"
)

// The storage is away for as long as `make outage MINUTES=60` says while agents
// call without a rest, and in the middle of it the database for a minute: every
// call has its recording, whole and stored once, the alarm stands meanwhile, and
// the backlog goes up with the oldest first. Minutes of it only make sense alone,
// so `make test` leaves it to TestRuleT01_StorageAwayDuringACall.
func TestRuleT01_LongOutage(t *testing.T) {
	minutes, agents := setting(t, "HUIFANG_OUTAGE_MINUTES", 0), int(setting(t, "HUIFANG_OUTAGE_CALLS", 10))
	if minutes == 0 {
		t.Skip("make outage runs it")
	}
	away := time.Duration(minutes) * time.Minute
	// An agent needs some seven seconds for a call.
	c := newChaos(t, agents, int(away/(4*time.Second))+60, setting(t, "HUIFANG_CHAOS_SEED", 1))
	c.up()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i, u := range c.users {
		dice := rand.New(rand.NewPCG(c.dice.Uint64(), uint64(i)))
		all.Go(func() { c.work(ctx, u.Login, &c.tasks[i], dice) })
	}
	c.storage.Set(s3.Down)
	began := time.Now()
	pass(ctx, away/2)
	c.database.Cut()
	down := time.Now()
	pass(ctx, time.Minute)
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
	pass(ctx, 30*time.Second) // calls go on while the backlog goes up
	cancel()
	all.Wait()
	_ = c.process.Process.Signal(os.Interrupt)
	<-c.exited
	for _, call := range c.carrier.Calls() {
		if call.Invited.After(down.Add(time.Second)) && call.Invited.Before(back) {
			t.Errorf("%s was dialled at %s, without the database that was away from %s until %s", call.Behaviour, call.Invited.Format(clockForm), down.Format(clockForm), back.Format(clockForm))
		}
		c.seen = append(c.seen, dialled{call, 1, time.Now(), c.stalls.Longest(call.Invited, call.Ended.Add(time.Second))})
	}
	c.finish()
	c.account()
	c.inOrder(mended)
}

// inOrder shows that what waited when the storage came back went up with the
// oldest first: none waits for many that were sealed after it.
func (c *chaos) inOrder(mended time.Time) {
	c.t.Helper()
	db, err := pgx.Connect(c.t.Context(), c.cfg.Database.OwnerDSN)
	c.must(err)
	defer func() { _ = db.Close(context.WithoutCancel(c.t.Context())) }()
	rows, err := db.Query(c.t.Context(), `SELECT stored_at FROM recordings WHERE sealed_at < $1 AND stored_at > $1 ORDER BY sealed_at`, mended)
	c.must(err)
	stored, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	c.must(err)
	sorted := slices.SortedFunc(slices.Values(stored), time.Time.Compare)
	furthest := 0
	for i, at := range stored {
		rank, _ := slices.BinarySearchFunc(sorted, at, time.Time.Compare)
		furthest = max(furthest, rank-i, i-rank)
	}
	if len(stored) == 0 || furthest > 16 {
		c.t.Errorf("of %d recordings that waited one went up %d places from its own", len(stored), furthest)
		return
	}
	took := sorted[len(sorted)-1].Sub(sorted[0])
	c.t.Logf("%d recordings that waited went up in %s, none further than %d places from its own", len(stored), took.Round(100*time.Millisecond), furthest)
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
