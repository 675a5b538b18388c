package httpapi

import "time"

// TaskRow is a task as the desk lists it.
type TaskRow struct {
	ID            ID           `json:"id"`
	State         string       `json:"state" enum:"open,waiting,appointment,calling,wrapup,done,unreachable,data_check,other_channel,cancelled"`
	Kind          string       `json:"kind" enum:"complaint,appointment,retry,overdue,due,later,wrapup,done"`
	Customer      TaskCustomer `json:"customer"`
	Program       ProgramRef   `json:"program"`
	Purpose       string       `json:"purpose"`
	DueAt         time.Time    `json:"due_at"`
	HardDueAt     *time.Time   `json:"hard_due_at"`
	AppointmentAt *time.Time   `json:"appointment_at"`
	NextFrom      *time.Time   `json:"next_from" doc:"Rule T-04: the slot proposed for the next attempt"`
	NextUntil     *time.Time   `json:"next_until"`
	Counted       int          `json:"counted"`
	MinAttempts   int          `json:"min_attempts"`
	Attempts      int          `json:"attempts"`
	WrapupCallID  *ID          `json:"wrapup_call_id" nullable:"true" doc:"The call whose record is not final (Rule C-01)"`
	AssigneeID    *ID          `json:"assignee_id" nullable:"true"`
	AssigneeName  string       `json:"assignee_name"`
	Window        CallWindow   `json:"window"`
}

// TaskCustomer is the customer of a task in a list.
type TaskCustomer struct {
	ID           ID     `json:"id"`
	Name         string `json:"name"`
	Salutation   string `json:"salutation"`
	Language     string `json:"language"`
	MaskedNumber string `json:"masked_number"`
	DoNotCall    bool   `json:"do_not_call"`
}

// ProgramRef names a program.
type ProgramRef struct {
	ID     ID     `json:"id"`
	Code   string `json:"code"`
	NameZH string `json:"name_zh"`
	NameEN string `json:"name_en"`
}

// CallWindow says whether the customer may be called now (Rule T-05).
type CallWindow struct {
	AllowedNow    bool       `json:"allowed_now"`
	ClosesAt      *time.Time `json:"closes_at"`
	NextAllowedAt *time.Time `json:"next_allowed_at"`
	Reason        string     `json:"reason"`
	Rule          string     `json:"rule"`
}

// TaskCounts are the figures above the desk.
type TaskCounts struct {
	Due         int `json:"due"`
	Appointment int `json:"appointment"`
	Retry       int `json:"retry"`
	Overdue     int `json:"overdue"`
	DoneToday   int `json:"done_today"`
	Total       int `json:"total"`
}

// TaskPage is the answer of GET /tasks.
type TaskPage struct {
	Tasks      List[TaskRow] `json:"tasks"`
	Counts     TaskCounts    `json:"counts"`
	Now        time.Time     `json:"now"`
	NextCursor string        `json:"next_cursor"`
}

// Task is a task with all that an agent needs for the call.
type Task struct {
	TaskRow
	CustomerCard  CustomerCard     `json:"customer_card"`
	Script        List[ScriptPart] `json:"script"`
	Questionnaire Questionnaire    `json:"questionnaire"`
	Form          Questionnaire    `json:"form" doc:"What the record says beside Rule C-01 (Rule C-10)"`
	ContentKinds  List[string]     `json:"content_kinds" doc:"Of the program (Rule C-13)"`
	ScriptOf      ScriptSource     `json:"script_of" doc:"Where the script comes from, for suggestions (Rule C-29)"`
	Attempts      List[Attempt]    `json:"attempts"`
	Proof         Proof            `json:"proof"`
	Gate          Decision         `json:"gate"`
	Calls         List[TaskCall]   `json:"calls"`
	Settings      TaskSettings     `json:"settings"`
	Source        string           `json:"source" enum:"manual,import,sample,inbound,slip,duty"`
	Complaint     bool             `json:"complaint"`
	CloseReason   string           `json:"close_reason"`
	ClosedAt      *time.Time       `json:"closed_at"`
}

// ScriptSource says which version and variant of which paper a script is.
type ScriptSource struct {
	PaperID *ID `json:"paper_id" nullable:"true"`
	Version int `json:"version"`
	Variant int `json:"variant" doc:"0: for everybody"`
}

// ScriptPart is one part of the script, filled in (Rule T-10).
type ScriptPart struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Questionnaire is what the agent asks (Rule C-16), in one language.
type Questionnaire struct {
	Version int            `json:"version"`
	Items   List[Question] `json:"items"`
}

// Question is one item of a questionnaire.
type Question struct {
	Key       string          `json:"key"`
	Kind      string          `json:"kind" enum:"satisfaction,choice,choices,yes_no,number,date,text"`
	Required  bool            `json:"required" doc:"Where it is asked at all"`
	RedFlag   bool            `json:"red_flag"`
	RedFlagOn List[string]    `json:"red_flag_on" doc:"Answers that raise a red flag (Rules C-04, C-19)"`
	AskIf     Null[Condition] `json:"ask_if" doc:"Null: it is always asked"`
	Min       *float64        `json:"min" nullable:"true" doc:"Of a number"`
	Max       *float64        `json:"max" nullable:"true" doc:"Of a number"`
	Prefill   bool            `json:"prefill" doc:"Of a form: begins with what the customer's last record says"`
	Label     string          `json:"label"`
	Choices   List[Choice]    `json:"choices"`
}

// Condition opens a branch: the item is asked only if another one before it has
// one of the answers.
type Condition struct {
	Item string       `json:"item" doc:"Key of the item"`
	Is   List[string] `json:"is" doc:"Answers of that item"`
}

// Choice is one answer that can be chosen.
type Choice struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// Proof is the badge of Rule T-04: "3 attempts, 2 windows, 2 dates".
type Proof struct {
	Counted  int  `json:"counted"`
	Windows  int  `json:"windows"`
	Dates    int  `json:"dates"`
	Needed   int  `json:"needed"`
	Complete bool `json:"complete"`
}

// TaskCall is a call of a task in a list.
type TaskCall struct {
	ID        ID                 `json:"id"`
	State     string             `json:"state" enum:"arming,dialing,ringing,announcing,queued,talking,held,wrapup,closed"`
	StartedAt time.Time          `json:"started_at"`
	Outcome   string             `json:"outcome"`
	Recording Null[RecordingRef] `json:"recording"`
}

// TaskSettings are the program's settings that the page needs.
type TaskSettings struct {
	MinRingMs          int  `json:"min_ring_ms"`
	MaxRingMs          int  `json:"max_ring_ms"`
	ConfirmAgentHangup bool `json:"confirm_agent_hangup" doc:"Rule T-09"`
	RecordingNotice    bool `json:"recording_notice" doc:"Rule T-12"`
	Progressive        bool `json:"progressive" doc:"The next card opens by itself after wrap-up"`
}

// Attempt is one dial and its evidence (Rules T-03, T-06).
type Attempt struct {
	ID              ID                 `json:"id"`
	CallID          ID                 `json:"call_id"`
	N               int                `json:"n" doc:"Ordinal within the task, from 1"`
	Trunk           string             `json:"trunk"`
	DialedAt        time.Time          `json:"dialed_at"`
	FirstResponseAt *time.Time         `json:"first_response_at"`
	RingingAt       *time.Time         `json:"ringing_at"`
	RingingSignal   string             `json:"ringing_signal" enum:",180,ringback_tone" doc:"What started the ring clock (Rule T-03)"`
	Heard           []Sound            `json:"heard" doc:"What the customer's side sent before the answer"`
	FirstMediaAt    *time.Time         `json:"first_media_at"`
	AnsweredAt      *time.Time         `json:"answered_at"`
	EndedAt         *time.Time         `json:"ended_at"`
	EndedBy         string             `json:"ended_by" enum:",agent,customer,network,system"`
	SIPCode         *int               `json:"sip_code"`
	SIPReason       string             `json:"sip_reason"`
	Q850Cause       *int               `json:"q850_cause"`
	Outcome         string             `json:"outcome"`
	Reason          string             `json:"reason"`
	RingMs          *int               `json:"ring_ms"`
	RingOK          *bool              `json:"ring_ok"`
	Counted         bool               `json:"counted"`
	SlotDate        string             `json:"slot_date" example:"2026-11-24"`
	SlotWindow      string             `json:"slot_window" example:"10:00-11:00"`
	OverrideReason  string             `json:"override_reason"`
	Recording       Null[RecordingRef] `json:"recording"`
}

// Sound is what was heard in early media, from a moment on.
type Sound struct {
	Sound string    `json:"sound" enum:"silence,ringback_tone,busy_tone,congestion_tone,special_information_tone,other_sound"`
	From  time.Time `json:"from"`
}

// Decision is the dial gate's word, with all that stands against a call.
type Decision struct {
	Allowed       bool          `json:"allowed"`
	Slot          Null[Slot]    `json:"slot"`
	ClosesAt      *time.Time    `json:"closes_at"`
	Refusals      List[Refusal] `json:"refusals"`
	Warnings      List[Refusal] `json:"warnings" doc:"What should be known but does not refuse the call"`
	NextAllowedAt *time.Time    `json:"next_allowed_at"`
}

// Slot is a (date, window) pair in the customer's time zone (Rule T-04).
type Slot struct {
	Date   string `json:"date" example:"2026-11-24"`
	Window string `json:"window" example:"10:00-11:00"`
}

// Refusal is one rule that stands against a call.
type Refusal struct {
	Rule      string     `json:"rule"`
	Reason    string     `json:"reason"`
	Detail    string     `json:"detail"`
	Params    Object     `json:"params"`
	AllowedAt *time.Time `json:"allowed_at"`
}

// NewTask makes a task by hand.
type NewTask struct {
	CustomerID ID         `json:"customer_id"`
	ProgramID  ID         `json:"program_id"`
	AssigneeID *ID        `json:"assignee_id,omitempty" nullable:"true"`
	Purpose    string     `json:"purpose,omitempty" maxLength:"2000"`
	DueAt      time.Time  `json:"due_at"`
	HardDueAt  *time.Time `json:"hard_due_at,omitempty" nullable:"true"`
	Complaint  bool       `json:"complaint,omitempty"`
}

// ImportReport tells what an import did or, in a preview, would do.
type ImportReport struct {
	Rows      int               `json:"rows"`
	Created   int               `json:"created"`
	Updated   int               `json:"updated"`
	Unchanged int               `json:"unchanged"`
	Errors    List[ImportError] `json:"errors"`
}

// ImportError is what is wrong in one row; nothing is imported then.
type ImportError struct {
	Row     int    `json:"row" doc:"Line of the file, the header is 1"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Appointment is a time that was agreed with the customer (Rule C-24).
type Appointment struct {
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty" maxLength:"2000"`
}

// CloseTask closes a task without a record.
type CloseTask struct {
	As     string `json:"as" enum:"unreachable,other_channel,cancelled"`
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// AssignTask gives a task to an agent (Rule C-15).
type AssignTask struct {
	AssigneeID ID     `json:"assignee_id"`
	Reason     string `json:"reason" maxLength:"2000"`
}
