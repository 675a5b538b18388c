package intake

import (
	"context"
	"sync"
	"time"
)

// lookEvery is how often missing feeds are looked for.
const lookEvery = time.Minute

// Tidier forgets what is kept for a while only; *token.Service satisfies it.
type Tidier interface {
	Tidy(ctx context.Context) (int, error)
}

// Clock looks for missing feeds, at once and every minute, in one goroutine, and
// lets old keys of requests go. Several instances may do so at once. Rule C-22.
type Clock struct {
	service *Service
	keys    Tidier
	cancel  context.CancelFunc
	wait    sync.WaitGroup
}

// StartClock begins; the caller stops it.
func StartClock(s *Service, keys Tidier) *Clock {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Clock{service: s, keys: keys, cancel: cancel}
	c.wait.Go(func() { c.run(ctx) })
	return c
}

// Stop ends the goroutine and waits for it.
func (c *Clock) Stop() {
	c.cancel()
	c.wait.Wait()
}

func (c *Clock) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := c.service.NoteMissing(ctx); err != nil && ctx.Err() == nil {
			c.service.cfg.Logger.WarnContext(ctx, "missing feeds not noted", "rule", "C-22", "error", err)
		}
		if _, err := c.keys.Tidy(ctx); err != nil && ctx.Err() == nil {
			c.service.cfg.Logger.WarnContext(ctx, "old keys of requests not forgotten", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
