package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/plan"
)

// Loads counts the open tasks of agents.
func (s *Store) Loads(ctx context.Context, agents []uuid.UUID) (map[uuid.UUID]int, error) {
	out := make(map[uuid.UUID]int, len(agents))
	var id uuid.UUID
	var n int
	rows, err := s.pool.Query(ctx, `SELECT assignee_id, count(*) FROM task WHERE assignee_id = ANY($1) AND closed_at IS NULL GROUP BY assignee_id`, agents)
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error { out[id] = n; return nil })
	}
	return out, mapError("count tasks of agents", err)
}

// Launch makes the tasks of a plan in one transaction. The plan's row is updated
// first: who comes second finds it changed, and a source key exists once. Rules
// C-02, C-15.
func (s *Store) Launch(ctx context.Context, l *plan.Launch, e audit.Event) error {
	return s.change(ctx, "launch plan", func(tx pgx.Tx) error {
		if err := updatePlan(ctx, tx, l.Plan, l.Was, ""); err != nil {
			return err
		}
		if l.Joins != uuid.Nil {
			if _, err := tx.Exec(ctx, `INSERT INTO plan_agent (plan_id, user_id, reason, added_by, added_at) VALUES ($1,$2,$3,$4,$5)`,
				l.Plan.ID, l.Joins, l.Reason, l.Plan.UpdatedBy, l.Plan.UpdatedAt); err != nil {
				return err
			}
		}
		b := &pgx.Batch{}
		for _, p := range l.Tasks {
			t := p.Task
			b.Queue(`INSERT INTO task (id, program_id, customer_id, assignee_id, source, source_key, purpose, state, due_at, hard_due_at, created_at, updated_at)
				VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)`,
				t.ID, t.ProgramID, t.CustomerID, t.AssigneeID, string(t.Source), t.SourceKey, t.Purpose, string(t.State), t.DueAt, t.HardDueAt, t.CreatedAt, t.UpdatedAt)
			b.Queue(`UPDATE plan_customer SET task_id = $3, obstacle = '' WHERE plan_id = $1 AND ordinal = $2`, l.Plan.ID, p.Ordinal, t.ID)
		}
		for _, p := range l.Barred {
			b.Queue(`UPDATE plan_customer SET obstacle = $3 WHERE plan_id = $1 AND ordinal = $2 AND obstacle <> $3`, l.Plan.ID, p.Ordinal, string(p.Obstacle))
		}
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		l.Launched = len(l.Tasks)
		return insertEvent(ctx, tx, e)
	})
}

// PlanRows lists customers of a plan after an ordinal.
func (s *Store) PlanRows(ctx context.Context, planID uuid.UUID, part plan.Part, after, limit int) ([]plan.Row, error) {
	w := &where{}
	w.add("c.plan_id = ? AND c.ordinal > ?", planID, after)
	switch part {
	case plan.PartMissing:
		w.add("t.id IS NULL OR t.state NOT IN ('done','other_channel')")
	case plan.PartBarred:
		w.add("c.obstacle <> ''")
	}
	out, err := list(ctx, s.pool, func(row pgx.CollectableRow) (r plan.Row, err error) {
		err = row.Scan(&r.Ordinal, &r.CustomerID, &r.Code, &r.Name, &r.Ground, &r.Obstacle, &r.TaskID, &r.TaskState, &r.AssigneeID, &r.AssigneeName, at(&r.DueAt), at(&r.ClosedAt))
		return r, err
	}, `SELECT c.ordinal, cu.id, cu.code, cu.name, c.ground, c.obstacle, t.id, coalesce(t.state,''), t.assignee_id, coalesce(u.name,''), t.due_at, t.closed_at
		FROM plan_customer c JOIN customer cu ON cu.id = c.customer_id LEFT JOIN task t ON t.id = c.task_id LEFT JOIN app_user u ON u.id = t.assignee_id`+
		w.sql()+` ORDER BY c.ordinal`+w.limit(limit), w.args...)
	return out, mapError("list customers of plan", err)
}
