package dealing

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
)

// Kind is what happened.
type Kind string

// The closed set of events.
const (
	ContractSigned     Kind = "contract_signed"
	ContractChanged    Kind = "contract_changed" // fee or term
	ContractTerminated Kind = "contract_terminated"
	ContractExpires    Kind = "contract_expires" // its last day, known beforehand
	Shipped            Kind = "shipped"
	Arrived            Kind = "arrived" // goods on site
	Installed          Kind = "installed"
	Commissioned       Kind = "commissioned"
	WarrantyEnds       Kind = "warranty_ends" // computed, Rule C-06
	Delivered          Kind = "delivered"
	PickedUp           Kind = "picked_up"
	Purchased          Kind = "purchased"
	RepairDispatched   Kind = "repair_dispatched"
	RepairOverdue      Kind = "repair_overdue"
	RepairFinished     Kind = "repair_finished"
	ComplaintReceived  Kind = "complaint_received" // by letter or e-mail
	ComplaintResolved  Kind = "complaint_resolved"
	LetterReceived     Kind = "letter_received"
	ProposalReceived   Kind = "proposal_received"
	ClaimHandedOver    Kind = "claim_handed_over" // to the insurer, Rule C-28
	SalesVisit         Kind = "sales_visit"       // of a prospect, Rule C-10
)

// Kinds lists the closed set.
func Kinds() []Kind {
	return []Kind{ContractSigned, ContractChanged, ContractTerminated, ContractExpires, Shipped, Arrived, Installed, Commissioned, WarrantyEnds,
		Delivered, PickedUp, Purchased, RepairDispatched, RepairOverdue, RepairFinished, ComplaintReceived, ComplaintResolved, LetterReceived,
		ProposalReceived, ClaimHandedOver, SalesVisit}
}

// Contract is an agreement with a customer. Days that are zero are not known.
type Contract struct {
	ID              uuid.UUID
	Key             string // business key
	CustomerID      uuid.UUID
	CustomerName    string // set on reading
	Project         string
	Product         string
	AmountCents     int64
	SignedOn        calendar.Date
	CoolingOffUntil calendar.Date // Rule C-03: the last day on which nobody calls
	StartsOn        calendar.Date
	EndsOn          calendar.Date
	TerminatedOn    calendar.Date
	Note            string
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Equipment is what a customer runs (Rule C-21). Days that are zero are not known.
type Equipment struct {
	ID                uuid.UUID
	Key               string // business key
	CustomerID        uuid.UUID
	CustomerName      string    // set on reading
	ContractID        uuid.UUID // uuid.Nil: none
	Project           string
	Model             string
	ProductLine       string
	Quantity          int
	AmountCents       int64
	ShippedOn         calendar.Date
	ArrivedOn         calendar.Date
	InstalledOn       calendar.Date
	CommissioningOn   calendar.Date // planned
	CommissionedOn    calendar.Date
	WarrantyEndsOn    calendar.Date // computed by the database, Rule C-06
	PowerManager      string
	PowerManagerPhone string
	SiteContact       string
	SitePhone         string
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Event is something that happened to a customer, or will on a day that is known.
type Event struct {
	ID             uuid.UUID
	Key            string // business key: the same event is taken once
	Kind           Kind
	CustomerID     uuid.UUID
	CustomerName   string    // set on reading
	ContractID     uuid.UUID // uuid.Nil: none
	EquipmentID    uuid.UUID // uuid.Nil: none
	AmountCents    int64
	OccurredOn     calendar.Date
	FirstOn        calendar.Date // as it was said first; set on reading
	Note           string
	Derived        bool // from a day of its contract or equipment
	WithdrawnAt    time.Time
	WithdrawReason string
	CreatedBy      uuid.UUID // uuid.Nil: derived
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Put is what became of a row that was handed in.
type Put struct {
	ID      uuid.UUID
	Created bool
	Changed bool // with Created false: something was corrected
}

// Counts sums up what became of rows.
type Counts struct{ Created, Changed, Unchanged int }

// Count sums up.
func Count(ps []Put) (n Counts) {
	for _, p := range ps {
		switch {
		case p.Created:
			n.Created++
		case p.Changed:
			n.Changed++
		default:
			n.Unchanged++
		}
	}
	return n
}

// WarrantyBasis says which of the two ends of a warranty counts (Rule C-06).
type WarrantyBasis string

// The two.
const (
	WarrantyEarlier WarrantyBasis = "earlier" // also where a product line says nothing
	WarrantyLater   WarrantyBasis = "later"
)

// ProductLine is a setting of a product line.
type ProductLine struct {
	Name     string
	Warranty WarrantyBasis
}
