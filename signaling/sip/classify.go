package sip

import (
	"errors"

	"huifang/internal/call"
)

// Facts are what is known about an attempt when it is over.
type Facts struct {
	Code  int // final SIP code, 0 when there was none
	Cause int // Q.850, 0 when not given
	// Trying: some 1xx came. Progress: a 181, 182 or 183. Rang: a 180, or a
	// ring tone heard in early media (Rule T-03).
	Trying, Progress, Rang bool
	RingOK                 bool // it rang for the minimum (Rule T-03)
	CancelledBy            call.CancelCause
	AnsweredAfterCancel    bool
	NoResponse             bool
	Err                    error
}

// Facts starts the facts from what the client saw.
func (f Failed) Facts() Facts {
	return Facts{
		Code: f.Code, Cause: f.Cause, Trying: f.Trying, Progress: f.Progress, Rang: f.Rang,
		NoResponse: f.NoResponse, Err: f.Err,
	}
}

// Classify is the one place that turns a SIP result into an outcome. Order of
// evidence: the answer, our own CANCEL, the trunk's overrides (by SIP code),
// the Q.850 cause, the SIP code. The reason is a short constant word.
func Classify(f Facts, overrides map[int]call.Outcome) (call.Outcome, string) {
	if errors.Is(f.Err, ErrEncryption) { // answered, but not as the trunk must
		return call.OutcomeTrunkFailure, reasonEncryption
	}
	if f.Code >= 200 && f.Code < 300 {
		if f.AnsweredAfterCancel {
			return call.OutcomeAnsweredAtDeadline, "answered_after_cancel"
		}
		return call.OutcomeAnswered, "answered"
	}
	outcome, reason := byNetwork(f, overrides)
	if f.CancelledBy == call.NotCancelled {
		return outcome, reason
	}
	// A definite word of the network that crossed our CANCEL stands.
	switch outcome {
	case call.OutcomeBusy, call.OutcomeRejected, call.OutcomeInvalidNumber:
		return outcome, reason
	}
	return byCancel(f)
}

// byCancel is the verdict on an INVITE that we cancelled (Rule T-03).
func byCancel(f Facts) (call.Outcome, string) {
	switch {
	case f.RingOK:
		return call.OutcomeNoAnswer, "cancelled_after_minimum_ring"
	case f.CancelledBy != call.CancelDeadline:
		return call.OutcomeCancelled, "cancelled_by_" + string(f.CancelledBy)
	case f.Rang:
		return call.OutcomeRingTooShort, "ring_too_short"
	case f.Progress: // music or an announcement: nothing proves that a phone rang
		return call.OutcomeRingTooShort, "ringing_not_proven"
	default:
		return call.OutcomeTrunkFailure, "never_rang"
	}
}

func byNetwork(f Facts, overrides map[int]call.Outcome) (call.Outcome, string) {
	switch {
	case f.NoResponse:
		return call.OutcomeTrunkFailure, "no_response"
	case f.Code == 0 && f.Err != nil:
		return call.OutcomeTrunkFailure, "transport"
	case f.Code == 0:
		return call.OutcomeTrunkFailure, "no_final_response"
	}
	if o, ok := overrides[f.Code]; ok {
		return o, "trunk_override"
	}
	if o, reason := byCause(f); o != "" {
		return o, reason
	}
	return byCode(f)
}

// byCause judges by Q.850 (ITU-T Q.850; mapping as in RFC 3398 8.2.6). Causes
// that say nothing about the customer's phone (16, 31, 127 ...) leave it to the
// SIP code.
func byCause(f Facts) (call.Outcome, string) {
	switch f.Cause {
	case 17:
		return call.OutcomeBusy, "user_busy"
	case 18, 19:
		if f.Rang {
			return call.OutcomeNoAnswer, "no_user_response"
		}
		return call.OutcomeUnreachable, "no_user_response"
	case 20:
		return call.OutcomeUnreachable, "subscriber_absent"
	case 21:
		return call.OutcomeRejected, "call_rejected"
	case 1, 22, 28:
		return call.OutcomeInvalidNumber, "unallocated_number"
	case 2, 3, 27, 34, 38, 41, 42, 44, 47, 58, 88, 102:
		return call.OutcomeTrunkFailure, "network_cause"
	}
	return "", ""
}

func byCode(f Facts) (call.Outcome, string) {
	switch f.Code {
	case 486, 600:
		return call.OutcomeBusy, "busy"
	case 603:
		return call.OutcomeRejected, "declined"
	case 607, 608:
		return call.OutcomeRejected, "unwanted" // review for do-not-call (Rule C-14)
	case 403:
		if f.Rang {
			return call.OutcomeRejected, "forbidden_after_ringing"
		}
		return call.OutcomeTrunkFailure, "forbidden"
	case 480:
		switch {
		case f.Rang:
			return call.OutcomeNoAnswer, "temporarily_unavailable"
		case f.Trying || f.Progress:
			return call.OutcomeUnreachable, "temporarily_unavailable"
		}
		return call.OutcomeTrunkFailure, "refused_at_once"
	case 408:
		switch {
		case f.Rang:
			return call.OutcomeNoAnswer, "request_timeout"
		case f.Trying || f.Progress:
			return call.OutcomeUnreachable, "request_timeout"
		}
		return call.OutcomeTrunkFailure, "refused_at_once"
	case 487:
		switch {
		case f.Rang:
			return call.OutcomeNoAnswer, "terminated_by_network"
		case f.Progress:
			return call.OutcomeUnreachable, "terminated_by_network"
		}
		return call.OutcomeTrunkFailure, "terminated_by_network"
	case 404, 410, 484, 485, 604:
		return call.OutcomeInvalidNumber, "number_not_found"
	case 401, 407:
		return call.OutcomeTrunkFailure, "credentials_refused"
	case 415, 488, 606: // the codecs or the encryption that we offer
		return call.OutcomeTrunkFailure, "media_refused"
	case 503:
		return call.OutcomeTrunkFailure, "service_unavailable"
	case 481, 491, 493:
		return call.OutcomeInternal, "protocol"
	}
	if f.Code >= 300 && f.Code < 400 {
		return call.OutcomeTrunkFailure, "redirect_refused" // never followed: toll fraud
	}
	return call.OutcomeTrunkFailure, "trunk_refused"
}

// FailoverAllowed says whether another trunk may be tried (Rule T-07): only
// after a failure of the trunk itself, or a bare 404 that a second trunk should
// confirm, and never when an 18x came, so that no phone can ring twice.
func FailoverAllowed(f Facts, overrides map[int]call.Outcome) bool {
	if f.Rang || f.Progress || f.AnsweredAfterCancel || f.CancelledBy != call.NotCancelled || f.Code >= 200 && f.Code < 400 {
		return false
	}
	outcome, _ := Classify(f, overrides)
	if outcome == call.OutcomeInvalidNumber {
		return f.Code == 404 && f.Cause == 0
	}
	return outcome == call.OutcomeTrunkFailure
}
