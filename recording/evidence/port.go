package evidence

import (
	"context"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Store keeps the log. internal/store implements it; only Append, AddCheckpoint,
// CheckpointStored and AddKey change anything, and none of them what is there.
type Store interface {
	Reader
	// Append gives up to limit queued facts, oldest first, and the size of the
	// tree to build, writes what it returns and takes the facts out of the
	// queue, in one transaction that no other instance can interleave with. It
	// gives the number of leaves; 0 also while another instance is at it.
	Append(ctx context.Context, limit int, build Build) (int, error)
	// AddCheckpoint keeps a signed note; one of this size that is there stays.
	AddCheckpoint(ctx context.Context, c Checkpoint) error
	// CheckpointsToStore are those whose copy is not in the bucket yet, the
	// smallest first.
	CheckpointsToStore(ctx context.Context, limit int) ([]Checkpoint, error)
	// CheckpointStored notes where the copy in the bucket is.
	CheckpointStored(ctx context.Context, o CheckpointObject) error
	// AddTimestamp keeps a time stamp; one of this size that is there stays.
	AddTimestamp(ctx context.Context, t Timestamp) error
	// AddKey notes a verifier key; one that is known stays.
	AddKey(ctx context.Context, verifier string, at time.Time) error
}

// Build makes the leaves and nodes that follow a tree of the given size.
type Build func(size int64, nodes tlog.HashReader, queued []Queued) ([]Leaf, []tlog.Hash, error)

// Reader reads the log and the facts behind it.
type Reader interface {
	// Size is the number of leaves; Waiting the number of queued facts.
	Size(ctx context.Context) (size, waiting int64, err error)
	// Nodes gives stored hashes by their index (tlog.StoredHashIndex); ErrNodeGone.
	Nodes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)
	// Leaves gives leaves from an index on, in order.
	Leaves(ctx context.Context, from int64, limit int) ([]Leaf, error)
	// Bodies gives the facts' texts of the leaves [from, to), computed from
	// the rows as they are now; a leaf without its row is not in it.
	Bodies(ctx context.Context, from, to int64) (map[int64]string, error)
	// Unlogged lists up to limit rows in their final form that are neither in
	// the log nor in its queue.
	Unlogged(ctx context.Context, limit int) ([]Ref, error)
	// LastCheckpoint is the one of the largest size; zero when there is none.
	LastCheckpoint(ctx context.Context) (Checkpoint, error)
	// Keys are the verifier keys that the log names, the newest first.
	Keys(ctx context.Context) ([]Key, error)
	// Checkpoints by size, the smallest first.
	Checkpoints(ctx context.Context) ([]Checkpoint, error)
	// Timestamps are those of the checkpoints from a size on, the smallest first.
	Timestamps(ctx context.Context, from int64) ([]Timestamp, error)
	// CheckpointObjects are the places of their copies, the smallest first.
	CheckpointObjects(ctx context.Context) ([]CheckpointObject, error)
}

// Key is a verifier key, and since when checkpoints are signed by it.
type Key struct {
	Verifier string
	AddedAt  time.Time
}

// ErrNodeGone: the log has no hash of an index that it must have.
var ErrNodeGone = errors.New("a hash of the log of evidence is gone")

// Ref names a fact.
type Ref struct{ Kind, Ref string }

// Checkpoint is a signed statement of the log's size and root.
type Checkpoint struct {
	Size int64
	At   time.Time
	Note string
}

// CheckpointObject is the copy of a checkpoint in the bucket.
type CheckpointObject struct {
	Size        int64
	Key         string
	VersionID   string
	RetainUntil time.Time
	StoredAt    time.Time
}

// Vault is the locked bucket (Rule T-02). recording/archive implements it.
type Vault interface {
	// PutNote stores a small object once, locked until the date; the same
	// content again is success.
	PutNote(ctx context.Context, key string, body []byte, until time.Time) (CheckpointObject, error)
	// Notes lists the keys below a prefix, in their order.
	Notes(ctx context.Context, prefix string) ([]string, error)
	// Note reads one; of several versions the first.
	Note(ctx context.Context, key string) ([]byte, error)
}
