package store

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
)

var _ customer.Store = (*Store)(nil)

const customerColumns = `cu.id, cu.code, cu.kind, cu.name, cu.salutation, cu.language, cu.government, cu.time_zone, cu.grade, cu.city, cu.notes,
	cu.adviser_id, coalesce(cu_a.name,''), cu.department_id, coalesce(cu_d.name,''),
	cu.do_not_call_at, cu.do_not_call_reason, cu.do_not_call_channel, cu.created_at, cu.updated_at, coalesce(cu.contract_end::text, ''), coalesce(cu.birthday::text, ''), cu.groups, cu_d.branch_id`

const customerTables = ` customer cu LEFT JOIN app_user cu_a ON cu_a.id = cu.adviser_id LEFT JOIN department cu_d ON cu_d.id = cu.department_id`

// nameHolds rechecks what the grams have found: the text stands in a column
// with names as customer.SearchText writes it.
func nameHolds(column string) string {
	return `position(? in translate(lower(normalize(` + column + `, NFKC)), ' ·', '')) > 0`
}

// tailIs uses the index on reversed numbers; digits only.
const tailIs = `reverse(cp.number) LIKE reverse(?) || '%'`

// customerRow scans the do-not-call wish before it becomes a pointer.
type customerRow struct {
	customer.Customer
	wish customer.DoNotCall
}

func (c *customerRow) targets() []any {
	return []any{&c.ID, &c.Code, &c.Kind, &c.Name, &c.Salutation, &c.Language, &c.Government, &c.TimeZone, &c.Grade, &c.City, &c.Notes,
		&c.AdviserID, &c.AdviserName, &c.DepartmentID, &c.DepartmentName,
		at(&c.wish.Since), &c.wish.Reason, &c.wish.Channel, at(&c.CreatedAt), at(&c.UpdatedAt), &c.ContractEnd, &c.Birthday, &c.Groups, &c.BranchID}
}

func (c *customerRow) get() customer.Customer {
	if !c.wish.Since.IsZero() {
		wish := c.wish
		c.DoNotCall = &wish
	}
	return c.Customer
}

func scanCustomer(r pgx.CollectableRow) (customer.Customer, error) {
	var c customerRow
	err := r.Scan(c.targets()...)
	return c.get(), err
}

// Customer gives one with its contact points.
func (s *Store) Customer(ctx context.Context, id uuid.UUID) (customer.Customer, error) {
	c, err := one(ctx, s.pool, scanCustomer, `SELECT `+customerColumns+` FROM`+customerTables+` WHERE cu.id = $1`, id)
	if err != nil {
		return customer.Customer{}, mapError("look up customer", err)
	}
	cs := []customer.Customer{c}
	if err = addContactPoints(ctx, s.pool, cs); err == nil {
		err = addConsents(ctx, s.pool, cs)
	}
	return cs[0], mapError("list contact points", err)
}

const (
	maxCustomers     = 200
	defaultCustomers = 50
)

// Customers lists matches by code.
func (s *Store) Customers(ctx context.Context, q customer.Query) ([]customer.Customer, error) {
	var w where
	if cond, args := matchCustomer(q.Text, q.Grams, q.Tail); cond != "" {
		w.add(cond, args...)
	}
	limit := min(cmp.Or(max(q.Limit, 0), defaultCustomers), maxCustomers)
	cs, err := list(ctx, s.pool, scanCustomer, `SELECT `+customerColumns+` FROM`+customerTables+w.sql()+` ORDER BY cu.code`+w.limit(limit), w.args...)
	if err == nil {
		err = addContactPoints(ctx, s.pool, cs)
	}
	return cs, mapError("list customers", err)
}

// matchCustomer gives the condition for a text in the search box: part of the
// name, beginning of the code, or last digits of a number.
func matchCustomer(text string, grams []string, tail string) (string, []any) {
	if text == "" && tail == "" {
		return "", nil
	}
	if grams == nil {
		grams = []string{}
	}
	cond := `cu.name_grams @> ? AND ` + nameHolds("cu.name") + ` OR starts_with(lower(cu.code), ?)`
	args := []any{grams, text, text}
	if text == "" {
		cond, args = "false", nil
	}
	if tail != "" {
		cond += ` OR EXISTS (SELECT 1 FROM contact_point cp WHERE cp.customer_id = cu.id AND ` + tailIs + `)`
		args = append(args, tail)
	}
	return cond, args
}

// addContactPoints reads the contact points of the customers at once.
func addContactPoints(ctx context.Context, q querier, cs []customer.Customer) error {
	if len(cs) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(cs))
	for i := range cs {
		ids[i] = cs[i].ID
	}
	type owned struct {
		owner uuid.UUID
		customer.ContactPoint
	}
	points, err := list(ctx, q, func(r pgx.CollectableRow) (p owned, err error) {
		var number string
		err = r.Scan(&p.owner, &p.ID, &number, &p.Label, &p.Position, at(&p.InvalidAt))
		p.Number = customer.StoredNumber(number)
		return p, err
	}, `SELECT customer_id, id, number, label, position, invalid_at FROM contact_point
		WHERE customer_id = ANY($1) ORDER BY customer_id, position, id`, ids)
	if err != nil {
		return err
	}
	by := make(map[uuid.UUID][]customer.ContactPoint)
	for _, p := range points {
		by[p.owner] = append(by[p.owner], p.ContactPoint)
	}
	for i := range cs {
		cs[i].ContactPoints = by[cs[i].ID]
	}
	return nil
}

// InsertCustomer makes a customer with its contact points.
func (s *Store) InsertCustomer(ctx context.Context, c customer.Customer, e audit.Event) error {
	return s.change(ctx, "insert customer", func(tx pgx.Tx) error {
		if err := insertCustomer(ctx, tx, c); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

func insertCustomer(ctx context.Context, tx pgx.Tx, c customer.Customer) error {
	wish := wishOf(c)
	_, err := tx.Exec(ctx, `
		INSERT INTO customer (id, code, kind, name, name_grams, salutation, language, government, time_zone, grade, city, notes,
		       adviser_id, department_id, do_not_call_at, do_not_call_reason, do_not_call_channel, created_at, updated_at, contract_end, birthday)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20::text::date,$21::text::date)`,
		c.ID, c.Code, string(c.Kind), c.Name, customer.NameGrams(c.Name), c.Salutation, c.Language, c.Government, c.TimeZone, c.Grade, c.City,
		c.Notes, orNullID(c.AdviserID), orNullID(c.DepartmentID), orNullTime(wish.Since), wish.Reason, string(wish.Channel), c.CreatedAt, c.UpdatedAt, orNull(c.ContractEnd), orNull(c.Birthday))
	if err != nil {
		return err
	}
	return putContactPoints(ctx, tx, c.ID, c.ContactPoints)
}

func wishOf(c customer.Customer) customer.DoNotCall {
	if c.DoNotCall == nil {
		return customer.DoNotCall{}
	}
	return *c.DoNotCall
}

// putContactPoints inserts new ones and updates label, position and validity
// of known ones. The number of a known one stays: calls refer to it.
func putContactPoints(ctx context.Context, tx pgx.Tx, customerID uuid.UUID, points []customer.ContactPoint) error {
	for _, p := range points {
		_, err := tx.Exec(ctx, `
			INSERT INTO contact_point (id, customer_id, number, label, position, invalid_at) VALUES ($1,$2,$3,$4,$5,$6)
			ON CONFLICT (id) DO UPDATE SET label = excluded.label, position = excluded.position, invalid_at = excluded.invalid_at
			WHERE contact_point.customer_id = excluded.customer_id`,
			p.ID, customerID, p.Number.Reveal(), p.Label, p.Position, orNullTime(p.InvalidAt))
		if err != nil {
			return err
		}
	}
	return nil
}

// UpdateCustomer changes a customer that is still as it was read.
func (s *Store) UpdateCustomer(ctx context.Context, c customer.Customer, seen time.Time, e audit.Event) error {
	return s.change(ctx, "update customer", func(tx pgx.Tx) error {
		wish := wishOf(c)
		tag, err := tx.Exec(ctx, `
			UPDATE customer SET kind = $3, name = $4, name_grams = $5, salutation = $6, language = $7, government = $8, time_zone = $9,
			       grade = $10, city = $11, notes = $12, adviser_id = $13, department_id = $14,
			       do_not_call_at = $15, do_not_call_reason = $16, do_not_call_channel = $17, updated_at = $18, contract_end = $19::text::date, birthday = $20::text::date
			WHERE id = $1 AND updated_at = $2`,
			c.ID, seen, string(c.Kind), c.Name, customer.NameGrams(c.Name), c.Salutation, c.Language, c.Government, c.TimeZone, c.Grade,
			c.City, c.Notes, orNullID(c.AdviserID), orNullID(c.DepartmentID), orNullTime(wish.Since), wish.Reason, string(wish.Channel), c.UpdatedAt, orNull(c.ContractEnd), orNull(c.Birthday))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			var there bool
			if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM customer WHERE id = $1)`, c.ID).Scan(&there); err != nil {
				return err
			}
			if !there {
				return pgx.ErrNoRows
			}
			return changedMeanwhile("customer")
		}
		if err := putContactPoints(ctx, tx, c.ID, c.ContactPoints); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// AssignedTo reports whether the user has a task of the customer, or had one
// that was closed within 90 days. Rule S-01.
func (s *Store) AssignedTo(ctx context.Context, customerID, userID uuid.UUID) (bool, error) {
	var yes bool
	err := s.pool.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM task WHERE customer_id = $1 AND assignee_id = $2 AND (closed_at IS NULL OR closed_at > now() - interval '90 days'))
		    OR EXISTS (SELECT 1 FROM task_claim c JOIN task t ON t.id = c.task_id WHERE t.customer_id = $1 AND c.agent_id = $2)`,
		customerID, userID).Scan(&yes)
	return yes, mapError("look up assignment", err)
}
