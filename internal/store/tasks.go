package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

var _ callback.Store = (*Store)(nil)

const taskColumns = `t.id, t.program_id, t.customer_id, t.assignee_id, t.source, coalesce(t.source_key,''), t.purpose, t.complaint, t.state,
	t.due_at, t.hard_due_at, t.appointment_at, t.next_from, t.next_until, t.counted, t.closed_at, t.closed_by, t.close_reason, t.created_at, t.updated_at`

func taskTargets(t *callback.Task) []any {
	return []any{&t.ID, &t.ProgramID, &t.CustomerID, &t.AssigneeID, &t.Source, &t.SourceKey, &t.Purpose, &t.Complaint, &t.State,
		at(&t.DueAt), at(&t.HardDueAt), at(&t.AppointmentAt), at(&t.NextFrom), at(&t.NextUntil), &t.Counted,
		at(&t.ClosedAt), &t.ClosedBy, &t.CloseReason, at(&t.CreatedAt), at(&t.UpdatedAt)}
}

const taskTables = ` task t JOIN customer cu ON cu.id = t.customer_id LEFT JOIN app_user cu_a ON cu_a.id = cu.adviser_id
	LEFT JOIN department cu_d ON cu_d.id = cu.department_id LEFT JOIN app_user a ON a.id = t.assignee_id
	LEFT JOIN LATERAL (SELECT c.id FROM call c WHERE c.task_id = t.id AND c.state = 'wrapup' ORDER BY c.started_at LIMIT 1) wc ON true
	LEFT JOIN task_claim tc ON tc.task_id = t.id`

func scanTaskView(r pgx.CollectableRow) (v callback.TaskView, err error) {
	var c customerRow
	targets := append(taskTargets(&v.Task), &v.AssigneeName, &v.WrapupCallID, &v.HolderID)
	err = r.Scan(append(targets, c.targets()...)...)
	v.Customer = c.get()
	return v, err
}

const selectTaskView = `SELECT ` + taskColumns + `, coalesce(a.name,''), wc.id, tc.agent_id, ` + customerColumns + ` FROM` + taskTables

// Task gives one with what stands beside it.
func (s *Store) Task(ctx context.Context, id uuid.UUID) (callback.TaskView, error) {
	v, err := one(ctx, s.pool, scanTaskView, selectTaskView+` WHERE t.id = $1`, id)
	if err != nil {
		return callback.TaskView{}, mapError("look up task", err)
	}
	vs := []callback.TaskView{v}
	err = s.fillViews(ctx, vs)
	return vs[0], mapError("look up task", err)
}

// Tasks lists by (due_at, id).
func (s *Store) Tasks(ctx context.Context, q callback.TaskQuery) ([]callback.TaskView, error) {
	w := taskWhere(q)
	if q.After.ID != uuid.Nil {
		w.add("(t.due_at, t.id) > (?, ?)", q.After.DueAt, q.After.ID)
	}
	vs, err := list(ctx, s.pool, scanTaskView, selectTaskView+w.sql()+` ORDER BY t.due_at, t.id`+w.limit(q.Limit), w.args...)
	if err == nil {
		err = s.fillViews(ctx, vs)
	}
	return vs, mapError("list tasks", err)
}

func taskWhere(q callback.TaskQuery) *where {
	w := &where{}
	if q.AssigneeID != uuid.Nil {
		w.add("t.assignee_id = ? OR t.id = (SELECT task_id FROM task_claim WHERE agent_id = ?)", q.AssigneeID, q.AssigneeID)
	}
	if q.CustomerID != uuid.Nil {
		w.add("t.customer_id = ?", q.CustomerID)
	}
	if len(q.States) > 0 {
		w.add("t.state = ANY(?)", words(q.States))
	}
	if !q.ClosedSince.IsZero() {
		w.add("t.closed_at IS NULL OR t.closed_at >= ?", q.ClosedSince)
	}
	if cond, args := matchCustomer(q.Text, q.Grams, q.Tail); cond != "" {
		w.add(cond, args...)
	}
	return w
}

// fillViews reads contact points, programs and marks of all views at once.
func (s *Store) fillViews(ctx context.Context, vs []callback.TaskView) error {
	if len(vs) == 0 {
		return nil
	}
	cs := make([]customer.Customer, len(vs))
	ids := make([]uuid.UUID, len(vs))
	programIDs := make([]uuid.UUID, 0, 1)
	seen := make(map[uuid.UUID]bool)
	for i, v := range vs {
		cs[i], ids[i] = v.Customer, v.Task.ID
		if !seen[v.Task.ProgramID] {
			seen[v.Task.ProgramID] = true
			programIDs = append(programIDs, v.Task.ProgramID)
		}
	}
	if err := addContactPoints(ctx, s.pool, cs); err != nil {
		return err
	}
	if err := addConsents(ctx, s.pool, cs); err != nil {
		return err
	}
	ps, err := list(ctx, s.pool, scanProgram, `SELECT `+programColumns+` FROM program p WHERE p.id = ANY($1)`, programIDs)
	if err != nil {
		return err
	}
	programs := make(map[uuid.UUID]callback.Program, len(ps))
	for _, p := range ps {
		programs[p.ID] = p
	}
	marks, err := marksOf(ctx, s.pool, ids)
	if err != nil {
		return err
	}
	for i := range vs {
		vs[i].Customer, vs[i].Program, vs[i].Marks = cs[i], programs[vs[i].Task.ProgramID], marks[vs[i].Task.ID]
	}
	return nil
}

// marksOf gives what the rules need of all attempts, oldest first, by task.
func marksOf(ctx context.Context, q querier, taskIDs []uuid.UUID) (map[uuid.UUID][]callback.Mark, error) {
	type owned struct {
		task uuid.UUID
		callback.Mark
	}
	ms, err := list(ctx, q, func(r pgx.CollectableRow) (m owned, err error) {
		var date time.Time
		var outcome string
		err = r.Scan(&m.task, &m.AttemptID, &m.CallID, &date, &m.Slot.Window, at(&m.DialedAt), at(&m.EndedAt), &outcome, &m.Counted)
		m.Slot.Date, m.Outcome = calendar.DateOf(date), call.Outcome(outcome)
		return m, err
	}, `SELECT task_id, id, call_id, slot_date, slot_window, dialed_at, ended_at, coalesce(outcome,''), counted
		FROM attempt WHERE task_id = ANY($1) ORDER BY dialed_at, ordinal, id`, taskIDs)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]callback.Mark)
	for _, m := range ms {
		out[m.task] = append(out[m.task], m.Mark)
	}
	return out, nil
}

// CountTasks counts what the query selects, whatever its After and Limit.
func (s *Store) CountTasks(ctx context.Context, q callback.TaskQuery, d callback.DeskTimes) (callback.DeskCounts, error) {
	w := taskWhere(q)
	now, start, end := w.arg(d.Now), w.arg(d.DayStart), w.arg(d.DayEnd)
	overdue := `CASE WHEN t.hard_due_at IS NULL THEN t.due_at < ` + start + ` ELSE t.hard_due_at < ` + now + ` END`
	var c callback.DeskCounts
	err := s.pool.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE t.state = 'open' AND NOT (`+overdue+`) AND t.due_at < `+end+`),
		       count(*) FILTER (WHERE t.state = 'appointment'),
		       count(*) FILTER (WHERE t.state = 'waiting' AND NOT (`+overdue+`)),
		       count(*) FILTER (WHERE t.state IN ('open','waiting') AND `+overdue+`),
		       count(*) FILTER (WHERE t.closed_at >= `+start+`),
		       count(*) FILTER (WHERE t.closed_at IS NULL)
		FROM task t JOIN customer cu ON cu.id = t.customer_id`+w.sql(), w.args...).
		Scan(&c.Due, &c.Appointment, &c.Retry, &c.Overdue, &c.DoneToday, &c.Total)
	return c, mapError("count tasks", err)
}

// InsertTask makes a task.
func (s *Store) InsertTask(ctx context.Context, t callback.Task, e audit.Event) error {
	return s.change(ctx, "insert task", func(tx pgx.Tx) error {
		if err := insertTask(ctx, tx, t); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

func insertTask(ctx context.Context, tx pgx.Tx, t callback.Task) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO task (id, program_id, customer_id, assignee_id, source, source_key, purpose, complaint, state, due_at, hard_due_at,
		       appointment_at, next_from, next_until, counted, closed_at, closed_by, close_reason, created_at, updated_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20)`,
		t.ID, t.ProgramID, t.CustomerID, orNullID(t.AssigneeID), string(t.Source), orNull(t.SourceKey), t.Purpose, t.Complaint,
		string(t.State), t.DueAt, orNullTime(t.HardDueAt), orNullTime(t.AppointmentAt), orNullTime(t.NextFrom), orNullTime(t.NextUntil),
		t.Counted, orNullTime(t.ClosedAt), orNullID(t.ClosedBy), t.CloseReason, t.CreatedAt, t.UpdatedAt)
	return err
}

// UpdateTask changes a task that is still as it was read. The database itself
// refuses "unreachable" without proof. Rule T-04.
func (s *Store) UpdateTask(ctx context.Context, t callback.Task, was callback.Guard, e audit.Event) error {
	return s.change(ctx, "update task", func(tx pgx.Tx) error {
		if err := updateTask(ctx, tx, t, was); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

func updateTask(ctx context.Context, tx pgx.Tx, t callback.Task, was callback.Guard) error {
	tag, err := tx.Exec(ctx, `
		UPDATE task SET assignee_id = $4, purpose = $5, complaint = $6, state = $7, due_at = $8, hard_due_at = $9, appointment_at = $10,
		       next_from = $11, next_until = $12, closed_at = $13, closed_by = $14, close_reason = $15, updated_at = $16
		WHERE id = $1 AND state = $2 AND updated_at = $3`,
		t.ID, string(was.State), was.UpdatedAt, orNullID(t.AssigneeID), t.Purpose, t.Complaint, string(t.State), t.DueAt,
		orNullTime(t.HardDueAt), orNullTime(t.AppointmentAt), orNullTime(t.NextFrom), orNullTime(t.NextUntil),
		orNullTime(t.ClosedAt), orNullID(t.ClosedBy), t.CloseReason, t.UpdatedAt)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return changedMeanwhile("task")
	}
	return nil
}
