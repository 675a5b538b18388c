package visit

import (
	"time"

	"github.com/google/uuid"
)

// State says whether a visit can still be changed.
type State string

// The states of a visit.
const (
	StateDraft State = "draft"
	StateFinal State = "final"
)

// Visit is a contact on site.
type Visit struct {
	ID                   uuid.UUID
	Number               string // V2026-11-000001: gapless per month (Rule C-21); given by the store when it becomes final
	TaskID               uuid.UUID
	CustomerID           uuid.UUID
	CustomerName         string // set on reading
	AgentID              uuid.UUID
	AgentName            string // set on reading
	State                State
	VisitedAt            time.Time
	Place                string
	Met                  string // who was met
	Content              string
	Problems             string
	Handling             string
	Answers              map[string]any
	QuestionnaireVersion int
	Score                *int // Rule C-16; nil where nothing was rated
	Dissatisfied         []string
	SignedName           string
	Strokes              []Stroke // nil: not signed
	Signature            []byte   // PNG
	UnsignedReason       string
	CreatedAt            time.Time
	UpdatedAt            time.Time // guards changes
	FinishedAt           time.Time
}

// The reasons why a visit rather than a call suits a task.
const (
	SuggestedByDuty     = "duty"           // the duty rule says so
	SuggestedByContract = "large_contract" // Rule C-11: contracts of 3,000,000 and more
	SuggestedByWish     = "wish"           // Rule C-14: the customer chose it
)

// LargeContract is the sum of a customer's contracts from which a visit is due,
// in hundredths of the currency. Rule C-11.
const LargeContract = 3_000_000_00

// Method is what the store knows of how a task is to be done.
type Method struct {
	DutyChannel   string // empty: it comes of no duty
	ContractCents int64  // all contracts of the customer that are not terminated
}
