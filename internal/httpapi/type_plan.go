package httpapi

import "time"

// PlanContent is what a branch writes of a plan (Rule C-02).
type PlanContent struct {
	Title       string   `json:"title" maxLength:"200"`
	ProgramID   ID       `json:"program_id" doc:"Its questionnaire and script"`
	ContentKind string   `json:"content_kind" enum:"explain,announce,care,mediate,suggest,guide" doc:"Rule C-13"`
	Method      string   `json:"method" enum:"telephone,visit,letter,email,sms" doc:"Rule C-26"`
	Aim         string   `json:"aim,omitempty" maxLength:"10000"`
	Target      int      `json:"target" minimum:"1" maximum:"100" doc:"Per cent of the customers that are to be reached"`
	From        string   `json:"from" example:"2026-12-01" doc:"First day, in the house's zone"`
	Until       string   `json:"until" example:"2026-12-31" doc:"Last day"`
	Agents      List[ID] `json:"agents" doc:"Who carries it out"`
	Skill       string   `json:"skill,omitempty" maxLength:"50" doc:"That agents need; empty: none"`
}

// PlanMark is a step of a plan: who took it, and when.
type PlanMark struct {
	By Ref       `json:"by"`
	At time.Time `json:"at"`
}

// PlanFigures are how far a plan is.
type PlanFigures struct {
	Customers    int `json:"customers"`
	Waiting      int `json:"waiting" doc:"Without a task yet"`
	Done         int `json:"done"`
	InTime       int `json:"in_time" doc:"Of the done: within the period"`
	Open         int `json:"open"`
	Late         int `json:"late" doc:"Of the open: the period is over"`
	DataCheck    int `json:"data_check" doc:"Of the open: the number is wrong"`
	Unreachable  int `json:"unreachable"`
	OtherChannel int `json:"other_channel"`
	Cancelled    int `json:"cancelled"`
	Barred       int `json:"barred" doc:"Nobody may call them"`
	Reached      int `json:"reached" doc:"Per cent that was served"`
}

// Plan is what a branch means to call back (Rule C-02).
type Plan struct {
	ID          ID             `json:"id"`
	Number      string         `json:"number" doc:"P2026-11-000001: without gaps within a month (Rule C-21); empty before it is filed"`
	Branch      Ref            `json:"branch"`
	Title       string         `json:"title"`
	ProgramID   ID             `json:"program_id"`
	ProgramCode string         `json:"program_code"`
	ProgramZH   string         `json:"program_name_zh"`
	ProgramEN   string         `json:"program_name_en"`
	ContentKind string         `json:"content_kind" enum:"explain,announce,care,mediate,suggest,guide"`
	Method      string         `json:"method" enum:"telephone,visit,letter,email,sms"`
	Aim         string         `json:"aim"`
	Target      int            `json:"target"`
	From        string         `json:"from"`
	Until       string         `json:"until"`
	Agents      List[Ref]      `json:"agents"`
	Skill       string         `json:"skill"`
	State       string         `json:"state" enum:"draft,submitted,returned,approved,filed,running,closed"`
	Round       int            `json:"round" doc:"How often it was submitted"`
	Own         bool           `json:"own" doc:"Whoever asks wrote it, or part of it: they do not decide on it"`
	Rehearsed   bool           `json:"rehearsed" doc:"A rehearsal found it ready, and somebody else signed (Rule Q-03)"`
	Opinion     string         `json:"opinion" doc:"Head office's"`
	ClosingNote string         `json:"closing_note"`
	Figures     PlanFigures    `json:"figures"`
	Created     PlanMark       `json:"created"`
	Submitted   Null[PlanMark] `json:"submitted"`
	Decided     Null[PlanMark] `json:"decided"`
	Filed       Null[PlanMark] `json:"filed"`
	Started     Null[PlanMark] `json:"started"`
	Closed      Null[PlanMark] `json:"closed"`
}

// PlanPage is a page of plans, newest first.
type PlanPage struct {
	Plans      List[Plan] `json:"plans"`
	NextCursor string     `json:"next_cursor"`
}

// PlanCriteria say whom a selection takes (Rule C-12). The filters limit every way of choosing but the list.
type PlanCriteria struct {
	Choice       string       `json:"choice" enum:"random,low_satisfaction,need_of_service,long_without_contact,filter,list"`
	Kinds        List[string] `json:"kinds,omitempty"`
	Grades       List[string] `json:"grades,omitempty"`
	Cities       List[string] `json:"cities,omitempty"`
	Languages    List[string] `json:"languages,omitempty"`
	BranchID     *ID          `json:"branch_id,omitempty" nullable:"true" doc:"Of the customers' department"`
	DepartmentID *ID          `json:"department_id,omitempty" nullable:"true"`
	Government   *bool        `json:"government,omitempty" nullable:"true"`
	Size         int          `json:"size,omitempty" minimum:"0" maximum:"10000" doc:"At most so many; 0: all that fit, not with random"`
	Seed         string       `json:"seed,omitempty" pattern:"^-?[0-9]{0,19}$" doc:"Random: the same seed and population give the same sample; empty: one is drawn"`
	ScoreBelow   int          `json:"score_below,omitempty" minimum:"0" maximum:"100" doc:"Low satisfaction: of the last rated record; 0: 100"`
	Days         int          `json:"days,omitempty" minimum:"0" maximum:"3660" doc:"Looked back, or without contact; 0: 365"`
	Codes        List[string] `json:"codes,omitempty" doc:"List: the customers' codes"`
	Repeat       bool         `json:"repeat,omitempty" doc:"Also customers who have an open task of the same program, or stand in a plan of it that has not begun"`
}

// PlanSelection is a choice of customers that was made (Rule C-12).
type PlanSelection struct {
	Criteria   PlanCriteria `json:"criteria"`
	Population int          `json:"population" doc:"Customers that the filters let through"`
	Fitting    int          `json:"fitting" doc:"Of them those that the way of choosing wants"`
	Chosen     int          `json:"chosen"`
	Made       PlanMark     `json:"made"`
}

// PlanObstacle says how many customers nobody may call, and why.
type PlanObstacle struct {
	Obstacle string `json:"obstacle" enum:"do_not_call,no_number,no_agent,interest,language,skill"`
	Count    int    `json:"count"`
}

// PlanCustomer is a customer of a plan, and where they stand.
type PlanCustomer struct {
	Ordinal   int        `json:"ordinal"`
	Customer  Ref        `json:"customer"`
	Code      string     `json:"code"`
	Ground    string     `json:"ground" doc:"Why: a score, a day, numbers of slips"`
	Obstacle  string     `json:"obstacle" enum:",do_not_call,no_number,no_agent,interest,language,skill" doc:"Why nobody calls them"`
	TaskID    *ID        `json:"task_id" nullable:"true"`
	TaskState string     `json:"task_state" doc:"Empty: no task"`
	Assignee  Null[Ref]  `json:"assignee"`
	DueAt     *time.Time `json:"due_at"`
	ClosedAt  *time.Time `json:"closed_at"`
}

// PlanCustomers are customers of a plan in their order.
type PlanCustomers struct {
	Customers List[PlanCustomer] `json:"customers"`
	NextAfter int                `json:"next_after" doc:"Ordinal after which the next page begins; 0: no more"`
}

// PlanPreview is what criteria would choose, before it is kept.
type PlanPreview struct {
	Criteria   PlanCriteria       `json:"criteria" doc:"With defaults and, when random, the seed; kept with them the sample is the same"`
	Population int                `json:"population"`
	Fitting    int                `json:"fitting"`
	Busy       int                `json:"busy" doc:"Fitting, but called anyway: left out"`
	Chosen     int                `json:"chosen"`
	Barred     List[PlanObstacle] `json:"barred" doc:"Of the chosen"`
	Customers  List[PlanCustomer] `json:"customers" doc:"The first 100 of the chosen"`
}

// PlanRehearsal is a run through a plan before it starts (Rule Q-03).
type PlanRehearsal struct {
	ID           ID             `json:"id"`
	HeldAt       time.Time      `json:"held_at"`
	Participants List[Ref]      `json:"participants"`
	Findings     string         `json:"findings"`
	Ready        bool           `json:"ready"`
	Noted        PlanMark       `json:"noted"`
	Signed       Null[PlanMark] `json:"signed" doc:"By somebody else than noted it"`
}

// PlanRehearsalInput is a rehearsal as it is noted; it stands.
type PlanRehearsalInput struct {
	HeldAt       time.Time `json:"held_at"`
	Participants List[ID]  `json:"participants"`
	Findings     string    `json:"findings" maxLength:"10000"`
	Ready        bool      `json:"ready"`
}

// PlanEvent is a step of a plan's history.
type PlanEvent struct {
	At     time.Time `json:"at"`
	By     Null[Ref] `json:"by"`
	Action string    `json:"action" enum:"plan.drafted,plan.changed,plan.selected,plan.submitted,plan.approved,plan.returned,plan.filed,plan.rehearsed,plan.rehearsal_signed,plan.started,plan.placed,plan.closed"`
	Reason string    `json:"reason"`
	Detail Object    `json:"detail"`
}

// PlanDetail is a plan with all that belongs to it; the history is oldest first.
type PlanDetail struct {
	Plan
	Selection  Null[PlanSelection] `json:"selection"`
	Rehearsals List[PlanRehearsal] `json:"rehearsals"`
	History    List[PlanEvent]     `json:"history"`
}

// PlanOpinion is what head office says.
type PlanOpinion struct {
	Opinion string `json:"opinion,omitempty" maxLength:"10000" doc:"Needed to return a plan"`
}

// PlanNote is what became of a plan.
type PlanNote struct {
	Note string `json:"note" maxLength:"10000"`
}

// PlanJoin lets an agent join, and gives customers without a task out again.
type PlanJoin struct {
	AgentID *ID    `json:"agent_id,omitempty" nullable:"true" doc:"Null: nobody joins"`
	Reason  string `json:"reason,omitempty" maxLength:"10000" doc:"Needed when somebody joins"`
}

// PlanAgent is who may carry out plans.
type PlanAgent struct {
	Ref
	Department string       `json:"department"`
	Languages  List[string] `json:"languages"`
	Skills     List[string] `json:"skills"`
	Load       int          `json:"load" doc:"Open tasks"`
}

// PlanAgents are those by name.
type PlanAgents struct {
	Agents List[PlanAgent] `json:"agents"`
}
