package switchboard

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// Arrival is a call of a customer that is to be answered.
type Arrival struct {
	CallID uuid.UUID
	Trunk  string
	// Permit names customer, task and program; its settings are those of an
	// inbound call (call.Settings.Inbound).
	Permit Permit
	Why    string    // what we wanted of the customer
	LastAt time.Time // our last call; zero: none
	LastBy string
	// Answer takes the customer's INVITE. What the leg reports goes to report.
	Answer func(report func(CarrierEvent)) (CustomerLeg, error)
	// Takers are those who may have the call (Rule C-15) in the order in which
	// they are asked; it is asked again while the customer waits.
	Takers  func(ctx context.Context) ([]Taker, error)
	Prompts QueuePrompts
	// RingFor is how long the call rings at one softphone.
	RingFor time.Duration
	// Announce is how often the customer hears the position; 0: never.
	Announce time.Duration
}

// Taker is somebody who may take an inbound call.
type Taker struct {
	ID   uuid.UUID
	Name string
}

// QueuePrompts are what a waiting customer hears besides music, A-law at 8 kHz.
type QueuePrompts interface {
	// Position says how many are before the customer, 0 for none.
	Position(language string, before int) []byte
	// Farewell says that we call back.
	Farewell(language string) []byte
}

// Receive carries a call of a customer. The recorder is open when it is
// answered: without one it is not (Rule T-01), the error is a *RecorderError,
// and the INVITE is left to the caller, as with every error.
func (s *Switchboard) Receive(ctx context.Context, r Arrival) error {
	now := s.cfg.Clock()
	a := &actor{
		sb: s, id: r.CallID, recordingID: uuid.New(), permit: r.Permit, arrival: &r, trunk: Trunk{Name: r.Trunk},
		inbox: make(chan message, 64), done: make(chan struct{}),
		call: call.New(r.Permit.Settings), startedAt: now, since: now, recordingState: "opened",
		timers: make(map[call.Timer]*time.Timer),
		watch:  watch{agent: media.NewMeter(now), customer: media.NewMeter(now), unheard: make(map[media.Side]time.Duration)},
	}
	// Nobody's line, until somebody takes the call.
	a.setLine(&Line{sb: s, media: "none", state: LineState{State: AgentOffline, Since: now.UTC()}})
	a.logger = s.cfg.Logger.With("call_id", a.id, "task_id", r.Permit.TaskID, "direction", directionInbound)
	err := s.cfg.Ledger.OpenCall(ctx, NewCall{CallID: a.id, RecordingID: a.recordingID, TaskID: r.Permit.TaskID, CustomerID: r.Permit.CustomerID,
		ContactPointID: r.Permit.ContactPointID, Instance: s.cfg.Instance, At: now, Inbound: true})
	if err != nil {
		return fmt.Errorf("open call: %w", err)
	}
	a.scribe = newScribe(a.logger, s.cfg.Metrics)
	if !s.enroll(a) {
		return a.unanswered(ErrStopping)
	}
	a.recorder, err = s.cfg.Recorders.Open(ctx, RecordingOrder{RecordingID: a.recordingID, CallID: a.id, At: now, Failed: func(reason string) {
		a.tell(call.RecorderFailed{At: s.cfg.Clock(), Reason: reason})
	}})
	if err != nil {
		defer s.running.Done()
		return a.unanswered(&RecorderError{Err: err})
	}
	a.connect()
	if err := a.step(call.RecorderOpened{At: s.cfg.Clock()}); err != nil {
		a.logger.Error("inbound call cannot begin", "error", err)
	}
	go func() {
		defer s.running.Done()
		a.run()
		<-a.scribe.done
	}()
	return nil
}

const (
	directionInbound  = "inbound"
	directionOutbound = "outbound"
)

func (a *actor) direction() string {
	if a.arrival != nil {
		return directionInbound
	}
	return directionOutbound
}

// unanswered ends a call that was not answered; the error says why.
func (a *actor) unanswered(cause error) error {
	now := a.sb.cfg.Clock()
	if errors.Is(cause, ErrStopping) {
		a.stepOn(call.Stopping{At: now})
	} else {
		a.sb.cfg.Metrics.refused("recorder")
		a.stepOn(call.RecorderFailed{At: now, Reason: "not_opened"})
	}
	a.release()
	close(a.done)
	<-a.scribe.done
	return cause
}

// answerInvite takes the customer's call.
func (a *actor) answerInvite() error {
	leg, err := a.arrival.Answer(func(ev CarrierEvent) {
		a.post(message{do: func() error { return a.carrierEvent(ev) }})
	})
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	a.leg = leg
	a.bridge.SetCustomer(leg.Media())
	return nil
}

// noteUntaken leaves a task when no agent took the call, after its end is written.
func (a *actor) noteUntaken() {
	if !a.call.Untaken() {
		return
	}
	a.sb.cfg.Metrics.inboundEnded(a.call)
	if a.sb.cfg.Untaken == nil {
		return
	}
	a.scribe.note("task to call back", func(ctx context.Context) error { return a.sb.cfg.Untaken(ctx, a.id) })
}

// takenBy makes an agent's line the one of the call. The database has it first.
func (a *actor) takenBy(to *Line) error {
	if err := to.takeable(a); err != nil {
		return err
	}
	now := a.sb.cfg.Clock()
	if err := a.writeHandover(Handover{CallID: a.id, To: to.agentID, At: now, WithTask: true}); err != nil {
		to.unreserve()
		return err
	}
	a.bridge.SetAgent(agentOrNil(to.agentLeg()))
	a.setLine(to)
	a.logger = a.logger.With("agent_id", to.agentID)
	to.begin(a)
	a.recorder.MarkDetail("taken", now, map[string]string{"by": to.agentID.String()})
	if err := a.step(call.Taken{At: now}); err != nil {
		a.logger.Error("inbound call was taken but does not go on", "error", err)
		a.stepOn(call.Stopping{At: now})
	}
	a.sb.cfg.Metrics.inboundEnded(a.call)
	a.sb.cfg.Publisher.Publish(to.agentID, "task.changed", map[string]any{"task_id": a.permit.TaskID})
	return nil
}
