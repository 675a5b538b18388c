package message

import (
	"fmt"
	"slices"

	"huifang/internal/customer"
)

// State is where a message stands; the words are those of the schema.
type State string

// The states of a message.
const (
	StateQueued    State = "queued"    // to be sent, at once or at its next try
	StateSending   State = "sending"   // claimed by an instance
	StateSent      State = "sent"      // the gateway has taken it
	StateDelivered State = "delivered" // the gateway says that it arrived
	StateFailed    State = "failed"    // it did not, or nobody knows
	StateOptedOut  State = "opted_out" // the customer refused the channel before it was sent
	StateCancelled State = "cancelled" // withdrawn by a person before it was sent
)

// States lists the closed set.
func States() []State {
	return []State{StateQueued, StateSending, StateSent, StateDelivered, StateFailed, StateOptedOut, StateCancelled}
}

// Step is what happens to a message.
type Step string

// The steps.
const (
	StepQueue     Step = "queue" // it was written
	StepClaim     Step = "claim"
	StepSent      Step = "sent"
	StepDelivered Step = "delivered"
	StepFail      Step = "fail"
	StepAgain     Step = "again" // not now: another try later
	StepOptOut    Step = "opt_out"
	StepCancel    Step = "cancel"
	StepRetry     Step = "retry" // a person sends a failed one again
	StepReply     Step = "reply" // the customer answered; the state stays
)

// Steps lists those that move a message.
func Steps() []Step {
	return []Step{StepClaim, StepSent, StepDelivered, StepFail, StepAgain, StepOptOut, StepCancel, StepRetry}
}

// Next gives the state after a step. It reads no clock and does no I/O; a step
// that is not allowed is an error that names both. Receipts may come late: of
// a message that was given up, or that waits for another try, the gateway's word
// that it took or delivered it is believed, and nothing is sent any more.
func (s State) Next(step Step) (State, error) {
	var from []State
	var to State
	switch step {
	case StepClaim:
		from, to = []State{StateQueued}, StateSending
	case StepSent:
		from, to = []State{StateSending, StateQueued, StateFailed}, StateSent
	case StepDelivered:
		from, to = []State{StateSent, StateSending, StateQueued, StateFailed}, StateDelivered
	case StepFail:
		from, to = []State{StateSending, StateSent}, StateFailed
	case StepAgain:
		from, to = []State{StateSending}, StateQueued
	case StepOptOut:
		from, to = []State{StateQueued, StateSending}, StateOptedOut
	case StepCancel:
		from, to = []State{StateQueued}, StateCancelled
	case StepRetry:
		from, to = []State{StateFailed}, StateQueued
	}
	if !slices.Contains(from, s) {
		return s, fmt.Errorf("a message that is %s takes no step %s", s, step)
	}
	return to, nil
}

// Proven reports whether the state proves that the customer was served over the
// channel: an SMS by its delivery receipt; an e-mail, of which no receipt can be
// had, by the word of the mail server that took it. Rule C-14.
func Proven(ch customer.Channel, s State) bool {
	return s == StateDelivered || ch == customer.ChannelEmail && s == StateSent
}

// Purpose is what a message is about; each has its templates.
type Purpose string

// The purposes.
const (
	PurposeMissedCalls       Purpose = "missed_calls"       // after the third counted attempt (Rule T-04)
	PurposeAppointment       Purpose = "appointment"        // confirms the time that was agreed (Rule C-24)
	PurposeComplaintReceived Purpose = "complaint_received" // Rule C-20
	PurposeSecondCallBack    Purpose = "second_call_back"   // a slip was handled (Rule C-17)
	PurposeBirthday          Purpose = "birthday"           // Rule M-03
	PurposeFestival          Purpose = "festival"           // Rule M-03
	PurposeNotice            Purpose = "notice"             // in place of a call (Rule C-14)
)

// Purposes lists the closed set.
func Purposes() []Purpose {
	return []Purpose{PurposeMissedCalls, PurposeAppointment, PurposeComplaintReceived, PurposeSecondCallBack, PurposeBirthday, PurposeFestival, PurposeNotice}
}

// Channels are those that messages go over.
func Channels() []customer.Channel {
	return []customer.Channel{customer.ChannelSMS, customer.ChannelEmail}
}
