package httpapi

import "time"

// Case is an anomaly (Rule C-19) or a complaint (Rule C-20).
type Case struct {
	ID           ID         `json:"id"`
	Number       string     `json:"number" doc:"C2026-11-000001: without gaps within a month (Rule C-21)"`
	Kind         string     `json:"kind" enum:"anomaly,complaint"`
	Class        string     `json:"class" enum:"dissatisfaction,acting_for_customer,private_fees,false_data,promised_returns,other"`
	Source       string     `json:"source" enum:"red_flag,dissatisfaction,button,manual"`
	Customer     Ref        `json:"customer"`
	RecordNumber string     `json:"record_number"`
	CallID       *ID        `json:"call_id" nullable:"true"`
	RecordingID  *ID        `json:"recording_id" nullable:"true"`
	OffsetMs     *int64     `json:"offset_ms" nullable:"true" doc:"Where the complaint is in the recording"`
	Matter       string     `json:"matter" doc:"Why it was opened"`
	Concerned    Null[Ref]  `json:"concerned" doc:"Whom it is about: never handles it (Rule C-15)"`
	Assignee     Null[Ref]  `json:"assignee" doc:"Whose turn it is"`
	State        string     `json:"state" enum:"facts,reported,interview,branch,head_office,measures,answer,call_back,closed" doc:"The step that is to be signed next"`
	Round        int        `json:"round" doc:"1, and one more each time that the customer stays dissatisfied"`
	DueAt        time.Time  `json:"due_at" doc:"Of this step"`
	Overdue      bool       `json:"overdue"`
	Escalated    List[Ref]  `json:"escalated" doc:"Superiors whom the missed clock went to (Rule C-18)"`
	TaskID       *ID        `json:"task_id" nullable:"true" doc:"The second call-back"`
	TaskState    string     `json:"task_state"`
	Satisfaction string     `json:"satisfaction" enum:",satisfied,fair,dissatisfied,unreachable"`
	ClosedAt     *time.Time `json:"closed_at"`
	CreatedBy    Ref        `json:"created_by"`
	CreatedAt    time.Time  `json:"created_at"`
}

// CaseStep is a step that was signed; it stands.
type CaseStep struct {
	Step    string            `json:"step" enum:"facts,reported,interview,branch,head_office,measures,answer"`
	Round   int               `json:"round"`
	By      Ref               `json:"by"`
	At      time.Time         `json:"at"`
	Content map[string]string `json:"content"`
}

// CaseSignature is who signed, and the file that shows it.
type CaseSignature struct {
	Name         string `json:"name" minLength:"1" maxLength:"200"`
	AttachmentID ID     `json:"attachment_id"`
}

// CaseInterview is the record of an interview; it stands (Rule C-19).
type CaseInterview struct {
	ID         ID                  `json:"id"`
	HeldAt     time.Time           `json:"held_at"`
	Place      string              `json:"place"`
	Person     string              `json:"person"`
	Content    string              `json:"content"`
	Signatures List[CaseSignature] `json:"signatures"`
	By         Ref                 `json:"by"`
	At         time.Time           `json:"at"`
}

// CaseEvent is a step of a case's history.
type CaseEvent struct {
	At     time.Time `json:"at"`
	By     Null[Ref] `json:"by" doc:"Null: the system"`
	Action string    `json:"action"`
	Reason string    `json:"reason"`
	Detail Object    `json:"detail"`
}

// CaseBar is why whoever asks cannot sign the step.
type CaseBar struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// CaseDetail is a case with all that belongs to it, oldest first.
type CaseDetail struct {
	Case
	Steps      List[CaseStep]      `json:"steps"`
	Interviews List[CaseInterview] `json:"interviews"`
	History    List[CaseEvent]     `json:"history"`
	Line       List[string]        `json:"line" doc:"The states of this kind of case, in order"`
	Wanted     List[string]        `json:"wanted" doc:"The texts that this step is signed with; those with a question mark may be left out"`
	May        List[string]        `json:"may" doc:"What whoever asks may do now: sign, interview, assign, attach, call_again, close_unreachable"`
	Barred     Null[CaseBar]       `json:"barred"`
}

// CaseCounts are the figures above the list, whatever the state that is asked for.
type CaseCounts struct {
	Open     int `json:"open"`
	Overdue  int `json:"overdue" doc:"Of the open ones"`
	CallBack int `json:"call_back"`
	Closed   int `json:"closed"`
}

// CasePage is a page of cases, newest first.
type CasePage struct {
	Cases      List[Case] `json:"cases"`
	Counts     CaseCounts `json:"counts"`
	NextCursor string     `json:"next_cursor"`
}

// NewCase opens a case by hand, from a call or for a customer.
type NewCase struct {
	Kind        string `json:"kind" enum:"anomaly,complaint"`
	Class       string `json:"class,omitempty" enum:",dissatisfaction,acting_for_customer,private_fees,false_data,promised_returns,other" doc:"Of an anomaly"`
	CustomerID  *ID    `json:"customer_id,omitempty" nullable:"true"`
	CallID      *ID    `json:"call_id,omitempty" nullable:"true" doc:"Names the customer too"`
	ConcernedID *ID    `json:"concerned_id,omitempty" nullable:"true"`
	Matter      string `json:"matter" maxLength:"10000"`
}

// CaseSigning signs the step that a case stands at.
type CaseSigning struct {
	Step    string            `json:"step" enum:"facts,reported,interview,branch,head_office,measures,answer"`
	Content map[string]string `json:"content,omitempty"`
}

// NewCaseInterview notes an interview.
type NewCaseInterview struct {
	HeldAt     time.Time       `json:"held_at"`
	Place      string          `json:"place" maxLength:"1000"`
	Person     string          `json:"person" maxLength:"1000"`
	Content    string          `json:"content" maxLength:"10000"`
	Signatures []CaseSignature `json:"signatures"`
}

// CaseAssignment says who handles a case, whom it is about, and its class.
type CaseAssignment struct {
	AssigneeID  ID     `json:"assignee_id"`
	ConcernedID *ID    `json:"concerned_id,omitempty" nullable:"true"`
	Class       string `json:"class" enum:"dissatisfaction,acting_for_customer,private_fees,false_data,promised_returns,other"`
	Reason      string `json:"reason" maxLength:"2000"`
}

// WaitingItem is a slip or a case that waits for whoever asks (Rule C-18).
type WaitingItem struct {
	Object    string    `json:"object" enum:"slip,case"`
	ID        ID        `json:"id"`
	Number    string    `json:"number"`
	Kind      string    `json:"kind"`
	State     string    `json:"state"`
	Matter    string    `json:"matter"`
	Customer  string    `json:"customer"`
	Holder    string    `json:"holder" doc:"Whose it is"`
	Escalated bool      `json:"escalated" doc:"Its missed clock went to whoever asks; otherwise it is theirs"`
	DueAt     time.Time `json:"due_at"`
	Overdue   bool      `json:"overdue"`
}

// WaitingList is what waits for whoever asks, the oldest time first.
type WaitingList struct {
	Items List[WaitingItem] `json:"items"`
}

// DailyProblem is a line of the day's list (Rule C-30).
type DailyProblem struct {
	Department Null[Department] `json:"department"`
	Kind       string           `json:"kind" enum:"record,slip,anomaly,complaint"`
	ID         ID               `json:"id"`
	CallID     *ID              `json:"call_id" nullable:"true"`
	Number     string           `json:"number"`
	At         time.Time        `json:"at"`
	Customer   string           `json:"customer"`
	By         string           `json:"by"`
	Problem    string           `json:"problem"`
	Handling   string           `json:"handling"`
	State      string           `json:"state" doc:"Of the slip or case"`
}

// DailyProblems is the list of a day, by branch, department and time.
type DailyProblems struct {
	Day      string             `json:"day" example:"2026-11-30"`
	Problems List[DailyProblem] `json:"problems"`
}
