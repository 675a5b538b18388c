package switchboard

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

const (
	// takersEvery is how often a waiting call asks anew who may take it.
	takersEvery = 5 * time.Second
	// takersLimit bounds how long that may take.
	takersLimit = 3 * time.Second
)

// queue is the order of the inbound calls that wait for an agent: a free agent
// is for the call that came first among those that may ring there.
type queue struct {
	mu    sync.Mutex
	calls []*place
}

// place is a waiting call.
type place struct {
	actor *actor
	open  []uuid.UUID // who may still be asked
	rings bool        // at a softphone now
}

func (q *queue) join(a *actor) *place {
	q.mu.Lock()
	defer q.mu.Unlock()
	p := &place{actor: a}
	q.calls = append(q.calls, p)
	return p
}

func (q *queue) leave(p *place) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.calls = slices.DeleteFunc(q.calls, func(o *place) bool { return o == p })
}

// before is how many calls are before this one.
func (q *queue) before(p *place) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return max(slices.Index(q.calls, p), 0)
}

// turn gives those of open whom no earlier call waits for.
func (q *queue) turn(p *place, open []uuid.UUID, rings bool) []uuid.UUID {
	q.mu.Lock()
	defer q.mu.Unlock()
	p.open, p.rings = open, rings
	mine := slices.Clone(open)
	for _, o := range q.calls {
		if o == p {
			break
		}
		if !o.rings {
			mine = slices.DeleteFunc(mine, func(id uuid.UUID) bool { return slices.Contains(o.open, id) })
		}
	}
	return mine
}

// queued is what an inbound call knows of its search for an agent. It belongs
// to the actor's goroutine.
type queued struct {
	place   *place
	takers  []Taker
	known   bool // takers have been told at least once
	asking  bool
	asked   time.Time
	refused map[uuid.UUID]bool // who did not take it
	ring    *ring
	line    *Line // where it rings
	timer   *time.Timer
	heard   time.Time // when the position was announced
}

// seekAgent lets a waiting call ring at the next free softphone, several times
// a second. When nobody is left who could come to the phone the search is over.
func (a *actor) seekAgent() {
	if !a.call.Waiting() {
		return
	}
	q, now := &a.queue, a.sb.cfg.Clock()
	if q.place == nil {
		q.place, q.refused = a.sb.queue.join(a), map[uuid.UUID]bool{}
		a.sb.cfg.Metrics.waiting(+1)
		q.heard = now // music first
	}
	if !q.asking && now.Sub(q.asked) >= takersEvery {
		q.asking = true
		go a.askTakers()
	}
	if q.ring != nil || !q.known {
		a.sb.queue.turn(q.place, a.open(), q.ring != nil)
		return
	}
	open := a.open()
	if len(open) == 0 {
		a.stepOn(call.NobodyComes{At: now})
		return
	}
	for _, id := range a.sb.queue.turn(q.place, open, false) {
		if a.ringAt(id, now) {
			a.sb.queue.turn(q.place, open, true)
			return
		}
	}
	a.announce(now)
}

// open are those who may take the call, have not refused it, and are at work.
func (a *actor) open() []uuid.UUID {
	var out []uuid.UUID
	for _, t := range a.queue.takers {
		if !a.queue.refused[t.ID] && a.sb.Line(t.ID).working() {
			out = append(out, t.ID)
		}
	}
	return out
}

// working reports whether the agent may come to the phone before long.
func (l *Line) working() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.state.State {
	case AgentReady:
		return l.leg != nil && l.leg.Connected()
	case AgentCalling, AgentWrapup:
		return l.after == AgentReady
	}
	return false
}

// askTakers runs beside the actor.
func (a *actor) askTakers() {
	ctx, cancel := context.WithTimeout(context.Background(), takersLimit)
	defer cancel()
	takers, err := a.arrival.Takers(ctx)
	a.post(message{do: func() error {
		q := &a.queue
		q.asking, q.asked = false, a.sb.cfg.Clock()
		if err != nil {
			return err // those who were known stay
		}
		q.takers, q.known = takers, true
		a.seekAgent()
		return nil
	}})
}

// ringAt offers the call to an agent; false: the line is not free.
func (a *actor) ringAt(id uuid.UUID, now time.Time) bool {
	l := a.sb.Line(id)
	r := &ring{
		Offer: Offer{ID: uuid.New(), Kind: OfferInbound, CallID: a.id, TaskID: a.permit.TaskID, Program: a.permit.Program, Why: a.arrival.Why,
			LastAt: stamp(a.arrival.LastAt), LastBy: a.arrival.LastBy,
			Customer:  OfferedCustomer{ID: a.permit.CustomerID, Name: a.permit.CustomerName, MaskedNumber: a.permit.MaskedNumber, Language: a.permit.Language},
			ExpiresAt: now.Add(a.arrival.RingFor).UTC()},
	}
	r.answer = func(ctx context.Context, accept bool, reason string) error {
		return a.ask(ctx, message{do: func() error { return a.inboundAnswered(r, accept) }})
	}
	gone := func(how string) {
		a.post(message{do: func() error { a.refuse(r, how); return nil }})
	}
	r.lost = func() { go gone(call.TransferLost) }
	if err := l.ring(r); err != nil {
		return false
	}
	a.queue.ring, a.queue.line = r, l
	a.queue.timer = time.AfterFunc(a.arrival.RingFor, func() { gone(call.TransferTimedOut) })
	a.recorder.MarkDetail("offered", now, map[string]string{"to": id.String()})
	a.sb.cfg.Metrics.offered("")
	return true
}

// inboundAnswered takes the word of the agent at whose softphone the call rings.
func (a *actor) inboundAnswered(r *ring, accept bool) error {
	if a.queue.ring != r || !a.call.Waiting() {
		return errOfferOver
	}
	if !accept {
		a.refuse(r, call.TransferDeclined)
		return nil
	}
	l := a.queue.line
	a.stopRing("accepted")
	if err := a.takenBy(l); err != nil {
		a.queue.refused[l.agentID] = true
		a.logger.Warn("inbound call not taken", "agent_id", l.agentID, "error", err)
		return err
	}
	a.sb.cfg.Metrics.offered("accepted")
	return nil
}

// refuse goes on to the next agent.
func (a *actor) refuse(r *ring, how string) {
	if a.queue.ring != r {
		return
	}
	l := a.queue.line
	a.queue.refused[l.agentID] = true
	a.recorder.MarkDetail("offer_ended", a.sb.cfg.Clock(), map[string]string{"to": l.agentID.String(), "reason": how})
	a.sb.cfg.Metrics.offered(how)
	a.logger.Info("inbound call not taken", "agent_id", l.agentID, "reason", how)
	a.stopRing(how)
	a.seekAgent()
}

func (a *actor) stopRing(how string) {
	q := &a.queue
	if q.ring == nil {
		return
	}
	q.timer.Stop()
	q.line.unring(q.ring, how)
	q.ring, q.line = nil, nil
}

// leaveQueue ends the search; a softphone where the call rings is told.
func (a *actor) leaveQueue() {
	a.stopRing(call.TransferCallEnded)
	if a.queue.place != nil {
		a.sb.queue.leave(a.queue.place)
		a.queue.place = nil
		a.sb.cfg.Metrics.waiting(-1)
	}
}

// announce tells the customer the position now and then.
func (a *actor) announce(now time.Time) {
	every := a.arrival.Announce
	if every <= 0 || now.Sub(a.queue.heard) < every {
		return
	}
	a.queue.heard = now
	a.recorder.Mark("position", now)
	a.bridge.Play(a.arrival.Prompts.Position(a.permit.Language, a.sb.queue.before(a.queue.place)), nil)
}
