package server

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/switchboard"
	"huifang/recording"
	"huifang/recording/archive"
	"huifang/recording/spool"
)

// recorders opens recordings for the switchboard and brings what they become
// into ledger and archive.
type recorders struct {
	instance string
	spool    *spool.Spool
	ledger   archive.Ledger
	uploader *archive.Uploader
	changed  func(id, callID uuid.UUID, state, errText string)
	limit    int64 // of the backlog, in bytes
	logger   *slog.Logger
	metrics  *recording.Metrics
	sealing  sync.WaitGroup
	stop     chan struct{}
	once     sync.Once
}

// Open makes a recording durable on the disk (Rule T-01). One that cannot be
// opened is shown as failed.
func (r *recorders) Open(_ context.Context, o switchboard.RecordingOrder) (switchboard.Recorder, error) {
	rec, err := r.open(o)
	if err != nil {
		r.sealing.Go(func() { r.lost(o.RecordingID, err) })
		return nil, err
	}
	return &liveRecorder{Recorder: rec, owner: r, id: o.RecordingID}, nil
}

func (r *recorders) open(o switchboard.RecordingOrder) (*recording.Recorder, error) {
	if err := r.healthy(); err != nil {
		return nil, err
	}
	return recording.Open(recording.Options{
		Spool: r.spool, RecordingID: o.RecordingID, CallID: o.CallID, Instance: r.instance,
		Failed: func(err error) { o.Failed(err.Error()) },
		FirstFrame: func() {
			r.sealing.Go(func() {
				r.persist("spooling", o.RecordingID, func(ctx context.Context) error { return r.ledger.Spooling(ctx, o.RecordingID) })
				r.changed(o.RecordingID, o.CallID, string(recording.StateSpooling), "")
			})
		},
		Logger: r.logger, Metrics: r.metrics,
	})
}

// healthy says why no call can be recorded now, or nil.
func (r *recorders) healthy() error {
	if err := r.spool.Healthy(); err != nil {
		return err
	}
	if waiting := r.uploader.Status().Backlog.Bytes; r.limit > 0 && waiting > r.limit {
		return &backlogError{waiting: waiting, limit: r.limit}
	}
	return nil
}

// backlogError refuses a recording because too many wait for the storage.
type backlogError struct{ waiting, limit int64 }

func (e *backlogError) Error() string {
	return fmt.Sprintf("%d bytes of recordings wait for the storage, %d are allowed", e.waiting, e.limit)
}

// liveRecorder seals in the background when its call is over.
type liveRecorder struct {
	*recording.Recorder
	owner *recorders
	id    uuid.UUID
}

// Close ends the recording; sealing goes on behind it.
func (l *liveRecorder) Close(reason string) {
	l.owner.sealing.Go(func() {
		sealed, err := l.Recorder.Close(reason)
		l.owner.end(l.id, sealed, err)
	})
}

// end settles a recording that was sealed, and waits for room on the disk where
// there was none: what was heard is in the log, and the next start finds it too.
func (r *recorders) end(id uuid.UUID, sealed recording.Sealed, err error) {
	if recording.NoRoom(err) {
		var e spool.Entry
		if e, err = r.spool.Find(id); err == nil {
			sealed, err = recording.SealWhenRoom(e, r.stop, func(err error) {
				r.logger.Error("recording waits for room to be sealed", "recording_id", id, "error", err)
			})
		}
	}
	switch {
	case err == nil:
		r.settle(sealed)
	case !recording.NoRoom(err):
		r.lost(id, err)
	}
}

// row is a sealed recording as the ledger notes it.
func (r *recorders) row(s recording.Sealed) archive.SealedRow {
	row, err := sealedRow(s, time.Now())
	if err != nil {
		r.logger.Error("facts of a recording not kept", "recording_id", s.RecordingID, "error", err)
	}
	return row
}

// settle notes a sealed recording and has it uploaded.
func (r *recorders) settle(s recording.Sealed) {
	row := r.row(s)
	r.persist("sealed", s.RecordingID, func(ctx context.Context) error { return r.ledger.Sealed(ctx, row) })
	r.logger.Info("recording sealed", "recording_id", s.RecordingID, "call_id", s.CallID, "duration_ms", s.Duration.Milliseconds(),
		"size_bytes", s.Bytes, "interrupted", s.Interrupted, "empty_agent", s.EmptyLeft, "empty_customer", s.EmptyRight)
	r.changed(s.RecordingID, s.CallID, string(recording.StateSealed), "")
	r.uploader.Notify()
}

// lost shows a recording that could not be sealed: its log stays in the spool.
func (r *recorders) lost(id uuid.UUID, err error) {
	r.logger.Error("recording not sealed", "recording_id", id, "error", err)
	r.persist("failed", id, func(ctx context.Context) error { return r.ledger.Failed(ctx, id, err.Error()) })
}

// missing shows a recording that the ledger knows and the disk does not.
func (r *recorders) missing(id uuid.UUID) {
	const reason = "nothing of it was found on the disk"
	r.logger.Error("recording is missing", "recording_id", id, "error", reason)
	r.persist("missing", id, func(ctx context.Context) error { return r.ledger.Missing(ctx, id, reason) })
}

// persist writes to the ledger until it succeeds: the database may be away for
// a while, the recording is safe on the disk and would be found again at the
// next start.
func (r *recorders) persist(what string, id uuid.UUID, write func(context.Context) error) {
	wait := 100 * time.Millisecond
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err := write(ctx)
		cancel()
		if err == nil {
			return
		}
		if switchboard.Permanent(err) {
			r.logger.Error("ledger refused the state of a recording", "recording_id", id, "state", what, "error", err)
			return
		}
		r.logger.Warn("state of a recording put off", "recording_id", id, "state", what, "error", err)
		select {
		case <-r.stop:
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, 5*time.Second)
	}
}

// recover seals what a crash left in the spool, tells the ledger, and shows as
// missing what the ledger believes open but the disk does not have.
func (r *recorders) recover(ctx context.Context) (int, error) {
	entries, err := r.spool.Entries()
	if err != nil {
		return 0, fmt.Errorf("read spool: %w", err)
	}
	open, err := r.ledger.Unsealed(ctx, r.instance)
	if err != nil {
		return 0, fmt.Errorf("list open recordings: %w", err)
	}
	waiting := make(map[uuid.UUID]bool, len(open))
	for _, id := range open {
		waiting[id] = true
	}
	n := 0
	for _, e := range entries {
		if !waiting[e.Meta.RecordingID] {
			continue // the ledger knows its seal
		}
		delete(waiting, e.Meta.RecordingID)
		sealed, err := recording.Seal(e)
		if recording.NoRoom(err) {
			r.sealing.Go(func() { r.end(e.Meta.RecordingID, sealed, err) })
			continue
		}
		r.end(e.Meta.RecordingID, sealed, err)
		n++
	}
	for id := range waiting {
		r.missing(id)
	}
	return n, r.findAgain(ctx, entries)
}

// findAgain takes up what was given up and is in the spool after all: its disk
// was not mounted, say, or the storage had something else under its key.
func (r *recorders) findAgain(ctx context.Context, entries []spool.Entry) error {
	lost, err := r.ledger.Lost(ctx, r.instance)
	if err != nil {
		return fmt.Errorf("list lost recordings: %w", err)
	}
	for _, e := range entries {
		if !slices.Contains(lost, e.Meta.RecordingID) {
			continue
		}
		sealed, err := recording.Seal(e)
		if err != nil {
			r.logger.Error("recording not sealed", "recording_id", e.Meta.RecordingID, "error", err)
			continue
		}
		row := r.row(sealed)
		r.persist("found", e.Meta.RecordingID, func(ctx context.Context) error { return r.ledger.Found(ctx, row) })
		r.logger.Info("recording found again", "recording_id", e.Meta.RecordingID, "call_id", e.Meta.CallID)
	}
	return nil
}

// close waits for what is being sealed, until ctx ends.
func (r *recorders) close(ctx context.Context) {
	done := make(chan struct{})
	go func() { r.sealing.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		r.once.Do(func() { close(r.stop) })
		<-done
	}
}

// localDisk is the spool as the uploader sees it.
type localDisk struct{ spool *spool.Spool }

func (d localDisk) WAV(id uuid.UUID) (string, error) {
	e, err := d.spool.Find(id)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(e.WAV()); err != nil {
		return "", fmt.Errorf("find sealed recording: %w", fs.ErrNotExist)
	}
	return e.WAV(), nil
}

func (d localDisk) Remove(id uuid.UUID) error { return d.spool.Remove(id) }
