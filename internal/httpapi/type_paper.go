package httpapi

import "time"

// Words is a text in both languages.
type Words struct {
	Chinese string `json:"zh-CN"`
	English string `json:"en"`
}

// PaperItem is an item of a questionnaire or form (Rule C-16).
type PaperItem struct {
	Key       string            `json:"key" maxLength:"40"`
	Kind      string            `json:"kind" enum:"satisfaction,choice,choices,yes_no,number,date,text"`
	Required  bool              `json:"required" doc:"Where it is asked at all"`
	RedFlagOn List[string]      `json:"red_flag_on" doc:"Answers that raise a red flag (Rules C-04, C-19)"`
	AskIf     Null[Condition]   `json:"ask_if" doc:"Null: it is always asked; otherwise an item before it, and its answers"`
	Min       *float64          `json:"min" nullable:"true" doc:"Of a number"`
	Max       *float64          `json:"max" nullable:"true" doc:"Of a number"`
	Prefill   bool              `json:"prefill" doc:"Of a form: begins with what the customer's last record says"`
	Label     Words             `json:"label"`
	Choices   List[PaperChoice] `json:"choices" doc:"Of kind choice and choices"`
}

// PaperChoice is an answer that can be chosen.
type PaperChoice struct {
	Key   string `json:"key" maxLength:"40"`
	Label Words  `json:"label"`
}

// PaperGroup selects customers; what is empty does not select (Rule C-29).
type PaperGroup struct {
	Kinds      List[string] `json:"kinds" doc:"investor, equipment_operator, furniture_buyer, advertiser, other"`
	Grades     List[string] `json:"grades"`
	Languages  List[string] `json:"languages" doc:"BCP 47 (Rule T-11)"`
	Government *bool        `json:"government" nullable:"true"`
}

// PaperVariant is what is said to the customers of a group instead.
type PaperVariant struct {
	Name    Words            `json:"name"`
	When    PaperGroup       `json:"when"`
	Chinese List[ScriptPart] `json:"zh-CN"`
	English List[ScriptPart] `json:"en"`
}

// PaperBody is what a version says: items, or the words of a script.
type PaperBody struct {
	Items    List[PaperItem]    `json:"items"`
	Chinese  List[ScriptPart]   `json:"zh-CN"`
	English  List[ScriptPart]   `json:"en"`
	Variants List[PaperVariant] `json:"variants"`
}

// PaperVersion is a version of a paper.
type PaperVersion struct {
	Version     int             `json:"version"`
	State       string          `json:"state" enum:"draft,published,retired"`
	Body        Null[PaperBody] `json:"body" doc:"Null in lists"`
	Note        string          `json:"note" doc:"What is new"`
	CreatedBy   Null[Ref]       `json:"created_by" doc:"Null: shipped"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
	PublishedBy Null[Ref]       `json:"published_by"`
	PublishedAt *time.Time      `json:"published_at"`
	RetiredAt   *time.Time      `json:"retired_at"`
}

// Paper is a questionnaire, a script or a record form with its versions, newest first.
type Paper struct {
	ID       ID                 `json:"id"`
	Kind     string             `json:"kind" enum:"questionnaire,script,form"`
	Code     string             `json:"code"`
	NameZH   string             `json:"name_zh"`
	NameEN   string             `json:"name_en"`
	Programs List[string]       `json:"programs" doc:"Codes of the programs that point to it"`
	Versions List[PaperVersion] `json:"versions"`
}

// PaperList is the answer of GET /papers.
type PaperList struct {
	Papers List[Paper] `json:"papers"`
}

// NewPaper makes a paper with a draft.
type NewPaper struct {
	Kind   string `json:"kind" enum:"questionnaire,script,form"`
	Code   string `json:"code" maxLength:"40"`
	NameZH string `json:"name_zh" maxLength:"200"`
	NameEN string `json:"name_en" maxLength:"200"`
	CopyOf *ID    `json:"copy_of,omitempty" nullable:"true" doc:"A paper of the same kind that the draft begins with"`
}

// PaperDraft is a draft as it is saved; it need not be whole.
type PaperDraft struct {
	Body PaperBody  `json:"body"`
	Note string     `json:"note" maxLength:"500"`
	Was  *time.Time `json:"was,omitempty" nullable:"true" doc:"updated_at of the draft as it was read; null where there was none"`
}

// SavedDraft is the paper after a draft was saved, and what keeps the draft from being published.
type SavedDraft struct {
	Paper  Paper            `json:"paper"`
	Faults List[PaperFault] `json:"faults"`
}

// PaperFault is what is wrong at a place of a body.
type PaperFault struct {
	Location string `json:"location" example:"body.items.3.label.en"`
	Message  string `json:"message"`
}

// PaperPublication publishes the draft that was read.
type PaperPublication struct {
	Was time.Time `json:"was" doc:"updated_at of the draft as it was read"`
}

// Suggestion is a better wording that an agent suggests (Rule C-29).
type Suggestion struct {
	ID           ID         `json:"id"`
	PaperID      ID         `json:"paper_id"`
	PaperKind    string     `json:"paper_kind" enum:"questionnaire,script,form"`
	PaperCode    string     `json:"paper_code"`
	PaperNameZH  string     `json:"paper_name_zh"`
	PaperNameEN  string     `json:"paper_name_en"`
	Version      int        `json:"version"`
	Variant      int        `json:"variant"`
	Place        string     `json:"place" doc:"Key of the part or item"`
	Language     string     `json:"language" enum:"zh-CN,en"`
	Was          string     `json:"was" doc:"The words of that version"`
	Wording      string     `json:"wording"`
	Reason       string     `json:"reason"`
	State        string     `json:"state" enum:"open,accepted,declined"`
	By           Ref        `json:"by"`
	At           time.Time  `json:"at"`
	DecidedBy    Null[Ref]  `json:"decided_by"`
	DecidedAt    *time.Time `json:"decided_at"`
	Answer       string     `json:"answer"`
	DraftVersion int        `json:"draft_version" doc:"The version that has it; 0: none"`
}

// SuggestionList is the answer of GET /suggestions.
type SuggestionList struct {
	Suggestions List[Suggestion] `json:"suggestions"`
}

// NewSuggestion is what an agent writes.
type NewSuggestion struct {
	PaperID  ID     `json:"paper_id"`
	Version  int    `json:"version"`
	Variant  int    `json:"variant,omitempty" minimum:"0"`
	Place    string `json:"place" maxLength:"40"`
	Language string `json:"language" enum:"zh-CN,en"`
	Wording  string `json:"wording" maxLength:"5000"`
	Reason   string `json:"reason" maxLength:"2000"`
}

// SuggestionAnswer is what its maker is told; needed to decline.
type SuggestionAnswer struct {
	Answer string `json:"answer" maxLength:"2000"`
}
