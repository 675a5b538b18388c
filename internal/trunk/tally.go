package trunk

import "time"

// A trunk is degraded, and tried last, while at least half of its attempts of
// the last 15 minutes failed, and at least five of them.
const (
	tallySpan       = 15 * time.Minute
	tallyFailures   = 5
	tallyMaxEntries = 1000
)

// tally remembers the attempts of the last minutes.
type tally struct{ results []result }

type result struct {
	at     time.Time
	failed bool
}

func (t *tally) note(now time.Time, failed bool) {
	t.drop(now)
	if len(t.results) == tallyMaxEntries {
		t.results = t.results[1:]
	}
	t.results = append(t.results, result{now, failed})
}

func (t *tally) drop(now time.Time) {
	i := 0
	for i < len(t.results) && now.Sub(t.results[i].at) >= tallySpan {
		i++
	}
	t.results = append(t.results[:0:0], t.results[i:]...)
}

func (t *tally) degraded(now time.Time) bool {
	t.drop(now)
	failed := 0
	for _, r := range t.results {
		if r.failed {
			failed++
		}
	}
	return failed >= tallyFailures && 2*failed >= len(t.results)
}
