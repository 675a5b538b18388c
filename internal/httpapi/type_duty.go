package httpapi

import "time"

// DutyOffset is a distance between days, backwards where n is negative.
type DutyOffset struct {
	N    int    `json:"n" minimum:"-3660" maximum:"3660"`
	Unit string `json:"unit" enum:"day,working_day,month,year,week_start,week_end,month_end" doc:"working_day 0: the day itself or the next working day; week_start: the Monday of the n-th week after that of the day"`
}

// DutyDeadline is a day by which a duty is to be done.
type DutyDeadline struct {
	DutyOffset
	From string `json:"from" enum:"event,due" doc:"event: what triggered it, or the end of a cooling-off that ends after it; due: the first day"`
}

// DutyStage is one of the call-backs that an event brings.
type DutyStage struct {
	Due  DutyOffset         `json:"due" doc:"The first day"`
	Soft Null[DutyDeadline] `json:"soft,omitempty" doc:"Null: as hard, or the first day"`
	Hard Null[DutyDeadline] `json:"hard,omitempty" doc:"Null: none"`
}

// DutySettings are what a version of a duty rule says.
type DutySettings struct {
	Enabled             bool             `json:"enabled"`
	Trigger             string           `json:"trigger" enum:"event,last_contact,birthday,festival,monthly"`
	Events              List[string]     `json:"events,omitempty" doc:"Of the trigger event: kinds of business events"`
	Festivals           List[string]     `json:"festivals,omitempty" doc:"new_year, spring_festival, lantern, valentine, labour_day, dragon_boat, mid_autumn, national_day"`
	PerMonth            int              `json:"per_month,omitempty" minimum:"0" maximum:"10" doc:"Of the trigger monthly: spread over the month (Rule C-09)"`
	Stages              List[DutyStage]  `json:"stages,omitempty" doc:"Several of the trigger event, none of monthly, otherwise one"`
	Repeat              Null[DutyOffset] `json:"repeat,omitempty" doc:"Of the trigger event: after the last stage, again and again"`
	CoolingOff          bool             `json:"cooling_off,omitempty" doc:"Not before the end of the cooling-off (Rule C-03)"`
	CoolingOffDays      int              `json:"cooling_off_days,omitempty" minimum:"0" maximum:"365" doc:"Where the contract names no day"`
	BeforeCommissioning bool             `json:"before_commissioning,omitempty" doc:"The hard deadline is the day before it, once it is known (Rule C-06)"`
	RunningContract     bool             `json:"running_contract,omitempty" doc:"Only customers who have one"`
	GraceDays           int              `json:"grace_days,omitempty" minimum:"0" maximum:"365" doc:"After the deadline, still in time"`
	Channel             string           `json:"channel" enum:"call,visit,sms,email,letter"`
	AlsoChannel         string           `json:"also_channel,omitempty" enum:",call,visit,sms,email,letter" doc:"Allowed in its place"`
	VisitFrom           float64          `json:"visit_from,omitempty" minimum:"0" doc:"From this amount in yuan on, summed per customer, it is a visit and a call is allowed (Rule C-11); 0: never"`
	MinAmount           float64          `json:"min_amount,omitempty" minimum:"0" doc:"Only customers whose contracts amount to it, in yuan"`
	ProgramID           ID               `json:"program_id"`
	Priority            int              `json:"priority" minimum:"1" maximum:"9" doc:"1 first"`
	Kinds               List[string]     `json:"kinds,omitempty" doc:"Kinds of customers; none: all"`
	Grades              List[string]     `json:"grades,omitempty" doc:"Grades of customers; none: all"`
	TargetPercent       int              `json:"target_percent" minimum:"1" maximum:"100" doc:"Of the coverage (Rule R-03)"`
	PurposeZH           string           `json:"purpose_zh" minLength:"1" maxLength:"500"`
	PurposeEN           string           `json:"purpose_en" minLength:"1" maxLength:"500"`
}

// DutyVersion is a rule's settings from a day on. None is ever altered.
type DutyVersion struct {
	Version     int          `json:"version"`
	AppliesFrom string       `json:"applies_from" doc:"Events of that day and later; for days of the calendar those whose deadline lies there"`
	Settings    DutySettings `json:"settings"`
	Reason      string       `json:"reason"`
	MadeBy      Ref          `json:"made_by"`
	MadeAt      time.Time    `json:"made_at"`
}

// DutyRule is a duty rule with its versions, oldest first.
type DutyRule struct {
	ID       ID                `json:"id"`
	Code     string            `json:"code"`
	NameZH   string            `json:"name_zh"`
	NameEN   string            `json:"name_en"`
	Versions List[DutyVersion] `json:"versions"`
}

// DutyRules are the rules, by code.
type DutyRules struct {
	Rules List[DutyRule] `json:"rules"`
}

// NewDutyRule makes a rule with its first version.
type NewDutyRule struct {
	Code        string       `json:"code" minLength:"1" maxLength:"64"`
	NameZH      string       `json:"name_zh" minLength:"1" maxLength:"200"`
	NameEN      string       `json:"name_en" minLength:"1" maxLength:"200"`
	AppliesFrom string       `json:"applies_from,omitempty" doc:"2026-11-02; left out: today"`
	Reason      string       `json:"reason,omitempty" maxLength:"2000"`
	Settings    DutySettings `json:"settings"`
}

// NewDutyVersion makes the next version of a rule.
type NewDutyVersion struct {
	Seen        int          `json:"seen" minimum:"1" doc:"The version that it was made from"`
	AppliesFrom string       `json:"applies_from,omitempty" doc:"2026-11-02; left out: today"`
	Reason      string       `json:"reason" minLength:"1" maxLength:"2000"`
	Settings    DutySettings `json:"settings"`
}

// DutyTemplate is a schedule that a house can begin with.
type DutyTemplate struct {
	Code        string       `json:"code"`
	Rows        List[string] `json:"rows" doc:"Of the table of schedules"`
	NameZH      string       `json:"name_zh"`
	NameEN      string       `json:"name_en"`
	ProgramCode string       `json:"program_code"`
	Settings    DutySettings `json:"settings" doc:"program_id is that of the program with that code, or zero where there is none"`
}

// DutyTemplates are the shipped schedules.
type DutyTemplates struct {
	Templates List[DutyTemplate] `json:"templates"`
}

// DutyDryRun asks what a rule would make. Nothing is written.
type DutyDryRun struct {
	RuleID      *ID                `json:"rule_id,omitempty" nullable:"true" doc:"Of an existing rule"`
	Version     int                `json:"version,omitempty" minimum:"0" doc:"As it was after that version; 0: the latest"`
	AppliesFrom string             `json:"applies_from,omitempty" doc:"Of the draft; left out: today"`
	Settings    Null[DutySettings] `json:"settings,omitempty" doc:"A draft, needed without a rule; it counts as switched on"`
	From        string             `json:"from,omitempty" doc:"The first day on which something becomes due; left out: today"`
	Until       string             `json:"until,omitempty" doc:"The last such day; left out: a year later"`
	AsOf        string             `json:"as_of,omitempty" doc:"What is missed and what is open is judged on that day, as if nobody had called; left out: today"`
	CustomerID  *ID                `json:"customer_id,omitempty" nullable:"true" doc:"Only this one"`
}

// DryDuty is a duty as it would be.
type DryDuty struct {
	Customer  Ref    `json:"customer"`
	Version   int    `json:"version"`
	EventID   *ID    `json:"event_id" nullable:"true"`
	BaseOn    string `json:"base_on"`
	NotBefore string `json:"not_before"`
	DueOn     string `json:"due_on"`
	SoftOn    string `json:"soft_on"`
	HardOn    string `json:"hard_on"`
	Deadline  string `json:"deadline"`
	Channel   string `json:"channel"`
	Result    string `json:"result" enum:"open,missed"`
	Exists    bool   `json:"exists" doc:"It is there already"`
}

// DutyDay is how many become due on a day.
type DutyDay struct {
	Day   string `json:"day"`
	Count int    `json:"count"`
}

// DutyDryResult is what a dry run found.
type DutyDryResult struct {
	Customers int           `json:"customers" doc:"That were looked at"`
	Concerned int           `json:"concerned" doc:"That are owed something"`
	Due       int           `json:"due"`
	Open      int           `json:"open"`
	Missed    int           `json:"missed"`
	Exists    int           `json:"exists" doc:"Of due: those that are there already"`
	Days      List[DutyDay] `json:"days"`
	Duties    List[DryDuty] `json:"duties" doc:"The first thousand, by day"`
}

// Duty is a call-back that is owed.
type Duty struct {
	ID           ID        `json:"id"`
	Rule         DutyRef   `json:"rule"`
	Version      int       `json:"version"`
	Customer     Ref       `json:"customer"`
	CustomerCode string    `json:"customer_code"`
	Branch       Null[Ref] `json:"branch"`
	Occurrence   string    `json:"occurrence"`
	EventID      *ID       `json:"event_id" nullable:"true"`
	EventKind    string    `json:"event_kind"`
	EventKey     string    `json:"event_key"`
	BaseOn       string    `json:"base_on" doc:"What it counts from"`
	NotBefore    string    `json:"not_before" doc:"The first day after a cooling-off; empty: none"`
	DueOn        string    `json:"due_on" doc:"The first day"`
	SoftOn       string    `json:"soft_on"`
	HardOn       string    `json:"hard_on" doc:"Empty: none"`
	GraceDays    int       `json:"grace_days"`
	Deadline     string    `json:"deadline" doc:"The last day on which it is in time"`
	Channel      string    `json:"channel" enum:"call,visit,sms,email,letter"`
	AlsoChannel  string    `json:"also_channel"`
	Priority     int       `json:"priority"`
	Purpose      string    `json:"purpose"`
	State        string    `json:"state" enum:"planned,open,done,unreachable,cancelled,withdrawn"`
	Result       string    `json:"result" enum:",in_time,late,open,missed" doc:"On the day that was asked for"`
	TaskID       *ID       `json:"task_id" nullable:"true"`
	TaskState    string    `json:"task_state"`
	ClosedOn     string    `json:"closed_on" doc:"The day of the contact in the customer's time zone"`
	Reason       string    `json:"reason"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// DutyRef names a rule.
type DutyRef struct {
	ID     ID     `json:"id"`
	Code   string `json:"code"`
	NameZH string `json:"name_zh"`
	NameEN string `json:"name_en"`
}

// DutyPage is a page of duties, by deadline.
type DutyPage struct {
	Duties     List[Duty] `json:"duties"`
	NextCursor string     `json:"next_cursor"`
}

// CoverageQuery selects duties by their deadline. Empty fields do not filter.
type CoverageQuery struct {
	RuleID   string `query:"rule_id"`
	BranchID string `query:"branch_id"`
	From     string `query:"from" doc:"2026-11-02: deadlines of that day and later"`
	Until    string `query:"until" doc:"Deadlines of that day and earlier"`
	AsOf     string `query:"as_of" doc:"Judged on that day; left out: today"`
}

// DutyQuery selects duties.
type DutyQuery struct {
	CoverageQuery
	CustomerID string `query:"customer_id"`
	EventID    string `query:"event_id"`
	State      string `query:"state" enum:",planned,open,done,unreachable,cancelled,withdrawn"`
	Result     string `query:"result" enum:",in_time,late,open,missed"`
	Page
}

// Figures count duties: due is the sum of the others (Rule R-03).
type Figures struct {
	Due     int     `json:"due"`
	InTime  int     `json:"in_time"`
	Late    int     `json:"late"`
	Open    int     `json:"open"`
	Missed  int     `json:"missed"`
	Percent float64 `json:"percent" doc:"Called back, in time or late, of what is due and not open any more"`
}

// CoverageRow counts the duties of a rule in a branch.
type CoverageRow struct {
	Rule          DutyRef   `json:"rule"`
	Branch        Null[Ref] `json:"branch" doc:"Null: customers of no branch"`
	TargetPercent int       `json:"target_percent"`
	Figures
}

// Coverage counts by rule and branch (Rule R-03).
type Coverage struct {
	Rows  List[CoverageRow] `json:"rows"`
	Total Figures           `json:"total"`
}

// DutyTally is what an evaluation did.
type DutyTally struct {
	Made      int `json:"made"`
	Moved     int `json:"moved"`
	Withdrawn int `json:"withdrawn"`
	Opened    int `json:"opened"`
}
