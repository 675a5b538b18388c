package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"huifang/internal/callback"
	"huifang/signaling/sip"
)

const (
	// maxInbound bounds the calls of customers that are being written down.
	maxInbound = 16
	// inboundTimeout is how long a caller waits for that.
	inboundTimeout = 5 * time.Second
	// inboundLater is when to try again when it could not be done.
	inboundLater = 30 * time.Second
)

// inbound hands the calls of customers to those who write them down. Nobody
// takes such calls yet: each leaves its task to call back, and then the caller
// is told that nobody is there (480).
type inbound struct {
	logger *slog.Logger

	mu   sync.Mutex
	desk *callback.Inbound // nil before the start and after the stop
	open int
	wg   sync.WaitGroup
}

// take is the user agent's: it must not block.
func (i *inbound) take(c *sip.Call, facts sip.Incoming) sip.Handler {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.desk == nil || i.open == maxInbound {
		c.Refuse(503, "Service Unavailable", inboundLater)
		return func(sip.Event) {}
	}
	i.open++
	desk := i.desk
	i.wg.Go(func() {
		defer func() {
			i.mu.Lock()
			i.open--
			i.mu.Unlock()
		}()
		ctx, cancel := context.WithTimeout(context.Background(), inboundTimeout)
		defer cancel()
		if _, err := desk.Missed(ctx, facts.Trunk, facts.Called, facts.Caller, facts.Anonymous); err != nil {
			i.logger.Error("inbound call not written down", "trunk", facts.Trunk, "error", err)
			c.Refuse(503, "Service Unavailable", inboundLater)
			return
		}
		c.Refuse(480, "Temporarily Unavailable", 0)
	})
	return func(sip.Event) {}
}

func (i *inbound) begin(desk *callback.Inbound) {
	i.mu.Lock()
	i.desk = desk
	i.mu.Unlock()
}

// stop takes no more calls and waits for those that are being written down.
func (i *inbound) stop() {
	i.begin(nil)
	i.wg.Wait()
}
