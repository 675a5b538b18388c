package httpapi

import "time"

// RecordVersion is a version of a final record; the first is the record as it became final.
type RecordVersion struct {
	Version      int          `json:"version"`
	Content      string       `json:"content"`
	Problems     string       `json:"problems"`
	Handling     string       `json:"handling"`
	Answers      Object       `json:"answers"`
	Fields       Object       `json:"fields"`
	ContentKinds List[string] `json:"content_kinds"`
	Deviation    string       `json:"deviation"`
	Score        *int         `json:"score" nullable:"true" doc:"Of this version (Rule C-16)"`
	ScoreVersion int          `json:"score_version" doc:"Of the formula"`
	RedFlags     List[string] `json:"red_flags"`
	Reason       string       `json:"reason" doc:"Of the correction; empty of the first version"`
	By           Ref          `json:"by"`
	At           time.Time    `json:"at"`
}

// ChainLink is a record, or the slip between two of them (Rule C-17).
type ChainLink struct {
	Kind   string    `json:"kind" enum:"record,slip"`
	ID     ID        `json:"id"`
	Number string    `json:"number"`
	CallID *ID       `json:"call_id" nullable:"true" doc:"Of a record"`
	State  string    `json:"state" doc:"Disposition of a record, state of a slip"`
	By     string    `json:"by" doc:"Agent of a record"`
	At     time.Time `json:"at"`
}

// RecordHistory is what became of a final record (Rules C-01, C-17).
type RecordHistory struct {
	Versions   List[RecordVersion] `json:"versions" doc:"Oldest first"`
	Sheet      RecordSheet         `json:"sheet" doc:"What it was written on"`
	Chain      List[ChainLink]     `json:"chain" doc:"Call-backs that it hangs together with, oldest first; empty where it stands alone"`
	MayCorrect bool                `json:"may_correct"`
}

// RecordCorrection is what is written instead, as one more version.
type RecordCorrection struct {
	Version      int            `json:"version" minimum:"1" doc:"The newest version that was read"`
	Content      string         `json:"content" maxLength:"20000"`
	Problems     string         `json:"problems" maxLength:"20000"`
	Handling     string         `json:"handling" maxLength:"20000"`
	Answers      map[string]any `json:"answers"`
	Fields       map[string]any `json:"fields"`
	ContentKinds []string       `json:"content_kinds" maxItems:"6"`
	Deviation    string         `json:"deviation,omitempty" maxLength:"5000"`
	Reason       string         `json:"reason" maxLength:"2000"`
	Slip         *SlipInput     `json:"slip,omitempty" doc:"Needed when only now the customer is dissatisfied (Rule C-17)"`
}
