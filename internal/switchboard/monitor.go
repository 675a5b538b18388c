package switchboard

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// Hearing is how a supervisor takes part in an agent's call.
type Hearing string

// The ways, a closed set.
const (
	HearingListen  Hearing = "listen"  // hears both
	HearingWhisper Hearing = "whisper" // the agent hears the supervisor too
	HearingBarge   Hearing = "barge"   // so does the customer
)

func (h Hearing) spoken() bool { return h == HearingWhisper || h == HearingBarge }

func (h Hearing) media() (media.Hearing, bool) {
	switch h {
	case HearingListen:
		return media.HearingListen, true
	case HearingWhisper:
		return media.HearingWhisper, true
	case HearingBarge:
		return media.HearingBarge, true
	}
	return media.HearingNone, false
}

// How a supervisor's part came to its end.
const (
	monitorStopped   = "stopped"
	monitorChanged   = "mode_changed"
	monitorCallEnded = "call_ended"
	monitorLost      = "lost"
	monitorTookOver  = "taken_over"
	monitorTransfer  = "transfer" // a colleague has joined the call
)

// MonitorOrder is a supervisor's wish to take part in a call. Who may is the
// caller's matter.
type MonitorOrder struct {
	CallID       uuid.UUID
	SupervisorID uuid.UUID
	Name         string // as the agent is shown it
	Hearing      Hearing
	Reason       string // logged
}

// Watched says who takes part in a call.
type Watched struct {
	By      uuid.UUID
	Name    string
	Hearing Hearing
}

// LiveCall is a call as supervisors see it.
type LiveCall struct {
	AgentID uuid.UUID
	Call    *Snapshot
	Watched *Watched // nil: nobody
}

// monitor is a supervisor who takes part in a call.
type monitor struct {
	line    *Line
	name    string
	hearing Hearing
	mark    CallMark
}

// LiveCalls lists the calls that are up.
func (s *Switchboard) LiveCalls() []LiveCall {
	s.mu.Lock()
	actors := make([]*actor, 0, len(s.actors))
	for _, a := range s.actors {
		actors = append(actors, a)
	}
	s.mu.Unlock()
	out := make([]LiveCall, 0, len(actors))
	for _, a := range actors {
		if shot := a.latest.Load(); shot != nil {
			out = append(out, LiveCall{AgentID: *a.agentID.Load(), Call: shot, Watched: a.watched.Load()})
		}
	}
	return out
}

func (s *Switchboard) byID(callID uuid.UUID) (*actor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.actors[callID]
	if a == nil {
		return nil, ErrNoCall
	}
	return a, nil
}

// Monitor lets a supervisor take part in an agent's call, or changes how. Each
// way that is taken is a mark of the call and of its recording.
func (s *Switchboard) Monitor(ctx context.Context, o MonitorOrder) error {
	a, err := s.byID(o.CallID)
	if err != nil {
		return err
	}
	l := s.Line(o.SupervisorID)
	return a.ask(ctx, message{do: func() error { return a.startMonitor(l, o) }})
}

// StopMonitor ends a supervisor's part.
func (s *Switchboard) StopMonitor(ctx context.Context, supervisorID, callID uuid.UUID) error {
	a, err := s.byID(callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{do: func() error {
		if a.monitor == nil || a.monitor.line.agentID != supervisorID {
			return &RefusedError{Reason: "not_monitoring", Detail: "you do not take part in this call"}
		}
		a.stopMonitor(monitorStopped)
		a.publish()
		return nil
	}})
}

func (a *actor) startMonitor(l *Line, o MonitorOrder) error {
	how, known := o.Hearing.media()
	m := a.monitor
	switch {
	case !known:
		return &RefusedError{Reason: "invalid_state", Detail: "listen, whisper and barge can be chosen"}
	case !a.call.State.Answered() || a.call.Untaken():
		return &RefusedError{Reason: "not_answered", Detail: "the call is not answered"}
	case a.line == l:
		return &RefusedError{Reason: "own_call", Detail: "this is your own call"}
	case a.call.Transfer.Joined():
		return &RefusedError{Reason: "transferring", Detail: "a colleague takes part already"}
	case m != nil && m.line != l:
		return &RefusedError{Reason: "monitored", Detail: "another supervisor takes part already"}
	case m != nil && m.hearing == o.Hearing:
		return nil
	}
	if m != nil {
		if o.Reason == "" {
			o.Reason = m.mark.Note
		}
		a.endMonitorMark(monitorChanged)
	} else if err := l.watch(a); err != nil {
		return err
	}
	now := a.sb.cfg.Clock()
	a.monitor = &monitor{line: l, name: o.Name, hearing: o.Hearing, mark: CallMark{ID: uuid.New(), Kind: call.MarkMonitor, By: l.agentID, At: now,
		Reason: string(o.Hearing), Note: o.Reason}}
	a.watched.Store(&Watched{By: l.agentID, Name: o.Name, Hearing: o.Hearing})
	a.bridge.SetThird(l.agentLeg(), how)
	a.recorder.MarkDetail("monitor_"+string(o.Hearing), now, map[string]string{"by": l.agentID.String(), "reason": o.Reason})
	a.mark(a.monitor.mark)
	a.publish()
	return nil
}

func (a *actor) endMonitorMark(how string) {
	m := a.monitor.mark
	m.EndedAt, m.EndReason = a.sb.cfg.Clock(), how
	a.mark(m)
}

// stopMonitor ends the part of a supervisor, if there is one.
func (a *actor) stopMonitor(how string) {
	m := a.monitor
	if m == nil {
		return
	}
	a.bridge.SetThird(nil, media.HearingNone)
	a.endMonitorMark(how)
	a.recorder.MarkDetail("monitor_ended", a.sb.cfg.Clock(), map[string]string{"by": m.line.agentID.String(), "reason": how})
	a.monitor = nil
	a.watched.Store(nil)
	m.line.unwatch(a)
}

// watcherChanged looks at the connection of the supervisor who takes part.
func (a *actor) watcherChanged() {
	m := a.monitor
	if m == nil {
		return
	}
	leg := m.line.agentLeg()
	if leg == nil || !leg.Connected() {
		a.stopMonitor(monitorLost)
		a.publish()
		return
	}
	how, _ := m.hearing.media()
	a.bridge.SetThird(leg, how)
}

// TakeOver makes the supervisor the agent of a live call: the former agent is
// free again, and the record is the supervisor's to write.
func (s *Switchboard) TakeOver(ctx context.Context, supervisorID, callID uuid.UUID, reason string) error {
	a, err := s.byID(callID)
	if err != nil {
		return err
	}
	l := s.Line(supervisorID)
	return a.ask(ctx, message{do: func() error {
		if a.transfer != nil {
			return &RefusedError{Reason: "transferring", Detail: "the call is being given to a colleague"}
		}
		return a.handOver(l, monitorTookOver, reason)
	}})
}

// handOver gives the call to another line. The database has it first: it knows
// one live call of an agent at most.
func (a *actor) handOver(to *Line, why, note string) error {
	from := a.line
	switch {
	case a.call.State != call.StateTalking && a.call.State != call.StateHeld:
		return &RefusedError{Reason: "not_answered", Detail: "the call can be taken over while both talk"}
	case from == to:
		return &RefusedError{Reason: "own_call", Detail: "this is your own call"}
	}
	if err := to.takeable(a); err != nil {
		return err
	}
	now := a.sb.cfg.Clock()
	h := Handover{CallID: a.id, From: from.agentID, To: to.agentID, At: now, WithTask: why != monitorTookOver}
	if err := a.writeHandover(h); err != nil {
		to.unreserve()
		return err
	}
	if a.monitor != nil {
		how := monitorStopped
		if a.monitor.line == to {
			how = monitorTookOver
		}
		a.stopMonitor(how)
	}
	a.bridge.SetThird(nil, media.HearingNone) // a colleague who had joined is the agent now
	to.unwatch(a)
	a.bridge.SetAgent(to.agentLeg())
	a.watch.browser.handedOver()
	a.setLine(to)
	to.begin(a)
	a.recorder.MarkDetail("handover", now, map[string]string{"from": from.agentID.String(), "by": to.agentID.String(), "reason": note})
	a.mark(CallMark{ID: uuid.New(), Kind: call.MarkHandover, By: to.agentID, At: now, EndedAt: now, Reason: why, Note: note})
	a.muted = false
	a.bridge.SetMuted(false)
	if a.call.AgentAway {
		if err := a.step(call.AgentBack{At: now}); err != nil {
			a.complain(message{}, err)
		}
	}
	a.logger.Info("call handed over", "from", from.agentID, "to", to.agentID, "reason", why)
	from.relieved(a, why)
	a.publish()
	if h.WithTask {
		a.taskMoved(from, to)
	}
	return nil
}

// handoverLimit bounds how long the call's own goroutine waits for the database.
const handoverLimit = 2 * time.Second

// writeHandover gives the database its turn after all that was noted before. A
// database that is away refuses the handover; it does not hold up the call.
func (a *actor) writeHandover(h Handover) error {
	if !a.scribe.flush(handoverLimit) {
		return &RefusedError{Reason: "ledger_away", Detail: "the database does not answer; the call stays where it is"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), handoverLimit)
	defer cancel()
	return a.sb.cfg.Ledger.HandOverCall(ctx, h)
}

// setLine makes a line the one of the call.
func (a *actor) setLine(l *Line) {
	a.line = l
	id := l.agentID
	a.agentID.Store(&id)
}

// watch takes the line for another agent's call.
func (l *Line) watch(a *actor) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.actor != nil || l.dialing:
		return &RefusedError{Reason: "agent_busy", Detail: "you have a call already"}
	case l.ringing != nil:
		return errRinging
	case l.watches != nil && l.watches != a:
		return &RefusedError{Reason: "monitoring", Detail: "you take part in another agent's call"}
	case l.leg == nil || !l.leg.Connected():
		return &RefusedError{Reason: "no_media", Detail: "your headset is not connected to the server"}
	}
	l.watches = a
	return nil
}

func (l *Line) unwatch(a *actor) {
	l.mu.Lock()
	if l.watches == a {
		l.watches = nil
	}
	l.mu.Unlock()
}

// takeable reserves the line for a call that it takes over.
func (l *Line) takeable(a *actor) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.actor != nil || l.dialing || (l.watches != nil && l.watches != a):
		return &RefusedError{Reason: "agent_busy", Detail: "you have a call already"}
	case l.ringing != nil:
		return errRinging
	case l.ended != nil:
		return &RefusedError{Rule: "C-01", Reason: "wrapup_pending", Detail: "write the record of the last call first"}
	case l.leg == nil || !l.leg.Connected():
		return &RefusedError{Reason: "no_media", Detail: "your headset is not connected to the server"}
	}
	l.dialing = true
	return nil
}

// relieved frees the line of a call that has another agent now; its page hears
// that the call is over for it.
func (l *Line) relieved(a *actor, why string) {
	l.mu.Lock()
	if l.actor == a {
		l.actor = nil
	}
	after := l.after
	l.mu.Unlock()
	gone := *a.snapshot()
	gone.State, gone.Reason, gone.Since = call.StateClosed.String(), why, time.Now().UTC()
	l.sb.cfg.Publisher.Publish(l.agentID, "call.state", &gone)
	l.setState(after, "")
}

// taskMoved tells both pages that the task has another assignee.
func (a *actor) taskMoved(from, to *Line) {
	for _, l := range []*Line{from, to} {
		a.sb.cfg.Publisher.Publish(l.agentID, "task.changed", map[string]any{"task_id": a.permit.TaskID})
	}
}

// tellWatcher has the call look at the connection of the supervisor or the
// colleague who takes part in it; there may be no such call.
func (a *actor) tellWatcher() {
	if a != nil {
		a.post(message{do: func() error { a.watcherChanged(); return a.guestChanged() }})
	}
}
