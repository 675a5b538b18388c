package casework

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

// Key is the place of a case in the list.
type Key struct {
	At time.Time
	ID uuid.UUID
}

// Query selects cases, newest first. Zero values do not filter.
type Query struct {
	Kind       Kind
	Class      Class
	State      State
	Waiting    bool // not closed
	Overdue    bool // its step is past its time at Now
	CustomerID uuid.UUID
	CallID     uuid.UUID
	Concerns   uuid.UUID // raised by, assigned or escalated to somebody
	NotAbout   uuid.UUID // leaves out those that are about somebody
	Now        time.Time
	Before     Key
	Limit      int
}

// Counts are the figures above the list, whatever the state that is asked for.
type Counts struct{ Open, Overdue, CallBack, Closed int }

// Finding is what a rule says must be a case and is none yet.
type Finding struct {
	Kind       Kind
	Source     Source
	CustomerID uuid.UUID
	RecordID   uuid.UUID
	CallID     uuid.UUID
	MarkID     uuid.UUID
	AgentID    uuid.UUID // who raised it
	Flags      []string  // of the record
	Number     string    // of the record
	Text       string    // what the agent wrote
	Bad        []string  // dissatisfied answers of the record
}

// Spoken is what the customer of a case in call_back has said by now.
type Spoken struct {
	Case     Case
	RecordID uuid.UUID
	AgentID  uuid.UUID
	Said     string
}

// Running is a clock that is not over: that of an open slip, or of a step.
type Running struct {
	Object     attachment.Object // slip or case
	ID         uuid.UUID
	Number     string
	State      string
	DueAt      time.Time
	StartID    uuid.UUID // at whom the line begins: owner or assignee, else who raised it
	ConcernID  uuid.UUID
	CustomerID uuid.UUID
	Line       []uuid.UUID // whom this clock was escalated to, in order
	LastDay    string      // of the last of them, 2026-11-23
	Warned     bool
	Noted      bool // the miss is in the history
}

// Change is a case as it shall be, with what belongs to the change.
type Change struct {
	Case   Case
	Was    time.Time // its UpdatedAt as it was read
	Signed *Signed
	Task   *callback.Task // inserted
	Event  audit.Event
}

// Item is something that waits for somebody.
type Item struct {
	Object       attachment.Object
	ID           uuid.UUID
	Number       string
	Kind         string // of the slip or case
	State        string
	Matter       string
	CustomerName string
	HolderName   string // owner or assignee
	Escalated    bool   // to whoever asks; otherwise it is theirs
	DueAt        time.Time
	Overdue      bool // set by the service
}

// Problem is a line of the day's list. Rule C-30.
type Problem struct {
	Department access.Department // zero: none
	Kind       string            // record, slip, anomaly, complaint
	ID         uuid.UUID         // of the record, slip or case
	CallID     uuid.UUID
	Number     string
	At         time.Time
	Customer   string
	By         string // who noted it
	Problem    string
	Handling   string
	State      string // of the slip or case; of a record: empty
}

// Store keeps cases and reads the clocks.
type Store interface {
	// Cases lists by (created_at, id), newest first.
	Cases(ctx context.Context, q Query) ([]Case, error)
	// CountCases counts what the query selects, whatever its State, Waiting,
	// Overdue, Before and Limit.
	CountCases(ctx context.Context, q Query) (Counts, error)
	// Case gives one; problem not_found.
	Case(ctx context.Context, id uuid.UUID) (Case, error)
	CaseSteps(ctx context.Context, id uuid.UUID) ([]Signed, []Talk, error)
	// InsertCase numbers and writes a case; false when the same finding is a
	// case already.
	InsertCase(ctx context.Context, c *Case, month string, e audit.Event) (bool, error)
	// ChangeCase writes a case that is still as it was read; problem conflict otherwise.
	ChangeCase(ctx context.Context, ch Change) error
	InsertTalk(ctx context.Context, caseID uuid.UUID, t Talk, e audit.Event) error
	// Findings are final records with red flags or strong dissatisfaction, and
	// complaints of calls, that are no case yet, oldest first.
	Findings(ctx context.Context, strong, limit int) ([]Finding, error)
	// Spoken are cases in call_back whose second call-back has an answer.
	Spoken(ctx context.Context) ([]Spoken, error)
	// Running clocks that end until a time.
	Running(ctx context.Context, until time.Time) ([]Running, error)
	// Escalate does nothing when somebody was faster.
	Escalate(ctx context.Context, r Running, to uuid.UUID, day string, at time.Time, e audit.Event) (bool, error)
	// Warn likewise.
	Warn(ctx context.Context, r Running, at time.Time, e audit.Event) (bool, error)
	// NoteOverdueCase likewise.
	NoteOverdueCase(ctx context.Context, id uuid.UUID, at time.Time, e audit.Event) (bool, error)
	WaitingFor(ctx context.Context, userID uuid.UUID) ([]Item, error)
	// Problems noted in a period, of one department unless that is uuid.Nil.
	Problems(ctx context.Context, from, to time.Time, department uuid.UUID) ([]Problem, error)
	CallCustomer(ctx context.Context, callID uuid.UUID) (customerID, recordID uuid.UUID, err error)
	audit.Reader
	audit.Log
}

// People looks up accounts; internal/store satisfies it.
type People interface {
	User(ctx context.Context, id uuid.UUID) (access.User, error)
	Users(ctx context.Context, f access.UserFilter) ([]access.User, error)
}

// Customers looks up customers.
type Customers interface {
	Customer(ctx context.Context, id uuid.UUID) (customer.Customer, error)
}

// Days answers for the working calendar.
type Days interface {
	Calendar(ctx context.Context) (calendar.Calendar, error)
}

// CallBacks makes second call-backs; internal/callback.Service satisfies it.
type CallBacks interface {
	SecondCallBack(ctx context.Context, s callback.Second) (callback.Task, error)
}
