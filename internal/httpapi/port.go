package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"huifang/internal/access"
	"huifang/signaling/wire"
)

// Deps are the services behind the API. All are required but Page, Softphone
// and Clock, without which nothing is served at their place.
type Deps struct {
	Sessions   Sessions
	Users      Users
	Tasks      Tasks
	Customers  Customers
	Calls      Calls
	Recordings Recordings
	Wave       Wave
	Audit      Audit
	Trunks     Trunks
	Numbers    Numbers
	System     System
	Softphone  Softphone
	Page       http.Handler // everything that is not /api
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
	Outcome  string
	State    string
	Text     string // of the name
	Limit    int
	Cursor   string
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
