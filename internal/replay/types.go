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
	BranchID uuid.UUID // of the agent, when they had the call
	Outcome  call.Outcome
	State    string
	Program  string // code
	// Direction of the call: inbound, outbound.
	Direction string
	// Ring is whether the customer was rung for as long as the rule says (Rule T-03).
	Ring Ring
	// Attempts is how often the task was dialled, at least.
	Attempts int
	// Shortest and Longest bound the length of the recording, both included.
	Shortest, Longest time.Duration
	// Dissatisfied is the code of an item that the customer was dissatisfied
	// with, or [AnyItem] (Rule C-16).
	Dissatisfied string
	ScoreBelow   int    // 1 to 101; 101 asks for any score (Rule C-16)
	Tag          string // that it is filed under
	Held         Held   // under a legal hold (Rule T-02)
	RetainBefore time.Time
	After        Cursor
	Limit        int
}

// AnyItem stands for every item of a questionnaire.
const AnyItem = "any"

// Ring is what an attempt of a call says of the ring: met, short.
type Ring string

// The verdicts.
const (
	RingMet   Ring = "met"
	RingShort Ring = "short"
)

// Held is whether a legal hold keeps a recording: yes, no.
type Held string

// The two; empty does not ask.
const (
	HeldYes Held = "yes"
	HeldNo  Held = "no"
)

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
	RetainUntil  time.Time
	Score        *int // of the record (Rule C-16); nil: nothing was rated. With Held and Tags set in lists only
	Held         bool
	Tags         []string
	Imported     bool // it was made on another line (Rule T-07)
}

// Detail is a recording with its facts.
type Detail struct {
	Row
	SHA256        []byte
	VerifiedAt    time.Time
	Error         string
	Instance      string // that recorded it, and has it until it is stored
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
	KeyID         string // key of the key file that opens the object; empty: it is not encrypted
	ObjectSHA256  []byte // of the object as it lies in the storage
	ObjectBytes   int64
	Call          callback.CallDetail // attempts and record included
	Accesses      []Access            // set by Service
	Comments      []Comment           // set by Service, in the order of their places
	FiledUnder    []Tag               // set by Service
	Origin        *Origin             // nil: it was made here
	Questions     []Question          // that the record answers, in the order of their answers
}

// Origin says where a recording that was made on another line comes from: it
// is evidence of a lesser class (Rule T-07).
type Origin struct {
	Source, Reason string // line and recorder; why not ours
	Name           string // of the file as it was brought
	SHA256         []byte // of that file
	Coding         string // pcm, alaw, mulaw
	Channels, Rate int    // Rate in Hz
	By             string // name of who brought it
	At             time.Time
}

// Question is one that was answered during the call, and when.
type Question struct {
	Key              string
	Chinese, English string // as the program asks it now; empty: it does not any more
	At               time.Time
}

// Peaks are the lowest and highest values of equal stretches of each channel,
// in turn.
type Peaks struct {
	DurationMs  int64
	Left, Right []int8
}

// File is where the file of a recording is, and how to know it.
type File struct {
	ID                           uuid.UUID
	State                        string
	SHA256                       []byte // empty: not sealed yet
	Bytes, DurationMs            int64
	Bucket, ObjectKey, VersionID string // ObjectKey empty: not stored yet
	KeyID                        string // key of the key file that opens the object; empty: it is not encrypted
	ObjectSHA256                 []byte // of the object as it lies in the storage
	ObjectBytes                  int64
}

// Action is what somebody did with a recording.
type Action string

// The closed set of actions.
const (
	ActionOpened  Action = "opened"  // looked at its page
	ActionFetched Action = "fetched" // got audio
	ActionHeard   Action = "heard"   // played it
	ActionRefused Action = "refused"
	// ActionListed: it stood in a list of what somebody was granted (S-02).
	ActionListed Action = "listed"
	// ActionDownloaded: the file was taken away.
	ActionDownloaded Action = "downloaded"
	// ActionExported: it was handed over with a filing (S-03).
	ActionExported Action = "exported"
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
	GrantID     uuid.UUID // zero: by role
}

// Granted is a recording that a grant gives, with what the grant allows (Rule
// S-02): no more of the call than its listener needs.
type Granted struct {
	Row
	Third    bool // a supervisor spoke
	GrantID  uuid.UUID
	Purpose  string
	Until    time.Time
	Download bool
}
