package call

// Outcome says how a call attempt ended. It is measured, never typed in: what
// the agent says about the call is the disposition.
type Outcome string

// The closed set of outcomes (design 4).
const (
	OutcomeAnswered           Outcome = "answered"
	OutcomeNoAnswer           Outcome = "no_answer"
	OutcomeBusy               Outcome = "busy"
	OutcomeRejected           Outcome = "rejected"
	OutcomeUnreachable        Outcome = "unreachable"
	OutcomeInvalidNumber      Outcome = "invalid_number"
	OutcomeRingTooShort       Outcome = "ring_too_short"
	OutcomeCancelled          Outcome = "cancelled"
	OutcomeTrunkFailure       Outcome = "trunk_failure"
	OutcomeAnsweredAtDeadline Outcome = "answered_at_deadline"
	OutcomeRecorderFailure    Outcome = "recorder_failure"
	OutcomeInternal           Outcome = "internal"
	OutcomeNotTaken           Outcome = "not_taken" // inbound: no agent came to the phone
)

// Outcomes lists the closed set.
func Outcomes() []Outcome {
	return []Outcome{
		OutcomeAnswered, OutcomeNoAnswer, OutcomeBusy, OutcomeRejected, OutcomeUnreachable, OutcomeInvalidNumber,
		OutcomeRingTooShort, OutcomeCancelled, OutcomeTrunkFailure, OutcomeAnsweredAtDeadline, OutcomeRecorderFailure, OutcomeInternal,
		OutcomeNotTaken,
	}
}

// Counted reports whether an attempt with this outcome counts toward the three
// of Rule T-04. A no-answer counts only when it rang for the minimum.
func (o Outcome) Counted(ringOK bool) bool {
	switch o {
	case OutcomeNoAnswer:
		return ringOK
	case OutcomeBusy, OutcomeRejected, OutcomeUnreachable:
		return true
	default:
		return false
	}
}

// Contact reports whether the customer's side picked up.
func (o Outcome) Contact() bool {
	return o == OutcomeAnswered || o == OutcomeAnsweredAtDeadline
}

// Party says who ended a call.
type Party string

// The parties that can end a call.
const (
	PartyAgent    Party = "agent"
	PartyCustomer Party = "customer"
	PartyNetwork  Party = "network"
	PartySystem   Party = "system"
)
