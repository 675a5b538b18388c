package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/switchboard"
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

// inbound takes the calls of customers. Each is written down before it is
// answered, and leaves a task when no agent takes it.
type inbound struct {
	logger *slog.Logger
	desk   atomic.Pointer[callback.Inbound] // nil before the start

	mu    sync.Mutex
	parts *inboundParts // nil before the start and after the stop
	open  int
	wg    sync.WaitGroup
}

// inboundParts are what a call needs to be answered.
type inboundParts struct {
	board    *switchboard.Switchboard
	carrier  *carrier
	prompts  switchboard.QueuePrompts
	ringFor  time.Duration
	announce time.Duration
}

// take is the user agent's: it must not block.
func (i *inbound) take(c *sip.Call, facts sip.Incoming) sip.Handler {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.parts == nil || i.open == maxInbound {
		c.Refuse(503, "Service Unavailable", inboundLater)
		return func(sip.Event) {}
	}
	i.open++
	parts, leg := *i.parts, &arrivingLeg{}
	i.wg.Go(func() {
		defer func() {
			i.mu.Lock()
			i.open--
			i.mu.Unlock()
		}()
		ctx, cancel := context.WithTimeout(context.Background(), inboundTimeout)
		defer cancel()
		i.receive(ctx, parts, c, facts, leg)
	})
	return leg.handle
}

// receive writes the call down and hands it to the switchboard, which answers
// it. What cannot be answered is refused.
func (i *inbound) receive(ctx context.Context, p inboundParts, c *sip.Call, facts sip.Incoming, leg *arrivingLeg) {
	later := func(what string, err error) {
		i.logger.Error(what, "trunk", facts.Trunk, "error", err)
		c.Refuse(503, "Service Unavailable", inboundLater)
	}
	desk := i.desk.Load()
	a, ok, err := desk.Arrive(ctx, callback.Ring{Trunk: facts.Trunk, Called: facts.Called, Caller: facts.Caller, Withheld: facts.Anonymous})
	if err != nil {
		later("inbound call not written down", err)
		return
	}
	if !ok { // nobody whom it could be about
		c.Refuse(480, "Temporarily Unavailable", 0)
		return
	}
	err = p.board.Receive(ctx, i.arrival(p, desk, a, func(report func(switchboard.CarrierEvent)) (switchboard.CustomerLeg, error) {
		l, err := p.carrier.answer(c, facts, a.Call.ID, leg, report)
		if err != nil {
			c.Refuse(503, "Service Unavailable", inboundLater)
			return nil, err
		}
		return l, nil
	}))
	if err == nil {
		return
	}
	later("inbound call not answered", err) // Rule T-01: no recorder, no call
	if err := i.notTaken(ctx, a.Call.ID); err != nil {
		i.logger.Error("no task left of an inbound call", "call_id", a.Call.ID, "error", err)
	}
}

// arrival is the call as the switchboard takes it.
func (i *inbound) arrival(p inboundParts, desk *callback.Inbound, a callback.Arrival, answer func(func(switchboard.CarrierEvent)) (switchboard.CustomerLeg, error)) switchboard.Arrival {
	who := a.View.Customer
	return switchboard.Arrival{
		CallID: a.Call.ID, Trunk: a.Call.Trunk, Why: a.View.Task.Purpose, LastAt: a.LastCallAt, LastBy: a.LastAgentName,
		Permit: switchboard.Permit{
			TaskID: a.View.Task.ID, CustomerID: who.ID, ContactPointID: a.ContactPointID, CustomerName: who.Name, MaskedNumber: a.Call.Number.Masked(),
			Language: who.Language, Program: a.View.Program.Code, Settings: a.Settings, ConfirmAgentHangup: a.View.Program.ConfirmAgentHangup,
		},
		Answer: answer, Prompts: p.prompts, RingFor: p.ringFor, Announce: p.announce,
		Takers: func(ctx context.Context) ([]switchboard.Taker, error) {
			users, err := desk.Takers(ctx, a)
			out := make([]switchboard.Taker, 0, len(users))
			for _, u := range users {
				out = append(out, switchboard.Taker{ID: u.ID, Name: u.Name})
			}
			return out, err
		},
	}
}

// notTaken is the switchboard's: the task to call back.
func (i *inbound) notTaken(ctx context.Context, callID uuid.UUID) error {
	desk := i.desk.Load()
	if desk == nil {
		return errors.New("no calls are taken yet")
	}
	return desk.NotTaken(ctx, callID)
}

func (i *inbound) begin(p inboundParts) {
	i.mu.Lock()
	i.parts = &p
	i.mu.Unlock()
}

// stop takes no more calls and waits for those that are being written down.
func (i *inbound) stop() {
	i.mu.Lock()
	i.parts = nil
	i.mu.Unlock()
	i.wg.Wait()
}

func inboundHours(c config.Inbound) ([]callback.Range, error) {
	out := make([]callback.Range, 0, len(c.Hours))
	for _, h := range c.Hours {
		r, err := callback.ParseRange(h)
		if err != nil {
			return nil, fmt.Errorf("read inbound.hours: %w", err)
		}
		out = append(out, r)
	}
	return out, nil
}
