package httpapi

import "time"

// SlipInput is a feedback slip as the agent writes it with the record (Rule C-17).
type SlipInput struct {
	Kind         string `json:"kind" enum:"product,service,suggestion,technical,accident"`
	Matter       string `json:"matter" maxLength:"10000"`
	Suggestion   string `json:"suggestion,omitempty" maxLength:"10000" doc:"The customer's"`
	DepartmentID ID     `json:"department_id"`
}

// Department is a department of a branch.
type Department struct {
	ID     ID     `json:"id"`
	Name   string `json:"name"`
	Branch Ref    `json:"branch"`
}

// Departments is a list of departments, by branch and name.
type Departments struct {
	Departments List[Department] `json:"departments"`
}

// People is a list of people, by name.
type People struct {
	People List[Ref] `json:"people"`
}

// Slip is a feedback slip on its way to a department and back (Rules C-17, C-18).
type Slip struct {
	ID           ID         `json:"id"`
	Number       string     `json:"number" doc:"S2026-11-000001: without gaps within a month (Rule C-21)"`
	CallID       ID         `json:"call_id" doc:"Of the record that it was written with"`
	Customer     Ref        `json:"customer"`
	Kind         string     `json:"kind" enum:"product,service,suggestion,technical,accident"`
	Matter       string     `json:"matter"`
	Suggestion   string     `json:"suggestion"`
	Department   Department `json:"department"`
	Owner        Null[Ref]  `json:"owner"`
	Round        int        `json:"round" doc:"1, and one more each time that the customer stays dissatisfied"`
	DueAt        time.Time  `json:"due_at" doc:"The end of the fifth working day (Rule C-18)"`
	Overdue      bool       `json:"overdue" doc:"Open, and past its time"`
	Escalated    List[Ref]  `json:"escalated" doc:"Superiors whom the missed clock went to (Rule C-18)"`
	State        string     `json:"state" enum:"open,answered,closed"`
	Handling     string     `json:"handling"`
	Answer       string     `json:"answer" doc:"To the customer"`
	AnsweredAt   *time.Time `json:"answered_at"`
	TaskID       *ID        `json:"task_id" nullable:"true" doc:"The second call-back"`
	TaskState    string     `json:"task_state"`
	Satisfaction string     `json:"satisfaction" enum:",satisfied,fair,dissatisfied,unreachable" doc:"What the customer said in the second call-back"`
	ClosedAt     *time.Time `json:"closed_at"`
	CreatedBy    Ref        `json:"created_by"`
	CreatedAt    time.Time  `json:"created_at"`
}

// SlipEvent is a step of a slip's history.
type SlipEvent struct {
	At     time.Time `json:"at"`
	By     Null[Ref] `json:"by" doc:"Null: the system"`
	Action string    `json:"action" enum:"slip.opened,slip.assigned,slip.answered,slip.called_again,slip.reopened,slip.overdue,slip.warned,slip.escalated,slip.closed,attachment.added"`
	Reason string    `json:"reason"`
	Detail Object    `json:"detail"`
}

// SlipDetail is a slip with its history, oldest first.
type SlipDetail struct {
	Slip
	History List[SlipEvent] `json:"history"`
}

// SlipCounts are the figures above the list, whatever the state that is asked for.
type SlipCounts struct {
	Open     int `json:"open"`
	Overdue  int `json:"overdue" doc:"Of the open ones"`
	Answered int `json:"answered"`
	Closed   int `json:"closed"`
}

// SlipPage is a page of slips, newest first.
type SlipPage struct {
	Slips      List[Slip] `json:"slips"`
	Counts     SlipCounts `json:"counts"`
	NextCursor string     `json:"next_cursor"`
}

// SlipAssignment gives a slip to a department and to one of its people.
type SlipAssignment struct {
	DepartmentID ID     `json:"department_id"`
	OwnerID      *ID    `json:"owner_id,omitempty" nullable:"true" doc:"Null: nobody yet"`
	Reason       string `json:"reason,omitempty" maxLength:"2000" doc:"Needed when the slip changes hands"`
}

// SlipAnswer says how a slip was handled and what the customer is told.
type SlipAnswer struct {
	Handling string `json:"handling" maxLength:"10000"`
	Answer   string `json:"answer" maxLength:"10000"`
}

// SlipReason is why a supervisor decides what they do.
type SlipReason struct {
	Reason string `json:"reason" maxLength:"2000"`
}
