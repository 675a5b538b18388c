package dealing

import (
	"context"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/calendar"
)

// Query selects contracts, equipment or events, the latest change first (events:
// the latest day first). Zero values do not filter.
type Query struct {
	CustomerID  uuid.UUID
	ContractID  uuid.UUID
	Kind        Kind   // events only
	Key         string // the beginning of the key
	From, Until calendar.Date
	Limit       int // 0: no limit
	After       Cursor
}

// Cursor is the key of the last row of a page; zero starts at the first.
type Cursor struct {
	Day calendar.Date // of events
	Key string        // of contracts and equipment, which are listed by it
	ID  uuid.UUID
}

// Store keeps contracts, equipment and events. The Put methods take rows that
// [Check] has found right, no key twice, in one transaction: a row whose key is
// not there is inserted with its ID and CreatedAt, otherwise the one that is
// there takes its values and UpdatedAt if any of them differs. A key that belongs
// to another customer gives problem conflict. The results are in the order of
// the rows. The days of contracts and equipment become events by themselves.
type Store interface {
	PutContracts(ctx context.Context, rows []Contract, e audit.Event) ([]Put, error)
	PutEquipment(ctx context.Context, rows []Equipment, e audit.Event) ([]Put, error)
	// PutEvents takes back a withdrawal where the event is handed in again. It
	// gives problem conflict where contract or equipment has an event of the
	// kind already, under another key.
	PutEvents(ctx context.Context, rows []Event, e audit.Event) ([]Put, error)
	// WithdrawEvents withdraws those that are not; it gives how many.
	WithdrawEvents(ctx context.Context, ids []uuid.UUID, e audit.Event) (int, error)

	Contracts(ctx context.Context, q Query) ([]Contract, error)
	Equipment(ctx context.Context, q Query) ([]Equipment, error)
	BusinessEvents(ctx context.Context, q Query) ([]Event, error)
	// BusinessEvent gives one; problem not_found.
	BusinessEvent(ctx context.Context, id uuid.UUID) (Event, error)
	// CustomerIDs gives, of the given customer codes, those that exist.
	CustomerIDs(ctx context.Context, codes []string) (map[string]uuid.UUID, error)
	// ContractKeys and EquipmentKeys give, of the given business keys, those that exist.
	ContractKeys(ctx context.Context, keys []string) (map[string]uuid.UUID, error)
	EquipmentKeys(ctx context.Context, keys []string) (map[string]uuid.UUID, error)

	ProductLines(ctx context.Context) ([]ProductLine, error) // by name
	// SetProductLine also computes the warranty of the line's equipment anew.
	SetProductLine(ctx context.Context, l ProductLine, e audit.Event) error
}
