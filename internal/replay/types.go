package replay

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

// Query selects recordings. From and To are always set by [Service.Search];
// other zero values do not filter.
type Query struct {
	From, To time.Time // opened_at: From included, To excluded
	Text     string    // part of the customer's name
	Grams    []string  // its name grams, set by Service
	Tail     string    // last digits of the number dialled
	AgentID  uuid.UUID
	Outcome  call.Outcome
	State    string
	Program  string // code
	After    Cursor
	Limit    int
}

// Cursor is the key of the last row of a page; zero starts at the newest.
type Cursor struct {
	OpenedAt time.Time
	ID       uuid.UUID
}

// Row is a recording in a list.
type Row struct {
	ID           uuid.UUID
	CallID       uuid.UUID
	OpenedAt     time.Time
	StartedAt    time.Time // of the call
	DurationMs   int64
	AgentID      uuid.UUID
	AgentName    string
	CustomerID   uuid.UUID
	CustomerName string
	Number       customer.Number
	ProgramCode  string
	Outcome      call.Outcome // empty: the call is live
	State        string
	Interrupted  bool
	EmptyLeft    bool
	EmptyRight   bool
	SHA256       []byte
	RetainUntil  time.Time
	VerifiedAt   time.Time
	Error        string
}

// Detail is a recording with its facts.
type Detail struct {
	Row
	Bytes         int64
	Law           string
	LeftActiveMs  int64
	RightActiveMs int64
	SampleAt      time.Time // time of the first sample (recording.started_at)
	Facts         []byte    // JSON of the recorder: counters, marks
	Bucket        string
	ObjectKey     string
	VersionID     string
	LockMode      string
	StoredAt      time.Time
	Call          callback.CallDetail // attempts and record included
	Accesses      []Access            // set by Service
}

// File is where the file of a recording is, and how to know it.
type File struct {
	ID                           uuid.UUID
	State                        string
	SHA256                       []byte // empty: not sealed yet
	Bytes, DurationMs            int64
	Bucket, ObjectKey, VersionID string // ObjectKey empty: not stored yet
}

// Action is what somebody did with a recording.
type Action string

// The closed set of actions.
const (
	ActionOpened  Action = "opened"  // looked at its page
	ActionFetched Action = "fetched" // got audio
	ActionHeard   Action = "heard"   // played it
	ActionRefused Action = "refused"
)

// Channel is which side was heard.
type Channel string

// The channels; left is the agent, right the customer.
const (
	ChannelNone  Channel = ""
	ChannelBoth  Channel = "both"
	ChannelThird Channel = "third" // a supervisor who spoke; in few recordings
	ChannelLeft  Channel = "left"
	ChannelRight Channel = "right"
)

// Access is one row of the log of listening (Rule S-01).
type Access struct {
	RecordingID uuid.UUID
	UserID      uuid.UUID
	UserName    string // set on reading
	At          time.Time
	Action      Action
	Channel     Channel
	HasRange    bool // FromMs and ToMs are known
	FromMs      int64
	ToMs        int64
	IP          string
}
