package casework

import (
	"context"
	"sync"
	"time"
)

// keepEvery is how often cases and clocks are looked at without being asked to.
const keepEvery = time.Minute

// Keeper opens, settles and escalates: at once, every minute, and when it is
// told that something has changed. It owns one goroutine.
type Keeper struct {
	service *Service
	wake    chan struct{}
	cancel  context.CancelFunc
	wait    sync.WaitGroup
}

// StartKeeper begins; the caller stops it.
func StartKeeper(s *Service) *Keeper {
	ctx, cancel := context.WithCancel(context.Background())
	k := &Keeper{service: s, wake: make(chan struct{}, 1), cancel: cancel}
	k.wait.Go(func() { k.run(ctx) })
	return k
}

// Notify says that a record is final or a complaint was raised. It does not wait.
func (k *Keeper) Notify() {
	select {
	case k.wake <- struct{}{}:
	default: // it is awake
	}
}

// Stop ends the goroutine and waits for it.
func (k *Keeper) Stop() {
	k.cancel()
	k.wait.Wait()
}

func (k *Keeper) run(ctx context.Context) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		if err := k.service.Keep(ctx); err != nil && ctx.Err() == nil {
			k.service.log.WarnContext(ctx, "cases not looked after", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-k.wake:
		}
	}
}

// Keep is one round of the keeper.
func (s *Service) Keep(ctx context.Context) error {
	for _, f := range []func(context.Context) error{s.Find, s.Settle, s.Clocks} {
		if err := f(ctx); err != nil {
			return err
		}
	}
	return nil
}
