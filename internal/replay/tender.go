package replay

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// tendEvery is how often the rows that are searched are looked after.
const tendEvery = time.Hour

// SearchStore looks after the rows that are searched.
type SearchStore interface {
	// TendSearch makes the partitions of the months to come and mends rows that
	// could not follow their facts. It gives how many rows have no partition of
	// their own, and how many are out of date: both should be none.
	TendSearch(ctx context.Context, now time.Time) (misplaced, stale int64, err error)
}

// Tender looks after the rows that are searched, at once and every hour, in one
// goroutine. Several instances may do so at once.
type Tender struct {
	store   SearchStore
	metrics *Metrics
	logger  *slog.Logger
	cancel  context.CancelFunc
	wait    sync.WaitGroup
}

// StartTender begins; the caller stops it.
func StartTender(store SearchStore, metrics *Metrics, logger *slog.Logger) *Tender {
	ctx, cancel := context.WithCancel(context.Background())
	t := &Tender{store: store, metrics: metrics, logger: logger, cancel: cancel}
	t.wait.Go(func() { t.run(ctx) })
	return t
}

// Stop ends the goroutine and waits for it.
func (t *Tender) Stop() {
	t.cancel()
	t.wait.Wait()
}

func (t *Tender) run(ctx context.Context) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		misplaced, stale, err := t.store.TendSearch(ctx, time.Now())
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			t.logger.Warn("search not tended", "error", err)
		} else {
			t.metrics.tended(misplaced, stale)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
