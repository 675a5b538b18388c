package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/dealing"
)

// keyed makes the condition of a list by key.
func keyed(q dealing.Query, contract string) *where {
	w := &where{}
	w.add("t.undone_at IS NULL") // their import was undone (Rule C-22)
	if q.CustomerID != uuid.Nil {
		w.add("t.customer_id = ?", q.CustomerID)
	}
	if q.ContractID != uuid.Nil {
		w.add(contract+" = ?", q.ContractID)
	}
	if q.Key != "" {
		w.add("starts_with(t.key, ?)", q.Key)
	}
	if q.After.Key != "" {
		w.add("t.key > ?", q.After.Key)
	}
	return w
}

const selectContract = `SELECT t.id, t.key, t.customer_id, c.name, t.project, t.product, t.amount_cents, t.signed_on, t.cooling_off_until, t.starts_on, t.ends_on, t.terminated_on, t.note, t.created_at, t.updated_at
	FROM contract t JOIN customer c ON c.id = t.customer_id`

func scanContract(r pgx.CollectableRow) (v dealing.Contract, err error) {
	err = r.Scan(&v.ID, &v.Key, &v.CustomerID, &v.CustomerName, &v.Project, &v.Product, &v.AmountCents, dayAt(&v.SignedOn), dayAt(&v.CoolingOffUntil), dayAt(&v.StartsOn), dayAt(&v.EndsOn),
		dayAt(&v.TerminatedOn), &v.Note, at(&v.CreatedAt), at(&v.UpdatedAt))
	return v, err
}

const selectEquipment = `SELECT t.id, t.key, t.customer_id, c.name, t.contract_id, t.project, t.model, t.product_line, t.quantity, t.amount_cents, t.shipped_on, t.arrived_on, t.installed_on, t.commissioning_on,
	t.commissioned_on, t.warranty_ends_on, t.power_manager, t.power_manager_phone, t.site_contact, t.site_phone, t.created_at, t.updated_at
	FROM equipment t JOIN customer c ON c.id = t.customer_id`

func scanEquipment(r pgx.CollectableRow) (v dealing.Equipment, err error) {
	err = r.Scan(&v.ID, &v.Key, &v.CustomerID, &v.CustomerName, &v.ContractID, &v.Project, &v.Model, &v.ProductLine, &v.Quantity, &v.AmountCents, dayAt(&v.ShippedOn), dayAt(&v.ArrivedOn),
		dayAt(&v.InstalledOn), dayAt(&v.CommissioningOn), dayAt(&v.CommissionedOn), dayAt(&v.WarrantyEndsOn), &v.PowerManager, &v.PowerManagerPhone, &v.SiteContact, &v.SitePhone, at(&v.CreatedAt), at(&v.UpdatedAt))
	return v, err
}

// Contracts lists by key.
func (s *Store) Contracts(ctx context.Context, q dealing.Query) ([]dealing.Contract, error) {
	w := keyed(q, "t.id")
	out, err := list(ctx, s.pool, scanContract, selectContract+w.sql()+` ORDER BY t.key`+w.limit(q.Limit), w.args...)
	return out, mapError("list contracts", err)
}

// Equipment lists by key.
func (s *Store) Equipment(ctx context.Context, q dealing.Query) ([]dealing.Equipment, error) {
	w := keyed(q, "t.contract_id")
	out, err := list(ctx, s.pool, scanEquipment, selectEquipment+w.sql()+` ORDER BY t.key`+w.limit(q.Limit), w.args...)
	return out, mapError("list equipment", err)
}

const selectEvent = `SELECT t.id, t.key, t.kind, t.customer_id, c.name, t.contract_id, t.equipment_id, t.amount_cents, t.occurred_on, t.first_on, t.note, t.derived,
	t.withdrawn_at, t.withdraw_reason, t.created_by, t.created_at, t.updated_at FROM business_event t JOIN customer c ON c.id = t.customer_id`

func scanBusinessEvent(r pgx.CollectableRow) (v dealing.Event, err error) {
	err = r.Scan(&v.ID, &v.Key, &v.Kind, &v.CustomerID, &v.CustomerName, &v.ContractID, &v.EquipmentID, &v.AmountCents, dayAt(&v.OccurredOn), dayAt(&v.FirstOn), &v.Note, &v.Derived,
		at(&v.WithdrawnAt), &v.WithdrawReason, &v.CreatedBy, at(&v.CreatedAt), at(&v.UpdatedAt))
	return v, err
}

// BusinessEvents lists the latest day first.
func (s *Store) BusinessEvents(ctx context.Context, q dealing.Query) ([]dealing.Event, error) {
	w := &where{}
	if q.CustomerID != uuid.Nil {
		w.add("t.customer_id = ?", q.CustomerID)
	}
	if q.ContractID != uuid.Nil {
		w.add("t.contract_id = ?", q.ContractID)
	}
	if q.Kind != "" {
		w.add("t.kind = ?", string(q.Kind))
	}
	if q.Key != "" {
		w.add("starts_with(t.key, ?)", q.Key)
	}
	if !q.From.IsZero() {
		w.add("t.occurred_on >= ?", q.From.UTC())
	}
	if !q.Until.IsZero() {
		w.add("t.occurred_on <= ?", q.Until.UTC())
	}
	if q.After.ID != uuid.Nil {
		w.add("(t.occurred_on, t.id) < (?::date, ?)", q.After.Day.UTC(), q.After.ID)
	}
	out, err := list(ctx, s.pool, scanBusinessEvent, selectEvent+w.sql()+` ORDER BY t.occurred_on DESC, t.id DESC`+w.limit(q.Limit), w.args...)
	return out, mapError("list events", err)
}

// BusinessEvent gives one.
func (s *Store) BusinessEvent(ctx context.Context, id uuid.UUID) (dealing.Event, error) {
	v, err := one(ctx, s.pool, scanBusinessEvent, selectEvent+` WHERE t.id = $1`, id)
	return v, mapError("look up event", err)
}

// CustomerIDs gives, of the given codes, those that exist.
func (s *Store) CustomerIDs(ctx context.Context, codes []string) (map[string]uuid.UUID, error) {
	return s.keyIDs(ctx, "customer", codes)
}

// ContractKeys gives, of the given keys, those that exist.
func (s *Store) ContractKeys(ctx context.Context, keys []string) (map[string]uuid.UUID, error) {
	return s.keyIDs(ctx, "contract", keys)
}

// EquipmentKeys gives, of the given keys, those that exist.
func (s *Store) EquipmentKeys(ctx context.Context, keys []string) (map[string]uuid.UUID, error) {
	return s.keyIDs(ctx, "equipment", keys)
}

func (s *Store) keyIDs(ctx context.Context, table string, keys []string) (map[string]uuid.UUID, error) {
	out := make(map[string]uuid.UUID, len(keys))
	column := "key"
	if table == "customer" {
		column = "code"
	}
	rows, err := s.pool.Query(ctx, `SELECT `+column+`, id FROM `+table+` WHERE `+column+` = ANY($1)`, keys)
	if err != nil {
		return nil, mapError("look up keys", err)
	}
	var (
		key string
		id  uuid.UUID
	)
	_, err = pgx.ForEachRow(rows, []any{&key, &id}, func() error {
		out[key] = id
		return nil
	})
	return out, mapError("look up keys", err)
}

// ProductLines lists by name.
func (s *Store) ProductLines(ctx context.Context) ([]dealing.ProductLine, error) {
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (l dealing.ProductLine, err error) {
		err = r.Scan(&l.Name, &l.Warranty)
		return l, err
	}, `SELECT name, warranty FROM product_line ORDER BY name`)
	return out, mapError("list product lines", err)
}
