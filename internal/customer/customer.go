package customer

import (
	"time"

	"github.com/google/uuid"
)

// Kind is what sort of customer it is.
type Kind string

// The closed set of kinds.
const (
	KindInvestor          Kind = "investor"
	KindEquipmentOperator Kind = "equipment_operator"
	KindFurnitureBuyer    Kind = "furniture_buyer"
	KindAdvertiser        Kind = "advertiser"
	KindOther             Kind = "other"
)

// Kinds lists the closed set.
func Kinds() []Kind {
	return []Kind{KindInvestor, KindEquipmentOperator, KindFurnitureBuyer, KindAdvertiser, KindOther}
}

// Channel is how a customer who does not want calls is served (Rule C-14).
type Channel string

// The closed set of channels.
const (
	ChannelSMS    Channel = "sms"
	ChannelEmail  Channel = "email"
	ChannelLetter Channel = "letter"
	ChannelVisit  Channel = "visit"
)

// Channels lists the closed set.
func Channels() []Channel {
	return []Channel{ChannelSMS, ChannelEmail, ChannelLetter, ChannelVisit}
}

// DoNotCall is the customer's wish not to be called (Rule C-14).
type DoNotCall struct {
	Since   time.Time
	Reason  string
	Channel Channel // empty: none was named
}

// ContactPoint is a number of a customer.
type ContactPoint struct {
	ID        uuid.UUID
	Number    Number
	Label     string
	Position  int
	InvalidAt time.Time // the network said that the number does not exist
}

// Invalid reports whether the network has said that the number does not exist.
func (p ContactPoint) Invalid() bool { return !p.InvalidAt.IsZero() }

// Customer is who is called.
type Customer struct {
	ID             uuid.UUID
	Code           string // business key of imports
	Kind           Kind
	Name           string
	Salutation     string
	Language       string // BCP 47, Rule T-11
	Government     bool   // Rule T-05: narrower windows
	TimeZone       string // IANA name, Rule T-05
	Grade          string
	City           string
	Notes          string
	ContractEnd    string    // 2026-12-31; empty: none is known (Rule T-02)
	Birthday       string    // 1980-02-29; empty: not known (Rule M-03)
	AdviserID      uuid.UUID // Rule C-15; uuid.Nil: none
	AdviserName    string    // set on reading
	DepartmentID   uuid.UUID // Rule C-15; uuid.Nil: none
	DepartmentName string    // set on reading
	BranchID       uuid.UUID // of the department, set on reading
	Groups         []string  // named groups, by which hours may differ (Rule T-05)
	DoNotCall      *DoNotCall
	Consents       []Consent // oldest first, set on reading (Rule T-14)
	ContactPoints  []ContactPoint
	CreatedAt      time.Time
	UpdatedAt      time.Time
}
