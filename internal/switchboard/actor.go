package switchboard

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// actor owns one live call. Everything below inbox is touched by its own
// goroutine only.
type actor struct {
	sb          *Switchboard
	line        *Line
	id          uuid.UUID
	recordingID uuid.UUID
	permit      Permit
	logger      *slog.Logger
	inbox       chan message
	done        chan struct{}
	latest      atomic.Pointer[Snapshot]

	call           call.Call
	startedAt      time.Time
	since          time.Time
	attemptID      uuid.UUID
	trunks         []Trunk
	trunk          Trunk
	recorder       Recorder
	recordingState string
	leg            CustomerLeg
	bridge         *media.Bridge
	muted          bool
	pauseMark      CallMark // of the running or last secure pause
	complaints     int
	monitor        *monitor                  // nil while nobody takes part
	transfer       *transfer                 // nil while no colleague is asked
	transferResult string                    // how the last one came to its end
	guest          atomic.Pointer[guestShot] // for the colleague who has joined
	watched        atomic.Pointer[Watched]
	agentID        atomic.Pointer[uuid.UUID] // of the line, for other goroutines
	arrival        *Arrival                  // nil when we called
	queue          queued                    // of an inbound call without an agent
	customerKeys   string                    // the last ones that the customer pressed
	keyAt          time.Time
	keyByEvent     bool // the last one came as a telephone event
	agent          agentWatch
	watch          watch
	ear            Ear       // nil when nobody listens
	voiceFrom      time.Time // since when both are to be heard, zero while they are not
	timers         map[call.Timer]*time.Timer
	scribe         *scribe
}

// message is one entry of the inbox: an event for Step, or something to do on
// the actor's goroutine. answer may be nil.
type message struct {
	event  call.Event
	do     func() error
	answer chan error
}

// post hands a message over; it is dropped when the call has ended meanwhile.
func (a *actor) post(m message) {
	select {
	case a.inbox <- m:
	case <-a.done:
		if m.answer != nil {
			m.answer <- ErrNoCall
		}
	}
}

// offer is post for a leg's reader, which does not wait; it is dropped when the
// inbox is full.
func (a *actor) offer(m message) {
	select {
	case a.inbox <- m:
	case <-a.done:
	default:
	}
}

func (a *actor) tell(ev call.Event) { a.post(message{event: ev}) }

// ask posts and waits for the answer.
func (a *actor) ask(ctx context.Context, m message) error {
	m.answer = make(chan error, 1)
	a.post(m)
	select {
	case err := <-m.answer:
		return err
	case <-a.done:
		// The answer may have been given as the last act.
		select {
		case err := <-m.answer:
			return err
		default:
			return ErrNoCall
		}
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run carries the call from its recorder to its wrap-up.
func (a *actor) run() {
	defer close(a.done)
	defer a.release()
	quality := time.NewTicker(qualityInterval)
	defer quality.Stop()
	agent := time.NewTicker(agentInterval)
	defer agent.Stop()
	for a.call.State.Live() {
		select {
		case m := <-a.inbox:
			err := a.handle(m)
			if m.answer != nil {
				m.answer <- err
			} else if err != nil {
				a.complain(m, err)
			}
		case <-quality.C:
			a.watchMedia()
		case <-agent.C:
			a.seekAgent()
			if err := a.checkAgent(true); err != nil {
				a.logger.Error("agent's media not judged", "error", err)
			}
			a.listen()
		}
	}
}

func (a *actor) complain(m message, err error) {
	var illegal *call.IllegalEventError
	if errors.As(err, &illegal) {
		a.logger.Debug("event dropped", "state", illegal.State.String(), "event", illegal.Event)
		return
	}
	a.logger.Warn("effect failed", "error", err)
}

func (a *actor) handle(m message) error {
	if m.do != nil {
		return m.do()
	}
	return a.step(m.event)
}

// step moves the call: the new state goes to the ledger before the effects
// are performed, and the page hears of it after them.
func (a *actor) step(ev call.Event) error {
	before := a.call
	next, todo, err := call.Step(before, ev)
	if err != nil {
		return err
	}
	a.call = next
	now := a.sb.cfg.Clock()
	if next.State != before.State {
		a.since = now
		a.logger.Info("call state", "from", before.State.String(), "to", next.State.String(), "reason", next.Reason)
		a.sb.cfg.Metrics.state(next.State)
		if next.State.Live() {
			a.store(before, now) // the end is stored by EndCall, with its outcome
		}
	}
	for _, effect := range todo {
		if err := a.perform(effect); err != nil {
			a.fail(effect, err)
			break
		}
	}
	a.publish()
	return nil
}

// store notes the new state, guarded by the one before.
func (a *actor) store(before call.Call, now time.Time) {
	c := a.call
	m := Move{
		CallID: a.id, From: before.State, To: c.State, At: now,
		RingingAt: c.Evidence.RingingAt, AnsweredAt: c.Evidence.AnsweredAt, TalkAt: c.TalkAt,
		NoticeAt: c.NoticeAt, NoticeEndedAt: c.NoticeEndAt, QueuedAt: c.QueuedAt,
	}
	a.scribe.note("state "+c.State.String(), func(ctx context.Context) error { return a.sb.cfg.Ledger.MoveCall(ctx, m) })
}

// fail turns an effect that could not be performed into the event that ends
// the call for it.
func (a *actor) fail(effect call.Effect, err error) {
	a.logger.Error("effect failed, the call ends", "error", err)
	switch effect.(type) {
	case call.OpenAttempt, call.SendInvite:
		a.stepOn(call.DialFailed{At: a.sb.cfg.Clock(), Reason: "dial_failed"})
	default:
		a.stepOn(call.Stopping{At: a.sb.cfg.Clock()})
	}
}

func (a *actor) stepOn(ev call.Event) {
	if err := a.step(ev); err != nil {
		a.logger.Error("call cannot be ended", "error", err)
	}
}

func (a *actor) publish() {
	s := a.snapshot()
	a.latest.Store(s)
	a.sb.cfg.Publisher.Publish(a.line.agentID, "call.state", s)
	a.publishGuest()
}

// release frees what the call held. Its order matters: no frame reaches the
// recorder after it is closed.
func (a *actor) release() {
	for _, t := range a.timers {
		t.Stop()
	}
	if a.bridge != nil {
		a.bridge.Close()
	}
	if a.leg != nil {
		a.leg.Close()
	}
	if a.recorder != nil {
		a.recorder.Close(a.interruption())
	}
	a.scribe.close()
	a.line.callEnded(a)
	a.sb.actorDone(a)
}

// interruption is the reason why a recording ends before its call does, or empty.
func (a *actor) interruption() string {
	if a.call.Outcome == call.OutcomeRecorderFailure {
		return a.call.Reason
	}
	return ""
}
