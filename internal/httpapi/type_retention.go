package httpapi

import "time"

// Hold keeps recordings beyond their date, for a case (Rule T-02).
type Hold struct {
	ID            ID         `json:"id"`
	Case          string     `json:"case"`
	Reason        string     `json:"reason"`
	PlacedBy      Ref        `json:"placed_by"`
	PlacedAt      time.Time  `json:"placed_at"`
	ReleasedBy    *Ref       `json:"released_by"`
	ReleasedAt    *time.Time `json:"released_at" doc:"null: it is on"`
	ReleaseReason string     `json:"release_reason"`
	Recordings    int        `json:"recordings"`
}

// HoldList is the answer of GET /holds and GET /recordings/{id}/holds.
type HoldList struct {
	Holds List[Hold] `json:"holds"`
}

// HoldDetail is a hold with its recordings.
type HoldDetail struct {
	Hold
	List List[KeptRecording] `json:"list" doc:"At most five hundred, the newest call first"`
}

// KeptRecording is a recording whose end is looked at.
type KeptRecording struct {
	RecordingID  ID         `json:"recording_id"`
	CallID       ID         `json:"call_id"`
	StartedAt    time.Time  `json:"started_at"`
	Customer     string     `json:"customer"`
	MaskedNumber string     `json:"masked_number"`
	Program      string     `json:"program"`
	State        string     `json:"state"`
	RetainUntil  *time.Time `json:"retain_until"`
	Overdue      bool       `json:"overdue" doc:"Past the longest retention of its program"`
	DeletedAt    *time.Time `json:"deleted_at"`
	Spared       string     `json:"spared" doc:"Why it was not deleted although it was approved"`
}

// NewHold places a hold.
type NewHold struct {
	Case       string   `json:"case" maxLength:"200"`
	Reason     string   `json:"reason" maxLength:"2000"`
	Recordings List[ID] `json:"recordings" maxItems:"5000"`
	CustomerID *ID      `json:"customer_id" required:"false" doc:"All recordings of this customer"`
}

// HoldAddition puts more recordings under a hold.
type HoldAddition struct {
	Recordings List[ID] `json:"recordings" maxItems:"5000"`
	CustomerID *ID      `json:"customer_id" required:"false"`
}

// ReasonInput says why.
type ReasonInput struct {
	Reason string `json:"reason" maxLength:"2000"`
}

// Expiry is the answer of GET /expiry.
type Expiry struct {
	Candidates List[KeptRecording] `json:"candidates" doc:"Their retention is over and nothing holds them; at most five hundred, the earliest first"`
	Batches    List[ExpiryBatch]   `json:"batches" doc:"The newest first"`
}

// ExpiryBatch is recordings that somebody proposes to delete, and a second person decides on.
type ExpiryBatch struct {
	ID             ID         `json:"id"`
	Reason         string     `json:"reason"`
	ProposedBy     Ref        `json:"proposed_by"`
	ProposedAt     time.Time  `json:"proposed_at"`
	Decision       string     `json:"decision" enum:"open,approved,refused"`
	DecidedBy      *Ref       `json:"decided_by"`
	DecidedAt      *time.Time `json:"decided_at"`
	DecisionReason string     `json:"decision_reason"`
	Recordings     int        `json:"recordings"`
	Deleted        int        `json:"deleted"`
	Spared         int        `json:"spared"`
}

// ExpiryDetail is a batch with its recordings.
type ExpiryDetail struct {
	ExpiryBatch
	List List[KeptRecording] `json:"list"`
}

// NewExpiry proposes candidates.
type NewExpiry struct {
	Recordings List[ID] `json:"recordings" minItems:"1" maxItems:"5000"`
	Reason     string   `json:"reason" maxLength:"2000"`
}

// ExpiryDecision decides on a batch.
type ExpiryDecision struct {
	Approve bool   `json:"approve"`
	Reason  string `json:"reason" maxLength:"2000" doc:"Required to refuse"`
}
