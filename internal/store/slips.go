package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
)

const selectSlip = `
	SELECT s.id, s.number, s.record_id, r.call_id, s.customer_id, cu.name, s.kind, s.matter, s.suggestion, d.id, d.name, b.id, b.name, s.owner_id, coalesce(o.name,''),
	       s.round, s.due_at, s.overdue_at, e.ids, e.names, s.state, s.handling, s.answer, s.answered_at, s.task_id, coalesce(t.state,''), s.satisfaction, s.verified_by,
	       s.closed_at, s.closed_by, s.created_by, c.name, s.created_at, s.updated_at
	FROM slip s JOIN callback_record r ON r.id = s.record_id JOIN customer cu ON cu.id = s.customer_id JOIN department d ON d.id = s.department_id
	JOIN branch b ON b.id = d.branch_id LEFT JOIN app_user o ON o.id = s.owner_id JOIN app_user c ON c.id = s.created_by LEFT JOIN task t ON t.id = s.task_id CROSS JOIN LATERAL (
		SELECT coalesce(array_agg(x.to_id ORDER BY x.level), '{}') AS ids, coalesce(array_agg(u.name ORDER BY x.level), '{}') AS names
		FROM escalation x JOIN app_user u ON u.id = x.to_id WHERE x.object_kind = 'slip' AND x.object_id = s.id AND x.due_at = s.due_at) e`

func scanSlip(row pgx.CollectableRow) (s callback.Slip, err error) {
	err = row.Scan(&s.ID, &s.Number, &s.RecordID, &s.CallID, &s.CustomerID, &s.CustomerName, &s.Kind, &s.Matter, &s.Suggestion, &s.Department.ID, &s.Department.Name,
		&s.Department.BranchID, &s.Department.BranchName, &s.OwnerID, &s.OwnerName, &s.Round, at(&s.DueAt), at(&s.OverdueAt), &s.EscalatedTo, &s.Escalated, &s.State, &s.Handling, &s.Answer,
		at(&s.AnsweredAt), &s.TaskID, &s.TaskState, &s.Satisfaction, &s.VerifiedBy, at(&s.ClosedAt), &s.ClosedBy, &s.CreatedBy, &s.CreatedName, at(&s.CreatedAt), at(&s.UpdatedAt))
	return s, err
}

// Slips lists by (created_at, id), newest first.
func (s *Store) Slips(ctx context.Context, q callback.SlipQuery) ([]callback.Slip, error) {
	w := slipWhere(q)
	if q.State != "" {
		w.add("s.state = ?", string(q.State))
	}
	if q.Waiting {
		w.add("s.state <> 'closed'")
	}
	if q.Overdue {
		w.add("s.state = 'open' AND s.due_at <= ?", q.Now)
	}
	if !q.Before.At.IsZero() {
		w.add("(s.created_at, s.id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	out, err := list(ctx, s.pool, scanSlip, selectSlip+w.sql()+` ORDER BY s.created_at DESC, s.id DESC`+w.limit(q.Limit), w.args...)
	return out, mapError("list slips", err)
}

func slipWhere(q callback.SlipQuery) *where {
	w := &where{}
	for _, c := range []struct {
		cond string
		id   uuid.UUID
	}{{"s.department_id = ?", q.DepartmentID}, {"s.owner_id = ?", q.OwnerID}, {"s.customer_id = ?", q.CustomerID},
		{"s.record_id IN (SELECT id FROM callback_record WHERE call_id = ?)", q.CallID}} {
		if c.id != uuid.Nil {
			w.add(c.cond, c.id)
		}
	}
	if q.Concerns != uuid.Nil {
		w.add("s.created_by = ? OR s.owner_id = ? OR s.department_id = ? OR EXISTS (SELECT 1 FROM escalation x WHERE x.object_kind = 'slip' AND x.object_id = s.id AND x.due_at = s.due_at AND x.to_id = ?)",
			q.Concerns, q.Concerns, orNullID(q.ConcernsDepartment), q.Concerns)
	}
	return w
}

// CountSlips counts what the query selects, in every state.
func (s *Store) CountSlips(ctx context.Context, q callback.SlipQuery) (n callback.SlipCounts, err error) {
	w := slipWhere(q)
	err = s.pool.QueryRow(ctx, `SELECT count(*) FILTER (WHERE s.state = 'open'), count(*) FILTER (WHERE s.state = 'open' AND s.due_at <= `+w.arg(q.Now)+`),
		count(*) FILTER (WHERE s.state = 'answered'), count(*) FILTER (WHERE s.state = 'closed') FROM slip s`+w.sql(), w.args...).
		Scan(&n.Open, &n.Overdue, &n.Answered, &n.Closed)
	return n, mapError("count slips", err)
}

// Slip gives one.
func (s *Store) Slip(ctx context.Context, id uuid.UUID) (callback.Slip, error) {
	v, err := one(ctx, s.pool, scanSlip, selectSlip+` WHERE s.id = $1`, id)
	return v, mapError("look up slip", err)
}

// SlipOfTask gives the slip whose second call-back the task is now.
func (s *Store) SlipOfTask(ctx context.Context, taskID uuid.UUID) (callback.Slip, error) {
	v, err := one(ctx, s.pool, scanSlip, selectSlip+` WHERE s.task_id = $1`, taskID)
	return v, mapError("look up slip", err)
}

// insertSlip numbers a slip within its month. Rules C-17, C-21.
func insertSlip(ctx context.Context, tx pgx.Tx, v *callback.Slip, month string) error {
	number, err := nextNumber(ctx, tx, "slip", month)
	if err != nil {
		return err
	}
	v.Number = "S" + number
	_, err = tx.Exec(ctx, `INSERT INTO slip (id, number, record_id, customer_id, kind, matter, suggestion, department_id, owner_id, round, due_at, state, created_by, created_at, updated_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)`,
		v.ID, v.Number, v.RecordID, v.CustomerID, string(v.Kind), v.Matter, v.Suggestion, v.Department.ID, orNullID(v.OwnerID), v.Round, v.DueAt, string(v.State), v.CreatedBy, v.CreatedAt, v.UpdatedAt)
	return err
}

// updateSlip changes a slip that is still as it was read; the database itself
// refuses to close one without the customer's word. Rule C-17.
func updateSlip(ctx context.Context, tx pgx.Tx, v callback.Slip, was time.Time) error {
	tag, err := tx.Exec(ctx, `UPDATE slip SET department_id = $3, owner_id = $4, round = $5, due_at = $6, overdue_at = $7, state = $8, handling = $9, answer = $10,
		answered_at = $11, task_id = $12, satisfaction = $13, verified_by = $14, closed_at = $15, closed_by = $16, updated_at = $17 WHERE id = $1 AND updated_at = $2`,
		v.ID, was, v.Department.ID, orNullID(v.OwnerID), v.Round, v.DueAt, orNullTime(v.OverdueAt), string(v.State), v.Handling, v.Answer,
		orNullTime(v.AnsweredAt), orNullID(v.TaskID), v.Satisfaction, orNullID(v.VerifiedBy), orNullTime(v.ClosedAt), orNullID(v.ClosedBy), v.UpdatedAt)
	if err == nil && tag.RowsAffected() == 0 {
		err = changedMeanwhile("slip")
	}
	return err
}

// UpdateSlip changes a slip, and inserts the second call-back if there is one.
func (s *Store) UpdateSlip(ctx context.Context, v callback.Slip, was time.Time, t *callback.Task, e audit.Event) error {
	return s.change(ctx, "change slip", func(tx pgx.Tx) error {
		if t != nil {
			if err := insertTask(ctx, tx, *t); err != nil {
				return err
			}
		}
		if err := updateSlip(ctx, tx, v, was); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// OverdueSlips are open, past their time, and not noted. Rule C-18.
func (s *Store) OverdueSlips(ctx context.Context, now time.Time) ([]callback.Slip, error) {
	out, err := list(ctx, s.pool, scanSlip, selectSlip+` WHERE s.state = 'open' AND s.due_at <= $1 AND s.overdue_at IS NULL ORDER BY s.due_at, s.id`, now)
	return out, mapError("find overdue slips", err)
}

// NoteOverdueSlip notes it once, whichever instance is first. Rule C-18.
func (s *Store) NoteOverdueSlip(ctx context.Context, id uuid.UUID, when time.Time, e audit.Event) error {
	return s.change(ctx, "note overdue slip", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE slip SET overdue_at = $2, updated_at = $2 WHERE id = $1 AND state = 'open' AND overdue_at IS NULL AND due_at <= $2`, id, when)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}
