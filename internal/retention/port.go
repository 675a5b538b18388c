package retention

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// Store keeps holds and expiries; internal/store implements it. Every change is
// one transaction with its event.
type Store interface {
	// Holds lists the holds, those that are on first, then the newest first.
	Holds(ctx context.Context, limit int) ([]Hold, error)
	// Hold gives one; problem not_found.
	Hold(ctx context.Context, id uuid.UUID) (Hold, error)
	// HoldRecordings lists what a hold holds, the newest call first.
	HoldRecordings(ctx context.Context, id uuid.UUID, limit int) ([]Held, error)
	// HoldsOf lists the holds that are on a recording.
	HoldsOf(ctx context.Context, recordingID uuid.UUID) ([]Hold, error)
	// PlaceHold makes a hold on recordings.
	PlaceHold(ctx context.Context, h Hold, recordings []uuid.UUID, e audit.Event) error
	// AddToHold adds recordings to a hold that is on; those that it has stay.
	AddToHold(ctx context.Context, id uuid.UUID, recordings []uuid.UUID, by uuid.UUID, at time.Time, e audit.Event) error
	// ReleaseHold ends a hold that is on.
	ReleaseHold(ctx context.Context, id uuid.UUID, by uuid.UUID, at time.Time, reason string, e audit.Event) error
	// RecordingsOfCustomer gives the ids of a customer's recordings that are not deleted.
	RecordingsOfCustomer(ctx context.Context, customerID uuid.UUID) ([]uuid.UUID, error)

	// Expirable lists recordings whose retention is over at a time, that no
	// hold is on, and that are in no batch that is open or approved.
	Expirable(ctx context.Context, now time.Time, limit int) ([]Held, error)
	// Propose makes a batch of candidates; problem conflict when one is none any more.
	Propose(ctx context.Context, b Batch, recordings []uuid.UUID, now time.Time, e audit.Event) error
	// Batches lists the batches, the newest first.
	Batches(ctx context.Context, limit int) ([]Batch, error)
	// Batch gives one with its recordings; problem not_found.
	Batch(ctx context.Context, id uuid.UUID) (Batch, []Held, error)
	// Decide decides on an open batch.
	Decide(ctx context.Context, id uuid.UUID, d Decision, by uuid.UUID, at time.Time, reason string, e audit.Event) error

	Ledger
}

// Ledger is what the keeper works off.
type Ledger interface {
	// Now is the database's time.
	Now(ctx context.Context) (time.Time, error)
	// OpenDue lists stored recordings that have no end yet, by a hold or because
	// their contract has none, and whose lock ends before the given time.
	OpenDue(ctx context.Context, before time.Time, limit int) ([]Due, error)
	// PolicyDue lists stored recordings whose lock ends before their program's
	// years from its basis. It looks at every recording.
	PolicyDue(ctx context.Context, limit int) ([]Due, error)
	// Extended notes that the object's lock reaches further.
	Extended(ctx context.Context, recordingID uuid.UUID, until time.Time, e audit.Event) error
	// DoomedRecordings lists those whose deletion was approved and not done or spared.
	DoomedRecordings(ctx context.Context, limit int) ([]Doomed, error)
	// Expire moves a recording to expired; the database refuses it with T-02
	// before its date, under a hold, or without approval.
	Expire(ctx context.Context, recordingID uuid.UUID) error
	// Deleted notes that an expired recording's object is gone: state deleted.
	Deleted(ctx context.Context, d Doomed, at time.Time, e audit.Event) error
	// Spared notes why an approved recording is not deleted.
	Spared(ctx context.Context, d Doomed, reason string, e audit.Event) error
	// Count gives the figures: holds that are on, recordings under one,
	// recordings whose retention is over.
	Count(ctx context.Context, now time.Time) (holds, held, over int64, err error)
}

// Objects is the locked bucket; recording/archive implements it.
type Objects interface {
	// Now is the storage's time, by its answers.
	Now(ctx context.Context) (time.Time, error)
	// ExtendLock puts the lock of an object further off.
	ExtendLock(ctx context.Context, bucket, key, version string, until time.Time) error
	// SetHold puts the storage's own legal hold on or off, where it has one.
	SetHold(ctx context.Context, bucket, key, version string, on bool) error
	// Destroy deletes every version of an object; nil when none is there.
	Destroy(ctx context.Context, bucket, key string) error
}
