package call

import "time"

func (c Call) recorderFailed(e RecorderFailed) (Call, []Effect, error) {
	switch {
	case c.over():
		return c, nil, nil
	case c.State == StateArming:
		// Rule T-01: no recorder, no dial.
		return c.finish(e.At, OutcomeRecorderFailure, e.Reason, PartySystem, nil)
	case c.dialed():
		return c.cancel(e.At, CancelSystem, "recorder_failure")
	default:
		// Rule T-01: what is not recorded does not go on.
		return c.finish(e.At, OutcomeRecorderFailure, e.Reason, PartySystem, []Effect{SendBye{Reason: "recorder_failure"}})
	}
}

func (c Call) dialFailed(e DialFailed) (Call, []Effect, error) {
	if c.over() {
		return c, nil, nil
	}
	if c.State != StateArming && c.State != StateDialing {
		return c.illegal(e)
	}
	return c.finish(e.At, OutcomeInternal, e.Reason, PartySystem, nil)
}

func (c Call) failed(e Failed) (Call, []Effect, error) {
	if c.over() {
		return c, nil, nil
	}
	if c.arriving() {
		return c.finish(e.At, OutcomeNotTaken, UntakenAbandoned, PartyCustomer, nil)
	}
	if !c.dialed() {
		return c.illegal(e)
	}
	c.Evidence.SIPCode, c.Evidence.SIPReason, c.Evidence.Q850Cause = e.Code, e.Phrase, e.Cause
	if c.Evidence.FirstResponseAt.IsZero() && e.Code != 0 {
		c.Evidence.FirstResponseAt = e.At
	}
	// Rule T-07: another trunk only before any ringing, or the phone rings twice.
	if e.OtherTrunk && c.State == StateDialing && c.Cancel == NotCancelled && !c.AgentAway && c.Attempt < c.Settings.Trunks {
		closed := c.closeAttempt(e.At, e.Outcome, e.Reason, PartyNetwork, false)
		next, more, err := c.dial(e.At)
		return next, append([]Effect{closed}, more...), err
	}
	outcome, reason, by := e.Outcome, e.Reason, PartyNetwork
	switch c.Cancel {
	case CancelAgent:
		by = PartyAgent
	case CancelDeadline:
		by = PartySystem
	case CancelSystem:
		by = PartySystem
		if c.CancelReason == "recorder_failure" {
			outcome = OutcomeRecorderFailure
		}
		reason = c.CancelReason
	}
	return c.finish(e.At, outcome, reason, by, nil)
}

func (c Call) customerHungUp(e CustomerHungUp) (Call, []Effect, error) {
	if c.over() {
		return c, nil, nil
	}
	if !c.State.Answered() {
		return c.illegal(e)
	}
	c.Evidence.Q850Cause = e.Cause
	return c.finish(e.At, c.contact(), c.givenUp(), PartyCustomer, nil)
}

// contact is the outcome of a call that was picked up.
func (c Call) contact() Outcome {
	if c.Untaken() {
		return OutcomeNotTaken
	}
	if c.Cancel != NotCancelled {
		return OutcomeAnsweredAtDeadline
	}
	return OutcomeAnswered
}

func (c Call) hangupPressed(e HangupPressed) (Call, []Effect, error) {
	switch c.State {
	case StateArming:
		return c.finish(e.At, OutcomeCancelled, "agent", PartyAgent, nil)
	case StateDialing:
		return c.cancel(e.At, CancelAgent, "agent")
	case StateRinging:
		if left := c.HangupAllowedAt().Sub(e.At); left > 0 {
			if e.Override == "" {
				return c, nil, &RingTooShortError{Left: left, Minimum: c.Settings.MinRing, At: c.HangupAllowedAt()}
			}
			c.Override, c.OverrideBy = e.Override, e.OverrideBy
		}
		return c.cancel(e.At, CancelAgent, "agent")
	case StateAnnouncing, StateQueued, StateTalking, StateHeld:
		return c.endTalk(e.At, PartyAgent, "", e)
	default:
		return c.illegal(e)
	}
}

// cancel sends CANCEL once and waits for the final response, which may still be an answer.
func (c Call) cancel(at time.Time, why CancelCause, reason string) (Call, []Effect, error) {
	if c.Cancel != NotCancelled {
		if why == CancelSystem {
			c.Cancel, c.CancelReason = why, reason
		}
		return c, nil, nil
	}
	c.Cancel, c.CancelReason = why, reason
	c.Evidence.CancelledAt = at
	return c, []Effect{
		StopTimer{TimerNoRing}, StopTimer{TimerRing},
		StartTimer{Timer: TimerCancel, After: CancelLimit},
		SendCancel{Reason: reason},
		MarkRecording{Name: "cancelled", At: at},
	}, nil
}

func (c Call) endTalk(at time.Time, by Party, reason string, ev Event) (Call, []Effect, error) {
	if c.over() {
		return c, nil, nil
	}
	if !c.State.Answered() {
		return c.illegal(ev)
	}
	return c.finish(at, c.contact(), reason, by, []Effect{SendBye{Reason: reason}})
}

func (c Call) timerFired(e TimerFired) (Call, []Effect, error) {
	if c.over() {
		return c, nil, nil // it fired while it was being stopped
	}
	switch e.Timer {
	case TimerRing:
		if c.State != StateRinging {
			return c, nil, nil
		}
		return c.cancel(e.At, CancelDeadline, "ring_timeout") // Rule T-03
	case TimerNoRing:
		if c.State != StateDialing {
			return c, nil, nil
		}
		return c.cancel(e.At, CancelDeadline, "no_ringing")
	case TimerCancel:
		if !c.dialed() {
			return c, nil, nil
		}
		outcome := OutcomeCancelled
		if c.Cancel == CancelDeadline {
			outcome = OutcomeTrunkFailure
			if !c.Evidence.RingingAt.IsZero() {
				outcome = OutcomeNoAnswer
			}
		}
		return c.finish(e.At, outcome, "no_final_response", PartySystem, nil)
	case TimerPause:
		if e.At.Before(c.PauseEndsAt()) {
			return c, nil, nil // that of a pause before this one
		}
		c, todo := c.unpause(e.At, PauseEndedByLimit) // Rule T-13
		return c, todo, nil
	case TimerQueue:
		return c.waitedTooLong(e.At)
	case TimerOffer:
		return c.offerExpired(e.At)
	case TimerAgent:
		if !c.AgentAway {
			return c, nil, nil
		}
		if c.dialed() {
			return c.cancel(e.At, CancelSystem, "agent_lost")
		}
		if c.State == StateArming {
			return c.finish(e.At, OutcomeCancelled, "agent_lost", PartySystem, nil)
		}
		if c.Transfer.Joined() {
			return c, []Effect{GiveToColleague{}}, nil
		}
		return c.endTalk(e.At, PartySystem, "agent_lost", e)
	}
	return c.illegal(e)
}

func (c Call) stopping(e Stopping) (Call, []Effect, error) {
	switch {
	case c.over():
		return c, nil, nil
	case c.arriving():
		return c.finish(e.At, OutcomeNotTaken, UntakenShutdown, PartySystem, []Effect{SendBye{Reason: UntakenShutdown}})
	case c.State == StateArming:
		return c.finish(e.At, OutcomeCancelled, "shutdown", PartySystem, nil)
	case c.dialed():
		return c.cancel(e.At, CancelSystem, "shutdown")
	default:
		return c.endTalk(e.At, PartySystem, "shutdown", e)
	}
}

// finish moves the call to wrap-up with its outcome. The effects in first go
// before the bookkeeping.
func (c Call) finish(at time.Time, o Outcome, reason string, by Party, first []Effect) (Call, []Effect, error) {
	if o == OutcomeNoAnswer && !c.ringOKAt(at) {
		o = OutcomeRingTooShort // Rule T-03: not a no-answer before the minimum
	}
	nobody := c.Untaken()
	c.State = StateWrapup
	c.Outcome, c.Reason, c.EndedBy, c.EndedAt = o, reason, by, at
	c.NoticeOn = false
	c, unpause := c.unpause(at, PauseEndedByCall)
	todo := append(first, unpause...)
	if c.Transfer != TransferNone {
		c.Transfer = TransferNone
		todo = append(todo, StopTimer{TimerOffer}, EndTransfer{How: TransferCallEnded})
	}
	todo = append(todo,
		StopTimer{TimerNoRing}, StopTimer{TimerRing}, StopTimer{TimerCancel}, StopTimer{TimerAgent})
	if nobody {
		// There is nobody to write a record: what remains is the task to call back.
		c.State, c.Farewell = StateClosed, ""
		todo = append(todo, StopTimer{TimerQueue}, LeaveQueue{})
	}
	todo = append(todo,
		SetRoute{RouteNone}, MarkRecording{Name: "ended", At: at})
	if c.Attempt > 0 {
		closed := c.closeAttempt(at, o, reason, by, true)
		c.Evidence = closed.Evidence
		todo = append(todo, closed)
	}
	return c, append(todo, EndCall{}), nil
}

func (c Call) ringOKAt(at time.Time) bool {
	c.Evidence.EndedAt = at
	return c.RingOK()
}

func (c Call) closeAttempt(at time.Time, o Outcome, reason string, by Party, last bool) CloseAttempt {
	c.Evidence.EndedAt = at
	return CloseAttempt{Evidence: c.Evidence, Outcome: o, Reason: reason, EndedBy: by, RingOK: c.RingOK(), Last: last}
}
