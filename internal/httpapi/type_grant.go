package httpapi

import "time"

// AccessOrder asks to hear recordings (Rule S-02): ids that were given to
// somebody, or a customer's name and a period.
type AccessOrder struct {
	Purpose  string     `json:"purpose" minLength:"1" maxLength:"2000"`
	Named    []ID       `json:"named,omitempty" maxItems:"200" doc:"Ids of recordings or calls; nobody is told whether they exist"`
	Customer string     `json:"customer,omitempty" maxLength:"200" doc:"Part of the name"`
	From     *time.Time `json:"from,omitempty"`
	To       *time.Time `json:"to,omitempty"`
	Days     int        `json:"days" minimum:"1" maximum:"90"`
	Download bool       `json:"download" doc:"To take the files away as well"`
}

// AccessRequest is somebody's wish to hear recordings, and what became of it.
type AccessRequest struct {
	ID        ID         `json:"id"`
	By        Ref        `json:"by"`
	Purpose   string     `json:"purpose"`
	Named     List[ID]   `json:"named"`
	Customer  string     `json:"customer"`
	From      *time.Time `json:"from"`
	To        *time.Time `json:"to"`
	Days      int        `json:"days"`
	Download  bool       `json:"download"`
	CreatedAt time.Time  `json:"created_at"`
	State     string     `json:"state" enum:"open,approved,refused"`
	DecidedBy Null[Ref]  `json:"decided_by"`
	DecidedAt *time.Time `json:"decided_at"`
	Reason    string     `json:"reason"`
}

// AccessRequests is a list of requests, newest first.
type AccessRequests struct {
	Requests List[AccessRequest] `json:"requests"`
}

// AccessCandidates is a request with the recordings that it may mean.
type AccessCandidates struct {
	Request    AccessRequest         `json:"request"`
	Recordings List[AccessCandidate] `json:"recordings"`
}

// AccessCandidate is a recording that a request may mean.
type AccessCandidate struct {
	RecordingRow
	Interest bool `json:"interest" doc:"The requester has an interest in its case: it cannot be granted (Rule C-15)"`
}

// AccessDecision grants a request or less of it.
type AccessDecision struct {
	Recordings []ID   `json:"recordings" minItems:"1" maxItems:"200"`
	Days       int    `json:"days" minimum:"1" maximum:"90"`
	Download   bool   `json:"download"`
	Reason     string `json:"reason,omitempty" maxLength:"2000"`
}

// AccessReason is why a request is refused or a grant revoked.
type AccessReason struct {
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// AccessGrant lets a person hear recordings until a moment.
type AccessGrant struct {
	ID           ID         `json:"id"`
	RequestID    ID         `json:"request_id"`
	User         Ref        `json:"user"`
	Purpose      string     `json:"purpose"`
	Recordings   List[ID]   `json:"recordings"`
	Until        time.Time  `json:"until"`
	Download     bool       `json:"download"`
	GrantedBy    Ref        `json:"granted_by"`
	GrantedAt    time.Time  `json:"granted_at"`
	RevokedAt    *time.Time `json:"revoked_at"`
	RevokedBy    string     `json:"revoked_by"`
	RevokeReason string     `json:"revoke_reason"`
}

// AccessGrants is a list of grants, newest first.
type AccessGrants struct {
	Grants List[AccessGrant] `json:"grants"`
}

// GrantAccess is what was done under a grant.
type GrantAccess struct {
	RecordingID ID `json:"recording_id"`
	RecordingAccess
}

// GrantAccesses is what was done under a grant, newest first.
type GrantAccesses struct {
	Accesses List[GrantAccess] `json:"accesses"`
}

// MyAccess is what somebody asked for and what they may hear now.
type MyAccess struct {
	Requests   List[AccessRequest]    `json:"requests"`
	Recordings List[GrantedRecording] `json:"recordings"`
}

// GrantedRecording is a recording that a grant of the caller's gives.
type GrantedRecording struct {
	ID           ID        `json:"id"`
	StartedAt    time.Time `json:"started_at"`
	DurationMs   int64     `json:"duration_ms"`
	Agent        string    `json:"agent"`
	Customer     string    `json:"customer"`
	MaskedNumber string    `json:"masked_number"`
	ProgramCode  string    `json:"program_code"`
	State        string    `json:"state"`
	Third        bool      `json:"third"`
	GrantID      ID        `json:"grant_id"`
	Purpose      string    `json:"purpose"`
	Until        time.Time `json:"until"`
	Download     bool      `json:"download"`
}

// FilingOrder begins a filing (Rule S-03).
type FilingOrder struct {
	Authority  string `json:"authority" minLength:"1" maxLength:"2000"`
	Reference  string `json:"reference" minLength:"1" maxLength:"2000"`
	LegalBasis string `json:"legal_basis" minLength:"1" maxLength:"2000"`
	Recordings []ID   `json:"recordings" minItems:"1" maxItems:"10000"`
}

// FilingReceipt notes who took which pack.
type FilingReceipt struct {
	PackSHA256 string `json:"pack_sha256" pattern:"^[0-9a-f]{64}$"`
	TakenBy    string `json:"taken_by" minLength:"1" maxLength:"2000"`
}

// Filing is the entry about what goes to a regulator.
type Filing struct {
	ID         ID         `json:"id"`
	Authority  string     `json:"authority"`
	Reference  string     `json:"reference"`
	LegalBasis string     `json:"legal_basis"`
	Recordings List[ID]   `json:"recordings"`
	State      string     `json:"state" enum:"drafted,filed,handed_over"`
	DraftedBy  Ref        `json:"drafted_by"`
	DraftedAt  time.Time  `json:"drafted_at"`
	FiledBy    Null[Ref]  `json:"filed_by"`
	FiledAt    *time.Time `json:"filed_at"`
	PackSHA256 string     `json:"pack_sha256"`
	TakenBy    string     `json:"taken_by"`
	HandedBy   Null[Ref]  `json:"handed_by"`
	HandedAt   *time.Time `json:"handed_at"`
}

// Filings is a list of filings, newest first.
type Filings struct {
	Filings List[Filing] `json:"filings"`
}
