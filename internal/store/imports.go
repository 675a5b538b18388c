package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

// TaskKeys gives, of the given source keys, those that exist.
func (s *Store) TaskKeys(ctx context.Context, keys []string) (map[string]uuid.UUID, error) {
	out := make(map[string]uuid.UUID)
	if keys == nil {
		return out, nil
	}
	rows, err := s.pool.Query(ctx, `SELECT source_key, id FROM task WHERE source_key = ANY($1)`, keys)
	if err != nil {
		return nil, mapError("look up task keys", err)
	}
	var (
		key string
		id  uuid.UUID
	)
	_, err = pgx.ForEachRow(rows, []any{&key, &id}, func() error {
		out[key] = id
		return nil
	})
	return out, mapError("look up task keys", err)
}

// CustomersByCode gives, of the given codes, those that exist.
func (s *Store) CustomersByCode(ctx context.Context, codes []string) (map[string]customer.Customer, error) {
	out := make(map[string]customer.Customer)
	if codes == nil {
		return out, nil
	}
	cs, err := list(ctx, s.pool, scanCustomer, `SELECT `+customerColumns+` FROM`+customerTables+` WHERE cu.code = ANY($1)`, codes)
	if err == nil {
		err = addContactPoints(ctx, s.pool, cs)
	}
	if err != nil {
		return nil, mapError("look up customers", err)
	}
	for _, c := range cs {
		out[c.Code] = c
	}
	return out, nil
}

// ImportTasks writes all rows or none. Customers that exist keep their facts
// and get the numbers they lack.
func (s *Store) ImportTasks(ctx context.Context, rows []callback.ImportTask, e audit.Event) (callback.ImportCounts, error) {
	var n callback.ImportCounts
	err := s.change(ctx, "import tasks", func(tx pgx.Tx) error {
		n = callback.ImportCounts{}
		for i, r := range rows {
			if err := importRow(ctx, tx, r, &n); err != nil {
				return fmt.Errorf("row %d: %w", i+1, err)
			}
		}
		return insertEvent(ctx, tx, e)
	})
	if err != nil {
		return callback.ImportCounts{}, err
	}
	return n, nil
}

func importRow(ctx context.Context, tx pgx.Tx, r callback.ImportTask, n *callback.ImportCounts) error {
	customerID, err := importCustomer(ctx, tx, r.Customer)
	if err != nil {
		return err
	}
	t := r.Task
	t.CustomerID = customerID
	was, err := one(ctx, tx, func(row pgx.CollectableRow) (was callback.Task, err error) {
		err = row.Scan(taskTargets(&was)...)
		return was, err
	}, `SELECT `+taskColumns+` FROM task t WHERE t.source_key = $1 FOR UPDATE`, t.SourceKey)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		n.Created++
		return insertTask(ctx, tx, t)
	case err != nil:
		return err
	case !was.State.Dialable() || was.Purpose == t.Purpose && was.DueAt.Equal(t.DueAt) && was.AssigneeID == t.AssigneeID:
		n.Unchanged++
		return nil
	}
	n.Updated++
	_, err = tx.Exec(ctx, `UPDATE task SET purpose = $2, due_at = $3, assignee_id = $4, updated_at = $5 WHERE id = $1`,
		was.ID, t.Purpose, t.DueAt, orNullID(t.AssigneeID), t.UpdatedAt)
	return err
}

// importCustomer gives the customer of that code, made when there is none,
// with all contact points of c.
func importCustomer(ctx context.Context, tx pgx.Tx, c customer.Customer) (uuid.UUID, error) {
	var id uuid.UUID
	err := tx.QueryRow(ctx, `SELECT id FROM customer WHERE code = $1 FOR UPDATE`, c.Code).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return c.ID, insertCustomer(ctx, tx, c)
	}
	if err != nil {
		return uuid.Nil, err
	}
	for _, p := range c.ContactPoints {
		_, err := tx.Exec(ctx, `
			INSERT INTO contact_point (id, customer_id, number, label, position) VALUES ($1,$2,$3,$4,$5)
			ON CONFLICT (customer_id, number) DO NOTHING`, p.ID, id, p.Number.Reveal(), p.Label, p.Position)
		if err != nil {
			return uuid.Nil, err
		}
	}
	return id, nil
}
