package sip

import "time"

// provisional: RFC 3261 13.2.2.1. Any number, in any order.
func (m *machine) provisional(in inResponse) []action {
	if m.over() && m.abandoned && !m.answered {
		// The trunk wakes up after we gave it up: no phone may go on ringing.
		return m.sendCancel(reasonAbandoned)
	}
	if !m.dialing() {
		return nil
	}
	var todo []action
	if m.state == stateCalling {
		m.state = stateProceeding
		todo = append(todo, actStop{timerFirst}, actStart{timerRing})
	}
	if m.cancelWanted {
		todo = append(todo, m.sendCancel(m.reason)...)
	}
	first := !m.trying
	m.trying = true
	if in.code == 100 {
		if first {
			todo = append(todo, actEmit{Trying{At: in.at}})
		}
		return todo
	}
	b := m.branches[in.tag]
	switch {
	case b == nil && len(m.branches) == maxBranches:
		return todo
	case b == nil:
		b = &branch{}
		m.branches[in.tag] = b
	case in.rseq != 0 && b.rseq != 0 && in.rseq != b.rseq+1:
		return todo // sent again, or before its time (RFC 3262 4)
	}
	if in.tag != "" {
		todo = append(todo, actEarly{in.res})
		if in.rseq != 0 {
			b.rseq = in.rseq
			todo = append(todo, actPrack{in.res, in.rseq})
		}
	}
	if in.code == 180 {
		m.rang = true
	} else if in.code < 190 {
		m.progress = true
	}
	return append(todo, actEmit{Provisional{At: in.at, Code: in.code, ToTag: in.tag, SDP: b.describe(in)}})
}

// success: RFC 3261 13.2.2.4. Every 2xx is ACKed, whatever state we are in.
func (m *machine) success(in inResponse) []action {
	if last, known := m.acked[in.tag]; known {
		if in.at.Sub(last) < m.reAck {
			return nil // a peer that answers each ACK by its 2xx must not spin us
		}
		m.acked[in.tag] = in.at
		return []action{actReAck{in.res}}
	}
	if len(m.acked) == maxBranches {
		return nil
	}
	m.acked[in.tag] = in.at
	if !m.dialing() {
		return []action{actRelease{in.res}}
	}
	m.state, m.answered, m.winner = stateConfirmed, true, in.tag
	b := m.branches[in.tag]
	if b == nil {
		b = &branch{}
		m.branches[in.tag] = b
	}
	b.describe(in)
	return []action{
		actStop{timerFirst}, actStop{timerRing}, actStop{timerCancel},
		actConfirm{in.res},
		actEmit{Answered{At: in.at, ToTag: in.tag, SDP: b.sdp, AfterCancel: m.cancelWanted}},
	}
}

// maxIntervalTries is how many servers on the way may each want a longer
// session interval (RFC 4028 7.4).
const maxIntervalTries = 3

// failure: RFC 3261 8.1.3, 13.2.2.3.
func (m *machine) failure(in inResponse) []action {
	if m.over() && m.abandoned {
		return []action{actAckFailure{in.res}}
	}
	if !m.dialing() {
		return nil
	}
	if !m.cancelWanted {
		if in.challenged && m.authTries < maxAuthTries {
			m.authTries++
			return m.again(actInvite{res: in.res})
		}
		if in.code == 422 && in.minSE > m.minSE && m.minSETries < maxIntervalTries {
			m.minSE = in.minSE
			m.minSETries++
			return m.again(actInvite{minSE: in.minSE})
		}
	}
	return m.fail(Failed{At: in.at, Code: in.code, Reason: in.phrase, Cause: in.cause, RetryAfter: in.retryAfter}, true)
}

// again sends the INVITE once more; the trunk has to respond in time again.
func (m *machine) again(a actInvite) []action {
	m.state = stateCalling
	clear(m.branches) // early dialogs end with the final response
	todo := []action{actStop{timerFirst}, actStop{timerRing}, a}
	if m.rang || m.progress {
		return append(todo, actStart{timerRing}) // after an 18x never give up early (Rule T-07)
	}
	return append(todo, actStart{timerFirst})
}

// cancel: RFC 3261 9.1, only after a 1xx; before it, wait for one.
func (m *machine) cancel(reason string) []action {
	if !m.dialing() || m.cancelWanted {
		return nil
	}
	m.cancelWanted, m.reason = true, reason
	if m.state == stateCalling {
		return nil
	}
	return m.sendCancel(reason)
}

func (m *machine) sendCancel(reason string) []action {
	if m.cancelSent {
		return nil
	}
	m.cancelSent = true
	if m.over() {
		return []action{actCancel{reason}}
	}
	return []action{actStop{timerRing}, actCancel{reason}, actStart{timerCancel}}
}

func (m *machine) timeout(in inTimer) []action {
	switch in.timer {
	case timerFirst:
		if m.state == stateCalling {
			m.abandoned = true
			return append([]action{actDrop{}}, m.fail(Failed{At: in.at, NoResponse: true}, false)...)
		}
	case timerRing:
		if m.dialing() {
			return m.cancel("ring_limit")
		}
	case timerCancel:
		// RFC 3261 9.1: a 487 is not guaranteed.
		if m.dialing() {
			m.abandoned = true
			return append([]action{actDrop{}}, m.fail(Failed{At: in.at, Err: ErrNoFinalResponse}, false)...)
		}
	case timerLinger:
		if m.over() {
			return []action{actFinish{}}
		}
	}
	return nil
}

// fail tells the one terminal event of a call that was not answered. After a
// final response the transaction absorbs its repetitions; but a proxy sends on
// a branch's 2xx even then (RFC 3261 16.7), and somebody would hang in it.
func (m *machine) fail(f Failed, final bool) []action {
	m.state = stateTerminated
	f.Trying, f.Progress, f.Rang = m.trying, m.progress, m.rang
	todo := []action{actStop{timerFirst}, actStop{timerRing}, actStop{timerCancel}, actEmit{f}}
	m.refused, m.abandoned = final, !final
	return append(todo, actStart{timerLinger})
}

// end tells the one terminal event of a call that was answered.
func (m *machine) end(e Ended) []action {
	m.state = stateTerminated
	return []action{actEmit{e}, actStart{timerLinger}}
}

// abort is the end by force when the user agent stops: the terminal event, and
// no more waiting.
func (m *machine) abort(at time.Time) []action {
	switch {
	case m.over():
		return []action{actFinish{}}
	case m.answered:
		return append(m.end(Ended{At: at, By: EndLocal}), actFinish{})
	default:
		return append(m.fail(Failed{At: at, Err: ErrStopped}, false), actDrop{}, actFinish{})
	}
}
