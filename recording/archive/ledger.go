package archive

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/recording/wav"
)

// Ledger keeps where each recording of an instance stands (design 6). Every
// method is one transaction and may be repeated without a second effect;
// internal/store implements it on the table recording.
type Ledger interface {
	// Sealed notes what was sealed: opened|spooling -> sealed, due for upload
	// at once. A recording that is further already is left as it is.
	Sealed(ctx context.Context, s SealedRow) error
	// Spooling: opened -> spooling.
	Spooling(ctx context.Context, id uuid.UUID) error
	// ClaimUpload gives the recording of the instance that was sealed first of those in sealed,
	// uploading or stored whose upload_at is due, moves sealed to uploading,
	// counts the try, and puts upload_at ahead by lease so that nobody else
	// takes it meanwhile. ok is false when none is due.
	ClaimUpload(ctx context.Context, instance string, now time.Time, lease time.Duration) (item Item, ok bool, err error)
	// Resume makes everything of the instance that waits due now: claims of a
	// process that was killed in an upload would else hold until their lease ends.
	Resume(ctx context.Context, instance string, now time.Time) error
	// PutOff notes why an upload did not succeed and when to try again.
	PutOff(ctx context.Context, id uuid.UUID, reason string, next time.Time) error
	// Stored: uploading -> stored, with where the object is and until when it is locked.
	Stored(ctx context.Context, id uuid.UUID, o Object, at time.Time) error
	// Verified: stored -> verified; release of the local copy is due at releaseAt.
	Verified(ctx context.Context, id uuid.UUID, at time.Time) error
	// Drawn keeps the wave form of a recording; another one takes its place.
	Drawn(ctx context.Context, id uuid.UUID, p Peaks) error
	// Failed: the recording cannot be stored (state failed), with the reason.
	Failed(ctx context.Context, id uuid.UUID, reason string) error
	// Missing: nothing is left to store (state missing), with the reason.
	Missing(ctx context.Context, id uuid.UUID, reason string) error
	// ReleaseDue lists verified recordings of the instance whose local copy
	// may go: verified before the given time and not released.
	ReleaseDue(ctx context.Context, instance string, verifiedBefore time.Time, limit int) ([]uuid.UUID, error)
	// Released notes that the local copy is gone.
	Released(ctx context.Context, id uuid.UUID, at time.Time) error
	// Backlog counts what waits for the S3 service (sealed, uploading, stored
	// without having been asked for again), and what cannot go there any more.
	Backlog(ctx context.Context, instance string) (Backlog, error)
	// Lost lists recordings of the instance that failed or were missing before
	// they were stored.
	Lost(ctx context.Context, instance string) ([]uuid.UUID, error)
	// Found: failed|missing -> due for upload, as the spool has it after all.
	Found(ctx context.Context, s SealedRow) error
	// Unsealed lists recordings of the instance that the ledger believes open.
	Unsealed(ctx context.Context, instance string) ([]uuid.UUID, error)
}

// Peaks is the wave form of a recording.
type Peaks = wav.Peaks

// SealedRow is what sealing found out about a recording.
type SealedRow struct {
	RecordingID uuid.UUID
	SealedAt    time.Time
	StartedAt   time.Time // first sample
	Duration    time.Duration
	Bytes       int64
	SHA256      [32]byte
	Law         string // alaw | mulaw
	LeftActive  time.Duration
	RightActive time.Duration
	EmptyLeft   bool
	EmptyRight  bool
	Interrupted bool
	Facts       []byte // JSON: counters and marks
}

// Item is a recording that is due for upload.
type Item struct {
	RecordingID uuid.UUID
	CallID      uuid.UUID
	State       string // uploading, or stored when only the verification is missing
	CallEnd     time.Time
	OpenedAt    time.Time
	RetainYears int // of the call's program, at least 3 (Rule T-02)
	SHA256      [32]byte
	Bytes       int64
	Tries       int
	Object      Object // set when State is stored
}

// Object is a recording's place in the S3 service.
type Object struct {
	Bucket, Key, VersionID string
	LockMode               string // COMPLIANCE
	RetainUntil            time.Time
	// What is stored: the encrypted recording when KeyID is set, else the
	// recording as it was sealed.
	RecordingID uuid.UUID
	KeyID       string
	SHA256      [32]byte
	Bytes       int64
}

// Backlog is what waits.
type Backlog struct {
	Count  int64
	Bytes  int64
	Oldest time.Time // sealed_at of the oldest; zero when none waits
	// Failed and Missing are the recordings in these states, which somebody
	// must look into.
	Failed, Missing int64
}
