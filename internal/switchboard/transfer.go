package switchboard

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// TransferOrder is an agent's wish to give the call to a colleague, or to talk
// to one first. Whether the colleague may have the customer (Rule C-15) is the
// caller's matter.
type TransferOrder struct {
	CallID, AgentID, ColleagueID uuid.UUID
	AgentName, ColleagueName     string
	Consult                      bool
	Note                         string // for the colleague; kept with the call
}

// transfer is what a call knows of the colleague who is asked, or has joined.
type transfer struct {
	line                *Line
	ring                *ring
	consult             bool
	agentName, hisName  string
	mark                CallMark
	joined, handingOver bool // handingOver: its line's connection is the agent's from now on
}

// guestShot is the call as the colleague in it sees it.
type guestShot struct {
	line *Line
	shot *Snapshot
}

// transferReasons are the words of the mark of a transfer.
const (
	transferBlind   = "blind"
	transferConsult = "consult"
	handedOver      = "transferred" // why the call has another agent
	handedOnLoss    = "agent_lost"
)

func (t *transfer) kind() string {
	if t.consult {
		return transferConsult
	}
	return transferBlind
}

// Transfer lets the agent's call ring at a colleague's softphone, while the
// customer hears the hold tone. One that is not accepted gives the agent the
// customer back.
func (s *Switchboard) Transfer(ctx context.Context, o TransferOrder) error {
	a, err := s.find(o.AgentID, o.CallID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{do: func() error { return a.startTransfer(s.Line(o.ColleagueID), o) }})
}

func (a *actor) startTransfer(to *Line, o TransferOrder) error {
	now := a.sb.cfg.Clock()
	switch {
	case a.line.agentID != o.AgentID:
		return ErrNoCall
	case a.line == to:
		return &RefusedError{Reason: "own_call", Detail: "this is your own call"}
	case a.transfer != nil:
		return &RefusedError{Reason: "transferring", Detail: "a colleague is asked already"}
	case a.call.Pause.On():
		return &RefusedError{Rule: "T-13", Reason: "pause_on", Detail: "end the secure pause first"}
	case a.call.State != call.StateTalking && a.call.State != call.StateHeld:
		return &RefusedError{Reason: "not_answered", Detail: "a call can be given away while both talk"}
	}
	t := &transfer{line: to, consult: o.Consult, agentName: o.AgentName, hisName: o.ColleagueName}
	t.ring = a.offerOf(t, o.Note, now)
	if err := to.ring(t.ring); err != nil {
		return err
	}
	a.transfer, a.transferResult = t, ""
	if err := a.step(call.TransferPressed{At: now}); err != nil {
		a.transfer = nil
		to.unring(t.ring, call.TransferFailed)
		return err
	}
	t.mark = CallMark{ID: uuid.New(), Kind: call.MarkTransfer, By: o.AgentID, With: to.agentID, At: now, Reason: t.kind(), Note: o.Note}
	a.recorder.MarkDetail("transfer_started", now, map[string]string{"by": o.AgentID.String(), "to": to.agentID.String(), "kind": t.kind()})
	a.mark(t.mark)
	a.publish()
	return nil
}

// offerOf is the call as it rings at the colleague's.
func (a *actor) offerOf(t *transfer, note string, now time.Time) *ring {
	kind := OfferTransfer
	if t.consult {
		kind = OfferConsult
	}
	return &ring{
		Offer: Offer{ID: uuid.New(), Kind: kind, CallID: a.id, TaskID: a.permit.TaskID, Program: a.permit.Program, Why: note, From: t.agentName,
			Customer:  OfferedCustomer{ID: a.permit.CustomerID, Name: a.permit.CustomerName, MaskedNumber: a.permit.MaskedNumber, Language: a.permit.Language},
			ExpiresAt: now.Add(call.OfferLimit).UTC()},
		answer: func(ctx context.Context, accept bool, reason string) error {
			return a.ask(ctx, message{do: func() error { return a.offerAnswered(t, accept) }})
		},
		lost: func() { go a.endTransferLater(t, call.TransferLost) },
	}
}

// endTransferLater ends a transfer from another goroutine, if it is still under way.
func (a *actor) endTransferLater(t *transfer, how string) {
	a.post(message{do: func() error {
		if a.transfer != t || t.handingOver {
			return nil
		}
		return a.step(call.TransferEnded{At: a.sb.cfg.Clock(), How: how})
	}})
}

// offerAnswered takes the colleague's word.
func (a *actor) offerAnswered(t *transfer, accept bool) error {
	now := a.sb.cfg.Clock()
	switch {
	case a.transfer != t || t.joined:
		return errOfferOver
	case !accept:
		return a.step(call.TransferEnded{At: now, How: call.TransferDeclined})
	}
	t.line.unring(t.ring, "accepted")
	a.recorder.MarkDetail("transfer_accepted", now, map[string]string{"by": t.line.agentID.String(), "kind": t.kind()})
	var err error
	if t.consult {
		err = a.join(t, now)
	} else {
		err = a.give(handedOver)
	}
	if err != nil {
		a.stepOn(call.TransferEnded{At: now, How: call.TransferFailed})
	}
	return err
}

// join brings the colleague of a consultation into the call.
func (a *actor) join(t *transfer, now time.Time) error {
	if err := t.line.visit(a); err != nil {
		return err
	}
	t.joined = true
	a.stopMonitor(monitorTransfer)
	return a.step(call.ColleagueJoined{At: now})
}

// give makes the colleague the agent of the call.
func (a *actor) give(why string) error {
	t := a.transfer
	t.handingOver = true
	if err := a.handOver(t.line, why, t.mark.Note); err != nil {
		t.handingOver = false
		return err
	}
	return a.step(call.HandedOver{At: a.sb.cfg.Clock()})
}

// giveToColleague is for an agent who does not come back.
func (a *actor) giveToColleague() {
	if a.transfer == nil {
		return
	}
	if err := a.give(handedOnLoss); err != nil {
		now := a.sb.cfg.Clock()
		a.logger.Error("call not given to the colleague", "error", err)
		a.stepOn(call.TransferEnded{At: now, How: call.TransferFailed})
		a.stepOn(call.TimerFired{At: now, Timer: call.TimerAgent})
	}
}

// CompleteTransfer gives the call to the colleague who has joined it.
func (s *Switchboard) CompleteTransfer(ctx context.Context, agentID, callID uuid.UUID) error {
	return s.inTransfer(ctx, agentID, callID, func(a *actor) error {
		if !a.transfer.joined {
			return &RefusedError{Reason: "invalid_state", Detail: "the colleague has not answered"}
		}
		return a.give(handedOver)
	})
}

// ThreeWay lets the customer hear the colleague who has joined, and both of the house.
func (s *Switchboard) ThreeWay(ctx context.Context, agentID, callID uuid.UUID) error {
	return s.inTransfer(ctx, agentID, callID, func(a *actor) error { return a.step(call.ThreeWayPressed{At: s.cfg.Clock()}) })
}

// EndTransfer takes an offer back or sends the colleague away; for the
// colleague, it is to leave. The agent has the customer again.
func (s *Switchboard) EndTransfer(ctx context.Context, userID, callID uuid.UUID) error {
	a, err := s.byID(callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{do: func() error {
		t, now := a.transfer, s.cfg.Clock()
		switch {
		case t == nil:
			return errNoTransfer
		case t.line.agentID == userID:
			return a.step(call.TransferEnded{At: now, How: call.TransferLeft})
		case a.line.agentID != userID:
			return ErrNoCall
		case !t.joined:
			return a.step(call.TransferEnded{At: now, How: call.TransferCancelled})
		}
		return a.step(call.TransferEnded{At: now, How: call.TransferReturned})
	}})
}

var errNoTransfer = &RefusedError{Reason: "no_transfer", Detail: "no colleague is asked"}

// inTransfer does something for the agent of a call that a colleague is asked for.
func (s *Switchboard) inTransfer(ctx context.Context, agentID, callID uuid.UUID, do func(a *actor) error) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{do: func() error {
		switch {
		case a.line.agentID != agentID:
			return ErrNoCall
		case a.transfer == nil:
			return errNoTransfer
		}
		return do(a)
	}})
}

// endTransfer performs the end: the colleague's softphone is free of the call,
// unless it is the colleague's now.
func (a *actor) endTransfer(how string) {
	t := a.transfer
	if t == nil {
		return
	}
	now := a.sb.cfg.Clock()
	a.transfer, a.transferResult = nil, how
	t.line.unring(t.ring, how)
	a.guest.Store(nil)
	if t.joined && how != call.TransferCompleted {
		a.bridge.SetThird(nil, media.HearingNone)
		t.line.visited(a, a.guestView(t, how))
	}
	a.recorder.MarkDetail("transfer_ended", now, map[string]string{"reason": how, "to": t.line.agentID.String()})
	t.mark.EndedAt, t.mark.EndReason = now, how
	a.mark(t.mark)
}

// joinThird lets the colleague who has joined be heard.
func (a *actor) joinThird(h media.Hearing) {
	if t := a.transfer; t != nil && t.joined {
		a.bridge.SetThird(t.line.agentLeg(), h)
	}
}

// guestChanged looks at the connection of the colleague who has joined.
func (a *actor) guestChanged() error {
	t := a.transfer
	if t == nil || !t.joined || t.handingOver {
		return nil
	}
	leg := t.line.agentLeg()
	if leg == nil || !leg.Connected() {
		return a.step(call.TransferEnded{At: a.sb.cfg.Clock(), How: call.TransferLost})
	}
	h := media.HearingConsult
	if a.call.Transfer == call.TransferThreeWay {
		h = media.HearingBarge
	}
	a.bridge.SetThird(leg, h)
	return nil
}

// guestView is the call as the colleague sees it; how is empty while it lasts.
func (a *actor) guestView(t *transfer, how string) *Snapshot {
	s := *a.snapshot()
	s.Guest, s.Transfer.With = true, t.agentName
	if how != "" {
		s.State, s.Reason, s.Since = call.StateClosed.String(), "transfer_"+how, a.sb.cfg.Clock().UTC()
		s.WrapupDue = false
	}
	return &s
}

// publishGuest shows the call to the colleague who has joined it.
func (a *actor) publishGuest() {
	t := a.transfer
	if t == nil || !t.joined || t.handingOver {
		return
	}
	shot := a.guestView(t, "")
	a.guest.Store(&guestShot{line: t.line, shot: shot})
	a.sb.cfg.Publisher.Publish(t.line.agentID, "call.state", shot)
}

// visit takes the line for a consultation in another agent's call.
func (l *Line) visit(a *actor) error {
	if err := l.watch(a); err != nil {
		return err
	}
	l.mu.Lock()
	l.after = AgentReady
	l.mu.Unlock()
	l.setState(AgentCalling, "consult")
	return nil
}

// visited frees the line after it.
func (l *Line) visited(a *actor, last *Snapshot) {
	l.sb.cfg.Publisher.Publish(l.agentID, "call.state", last)
	l.mu.Lock()
	if l.watches == a {
		l.watches = nil
	}
	l.state = LineState{State: l.after, Since: l.sb.cfg.Clock().UTC()}
	state := l.state
	l.mu.Unlock()
	l.sb.cfg.Publisher.Publish(l.agentID, "agent.state", state)
}
