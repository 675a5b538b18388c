package call

import "time"

// Step decides what happens next. It reads no clock, does no I/O and starts no
// goroutine. On an error the call is unchanged and there is nothing to do.
func Step(c Call, ev Event) (Call, []Effect, error) {
	switch e := ev.(type) {
	case RecorderOpened:
		return c.recorderOpened(e)
	case RecorderFailed:
		return c.recorderFailed(e)
	case DialFailed:
		return c.dialFailed(e)
	case Provisional:
		return c.provisional(e)
	case MediaArrived:
		return c.mediaArrived(e)
	case EarlySound:
		return c.earlySound(e)
	case Answered:
		return c.answered(e)
	case Failed:
		return c.failed(e)
	case CustomerHungUp:
		return c.customerHungUp(e)
	case HangupPressed:
		return c.hangupPressed(e)
	case TimerFired:
		return c.timerFired(e)
	case NoticeEnded:
		return c.noticeEnded(e)
	case HoldPressed:
		return c.holdPressed()
	case ResumePressed:
		return c.resumePressed()
	case PausePressed:
		return c.pausePressed(e)
	case UnpausePressed:
		return c.unpausePressed(e)
	case TransferPressed:
		return c.transferPressed(e)
	case ColleagueJoined:
		return c.colleagueJoined(e)
	case ThreeWayPressed:
		return c.threeWayPressed(e)
	case TransferEnded:
		return c.transferEnded(e)
	case HandedOver:
		return c.handedOver(e)
	case Taken:
		return c.taken(e)
	case NobodyComes:
		return c.nobodyComes(e)
	case AgentLost:
		return c.agentLost(e)
	case AgentBack:
		return c.agentBack(e)
	case MediaTimedOut:
		return c.endTalk(e.At, PartySystem, "media_timeout", ev)
	case Stopping:
		return c.stopping(e)
	case RecordSaved:
		if c.State != StateWrapup {
			return c.illegal(ev)
		}
		c.State = StateClosed
		return c, nil, nil
	}
	return c.illegal(ev)
}

func (c Call) illegal(ev Event) (Call, []Effect, error) {
	name := "nil"
	if ev != nil {
		name = ev.eventName()
	}
	return c, nil, &IllegalEventError{State: c.State, Event: name}
}

// over reports whether the live part is behind us: late news is then dropped.
func (c Call) over() bool { return c.State == StateWrapup || c.State == StateClosed }

// dialed reports whether an INVITE is out and not yet answered.
func (c Call) dialed() bool { return c.State == StateDialing || c.State == StateRinging }

func (c Call) recorderOpened(e RecorderOpened) (Call, []Effect, error) {
	if c.State != StateArming {
		return c.illegal(e)
	}
	if c.Settings.Inbound {
		return c, []Effect{AnswerInvite{}}, nil
	}
	return c.dial(e.At)
}

// dial begins the next attempt. Rules T-01, T-06: it is durable before the INVITE.
func (c Call) dial(at time.Time) (Call, []Effect, error) {
	c.State = StateDialing
	c.Attempt++
	c.Evidence = Evidence{DialedAt: at}
	c.EarlyMedia = false
	return c, []Effect{
		OpenAttempt{Ordinal: c.Attempt},
		StartTimer{Timer: TimerNoRing, After: NoRingLimit},
		SendInvite{Ordinal: c.Attempt},
	}, nil
}

func (c Call) provisional(e Provisional) (Call, []Effect, error) {
	if c.State == StateArming {
		return c.illegal(e)
	}
	if !c.dialed() {
		return c, nil, nil // responses arrive out of order: late news
	}
	if c.Evidence.FirstResponseAt.IsZero() {
		c.Evidence.FirstResponseAt = e.At
	}
	if e.Code != 180 || c.Evidence.Saw180 {
		return c, nil, nil
	}
	// Rule T-03: the first 180 starts the clock, also when early media had
	// been heard before it.
	c.Evidence.Saw180 = true
	return c.ring(e.At, e.At, Signal180)
}

// ring starts the ring clock at a moment that may have passed by now (Rule T-03).
func (c Call) ring(at, now time.Time, signal string) (Call, []Effect, error) {
	c.State = StateRinging
	c.Evidence.RingingAt, c.Evidence.RingingSignal = at, signal
	todo := []Effect{MarkRecording{Name: "ringing", At: at}}
	if !c.EarlyMedia {
		todo = append(todo, SetRoute{RouteRingback})
	}
	if c.Cancel == NotCancelled {
		todo = append(todo, StopTimer{TimerNoRing}, StartTimer{Timer: TimerRing, After: c.Settings.MaxRing - now.Sub(at)})
	}
	return c, todo, nil
}

func (c Call) mediaArrived(e MediaArrived) (Call, []Effect, error) {
	if c.State == StateArming && !c.Settings.Inbound {
		return c.illegal(e)
	}
	if c.Evidence.FirstMediaAt.IsZero() {
		c.Evidence.FirstMediaAt = e.At
	}
	if !c.dialed() || c.EarlyMedia {
		return c, nil, nil
	}
	c.EarlyMedia = true
	// Rule T-03: media alone is no ringing; what is heard in it may be.
	return c, []Effect{SetRoute{RouteEarly}, MarkRecording{Name: "early_media", At: e.At}}, nil
}

func (c Call) answered(e Answered) (Call, []Effect, error) {
	if !c.dialed() && !c.arriving() {
		if c.over() {
			// Given up meanwhile: the customer must not stay in a dead call.
			return c, []Effect{SendBye{Reason: "answered_too_late"}}, nil
		}
		return c.illegal(e)
	}
	if c.Evidence.FirstResponseAt.IsZero() {
		c.Evidence.FirstResponseAt = e.At
	}
	c.Evidence.AnsweredAt = e.At
	c.Evidence.SIPCode = 200
	todo := []Effect{
		StopTimer{TimerNoRing}, StopTimer{TimerRing}, StopTimer{TimerCancel},
		MarkRecording{Name: "answered", At: e.At},
	}
	if c.Cancel == CancelSystem {
		// Nobody is there to talk: a contact all the same, never a no-answer.
		return c.finish(e.At, OutcomeAnsweredAtDeadline, c.CancelReason, PartySystem, append(todo, SendBye{Reason: c.CancelReason}))
	}
	return c.greet(e.At, todo)
}

// greet plays the recording notice before the agent is connected (Rule T-12).
func (c Call) greet(at time.Time, todo []Effect) (Call, []Effect, error) {
	if !c.Settings.Notice && c.Settings.Inbound {
		return c.enqueue(at, todo)
	}
	if !c.Settings.Notice {
		return c.talk(at, todo)
	}
	c.State = StateAnnouncing
	c.NoticeOn, c.NoticeAt = true, at
	return c, append(todo, MarkRecording{Name: "notice_started", At: at}, SetRoute{RouteNotice}), nil
}

func (c Call) talk(at time.Time, todo []Effect) (Call, []Effect, error) {
	c.State = StateTalking
	if c.TalkAt.IsZero() {
		c.TalkAt = at
	}
	return c, append(todo, c.voice()), nil
}

// voice is the route of a talking call: hold tone while the agent is lost.
func (c Call) voice() Effect {
	if c.AgentAway {
		return SetRoute{RouteWait}
	}
	return SetRoute{RouteTalk}
}

func (c Call) noticeEnded(e NoticeEnded) (Call, []Effect, error) {
	if c.over() {
		return c, nil, nil
	}
	if c.Farewell != "" {
		return c.finish(e.At, OutcomeNotTaken, c.Farewell, PartySystem, []Effect{SendBye{Reason: c.Farewell}})
	}
	if c.State != StateAnnouncing {
		return c.illegal(e)
	}
	c.NoticeOn, c.NoticeEndAt = false, e.At
	if c.Settings.Inbound {
		return c.enqueue(e.At, []Effect{MarkRecording{Name: "notice_ended", At: e.At}})
	}
	return c.talk(e.At, []Effect{MarkRecording{Name: "notice_ended", At: e.At}, MarkRecording{Name: "connected", At: e.At}})
}

func (c Call) holdPressed() (Call, []Effect, error) {
	if c.State != StateTalking {
		return c.illegal(HoldPressed{})
	}
	if c.Transfer == TransferThreeWay {
		return c.backToConsulting()
	}
	c.State = StateHeld
	return c, []Effect{SetRoute{RouteHold}}, nil
}

func (c Call) resumePressed() (Call, []Effect, error) {
	if c.State != StateHeld || c.Transfer != TransferNone {
		return c.illegal(ResumePressed{})
	}
	c.State = StateTalking
	return c, []Effect{c.voice()}, nil
}

func (c Call) agentLost(e AgentLost) (Call, []Effect, error) {
	if c.AgentAway || c.over() || c.Untaken() {
		return c, nil, nil
	}
	c.AgentAway = true
	limit := AgentLostLimit
	if c.Transfer.Joined() {
		limit = AgentGoneLimit
	}
	todo := []Effect{StartTimer{Timer: TimerAgent, After: limit}, MarkRecording{Name: "agent_lost", At: e.At}}
	if c.State == StateTalking && c.Transfer == TransferNone {
		todo = append(todo, SetRoute{RouteWait})
	}
	return c, todo, nil
}

func (c Call) agentBack(e AgentBack) (Call, []Effect, error) {
	if !c.AgentAway || c.over() {
		return c, nil, nil
	}
	c.AgentAway = false
	todo := []Effect{StopTimer{TimerAgent}, MarkRecording{Name: "agent_back", At: e.At}}
	if c.State == StateTalking && c.Transfer == TransferNone {
		todo = append(todo, SetRoute{RouteTalk})
	}
	return c, todo, nil
}
