package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/casework"
)

// Running are the clocks of open slips and of steps that end until a time, the
// oldest first. Rule C-18.
func (s *Store) Running(ctx context.Context, until time.Time) ([]casework.Running, error) {
	rs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v casework.Running, err error) {
		err = r.Scan(&v.Object, &v.ID, &v.Number, &v.State, at(&v.DueAt), &v.StartID, &v.ConcernID, &v.CustomerID, &v.Noted, &v.Line, &v.LastDay, &v.Warned)
		return v, err
	}, `SELECT o.*, e.line, e.day, EXISTS (SELECT 1 FROM clock_warning w WHERE w.object_kind = o.kind AND w.object_id = o.id AND w.due_at = o.due_at)
		FROM (SELECT 'slip' AS kind, id, number, state, due_at, coalesce(owner_id, created_by), NULL::uuid, customer_id, overdue_at IS NOT NULL FROM slip WHERE state = 'open' AND due_at <= $1
		      UNION ALL SELECT 'case', id, number, state, due_at, coalesce(assignee_id, created_by), concerned_id, customer_id, overdue_at IS NOT NULL FROM work_case WHERE state NOT IN ('call_back','closed') AND due_at <= $1) o
		CROSS JOIN LATERAL (SELECT coalesce(array_agg(x.to_id ORDER BY x.level), '{}') AS line, coalesce(max(x.day)::text, '') AS day
		      FROM escalation x WHERE x.object_kind = o.kind AND x.object_id = o.id AND x.due_at = o.due_at) e
		ORDER BY o.due_at, o.id`, until)
	return rs, mapError("read clocks", err)
}

// once runs a guarded write and its event; false when nothing was written.
func (s *Store) once(ctx context.Context, what string, e audit.Event, sql string, args ...any) (done bool, err error) {
	err = s.change(ctx, what, func(tx pgx.Tx) error {
		done = false
		tag, err := tx.Exec(ctx, sql, args...)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		done = true
		return insertEvent(ctx, tx, e)
	})
	return done, err
}

// Escalate writes the next step up the line, unless somebody was faster. Rule C-18.
func (s *Store) Escalate(ctx context.Context, r casework.Running, to uuid.UUID, day string, when time.Time, e audit.Event) (bool, error) {
	return s.once(ctx, "escalate", e, `INSERT INTO escalation (object_kind, object_id, due_at, level, to_id, day, at) VALUES ($1,$2,$3,$4,$5,$6::text::date,$7) ON CONFLICT DO NOTHING`,
		string(r.Object), r.ID, r.DueAt, len(r.Line)+1, to, day, when)
}

// Warn notes the warning of a clock, once.
func (s *Store) Warn(ctx context.Context, r casework.Running, when time.Time, e audit.Event) (bool, error) {
	return s.once(ctx, "warn", e, `INSERT INTO clock_warning (object_kind, object_id, due_at, at) VALUES ($1,$2,$3,$4) ON CONFLICT DO NOTHING`, string(r.Object), r.ID, r.DueAt, when)
}

// NoteOverdueCase notes the miss of a step, once.
func (s *Store) NoteOverdueCase(ctx context.Context, id uuid.UUID, when time.Time, e audit.Event) (bool, error) {
	return s.once(ctx, "note overdue case", e, `UPDATE work_case SET overdue_at = $2, updated_at = $2 WHERE id = $1 AND state NOT IN ('call_back','closed') AND overdue_at IS NULL AND due_at <= $2`, id, when)
}

// WaitingFor lists what is somebody's, and what was escalated to them.
func (s *Store) WaitingFor(ctx context.Context, userID uuid.UUID) ([]casework.Item, error) {
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v casework.Item, err error) {
		err = r.Scan(&v.Object, &v.ID, &v.Number, &v.Kind, &v.State, &v.Matter, &v.CustomerName, &v.HolderName, &v.Escalated, at(&v.DueAt))
		return v, err
	}, `SELECT o.kind, o.id, o.number, o.sort, o.state, o.matter, c.name, coalesce(h.name, ''), o.holder IS DISTINCT FROM $1, o.due_at
		FROM (SELECT 'slip' AS kind, id, number, kind AS sort, state, matter, customer_id, owner_id AS holder, due_at FROM slip WHERE state = 'open'
		      UNION ALL SELECT 'case', id, number, kind, state, matter, customer_id, assignee_id, due_at FROM work_case WHERE state NOT IN ('call_back','closed') AND concerned_id IS DISTINCT FROM $1) o
		JOIN customer c ON c.id = o.customer_id LEFT JOIN app_user h ON h.id = o.holder
		WHERE o.holder = $1 OR EXISTS (SELECT 1 FROM escalation x WHERE x.object_kind = o.kind AND x.object_id = o.id AND x.due_at = o.due_at AND x.to_id = $1)
		ORDER BY o.due_at, o.id`, userID)
	return out, mapError("list what waits", err)
}

// Problems noted in a period, by branch, department and time. Records that say
// there was none are left out. Rule C-30.
func (s *Store) Problems(ctx context.Context, from, to time.Time, department uuid.UUID) ([]casework.Problem, error) {
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (p casework.Problem, err error) {
		var d access.Department
		err = r.Scan(&d.ID, &d.Name, &d.BranchID, &d.BranchName, &p.Kind, &p.ID, &p.CallID, &p.Number, at(&p.At), &p.Customer, &p.By, &p.Problem, &p.Handling, &p.State)
		p.Department = d
		return p, err
	}, `SELECT d.id, coalesce(d.name,''), b.id, coalesce(b.name,''), o.kind, o.id, o.call_id, o.number, o.at, c.name, u.name, o.problem, o.handling, o.state
		FROM (SELECT 'record' AS kind, r.id, r.call_id, r.number, r.finished_at AS at, r.customer_id, r.agent_id AS by_id, a.department_id AS dept, r.problems AS problem, r.handling, '' AS state
		        FROM callback_record r JOIN app_user a ON a.id = r.agent_id WHERE r.state = 'final' AND r.finished_at >= $1 AND r.finished_at < $2
		         AND lower(btrim(r.problems, E' \t\n.。!！')) NOT IN ('无','没有','无问题','暂无','没有问题','无 none','none','no','nothing','no problem','no problems','n/a','-')
		      UNION ALL SELECT 'slip', s.id, r.call_id, s.number, s.created_at, s.customer_id, s.created_by, s.department_id, s.matter, s.handling, s.state FROM slip s JOIN callback_record r ON r.id = s.record_id
		        WHERE s.created_at >= $1 AND s.created_at < $2
		      UNION ALL SELECT k.kind, k.id, k.call_id, k.number, k.created_at, k.customer_id, k.created_by, a.department_id, k.matter,
		             coalesce((SELECT p.content ->> 'measures' FROM case_step p WHERE p.case_id = k.id AND p.step = 'measures' ORDER BY p.round DESC LIMIT 1),
		                      (SELECT p.content ->> 'handling' FROM case_step p WHERE p.case_id = k.id AND p.step = 'answer' ORDER BY p.round DESC LIMIT 1), ''), k.state
		        FROM work_case k JOIN app_user a ON a.id = k.created_by WHERE k.created_at >= $1 AND k.created_at < $2) o
		JOIN customer c ON c.id = o.customer_id JOIN app_user u ON u.id = o.by_id LEFT JOIN department d ON d.id = o.dept LEFT JOIN branch b ON b.id = d.branch_id
		WHERE $3::uuid IS NULL OR d.id = $3
		ORDER BY b.name NULLS LAST, d.name, o.at, o.number`, from, to, orNullID(department))
	return out, mapError("list problems", err)
}
