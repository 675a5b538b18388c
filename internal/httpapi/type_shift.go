package httpapi

import "time"

// ShiftState is where an agent's day stands (Rule C-23).
type ShiftState struct {
	StartedAt *time.Time   `json:"started_at" doc:"null: no shift goes on"`
	EndsAt    time.Time    `json:"ends_at" doc:"When shifts end in the house"`
	WarnAt    time.Time    `json:"warn_at"`
	Warning   bool         `json:"warning" doc:"Records are open, and it is late, or they are of an earlier day"`
	Open      List[Wrapup] `json:"open" doc:"Records to be finished; the shift does not end before"`
	Now       time.Time    `json:"now"`
}

// UnfinishedList is who left what open.
type UnfinishedList struct {
	Agents List[UnfinishedAgent] `json:"agents" doc:"The oldest record first"`
}

// UnfinishedAgent is an agent with records to be finished (Rule C-23).
type UnfinishedAgent struct {
	Agent          Ref          `json:"agent"`
	Records        List[Wrapup] `json:"records"`
	Earlier        int          `json:"earlier" doc:"Of an earlier day"`
	ShiftSince     *time.Time   `json:"shift_since" doc:"null: no shift goes on"`
	LeftAt         *time.Time   `json:"left_at" doc:"When a shift last ended with records open"`
	LeftOpen       int          `json:"left_open"`
	OverrideReason string       `json:"override_reason" doc:"Of the supervisor who let it end; empty: it ended by itself"`
}

// ShiftOverride ends an agent's shift although records are open.
type ShiftOverride struct {
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}
