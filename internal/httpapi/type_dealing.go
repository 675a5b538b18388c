package httpapi

import "time"

// Owner names the customer of a row, by id or by code.
type Owner struct {
	CustomerID   *ID    `json:"customer_id,omitempty" nullable:"true" doc:"Or customer_code"`
	CustomerCode string `json:"customer_code,omitempty" maxLength:"64"`
}

// ContractRow is a contract that is handed in, recognised by its key (Rule C-22).
type ContractRow struct {
	Owner
	Key             string  `json:"key" minLength:"1" maxLength:"200" doc:"Business key: the same contract has the same one"`
	Project         string  `json:"project,omitempty" maxLength:"500"`
	Product         string  `json:"product,omitempty" maxLength:"500"`
	Amount          float64 `json:"amount,omitempty" minimum:"0" doc:"In yuan, with two decimals"`
	SignedOn        string  `json:"signed_on,omitempty" doc:"2026-11-02; makes the event contract_signed"`
	CoolingOffUntil string  `json:"cooling_off_until,omitempty" doc:"The last day on which nobody calls (Rule C-03)"`
	StartsOn        string  `json:"starts_on,omitempty"`
	EndsOn          string  `json:"ends_on,omitempty" doc:"Makes the event contract_expires"`
	TerminatedOn    string  `json:"terminated_on,omitempty" doc:"Makes the event contract_terminated"`
	Note            string  `json:"note,omitempty" maxLength:"2000"`
}

// ContractRows are contracts that are handed in, all or none.
type ContractRows struct {
	Rows List[ContractRow] `json:"rows"`
}

// EquipmentRow is equipment that is handed in (Rule C-21).
type EquipmentRow struct {
	Owner
	Key               string  `json:"key" minLength:"1" maxLength:"200"`
	ContractKey       string  `json:"contract_key,omitempty" maxLength:"200"`
	Project           string  `json:"project,omitempty" maxLength:"500"`
	Model             string  `json:"model,omitempty" maxLength:"500"`
	ProductLine       string  `json:"product_line,omitempty" maxLength:"500"`
	Quantity          int     `json:"quantity,omitempty" minimum:"0" maximum:"1000000" doc:"1 where it is left out"`
	Amount            float64 `json:"amount,omitempty" minimum:"0" doc:"In yuan"`
	ShippedOn         string  `json:"shipped_on,omitempty" doc:"The days are events: shipped, arrived, installed, commissioned"`
	ArrivedOn         string  `json:"arrived_on,omitempty"`
	InstalledOn       string  `json:"installed_on,omitempty"`
	CommissioningOn   string  `json:"commissioning_on,omitempty" doc:"Planned"`
	CommissionedOn    string  `json:"commissioned_on,omitempty"`
	PowerManager      string  `json:"power_manager,omitempty" maxLength:"500"`
	PowerManagerPhone string  `json:"power_manager_phone,omitempty" maxLength:"40"`
	SiteContact       string  `json:"site_contact,omitempty" maxLength:"500"`
	SitePhone         string  `json:"site_phone,omitempty" maxLength:"40"`
}

// EquipmentRows are pieces of equipment that are handed in, all or none.
type EquipmentRows struct {
	Rows List[EquipmentRow] `json:"rows"`
}

// EventRow is an event that is handed in. Another day under the same key is a correction.
type EventRow struct {
	Owner
	Key          string  `json:"key" minLength:"1" maxLength:"200" doc:"Business key: the same event is taken once"`
	Kind         string  `json:"kind" enum:"contract_signed,contract_changed,contract_terminated,contract_expires,shipped,arrived,installed,commissioned,warranty_ends,delivered,picked_up,purchased,repair_dispatched,repair_overdue,repair_finished,complaint_received,complaint_resolved,letter_received,proposal_received,claim_handed_over,sales_visit"`
	OccurredOn   string  `json:"occurred_on" doc:"2026-11-02"`
	ContractKey  string  `json:"contract_key,omitempty" maxLength:"200"`
	EquipmentKey string  `json:"equipment_key,omitempty" maxLength:"200"`
	Amount       float64 `json:"amount,omitempty" minimum:"0" doc:"In yuan"`
	Note         string  `json:"note,omitempty" maxLength:"2000"`
}

// EventRows are events that are handed in, all or none.
type EventRows struct {
	Rows List[EventRow] `json:"rows"`
}

// Taken is what became of a row.
type Taken struct {
	ID      ID     `json:"id"`
	Key     string `json:"key"`
	Outcome string `json:"outcome" enum:"created,changed,unchanged"`
}

// TakenRows is what became of the rows, in their order.
type TakenRows struct {
	Results List[Taken] `json:"results"`
}

// Contract is an agreement with a customer.
type Contract struct {
	ID              ID        `json:"id"`
	Key             string    `json:"key"`
	Customer        Ref       `json:"customer"`
	Project         string    `json:"project"`
	Product         string    `json:"product"`
	Amount          float64   `json:"amount"`
	SignedOn        string    `json:"signed_on"`
	CoolingOffUntil string    `json:"cooling_off_until"`
	StartsOn        string    `json:"starts_on"`
	EndsOn          string    `json:"ends_on"`
	TerminatedOn    string    `json:"terminated_on"`
	Note            string    `json:"note"`
	UpdatedAt       time.Time `json:"updated_at"`
}

// ContractPage is a page of contracts, by key.
type ContractPage struct {
	Contracts  List[Contract] `json:"contracts"`
	NextCursor string         `json:"next_cursor"`
}

// Equipment is what a customer runs (Rule C-21).
type Equipment struct {
	ID                ID        `json:"id"`
	Key               string    `json:"key"`
	Customer          Ref       `json:"customer"`
	ContractID        *ID       `json:"contract_id" nullable:"true"`
	Project           string    `json:"project"`
	Model             string    `json:"model"`
	ProductLine       string    `json:"product_line"`
	Quantity          int       `json:"quantity"`
	Amount            float64   `json:"amount"`
	ShippedOn         string    `json:"shipped_on"`
	ArrivedOn         string    `json:"arrived_on"`
	InstalledOn       string    `json:"installed_on"`
	CommissioningOn   string    `json:"commissioning_on"`
	CommissionedOn    string    `json:"commissioned_on"`
	WarrantyEndsOn    string    `json:"warranty_ends_on" doc:"Computed (Rule C-06)"`
	PowerManager      string    `json:"power_manager"`
	PowerManagerPhone string    `json:"power_manager_phone"`
	SiteContact       string    `json:"site_contact"`
	SitePhone         string    `json:"site_phone"`
	UpdatedAt         time.Time `json:"updated_at"`
}

// EquipmentPage is a page of equipment, by key.
type EquipmentPage struct {
	Equipment  List[Equipment] `json:"equipment"`
	NextCursor string          `json:"next_cursor"`
}

// BusinessEvent is something that happened to a customer, or will on a known day.
type BusinessEvent struct {
	ID             ID         `json:"id"`
	Key            string     `json:"key"`
	Kind           string     `json:"kind"`
	Customer       Ref        `json:"customer"`
	ContractID     *ID        `json:"contract_id" nullable:"true"`
	EquipmentID    *ID        `json:"equipment_id" nullable:"true"`
	Amount         float64    `json:"amount"`
	OccurredOn     string     `json:"occurred_on"`
	FirstOn        string     `json:"first_on" doc:"As it was said first; another day says that it was corrected"`
	Note           string     `json:"note"`
	Derived        bool       `json:"derived" doc:"From a day of its contract or equipment"`
	WithdrawnAt    *time.Time `json:"withdrawn_at"`
	WithdrawReason string     `json:"withdraw_reason"`
	CreatedAt      time.Time  `json:"created_at"`
}

// BusinessEventPage is a page of events, the latest day first.
type BusinessEventPage struct {
	Events     List[BusinessEvent] `json:"events"`
	NextCursor string              `json:"next_cursor"`
}

// DealingQuery selects contracts, equipment or events. Empty fields do not filter.
type DealingQuery struct {
	CustomerID string `query:"customer_id"`
	Key        string `query:"key" maxLength:"200" doc:"The beginning of the key"`
	Page
}

// BusinessEventQuery selects events.
type BusinessEventQuery struct {
	DealingQuery
	Kind  string `query:"kind" maxLength:"40"`
	From  string `query:"from" doc:"2026-11-02, included"`
	Until string `query:"until" doc:"Included"`
}

// EventWithdrawal says why an event did not happen.
type EventWithdrawal struct {
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// ProductLine says which end of a warranty counts (Rule C-06).
type ProductLine struct {
	Name     string `json:"name"`
	Warranty string `json:"warranty" enum:"earlier,later" doc:"One year from commissioning, or 18 months from shipment"`
}

// ProductLines are those that say something; for the others it is the earlier.
type ProductLines struct {
	ProductLines List[ProductLine] `json:"product_lines"`
}

// ProductLineInput sets a product line.
type ProductLineInput struct {
	Warranty string `json:"warranty" enum:"earlier,later"`
}
