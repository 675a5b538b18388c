package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/dealing"
	"huifang/internal/problem"
)

var _ dealing.Store = (*Store)(nil)

// put runs an upsert in a transaction, and adds up what became of the rows.
func (s *Store) put(ctx context.Context, table string, e audit.Event, upsert func(tx pgx.Tx) ([]dealing.Put, error)) (out []dealing.Put, err error) {
	err = s.change(ctx, "take "+table, func(tx pgx.Tx) error {
		var err error
		if out, err = upsert(tx); err != nil {
			return err
		}
		n := dealing.Count(out)
		e.Detail["created"], e.Detail["changed"], e.Detail["unchanged"] = n.Created, n.Changed, n.Unchanged
		return insertEvent(ctx, tx, e)
	})
	return out, err
}

// putIn runs an upsert that gives id, key and whether the row is new of all rows
// that it wrote, and says what became of each row.
func putIn(ctx context.Context, tx pgx.Tx, table string, keys []string, customers []uuid.UUID, sql string, args ...any) ([]dealing.Put, error) {
	out, at := make([]dealing.Put, len(keys)), make(map[string]int, len(keys))
	for i, k := range keys {
		at[k] = i
	}
	var (
		id, owner uuid.UUID
		key       string
		created   bool
		wrong     []problem.Field
	)
	rows, err := tx.Query(ctx, `SELECT id, key, customer_id FROM `+table+` WHERE key = ANY($1) ORDER BY key FOR UPDATE`, keys)
	if err != nil {
		return nil, err
	}
	if _, err = pgx.ForEachRow(rows, []any{&id, &key, &owner}, func() error {
		out[at[key]] = dealing.Put{ID: id}
		if owner != customers[at[key]] {
			wrong = append(wrong, problem.Field{Location: "key", Message: "belongs to another customer", Value: key})
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		p := problem.Conflict("other_customer", "a key belongs to another customer")
		p.Fields = wrong
		return nil, p
	}
	if rows, err = tx.Query(ctx, sql, args...); err != nil {
		return nil, err
	}
	_, err = pgx.ForEachRow(rows, []any{&id, &key, &created}, func() error {
		out[at[key]] = dealing.Put{ID: id, Created: created, Changed: !created}
		return nil
	})
	return out, err
}

// PutContracts inserts and corrects by key. Rule C-22.
func (s *Store) PutContracts(ctx context.Context, rows []dealing.Contract, e audit.Event) ([]dealing.Put, error) {
	return s.put(ctx, "contract", e, func(tx pgx.Tx) ([]dealing.Put, error) { return putContracts(ctx, tx, rows, e.At) })
}

func putContracts(ctx context.Context, tx pgx.Tx, rows []dealing.Contract, at time.Time) ([]dealing.Put, error) {
	type c = dealing.Contract
	keys, customers := columnOf(rows, func(v c) string { return v.Key }), columnOf(rows, func(v c) uuid.UUID { return v.CustomerID })
	return putIn(ctx, tx, "contract", keys, customers, `
		INSERT INTO contract AS t (id, key, customer_id, project, product, amount_cents, signed_on, cooling_off_until, starts_on, ends_on, terminated_on, note, created_at, updated_at)
		SELECT id, key, customer_id, project, product, amount, signed, cooling, starts, ends, terminated, note, $13, $13
		FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::date[], $8::date[], $9::date[], $10::date[], $11::date[], $12::text[])
		     AS r (id, key, customer_id, project, product, amount, signed, cooling, starts, ends, terminated, note) ORDER BY key
		ON CONFLICT (key) DO UPDATE SET project = excluded.project, product = excluded.product, amount_cents = excluded.amount_cents, signed_on = excluded.signed_on,
		       cooling_off_until = excluded.cooling_off_until, starts_on = excluded.starts_on, ends_on = excluded.ends_on, terminated_on = excluded.terminated_on,
		       note = excluded.note, updated_at = excluded.updated_at
		WHERE (t.project, t.product, t.amount_cents, t.signed_on, t.cooling_off_until, t.starts_on, t.ends_on, t.terminated_on, t.note) IS DISTINCT FROM
		      (excluded.project, excluded.product, excluded.amount_cents, excluded.signed_on, excluded.cooling_off_until, excluded.starts_on, excluded.ends_on, excluded.terminated_on, excluded.note)
		RETURNING id, key, xmax = 0`,
		columnOf(rows, func(v c) uuid.UUID { return v.ID }), keys, customers, columnOf(rows, func(v c) string { return v.Project }), columnOf(rows, func(v c) string { return v.Product }),
		columnOf(rows, func(v c) int64 { return v.AmountCents }), columnOf(rows, func(v c) *time.Time { return orNullDay(v.SignedOn) }), columnOf(rows, func(v c) *time.Time { return orNullDay(v.CoolingOffUntil) }),
		columnOf(rows, func(v c) *time.Time { return orNullDay(v.StartsOn) }), columnOf(rows, func(v c) *time.Time { return orNullDay(v.EndsOn) }),
		columnOf(rows, func(v c) *time.Time { return orNullDay(v.TerminatedOn) }), columnOf(rows, func(v c) string { return v.Note }), at)
}

// PutEquipment inserts and corrects by key. Rules C-21, C-22.
func (s *Store) PutEquipment(ctx context.Context, rows []dealing.Equipment, e audit.Event) ([]dealing.Put, error) {
	return s.put(ctx, "equipment", e, func(tx pgx.Tx) ([]dealing.Put, error) { return putEquipment(ctx, tx, rows, e.At) })
}

func putEquipment(ctx context.Context, tx pgx.Tx, rows []dealing.Equipment, at time.Time) ([]dealing.Put, error) {
	type q = dealing.Equipment
	keys, customers := columnOf(rows, func(v q) string { return v.Key }), columnOf(rows, func(v q) uuid.UUID { return v.CustomerID })
	text := func(f func(q) string) []string { return columnOf(rows, f) }
	days := func(f func(q) *time.Time) []*time.Time { return columnOf(rows, f) }
	return putIn(ctx, tx, "equipment", keys, customers, `
		INSERT INTO equipment AS t (id, key, customer_id, contract_id, project, model, product_line, quantity, amount_cents, shipped_on, arrived_on, installed_on,
		       commissioning_on, commissioned_on, power_manager, power_manager_phone, site_contact, site_phone, created_at, updated_at)
		SELECT id, key, customer_id, contract_id, project, model, line, quantity, amount, shipped, arrived, installed, planned, commissioned, manager, manager_phone, site, site_phone, $19, $19
		FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::int[], $9::bigint[], $10::date[], $11::date[], $12::date[], $13::date[],
		     $14::date[], $15::text[], $16::text[], $17::text[], $18::text[])
		     AS r (id, key, customer_id, contract_id, project, model, line, quantity, amount, shipped, arrived, installed, planned, commissioned, manager, manager_phone, site, site_phone) ORDER BY key
		ON CONFLICT (key) DO UPDATE SET contract_id = excluded.contract_id, project = excluded.project, model = excluded.model, product_line = excluded.product_line, quantity = excluded.quantity,
		       amount_cents = excluded.amount_cents, shipped_on = excluded.shipped_on, arrived_on = excluded.arrived_on, installed_on = excluded.installed_on,
		       commissioning_on = excluded.commissioning_on, commissioned_on = excluded.commissioned_on, power_manager = excluded.power_manager,
		       power_manager_phone = excluded.power_manager_phone, site_contact = excluded.site_contact, site_phone = excluded.site_phone, updated_at = excluded.updated_at
		WHERE (t.contract_id, t.project, t.model, t.product_line, t.quantity, t.amount_cents, t.shipped_on, t.arrived_on, t.installed_on, t.commissioning_on, t.commissioned_on,
		       t.power_manager, t.power_manager_phone, t.site_contact, t.site_phone) IS DISTINCT FROM
		      (excluded.contract_id, excluded.project, excluded.model, excluded.product_line, excluded.quantity, excluded.amount_cents, excluded.shipped_on, excluded.arrived_on, excluded.installed_on,
		       excluded.commissioning_on, excluded.commissioned_on, excluded.power_manager, excluded.power_manager_phone, excluded.site_contact, excluded.site_phone)
		RETURNING id, key, xmax = 0`,
		columnOf(rows, func(v q) uuid.UUID { return v.ID }), keys, customers, columnOf(rows, func(v q) *[16]byte { return nullID(v.ContractID) }),
		text(func(v q) string { return v.Project }), text(func(v q) string { return v.Model }), text(func(v q) string { return v.ProductLine }),
		columnOf(rows, func(v q) int32 { return int32(v.Quantity) }), columnOf(rows, func(v q) int64 { return v.AmountCents }),
		days(func(v q) *time.Time { return orNullDay(v.ShippedOn) }), days(func(v q) *time.Time { return orNullDay(v.ArrivedOn) }), days(func(v q) *time.Time { return orNullDay(v.InstalledOn) }),
		days(func(v q) *time.Time { return orNullDay(v.CommissioningOn) }), days(func(v q) *time.Time { return orNullDay(v.CommissionedOn) }),
		text(func(v q) string { return v.PowerManager }), text(func(v q) string { return v.PowerManagerPhone }), text(func(v q) string { return v.SiteContact }), text(func(v q) string { return v.SitePhone }), at)
}

// PutEvents inserts and corrects by key. The same event is taken once. Rule C-22.
func (s *Store) PutEvents(ctx context.Context, rows []dealing.Event, e audit.Event) ([]dealing.Put, error) {
	return s.put(ctx, "business_event", e, func(tx pgx.Tx) ([]dealing.Put, error) { return putEvents(ctx, tx, rows, e.At, e.ActorID) })
}

func putEvents(ctx context.Context, tx pgx.Tx, rows []dealing.Event, at time.Time, by uuid.UUID) ([]dealing.Put, error) {
	type v = dealing.Event
	keys, customers := columnOf(rows, func(x v) string { return x.Key }), columnOf(rows, func(x v) uuid.UUID { return x.CustomerID })
	return putIn(ctx, tx, "business_event", keys, customers, `
		INSERT INTO business_event AS t (id, key, kind, customer_id, contract_id, equipment_id, amount_cents, occurred_on, first_on, note, created_by, created_at, updated_at)
		SELECT id, key, kind, customer_id, contract_id, equipment_id, amount, day, day, note, $10, $11, $11
		FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bigint[], $8::date[], $9::text[])
		     AS r (id, key, kind, customer_id, contract_id, equipment_id, amount, day, note) ORDER BY key
		ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, contract_id = excluded.contract_id, equipment_id = excluded.equipment_id, amount_cents = excluded.amount_cents,
		       occurred_on = excluded.occurred_on, note = excluded.note, withdrawn_at = NULL, withdraw_reason = '', updated_at = excluded.updated_at
		WHERE (t.kind, t.contract_id, t.equipment_id, t.amount_cents, t.occurred_on, t.note, t.withdrawn_at) IS DISTINCT FROM
		      (excluded.kind, excluded.contract_id, excluded.equipment_id, excluded.amount_cents, excluded.occurred_on, excluded.note, NULL::timestamptz)
		RETURNING id, key, xmax = 0`,
		columnOf(rows, func(x v) uuid.UUID { return x.ID }), keys, columnOf(rows, func(x v) string { return string(x.Kind) }), customers,
		columnOf(rows, func(x v) *[16]byte { return nullID(x.ContractID) }), columnOf(rows, func(x v) *[16]byte { return nullID(x.EquipmentID) }),
		columnOf(rows, func(x v) int64 { return x.AmountCents }), columnOf(rows, func(x v) *time.Time { return orNullDay(x.OccurredOn) }), columnOf(rows, func(x v) string { return x.Note }),
		orNullID(by), at)
}

// WithdrawEvents takes events back that did not happen.
func (s *Store) WithdrawEvents(ctx context.Context, ids []uuid.UUID, e audit.Event) (n int, err error) {
	err = s.change(ctx, "withdraw events", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE business_event SET withdrawn_at = $2, withdraw_reason = $3, updated_at = $2 WHERE id = ANY($1) AND withdrawn_at IS NULL`, ids, e.At, e.Reason)
		if err != nil {
			return err
		}
		if n = int(tag.RowsAffected()); n == 0 {
			return nil
		}
		return insertEvent(ctx, tx, e)
	})
	return n, err
}

// SetProductLine sets it; the trigger of equipment computes the warranty.
func (s *Store) SetProductLine(ctx context.Context, l dealing.ProductLine, e audit.Event) error {
	return s.change(ctx, "set product line", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO product_line (name, warranty, updated_at) VALUES ($1,$2,$3)
			ON CONFLICT (name) DO UPDATE SET warranty = excluded.warranty, updated_at = excluded.updated_at`, l.Name, string(l.Warranty), e.At); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE equipment SET updated_at = $2 WHERE product_line = $1`, l.Name, e.At); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}
