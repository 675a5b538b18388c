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
	// StoredFile says where the file of a recording is, also of one that belongs
	// to a test call; problem not_found.
	StoredFile(ctx context.Context, id uuid.UUID) (File, error)
	// Accesses of a recording, newest first.
	Accesses(ctx context.Context, recordingID uuid.UUID, limit int) ([]Access, error)
	AppendAccess(ctx context.Context, a Access) error
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
