package intake

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
)

// Once names what happens to a contract or to a piece of equipment once.
type Once struct {
	Of   uuid.UUID
	Kind dealing.Kind
}

// Store keeps batches, their rows, and what they did.
type Store interface {
	// InsertBatch keeps a batch with its rows.
	InsertBatch(ctx context.Context, b Batch, t Table, e audit.Event) error
	// UpdateCheck writes mapping, counts and problems of a batch that is still checked.
	UpdateCheck(ctx context.Context, b Batch) error
	// ImportBatch gives one with its problems; problem not_found.
	ImportBatch(ctx context.Context, id uuid.UUID) (Batch, error)
	// ImportBatches lists the newest first, without problems.
	ImportBatches(ctx context.Context, q BatchQuery) ([]Batch, error)
	// ImportRows gives rows in order; limit 0: all of them.
	ImportRows(ctx context.Context, id uuid.UUID, limit int) ([]Row, error)
	// ApplyBatch writes the items, what each did, and the batch as applied, in
	// one transaction; the counts are what truly became of them. Problem conflict
	// when the batch is not checked any more.
	ApplyBatch(ctx context.Context, b Batch, items []Item, words map[string]string, e audit.Event) (Counts, error)
	// UndoBatch takes back what an applied batch did, all or nothing; problem
	// refused with rule C-22 and reason used when something has used it.
	UndoBatch(ctx context.Context, b Batch, e audit.Event) error

	// Words are the fields that were chosen for words of headers, of that feed
	// before those of any.
	Words(ctx context.Context, k Kind, feed uuid.UUID) (map[string]string, error)

	CustomersByCode(ctx context.Context, codes []string) (map[string]customer.Customer, error)
	ContractsByKey(ctx context.Context, keys []string) (map[string]dealing.Contract, error)
	EquipmentByKey(ctx context.Context, keys []string) (map[string]dealing.Equipment, error)
	EventsByKey(ctx context.Context, keys []string) (map[string]dealing.Event, error)
	// EventsOnce gives the events of those contracts and equipment, by key.
	EventsOnce(ctx context.Context, of []uuid.UUID) (map[Once]string, error)
	Departments(ctx context.Context) ([]access.Department, error)
	UserByLogin(ctx context.Context, login string) (access.User, string, error)

	FeedStore
}

// FeedStore keeps the feeds.
type FeedStore interface {
	InsertFeed(ctx context.Context, f Feed, e audit.Event) error
	UpdateFeed(ctx context.Context, f Feed, e audit.Event) error
	Feed(ctx context.Context, id uuid.UUID) (Feed, error)
	// Feeds lists them by name, with the misses that nothing came for since.
	Feeds(ctx context.Context) ([]Feed, error)
	// FeedCame reports whether an applied batch is of the feed's week.
	FeedCame(ctx context.Context, feed uuid.UUID, week calendar.Date) (bool, error)
	// NoteMiss notes it once, whichever instance is first.
	NoteMiss(ctx context.Context, feed uuid.UUID, week calendar.Date, at time.Time, e audit.Event) (first bool, err error)
}

// BatchQuery selects batches.
type BatchQuery struct {
	Kind   Kind
	State  State
	FeedID uuid.UUID
	Before time.Time // when they were made
	ID     uuid.UUID
	Limit  int
}
