package plan

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/calendar"
)

// ContentKind is what the call-backs of a plan are for. Rule C-13.
type ContentKind string

// The kinds of content.
const (
	ContentExplain  ContentKind = "explain"
	ContentAnnounce ContentKind = "announce"
	ContentCare     ContentKind = "care"
	ContentMediate  ContentKind = "mediate"
	ContentSuggest  ContentKind = "suggest"
	ContentGuide    ContentKind = "guide"
)

// ContentKinds lists the closed set.
func ContentKinds() []ContentKind {
	return []ContentKind{ContentExplain, ContentAnnounce, ContentCare, ContentMediate, ContentSuggest, ContentGuide}
}

// Method is how customers are contacted. Rule C-26.
type Method string

// The methods.
const (
	MethodTelephone Method = "telephone"
	MethodVisit     Method = "visit"
	MethodLetter    Method = "letter"
	MethodEmail     Method = "email"
	MethodSMS       Method = "sms"
)

// Methods lists the closed set.
func Methods() []Method {
	return []Method{MethodTelephone, MethodVisit, MethodLetter, MethodEmail, MethodSMS}
}

// Name is somebody or something by id and name; the zero Name is nobody.
type Name struct {
	ID   uuid.UUID
	Name string
}

// Mark is a step: who took it, and when. Zero: not taken yet.
type Mark struct {
	By Name
	At time.Time
}

// Program is the questionnaire of a plan.
type Program struct {
	ID                   uuid.UUID
	Code, NameZH, NameEN string
}

// Content is what a branch writes of a plan. Rule C-02.
type Content struct {
	Title       string
	ProgramID   uuid.UUID
	ContentKind ContentKind
	Method      Method
	Aim         string
	Target      int           // per cent of the customers that are to be reached, 1 to 100
	From, Until calendar.Date // both included
	Agents      []uuid.UUID   // who carries it out
	Skill       string        // that agents need; empty: none
}

// Plan is what a branch means to call back.
type Plan struct {
	ID     uuid.UUID
	Number string // P2026-11-000001: gapless per month (Rule C-21); empty before it is filed
	Branch Name
	Content
	Program   Program // set on reading
	Crew      []Name  // Agents by name; set on reading
	State     State
	Round     int         // how often it was submitted
	Authors   []uuid.UUID // who drafted or changed it; kept by the store
	Customers int         // how many were chosen; set on reading
	Rehearsed bool        // set on reading
	Opinion   string      // head office's
	Closing   string      // the note at the end
	Final     Figures     // as they were at the end

	Created, Submitted, Decided, Filed, Started, Closed Mark
	UpdatedBy                                           uuid.UUID
	UpdatedAt                                           time.Time // guards changes
}

// facts are what [Step] asks when somebody acts.
func (p Plan) facts(who uuid.UUID, said string) Facts {
	return Facts{Own: slices.Contains(p.Authors, who) || p.Submitted.By.ID == who, Customers: p.Customers, Agents: len(p.Agents), Rehearsed: p.Rehearsed, Opinion: said != ""}
}

// Rehearsal is a run through a plan before it starts. Rule Q-03.
type Rehearsal struct {
	ID           uuid.UUID
	PlanID       uuid.UUID
	HeldAt       time.Time
	Participants []Name
	Findings     string
	Ready        bool
	Noted        Mark
	Signed       Mark // by somebody else than noted it
}

// Figures are how far a plan is. Every customer is in one of Done, Open,
// Unreachable, OtherChannel, Cancelled and Barred; before it runs all are Waiting.
type Figures struct {
	Customers    int `json:"customers"`
	Waiting      int `json:"waiting"` // no task yet
	Done         int `json:"done"`
	InTime       int `json:"in_time"` // of Done: within the period
	Open         int `json:"open"`
	Late         int `json:"late"`       // of Open: the period is over
	DataCheck    int `json:"data_check"` // of Open: the number is wrong
	Unreachable  int `json:"unreachable"`
	OtherChannel int `json:"other_channel"`
	Cancelled    int `json:"cancelled"`
	Barred       int `json:"barred"` // nobody may call them
}

// Reached is the part of the customers that was served, in per cent.
func (f Figures) Reached() int {
	if f.Customers == 0 {
		return 0
	}
	return 100 * (f.Done + f.OtherChannel) / f.Customers
}

// Detail is a plan with all that belongs to it.
type Detail struct {
	Plan       Plan
	Selection  *Selection // nil: none yet
	Rehearsals []Rehearsal
	Figures    Figures
	History    []audit.Event // oldest first
}
