package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
)

// queueClass is how a class of the queue stands in the schema. The conditions
// repeat the predicates of its index word for word.
type queueClass struct {
	key   string
	where string // ? is now, once or more
	now   int
	shut  string // what is called outside of the permitted hours too; ? is now (Rule C-24)
}

// An appointment may be called from ten minutes before until half an hour
// after its time, whatever the hours. Rule C-24.
const appointmentSpan = `t.state = 'appointment' AND t.appointment_at BETWEEN ?::timestamptz - interval '30 minutes' AND ?::timestamptz + interval '10 minutes'`

func queueClassOf(c callback.QueueClass) queueClass {
	const slotNow = `coalesce(t.next_from, t.due_at) <= ?`
	const appointmentNow = `t.appointment_at <= ?::timestamptz + interval '10 minutes'`
	switch c {
	case callback.QueueComplaint:
		return queueClass{key: "t.due_at", now: 2, shut: appointmentSpan, where: `t.complaint AND t.state IN ('open','waiting','appointment')
			AND (t.state = 'open' OR t.state = 'waiting' AND ` + slotNow + ` OR t.state = 'appointment' AND ` + appointmentNow + `)`}
	case callback.QueueAppointment:
		return queueClass{key: "t.appointment_at", now: 1, shut: appointmentSpan, where: `t.state = 'appointment' AND ` + appointmentNow}
	case callback.QueueDeadline:
		return queueClass{key: "t.hard_due_at", now: 1, where: `t.state IN ('open','waiting') AND t.hard_due_at IS NOT NULL AND (t.state = 'open' OR ` + slotNow + `)`}
	case callback.QueueRetry:
		return queueClass{key: "coalesce(t.next_from, t.due_at)", now: 1, where: `t.state = 'waiting' AND ` + slotNow}
	default:
		return queueClass{key: "t.due_at", where: `t.state = 'open'`}
	}
}

// QueueCandidates lists by (key, id): the agent's own and those of nobody, each
// read from its end of the class's index. Rules C-14, C-15, T-05, T-11.
func (s *Store) QueueCandidates(ctx context.Context, q callback.QueueQuery) ([]callback.QueueRow, error) {
	sql, args := queueSQL(q)
	rows, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v callback.QueueRow, err error) {
		err = r.Scan(&v.TaskID, at(&v.Key))
		return v, err
	}, sql, args...)
	return rows, mapError("look into queue", err)
}

func queueSQL(q callback.QueueQuery) (string, []any) {
	w := &where{}
	c := queueClassOf(q.Class)
	// The customer is looked at behind LIMIT 1, one task after another: the planner
	// would otherwise begin with all customers, whose filters it misjudges.
	part := func(whose string, languages []string, args ...any) string {
		w.conds = nil
		w.add("cu.id = t.customer_id")
		queueHours(w, q, c)
		w.add("cu.do_not_call_at IS NULL")
		w.add("cu.adviser_id IS DISTINCT FROM ?", q.Agent.ID)
		w.add("cu.department_id IS NULL OR cu.department_id IS DISTINCT FROM ?::uuid", orNullID(q.Agent.Department.ID))
		if languages != nil {
			w.add("split_part(lower(cu.language), '-', 1) = ANY(?)", languages)
		}
		w.add("NOT EXISTS (SELECT 1 FROM task_claim c WHERE c.task_id = t.id AND c.agent_id <> ? AND c.until > ?)", q.Agent.ID, q.Now)
		w.add("NOT EXISTS (SELECT 1 FROM task_skip k WHERE k.agent_id = ? AND k.until > ? AND k.task_id = t.id)", q.Agent.ID, q.Now)
		w.add("EXISTS (SELECT 1 FROM contact_point p WHERE p.customer_id = cu.id AND p.invalid_at IS NULL)")
		callable := `(SELECT 1 FROM customer cu` + w.sql() + ` LIMIT 1)`
		w.conds = nil
		w.add(whose, args...)
		w.add(c.where, slices.Repeat([]any{q.Now}, c.now)...)
		if q.Class == callback.QueueDeadline {
			w.add("t.hard_due_at < ?", q.Horizon)
		}
		if q.After.ID != uuid.Nil {
			w.add("("+c.key+", t.id) > (?, ?)", q.After.DueAt, q.After.ID)
		}
		return `(SELECT t.id, ` + c.key + ` AS key FROM task t CROSS JOIN LATERAL ` + callable + ` ok` + w.sql() + ` ORDER BY ` + c.key + `, t.id` + w.limit(q.Limit) + `)`
	}
	sql := part("t.assignee_id = ?", nil, q.Agent.ID) + ` UNION ALL ` + part("t.assignee_id IS NULL", languagesOf(q.Agent))
	sql += ` ORDER BY 2, 1` + w.limit(q.Limit)
	return sql, w.args
}

// queueHours leaves out customers whose hours are shut. Rule T-05.
func queueHours(w *where, q callback.QueueQuery, c queueClass) {
	var conds []string
	var args []any
	if c.shut != "" {
		conds, args = append(conds, c.shut), append(args, q.Now, q.Now)
	}
	for _, h := range q.Hours {
		cond := "t.program_id = ? AND cu.time_zone = ?"
		args = append(args, h.ProgramID, h.Zone)
		if !h.Open() {
			cond += " AND CASE"
			for _, g := range h.Groups {
				holds := map[callback.HoursBy]string{callback.HoursByKind: "cu.kind = ?", callback.HoursByGrade: "cu.grade = ?", callback.HoursByGroup: "? = ANY(cu.groups)",
					callback.HoursByBranch: "cu.department_id IN (SELECT d.id FROM department d WHERE d.branch_id = ?::text::uuid)"}[g.By]
				cond += " WHEN " + holds + " THEN CASE WHEN cu.government THEN ?::bool ELSE ?::bool END"
				args = append(args, g.Value, g.Government, g.Others)
			}
			cond += " WHEN cu.government THEN ?::bool ELSE ?::bool END"
			args = append(args, h.Government, h.Others)
		}
		conds = append(conds, cond)
	}
	if len(conds) == 0 {
		conds = []string{"false"}
	}
	w.add(strings.Join(conds, " OR "), args...)
}

// languagesOf gives the languages that somebody speaks, without regions. Rule T-11.
func languagesOf(u access.User) []string {
	out := make([]string, len(u.Languages))
	for i, l := range u.Languages {
		out[i], _, _ = strings.Cut(strings.ToLower(l), "-")
	}
	return out
}

// TasksByID gives those that exist, in the order of the ids.
func (s *Store) TasksByID(ctx context.Context, ids []uuid.UUID) ([]callback.TaskView, error) {
	vs, err := list(ctx, s.pool, scanTaskView, selectTaskView+` WHERE t.id = ANY($1)`, ids)
	if err == nil {
		err = s.fillViews(ctx, vs)
	}
	place := make(map[uuid.UUID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(vs, func(a, b callback.TaskView) int { return place[a.Task.ID] - place[b.Task.ID] })
	return vs, mapError("list tasks", err)
}

// TakeTask locks the first of the tasks that no other transaction has locked
// and that can still be dialled, and makes it the agent's. The primary key of
// task_claim decides where two see the same one free.
func (s *Store) TakeTask(ctx context.Context, ids []uuid.UUID, c callback.Claim, e func(uuid.UUID) audit.Event) (taken uuid.UUID, err error) {
	err = s.change(ctx, "take task", func(tx pgx.Tx) error {
		taken = uuid.Nil
		for len(ids) > 0 {
			var id uuid.UUID
			err := tx.QueryRow(ctx, `
				SELECT t.id FROM task t JOIN unnest($1::uuid[]) WITH ORDINALITY o(id, n) ON o.id = t.id
				WHERE t.state IN ('open','waiting','appointment') AND (t.assignee_id IS NULL OR t.assignee_id = $2)
				  AND NOT EXISTS (SELECT 1 FROM task_claim c WHERE c.task_id = t.id AND c.agent_id <> $2 AND c.until > $3)
				ORDER BY o.n LIMIT 1 FOR UPDATE OF t SKIP LOCKED`, ids, c.AgentID, c.TakenAt).Scan(&id)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			tag, err := tx.Exec(ctx, `
				INSERT INTO task_claim (task_id, agent_id, class, taken_at, until) VALUES ($1,$2,$3,$4,$5)
				ON CONFLICT (task_id) DO UPDATE SET agent_id = excluded.agent_id, class = excluded.class, taken_at = excluded.taken_at, until = excluded.until
				WHERE task_claim.until <= excluded.taken_at OR task_claim.agent_id = excluded.agent_id`, id, c.AgentID, string(c.Class), c.TakenAt, c.Until)
			if err != nil {
				return err
			}
			if tag.RowsAffected() == 1 {
				taken = id
				return insertEvent(ctx, tx, e(id))
			}
			ids = ids[slices.Index(ids, id)+1:] // somebody was faster
		}
		return nil
	})
	return taken, err
}

const selectClaim = `SELECT task_id, agent_id, class, taken_at, until FROM task_claim`

func scanClaim(r pgx.CollectableRow) (c callback.Claim, err error) {
	err = r.Scan(&c.TaskID, &c.AgentID, &c.Class, at(&c.TakenAt), at(&c.Until))
	return c, err
}

// ClaimOf gives an agent's; the zero claim when there is none.
func (s *Store) ClaimOf(ctx context.Context, agentID uuid.UUID) (callback.Claim, error) {
	cs, err := list(ctx, s.pool, scanClaim, selectClaim+` WHERE agent_id = $1`, agentID)
	if err != nil || len(cs) == 0 {
		return callback.Claim{}, mapError("look up claim", err)
	}
	return cs[0], nil
}

// Claims lists what is in whose hands.
func (s *Store) Claims(ctx context.Context) ([]callback.Claim, error) {
	cs, err := list(ctx, s.pool, scanClaim, selectClaim+` ORDER BY taken_at, task_id`)
	return cs, mapError("list claims", err)
}

// RenewClaims moves the end of the agents' leases on, never back.
func (s *Store) RenewClaims(ctx context.Context, agentIDs []uuid.UUID, until time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE task_claim SET until = greatest(until, $2) WHERE agent_id = ANY($1)`, agentIDs, until)
	return mapError("renew claims", err)
}

// ReleaseClaim gives back what the agent has in hand, unless its call is live or
// to be written up.
func (s *Store) ReleaseClaim(ctx context.Context, agentID uuid.UUID) error {
	_, err := s.pool.Exec(ctx, `DELETE FROM task_claim c USING task t WHERE c.agent_id = $1 AND t.id = c.task_id AND t.state NOT IN ('calling','wrapup')`, agentID)
	return mapError("release claim", err)
}

// SkipTask puts a task aside for the agent, and gives it back.
func (s *Store) SkipTask(ctx context.Context, k callback.TaskSkip, e audit.Event) error {
	return s.change(ctx, "skip task", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO task_skip (id, task_id, agent_id, reason, at, until) VALUES ($1,$2,$3,$4,$5,$6)`, k.ID, k.TaskID, k.AgentID, k.Reason, k.At, k.Until)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM task_claim WHERE task_id = $1 AND agent_id = $2`, k.TaskID, k.AgentID); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// QueueTimes looks ahead in the agent's queue: their own tasks and those of nobody.
func (s *Store) QueueTimes(ctx context.Context, agent access.User, now time.Time) (out callback.QueueTimes, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT least((SELECT min(appointment_at) FROM task WHERE state = 'appointment' AND assignee_id = $1 AND appointment_at > $2::timestamptz + interval '10 minutes'),
		             (SELECT min(appointment_at) FROM task WHERE state = 'appointment' AND assignee_id IS NULL AND appointment_at > $2::timestamptz + interval '10 minutes')) - interval '10 minutes',
		       least((SELECT min(coalesce(next_from, due_at)) FROM task WHERE state = 'waiting' AND assignee_id = $1 AND coalesce(next_from, due_at) > $2),
		             (SELECT min(coalesce(next_from, due_at)) FROM task WHERE state = 'waiting' AND assignee_id IS NULL AND coalesce(next_from, due_at) > $2)),
		       EXISTS (SELECT 1 FROM task WHERE state = 'open' AND assignee_id = $1) OR EXISTS (SELECT 1 FROM task WHERE state = 'open' AND assignee_id IS NULL)
		       OR EXISTS (SELECT 1 FROM task WHERE state = 'appointment' AND assignee_id = $1 AND appointment_at <= $2)`, agent.ID, now).
		Scan(at(&out.Appointment), at(&out.Retry), &out.Open)
	return out, mapError("look ahead in queue", err)
}

// CustomerZones lists the time zones of customers, a step of the index each.
func (s *Store) CustomerZones(ctx context.Context) ([]string, error) {
	zs, err := list(ctx, s.pool, pgx.RowTo[string], `
		WITH RECURSIVE z AS ((SELECT time_zone FROM customer ORDER BY time_zone LIMIT 1)
			UNION ALL SELECT (SELECT c.time_zone FROM customer c WHERE c.time_zone > z.time_zone ORDER BY c.time_zone LIMIT 1) FROM z WHERE z.time_zone IS NOT NULL)
		SELECT time_zone FROM z WHERE time_zone IS NOT NULL`)
	return zs, mapError("list time zones", err)
}

// Progressive is whether the next card opens by itself for the agent.
func (s *Store) Progressive(ctx context.Context, agentID uuid.UUID) (on bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT coalesce((SELECT progressive FROM agent_setting WHERE agent_id = $1), false)`, agentID).Scan(&on)
	return on, mapError("look up setting", err)
}

// SetProgressive notes the agent's wish.
func (s *Store) SetProgressive(ctx context.Context, agentID uuid.UUID, on bool, when time.Time) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO agent_setting (agent_id, progressive, changed_at) VALUES ($1,$2,$3)
		ON CONFLICT (agent_id) DO UPDATE SET progressive = excluded.progressive, changed_at = excluded.changed_at`, agentID, on, when)
	return mapError("change setting", err)
}
