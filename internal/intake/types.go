package intake

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
)

// State is where a batch stands.
type State string

// The closed set of states:
//
//	checked --> applied --> undone
const (
	Checked State = "checked" // nothing is changed yet
	Applied State = "applied"
	Undone  State = "undone"
)

// States lists the closed set.
func States() []State { return []State{Checked, Applied, Undone} }

// Counts say what became, or would become, of the rows of a batch.
type Counts struct{ Rows, Created, Changed, Unchanged, Wrong int }

// Batch is a file that was handed in.
type Batch struct {
	ID          uuid.UUID
	Kind        Kind
	Name        string // of the file
	Format      string
	SHA256      string
	Header      []string
	Mapping     Mapping
	State       State
	Partial     bool // applied without the wrong rows
	Counts      Counts
	Problems    []Problem // the first of them, see maxProblems; set by a check
	FeedID      uuid.UUID // uuid.Nil: of no feed
	FeedName    string    // set on reading
	Week        calendar.Date
	CreatedAt   time.Time
	CreatedBy   uuid.UUID
	CreatedName string // set on reading
	AppliedAt   time.Time
	AppliedBy   uuid.UUID
	AppliedName string // set on reading
	UndoneAt    time.Time
	UndoneBy    uuid.UUID
	UndoneName  string // set on reading
	Reason      string // of undoing
}

// Problem is what is wrong with a value, or with a whole row where Field is empty.
type Problem struct {
	Line   int    // of the file
	Column string // the header's word; empty: a field that no column holds
	Field  string
	Value  string // as it stands in the file; none for telephone numbers (Rule S-01)
	Text   Both
}

// Row is a row as it is kept.
type Row struct {
	Line  int
	Cells []string
}

// Action is what a row does, or did.
type Action string

// The closed set of actions.
const (
	Created   Action = "created"
	Changed   Action = "changed"
	Unchanged Action = "unchanged"
)

// Item is a row that was found right: one of its objects is set, whole, as it
// shall be. Contact is a number of an existing customer.
type Item struct {
	Line      int
	Action    Action // as the check foresees it; the store has the last word
	Customer  *customer.Customer
	Contact   *Contact
	Contract  *dealing.Contract
	Equipment *dealing.Equipment
	Event     *dealing.Event
}

// Contact is a number of a customer.
type Contact struct {
	CustomerID   uuid.UUID
	CustomerCode string
	Point        customer.ContactPoint
}

// Preview is a row as it was understood: the texts of its fields.
type Preview struct {
	Line   int
	Action Action // empty: wrong
	Values map[string]string
}
