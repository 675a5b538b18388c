package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/casework"
)

var _ casework.Store = (*Store)(nil)

const selectCase = `
	SELECT k.id, k.number, k.kind, k.class, k.source, k.customer_id, cu.name, k.record_id, coalesce(r.number,''), k.call_id, k.mark_id, re.id, m.started_at, re.started_at,
	       k.matter, k.concerned_id, coalesce(co.name,''), k.assignee_id, coalesce(a.name,''), k.state, k.round, k.due_at, k.overdue_at, e.ids, e.names,
	       k.task_id, coalesce(t.state,''), k.satisfaction, k.verified_by, k.closed_at, k.closed_by, k.created_by, c.name, k.created_at, k.updated_at
	FROM work_case k JOIN customer cu ON cu.id = k.customer_id JOIN app_user c ON c.id = k.created_by LEFT JOIN callback_record r ON r.id = k.record_id
	LEFT JOIN call_mark m ON m.id = k.mark_id LEFT JOIN recording re ON re.call_id = k.call_id LEFT JOIN app_user co ON co.id = k.concerned_id
	LEFT JOIN app_user a ON a.id = k.assignee_id LEFT JOIN task t ON t.id = k.task_id CROSS JOIN LATERAL (
		SELECT coalesce(array_agg(x.to_id ORDER BY x.level), '{}') AS ids, coalesce(array_agg(u.name ORDER BY x.level), '{}') AS names
		FROM escalation x JOIN app_user u ON u.id = x.to_id WHERE x.object_kind = 'case' AND x.object_id = k.id AND x.due_at = k.due_at) e`

func scanCase(row pgx.CollectableRow) (c casework.Case, err error) {
	var marked, begun time.Time
	err = row.Scan(&c.ID, &c.Number, &c.Kind, &c.Class, &c.Source, &c.CustomerID, &c.CustomerName, &c.RecordID, &c.RecordNumber, &c.CallID, &c.MarkID, &c.RecordingID, at(&marked), at(&begun),
		&c.Matter, &c.ConcernedID, &c.ConcernedName, &c.AssigneeID, &c.AssigneeName, &c.State, &c.Round, at(&c.DueAt), at(&c.OverdueAt), &c.EscalatedTo, &c.EscalatedName,
		&c.TaskID, &c.TaskState, &c.Satisfaction, &c.VerifiedBy, at(&c.ClosedAt), &c.ClosedBy, &c.CreatedBy, &c.CreatedName, at(&c.CreatedAt), at(&c.UpdatedAt))
	c.Offset = -1
	if !marked.IsZero() && !begun.IsZero() {
		c.Offset = max(marked.Sub(begun), 0)
	}
	return c, err
}

const overdueCase = `k.state NOT IN ('call_back','closed') AND k.due_at <= ?`

// Cases lists by (created_at, id), newest first.
func (s *Store) Cases(ctx context.Context, q casework.Query) ([]casework.Case, error) {
	w := caseWhere(q)
	if q.State != "" {
		w.add("k.state = ?", string(q.State))
	}
	if q.Waiting {
		w.add("k.state <> 'closed'")
	}
	if q.Overdue {
		w.add(overdueCase, q.Now)
	}
	if !q.Before.At.IsZero() {
		w.add("(k.created_at, k.id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	out, err := list(ctx, s.pool, scanCase, selectCase+w.sql()+` ORDER BY k.created_at DESC, k.id DESC`+w.limit(q.Limit), w.args...)
	return out, mapError("list cases", err)
}

func caseWhere(q casework.Query) *where {
	w := &where{}
	for _, c := range []struct {
		cond string
		id   uuid.UUID
	}{{"k.customer_id = ?", q.CustomerID}, {"k.call_id = ?", q.CallID}} {
		if c.id != uuid.Nil {
			w.add(c.cond, c.id)
		}
	}
	if q.Kind != "" {
		w.add("k.kind = ?", string(q.Kind))
	}
	if q.Class != "" {
		w.add("k.class = ?", string(q.Class))
	}
	if q.NotAbout != uuid.Nil {
		w.add("k.concerned_id IS DISTINCT FROM ?", q.NotAbout)
	}
	if q.Concerns != uuid.Nil {
		w.add("k.created_by = ? OR k.assignee_id = ? OR EXISTS (SELECT 1 FROM escalation x WHERE x.object_kind = 'case' AND x.object_id = k.id AND x.due_at = k.due_at AND x.to_id = ?)", q.Concerns, q.Concerns, q.Concerns)
	}
	return w
}

// CountCases counts what the query selects, in every state.
func (s *Store) CountCases(ctx context.Context, q casework.Query) (n casework.Counts, err error) {
	w := caseWhere(q)
	now := w.arg(q.Now)
	err = s.pool.QueryRow(ctx, `SELECT count(*) FILTER (WHERE k.state NOT IN ('call_back','closed')), count(*) FILTER (WHERE k.state NOT IN ('call_back','closed') AND k.due_at <= `+now+`),
		count(*) FILTER (WHERE k.state = 'call_back'), count(*) FILTER (WHERE k.state = 'closed') FROM work_case k`+w.sql(), w.args...).Scan(&n.Open, &n.Overdue, &n.CallBack, &n.Closed)
	return n, mapError("count cases", err)
}

// Case gives one.
func (s *Store) Case(ctx context.Context, id uuid.UUID) (casework.Case, error) {
	c, err := one(ctx, s.pool, scanCase, selectCase+` WHERE k.id = $1`, id)
	return c, mapError("look up case", err)
}

// InsertCase numbers and writes a case; false when its record or mark is one already. Rules C-19, C-20, C-21.
func (s *Store) InsertCase(ctx context.Context, c *casework.Case, month string, e audit.Event) (fresh bool, err error) {
	err = s.change(ctx, "insert case", func(tx pgx.Tx) error {
		fresh = false
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('work_case'))`); err != nil {
			return err
		}
		var there bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM work_case WHERE mark_id = $1 OR record_id = $2 AND source IN ('red_flag','dissatisfaction') AND $3 <> 'manual')`,
			orNullID(c.MarkID), orNullID(c.RecordID), string(c.Source)).Scan(&there)
		if err != nil || there {
			return err
		}
		number, err := nextNumber(ctx, tx, "case", month)
		if err != nil {
			return err
		}
		c.Number = "C" + number
		_, err = tx.Exec(ctx, `INSERT INTO work_case (id, number, kind, class, source, customer_id, record_id, call_id, mark_id, matter, concerned_id, assignee_id, state, round, due_at, created_by, created_at, updated_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)`,
			c.ID, c.Number, string(c.Kind), string(c.Class), string(c.Source), c.CustomerID, orNullID(c.RecordID), orNullID(c.CallID), orNullID(c.MarkID), c.Matter, orNullID(c.ConcernedID),
			orNullID(c.AssigneeID), string(c.State), c.Round, c.DueAt, c.CreatedBy, c.CreatedAt, c.UpdatedAt)
		if err != nil {
			return err
		}
		fresh = true
		return insertEvent(ctx, tx, e)
	})
	return fresh, err
}

// ChangeCase writes a case that is still as it was read, its sign-off, and its
// task; the database itself keeps the order of the steps. Rule C-19.
func (s *Store) ChangeCase(ctx context.Context, ch casework.Change) error {
	return s.change(ctx, "change case", func(tx pgx.Tx) error {
		c := ch.Case
		if d := ch.Signed; d != nil {
			if _, err := tx.Exec(ctx, `INSERT INTO case_step (case_id, step, round, by_id, at, content) VALUES ($1,$2,$3,$4,$5,$6)`, c.ID, string(d.Step), d.Round, d.ByID, d.At, d.Content); err != nil {
				return err
			}
		}
		if ch.Task != nil {
			if err := insertTask(ctx, tx, *ch.Task); err != nil {
				return err
			}
		}
		tag, err := tx.Exec(ctx, `UPDATE work_case SET class = $3, concerned_id = $4, assignee_id = $5, state = $6, round = $7, due_at = $8, overdue_at = $9, task_id = $10, satisfaction = $11,
			verified_by = $12, closed_at = $13, closed_by = $14, updated_at = $15 WHERE id = $1 AND updated_at = $2`,
			c.ID, ch.Was, string(c.Class), orNullID(c.ConcernedID), orNullID(c.AssigneeID), string(c.State), c.Round, c.DueAt, orNullTime(c.OverdueAt), orNullID(c.TaskID), c.Satisfaction,
			orNullID(c.VerifiedBy), orNullTime(c.ClosedAt), orNullID(c.ClosedBy), c.UpdatedAt)
		if err == nil && tag.RowsAffected() == 0 {
			err = changedMeanwhile("case")
		}
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, ch.Event)
	})
}
