package evidence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Config is what a log is made of.
type Config struct {
	Store  Store
	Vault  Vault
	Keys   *KeyRing
	Clock  func() time.Time
	Logger *slog.Logger
	// Every is the time between two checkpoints; 0: an hour.
	Every time.Duration
	// Authority stamps checkpoints; nil: nobody does.
	Authority *Authority
	// Metrics may be nil.
	Metrics *Metrics
}

// Log gives facts their places in the tree and signs checkpoints of it (Rule S-04). Every
// instance runs one; they do not get in each other's way.
type Log struct {
	cfg    Config
	cancel context.CancelFunc
	wait   sync.WaitGroup
	// signing: one checkpoint is made at a time.
	signing sync.Mutex
	health  atomic.Int32 // Health
	// stampTried is when the authority was asked last; the goroutine's own.
	stampTried time.Time
}

// Health is what is known of the log in comparison with the bucket.
type Health int32

// The log was not compared yet, goes on from the newest checkpoint of the
// bucket, or does not.
const (
	HealthUnknown Health = iota
	HealthGood
	HealthBad
)

// Health says what the last comparison found.
func (l *Log) Health() Health { return Health(l.health.Load()) }

// Origin is the log's name.
func (l *Log) Origin() string { return l.cfg.Keys.Origin() }

const (
	appendEvery = time.Second
	appendBatch = 1000
	stampEvery  = 30 * time.Second
	vaultLimit  = 20 * time.Second // for the bucket to answer
	// noteYears is how long a checkpoint stays locked. Later ones cover the same leaves.
	noteYears  = 3
	notePrefix = "log/checkpoint/"
)

// New makes a log that does nothing before Start.
func New(c Config) (*Log, error) {
	if c.Store == nil || c.Vault == nil || c.Keys == nil || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make evidence log: store, vault, keys, clock and logger are required")
	}
	if c.Every == 0 {
		c.Every = time.Hour
	}
	return &Log{cfg: c}, nil
}

// Start notes the public keys and begins to append and to sign.
func (l *Log) Start(ctx context.Context) error {
	for i := len(l.cfg.Keys.verifiers) - 1; i >= 0; i-- {
		if err := l.cfg.Store.AddKey(ctx, l.cfg.Keys.verifiers[i], l.cfg.Clock()); err != nil {
			return fmt.Errorf("note evidence key: %w", err)
		}
	}
	run, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.wait.Go(func() { l.run(run) })
	return nil
}

// Stop ends the goroutine and waits for it. It may be called twice.
func (l *Log) Stop() {
	if l.cancel != nil {
		l.cancel()
	}
	l.wait.Wait()
}

func (l *Log) run(ctx context.Context) {
	tick := time.NewTicker(appendEvery)
	defer tick.Stop()
	var complained time.Time
	compared := false
	for {
		err := l.round(ctx)
		if err == nil && !compared {
			err = l.Compare(ctx)
			if compared = err == nil || errors.Is(err, ErrDisagrees); compared {
				err = nil // what disagrees has been said
			}
		}
		if err != nil && ctx.Err() == nil {
			l.cfg.Metrics.failed()
			if now := l.cfg.Clock(); now.Sub(complained) > time.Minute {
				complained = now
				l.cfg.Logger.Warn("the log of evidence does not go on", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (l *Log) round(ctx context.Context) error {
	if err := l.Append(ctx); err != nil {
		return err
	}
	size, waiting, err := l.cfg.Store.Size(ctx)
	if err != nil {
		return err
	}
	last, err := l.cfg.Store.LastCheckpoint(ctx)
	if err != nil {
		return err
	}
	l.cfg.Metrics.state(size, waiting, last.At)
	if size == 0 || size == last.Size || l.cfg.Clock().Sub(last.At) < l.cfg.Every {
		err = l.copyNotes(ctx)
	} else if _, err = l.Checkpoint(ctx); err == nil {
		err = l.Compare(ctx)
	}
	if now := l.cfg.Clock(); err == nil && now.Sub(l.stampTried) > stampEvery {
		l.stampTried = now
		err = l.stampLast(ctx)
	}
	return err
}

// ErrDisagrees: the log is not the one whose newest checkpoint is in the bucket.
var ErrDisagrees = errors.New("the database's log of evidence does not go on from the newest checkpoint in the bucket: it was rolled back or altered")

// Compare holds the log against the newest checkpoint in the bucket, and raises
// the alarm when they disagree: ErrDisagrees. An empty bucket agrees with
// everything; one that is away says nothing, and the error says so.
func (l *Log) Compare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, vaultLimit) // facts wait for their places meanwhile
	defer cancel()
	keys, err := l.cfg.Vault.Notes(ctx, notePrefix)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		l.health.Store(int32(HealthGood))
		l.cfg.Metrics.compared(true)
		return nil
	}
	b, err := l.cfg.Vault.Note(ctx, keys[len(keys)-1])
	if err != nil {
		return err
	}
	s, wrong := open(string(b), l.cfg.Keys.verifiers)
	if wrong == nil {
		root, err := tlog.TreeHash(s.N, nodesOf(ctx, l.cfg.Store))
		switch {
		case errors.Is(err, ErrNodeGone):
			wrong = err
		case err != nil:
			return err // the database is away: that says nothing
		case root != s.Hash:
			wrong = errors.New("another root")
		}
	}
	l.cfg.Metrics.compared(wrong == nil)
	health := HealthGood
	if wrong != nil {
		health = HealthBad
	}
	l.health.Store(int32(health))
	if wrong != nil {
		l.cfg.Logger.Error(ErrDisagrees.Error(), "rule", "S-04", "checkpoint", keys[len(keys)-1], "error", wrong)
		return fmt.Errorf("%w: %w", ErrDisagrees, wrong)
	}
	return nil
}

// Append gives all queued facts their places.
func (l *Log) Append(ctx context.Context) error {
	for {
		n, err := l.cfg.Store.Append(ctx, appendBatch, build)
		if err != nil || n < appendBatch {
			return err
		}
	}
}

// build makes leaves and nodes; it reads the tree's right edge once.
func build(size int64, nodes tlog.HashReader, queued []Queued) ([]Leaf, []tlog.Hash, error) {
	known := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			h, ok := known[x]
			if !ok {
				return nil, fmt.Errorf("node %d is not on the right edge of the tree", x)
			}
			out[i] = h
		}
		return out, nil
	})
	if size > 0 {
		edge := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			hashes, err := nodes.ReadHashes(indexes)
			if err == nil {
				for i, x := range indexes {
					known[x] = hashes[i]
				}
			}
			return hashes, err
		})
		if _, err := tlog.TreeHash(size, edge); err != nil {
			return nil, nil, fmt.Errorf("read the edge of the tree: %w", err)
		}
	}
	var leaves []Leaf
	var added []tlog.Hash
	for i, q := range queued {
		leaf, err := q.leaf(size + int64(i))
		if err != nil {
			return nil, nil, err
		}
		hashes, err := tlog.StoredHashesForRecordHash(leaf.Index, leaf.Hash(), reader)
		if err != nil {
			return nil, nil, fmt.Errorf("hash leaf %d: %w", leaf.Index, err)
		}
		at := tlog.StoredHashIndex(0, leaf.Index)
		for k, h := range hashes {
			known[at+int64(k)] = h
		}
		leaves, added = append(leaves, leaf), append(added, hashes...)
	}
	return leaves, added, nil
}

// Checkpoint appends what waits, signs the tree and brings the note into the
// locked bucket. The note is kept in the database before it goes there; a
// bucket that is away gets it later, and the error says so.
func (l *Log) Checkpoint(ctx context.Context) (Checkpoint, error) {
	l.signing.Lock()
	defer l.signing.Unlock()
	if err := l.Append(ctx); err != nil {
		return Checkpoint{}, err
	}
	size, _, err := l.cfg.Store.Size(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	last, err := l.cfg.Store.LastCheckpoint(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	if size != last.Size {
		root, err := tlog.TreeHash(size, nodesOf(ctx, l.cfg.Store))
		if err != nil {
			return Checkpoint{}, fmt.Errorf("hash the tree: %w", err)
		}
		if last, err = l.cfg.Keys.sign(tlog.Tree{N: size, Hash: root}, l.cfg.Clock()); err != nil {
			return Checkpoint{}, err
		}
		if err := l.cfg.Store.AddCheckpoint(ctx, last); err != nil {
			return Checkpoint{}, err
		}
		if last, err = l.cfg.Store.LastCheckpoint(ctx); err != nil { // another instance may have been first
			return Checkpoint{}, err
		}
	}
	return last, l.copyNotes(ctx)
}

// copyNotes brings checkpoints into the bucket that are not there yet, the
// oldest first.
func (l *Log) copyNotes(ctx context.Context) error {
	notes, err := l.cfg.Store.CheckpointsToStore(ctx, appendBatch)
	if err != nil || len(notes) == 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, vaultLimit)
	defer cancel()
	for _, c := range notes {
		o, err := l.cfg.Vault.PutNote(ctx, noteKey(c.Size), []byte(c.Note), c.At.AddDate(noteYears, 0, 1))
		if err != nil {
			return fmt.Errorf("store checkpoint %d: %w", c.Size, err)
		}
		o.Size, o.StoredAt = c.Size, l.cfg.Clock()
		if err := l.cfg.Store.CheckpointStored(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// noteKey is where the checkpoint of a size is; keys sort by size.
func noteKey(size int64) string { return fmt.Sprintf("%s%015d.txt", notePrefix, size) }

// nodesOf reads nodes for tlog.
func nodesOf(ctx context.Context, r Reader) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return r.Nodes(ctx, indexes) })
}
