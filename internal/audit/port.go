// Package audit holds the words of the audit log (Rule S-04): who did what to
// which object, when, under which rule and for what reason. Rows are written
// once; a change and its row are written in one transaction, which is why the
// changing methods of the Store ports take an [Event].
//
// It does no I/O itself; internal/store keeps the rows.
package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Event is one row. Detail never holds a telephone number or a password.
type Event struct {
	ID         int64 // set on reading
	At         time.Time
	ActorID    uuid.UUID // uuid.Nil: the system
	ActorName  string    // set on reading
	Action     string    // "object.verb", see the constants
	ObjectKind string
	ObjectID   string
	Rule       string // requirement id, when a rule refused or was overridden
	Reason     string
	Detail     map[string]any
	IP         string
}

// Actions.
const (
	ActionSignIn             = "session.opened"
	ActionSignInRefused      = "session.refused"
	ActionSessionRevoked     = "session.revoked"
	ActionImportTaken        = "import.taken"
	ActionImportApplied      = "import.applied"
	ActionImportUndone       = "import.undone"
	ActionFeedCreated        = "feed.created"
	ActionFeedChanged        = "feed.changed"
	ActionFeedMissed         = "feed.missed"
	ActionTokenCreated       = "token.created"
	ActionTokenRevoked       = "token.revoked"
	ActionUserCreated        = "user.created"
	ActionUserChanged        = "user.changed"
	ActionCustomerCreated    = "customer.created"
	ActionCustomerChanged    = "customer.changed"
	ActionConsentNoted       = "consent.noted"
	ActionConsentWithdrawn   = "consent.withdrawn"
	ActionShiftEnded         = "shift.ended"
	ActionShiftOverridden    = "shift.overridden"
	ActionProgramCreated     = "program.created"
	ActionProgramChanged     = "program.changed"
	ActionPaperCreated       = "paper.created"
	ActionPaperChanged       = "paper.changed"
	ActionPaperPublished     = "paper.published"
	ActionPaperRetired       = "paper.retired"
	ActionSuggestionMade     = "suggestion.made"
	ActionSuggestionAccepted = "suggestion.accepted"
	ActionSuggestionDeclined = "suggestion.declined"
	ActionCalendarChanged    = "calendar.changed"
	ActionTaskCreated        = "task.created"
	ActionTaskImported       = "task.imported"
	ActionTaskAssigned       = "task.assigned"
	ActionTaskAppointment    = "task.appointment"
	ActionTaskClosed         = "task.closed"
	ActionTaskCloseRefused   = "task.close_refused"
	ActionTaskTaken          = "task.taken"
	ActionTaskSkipped        = "task.skipped"
	ActionDialRefused        = "dial.refused"
	ActionDialOverridden     = "dial.overridden"
	ActionHangupOverridden   = "hangup.overridden"
	ActionRecordingPaused    = "recording.paused"
	ActionRecordingUnpaused  = "recording.unpaused"
	ActionComplaintRaised    = "complaint.raised"
	ActionCallMonitored      = "call.monitored"
	ActionCallMonitorEnded   = "call.monitor_ended"
	ActionCallHandedOver     = "call.handed_over"
	ActionTransferStarted    = "call.transfer_started"
	ActionTransferEnded      = "call.transfer_ended"
	ActionRecordSaved        = "record.saved"
	ActionRecordFinished     = "record.finished"
	ActionRecordCorrected    = "record.corrected"
	ActionRecordReviewed     = "record.reviewed"
	ActionLedgerTaken        = "ledger.taken"
	ActionSlipOpened         = "slip.opened"
	ActionSlipAssigned       = "slip.assigned"
	ActionSlipAnswered       = "slip.answered"
	ActionSlipCalledAgain    = "slip.called_again"
	ActionSlipReopened       = "slip.reopened"
	ActionSlipOverdue        = "slip.overdue"
	ActionSlipClosed         = "slip.closed"
	ActionSlipWarned         = "slip.warned"
	ActionSlipEscalated      = "slip.escalated"
	ActionCaseOpened         = "case.opened"
	ActionCaseAssigned       = "case.assigned"
	ActionCaseSigned         = "case.signed"
	ActionCaseInterviewed    = "case.interviewed"
	ActionCaseWarned         = "case.warned"
	ActionCaseOverdue        = "case.overdue"
	ActionCaseEscalated      = "case.escalated"
	ActionCaseCalledAgain    = "case.called_again"
	ActionCaseReopened       = "case.reopened"
	ActionCaseClosed         = "case.closed"
	ActionProblemsTaken      = "problems.taken"
	ActionAttachmentAdded    = "attachment.added"
	ActionAttachmentTaken    = "attachment.taken"
	ActionAttachmentRefused  = "attachment.refused"
	ActionRecordingRefused   = "recording.refused"
	ActionRecordingChecked   = "recording.checked"
	ActionRecordingCommented = "recording.commented"
	ActionRecordingImported  = "recording.imported"
	ActionRecordingTagged    = "recording.tagged"
	ActionRecordingUntagged  = "recording.untagged"
	ActionRecordingsListed   = "recordings.listed"
	ActionTrunkCreated       = "trunk.created"
	ActionTrunkChanged       = "trunk.changed"
	ActionTrunkRemoved       = "trunk.removed"
	ActionTrunkProbed        = "trunk.probed"
	ActionNumbersChanged     = "numbers.changed"
	ActionExported           = "recordings.exported"
	ActionVerified           = "evidence.verified"
	ActionDifferenceClosed   = "difference.closed"
	ActionAccessAsked        = "access.asked"
	ActionAccessGranted      = "access.granted"
	ActionAccessRefused      = "access.refused"
	ActionAccessBarred       = "access.barred" // a rule did not allow the decision
	ActionAccessRevoked      = "access.revoked"
	ActionFilingDrafted      = "filing.drafted"
	ActionFiled              = "filing.filed"
	ActionHandedOver         = "filing.handed_over"
	ActionHoldPlaced         = "hold.placed"
	ActionHoldExtended       = "hold.extended"
	ActionHoldReleased       = "hold.released"
	ActionExpiryProposed     = "expiry.proposed"
	ActionExpiryApproved     = "expiry.approved"
	ActionExpiryRefused      = "expiry.refused"
	ActionExpirySpared       = "expiry.spared"
	ActionRecordingDeleted   = "recording.deleted"
	ActionRetentionExtended  = "retention.extended"
	ActionStorageProbed      = "storage.probed"
	ActionContractsTaken     = "contract.taken"
	ActionEquipmentTaken     = "equipment.taken"
	ActionEventsTaken        = "event.taken"
	ActionEventWithdrawn     = "event.withdrawn"
	ActionProductLineChanged = "product_line.changed"
	ActionMessageQueued      = "message.queued"
	ActionMessageSent        = "message.sent"
	ActionMessageDelivered   = "message.delivered"
	ActionMessageFailed      = "message.failed"
	ActionMessageOptedOut    = "message.opted_out"
	ActionMessageCancelled   = "message.cancelled"
	ActionMessageRetried     = "message.retried"
	ActionReplyReceived      = "message.reply_received"
	ActionChannelRefused     = "channel.refused"
	ActionChannelAllowed     = "channel.allowed"
	ActionEmailAdded         = "customer.email_added"
	ActionVisitFinished      = "visit.finished"
	ActionTemplateChanged    = "message_template.changed"
	ActionDutyRuleMade       = "duty_rule.made"
	ActionDutyRuleChanged    = "duty_rule.changed"
	ActionDutiesEvaluated    = "duty.evaluated"
)

// Changes reports whether an action changes its object: looking at its files does
// not, and is no part of its history.
func Changes(action string) bool {
	return action != ActionAttachmentTaken && action != ActionAttachmentRefused
}

// Filter selects events, newest first. Zero values do not filter.
type Filter struct {
	From, To             time.Time // From included, To excluded
	Action               string
	ActorID              uuid.UUID
	ObjectKind, ObjectID string
	Limit                int   // at most 500; 0 means 100
	Before               int64 // keyset cursor: ids below it; 0 starts at the newest
}

// Log writes events that belong to no other change.
type Log interface {
	AppendEvent(ctx context.Context, e Event) error
}

// Reader reads the log, newest first.
type Reader interface {
	Events(ctx context.Context, f Filter) ([]Event, error)
}
