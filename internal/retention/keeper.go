package retention

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"huifang/internal/audit"
	"huifang/internal/problem"
)

// KeeperConfig is what a keeper is made of; all of it is required but Metrics.
type KeeperConfig struct {
	Ledger  Ledger
	Objects Objects
	Clock   func() time.Time
	Logger  *slog.Logger
	Metrics *Metrics
	Every   time.Duration // between two rounds; 0: ten minutes
}

// Keeper extends the locks of objects and deletes what was approved. Several
// instances may run one each: every step may be repeated.
type Keeper struct {
	cfg    KeeperConfig
	wake   chan struct{}
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

const (
	// holdAhead is how far the lock of a held recording reaches at least: some
	// services pass a hold over once the lock has ended (Rule T-02).
	holdAhead = 60 * 24 * time.Hour
	// clocksMayDiffer bounds how far clocks may lie apart for anything to be deleted.
	clocksMayDiffer = 5 * time.Minute
	keepBatch       = 200
	policyEvery     = 24 * time.Hour
)

// ErrClocks: the clocks of process, database and storage lie too far apart.
var ErrClocks = errors.New("clocks differ by more than five minutes: nothing expires")

// NewKeeper makes a keeper that does nothing before Start.
func NewKeeper(c KeeperConfig) *Keeper {
	if c.Every == 0 {
		c.Every = 10 * time.Minute
	}
	return &Keeper{cfg: c, wake: make(chan struct{}, 1)}
}

// Start begins the rounds.
func (k *Keeper) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	k.cancel = cancel
	k.wait.Go(func() {
		tick := time.NewTicker(k.cfg.Every)
		defer tick.Stop()
		var looked time.Time // at everything
		for policy := true; ; {
			if k.cfg.Clock().Sub(looked) > policyEvery {
				policy, looked = true, k.cfg.Clock()
			}
			if err := k.Round(ctx, policy); err != nil && ctx.Err() == nil {
				k.cfg.Metrics.failed()
				k.cfg.Logger.Error("retention is not kept up", "rule", "T-02", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				policy = false
			case <-k.wake:
				policy = true
			}
		}
	})
}

// Notify asks for a round now: something was held or approved, or a policy changed.
func (k *Keeper) Notify() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Stop ends the rounds and waits. It may be called twice.
func (k *Keeper) Stop() {
	if k.cancel != nil {
		k.cancel()
	}
	k.wait.Wait()
}

// Round extends every lock that is due, then deletes what was approved. With
// policy it looks at every recording: after a change of a program, a customer's
// contract, and once a day. A lock that cannot be extended does not keep others from it.
func (k *Keeper) Round(ctx context.Context, policy bool) error {
	now := k.cfg.Clock().UTC()
	if holds, held, over, err := k.cfg.Ledger.Count(ctx, now); err == nil {
		k.cfg.Metrics.count(holds, held, over)
	}
	err := k.extend(ctx, func() ([]Due, error) { return k.cfg.Ledger.OpenDue(ctx, now.Add(holdAhead), keepBatch) }, now)
	if policy {
		err = errors.Join(err, k.extend(ctx, func() ([]Due, error) { return k.cfg.Ledger.PolicyDue(ctx, keepBatch) }, now))
	}
	return errors.Join(err, k.delete(ctx, now))
}

func (k *Keeper) extend(ctx context.Context, next func() ([]Due, error), now time.Time) error {
	for {
		due, err := next()
		if err != nil {
			return fmt.Errorf("look for locks to extend: %w", err)
		}
		var wrong []error
		for _, d := range due {
			if d.Open { // twice as far as must be: it comes up every other month, not in every round
				d.Until = later(d.Until, now.Add(2*holdAhead))
			}
			if err := k.extendOne(ctx, d); err != nil {
				wrong = append(wrong, fmt.Errorf("recording %s: %w", d.RecordingID, err))
			}
		}
		if len(wrong) > 0 || len(due) < keepBatch {
			return errors.Join(wrong...)
		}
	}
}

// extendOne extends an object's lock first, the row after it.
func (k *Keeper) extendOne(ctx context.Context, d Due) error {
	until := d.Until.UTC().Truncate(time.Second)
	if until.Before(d.Until) {
		until = until.Add(time.Second)
	}
	if err := k.cfg.Objects.ExtendLock(ctx, d.Bucket, d.Key, d.VersionID, until); err != nil {
		return err
	}
	if d.Held {
		if err := k.cfg.Objects.SetHold(ctx, d.Bucket, d.Key, d.VersionID, true); err != nil {
			k.cfg.Logger.Warn("the storage does not take a legal hold; its lock is extended instead", "recording_id", d.RecordingID, "error", err)
		}
	}
	return k.cfg.Ledger.Extended(ctx, d.RecordingID, until, audit.Event{At: k.cfg.Clock().UTC(), Action: audit.ActionRetentionExtended,
		ObjectKind: "recording", ObjectID: d.RecordingID.String(), Rule: "T-02", Detail: map[string]any{"until": until, "held": d.Held}})
}

// clocks compares ours with the database's and the storage's: a clock that is
// ahead must not make anything expire early.
func (k *Keeper) clocks(ctx context.Context, now time.Time) error {
	db, err := k.cfg.Ledger.Now(ctx)
	if err != nil {
		return err
	}
	storage, err := k.cfg.Objects.Now(ctx)
	if err != nil {
		return err
	}
	for _, other := range []time.Time{db, storage} {
		if d := now.Sub(other).Abs(); d > clocksMayDiffer {
			return fmt.Errorf("%w (ours %s, the database's %s, the storage's %s)", ErrClocks, now.Format(time.RFC3339), db.Format(time.RFC3339), storage.Format(time.RFC3339))
		}
	}
	return nil
}

func (k *Keeper) delete(ctx context.Context, now time.Time) error {
	doomed, err := k.cfg.Ledger.DoomedRecordings(ctx, keepBatch)
	if err != nil || len(doomed) == 0 {
		return err
	}
	if err := k.clocks(ctx, now); err != nil {
		return err
	}
	var wrong []error
	for _, d := range doomed {
		if err := k.deleteOne(ctx, d); err != nil {
			wrong = append(wrong, fmt.Errorf("recording %s: %w", d.RecordingID, err))
		}
	}
	return errors.Join(wrong...)
}

// deleteOne makes a recording expired, deletes its object, and leaves the
// tombstone: its row with its hash, and the event of who proposed and approved.
func (k *Keeper) deleteOne(ctx context.Context, d Doomed) error {
	detail := map[string]any{"batch": d.BatchID, "proposed_by": d.ProposedBy, "approved_by": d.ApprovedBy,
		"sha256": hex.EncodeToString(d.SHA256), "object": d.Key, "version": d.VersionID, "retain_until": d.RetainUntil}
	event := func(action, reason string) audit.Event {
		return audit.Event{At: k.cfg.Clock().UTC(), Action: action, ObjectKind: "recording", ObjectID: d.RecordingID.String(), Rule: "T-02", Reason: reason, Detail: detail}
	}
	err := k.cfg.Ledger.Expire(ctx, d.RecordingID)
	if p, ok := errors.AsType[*problem.Error](err); ok && p.Rule == "T-02" {
		return k.cfg.Ledger.Spared(ctx, d, p.Detail, event(audit.ActionExpirySpared, p.Detail))
	}
	if err != nil {
		return err
	}
	if err := k.cfg.Objects.SetHold(ctx, d.Bucket, d.Key, d.VersionID, false); err != nil {
		k.cfg.Logger.Warn("the storage's legal hold was not taken off", "recording_id", d.RecordingID, "error", err)
	}
	if err := k.cfg.Objects.Destroy(ctx, d.Bucket, d.Key); err != nil {
		k.cfg.Metrics.refused()
		return fmt.Errorf("delete: %w", err)
	}
	return k.cfg.Ledger.Deleted(ctx, d, k.cfg.Clock().UTC(), event(audit.ActionRecordingDeleted, ""))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
