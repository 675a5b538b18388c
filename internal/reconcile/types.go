// Package reconcile compares what was called with what was recorded, the rows
// with the objects in the storage, and sealed hashes with what lies there, daily
// and on demand (Rules T-01, T-02). Each difference is an item that somebody
// closes with a reason; none is closed by itself.
//
// Rows are compared by the [Store], objects are listed by the day they were
// opened and asked for through [Objects]; a random share is read as a whole. One
// goroutine waits for the daily run and one makes a run at a time; Stop ends and
// awaits both.
package reconcile

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// Kind is what does not fit.
type Kind string

// The closed set of differences, the words of reconcile_item.kind.
const (
	CallWithoutRecording   Kind = "call_without_recording"   // failed, missing, or still not stored a day after the call
	RecordingWithoutObject Kind = "recording_without_object" // the row says stored, the storage does not have it
	ObjectWithoutRow       Kind = "object_without_row"
	DurationDiffers        Kind = "duration_differs" // by more than a second, from its first sample to the call's end
	ChannelEmpty           Kind = "channel_empty"    // of a call in which agent and customer were connected
	HashDiffers            Kind = "hash_differs"     // read as a whole, or already by its length
)

// Kinds lists them all.
func Kinds() []Kind {
	return []Kind{CallWithoutRecording, RecordingWithoutObject, ObjectWithoutRow, DurationDiffers, ChannelEmpty, HashDiffers}
}

// Difference is what a run found. The same Kind, Ref and Found are the same item.
type Difference struct {
	Kind                Kind
	Ref                 string
	CallID, RecordingID uuid.UUID // zero: none
	Expected, Found     string
}

// Item is a difference and what became of it.
type Item struct {
	Difference
	ID              uuid.UUID
	FoundAt, SeenAt time.Time
	ClosedAt        time.Time // zero: open
	ClosedBy        uuid.UUID
	ClosedByName    string
	Reason          string
}

// Run is one comparison of the calls and recordings that began in [From, To).
type Run struct {
	ID                                      uuid.UUID
	Instance                                string
	AskedBy                                 uuid.UUID // zero: it was due
	AskedByName                             string
	From, To                                time.Time
	StartedAt, EndedAt                      time.Time // EndedAt zero: under way, or its process was ended
	Calls, Recordings, Objects, Read, Found int64
	Error                                   string // why not everything could be looked at
}

// Stored is a recording that the rows say is in the storage.
type Stored struct {
	RecordingID, CallID    uuid.UUID // CallID zero: a test call
	OpenedAt               time.Time
	Bucket, Key, VersionID string
	KeyID                  string
	ObjectSHA256, SHA256   []byte
	ObjectBytes, Bytes     int64 // ObjectBytes 0: not known
}

// Listed is an object as the storage lists it.
type Listed struct {
	Key        string
	Bytes      int64
	ModifiedAt time.Time
}

// Query selects items, newest first.
type Query struct {
	Kind   Kind // empty: all
	Closed bool // closed ones instead of open ones
	Limit  int
	// Before is the last item of the page before; zero: the newest.
	BeforeAt time.Time
	BeforeID uuid.UUID
}

// Store keeps runs and items and compares rows.
type Store interface {
	// OpenRun notes the begin of a run. ok is false when gap is not zero and a
	// run that was due began within gap, on any instance. One that did not end,
	// or could not look at everything, is made again after an hour.
	OpenRun(ctx context.Context, r Run, gap time.Duration) (ok bool, err error)
	// EndRun notes the end of a run with what it found.
	EndRun(ctx context.Context, r Run, found []Difference) error
	// CompareRows gives the differences that rows alone show, and how many
	// calls and recordings were compared. What ended before overdue must be stored.
	CompareRows(ctx context.Context, from, to, overdue time.Time) (found []Difference, calls, recordings int64, err error)
	// StoredBetween lists stored recordings opened in [from, to), by opened_at and id.
	StoredBetween(ctx context.Context, from, to time.Time) ([]Stored, error)
	// KeysOf gives the object keys of recordings; without a row there is none.
	KeysOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error)
	// SampleStored gives n stored recordings of the whole archive at random.
	SampleStored(ctx context.Context, n int) ([]Stored, error)
	// Runs gives the newest runs; Items a page, one more than Limit when another follows.
	Runs(ctx context.Context, limit int) ([]Run, error)
	Items(ctx context.Context, q Query) ([]Item, error)
	// OpenItems counts the open items by kind.
	OpenItems(ctx context.Context) (map[Kind]int64, error)
	// CloseItem closes an open item, with its row in the audit log; problem
	// not_found, or conflict item_closed.
	CloseItem(ctx context.Context, id, by uuid.UUID, reason string, e audit.Event) error
}

// Errors of Objects.
var (
	// ErrGone: the storage answers and does not have the object.
	ErrGone = errors.New("the object is not there")
	// ErrDiffers: the object is not what was stored, or the recording in it not
	// what was sealed.
	ErrDiffers = errors.New("the object differs")
)

// Objects is the storage.
type Objects interface {
	// List gives the objects of recordings that were opened on a day (UTC).
	List(ctx context.Context, day time.Time) ([]Listed, error)
	// Has asks for an object; ErrGone.
	Has(ctx context.Context, s Stored) error
	// Read reads an object as a whole and compares it; ErrGone, ErrDiffers.
	Read(ctx context.Context, s Stored) error
}
