package callback

import (
	"time"

	"github.com/google/uuid"
)

// Disposition is the agent's word on how the call went; the outcome beside it
// is measured.
type Disposition string

// The closed set of dispositions.
const (
	DispositionCompleted      Disposition = "completed"       // the call-back took place: the task is done
	DispositionNotConvenient  Disposition = "not_convenient"  // Rules T-10, C-24: an appointment is made
	DispositionWrongPerson    Disposition = "wrong_person"    // answered by somebody else; counts (Rule T-04)
	DispositionVoiceAssistant Disposition = "voice_assistant" // answered by a machine; counts (Rule T-04)
	DispositionRefused        Disposition = "refused"         // the customer declined: done, with the reason
	DispositionNoContact      Disposition = "no_contact"      // nobody was spoken to
	DispositionWrongNumber    Disposition = "wrong_number"    // not the customer's number: data check
	DispositionOther          Disposition = "other"           // anything else; the task goes on
)

// Dispositions lists the closed set.
func Dispositions() []Disposition {
	return []Disposition{DispositionCompleted, DispositionNotConvenient, DispositionWrongPerson, DispositionVoiceAssistant,
		DispositionRefused, DispositionNoContact, DispositionWrongNumber, DispositionOther}
}

// RecordState says whether a record can still be changed.
type RecordState string

// The states of a record.
const (
	RecordDraft RecordState = "draft"
	RecordFinal RecordState = "final"
)

// Record is what a call-back leaves in words (Rule C-01). The recording is
// attached by id.
type Record struct {
	ID                   uuid.UUID
	CallID               uuid.UUID
	TaskID               uuid.UUID
	RecordingID          uuid.UUID
	AgentID              uuid.UUID
	AgentName            string // set on reading
	CustomerID           uuid.UUID
	CustomerName         string // set on reading
	ContactedAt          time.Time
	Method               string // "telephone"
	Disposition          Disposition
	Content              string
	Problems             string
	Handling             string
	Answers              map[string]any // item key -> choice key, date or text (string), number (float64)
	QuestionnaireID      uuid.UUID      // the paper, and the version of it, that it was answered under (Rule C-16)
	QuestionnaireVersion int
	FormID               uuid.UUID // what it was written on beside Rule C-01 (Rule C-10); uuid.Nil: nothing
	FormVersion          int
	Fields               map[string]any // answers to the form
	ContentKinds         []ContentKind  // Rule C-13
	Deviation            string         // Rule C-16
	Number               string         // 2026-11-000001: gapless per month (Rule C-21); given by the store when it becomes final
	Score                *int           // Rule C-16; nil where nothing was rated
	ScoreVersion         int            // of the formula
	Dissatisfied         []string
	RedFlags             []string // keys of the items (Rules C-04, C-19); nil in drafts, and in records of before they were kept
	Version              int      // 1, and one more for each correction; set on reading
	State                RecordState
	CreatedAt            time.Time
	UpdatedAt            time.Time
	FinishedAt           time.Time
}
