package duty

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
)

// Facts are what is known of one customer.
type Facts struct {
	ID          uuid.UUID
	Name        string // for lists
	Kind        customer.Kind
	Grade       string
	Zone        *time.Location
	Language    string
	Birthday    calendar.Date // zero: not known
	Since       calendar.Date // when we came to know the customer
	DoNotCall   bool
	Instead     customer.Channel // Rule C-14; empty: none was named
	LastContact calendar.Date    // of the last completed call-back
	AmountCents int64            // of all contracts, Rule C-11
	Events      []Event          // those that are not withdrawn
	Duties      []Duty           // all that there are
}

// Event is what a rule needs to know of an event.
type Event struct {
	ID              uuid.UUID
	Kind            dealing.Kind
	On              calendar.Date
	ContractID      uuid.UUID
	EquipmentID     uuid.UUID
	CoolingOffUntil calendar.Date // of its contract
	StartsOn        calendar.Date // of its contract
	CommissioningOn calendar.Date // of its equipment: the day itself, or else the planned one
}

// State is where a duty stands; the words are those of the schema.
type State string

// The states.
const (
	Planned     State = "planned"     // its first day has not come
	Open        State = "open"        // it has a task
	Done        State = "done"        // called back, or served otherwise (Rule C-14)
	Unreachable State = "unreachable" // proven (Rule T-04)
	Cancelled   State = "cancelled"   // its task was, by a supervisor
	Withdrawn   State = "withdrawn"   // owed no longer
)

// States lists the closed set.
func States() []State {
	return []State{Planned, Open, Done, Unreachable, Cancelled, Withdrawn}
}

// Closed reports whether it ended with its task.
func (s State) Closed() bool { return s == Done || s == Unreachable || s == Cancelled }

// Key is what a duty is recognised by.
type Key struct {
	RuleID     uuid.UUID
	Subject    uuid.UUID // the event, or the customer
	Occurrence string
}

// Owed is a call-back that is owed, with the days on which it is.
type Owed struct {
	Key
	CustomerID uuid.UUID
	Version    int
	EventID    uuid.UUID     // uuid.Nil: of a day
	Base       calendar.Date // what it counts from
	NotBefore  calendar.Date // the end of a cooling-off and one day; zero: none
	Due        calendar.Date // the first day
	Soft       calendar.Date
	Hard       calendar.Date // zero: none
	GraceDays  int
	Channel    Channel
	Also       Channel // empty: none
	ProgramID  uuid.UUID
	Priority   int
	Purpose    string
}

// Deadline is the last day on which it is in time.
func (o Owed) Deadline() calendar.Date {
	d := o.Hard
	if d.IsZero() {
		d = o.Soft
	}
	return d.AddDays(o.GraceDays)
}

// Duty is a call-back that was found to be owed.
type Duty struct {
	Owed
	ID           uuid.UUID
	CustomerName string // this and the next are set on reading
	CustomerCode string
	BranchID     uuid.UUID
	BranchName   string
	Zone         *time.Location
	RuleCode     string
	RuleName     Words
	EventKind    dealing.Kind
	EventKey     string
	State        State
	Result       Result // on the day that was asked for
	TaskID       uuid.UUID
	TaskState    string
	ClosedOn     calendar.Date // in the customer's time zone: the day of the contact
	Reason       string        // why it was withdrawn
	CreatedAt    time.Time
	UpdatedAt    time.Time
}
