package replay

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// Store reads recordings and keeps the log of accesses.
type Store interface {
	// Recordings lists by (opened_at, id), newest first, at most q.Limit+1 rows
	// (the one more tells that another page follows).
	Recordings(ctx context.Context, q Query) ([]Row, error)
	// Recording gives one; problem not_found.
	Recording(ctx context.Context, id uuid.UUID) (Detail, error)
	// HasInterest reports whether somebody called the customer in the case of a
	// recording, or the customer is theirs or their department's. Rule C-15.
	HasInterest(ctx context.Context, userID, recordingID uuid.UUID) (bool, error)
	// StoredFile says where the file of a recording is, also of one that belongs
	// to a test call; problem not_found.
	StoredFile(ctx context.Context, id uuid.UUID) (File, error)
	// Accesses of a recording, newest first.
	Accesses(ctx context.Context, recordingID uuid.UUID, limit int) ([]Access, error)
	AppendAccess(ctx context.Context, a Access) error
	// Peaks gives the wave form of a recording that was kept; false: none was.
	Peaks(ctx context.Context, recordingID uuid.UUID) (Peaks, bool, error)
	// Comments of a recording, in the order of their places.
	Comments(ctx context.Context, recordingID uuid.UUID) ([]Comment, error)
	// AppendComment keeps a comment together with its event.
	AppendComment(ctx context.Context, c Comment, e audit.Event) error
	// Tags that a recording has, in their order.
	Tags(ctx context.Context, recordingID uuid.UUID) ([]Tag, error)
	// TagsInUse lists the tags that recordings have, the most used first.
	TagsInUse(ctx context.Context, limit int) ([]string, error)
	// Branches lists them by name.
	Branches(ctx context.Context) ([]Branch, error)
	// RatedItems lists the items that programs have rated, by key (Rule C-16).
	RatedItems(ctx context.Context) ([]Question, error)
	// AddTag puts a tag on, together with its event; false: it is on already.
	AddTag(ctx context.Context, id, recordingID uuid.UUID, tag string, e audit.Event) (bool, error)
	// RemoveTag takes a tag off, together with its event; problem not_found.
	RemoveTag(ctx context.Context, recordingID uuid.UUID, tag string, e audit.Event) error
	// SavedSearches of somebody, by name.
	SavedSearches(ctx context.Context, owner uuid.UUID) ([]SavedSearch, error)
	// SaveSearch keeps one in place of the owner's of the same name; problem
	// conflict when most others are kept already.
	SaveSearch(ctx context.Context, owner uuid.UUID, v SavedSearch, most int) error
	// DropSearch forgets one; problem not_found when it is not the owner's.
	DropSearch(ctx context.Context, owner, id uuid.UUID) error
	// Granted lists what grants give a person at a moment: not revoked, not over,
	// the account not closed, no interest in the case. One recording under
	// several grants comes once, with the one that allows most. A zero
	// recording means all.
	Granted(ctx context.Context, userID, recordingID uuid.UUID, at time.Time) ([]Granted, error)
	audit.Log
}

// Archive gives the audio of a recording from where it is stored: the object,
// or the local copy until it is up. recording/archive implements it (adapted
// by cmd).
type Archive interface {
	// OpenAudio gives the stored WAV (two-channel G.711) for reading and
	// seeking; problem unavailable when it cannot be had now.
	OpenAudio(ctx context.Context, id uuid.UUID) (Audio, error)
	// Check reads the object again and compares its hash with the row's.
	Check(ctx context.Context, id uuid.UUID) (CheckResult, error)
}

// Audio is a stored recording, open.
type Audio interface {
	io.ReadSeekCloser
	Size() int64
}

// CheckResult says whether a stored recording is still what was sealed.
type CheckResult struct {
	State       string // of the recording, now
	SHA256OK    bool
	Bytes       int64
	LockMode    string // what the storage says; empty: unknown
	RetainUntil time.Time
	RetentionOK bool // not earlier than the row's
	CheckedAt   time.Time
	Error       string // why it could not be compared
}
