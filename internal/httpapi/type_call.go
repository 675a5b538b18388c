package httpapi

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"huifang/signaling/wire"
)

// MyCall is the caller's live call and the records that are still to be written.
type MyCall struct {
	Call    Snapshot     `json:"call"`
	Wrapups List[Wrapup] `json:"wrapups"`
}

// Snapshot is a live call as call.state sends it (wire.CallSnapshot), or null.
type Snapshot struct{ Value any }

// MarshalJSON writes the snapshot or null.
func (s Snapshot) MarshalJSON() ([]byte, error) { return json.Marshal(s.Value) }

// Schema describes the snapshot to OpenAPI.
func (Snapshot) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{r.Schema(reflect.TypeFor[wire.CallSnapshot](), true, ""), {Type: "null"}}}
}

// Wrapup is a call whose record is not final (Rules C-01, C-23).
type Wrapup struct {
	CallID       ID        `json:"call_id"`
	TaskID       ID        `json:"task_id"`
	CustomerName string    `json:"customer_name"`
	EndedAt      time.Time `json:"ended_at"`
	Outcome      string    `json:"outcome"`
}

// Call is a call with its evidence.
type Call struct {
	ID            ID                 `json:"id"`
	TaskID        ID                 `json:"task_id"`
	Agent         Ref                `json:"agent" doc:"Without a name: nobody has taken an inbound call"`
	Customer      Ref                `json:"customer"`
	MaskedNumber  string             `json:"masked_number"`
	ProgramCode   string             `json:"program_code"`
	Direction     string             `json:"direction" enum:"outbound,inbound"`
	QueuedAt      *time.Time         `json:"queued_at" doc:"Inbound: since when the customer waited for an agent"`
	State         string             `json:"state" enum:"arming,dialing,ringing,announcing,queued,talking,held,wrapup,closed"`
	Outcome       string             `json:"outcome"`
	Reason        string             `json:"reason"`
	EndedBy       string             `json:"ended_by" enum:",agent,customer,network,system"`
	StartedAt     time.Time          `json:"started_at"`
	RingingAt     *time.Time         `json:"ringing_at"`
	AnsweredAt    *time.Time         `json:"answered_at"`
	TalkAt        *time.Time         `json:"talk_at"`
	EndedAt       *time.Time         `json:"ended_at"`
	NoticeAt      *time.Time         `json:"notice_at" doc:"Rule T-12"`
	NoticeEndedAt *time.Time         `json:"notice_ended_at"`
	Attempts      List[Attempt]      `json:"attempts"`
	Recording     Null[RecordingRef] `json:"recording"`
	Legs          List[CallLeg]      `json:"legs" doc:"Of an answered call that has ended"`
	Record        Null[Record]       `json:"record"`
	Marks         List[CallMark]     `json:"marks" doc:"Secure pauses (Rule T-13), complaints (Rule C-20), supervisors who took part or over"`
}

// LiveCall is a call that is up, as supervisors see it.
type LiveCall struct {
	ID           ID         `json:"id"`
	TaskID       ID         `json:"task_id"`
	Agent        Ref        `json:"agent" doc:"Without a name: the customer waits for one"`
	Direction    string     `json:"direction" enum:"outbound,inbound"`
	CustomerName string     `json:"customer_name"`
	MaskedNumber string     `json:"masked_number"`
	State        string     `json:"state" enum:"arming,dialing,ringing,announcing,queued,talking,held"`
	Since        time.Time  `json:"since"`
	TalkAt       *time.Time `json:"talk_at"`
	Paused       bool       `json:"paused" doc:"Rule T-13"`
	Complaints   int        `json:"complaints" doc:"Rule C-20"`
	Monitor      string     `json:"monitor" enum:",listen,whisper,barge"`
	MonitorBy    Null[Ref]  `json:"monitor_by"`
}

// LiveCallList is the answer of GET /calls/live.
type LiveCallList struct {
	Calls List[LiveCall] `json:"calls"`
}

// Colleague is somebody who may be given a call, or asked about it.
type Colleague struct {
	ID         ID           `json:"id"`
	Name       string       `json:"name"`
	Department string       `json:"department"`
	Languages  List[string] `json:"languages" doc:"BCP 47 (Rule T-11)"`
	Speaks     bool         `json:"speaks" doc:"The customer's language"`
	State      string       `json:"state" enum:"offline,ready,break,calling,wrapup"`
	Since      time.Time    `json:"since"`
	Free       bool         `json:"free" doc:"A call can ring there now"`
}

// ColleagueList is the answer of GET /calls/{id}/colleagues.
type ColleagueList struct {
	Colleagues List[Colleague] `json:"colleagues"`
}

// CallMark is something that was done in a call beside talking.
type CallMark struct {
	ID          ID         `json:"id"`
	CallID      ID         `json:"call_id"`
	RecordingID ID         `json:"recording_id"`
	Kind        string     `json:"kind" enum:"pause,complaint,monitor,handover,transfer"`
	By          Ref        `json:"by"`
	With        Null[Ref]  `json:"with" doc:"The colleague of a transfer"`
	Customer    Ref        `json:"customer"`
	At          time.Time  `json:"at"`
	EndedAt     *time.Time `json:"ended_at"`
	OffsetMs    *int64     `json:"offset_ms" nullable:"true" doc:"Place in the recording, null until it is sealed"`
	EndReason   string     `json:"end_reason"`
	Reason      string     `json:"reason"`
	Note        string     `json:"note"`
}

// MarkTotal is how many marks somebody made and how long they lasted together.
type MarkTotal struct {
	By         Ref   `json:"by"`
	Number     int   `json:"number"`
	DurationMs int64 `json:"duration_ms"`
}

// MarkPage is a page of marks, with the totals of all pages.
type MarkPage struct {
	Marks      List[CallMark]  `json:"marks"`
	Totals     List[MarkTotal] `json:"totals"`
	NextCursor string          `json:"next_cursor"`
}

// CallLeg is how one party's leg was over the call: what the server measured of
// what came from it (docs/quality.md).
type CallLeg struct {
	Leg         string               `json:"leg" enum:"agent,customer"`
	Received    int64                `json:"received" doc:"Packets"`
	Lost        int64                `json:"lost"`
	Late        int64                `json:"late" doc:"Came after the playout delay"`
	Sent        int64                `json:"sent" doc:"To the party"`
	Loss        float64              `json:"loss" doc:"Lost and late, of all"`
	JitterMs    float64              `json:"jitter_ms"`
	JitterMaxMs float64              `json:"jitter_max_ms"`
	RTTMs       *float64             `json:"rtt_ms" nullable:"true"`
	RTTMaxMs    *float64             `json:"rtt_max_ms" nullable:"true"`
	FarLoss     *float64             `json:"far_loss" nullable:"true" doc:"What the party reports of our stream"`
	MOS         *float64             `json:"mos" nullable:"true" doc:"ITU-T G.107"`
	UnheardMs   int64                `json:"unheard_ms" doc:"It was to be heard, and was not"`
	Browser     Null[BrowserQuality] `json:"browser" doc:"Of the agent's leg"`
}

// BrowserQuality is what the agent's browser measured of what it played.
type BrowserQuality struct {
	Received        int64   `json:"received" doc:"Packets"`
	Lost            int64   `json:"lost"`
	Concealed       int64   `json:"concealed" doc:"Samples that were made up"`
	SilentConcealed int64   `json:"silent_concealed" doc:"Of these, silence"`
	Samples         int64   `json:"samples" doc:"All that were played"`
	JitterMs        float64 `json:"jitter_ms"`
	RTTMs           float64 `json:"rtt_ms"`
}

// Record is a call-back record (Rule C-01).
type Record struct {
	ID                   *ID          `json:"id" nullable:"true" doc:"Null while nothing has been saved"`
	CallID               ID           `json:"call_id"`
	TaskID               ID           `json:"task_id"`
	RecordingID          *ID          `json:"recording_id" nullable:"true"`
	ContactedAt          time.Time    `json:"contacted_at"`
	AgentName            string       `json:"agent_name"`
	CustomerName         string       `json:"customer_name"`
	Method               string       `json:"method" enum:"telephone,visit,letter,email,sms"`
	Disposition          string       `json:"disposition" enum:",completed,not_convenient,wrong_person,voice_assistant,refused,no_contact,wrong_number,other"`
	Content              string       `json:"content"`
	Problems             string       `json:"problems"`
	Handling             string       `json:"handling"`
	Answers              Object       `json:"answers"`
	Deviation            string       `json:"deviation" doc:"Rule C-16"`
	Version              int          `json:"version" doc:"1, and one more for each correction of a final record"`
	Number               string       `json:"number" doc:"2026-11-000001: without gaps within a month (Rule C-21); empty before it is final"`
	Score                *int         `json:"score" nullable:"true" doc:"100 less 10 for each dissatisfied answer (Rule C-16); null when nothing was rated"`
	RedFlags             List[string] `json:"red_flags" doc:"Keys of the items whose answer is a red flag (Rules C-04, C-19)"`
	Fields               Object       `json:"fields" doc:"What the form of the program asks for (Rule C-10)"`
	ContentKinds         List[string] `json:"content_kinds" doc:"Rule C-13"`
	QuestionnaireVersion int          `json:"questionnaire_version" doc:"Version that it is answered under (Rule C-16)"`
	FormVersion          int          `json:"form_version"`
	State                string       `json:"state" enum:"draft,final"`
	FinishedAt           *time.Time   `json:"finished_at"`
}

// RecordSheet is what a record is written on, in one language.
type RecordSheet struct {
	Questionnaire Questionnaire `json:"questionnaire"`
	Form          Questionnaire `json:"form"`
}

// RecordInput is what the agent writes. Drafts may be incomplete.
type RecordInput struct {
	State                string         `json:"state" enum:"draft,final"`
	Disposition          string         `json:"disposition,omitempty" enum:",completed,not_convenient,wrong_person,voice_assistant,refused,no_contact,wrong_number,other"`
	Content              string         `json:"content,omitempty" maxLength:"20000"`
	Problems             string         `json:"problems,omitempty" maxLength:"20000"`
	Handling             string         `json:"handling,omitempty" maxLength:"20000"`
	Answers              map[string]any `json:"answers,omitempty"`
	Fields               map[string]any `json:"fields,omitempty" doc:"What the form of the program asks for (Rule C-10)"`
	ContentKinds         *[]string      `json:"content_kinds,omitempty" maxItems:"6" doc:"Rule C-13; without it: those of the program"`
	QuestionnaireVersion int            `json:"questionnaire_version,omitempty" minimum:"0" doc:"That the page shows; a draft stays on the version that it was begun on (Rule C-16)"`
	FormVersion          int            `json:"form_version,omitempty" minimum:"0"`
	Deviation            string         `json:"deviation,omitempty" maxLength:"5000"`
	AppointmentAt        *time.Time     `json:"appointment_at,omitempty" nullable:"true" doc:"Needed when the disposition is not_convenient"`
	Slip                 *SlipInput     `json:"slip,omitempty" doc:"With a final record; needed when the customer is dissatisfied (Rule C-17)"`
}
