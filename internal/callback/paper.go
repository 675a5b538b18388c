package callback

import (
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"

	"huifang/internal/problem"
)

// PaperKind is what a paper is for.
type PaperKind string

// The kinds of papers.
const (
	PaperQuestionnaire PaperKind = "questionnaire" // Rule C-16
	PaperScript        PaperKind = "script"        // Rules T-10, C-29
	PaperForm          PaperKind = "form"          // of records, Rule C-10
)

// PaperKinds lists the closed set.
func PaperKinds() []PaperKind { return []PaperKind{PaperQuestionnaire, PaperScript, PaperForm} }

// PaperState is where a version of a paper stands.
type PaperState string

// The states of a version: draft -> published -> retired, and no other way. A
// published version never changes; publishing the next one retires it. Records
// keep the version that they were written on.
const (
	PaperDraft     PaperState = "draft"
	PaperPublished PaperState = "published"
	PaperRetired   PaperState = "retired"
)

// PaperStates lists the closed set.
func PaperStates() []PaperState { return []PaperState{PaperDraft, PaperPublished, PaperRetired} }

// Paper is a questionnaire, a script or a record form, with its versions.
type Paper struct {
	ID        uuid.UUID
	Kind      PaperKind
	Code      string // Q1; unique within its kind
	Name      Words
	CreatedBy uuid.UUID // uuid.Nil: shipped
	CreatedAt time.Time
	Versions  []PaperVersion // set on reading, newest first; in lists without bodies
	Programs  []string       // set on reading: codes of the programs that point to it
}

// PaperVersion is one version.
type PaperVersion struct {
	PaperID       uuid.UUID
	Version       int // from 1
	State         PaperState
	Body          PaperBody
	Note          string // what is new
	CreatedBy     uuid.UUID
	CreatedName   string // set on reading
	CreatedAt     time.Time
	UpdatedAt     time.Time // guards changes of a draft
	PublishedBy   uuid.UUID
	PublishedName string // set on reading
	PublishedAt   time.Time
	RetiredAt     time.Time
}

// PaperBody is what a version says: the items of a questionnaire or form, or
// the words of a script. Its JSON form is what the schema holds.
type PaperBody struct {
	Items    []Item          `json:"items,omitempty"`
	Chinese  []ScriptPart    `json:"zh-CN,omitempty"`
	English  []ScriptPart    `json:"en,omitempty"`
	Variants []ScriptVariant `json:"variants,omitempty"`
}

// Questionnaire gives the version as one.
func (v PaperVersion) Questionnaire() Questionnaire {
	return Questionnaire{Version: v.Version, Items: v.Body.Items}
}

// Script gives the version as one.
func (v PaperVersion) Script() Script {
	return Script{Version: v.Version, Chinese: v.Body.Chinese, English: v.Body.English, Variants: v.Body.Variants}
}

// Faults says what keeps a body from being published, below "body".
func (b PaperBody) Faults(kind PaperKind) []problem.Field {
	var out []problem.Field
	if kind == PaperScript {
		for _, f := range (PaperVersion{Body: b}).Script().Faults() {
			out = append(out, problem.Field{Location: "body." + f.Location, Message: f.Message})
		}
		if len(b.Items) > 0 {
			out = append(out, problem.Field{Location: "body.items", Message: "are not of a script"})
		}
		return out
	}
	out = Questionnaire{Items: b.Items}.Faults("body.items")
	if len(b.Items) == 0 {
		out = append(out, problem.Field{Location: "body.items", Message: "must have an item"})
	}
	if len(b.Chinese)+len(b.English)+len(b.Variants) > 0 {
		out = append(out, problem.Field{Location: "body", Message: "has words of a script"})
	}
	for i, it := range b.Items {
		if kind == PaperQuestionnaire && it.Prefill {
			out = append(out, problem.Field{Location: fmt.Sprintf("body.items.%d.prefill", i), Message: "is only for forms: questions are answered anew"})
		}
		if kind == PaperForm && (it.Kind == ItemSatisfaction || len(it.RedFlagOn) > 0) {
			// The customer's ratings and red flags are answers to questions: so they reach score, slip and case.
			out = append(out, problem.Field{Location: fmt.Sprintf("body.items.%d.kind", i), Message: "ratings and red flags are of the questionnaire (Rule C-16)"})
		}
	}
	return out
}

// paperCode is what codes of papers look like.
var paperCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)
