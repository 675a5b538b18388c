package casework

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/callback"
)

// Kind is what a case is.
type Kind string

// The kinds of cases.
const (
	Anomaly   Kind = "anomaly"   // Rule C-19
	Complaint Kind = "complaint" // Rule C-20
)

// Kinds lists the closed set.
func Kinds() []Kind { return []Kind{Anomaly, Complaint} }

// Class says what an anomaly is about. Rule C-19.
type Class string

// The classes.
const (
	ClassDissatisfaction   Class = "dissatisfaction"     // strong dissatisfaction
	ClassActingForCustomer Class = "acting_for_customer" // signing or trading for the customer
	ClassPrivateFees       Class = "private_fees"        // or signs of them
	ClassFalseData         Class = "false_data"          // false or missing customer data
	ClassPromisedReturns   Class = "promised_returns"
	ClassOther             Class = "other"
)

// Classes lists the closed set.
func Classes() []Class {
	return []Class{ClassDissatisfaction, ClassActingForCustomer, ClassPrivateFees, ClassFalseData, ClassPromisedReturns, ClassOther}
}

// classOf reads a class from the red flags of the shipped questionnaires; those
// of other questionnaires are "other", until somebody says better.
func classOf(flags []string) Class {
	for _, f := range flags {
		switch f {
		case "acted_for_customer":
			return ClassActingForCustomer
		case "private_fees":
			return ClassPrivateFees
		case "returns_promised":
			return ClassPromisedReturns
		case "identity_confirmed", "documents_true":
			return ClassFalseData
		}
	}
	return ClassOther
}

// Source says what opened a case.
type Source string

// The sources.
const (
	SourceRedFlag         Source = "red_flag"        // an answer of a final record
	SourceDissatisfaction Source = "dissatisfaction" // strongDissatisfaction rated items of one
	SourceButton          Source = "button"          // in a call, Rule C-20
	SourceManual          Source = "manual"
)

// Sources lists the closed set.
func Sources() []Source {
	return []Source{SourceRedFlag, SourceDissatisfaction, SourceButton, SourceManual}
}

// StrongDissatisfaction is how many dissatisfied answers of one record are a
// serious anomaly. Rule C-19.
const StrongDissatisfaction = 3

// State is the step that a case stands at, or its end.
type State string

// The states; see the package's diagram.
const (
	Facts      State = "facts"       // what happened; of a complaint also how the customer was calmed
	Reported   State = "reported"    // a superior takes note
	Interview  State = "interview"   // those concerned are heard
	Branch     State = "branch"      // what the branch found, and its opinion
	HeadOffice State = "head_office" // the final opinion
	Measures   State = "measures"
	Answer     State = "answer"    // to the customer who complained
	CallBack   State = "call_back" // the customer is called again
	Closed     State = "closed"
)

// States lists the closed set.
func States() []State {
	return []State{Facts, Reported, Interview, Branch, HeadOffice, Measures, Answer, CallBack, Closed}
}

// Line is the way of a kind of case.
func Line(k Kind) []State {
	if k == Complaint {
		return []State{Facts, Answer, CallBack, Closed}
	}
	return []State{Facts, Reported, Interview, Branch, HeadOffice, Measures, CallBack, Closed}
}

// Next is the state after one; of the last, and of one that is not on the way
// of the kind, it is empty.
func Next(k Kind, s State) State {
	all := Line(k)
	if i := slices.Index(all, s); i >= 0 && i+1 < len(all) {
		return all[i+1]
	}
	return ""
}

// again is where a case goes on when the customer stays dissatisfied.
func again(k Kind) State {
	if k == Complaint {
		return Answer
	}
	return Measures
}

// Days is how many working days a step may take. An answer is due by the
// complaint's beginning. Rules C-19, C-20.
func (s State) Days() int {
	switch s {
	case Facts, Reported:
		return 1
	case Interview, HeadOffice:
		return 3
	case Closed:
		return 0
	}
	return 5
}

// running reports whether the clock of the case runs: that of a second
// call-back is its task's.
func (s State) running() bool { return s != CallBack && s != Closed }

// firstOf is the step that must have been signed by somebody else, empty where
// nobody else is needed. Rule C-19.
func firstOf(s State) State {
	switch s {
	case Reported:
		return Facts
	case HeadOffice:
		return Branch
	}
	return ""
}

// Case is an anomaly or a complaint.
type Case struct {
	ID            uuid.UUID
	Number        string // C2026-11-000001, given by the store (Rule C-21)
	Kind          Kind
	Class         Class
	Source        Source
	CustomerID    uuid.UUID
	CustomerName  string // set on reading, like all names
	RecordID      uuid.UUID
	RecordNumber  string
	CallID        uuid.UUID
	MarkID        uuid.UUID
	RecordingID   uuid.UUID     // of the call; set on reading
	Offset        time.Duration // of the mark in the recording; negative: unknown
	Matter        string        // why it was opened; it stands
	ConcernedID   uuid.UUID     // whom it is about
	ConcernedName string
	AssigneeID    uuid.UUID // whose turn it is; uuid.Nil: nobody could be found
	AssigneeName  string
	State         State
	Round         int
	DueAt         time.Time
	OverdueAt     time.Time // when the miss of this step was noted
	Overdue       bool      // set by the service
	EscalatedTo   []uuid.UUID
	EscalatedName []string
	TaskID        uuid.UUID
	TaskState     callback.TaskState
	Satisfaction  string
	VerifiedBy    uuid.UUID
	ClosedAt      time.Time
	ClosedBy      uuid.UUID
	CreatedBy     uuid.UUID
	CreatedName   string
	CreatedAt     time.Time
	UpdatedAt     time.Time // guards changes
}

// Signed is a step that was signed; it stands.
type Signed struct {
	Step    State
	Round   int
	ByID    uuid.UUID
	ByName  string
	At      time.Time
	Content map[string]string
}

// Talk is the record of an interview; it stands. Rule C-19.
type Talk struct {
	ID         uuid.UUID
	HeldAt     time.Time
	Place      string
	Person     string // who was heard
	Content    string
	Signatures []Signature
	ByID       uuid.UUID
	ByName     string
	At         time.Time
}

// Signature is who signed, and the file that shows it.
type Signature struct {
	Name         string
	AttachmentID uuid.UUID
}

// Detail is a case with all that belongs to it, oldest first, and what whoever
// asked may do now.
type Detail struct {
	Case       Case
	Steps      []Signed
	Interviews []Talk
	History    []audit.Event
	May        []string // see the May words
	Barred     error    // why the step cannot be signed by whoever asked; nil: it can, or there is none
}

// What somebody may do with a case now.
const (
	MaySign      = "sign"
	MayInterview = "interview"
	MayAssign    = "assign"
	MayAttach    = "attach"
	MayCallAgain = "call_again"
	MayClose     = "close_unreachable"
)
