package callback

import (
	"context"
	"sync"
	"time"
)

// noteEvery is how often missed clocks are looked for.
const noteEvery = time.Minute

// Clock notes slips that missed their time and renews what agents of this
// instance have in hand, at once and every minute, in one goroutine. Several
// instances may do so at once. Rule C-18.
type Clock struct {
	service *Service
	cancel  context.CancelFunc
	wait    sync.WaitGroup
}

// StartClock begins; the caller stops it.
func StartClock(s *Service) *Clock {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Clock{service: s, cancel: cancel}
	c.wait.Go(func() { c.run(ctx) })
	return c
}

// Stop ends the goroutine and waits for it.
func (c *Clock) Stop() {
	c.cancel()
	c.wait.Wait()
}

func (c *Clock) run(ctx context.Context) {
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		if err := c.service.NoteOverdueSlips(ctx); err != nil && ctx.Err() == nil {
			c.service.cfg.Logger.WarnContext(ctx, "missed clocks not noted", "rule", "C-18", "error", err)
		}
		if err := c.service.countUnfinished(ctx); err != nil && ctx.Err() == nil {
			c.service.cfg.Logger.WarnContext(ctx, "open records not counted", "rule", "C-23", "error", err)
		}
		if err := c.service.keepClaims(ctx); err != nil && ctx.Err() == nil {
			c.service.cfg.Logger.WarnContext(ctx, "leases of the queue not renewed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
