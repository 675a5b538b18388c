package httpapi

import "time"

// CustomerCard is the customer as the agent sees it, numbers masked (Rule S-01).
type CustomerCard struct {
	ID             ID                 `json:"id"`
	Code           string             `json:"code"`
	Name           string             `json:"name"`
	Salutation     string             `json:"salutation"`
	Kind           string             `json:"kind" enum:"investor,equipment_operator,furniture_buyer,advertiser,other"`
	Language       string             `json:"language"`
	Government     bool               `json:"government"`
	Grade          string             `json:"grade"`
	City           string             `json:"city"`
	Notes          string             `json:"notes"`
	ContractEnd    string             `json:"contract_end" doc:"2026-12-31; empty: not known (Rule T-02)"`
	Birthday       string             `json:"birthday" doc:"1980-02-29; empty: not known (Rule M-03)"`
	TimeZone       string             `json:"time_zone"`
	AdviserName    string             `json:"adviser_name"`
	DepartmentName string             `json:"department_name"`
	DoNotCall      Null[DoNotCall]    `json:"do_not_call"`
	ContactPoints  List[ContactPoint] `json:"contact_points"`
	Earlier        List[Earlier]      `json:"earlier"`
}

// DoNotCall is a customer's wish not to be called (Rule C-14).
type DoNotCall struct {
	Since   time.Time `json:"since"`
	Reason  string    `json:"reason"`
	Channel string    `json:"channel" enum:",sms,email,letter,visit"`
}

// ContactPoint is a number of a customer, masked.
type ContactPoint struct {
	ID           ID     `json:"id"`
	Label        string `json:"label"`
	MaskedNumber string `json:"masked_number"`
	Invalid      bool   `json:"invalid"`
}

// Earlier is an earlier contact with the customer.
type Earlier struct {
	CallID      ID        `json:"call_id"`
	At          time.Time `json:"at"`
	AgentName   string    `json:"agent_name"`
	Outcome     string    `json:"outcome"`
	Disposition string    `json:"disposition"`
	Content     string    `json:"content"`
	ProgramCode string    `json:"program_code"`
}

// CustomerList is the answer of GET /customers.
type CustomerList struct {
	Customers List[CustomerCard] `json:"customers"`
}

// NewCustomer makes a customer.
type NewCustomer struct {
	Code          string            `json:"code" minLength:"1" maxLength:"100"`
	Name          string            `json:"name" minLength:"1" maxLength:"200"`
	Kind          string            `json:"kind" enum:"investor,equipment_operator,furniture_buyer,advertiser,other"`
	Salutation    string            `json:"salutation,omitempty" maxLength:"50"`
	Language      string            `json:"language,omitempty" maxLength:"20"`
	Government    bool              `json:"government,omitempty"`
	TimeZone      string            `json:"time_zone,omitempty" maxLength:"50"`
	Grade         string            `json:"grade,omitempty" maxLength:"20"`
	City          string            `json:"city,omitempty" maxLength:"100"`
	Notes         string            `json:"notes,omitempty" maxLength:"5000"`
	Birthday      string            `json:"birthday,omitempty" maxLength:"10" doc:"1980-02-29, or empty (Rule M-03)"`
	AdviserID     *ID               `json:"adviser_id,omitempty" nullable:"true"`
	DepartmentID  *ID               `json:"department_id,omitempty" nullable:"true"`
	ContactPoints []NewContactPoint `json:"contact_points" minItems:"1" maxItems:"20"`
}

// NewContactPoint is a number as it was typed in.
type NewContactPoint struct {
	Number string `json:"number" minLength:"3" maxLength:"40"`
	Label  string `json:"label,omitempty" maxLength:"50"`
}

// CustomerPatch changes what is given. do_not_call null lifts the wish.
type CustomerPatch struct {
	Language    *string            `json:"language,omitempty" minLength:"2" maxLength:"20"`
	Salutation  *string            `json:"salutation,omitempty" maxLength:"50"`
	Grade       *string            `json:"grade,omitempty" maxLength:"20"`
	City        *string            `json:"city,omitempty" maxLength:"100"`
	Notes       *string            `json:"notes,omitempty" maxLength:"5000"`
	ContractEnd *string            `json:"contract_end,omitempty" maxLength:"10" doc:"2026-12-31, or empty (Rule T-02)"`
	Birthday    *string            `json:"birthday,omitempty" maxLength:"10" doc:"1980-02-29, or empty (Rule M-03)"`
	DoNotCall   Null[DoNotCallSet] `json:"do_not_call,omitempty"`

	Name             *string               `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"Not by agents"`
	AddContactPoints List[NewContactPoint] `json:"add_contact_points,omitempty" doc:"Numbers that the customer does not have yet; not by agents"`
}

// DoNotCallSet records the wish (Rule C-14).
type DoNotCallSet struct {
	Reason  string `json:"reason" minLength:"1" maxLength:"2000"`
	Channel string `json:"channel" enum:"sms,email,letter,visit"`
}

// Program is a call-back program with its settings.
type Program struct {
	ID                 ID           `json:"id"`
	Code               string       `json:"code"`
	NameZH             string       `json:"name_zh"`
	NameEN             string       `json:"name_en"`
	MinRingMs          int          `json:"min_ring_ms" doc:"Rule T-03"`
	MaxRingMs          int          `json:"max_ring_ms" doc:"Rule T-03"`
	MinAttempts        int          `json:"min_attempts" doc:"Rule T-04"`
	AttemptSpacingMin  int          `json:"attempt_spacing_min" doc:"Rule T-04, minutes"`
	RetentionYears     int          `json:"retention_years" doc:"Rule T-02, at least"`
	RetentionMaxYears  int          `json:"retention_max_years" doc:"Rule T-02, at most; 0: no limit"`
	RetentionBasis     string       `json:"retention_basis" enum:"call_end,contract_end" doc:"Rule T-02, what the years count from"`
	ConfirmAgentHangup bool         `json:"confirm_agent_hangup" doc:"Rule T-09"`
	RecordingNotice    bool         `json:"recording_notice" doc:"Rule T-12"`
	Windows            List[string] `json:"windows" doc:"Rule T-05, working days" example:"[\"10:00-11:00\"]"`
	GovernmentWindows  List[string] `json:"government_windows" doc:"Rule T-05"`

	PauseLongestMs int  `json:"pause_longest_ms" doc:"Rule T-13, one secure pause"`
	PauseNumber    int  `json:"pause_number" doc:"Rule T-13, pauses of a call"`
	PauseTotalMs   int  `json:"pause_total_ms" doc:"Rule T-13, all pauses of a call"`
	ShowMonitoring bool `json:"show_monitoring" doc:"Agents see that a supervisor listens"`

	CallerIDs List[string] `json:"caller_ids" doc:"Rule T-14, what customers may be shown: the first that the trunk has; none: the trunk's own"`

	QuestionnaireID *ID          `json:"questionnaire_id" nullable:"true" doc:"Paper (Rule C-16)"`
	ScriptID        *ID          `json:"script_id" nullable:"true" doc:"Paper (Rules T-10, C-29)"`
	FormID          *ID          `json:"form_id" nullable:"true" doc:"Paper (Rule C-10); null: Rule C-01 alone"`
	ContentKinds    List[string] `json:"content_kinds" doc:"Rule C-13"`
}

// ProgramPatch is what administrators change of a program; it holds for calls
// that begin afterwards. What is left out stays.
type ProgramPatch struct {
	PauseLongestMs *int  `json:"pause_longest_ms,omitempty" minimum:"0" maximum:"600000"`
	PauseNumber    *int  `json:"pause_number,omitempty" minimum:"0" maximum:"20"`
	PauseTotalMs   *int  `json:"pause_total_ms,omitempty" minimum:"0" maximum:"1800000"`
	ShowMonitoring *bool `json:"show_monitoring,omitempty"`

	CallerIDs *[]string `json:"caller_ids,omitempty" maxItems:"20"`

	RetentionYears    *int    `json:"retention_years,omitempty" minimum:"3" maximum:"100" doc:"Rule T-02: extended, never shortened"`
	RetentionMaxYears *int    `json:"retention_max_years,omitempty" minimum:"0" maximum:"100"`
	RetentionBasis    *string `json:"retention_basis,omitempty" enum:"call_end,contract_end"`

	QuestionnaireID *ID       `json:"questionnaire_id,omitempty"`
	ScriptID        *ID       `json:"script_id,omitempty"`
	FormID          *string   `json:"form_id,omitempty" pattern:"^([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})?$" doc:"Empty: no form"`
	ContentKinds    *[]string `json:"content_kinds,omitempty" maxItems:"6"`
}

// ProgramList is the answer of GET /programs.
type ProgramList struct {
	Programs List[Program] `json:"programs"`
}
