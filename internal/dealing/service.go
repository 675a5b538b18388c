package dealing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Service takes what departments hand in (Rule C-22). It may be used by many
// goroutines.
type Service struct {
	store Store
	clock func() time.Time
}

// NewService needs both.
func NewService(store Store, clock func() time.Time) (*Service, error) {
	if store == nil || clock == nil {
		return nil, errors.New("make dealing service: store and clock are required")
	}
	return &Service{store: store, clock: clock}, nil
}

// now in the precision in which it is stored.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

func keeper(who access.Principal) error {
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return problem.Forbidden("supervisor_only", "only supervisors and administrators hand in contracts, equipment and events")
	}
	return nil
}

// checkBatch names what is wrong in rows by index: rows[3].key.
func checkBatch[T any](rows []T, key func(T) string, check func(T) []problem.Field) error {
	if len(rows) == 0 || len(rows) > MaxBatch {
		return problem.BadField("rows", "must be 1 to %d", MaxBatch)
	}
	var wrong []problem.Field
	first := make(map[string]int, len(rows))
	for i, r := range rows {
		at := fmt.Sprintf("rows[%d].", i)
		for _, f := range check(r) {
			f.Location = at + f.Location
			wrong = append(wrong, f)
		}
		if n, twice := first[key(r)]; twice {
			wrong = append(wrong, problem.Field{Location: at + "key", Message: fmt.Sprintf("is the same as that of rows[%d]", n), Value: key(r)})
		} else {
			first[key(r)] = i
		}
		if len(wrong) >= 100 {
			break
		}
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	return nil
}

// PutContracts takes contracts, all or none.
func (s *Service) PutContracts(ctx context.Context, who access.Principal, rows []Contract) ([]Put, error) {
	if err := keeper(who); err != nil {
		return nil, err
	}
	now := s.now()
	for i := range rows {
		rows[i].Key = strings.TrimSpace(rows[i].Key)
		rows[i].ID, rows[i].CreatedAt, rows[i].UpdatedAt = uuid.New(), now, now
	}
	if err := checkBatch(rows, func(c Contract) string { return c.Key }, Contract.Check); err != nil {
		return nil, err
	}
	return s.store.PutContracts(ctx, rows, s.taken(who, now, audit.ActionContractsTaken, "contract", len(rows), rows[0].Key))
}

// PutEquipment takes equipment, all or none.
func (s *Service) PutEquipment(ctx context.Context, who access.Principal, rows []Equipment) ([]Put, error) {
	if err := keeper(who); err != nil {
		return nil, err
	}
	now := s.now()
	for i := range rows {
		rows[i].Key = strings.TrimSpace(rows[i].Key)
		rows[i].ID, rows[i].CreatedAt, rows[i].UpdatedAt = uuid.New(), now, now
	}
	if err := checkBatch(rows, func(c Equipment) string { return c.Key }, Equipment.Check); err != nil {
		return nil, err
	}
	return s.store.PutEquipment(ctx, rows, s.taken(who, now, audit.ActionEquipmentTaken, "equipment", len(rows), rows[0].Key))
}

// PutEvents takes events, all or none.
func (s *Service) PutEvents(ctx context.Context, who access.Principal, rows []Event) ([]Put, error) {
	if err := keeper(who); err != nil {
		return nil, err
	}
	now := s.now()
	for i := range rows {
		rows[i].Key = strings.TrimSpace(rows[i].Key)
		rows[i].ID, rows[i].CreatedBy, rows[i].CreatedAt, rows[i].UpdatedAt = uuid.New(), who.User.ID, now, now
	}
	if err := checkBatch(rows, func(c Event) string { return c.Key }, Event.Check); err != nil {
		return nil, err
	}
	return s.store.PutEvents(ctx, rows, s.taken(who, now, audit.ActionEventsTaken, "business_event", len(rows), rows[0].Key))
}

// Withdraw takes an event back that did not happen. One that comes from a day of
// a contract or of equipment is taken back there.
func (s *Service) Withdraw(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (Event, error) {
	if err := keeper(who); err != nil {
		return Event{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxNote {
		return Event{}, problem.BadField("reason", "is required, in at most %d bytes", maxNote)
	}
	v, err := s.store.BusinessEvent(ctx, id)
	if err != nil {
		return Event{}, fmt.Errorf("look up event: %w", err)
	}
	if v.Derived {
		return Event{}, problem.Conflict("derived", "the event comes from a day of its contract or equipment; change it there")
	}
	if !v.WithdrawnAt.IsZero() {
		return Event{}, problem.Conflict("withdrawn", "the event is withdrawn already")
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionEventWithdrawn, ObjectKind: "business_event", ObjectID: id.String(), Reason: reason,
		Detail: map[string]any{"key": v.Key, "kind": string(v.Kind)}, IP: who.IP}
	if _, err := s.store.WithdrawEvents(ctx, []uuid.UUID{id}, e); err != nil {
		return Event{}, fmt.Errorf("withdraw event: %w", err)
	}
	return s.store.BusinessEvent(ctx, id)
}

// SetProductLine says which end of the warranty counts (Rule C-06).
func (s *Service) SetProductLine(ctx context.Context, who access.Principal, l ProductLine) error {
	if !who.Has(access.RoleAdministrator) {
		return problem.Forbidden("administrator_only", "only an administrator sets product lines")
	}
	if l.Name = strings.TrimSpace(l.Name); l.Name == "" || len(l.Name) > maxText {
		return problem.BadField("name", "must have 1 to %d bytes", maxText)
	}
	if l.Warranty != WarrantyEarlier && l.Warranty != WarrantyLater {
		return problem.BadField("warranty", "must be %s or %s", WarrantyEarlier, WarrantyLater)
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionProductLineChanged, ObjectKind: "product_line", ObjectID: l.Name, Rule: "C-06",
		Detail: map[string]any{"warranty": string(l.Warranty)}, IP: who.IP}
	return s.store.SetProductLine(ctx, l, e)
}

// ProductLines lists those that say something.
func (s *Service) ProductLines(ctx context.Context) ([]ProductLine, error) {
	return s.store.ProductLines(ctx)
}

// CustomerIDs, ContractIDs and EquipmentIDs give, of the given codes and business
// keys, those that exist.
func (s *Service) CustomerIDs(ctx context.Context, codes []string) (map[string]uuid.UUID, error) {
	return ids(ctx, s.store.CustomerIDs, codes)
}

// ContractIDs gives those that exist.
func (s *Service) ContractIDs(ctx context.Context, keys []string) (map[string]uuid.UUID, error) {
	return ids(ctx, s.store.ContractKeys, keys)
}

// EquipmentIDs gives those that exist.
func (s *Service) EquipmentIDs(ctx context.Context, keys []string) (map[string]uuid.UUID, error) {
	return ids(ctx, s.store.EquipmentKeys, keys)
}

func ids(ctx context.Context, look func(context.Context, []string) (map[string]uuid.UUID, error), keys []string) (map[string]uuid.UUID, error) {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "" })
	if len(keys) == 0 {
		return nil, nil
	}
	return look(ctx, keys)
}

// Contracts, Equipment and Events list what the query selects.
func (s *Service) Contracts(ctx context.Context, q Query) ([]Contract, error) {
	return s.store.Contracts(ctx, q)
}

// Equipment lists what the query selects.
func (s *Service) Equipment(ctx context.Context, q Query) ([]Equipment, error) {
	return s.store.Equipment(ctx, q)
}

// Events lists what the query selects.
func (s *Service) Events(ctx context.Context, q Query) ([]Event, error) {
	return s.store.BusinessEvents(ctx, q)
}

func (s *Service) taken(who access.Principal, now time.Time, action, kind string, rows int, first string) audit.Event {
	return audit.Event{At: now, ActorID: who.User.ID, Action: action, ObjectKind: kind, Rule: "C-22",
		Detail: map[string]any{"rows": rows, "first": first}, IP: who.IP}
}
