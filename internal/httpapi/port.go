package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/signaling/wire"
)

// Deps are the services behind the API. All are required but Page, Softphone
// and Clock, without which nothing is served at their place.
type Deps struct {
	Sessions       Sessions
	Users          Users
	Tokens         TokensPort
	Once           Once
	Imports        ImportsPort
	Tasks          Tasks
	Queue          Queue
	Calling        Calling
	Calendars      Calendars
	Shifts         Shifts
	Customers      Customers
	Calls          Calls
	Slips          Slips
	Plans          Plans
	Ledger         Ledger
	Papers         Papers
	Dealings       Dealings
	Duties         Duties
	Attachments    Attachments
	Messages       Messages
	Visits         Visits
	SMSGateway     SMSGateway
	Cases          Cases
	Recordings     Recordings
	Wave           Wave
	Audit          Audit
	Trunks         Trunks
	Numbers        Numbers
	Evidence       Evidence
	Reconciliation Reconciliation
	Grants         Grants
	Retention      Retention
	System         System
	Softphone      Softphone
	Page           http.Handler // everything that is not /api
	Config
}

// Sessions sign in and out (package access).
type Sessions interface {
	// SignIn checks a password. The token goes into the cookie and nowhere else.
	SignIn(ctx context.Context, in SignIn, ip, userAgent string) (token string, me Me, err error)
	// Authenticate gives who is behind a token; problem unauthenticated otherwise.
	Authenticate(ctx context.Context, token, ip string) (access.Principal, Me, error)
	// List gives the sessions of a user, the caller's own for the zero id.
	List(ctx context.Context, who access.Principal, userID ID) ([]Session, error)
	// Revoke ends a session: one's own, or as an administrator anybody's.
	Revoke(ctx context.Context, who access.Principal, sessionID ID) error
}

// Slips are the feedback slips (package callback; Rules C-17, C-18).
type Slips interface {
	Departments(ctx context.Context) (Departments, error)
	People(ctx context.Context, who access.Principal, departmentID ID) (People, error)
	List(ctx context.Context, who access.Principal, q SlipQuery) (SlipPage, error)
	Get(ctx context.Context, who access.Principal, id ID) (SlipDetail, error)
	Assign(ctx context.Context, who access.Principal, id ID, in SlipAssignment) (SlipDetail, error)
	Answer(ctx context.Context, who access.Principal, id ID, in SlipAnswer) (SlipDetail, error)
	CallAgain(ctx context.Context, who access.Principal, id ID, reason string) (SlipDetail, error)
	CloseUnreachable(ctx context.Context, who access.Principal, id ID, reason string) (SlipDetail, error)
}

// Ledger are final records and their reviews (package callback; Rules C-21, C-25).
type Ledger interface {
	List(ctx context.Context, who access.Principal, q LedgerQuery, p Page) (LedgerPage, error)
	Sheet(ctx context.Context, who access.Principal, q LedgerQuery, language string) (io.WriterTo, error)
	Reviews(ctx context.Context, who access.Principal, recordID ID) (Reviews, error)
	Review(ctx context.Context, who access.Principal, recordID ID, in ReviewInput) (Review, error)
	// History of a final record: its versions and the call-backs it hangs together with.
	History(ctx context.Context, who access.Principal, recordID ID, language string) (RecordHistory, error)
	Correct(ctx context.Context, who access.Principal, recordID ID, in RecordCorrection) (Record, error)
}

// LedgerQuery selects final records. Empty fields do not filter; without a
// period it is the last 31 days.
type LedgerQuery struct {
	Period
	AgentID           string `query:"agent_id"`
	ProgramID         string `query:"program_id"`
	Number            string `query:"number" maxLength:"20"`
	Text              string `query:"q" maxLength:"100" doc:"Part of the customer's name, or the beginning of its code"`
	Disposition       string `query:"disposition" enum:",completed,not_convenient,wrong_person,voice_assistant,refused,no_contact,wrong_number,other"`
	ScoreBelow        int    `query:"score_below" minimum:"0" maximum:"101" doc:"Rule C-16; 101: any score"`
	Review            string `query:"review" enum:",open,done" doc:"Rule C-25"`
	Project           string `query:"project" maxLength:"100" doc:"Part of the project's name (Rule C-21)"`
	Model             string `query:"model" maxLength:"100" doc:"Part of the product's model (Rule C-21)"`
	CommissionedFrom  string `query:"commissioned_from" doc:"A day (Rule C-21)"`
	CommissionedUntil string `query:"commissioned_until" doc:"A day, included"`
}

// SlipQuery selects slips. Empty fields do not filter.
type SlipQuery struct {
	State        string `query:"state" enum:",open,answered,closed"`
	Waiting      bool   `query:"waiting" doc:"Those that are not closed"`
	Overdue      bool   `query:"overdue" doc:"Open ones past their fifth working day (Rule C-18)"`
	DepartmentID string `query:"department_id"`
	OwnerID      string `query:"owner_id"`
	CustomerID   string `query:"customer_id"`
	CallID       string `query:"call_id" doc:"Of the record that it was written with"`
	Page
}

// Cases are anomalies and complaints, what waits for somebody, and the day's
// problems (package casework; Rules C-18 to C-20, C-30).
type Cases interface {
	List(ctx context.Context, who access.Principal, q CaseQuery) (CasePage, error)
	Get(ctx context.Context, who access.Principal, id ID) (CaseDetail, error)
	Open(ctx context.Context, who access.Principal, in NewCase) (CaseDetail, error)
	Sign(ctx context.Context, who access.Principal, id ID, in CaseSigning) (CaseDetail, error)
	Interview(ctx context.Context, who access.Principal, id ID, in NewCaseInterview) (CaseDetail, error)
	Assign(ctx context.Context, who access.Principal, id ID, in CaseAssignment) (CaseDetail, error)
	CallAgain(ctx context.Context, who access.Principal, id ID, reason string) (CaseDetail, error)
	CloseUnreachable(ctx context.Context, who access.Principal, id ID, reason string) (CaseDetail, error)
	Waiting(ctx context.Context, who access.Principal) (WaitingList, error)
	Problems(ctx context.Context, who access.Principal, q ProblemQuery) (DailyProblems, error)
	ProblemsSheet(ctx context.Context, who access.Principal, q ProblemQuery, language string) (io.WriterTo, error)
}

// CaseQuery selects cases. Empty fields do not filter.
type CaseQuery struct {
	Kind       string `query:"kind" enum:",anomaly,complaint"`
	Class      string `query:"class" enum:",dissatisfaction,acting_for_customer,private_fees,false_data,promised_returns,other"`
	State      string `query:"state" enum:",facts,reported,interview,branch,head_office,measures,answer,call_back,closed"`
	Waiting    bool   `query:"waiting" doc:"Those that are not closed"`
	Overdue    bool   `query:"overdue" doc:"Their step is past its time (Rule C-18)"`
	CustomerID string `query:"customer_id"`
	CallID     string `query:"call_id"`
	Page
}

// ProblemQuery selects a day's problems.
type ProblemQuery struct {
	Day          string `query:"day" maxLength:"10" doc:"2026-11-30; default: today"`
	DepartmentID string `query:"department_id"`
}

// Attachments are files that belong to slips, cases, visits and records
// (package attachment; Rules C-17, C-19, C-26).
type Attachments interface {
	List(ctx context.Context, who access.Principal, object string, id ID) (AttachmentList, error)
	Add(ctx context.Context, who access.Principal, in NewAttachment, content []byte) (Attachment, error)
	// Open gives a file and its bytes, once that is in the audit log (Rule S-01).
	Open(ctx context.Context, who access.Principal, id ID) (Attachment, []byte, error)
}

// Evidence is the log of evidence (package recording/evidence).
type Evidence interface {
	State(ctx context.Context) (EvidenceState, error)
	// Verify begins to verify; problem conflict while one is under way.
	Verify(ctx context.Context, who access.Principal, in VerificationOrder) (EvidenceState, error)
}

// Reconciliation compares calls, rows and objects (package reconcile).
type Reconciliation interface {
	State(ctx context.Context) (ReconciliationState, error)
	// Begin begins a comparison; problem conflict while one is under way.
	Begin(ctx context.Context, who access.Principal, in ReconciliationOrder) (ReconciliationState, error)
	Differences(ctx context.Context, q DifferenceQuery) (DifferencePage, error)
	// Close closes a difference; problem conflict when it is closed.
	Close(ctx context.Context, who access.Principal, id ID, in DifferenceClosing) error
}

// Grants are access requests, grants and filings (packages disclosure and
// replay; Rules S-02, S-03). What a grant gives is looked up anew each time.
type Grants interface {
	Ask(ctx context.Context, who access.Principal, in AccessOrder) (AccessRequest, error)
	Mine(ctx context.Context, who access.Principal) (MyAccess, error)
	Recording(ctx context.Context, who access.Principal, id ID) (GrantedRecording, error)
	Heard(ctx context.Context, who access.Principal, id ID, s Span) error
	OpenAudio(ctx context.Context, who access.Principal, id ID) (StoredAudio, error)
	// OpenDownload opens a file whose Fetch is logged as a download.
	OpenDownload(ctx context.Context, who access.Principal, id ID) (StoredAudio, error)
	// OpenDownloadByRole does so for the head of records and auditors.
	OpenDownloadByRole(ctx context.Context, who access.Principal, id ID) (StoredAudio, error)
	Requests(ctx context.Context, who access.Principal, state string) (AccessRequests, error)
	Candidates(ctx context.Context, who access.Principal, id ID) (AccessCandidates, error)
	Approve(ctx context.Context, who access.Principal, id ID, in AccessDecision) (AccessGrant, error)
	Refuse(ctx context.Context, who access.Principal, id ID, reason string) error
	Grants(ctx context.Context, who access.Principal) (AccessGrants, error)
	Accesses(ctx context.Context, who access.Principal, id ID) (GrantAccesses, error)
	Revoke(ctx context.Context, who access.Principal, id ID, reason string) error
	Filings(ctx context.Context, who access.Principal) (Filings, error)
	Draft(ctx context.Context, who access.Principal, in FilingOrder) (Filing, error)
	File(ctx context.Context, who access.Principal, id ID) error
	HandOver(ctx context.Context, who access.Principal, id ID, in FilingReceipt) error
}

// Retention are legal holds and expiries (package retention, Rule T-02).
type Retention interface {
	Holds(ctx context.Context) ([]Hold, error)
	HoldsOf(ctx context.Context, recordingID ID) ([]Hold, error)
	Hold(ctx context.Context, id ID) (HoldDetail, error)
	PlaceHold(ctx context.Context, who access.Principal, in NewHold) (Hold, error)
	AddToHold(ctx context.Context, who access.Principal, id ID, in HoldAddition) (HoldDetail, error)
	ReleaseHold(ctx context.Context, who access.Principal, id ID, reason string) (HoldDetail, error)
	Expiry(ctx context.Context) (Expiry, error)
	Propose(ctx context.Context, who access.Principal, in NewExpiry) (ExpiryBatch, error)
	Batch(ctx context.Context, id ID) (ExpiryDetail, error)
	Decide(ctx context.Context, who access.Principal, id ID, in ExpiryDecision) (ExpiryDetail, error)
}

// Users keeps accounts (package access).
type Users interface {
	List(ctx context.Context, who access.Principal, role access.Role) ([]User, error)
	Create(ctx context.Context, who access.Principal, in NewUser) (User, error)
	Update(ctx context.Context, who access.Principal, id ID, in UserPatch) (User, error)
}

// TaskQuery selects tasks. Zero values do not filter.
type TaskQuery struct {
	All      bool // else the caller's desk
	State    string
	Text     string
	Assignee ID
	Limit    int
	Cursor   string
}

// Tasks is the call-back work (package callback). Unknown ids give problem
// not_found, those of other agents forbidden; neither says anything else.
type Tasks interface {
	List(ctx context.Context, who access.Principal, q TaskQuery) (TaskPage, error)
	Get(ctx context.Context, who access.Principal, id ID, language string) (Task, error)
	// Gate decides over a contact point, the first usable one for the zero id.
	Gate(ctx context.Context, who access.Principal, id, contactPoint ID) (Decision, error)
	Create(ctx context.Context, who access.Principal, in NewTask) (Task, error)
	Import(ctx context.Context, who access.Principal, csv io.Reader, preview bool) (ImportReport, error)
	// SetAppointment takes the appointment away when given nil.
	SetAppointment(ctx context.Context, who access.Principal, id ID, in *Appointment) (Task, error)
	Close(ctx context.Context, who access.Principal, id ID, in CloseTask) (Task, error)
	Assign(ctx context.Context, who access.Principal, id ID, in AssignTask) (Task, error)
	Programs(ctx context.Context) ([]Program, error)
	ChangeProgram(ctx context.Context, who access.Principal, id ID, in ProgramPatch) (Program, error)
}

// Calling is when and with what consent customers are called (packages
// callback and customer; Rules T-05, T-14).
type Calling interface {
	Why(ctx context.Context, who access.Principal, id, agent ID) (Why, error)
	Rules(ctx context.Context, id ID) (CallingRulesList, error)
	SetRules(ctx context.Context, who access.Principal, id ID, in CallingRulesChange) (CallingRulesList, error)
	Consents(ctx context.Context, who access.Principal, id ID) (CustomerConsents, error)
	AddConsent(ctx context.Context, who access.Principal, id ID, in NewConsent) (CustomerConsents, error)
	WithdrawConsent(ctx context.Context, who access.Principal, id, consent ID, reason string) (CustomerConsents, error)
	SetGroups(ctx context.Context, who access.Principal, id ID, groups []string) (CustomerConsents, error)
}

// Calendars are working-day calendars (package calendar, Rule T-05).
type Calendars interface {
	List(ctx context.Context) (CalendarList, error)
	Add(ctx context.Context, who access.Principal, in NewCalendar) (CalendarList, error)
	Year(ctx context.Context, code string, year int) (CalendarYear, error)
	Set(ctx context.Context, who access.Principal, code string, d calendar.Date, in DaySetting) (CalendarYear, error)
	Clear(ctx context.Context, who access.Principal, code string, d calendar.Date) (CalendarYear, error)
	Enter(ctx context.Context, who access.Principal, year int, source string) (CalendarYear, error)
	Withdraw(ctx context.Context, who access.Principal, year int) (CalendarYear, error)
}

// Shifts are agents' days at work (package callback, Rule C-23).
type Shifts interface {
	State(ctx context.Context, who access.Principal) (ShiftState, error)
	End(ctx context.Context, who access.Principal) (ShiftState, error)
	Unfinished(ctx context.Context, who access.Principal) (UnfinishedList, error)
	Override(ctx context.Context, who access.Principal, agent ID, reason string) (UnfinishedList, error)
}

// Queue is what an agent gets next (package callback).
type Queue interface {
	State(ctx context.Context, who access.Principal) (QueueState, error)
	Next(ctx context.Context, who access.Principal) (QueueNext, error)
	Skip(ctx context.Context, who access.Principal, in QueueSkip) (QueueState, error)
	Set(ctx context.Context, who access.Principal, in QueueSettings) (QueueState, error)
}

// Customers keeps customers (package customer).
type Customers interface {
	List(ctx context.Context, who access.Principal, text string) ([]CustomerCard, error)
	Get(ctx context.Context, who access.Principal, id ID) (CustomerCard, error)
	Create(ctx context.Context, who access.Principal, in NewCustomer) (CustomerCard, error)
	Update(ctx context.Context, who access.Principal, id ID, in CustomerPatch) (CustomerCard, error)
}

// Calls are calls and their records (packages switchboard and callback).
type Calls interface {
	// Current gives the live call as call.state sends it, nil when there is none.
	Current(ctx context.Context, who access.Principal) (any, error)
	Wrapups(ctx context.Context, who access.Principal) ([]Wrapup, error)
	Get(ctx context.Context, who access.Principal, id ID) (Call, error)
	Record(ctx context.Context, who access.Principal, callID ID) (Record, error)
	// RecordSheet is what the record is written on: the versions that it was begun on.
	RecordSheet(ctx context.Context, who access.Principal, callID ID, language string) (RecordSheet, error)
	SaveRecord(ctx context.Context, who access.Principal, callID ID, in RecordInput) (Record, error)
	// Live lists the calls that are up, for supervisors.
	Live(ctx context.Context, who access.Principal) ([]LiveCall, error)
	// Colleagues lists who may be given the caller's live call.
	Colleagues(ctx context.Context, who access.Principal, callID ID) ([]Colleague, error)
	// Marks lists secure pauses (Rule T-13) and complaints (Rule C-20) for review.
	Marks(ctx context.Context, who access.Principal, q MarkQuery) (MarkPage, error)
}

// MarkQuery selects marks of calls. Zero values do not filter.
type MarkQuery struct {
	From, To time.Time
	Kind     string
	By       ID
	Limit    int
	Cursor   string
}

// RecordingQuery selects recordings. Zero values do not filter, but for From:
// the service puts 90 days before To there.
type RecordingQuery struct {
	From, To time.Time
	Digits   string // last digits of the number
	AgentID  ID
	BranchID ID
	Outcome  string
	State    string
	Text     string // of the name
	RecordingNarrow
	Limit  int
	Cursor string
}

// RecordingNarrow is what a search asks of a call besides; zero values do not.
type RecordingNarrow struct {
	Program      string    `query:"program" maxLength:"64" doc:"Code of the program"`
	Direction    string    `query:"direction" enum:"outbound,inbound"`
	Ring         string    `query:"ring" enum:"met,short" doc:"Whether the customer was rung for as long as the rule says (Rule T-03)"`
	Attempts     int       `query:"attempts" minimum:"0" maximum:"1000" doc:"How often the task was dialled, at least"`
	ShortestS    int       `query:"shortest_s" minimum:"0" maximum:"86400" doc:"Length of the recording in seconds, at least"`
	LongestS     int       `query:"longest_s" minimum:"0" maximum:"86400" doc:"Length of the recording in seconds, at most"`
	Dissatisfied string    `query:"dissatisfied" maxLength:"64" doc:"Code of an item that the customer was dissatisfied with; any: of one at least (Rule C-16)"`
	ScoreBelow   int       `query:"score_below" minimum:"0" maximum:"101" doc:"Score of the record (Rule C-16); 101: any score"`
	Tag          string    `query:"tag" maxLength:"64" doc:"That the recording is filed under"`
	Held         string    `query:"held" enum:"yes,no" doc:"Under a legal hold (Rule T-02)"`
	RetainBefore time.Time `query:"retain_before" doc:"Is kept until a time before this one (Rule T-02)"`
}

// Span is a part of a recording (Rule S-01), in milliseconds from the first
// sample; ToMs is excluded.
type Span struct {
	Channel      Channel
	FromMs, ToMs int64
}

// Recordings finds recordings and keeps the log of who listened (package
// replay). Whoever may not listen is refused, and the refusal is logged.
type Recordings interface {
	Search(ctx context.Context, who access.Principal, q RecordingQuery) (RecordingPage, error)
	Get(ctx context.Context, who access.Principal, id ID) (Recording, error)
	// Refused notes that somebody without the right asked for a recording, or,
	// with the zero id, for the search. An unknown id is no error.
	Refused(ctx context.Context, who access.Principal, id ID) error
	Heard(ctx context.Context, who access.Principal, id ID, s Span) error
	Check(ctx context.Context, who access.Principal, id ID) (RecordingCheck, error)
	Comment(ctx context.Context, who access.Principal, id ID, c NewComment) (Comment, error)
	AddTag(ctx context.Context, who access.Principal, id ID, tag string) (Tags, error)
	RemoveTag(ctx context.Context, who access.Principal, id ID, tag string) (Tags, error)
	// Facets gives what there is to search by.
	Facets(ctx context.Context, who access.Principal) (RecordingFacets, error)
	// SavedSearches are the caller's own.
	SavedSearches(ctx context.Context, who access.Principal) (SavedSearches, error)
	SaveSearch(ctx context.Context, who access.Principal, n NewSavedSearch) (SavedSearches, error)
	DropSearch(ctx context.Context, who access.Principal, id ID) error
	// OpenAudio opens the stored file. A recording that has no audio yet, or
	// none any more, gives a problem. Whoever opens one closes it.
	OpenAudio(ctx context.Context, who access.Principal, id ID) (StoredAudio, error)
	// OpenProbe opens the recording of a trunk's test call.
	OpenProbe(ctx context.Context, who access.Principal, id ID) (StoredAudio, error)
}

// StoredAudio is a stored recording, open. It cannot be read before Fetch has
// written the access log, or Picture has said that nothing can be heard.
type StoredAudio interface {
	io.ReadSeekCloser
	Size() int64
	DurationMs() int64
	// SHA256 is that of the file, in hexadecimal.
	SHA256() string
	Fetch(ctx context.Context, s Span) error
	Picture()
	// Drawn gives the wave form that was kept, of 2000 points; false: it has to be drawn.
	Drawn(ctx context.Context) (Peaks, bool, error)
}

// Channel says which side of a recording is played.
type Channel string

// The channels, a closed set.
const (
	ChannelBoth  Channel = "both"
	ChannelThird Channel = "third"
	ChannelLeft  Channel = "left"  // the agent
	ChannelRight Channel = "right" // the customer
)

// Wave reads stored recordings (package recording/wav).
type Wave interface {
	// PCM presents a stored file of the given size as a WAV file of 16-bit
	// samples, 8000 a second.
	PCM(stored io.ReadSeeker, size int64, channel Channel) (io.ReadSeeker, error)
	Peaks(stored io.ReadSeeker, size int64, points int) (Peaks, error)
}

// AuditQuery selects audit events. Zero values do not filter.
type AuditQuery struct {
	From, To time.Time
	Action   string
	Actor    ID
	Limit    int
	Cursor   string
}

// Audit reads the audit log (Rule S-04).
type Audit interface {
	List(ctx context.Context, who access.Principal, q AuditQuery) (AuditPage, error)
}

// Trunks keeps the ways to the telephone network (package trunk).
type Trunks interface {
	List(ctx context.Context) ([]TrunkEntry, error)
	Create(ctx context.Context, who access.Principal, in TrunkInput) (TrunkEntry, error)
	Change(ctx context.Context, who access.Principal, id ID, in TrunkInput) (TrunkEntry, error)
	Remove(ctx context.Context, who access.Principal, id ID) error
	// Test begins a test call; Probes tells what became of it.
	Test(ctx context.Context, who access.Principal, id ID) (Probe, error)
	Probes(ctx context.Context, id ID) ([]Probe, error)
	// ProbeSound names the recording of one of them.
	ProbeSound(ctx context.Context, id, probe ID) (ID, error)
}

// Numbers keeps the rules of which numbers may be dialled (package customer).
type Numbers interface {
	Rules(ctx context.Context) (NumberRules, error)
	// Replace gives problem conflict when the version that was seen is no
	// longer the latest.
	Replace(ctx context.Context, who access.Principal, in NumberRulesInput) (NumberRules, error)
	// Check dials nothing.
	Check(ctx context.Context, who access.Principal, in NumberQuestion) (NumberAnswer, error)
}

// System says what works.
type System interface {
	System(ctx context.Context) (wire.System, error)
}

// Softphone takes over the connection of a signed-in agent (package signaling).
type Softphone interface {
	ServeSoftphone(w http.ResponseWriter, r *http.Request, who access.Principal)
	// RefuseSoftphone opens the socket only to close it with "sign in again",
	// which is all that a browser can tell its page.
	RefuseSoftphone(w http.ResponseWriter, r *http.Request)
}
