package httpapi

import "time"

// LedgerRow is a final record as the ledger lists it (Rule C-21).
type LedgerRow struct {
	ID           ID               `json:"id"`
	Number       string           `json:"number" doc:"Empty for records of versions before numbers"`
	CallID       ID               `json:"call_id"`
	RecordingID  *ID              `json:"recording_id" nullable:"true"`
	FinishedAt   time.Time        `json:"finished_at"`
	ContactedAt  time.Time        `json:"contacted_at"`
	Customer     Ref              `json:"customer"`
	CustomerCode string           `json:"customer_code"`
	Agent        Ref              `json:"agent"`
	Department   Null[Department] `json:"department" doc:"The agent's"`
	ProgramCode  string           `json:"program_code"`
	ProgramZH    string           `json:"program_name_zh"`
	ProgramEN    string           `json:"program_name_en"`
	Method       string           `json:"method"`
	Disposition  string           `json:"disposition"`
	Outcome      string           `json:"outcome"`
	TalkSeconds  int              `json:"talk_seconds"`
	Content      string           `json:"content"`
	Problems     string           `json:"problems"`
	Handling     string           `json:"handling"`
	Deviation    string           `json:"deviation"`
	Score        *int             `json:"score" nullable:"true" doc:"Rule C-16; null when nothing was rated"`
	Version      int              `json:"version" doc:"Above 1: it was corrected (Rule C-01)"`
	Dissatisfied List[string]     `json:"dissatisfied" doc:"Keys of the items"`
	Slips        List[string]     `json:"slips" doc:"Numbers of its feedback slips (Rule C-17)"`
	Review       Null[Review]     `json:"review" doc:"The newest (Rule C-25)"`
	Plant        Plant            `json:"plant"`
}

// Plant is what the ledger says of contract and equipment (Rule C-21): those that
// the call-back was owed for, else the customer's latest.
type Plant struct {
	ContractKey      string `json:"contract_key"`
	EquipmentKey     string `json:"equipment_key" doc:"Empty where the customer has none"`
	Project          string `json:"project"`
	Model            string `json:"model"`
	Quantity         int    `json:"quantity"`
	AmountCents      int64  `json:"amount_cents" doc:"Of the equipment, else of the contract"`
	ShippedOn        string `json:"shipped_on"`
	CommissionedOn   string `json:"commissioned_on"`
	Responsible      string `json:"responsible"`
	ResponsiblePhone string `json:"responsible_phone" doc:"Agents see the last four digits (Rule S-01)"`
	SiteContact      string `json:"site_contact"`
	SitePhone        string `json:"site_phone" doc:"Agents see the last four digits (Rule S-01)"`
	Others           int    `json:"others" doc:"More pieces of equipment of the customer"`
}

// LedgerPage is a page of the ledger, newest first.
type LedgerPage struct {
	Records    List[LedgerRow] `json:"records"`
	NextCursor string          `json:"next_cursor"`
}

// Review is what a superior says of a final record (Rule C-25).
type Review struct {
	ID      ID        `json:"id"`
	By      Ref       `json:"by"`
	At      time.Time `json:"at"`
	Verdict string    `json:"verdict" enum:"agreed,remarked"`
	Opinion string    `json:"opinion"`
}

// Reviews are those of a record, newest first.
type Reviews struct {
	Reviews List[Review] `json:"reviews"`
}

// ReviewInput is a review as it is written; it stands.
type ReviewInput struct {
	Verdict string `json:"verdict" enum:"agreed,remarked"`
	Opinion string `json:"opinion,omitempty" maxLength:"10000" doc:"Needed with a remark"`
}
