package httpapi

import "time"

// VisitPoint is where the pen was, from 0 to 1 of the field's width and height.
type VisitPoint struct {
	X float64 `json:"x" minimum:"0" maximum:"1"`
	Y float64 `json:"y" minimum:"0" maximum:"1"`
	T int     `json:"t" minimum:"0" doc:"Milliseconds from the first point"`
}

// VisitStroke is what was drawn without lifting the pen.
type VisitStroke = List[VisitPoint]

// VisitInput is a visit as it is written (Rules C-01, C-26).
type VisitInput struct {
	State          string            `json:"state" enum:"draft,final"`
	VisitedAt      *time.Time        `json:"visited_at,omitempty" nullable:"true"`
	Place          string            `json:"place,omitempty" maxLength:"300"`
	Met            string            `json:"met,omitempty" maxLength:"300" doc:"Who was met"`
	Content        string            `json:"content,omitempty" maxLength:"10000"`
	Problems       string            `json:"problems,omitempty" maxLength:"10000"`
	Handling       string            `json:"handling,omitempty" maxLength:"10000"`
	Answers        Object            `json:"answers,omitempty"`
	SignedName     string            `json:"signed_name,omitempty" maxLength:"300"`
	Strokes        List[VisitStroke] `json:"strokes,omitempty" doc:"The signature, as the pen moved"`
	UnsignedReason string            `json:"unsigned_reason,omitempty" maxLength:"300" doc:"Why the customer did not sign"`
}

// Visit is a contact on site.
type Visit struct {
	ID             ID                `json:"id"`
	Number         string            `json:"number" doc:"V2026-11-000001; empty: a draft (Rule C-21)"`
	TaskID         ID                `json:"task_id"`
	Customer       Ref               `json:"customer"`
	Agent          Ref               `json:"agent"`
	State          string            `json:"state" enum:"draft,final"`
	VisitedAt      *time.Time        `json:"visited_at" nullable:"true"`
	Place          string            `json:"place"`
	Met            string            `json:"met"`
	Content        string            `json:"content"`
	Problems       string            `json:"problems"`
	Handling       string            `json:"handling"`
	Answers        Object            `json:"answers"`
	Score          *int              `json:"score" nullable:"true" doc:"Rule C-16"`
	Dissatisfied   List[string]      `json:"dissatisfied"`
	SignedName     string            `json:"signed_name"`
	Strokes        List[VisitStroke] `json:"strokes"`
	UnsignedReason string            `json:"unsigned_reason"`
	UpdatedAt      time.Time         `json:"updated_at"`
	FinishedAt     *time.Time        `json:"finished_at" nullable:"true"`
}

// VisitList is a list of visits, the newest first.
type VisitList struct {
	Visits    List[Visit] `json:"visits"`
	Suggested string      `json:"suggested" enum:",duty,large_contract,wish" doc:"Why a visit rather than a call; of a task (Rules C-11, C-14)"`
}
