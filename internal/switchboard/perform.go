package switchboard

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// perform carries out one effect. An error ends the call.
func (a *actor) perform(effect call.Effect) error {
	switch e := effect.(type) {
	case call.OpenAttempt:
		return a.openAttempt(e)
	case call.SendInvite:
		return a.sendInvite()
	case call.SendCancel:
		if a.leg != nil {
			a.leg.Cancel(e.Reason)
		}
	case call.SendBye:
		if a.leg != nil {
			a.leg.Bye(e.Reason)
		}
	case call.SetRoute:
		a.route(e.Route)
	case call.StartTimer:
		a.startTimer(e)
	case call.StopTimer:
		if t := a.timers[e.Timer]; t != nil {
			t.Stop()
			delete(a.timers, e.Timer)
		}
	case call.MarkRecording:
		if a.recorder != nil {
			a.recorder.Mark(e.Name, e.At)
		}
	case call.PauseRecording:
		a.pause(e)
	case call.UnpauseRecording:
		a.unpause(e)
	case call.EndTransfer:
		a.endTransfer(e.How)
	case call.GiveToColleague:
		a.giveToColleague()
	case call.AnswerInvite:
		return a.answerInvite()
	case call.LeaveQueue:
		a.leaveQueue()
	case call.CloseAttempt:
		a.closeAttempt(e)
	case call.EndCall:
		a.endCall()
	default:
		return fmt.Errorf("perform %T: unknown effect", effect)
	}
	return nil
}

// openAttempt makes the attempt durable. Rules T-01, T-06: it is waited for.
func (a *actor) openAttempt(e call.OpenAttempt) error {
	a.attemptID = uuid.New()
	a.trunk = a.trunks[e.Ordinal-1]
	n := NewAttempt{
		AttemptID: a.attemptID, CallID: a.id, TaskID: a.permit.TaskID, Ordinal: e.Ordinal,
		Trunk: a.trunk.Name, CallerID: a.callerID(), Number: a.permit.Number,
		SlotDate: a.permit.SlotDate, SlotWindow: a.permit.SlotWindow,
		OverrideReason: a.permit.OverrideReason, OverrideBy: a.permit.OverrideBy, At: a.call.Evidence.DialedAt,
	}
	return a.scribe.must("open attempt", func(ctx context.Context) error { return a.sb.cfg.Ledger.OpenAttempt(ctx, n) })
}

// callerID is what the trunk shows of what the program allows (Rules T-07, T-14);
// trunks that have none of it were not chosen.
func (a *actor) callerID() string {
	id, _ := a.trunk.Shows(a.permit.CallerIDs)
	return id
}

func (a *actor) sendInvite() error {
	if a.leg != nil { // the leg of the attempt before, on another trunk
		a.leg.Close()
		a.leg = nil
	}
	attempt := a.attemptID
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	order := DialOrder{CallID: a.id, AttemptID: attempt, Trunk: a.trunk.Name, Number: a.permit.Number, CallerID: a.callerID()}
	leg, err := a.sb.cfg.Carrier.Dial(ctx, order, func(ev CarrierEvent) {
		a.post(message{do: func() error {
			if a.attemptID != attempt {
				return nil // late news of a trunk that was given up
			}
			return a.carrierEvent(ev)
		}})
	})
	if err != nil {
		return err
	}
	a.leg = leg
	a.listenEarly(attempt)
	a.bridge.SetCustomer(leg.Media())
	return nil
}

// listenEarly has what the customer's side sends before the answer told apart
// (Rule T-03); the leg's reader does not wait for the call.
func (a *actor) listenEarly(attempt uuid.UUID) {
	if a.ear == nil {
		return
	}
	a.ear.ListenEarly(func(e call.EarlySound) {
		go a.post(message{do: func() error {
			if a.attemptID != attempt {
				return nil
			}
			return a.step(e)
		}})
	})
}

// carrierEvent translates what the leg reports into an event of the call.
func (a *actor) carrierEvent(ev CarrierEvent) error {
	switch e := ev.(type) {
	case LegProvisional:
		return a.step(call.Provisional{At: e.At, Code: e.Code})
	case LegAnswered:
		return a.step(call.Answered{At: e.At, AfterCancel: e.AfterCancel})
	case LegKey:
		return a.keyPressed(e.Digit, e.At, false)
	case LegHungUp:
		return a.step(call.CustomerHungUp{At: e.At, Cause: e.Cause})
	case LegFailed:
		judged := a.call
		judged.Evidence.EndedAt = e.At
		outcome, reason, other := a.sb.cfg.Carrier.Classify(FailureFacts{
			Trunk: a.trunk.Name, Failed: e, Evidence: judged.Evidence, RingOK: judged.RingOK(), Cancel: a.call.Cancel,
		})
		return a.step(call.Failed{At: e.At, Code: e.Code, Phrase: e.Phrase, Cause: e.Cause, Outcome: outcome, Reason: reason, OtherTrunk: other})
	}
	return fmt.Errorf("carrier event %T: unknown", ev)
}

// route sets who hears what.
func (a *actor) route(r call.Route) {
	b := a.bridge
	a.voiceFrom = time.Time{}
	if a.ear != nil && r != call.RouteRingback && r != call.RouteEarly {
		a.ear.ListenEarly(nil) // answered, or over
	}
	switch r {
	case call.RouteRingback:
		b.SetRingback(true)
	case call.RouteEarly:
		b.SetRingback(false)
		b.SetMode(media.ModeEarly)
	case call.RouteNotice:
		b.SetRingback(false)
		b.SetMode(media.ModeAnnounce)
		b.Play(a.sb.cfg.Prompts.Notice(a.permit.Language), func() {
			a.tell(call.NoticeEnded{At: a.sb.cfg.Clock()})
		})
	case call.RouteTalk:
		b.SetRingback(false)
		b.SetMode(media.ModeTalk)
		a.voiceFrom = a.sb.cfg.Clock()
	case call.RouteHold:
		b.SetMode(media.ModeHold)
	case call.RouteWait:
		b.SetMode(media.ModeWait)
	case call.RouteQueue:
		b.SetMode(media.ModeHold)
	case call.RouteFarewell:
		b.SetMode(media.ModeAnnounce)
		b.Play(a.arrival.Prompts.Farewell(a.permit.Language), func() {
			a.tell(call.NoticeEnded{At: a.sb.cfg.Clock()})
		})
	case call.RouteConsult:
		b.SetMode(media.ModeHold)
		a.joinThird(media.HearingConsult)
	case call.RouteThreeWay:
		a.joinThird(media.HearingBarge)
		b.SetMode(media.ModeTalk)
		a.voiceFrom = a.sb.cfg.Clock()
	case call.RouteNone:
		if b == nil {
			return
		}
		b.SetRingback(false)
		b.SetMode(media.ModeIdle)
	}
}

func (a *actor) startTimer(e call.StartTimer) {
	if t := a.timers[e.Timer]; t != nil {
		t.Stop()
	}
	a.timers[e.Timer] = time.AfterFunc(e.After, func() {
		a.tell(call.TimerFired{At: a.sb.cfg.Clock(), Timer: e.Timer})
	})
}

func (a *actor) closeAttempt(e call.CloseAttempt) {
	v := Verdict{
		AttemptID: a.attemptID, CallID: a.id, TaskID: a.permit.TaskID,
		FirstResponseAt: e.Evidence.FirstResponseAt, RingingAt: e.Evidence.RingingAt, RingingSignal: e.Evidence.RingingSignal,
		Heard: e.Evidence.Heard, FirstMediaAt: e.Evidence.FirstMediaAt, AnsweredAt: e.Evidence.AnsweredAt, EndedAt: e.Evidence.EndedAt,
		EndedBy: e.EndedBy, SIPCode: e.Evidence.SIPCode, SIPReason: e.Evidence.SIPReason, Q850Cause: e.Evidence.Q850Cause,
		Outcome: e.Outcome, Reason: e.Reason, RingMs: int(e.Evidence.RingTime().Milliseconds()), RingOK: e.RingOK,
		Counted: e.Outcome.Counted(e.RingOK), LastOfCall: e.Last,
	}
	if a.call.Override != "" {
		v.OverrideReason = a.call.Override
		v.OverrideBy, _ = uuid.Parse(a.call.OverrideBy)
	}
	a.sb.cfg.Metrics.attempt(a.trunk.Name, e.Outcome, e.Evidence)
	a.scribe.note("close attempt", func(ctx context.Context) error { return a.sb.cfg.Ledger.CloseAttempt(ctx, v) })
}

// endCall stores the end. It waits a moment for the ledger, so that the page
// that hears of the wrap-up finds it there.
func (a *actor) endCall() {
	a.stopMonitor(monitorCallEnded)
	c := a.call
	e := Ending{
		CallID: a.id, TaskID: a.permit.TaskID, At: c.EndedAt, Outcome: c.Outcome, Reason: c.Reason, EndedBy: c.EndedBy,
		Legs: a.legRecords(),
	}
	a.scribe.note("end call", func(ctx context.Context) error { return a.sb.cfg.Ledger.EndCall(ctx, e) })
	a.noteUntaken()
	a.logger.Info("call ended", "outcome", string(c.Outcome), "reason", c.Reason, "ended_by", string(c.EndedBy),
		"sip_code", c.Evidence.SIPCode, "q850", c.Evidence.Q850Cause, "ring_ms", c.Evidence.RingTime().Milliseconds(),
		"ring_ok", c.RingOK(), "talk_ms", talkTime(c).Milliseconds(), "attempts", c.Attempt)
	a.scribe.flush(2 * time.Second)
}

func talkTime(c call.Call) time.Duration {
	if c.TalkAt.IsZero() {
		return 0
	}
	return c.EndedAt.Sub(c.TalkAt)
}
