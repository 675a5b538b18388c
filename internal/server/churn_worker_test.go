package server_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/headless"
	"huifang/signaling/wire"
)

// worker is one agent with random habits. It belongs to one goroutine.
type worker struct {
	house   *house
	user    access.User
	program callback.Program
	dice    *rand.Rand
	calls   []uuid.UUID
	endings map[string]int
	errs    []error
}

// work makes a number of calls, one after another, and goes home.
func (w *worker) work(ctx context.Context, calls int) {
	if w.endings == nil {
		w.endings = map[string]int{}
	}
	var phone *headless.Phone
	for range calls {
		next, err := w.call(ctx, phone)
		if err != nil {
			w.errs = append(w.errs, err)
		}
		phone = next
	}
	if phone != nil {
		phone.Close()
	}
}

// call makes one call to a random behaviour, ends it in a random way and
// writes its record. It gives the phone that is open afterwards.
func (w *worker) call(ctx context.Context, phone *headless.Phone) (*headless.Phone, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	if phone == nil {
		opened, err := w.open(ctx)
		if err != nil {
			return nil, err
		}
		phone = opened
	}
	table := carriersim.Behaviours()
	b := table[w.dice.IntN(len(table))]
	tail := fmt.Sprintf("%02d%02d00%s", w.dice.IntN(100), w.dice.IntN(3), b.Code)
	task := w.house.task(w.user, w.program, tail)
	if _, err := phone.Dial(ctx, task.String()); err != nil {
		return phone, fmt.Errorf("%s: %w", b.Name, err)
	}
	id := phone.Call().ID
	w.calls = append(w.calls, id)
	phone, ending, err := w.end(ctx, phone)
	w.endings[ending]++
	if err != nil {
		return phone, fmt.Errorf("%s, %s: %w", b.Name, ending, err)
	}
	if phone == nil { // killed, and away until the call is over
		if phone, err = w.open(ctx); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", b.Name, ending, err)
		}
	}
	if _, err := phone.Until(ctx, func(s wire.CallSnapshot) bool { return s.ID == id && over(s) }); err != nil {
		return phone, fmt.Errorf("%s, %s, until it is over: %w", b.Name, ending, err)
	}
	if err := phone.Record(ctx, ""); err != nil {
		return phone, fmt.Errorf("%s, %s: %w", b.Name, ending, err)
	}
	_, err = phone.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "closed" && phone.AgentState() == "ready" })
	if err != nil {
		err = fmt.Errorf("%s, %s, until the line is free: %w", b.Name, ending, err)
	}
	return phone, err
}

func (w *worker) open(ctx context.Context) (*headless.Phone, error) {
	return headless.Open(context.WithoutCancel(ctx), w.house.base, w.user.Login, password)
}

// end does one of the things that end calls, at a random moment. A nil phone
// was killed and is not back yet.
func (w *worker) end(ctx context.Context, p *headless.Phone) (*headless.Phone, string, error) {
	moment := time.Duration(w.dice.IntN(3000)) * time.Millisecond
	switch n := w.dice.IntN(100); {
	case n < 40:
		return p, "hung up while talking", w.hangup(ctx, p, moment, true)
	case n < 60:
		return p, "hung up at any moment", w.hangup(ctx, p, moment, false)
	case n < 75: // a reload: the page comes back at once and ends the call
		w.pass(ctx, moment)
		p.Vanish()
		p, err := w.open(ctx)
		if err != nil {
			return nil, "reloaded", err
		}
		return p, "reloaded", w.hangup(ctx, p, 0, false)
	case n < 80: // a killed browser: the server closes the call after 30 s
		w.pass(ctx, moment)
		p.Vanish()
		w.pass(ctx, 40*time.Second)
		return nil, "killed", nil
	case n < 90: // the agent's packets stop for a while
		w.pass(ctx, moment)
		p.Stall(true)
		w.pass(ctx, 2*time.Second)
		p.Stall(false)
		return p, "stalled", w.hangup(ctx, p, 0, false)
	default:
		return p, "left to the customer", w.hangup(ctx, p, 8*time.Second, true)
	}
}

// hangup ends the call after a while, of talking or of any state. It is tried
// again while Rule T-03 refuses it, and when an answer has crossed our CANCEL.
func (w *worker) hangup(ctx context.Context, p *headless.Phone, after time.Duration, talking bool) error {
	if talking {
		if _, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) }); err != nil {
			return err
		}
	}
	if err := w.listen(ctx, p, after); err != nil {
		return err
	}
	for !over(p.Call()) {
		err := p.Hangup(ctx, "")
		var refused *wire.Problem
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		if err := w.listen(ctx, p, 500*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// listen takes events for a while, or until the call is over.
func (w *worker) listen(ctx context.Context, p *headless.Phone, d time.Duration) error {
	part, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	_, err := p.Until(part, over)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil
	}
	return err
}

// pass lets time pass.
func (w *worker) pass(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
