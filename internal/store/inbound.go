package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

var _ callback.Inbounds = (*Store)(nil)

// Callers are the customers with the number, those whom we called last first.
func (s *Store) Callers(ctx context.Context, number customer.Number) ([]callback.KnownCaller, error) {
	type row struct {
		id uuid.UUID
		callback.KnownCaller
	}
	rows, err := list(ctx, s.pool, func(r pgx.CollectableRow) (k row, err error) {
		err = r.Scan(&k.id, &k.LastAgentID, &k.LastAgentName, at(&k.LastCallAt), &k.LastProgramID, &k.OpenTaskID, &k.LastTaskID)
		return k, err
	}, `SELECT cp.customer_id, c.agent_id, coalesce(c.name,''), c.started_at, coalesce(c.program_id, t.program_id), o.id, c.task_id
		FROM contact_point cp
		LEFT JOIN LATERAL (SELECT c.agent_id, a.name, c.started_at, t.program_id, CASE WHEN t.state IN ('open','waiting','appointment') THEN t.id END AS task_id FROM call c JOIN app_user a ON a.id = c.agent_id
		     JOIN task t ON t.id = c.task_id WHERE c.customer_id = cp.customer_id ORDER BY c.started_at DESC LIMIT 1) c ON true
		LEFT JOIN LATERAL (SELECT program_id FROM task WHERE customer_id = cp.customer_id ORDER BY created_at DESC LIMIT 1) t ON true
		LEFT JOIN LATERAL (SELECT id FROM task WHERE customer_id = cp.customer_id AND source = 'inbound' AND state IN ('open','waiting','appointment')
		     ORDER BY created_at LIMIT 1) o ON true
		WHERE cp.number = $1 ORDER BY c.started_at DESC NULLS LAST, cp.customer_id`, number.Reveal())
	if err != nil {
		return nil, mapError("recognise caller", err)
	}
	out := make([]callback.KnownCaller, 0, len(rows))
	for _, k := range rows {
		if k.Customer, err = s.Customer(ctx, k.id); err != nil {
			return nil, err
		}
		out = append(out, k.KnownCaller)
	}
	return out, nil
}

// InsertInbound writes what an inbound call leaves behind. Rule T-06.
func (s *Store) InsertInbound(ctx context.Context, r callback.Return, e audit.Event) error {
	return s.change(ctx, "insert inbound call", func(tx pgx.Tx) error {
		var there bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM inbound_call WHERE id = $1)`, r.Call.ID).Scan(&there)
		if err != nil {
			return err
		}
		if r.Customer != nil {
			if err := insertCustomer(ctx, tx, *r.Customer); err != nil {
				return err
			}
		}
		if r.Task != nil {
			if err := insertTask(ctx, tx, *r.Task); err != nil {
				return err
			}
			if err := insertEvent(ctx, tx, e); err != nil {
				return err
			}
		}
		if there { // a task for a call that is written down
			return nil
		}
		c := r.Call
		_, err = tx.Exec(ctx, `
			INSERT INTO inbound_call (id, at, instance, trunk, called, number, withheld, customer_id, task_id) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
			c.ID, c.At, c.Instance, c.Trunk, c.Called, c.Number.Reveal(), c.Withheld, orNullID(c.CustomerID), orNullID(c.TaskID))
		return err
	})
}

// InboundCall gives a call that was written down.
func (s *Store) InboundCall(ctx context.Context, id uuid.UUID) (callback.InboundCall, error) {
	c, err := one(ctx, s.pool, func(r pgx.CollectableRow) (c callback.InboundCall, err error) {
		var number string
		err = r.Scan(&c.ID, at(&c.At), &c.Instance, &c.Trunk, &c.Called, &number, &c.Withheld, &c.CustomerID, &c.TaskID)
		c.Number = customer.StoredNumber(number)
		return c, err
	}, `SELECT id, at, instance, trunk, called, number, withheld, customer_id, task_id FROM inbound_call WHERE id = $1`, id)
	return c, mapError("look up inbound call", err)
}
