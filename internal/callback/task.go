package callback

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/customer"
)

// TaskState is where a task stands; the words are those of the schema.
type TaskState string

// The states of a task.
const (
	TaskOpen         TaskState = "open"          // never dialled
	TaskWaiting      TaskState = "waiting"       // for the next attempt (Rule T-04)
	TaskAppointment  TaskState = "appointment"   // the customer named a time (Rule C-24)
	TaskCalling      TaskState = "calling"       // a call is live
	TaskWrapup       TaskState = "wrapup"        // a call is over, its record is not final (Rule C-01)
	TaskDone         TaskState = "done"          // the call-back took place or was refused by the customer
	TaskUnreachable  TaskState = "unreachable"   // proven by counted attempts (Rule T-04)
	TaskDataCheck    TaskState = "data_check"    // the number is wrong; a supervisor must act
	TaskOtherChannel TaskState = "other_channel" // served otherwise (Rule C-14)
	TaskCancelled    TaskState = "cancelled"     // withdrawn by a supervisor
)

// TaskStates lists the closed set.
func TaskStates() []TaskState {
	return []TaskState{TaskOpen, TaskWaiting, TaskAppointment, TaskCalling, TaskWrapup,
		TaskDone, TaskUnreachable, TaskDataCheck, TaskOtherChannel, TaskCancelled}
}

// Closed reports whether no work is left.
func (s TaskState) Closed() bool {
	return slices.Contains([]TaskState{TaskDone, TaskUnreachable, TaskOtherChannel, TaskCancelled}, s)
}

// Dialable reports whether a dial may start from the state.
func (s TaskState) Dialable() bool {
	return s == TaskOpen || s == TaskWaiting || s == TaskAppointment
}

// Source says where a task came from.
type Source string

// The sources.
const (
	SourceManual Source = "manual"
	SourceImport Source = "import"
	SourceSample Source = "sample"
	// SourceInbound: the customer called us and nobody took it.
	SourceInbound Source = "inbound"
	// SourceSlip: the second call-back of a feedback slip (Rule C-17).
	SourceSlip Source = "slip"
	// SourceDuty: a duty rule found it to be owed (Rules C-03 to C-09).
	SourceDuty Source = "duty"
	// SourceCase: that of an anomaly or a complaint (Rules C-19, C-20).
	SourceCase Source = "case"
	// SourcePlan: a plan that runs (Rule C-02).
	SourcePlan Source = "plan"
)

// Task is one call-back to be made.
type Task struct {
	ID            uuid.UUID
	ProgramID     uuid.UUID
	CustomerID    uuid.UUID
	AssigneeID    uuid.UUID // uuid.Nil: nobody
	Source        Source
	SourceKey     string // idempotence of imports; empty: none
	Purpose       string
	Complaint     bool
	State         TaskState
	DueAt         time.Time // soft deadline
	HardDueAt     time.Time // zero: none
	AppointmentAt time.Time // Rule C-24; zero: none
	NextFrom      time.Time // Rule T-04: proposed slot; zero: none
	NextUntil     time.Time
	Counted       int // attempts counted, Rule T-04
	ClosedAt      time.Time
	ClosedBy      uuid.UUID
	CloseReason   string
	CreatedAt     time.Time
	UpdatedAt     time.Time // guards changes
}

// Slot is the unit in which attempts must differ (Rule T-04): a date in the
// customer's zone and a permitted window, "10:00-11:00".
type Slot struct {
	Date   calendar.Date
	Window string
}

// The window words of attempts outside the permitted windows.
const (
	WindowAppointment = "appointment" // Rule C-24
	WindowOverride    = "override"    // Rule T-05, a supervisor's
)

// Mark is what the rules need to know of an attempt that was made.
type Mark struct {
	AttemptID uuid.UUID
	CallID    uuid.UUID
	Slot      Slot
	DialedAt  time.Time
	EndedAt   time.Time // zero: still live
	Outcome   call.Outcome
	Counted   bool
}

// TaskView is a task with what lists, gate and page need beside it.
type TaskView struct {
	Task         Task
	AssigneeName string
	Customer     customer.Customer // with contact points
	Program      Program
	Marks        []Mark    // all attempts, oldest first
	HolderID     uuid.UUID // who took it from the queue; uuid.Nil: nobody
	// WrapupCallID is the call whose record is not final; uuid.Nil: none.
	WrapupCallID uuid.UUID
}

// RecordingRef names a recording and its true state.
type RecordingRef struct {
	ID    uuid.UUID // uuid.Nil: none
	State string
}

// Attempt is the evidence of one dial (Rules T-03, T-06). Zero times: it did
// not happen.
type Attempt struct {
	ID              uuid.UUID
	CallID          uuid.UUID
	TaskID          uuid.UUID
	Ordinal         int // within the call
	Trunk           string
	Slot            Slot
	DialedAt        time.Time
	FirstResponseAt time.Time
	RingingAt       time.Time
	RingingSignal   string
	Heard           []call.Heard // early media (Rule T-03)
	FirstMediaAt    time.Time
	AnsweredAt      time.Time
	EndedAt         time.Time
	EndedBy         call.Party
	SIPCode         int
	SIPReason       string
	Q850Cause       int
	Outcome         call.Outcome
	Reason          string
	RingMs          int
	RingOK          bool
	Counted         bool
	OverrideReason  string
	Recording       RecordingRef
}

// Contact is an earlier contact with a customer, from its final record.
type Contact struct {
	CallID      uuid.UUID
	At          time.Time
	AgentName   string
	Outcome     call.Outcome
	Disposition Disposition
	Content     string
	ProgramCode string
}

// CallDetail is a call with all that it left.
type CallDetail struct {
	ID             uuid.UUID
	TaskID         uuid.UUID
	CustomerID     uuid.UUID
	CustomerName   string
	ContactPointID uuid.UUID
	Number         customer.Number
	AgentID        uuid.UUID // uuid.Nil: nobody has taken an inbound call
	AgentName      string
	ProgramCode    string
	Direction      string    // outbound, inbound
	QueuedAt       time.Time // inbound: since when the customer waited for an agent
	State          call.State
	Outcome        call.Outcome
	Reason         string
	EndedBy        call.Party
	StartedAt      time.Time
	RingingAt      time.Time
	AnsweredAt     time.Time
	TalkAt         time.Time
	EndedAt        time.Time
	NoticeAt       time.Time // Rule T-12
	NoticeEndedAt  time.Time
	Legs           []CallLeg // of an answered call that has ended
	Recording      RecordingRef
	Attempts       []Attempt
	Record         *Record    // nil: not begun
	Marks          []CallMark // oldest first
}

// CallLeg is how one party's leg was over a call: what the server measured of
// what came from it. What is nil is not known.
type CallLeg struct {
	Leg                        string // agent | customer
	Received, Lost, Late, Sent int64  // packets; late ones came after the playout delay
	Loss                       float64
	JitterMs, JitterMaxMs      float64
	RTTMs, RTTMaxMs            *float64
	FarLoss                    *float64 // what the party says of our stream
	MOS                        *float64 // ITU-T G.107
	UnheardMs                  int64    // it was to be heard, and was not
	Browser                    *BrowserQuality
}

// BrowserQuality is what the agent's browser measured of what it played.
type BrowserQuality struct {
	Received, Lost                      int64 // packets
	Concealed, SilentConcealed, Samples int64 // samples
	JitterMs, RTTMs                     float64
}

// Wrapup is a call whose record is not final (Rules C-01, C-23).
type Wrapup struct {
	CallID       uuid.UUID
	TaskID       uuid.UUID
	CustomerName string
	EndedAt      time.Time
	Outcome      call.Outcome
}

// InHandsOf reports whether the task is the user's to work on: assigned, or
// taken from the queue.
func (v TaskView) InHandsOf(userID uuid.UUID) bool {
	return v.Task.AssigneeID == userID || v.Task.AssigneeID == uuid.Nil && v.HolderID == userID
}
