package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/duty"
)

var (
	_ duty.Work = (*Store)(nil)
	_ duty.Book = (*Store)(nil)
)

// dutyLock is the first half of the advisory locks of shards.
const dutyLock = 0x48465f44

// EvaluateDuties takes signals and due wakes of a shard, and does what decide says.
func (s *Store) EvaluateDuties(ctx context.Context, shard int, now time.Time, limit int, decide func([]duty.Facts) []duty.Decision) (duty.Round, error) {
	var round duty.Round
	err := s.change(ctx, "evaluate duties", func(tx pgx.Tx) error {
		round = duty.Round{}
		var mine bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1, $2)`, int32(dutyLock), int32(shard)).Scan(&mine); err != nil {
			return err
		}
		if round.Busy = !mine; !mine {
			return nil
		}
		ids, err := takeSignals(ctx, tx, shard, now, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		facts, err := factsOf(ctx, tx, ids)
		if err != nil {
			return err
		}
		round.Customers = len(facts)
		ds := decide(facts)
		if round.Tally, err = carryOut(ctx, tx, ds, now); err != nil {
			return err
		}
		if err := putWakes(ctx, tx, ds); err != nil {
			return err
		}
		if t := round.Tally; t.Made+t.Moved+t.Withdrawn == 0 {
			return nil
		}
		return insertEvent(ctx, tx, audit.Event{At: now, Action: audit.ActionDutiesEvaluated, ObjectKind: "duty", Rule: "R-03",
			Detail: map[string]any{"customers": round.Customers, "made": round.Made, "moved": round.Moved, "withdrawn": round.Withdrawn}})
	})
	return round, err
}

// takeSignals gives customers, each once, and takes all signals of them away.
func takeSignals(ctx context.Context, tx pgx.Tx, shard int, now time.Time, limit int) ([]uuid.UUID, error) {
	all, err := list(ctx, tx, pgx.RowTo[uuid.UUID], `
		WITH s AS (DELETE FROM duty_signal WHERE shard = $1 AND customer_id IN (SELECT DISTINCT customer_id FROM duty_signal WHERE shard = $1 ORDER BY customer_id LIMIT $3) RETURNING customer_id),
		     w AS (DELETE FROM duty_wake WHERE customer_id IN (SELECT customer_id FROM duty_wake WHERE shard = $1 AND at <= $2 ORDER BY at LIMIT $3) RETURNING customer_id)
		SELECT customer_id FROM s UNION SELECT customer_id FROM w`, int16(shard), now, limit)
	return all, err
}

// carryOut writes the changes. Tasks are locked before their duties, the order in
// which a call-back that ends locks them.
func carryOut(ctx context.Context, tx pgx.Tx, ds []duty.Decision, now time.Time) (n duty.Tally, err error) {
	var made, moved []dated
	var gone []duty.Duty
	var touched []uuid.UUID
	for _, d := range ds {
		for _, o := range d.Changes.Make {
			made = append(made, dated{uuid.New(), o, d.Zone})
		}
		for _, m := range d.Changes.Move {
			moved = append(moved, dated{m.ID, m.Owed, d.Zone})
			touched = append(touched, m.ID)
		}
		for _, w := range d.Changes.Withdraw {
			gone = append(gone, w)
			touched = append(touched, w.ID)
		}
	}
	if len(touched) > 0 {
		if _, err := tx.Exec(ctx, `SELECT 1 FROM task t JOIN duty d ON d.task_id = t.id WHERE d.id = ANY($1) AND d.state = 'open' ORDER BY t.id FOR UPDATE OF t`, touched); err != nil {
			return n, err
		}
	}
	if n.Made, err = makeDuties(ctx, tx, made, now); err != nil {
		return n, err
	}
	if n.Moved, err = moveDuties(ctx, tx, moved, now); err != nil {
		return n, err
	}
	n.Withdrawn, err = withdrawDuties(ctx, tx, gone, now)
	return n, err
}

// dated is what is owed, with the zone of its days.
type dated struct {
	id uuid.UUID
	duty.Owed
	zone *time.Location
}

// dutyArrays are the columns of duties as arrays, in the order of dutyValues.
func dutyArrays(rows []dated) []any {
	text := func(f func(dated) string) []string { return columnOf(rows, f) }
	days := func(f func(dated) calendar.Date) []*time.Time {
		return columnOf(rows, func(d dated) *time.Time { return orNullDay(f(d)) })
	}
	ids := func(f func(dated) uuid.UUID) []uuid.UUID { return columnOf(rows, f) }
	return []any{
		ids(func(d dated) uuid.UUID { return d.id }), ids(func(d dated) uuid.UUID { return d.RuleID }), columnOf(rows, func(d dated) int32 { return int32(d.Version) }),
		ids(func(d dated) uuid.UUID { return d.CustomerID }), ids(func(d dated) uuid.UUID { return d.Subject }), text(func(d dated) string { return d.Occurrence }),
		columnOf(rows, func(d dated) *[16]byte { return nullID(d.EventID) }),
		days(func(d dated) calendar.Date { return d.Base }), days(func(d dated) calendar.Date { return d.NotBefore }), days(func(d dated) calendar.Date { return d.Due }),
		days(func(d dated) calendar.Date { return d.Soft }), days(func(d dated) calendar.Date { return d.Hard }), columnOf(rows, func(d dated) int32 { return int32(d.GraceDays) }),
		columnOf(rows, func(d dated) time.Time { return d.Due.At(0, d.zone) }), columnOf(rows, func(d dated) time.Time { return lastSecond(d.Soft, d.zone) }),
		columnOf(rows, func(d dated) *time.Time {
			if d.Hard.IsZero() {
				return nil
			}
			t := lastSecond(d.Hard, d.zone)
			return &t
		}),
		text(func(d dated) string { return string(d.Channel) }), text(func(d dated) string { return string(d.Also) }), ids(func(d dated) uuid.UUID { return d.ProgramID }),
		columnOf(rows, func(d dated) int32 { return int32(d.Priority) }), text(func(d dated) string { return d.Purpose }),
	}
}

func lastSecond(d calendar.Date, zone *time.Location) time.Time {
	return d.At(24*time.Hour-time.Second, zone)
}

const dutyValues = `unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::date[], $9::date[], $10::date[], $11::date[], $12::date[], $13::int[],
	$14::timestamptz[], $15::timestamptz[], $16::timestamptz[], $17::text[], $18::text[], $19::uuid[], $20::int[], $21::text[])
	AS r (id, rule_id, version, customer_id, subject, occurrence, event_id, base_on, not_before, due_on, soft_on, hard_on, grace_days, opens_at, soft_at, hard_at, channel, also_channel, program_id, priority, purpose)`

// makeDuties inserts those that there are not: the same event never makes two.
func makeDuties(ctx context.Context, tx pgx.Tx, rows []dated, now time.Time) (int, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	tag, err := tx.Exec(ctx, `INSERT INTO duty (id, rule_id, version, customer_id, subject, occurrence, event_id, base_on, not_before, due_on, soft_on, hard_on, grace_days, opens_at, soft_at, hard_at,
		       channel, also_channel, program_id, priority, purpose, state, created_at, updated_at)
		SELECT r.*, 'planned', $22, $22 FROM `+dutyValues+` ON CONFLICT (rule_id, subject, occurrence) DO NOTHING`, append(dutyArrays(rows), now)...)
	return int(tag.RowsAffected()), err
}

// moveDuties gives duties that are not done other days, and their tasks with
// them. One that was withdrawn is planned again; one whose first day lies ahead
// now is, too, unless somebody has called already.
func moveDuties(ctx context.Context, tx pgx.Tx, rows []dated, now time.Time) (int, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	moved, err := list(ctx, tx, pgx.RowTo[uuid.UUID], `UPDATE duty d SET version = r.version, event_id = r.event_id, base_on = r.base_on, not_before = r.not_before, due_on = r.due_on, soft_on = r.soft_on,
		       hard_on = r.hard_on, grace_days = r.grace_days, opens_at = r.opens_at, soft_at = r.soft_at, hard_at = r.hard_at, channel = r.channel, also_channel = r.also_channel,
		       program_id = r.program_id, priority = r.priority, purpose = r.purpose, updated_at = $22, reason = '',
		       state = CASE d.state WHEN 'withdrawn' THEN 'planned' ELSE d.state END, task_id = CASE d.state WHEN 'withdrawn' THEN NULL ELSE d.task_id END
		FROM `+dutyValues+` WHERE d.id = r.id AND d.state IN ('planned','open','withdrawn') RETURNING d.id`, append(dutyArrays(rows), now)...)
	if err != nil {
		return 0, err
	}
	// A call that is under way writes its task back as it read it: the row is changed, its guard is not.
	if _, err := tx.Exec(ctx, `UPDATE task t SET due_at = d.soft_at, hard_due_at = d.hard_at, purpose = d.purpose,
		       updated_at = CASE WHEN t.state IN ('calling','wrapup') THEN t.updated_at ELSE $2 END
		FROM duty d WHERE d.task_id = t.id AND d.id = ANY($1) AND d.state = 'open' AND t.closed_at IS NULL`, moved, now); err != nil {
		return 0, err
	}
	back, err := list(ctx, tx, pgx.RowTo[uuid.UUID], `UPDATE duty d SET state = 'planned', task_id = NULL FROM task t
		WHERE t.id = d.task_id AND d.id = ANY($1) AND d.state = 'open' AND d.opens_at > $2 AND t.state = 'open' AND t.counted = 0
		  AND NOT EXISTS (SELECT 1 FROM call c WHERE c.task_id = t.id) RETURNING t.id`, moved, now)
	if err != nil {
		return 0, err
	}
	return len(moved), cancelTasks(ctx, tx, back, now, "moved to a later day")
}

// withdrawDuties leaves those whose call is under way: they end with it.
func withdrawDuties(ctx context.Context, tx pgx.Tx, ds []duty.Duty, now time.Time) (int, error) {
	if len(ds) == 0 {
		return 0, nil
	}
	gone, err := list(ctx, tx, pgx.RowTo[*uuid.UUID], `UPDATE duty d SET state = 'withdrawn', reason = $2, updated_at = $3 WHERE d.id = ANY($1) AND d.state IN ('planned','open')
		AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = d.task_id AND t.state IN ('calling','wrapup')) RETURNING d.task_id`,
		columnOf(ds, func(d duty.Duty) uuid.UUID { return d.ID }), ds[0].Reason, now)
	if err != nil {
		return 0, err
	}
	var tasks []uuid.UUID
	for _, id := range gone {
		if id != nil {
			tasks = append(tasks, *id)
		}
	}
	return len(gone), cancelTasks(ctx, tx, tasks, now, ds[0].Reason)
}

func cancelTasks(ctx context.Context, tx pgx.Tx, ids []uuid.UUID, now time.Time, reason string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE task SET state = 'cancelled', closed_at = $2, close_reason = $3, appointment_at = NULL, next_from = NULL, next_until = NULL, updated_at = $2
		WHERE id = ANY($1) AND closed_at IS NULL`, ids, now, reason)
	return err
}

func putWakes(ctx context.Context, tx pgx.Tx, ds []duty.Decision) error {
	var ids []uuid.UUID
	var times []time.Time
	for _, d := range ds {
		if !d.Wake.IsZero() {
			ids, times = append(ids, d.CustomerID), append(times, d.Wake)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO duty_wake (customer_id, shard, at) SELECT id, duty_shard(id), at FROM unnest($1::uuid[], $2::timestamptz[]) AS r (id, at)
		ON CONFLICT (customer_id) DO UPDATE SET at = excluded.at`, ids, times)
	return err
}

// OpenDuties makes tasks of what is due, in one statement.
func (s *Store) OpenDuties(ctx context.Context, now time.Time, limit int) (n int, err error) {
	err = s.change(ctx, "open duties", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			WITH due AS MATERIALIZED (SELECT d.*, gen_random_uuid() AS new_task FROM duty d WHERE d.state = 'planned' AND d.opens_at <= $1 ORDER BY d.opens_at LIMIT $2 FOR UPDATE SKIP LOCKED),
			     made AS (INSERT INTO task (id, program_id, customer_id, source, source_key, purpose, state, due_at, hard_due_at, created_at, updated_at)
			              SELECT new_task, program_id, customer_id, 'duty', 'duty:' || id || ':' || made + 1, purpose, 'open', soft_at, hard_at, $1, $1 FROM due RETURNING id)
			UPDATE duty d SET state = 'open', task_id = due.new_task, made = due.made + 1, updated_at = $1 FROM due JOIN made ON made.id = due.new_task WHERE d.id = due.id`, now, limit)
		n = int(tag.RowsAffected())
		return err
	})
	return n, err
}

// DutyBacklog counts what waits.
func (s *Store) DutyBacklog(ctx context.Context, now time.Time) (signals, opening int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM duty_signal), (SELECT count(*) FROM duty WHERE state = 'planned' AND opens_at <= $1)`, now).Scan(&signals, &opening)
	return signals, opening, mapError("count backlog of duties", err)
}
