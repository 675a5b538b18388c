package httpapi

import "time"

// Why answers "why can I not call now, and when can I": every check of the
// dial gate with its verdict, and the next permitted times.
type Why struct {
	TaskID        ID              `json:"task_id"`
	Agent         Ref             `json:"agent" doc:"For whom it was asked"`
	Now           time.Time       `json:"now"`
	TimeZone      string          `json:"time_zone" doc:"Of the customer"`
	Allowed       bool            `json:"allowed"`
	Checks        List[GateCheck] `json:"checks"`
	NextAllowedAt *time.Time      `json:"next_allowed_at" doc:"By hours, spacing and appointment (Rules T-04, T-05, C-24)"`
	Needs         List[string]    `json:"needs" doc:"Reasons that do not end by themselves: somebody must act first"`
	Openings      List[Opening]   `json:"openings" doc:"The next permitted times by hours and spacing"`
	AppointmentAt *time.Time      `json:"appointment_at"`
}

// GateCheck is one check of the dial gate.
type GateCheck struct {
	Key       string     `json:"key" enum:"agent_free,records,task,assignment,interest,wish,consent,number,day,hours,spacing,recorder,storage,trunk,rate,line,calendar,language"`
	Rule      string     `json:"rule"`
	Verdict   string     `json:"verdict" enum:"passed,refused,warned,unasked"`
	Reason    string     `json:"reason"`
	Detail    string     `json:"detail"`
	Params    Object     `json:"params"`
	AllowedAt *time.Time `json:"allowed_at"`
	Override  bool       `json:"override" doc:"A supervisor may set it aside with a reason"`
}

// Opening is a span in which the task may be dialled.
type Opening struct {
	Slot
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// DayHours are permitted hours: default, and mon to sun where they differ.
type DayHours map[string][]string

// HoursGroup gives a group of customers hours or a calendar of their own.
type HoursGroup struct {
	By       string   `json:"by" enum:"kind,grade,group,branch"`
	Value    string   `json:"value" minLength:"1" maxLength:"100" doc:"branch: its id"`
	Windows  DayHours `json:"windows,omitempty" doc:"None: those of the program"`
	Calendar string   `json:"calendar,omitempty" maxLength:"40" doc:"Code; empty: that of the program"`
}

// CallingRules say when customers of a program may be called (Rule T-05), and
// with what consent (Rule T-14).
type CallingRules struct {
	Version     int              `json:"version" doc:"On writing: the version that was seen"`
	Windows     DayHours         `json:"windows" example:"{\"default\":[\"10:00-11:00\",\"14:00-16:00\"]}"`
	Government  DayHours         `json:"government_windows" doc:"Of government customers that no group holds"`
	Groups      List[HoursGroup] `json:"groups" doc:"The first that holds the customer counts"`
	Calendar    string           `json:"calendar" maxLength:"40"`
	Consent     string           `json:"consent" enum:",service,survey,marketing" doc:"What a customer must have consented to; empty: nothing is asked for"`
	Progressive bool             `json:"progressive" doc:"The next card opens by itself after wrap-up"`
}

// CallingRulesChange writes another version.
type CallingRulesChange struct {
	CallingRules
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// CallingRulesVersion is one version in the history.
type CallingRulesVersion struct {
	CallingRules
	Reason string    `json:"reason"`
	By     Ref       `json:"by"`
	At     time.Time `json:"at"`
}

// CallingRulesList is the rules as they are, and how they came to be.
type CallingRulesList struct {
	Rules    CallingRules              `json:"rules"`
	Versions List[CallingRulesVersion] `json:"versions" doc:"Newest first, without the one that was shipped"`
}

// Consent is a customer's consent to being called, with its proof (Rule T-14).
type Consent struct {
	ID             ID         `json:"id"`
	Purpose        string     `json:"purpose" enum:"service,survey,marketing,any"`
	Proof          string     `json:"proof" enum:"contract,form,recording,message,other"`
	ProofRef       string     `json:"proof_ref"`
	From           time.Time  `json:"from"`
	Until          *time.Time `json:"until"`
	State          string     `json:"state" enum:"not_yet,valid,expired,withdrawn" doc:"Now"`
	RecordedBy     Ref        `json:"recorded_by"`
	RecordedAt     time.Time  `json:"recorded_at"`
	WithdrawnAt    *time.Time `json:"withdrawn_at"`
	WithdrawReason string     `json:"withdraw_reason"`
}

// CustomerConsents are a customer's, and the groups that hours go by.
type CustomerConsents struct {
	Consents List[Consent] `json:"consents"`
	Groups   List[string]  `json:"groups" doc:"Named groups, by which hours may differ (Rule T-05)"`
}

// NewConsent notes a consent.
type NewConsent struct {
	Purpose  string     `json:"purpose" enum:"service,survey,marketing,any"`
	Proof    string     `json:"proof" enum:"contract,form,recording,message,other"`
	ProofRef string     `json:"proof_ref" minLength:"1" maxLength:"500" doc:"Where the proof is"`
	From     *time.Time `json:"from,omitempty" nullable:"true" doc:"Default: now"`
	Until    *time.Time `json:"until,omitempty" nullable:"true" doc:"Excluded; none: without end"`
}

// ConsentWithdrawal takes a consent back.
type ConsentWithdrawal struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// CustomerGroups are the named groups of a customer.
type CustomerGroups struct {
	Groups []string `json:"groups" maxItems:"20"`
}
