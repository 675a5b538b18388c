package switchboard

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// Ledger keeps the durable facts of calls. Every method is one transaction and
// may be called again with the same arguments without a second effect.
type Ledger interface {
	// OpenCall inserts the call (arming) and its recording (opened) together
	// and moves the task to calling. Rule T-01: nothing is dialled before it.
	OpenCall(ctx context.Context, c NewCall) error
	// OpenAttempt inserts an attempt. Rules T-01, T-06: before its INVITE.
	OpenAttempt(ctx context.Context, a NewAttempt) error
	// MoveCall changes the state, guarded by the state it is expected in;
	// a call that is not in it gives an error.
	MoveCall(ctx context.Context, m Move) error
	// CloseAttempt writes evidence and verdict of an attempt once, counts it
	// (Rule T-04) and, when it is the last of its call, leaves the task as
	// the rules say (waiting for the next slot, data check, wrap-up).
	CloseAttempt(ctx context.Context, v Verdict) error
	// MarkCall writes a mark, or the end of one that lasted. Rules T-13, C-20.
	MarkCall(ctx context.Context, m CallMark) error
	// HandOverCall makes somebody else the agent of a live call, or somebody the
	// agent of one that has none.
	HandOverCall(ctx context.Context, h Handover) error
	// EndCall moves the call to wrapup with its outcome and ends its marks. One
	// that no agent has taken is closed, and its task is what it was before.
	EndCall(ctx context.Context, e Ending) error
	// OpenCalls lists the calls of this instance that are not in wrapup or
	// closed: what a crash left.
	OpenCalls(ctx context.Context, instance string) ([]Orphan, error)
}

// NewCall is what is known when the agent presses dial and the gate has said yes.
type NewCall struct {
	CallID, RecordingID                         uuid.UUID
	TaskID, CustomerID, ContactPointID, AgentID uuid.UUID
	Instance                                    string
	At                                          time.Time
	// Inbound: the customer calls. AgentID is uuid.Nil then: who takes the call
	// is told by HandOverCall.
	Inbound bool
}

// NewAttempt is one dial, before it happens.
type NewAttempt struct {
	AttemptID, CallID, TaskID uuid.UUID
	Ordinal                   int // 1 for the first of the call
	Trunk, CallerID, Number   string
	SlotDate                  time.Time // midnight UTC of the date in the customer's zone
	SlotWindow                string    // "10:00-11:00", "appointment", "override"
	OverrideReason            string
	OverrideBy                uuid.UUID // uuid.Nil when there is none
	At                        time.Time
}

// Handover gives a live call another agent.
type Handover struct {
	CallID, From, To uuid.UUID // From: uuid.Nil when nobody had it
	At               time.Time
	// WithTask makes the new agent the assignee of the task too, and a draft
	// of its record theirs.
	WithTask bool
}

// Move is a change of a call's state. Zero times are left as they are.
type Move struct {
	CallID                        uuid.UUID
	From, To                      call.State
	At                            time.Time
	RingingAt, AnsweredAt, TalkAt time.Time
	NoticeAt, NoticeEndedAt       time.Time
	QueuedAt                      time.Time
}

// Verdict is the evidence of an attempt and what it amounts to (Rules T-03, T-06).
type Verdict struct {
	AttemptID, CallID, TaskID uuid.UUID
	FirstResponseAt           time.Time
	RingingAt                 time.Time
	RingingSignal             string // "180" or "ringback_tone", empty when it never rang
	FirstMediaAt              time.Time
	Heard                     []call.Heard // early media
	AnsweredAt                time.Time
	EndedAt                   time.Time
	EndedBy                   call.Party
	SIPCode                   int // 0: no response
	SIPReason                 string
	Q850Cause                 int // 0: none
	Outcome                   call.Outcome
	Reason                    string
	RingMs                    int
	RingOK                    bool
	Counted                   bool
	OverrideReason            string // Rule T-03: hang-up before the minimum ring by override
	OverrideBy                uuid.UUID
	LastOfCall                bool // no fail-over follows
}

// Ending closes the live part of a call.
type Ending struct {
	CallID, TaskID uuid.UUID
	At             time.Time
	Outcome        call.Outcome
	Reason         string
	EndedBy        call.Party
	Legs           []LegRecord // none when it was not answered
}

// Orphan is a call that its instance no longer carries.
type Orphan struct {
	CallID, TaskID, AgentID, RecordingID uuid.UUID
	State                                call.State
	Inbound                              bool
	StartedAt                            time.Time
	OpenAttempt                          uuid.UUID // uuid.Nil when every attempt is closed
}
