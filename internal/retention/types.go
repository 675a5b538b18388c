package retention

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/customer"
)

// Person is who did something.
type Person struct {
	ID   uuid.UUID
	Name string
}

// Hold keeps recordings beyond their date, for a case.
type Hold struct {
	ID            uuid.UUID
	Case          string
	Reason        string
	PlacedBy      Person
	PlacedAt      time.Time
	ReleasedBy    Person
	ReleasedAt    time.Time // zero: it is on
	ReleaseReason string
	Recordings    int
}

// On reports whether the hold is on.
func (h Hold) On() bool { return h.ReleasedAt.IsZero() }

// Held is a recording under a hold, or a candidate for expiry.
type Held struct {
	RecordingID uuid.UUID
	CallID      uuid.UUID
	StartedAt   time.Time
	Customer    string
	Number      customer.Number
	Program     string
	State       string
	RetainUntil time.Time
	Overdue     bool // past the program's maximum
	DeletedAt   time.Time
	Spared      string // why an approved one was not deleted
}

// Decision of a batch.
type Decision string

// The decisions.
const (
	Open     Decision = "open"
	Approved Decision = "approved"
	Refused  Decision = "refused"
)

// Batch is recordings that somebody proposes to delete.
type Batch struct {
	ID             uuid.UUID
	Reason         string
	ProposedBy     Person
	ProposedAt     time.Time
	Decision       Decision
	DecidedBy      Person
	DecidedAt      time.Time
	DecisionReason string
	Recordings     int
	Deleted        int
	Spared         int
}

// Due is a recording whose lock must reach further.
type Due struct {
	RecordingID            uuid.UUID
	Bucket, Key, VersionID string
	Until                  time.Time // what it must be
	Held                   bool      // a hold is on
	Open                   bool      // without an end that is known: held, or its contract has none yet
}

// Doomed is a recording whose deletion was approved.
type Doomed struct {
	BatchID, RecordingID   uuid.UUID
	Bucket, Key, VersionID string
	SHA256                 []byte
	RetainUntil            time.Time
	ProposedBy, ApprovedBy uuid.UUID
}
