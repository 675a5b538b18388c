package switchboard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// Switchboard carries the lines and calls of one instance. Its methods are
// safe for concurrent use.
type Switchboard struct {
	cfg Config
	mos func(loss float64, jitter, rtt time.Duration) float64

	mu       sync.Mutex
	lines    map[uuid.UUID]*Line
	actors   map[uuid.UUID]*actor
	queue    queue
	stopping bool
	running  sync.WaitGroup
	ending   chan struct{} // closed when it is stopping
}

// New makes a switchboard without lines. mos estimates the quality of a
// direction, 1 to 4.5 (ITU-T G.107).
func New(cfg Config, mos func(loss float64, jitter, rtt time.Duration) float64) *Switchboard {
	return &Switchboard{cfg: cfg, mos: mos, lines: make(map[uuid.UUID]*Line), actors: make(map[uuid.UUID]*actor), ending: make(chan struct{})}
}

// Line gives the line of an agent, making it when there is none.
func (s *Switchboard) Line(agentID uuid.UUID) *Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lines[agentID]
	if l == nil {
		l = &Line{sb: s, agentID: agentID, media: "none", after: AgentReady,
			state: LineState{State: AgentOffline, Since: s.cfg.Clock().UTC()}}
		s.lines[agentID] = l
	}
	return l
}

// Recover drives the calls that a crash left open to wrap-up, with the reason.
// It is called once, before the first dial.
func (s *Switchboard) Recover(ctx context.Context) (int, error) {
	orphans, err := s.cfg.Ledger.OpenCalls(ctx, s.cfg.Instance)
	if err != nil {
		return 0, fmt.Errorf("list open calls: %w", err)
	}
	now := s.cfg.Clock()
	for _, o := range orphans {
		if o.OpenAttempt != uuid.Nil {
			v := Verdict{AttemptID: o.OpenAttempt, CallID: o.CallID, TaskID: o.TaskID, EndedAt: now, EndedBy: call.PartySystem,
				Outcome: call.OutcomeInternal, Reason: "instance_restarted", LastOfCall: true}
			if err := s.cfg.Ledger.CloseAttempt(ctx, v); err != nil {
				return 0, fmt.Errorf("close attempt %s: %w", o.OpenAttempt, err)
			}
		}
		outcome := call.OutcomeInternal
		if o.Inbound && o.AgentID == uuid.Nil {
			outcome = call.OutcomeNotTaken
		}
		e := Ending{CallID: o.CallID, TaskID: o.TaskID, At: now, Outcome: outcome, Reason: call.UntakenRestart,
			EndedBy: call.PartySystem}
		if err := s.cfg.Ledger.EndCall(ctx, e); err != nil {
			return 0, fmt.Errorf("end call %s: %w", o.CallID, err)
		}
		if outcome == call.OutcomeNotTaken && s.cfg.Untaken != nil {
			if err := s.cfg.Untaken(ctx, o.CallID); err != nil {
				return 0, fmt.Errorf("leave a task for call %s: %w", o.CallID, err)
			}
		}
		s.cfg.Logger.Warn("call closed after a restart", "call_id", o.CallID, "state", o.State.String())
	}
	return len(orphans), nil
}

// Dial starts a call. It returns when the call is on its way or refused; a
// refusal of a rule is the gate's error, one of the line a *RefusedError, a
// recording that cannot be opened a *RecorderError (Rule T-01).
func (s *Switchboard) Dial(ctx context.Context, r DialRequest) (*Snapshot, error) {
	l := s.Line(r.AgentID)
	if err := l.reserve(); err != nil {
		s.cfg.Metrics.refused("line")
		return nil, err
	}
	defer l.unreserve()
	permit, err := s.cfg.Gate.Permit(ctx, r)
	if err != nil {
		s.cfg.Metrics.refused("gate")
		return nil, err
	}
	trunks := s.cfg.Carrier.Trunks()
	if len(trunks) == 0 {
		s.cfg.Metrics.refused("trunk")
		return nil, &RefusedError{Rule: "T-07", Reason: "no_trunk", Detail: "no trunk is available"}
	}
	trunks = slices.DeleteFunc(trunks, func(t Trunk) bool {
		_, ok := t.Shows(permit.CallerIDs)
		return !ok
	})
	if len(trunks) == 0 {
		s.cfg.Metrics.refused("caller_id")
		return nil, &RefusedError{Rule: "T-14", Reason: "no_caller_id", Detail: "no trunk that can be used has a number which the program may show"}
	}
	permit.Settings.Trunks = len(trunks)
	a, err := s.arm(ctx, l, permit, trunks)
	if err != nil {
		return nil, err
	}
	return a.latest.Load(), nil
}

// arm makes call and recording durable, in the ledger and on disk, and starts
// the actor. Rule T-01: all of this is before the INVITE.
func (s *Switchboard) arm(ctx context.Context, l *Line, permit Permit, trunks []Trunk) (*actor, error) {
	now := s.cfg.Clock()
	a := &actor{
		sb: s, line: l, id: uuid.New(), recordingID: uuid.New(), permit: permit, trunks: trunks,
		inbox: make(chan message, 64), done: make(chan struct{}),
		call: call.New(permit.Settings), startedAt: now, since: now, recordingState: "opened",
		timers: make(map[call.Timer]*time.Timer),
		watch:  watch{agent: media.NewMeter(now), customer: media.NewMeter(now), unheard: make(map[media.Side]time.Duration)},
	}
	a.setLine(l)
	a.logger = s.cfg.Logger.With("call_id", a.id, "agent_id", l.agentID, "task_id", permit.TaskID)
	err := s.cfg.Ledger.OpenCall(ctx, NewCall{CallID: a.id, RecordingID: a.recordingID, TaskID: permit.TaskID, CustomerID: permit.CustomerID,
		ContactPointID: permit.ContactPointID, AgentID: l.agentID, Instance: s.cfg.Instance, At: now})
	if err != nil {
		return nil, fmt.Errorf("open call: %w", err)
	}
	a.scribe = newScribe(a.logger, s.cfg.Metrics)
	if !s.enroll(a) {
		return nil, s.unarmed(l, a, ErrStopping)
	}
	a.recorder, err = s.cfg.Recorders.Open(ctx, RecordingOrder{RecordingID: a.recordingID, CallID: a.id, At: now, Failed: func(reason string) {
		a.tell(call.RecorderFailed{At: s.cfg.Clock(), Reason: reason})
	}})
	if err != nil {
		defer s.running.Done()
		return nil, s.unarmed(l, a, &RecorderError{Err: err})
	}
	l.begin(a)
	a.connect()
	a.stepOn(call.RecorderOpened{At: s.cfg.Clock()})
	go func() {
		defer s.running.Done()
		a.run()
		<-a.scribe.done
	}()
	return a, nil
}

// connect makes the bridge of a call whose recorder is open.
func (a *actor) connect() {
	tap := media.Tap(a.recorder)
	if a.sb.cfg.Ear != nil {
		a.ear = a.sb.cfg.Ear(a.recorder)
		tap = a.ear
	}
	bridge := media.BridgeConfig{Agent: agentOrNil(a.line.agentLeg()), Tap: tap, Metrics: a.sb.cfg.BridgeMetrics}
	if a.sb.cfg.HoldMusic != nil {
		bridge.HoldTone = a.sb.cfg.HoldMusic(a.permit.Program)
	}
	a.bridge = media.NewBridge(bridge)
	a.bridge.OnKey(func(digit byte, at time.Time) {
		a.offer(message{do: func() error { return a.keyPressed(digit, at, true) }})
	})
	a.bridge.OnFirstMedia(func(at time.Time) {
		go a.tell(call.MediaArrived{At: at}) // the leg's reader does not wait
	})
}

// unarmed ends a call for which nothing was dialled: it goes to wrap-up with
// its outcome like any other, and the error says why (Rule T-01).
func (s *Switchboard) unarmed(l *Line, a *actor, cause error) error {
	l.begin(a)
	if errors.Is(cause, ErrStopping) {
		a.stepOn(call.Stopping{At: s.cfg.Clock()})
	} else {
		s.cfg.Metrics.refused("recorder")
		a.stepOn(call.RecorderFailed{At: s.cfg.Clock(), Reason: "not_opened"})
	}
	a.release()
	close(a.done)
	<-a.scribe.done
	return cause
}

// agentOrNil keeps a nil connection a nil leg.
func agentOrNil(l AgentLeg) media.Leg {
	if l == nil {
		return nil
	}
	return l
}

// enroll registers a call unless the instance is stopping.
func (s *Switchboard) enroll(a *actor) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.actors[a.id] = a
	s.running.Add(1)
	s.cfg.Metrics.live(len(s.actors))
	return true
}

func (s *Switchboard) actorDone(a *actor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.actors, a.id)
	s.cfg.Metrics.live(len(s.actors))
}

// Live is the number of live calls.
func (s *Switchboard) Live() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.actors)
}

// RecordingChanged tells the page of the agent in whose call it happened.
func (s *Switchboard) RecordingChanged(callID, recordingID uuid.UUID, state, errText string) {
	s.mu.Lock()
	a := s.actors[callID]
	lines := make([]*Line, 0, len(s.lines))
	for _, l := range s.lines {
		lines = append(lines, l)
	}
	s.mu.Unlock()
	if a != nil {
		a.post(message{do: func() error {
			a.recordingState = state
			a.publish()
			return nil
		}})
	}
	for _, l := range lines {
		if shown := l.current(); shown != nil && shown.ID == callID {
			s.cfg.Publisher.Publish(l.agentID, "recording.state", map[string]any{
				"recording_id": recordingID, "call_id": callID, "state": state, "error": errText,
			})
		}
	}
}

// RecordSaved tells that the record of a call is final (Rule C-01).
func (s *Switchboard) RecordSaved(agentID, callID uuid.UUID) {
	s.mu.Lock()
	l := s.lines[agentID]
	s.mu.Unlock()
	if l != nil {
		l.recordSaved(callID, s.cfg.Clock())
	}
}

// Stop refuses new calls, ends the live ones and waits for them until ctx ends.
func (s *Switchboard) Stop(ctx context.Context) error {
	s.mu.Lock()
	if !s.stopping {
		close(s.ending)
	}
	s.stopping = true
	actors := make([]*actor, 0, len(s.actors))
	for _, a := range s.actors {
		actors = append(actors, a)
	}
	lines := make([]*Line, 0, len(s.lines))
	for _, l := range s.lines {
		lines = append(lines, l)
	}
	s.mu.Unlock()
	for _, a := range actors {
		a.tell(call.Stopping{At: s.cfg.Clock()})
	}
	done := make(chan struct{})
	go func() { s.running.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
		for _, a := range actors {
			a.scribe.abandon()
		}
	}
	for _, l := range lines {
		l.hangUpMedia()
	}
	return err
}

// Now is the switchboard's clock.
func (s *Switchboard) Now() time.Time { return s.cfg.Clock() }
