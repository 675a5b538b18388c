package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/customer"
	"huifang/internal/replay"
)

var _ replay.Store = (*Store)(nil)

const recordingColumns = `r.id, r.call_id, r.opened_at, c.started_at, coalesce(r.duration_ms,0), c.agent_id, coalesce(ag.name,''), c.customer_id, cu.name,
	cp.number, p.code, coalesce(c.outcome,''), r.state, r.interrupted, r.empty_left, r.empty_right, r.sha256, r.retain_until, r.verified_at, r.error`

const recordingTables = ` recording r JOIN call c ON c.id = r.call_id LEFT JOIN app_user ag ON ag.id = c.agent_id JOIN customer cu ON cu.id = c.customer_id
	JOIN contact_point cp ON cp.id = c.contact_point_id JOIN task t ON t.id = c.task_id JOIN program p ON p.id = t.program_id`

// rowTargets gives where the recording columns are scanned to; the number is
// put into its type afterwards.
func rowTargets(r *replay.Row, number *string) []any {
	return []any{&r.ID, &r.CallID, at(&r.OpenedAt), at(&r.StartedAt), &r.DurationMs, &r.AgentID, &r.AgentName, &r.CustomerID, &r.CustomerName,
		number, &r.ProgramCode, &r.Outcome, &r.State, &r.Interrupted, &r.EmptyLeft, &r.EmptyRight, &r.SHA256, at(&r.RetainUntil),
		at(&r.VerifiedAt), &r.Error}
}

// Recordings lists by (opened_at, id), newest first, one row more than asked
// for when another page follows.
func (s *Store) Recordings(ctx context.Context, q replay.Query) ([]replay.Row, error) {
	var w where
	w.add("r.opened_at >= ?", q.From)
	w.add("r.opened_at < ?", q.To)
	if q.Text != "" {
		grams := q.Grams
		if grams == nil {
			grams = []string{}
		}
		w.add("cu.name_grams @> ? AND "+nameHolds, grams, customer.SearchText(q.Text))
	}
	if q.Tail != "" {
		w.add(tailIs, q.Tail)
	}
	if q.AgentID != uuid.Nil {
		w.add("c.agent_id = ?", q.AgentID)
	}
	if q.Outcome != "" {
		w.add("c.outcome = ?", string(q.Outcome))
	}
	if q.State != "" {
		w.add("r.state = ?", q.State)
	}
	if q.Program != "" {
		w.add("p.code = ?", q.Program)
	}
	if q.After.ID != uuid.Nil {
		w.add("(r.opened_at, r.id) < (?, ?)", q.After.OpenedAt, q.After.ID)
	}
	limit := 0
	if q.Limit > 0 {
		limit = q.Limit + 1
	}
	rows, err := list(ctx, s.pool, func(row pgx.CollectableRow) (r replay.Row, err error) {
		var number string
		err = row.Scan(rowTargets(&r, &number)...)
		r.Number = customer.StoredNumber(number)
		return r, err
	}, `SELECT `+recordingColumns+` FROM`+recordingTables+w.sql()+` ORDER BY r.opened_at DESC, r.id DESC`+w.limit(limit), w.args...)
	return rows, mapError("list recordings", err)
}

// Recording gives one with its call.
func (s *Store) Recording(ctx context.Context, id uuid.UUID) (replay.Detail, error) {
	d, err := one(ctx, s.pool, func(row pgx.CollectableRow) (d replay.Detail, err error) {
		var number string
		err = row.Scan(append(rowTargets(&d.Row, &number), &d.Bytes, &d.Law, &d.LeftActiveMs, &d.RightActiveMs, at(&d.SampleAt), &d.Facts,
			&d.Bucket, &d.ObjectKey, &d.VersionID, &d.LockMode, at(&d.StoredAt))...)
		d.Number = customer.StoredNumber(number)
		return d, err
	}, `SELECT `+recordingColumns+`, coalesce(r.bytes,0), coalesce(r.law,''), coalesce(r.left_active_ms,0), coalesce(r.right_active_ms,0),
		r.started_at, r.facts, r.bucket, r.object_key, r.version_id, r.lock_mode, r.stored_at FROM`+recordingTables+` WHERE r.id = $1`, id)
	if err != nil {
		return replay.Detail{}, mapError("look up recording", err)
	}
	if d.Call, err = s.Call(ctx, d.CallID); err != nil {
		return replay.Detail{}, err
	}
	return d, nil
}

// StoredFile says where the file of a recording is.
func (s *Store) StoredFile(ctx context.Context, id uuid.UUID) (replay.File, error) {
	f, err := one(ctx, s.pool, func(r pgx.CollectableRow) (f replay.File, err error) {
		err = r.Scan(&f.ID, &f.State, &f.SHA256, &f.Bytes, &f.DurationMs, &f.Bucket, &f.ObjectKey, &f.VersionID)
		return f, err
	}, `SELECT id, state, sha256, coalesce(bytes,0), coalesce(duration_ms,0), bucket, object_key, version_id FROM recording WHERE id = $1`, id)
	return f, mapError("look up recording", err)
}

// Accesses of a recording, newest first. Rule S-01.
func (s *Store) Accesses(ctx context.Context, recordingID uuid.UUID, limit int) ([]replay.Access, error) {
	as, err := list(ctx, s.pool, func(r pgx.CollectableRow) (a replay.Access, err error) {
		err = r.Scan(&a.RecordingID, &a.UserID, &a.UserName, at(&a.At), &a.Action, &a.Channel, &a.HasRange, &a.FromMs, &a.ToMs, &a.IP)
		return a, err
	}, `SELECT a.recording_id, a.user_id, u.name, a.at, a.action, a.channel, a.from_ms IS NOT NULL AND a.to_ms IS NOT NULL,
		       coalesce(a.from_ms,0), coalesce(a.to_ms,0), a.ip
		FROM recording_access a JOIN app_user u ON u.id = a.user_id WHERE a.recording_id = $1 ORDER BY a.at DESC, a.id DESC LIMIT $2`,
		recordingID, max(limit, 0))
	return as, mapError("list accesses", err)
}

// AppendAccess logs a view of a recording. Rules S-01, S-04.
func (s *Store) AppendAccess(ctx context.Context, a replay.Access) error {
	var from, to any
	if a.HasRange {
		from, to = a.FromMs, a.ToMs
	}
	_, err := s.pool.Exec(ctx, `
		INSERT INTO recording_access (recording_id, user_id, at, action, channel, from_ms, to_ms, ip) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		a.RecordingID, a.UserID, a.At, string(a.Action), string(a.Channel), from, to, a.IP)
	return mapError("log access", err)
}
