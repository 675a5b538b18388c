package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/replay"
)

var _ replay.Store = (*Store)(nil)

const recordingColumns = `r.id, r.call_id, r.opened_at, c.started_at, coalesce(r.duration_ms,0), c.agent_id, coalesce(ag.name,''), c.customer_id, cu.name,
	cp.number, p.code, coalesce(c.outcome,''), r.state, r.interrupted, r.empty_left, r.empty_right, r.retain_until`

const recordingTables = ` recording r JOIN call c ON c.id = r.call_id LEFT JOIN app_user ag ON ag.id = c.agent_id JOIN customer cu ON cu.id = c.customer_id
	JOIN contact_point cp ON cp.id = c.contact_point_id JOIN task t ON t.id = c.task_id JOIN program p ON p.id = t.program_id`

// rowTargets gives where the recording columns are scanned to; the number is
// put into its type afterwards.
func rowTargets(r *replay.Row, number *string) []any {
	return []any{&r.ID, &r.CallID, at(&r.OpenedAt), at(&r.StartedAt), &r.DurationMs, &r.AgentID, &r.AgentName, &r.CustomerID, &r.CustomerName,
		number, &r.ProgramCode, &r.Outcome, &r.State, &r.Interrupted, &r.EmptyLeft, &r.EmptyRight, at(&r.RetainUntil)}
}

// Recording gives one with its call.
func (s *Store) Recording(ctx context.Context, id uuid.UUID) (replay.Detail, error) {
	d, err := one(ctx, s.pool, func(row pgx.CollectableRow) (d replay.Detail, err error) {
		var number string
		err = row.Scan(append(rowTargets(&d.Row, &number), &d.SHA256, at(&d.VerifiedAt), &d.Error, &d.Instance, &d.Bytes, &d.Law, &d.LeftActiveMs, &d.RightActiveMs, at(&d.SampleAt),
			&d.Facts, &d.Bucket, &d.ObjectKey, &d.VersionID, &d.LockMode, at(&d.StoredAt), &d.KeyID, &d.ObjectSHA256, &d.ObjectBytes)...)
		d.Number = customer.StoredNumber(number)
		return d, err
	}, `SELECT `+recordingColumns+`, r.sha256, r.verified_at, r.error, r.instance, coalesce(r.bytes,0), coalesce(r.law,''), coalesce(r.left_active_ms,0), coalesce(r.right_active_ms,0),
		r.started_at, r.facts, r.bucket, r.object_key, r.version_id, r.lock_mode, r.stored_at, r.key_id, r.object_sha256, coalesce(r.object_bytes,0) FROM`+recordingTables+` WHERE r.id = $1`, id)
	if err != nil {
		return replay.Detail{}, mapError("look up recording", err)
	}
	if d.Call, err = s.Call(ctx, d.CallID); err != nil {
		return replay.Detail{}, err
	}
	if o, ok, err := s.imported(ctx, id); err != nil {
		return replay.Detail{}, mapError("look up import", err)
	} else if ok {
		d.Origin = &o
	}
	d.Questions, err = list(ctx, s.pool, func(r pgx.CollectableRow) (q replay.Question, err error) {
		return q, r.Scan(&q.Key, &q.Chinese, &q.English, at(&q.At))
	}, `SELECT a.key, coalesce(i.value -> 'label' ->> 'zh-CN', ''), coalesce(i.value -> 'label' ->> 'en', ''), (a.value)::timestamptz
		FROM callback_record cr JOIN task t ON t.id = cr.task_id JOIN program p ON p.id = t.program_id CROSS JOIN jsonb_each_text(cr.answered_at) a
		LEFT JOIN paper_version pv ON pv.paper_id = coalesce(cr.questionnaire_id, p.questionnaire_id)
		      AND CASE WHEN cr.questionnaire_id IS NULL THEN pv.state = 'published' ELSE pv.version = cr.questionnaire_version END
		LEFT JOIN jsonb_array_elements(coalesce(pv.body -> 'items', '[]')) i ON i.value ->> 'key' = a.key WHERE cr.call_id = $1 ORDER BY 4, 1`, d.CallID)
	return d, mapError("list questions", err)
}

// StoredFile says where the file of a recording is.
func (s *Store) StoredFile(ctx context.Context, id uuid.UUID) (replay.File, error) {
	f, err := one(ctx, s.pool, func(r pgx.CollectableRow) (f replay.File, err error) {
		err = r.Scan(&f.ID, &f.State, &f.SHA256, &f.Bytes, &f.DurationMs, &f.Bucket, &f.ObjectKey, &f.VersionID, &f.KeyID, &f.ObjectSHA256, &f.ObjectBytes)
		return f, err
	}, `SELECT id, state, sha256, coalesce(bytes,0), coalesce(duration_ms,0), bucket, object_key, version_id, key_id, object_sha256, coalesce(object_bytes,0) FROM recording WHERE id = $1`, id)
	return f, mapError("look up recording", err)
}

const selectAccess = `SELECT a.recording_id, a.user_id, u.name, a.at, a.action, a.channel, a.from_ms IS NOT NULL AND a.to_ms IS NOT NULL,
	coalesce(a.from_ms,0), coalesce(a.to_ms,0), a.ip, coalesce(a.grant_id, ` + nobody + `) FROM recording_access a JOIN app_user u ON u.id = a.user_id`

func scanAccess(r pgx.CollectableRow) (a replay.Access, err error) {
	err = r.Scan(&a.RecordingID, &a.UserID, &a.UserName, at(&a.At), &a.Action, &a.Channel, &a.HasRange, &a.FromMs, &a.ToMs, &a.IP, &a.GrantID)
	return a, err
}

// Accesses of a recording, newest first. Rule S-01.
func (s *Store) Accesses(ctx context.Context, recordingID uuid.UUID, limit int) ([]replay.Access, error) {
	as, err := list(ctx, s.pool, scanAccess, selectAccess+` WHERE a.recording_id = $1 ORDER BY a.at DESC, a.id DESC LIMIT $2`, recordingID, max(limit, 0))
	return as, mapError("list accesses", err)
}

// AppendAccess logs a view of a recording. Rules S-01, S-04.
func (s *Store) AppendAccess(ctx context.Context, a replay.Access) error {
	var from, to any
	if a.HasRange {
		from, to = a.FromMs, a.ToMs
	}
	_, err := s.pool.Exec(ctx, `
		INSERT INTO recording_access (recording_id, user_id, at, action, channel, from_ms, to_ms, ip, grant_id) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		a.RecordingID, a.UserID, a.At, string(a.Action), string(a.Channel), from, to, a.IP, orNullID(a.GrantID))
	return mapError("log access", err)
}

// Comments of a recording, in the order of their places.
func (s *Store) Comments(ctx context.Context, recordingID uuid.UUID) ([]replay.Comment, error) {
	all, err := list(ctx, s.pool, func(r pgx.CollectableRow) (c replay.Comment, err error) {
		err = r.Scan(&c.ID, &c.RecordingID, &c.AuthorID, &c.AuthorName, at(&c.At), &c.AtMs, &c.Text)
		return c, err
	}, `SELECT c.id, c.recording_id, c.author_id, u.name, c.at, c.at_ms, c.text FROM recording_comment c JOIN app_user u ON u.id = c.author_id
		WHERE c.recording_id = $1 ORDER BY c.at_ms, c.at, c.id`, recordingID)
	return all, mapError("list comments", err)
}

// AppendComment keeps a comment together with its event. Rules S-01, S-04.
func (s *Store) AppendComment(ctx context.Context, c replay.Comment, e audit.Event) error {
	return s.change(ctx, "keep comment", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO recording_comment (id, recording_id, author_id, at, at_ms, text) VALUES ($1,$2,$3,$4,$5,$6)`,
			c.ID, c.RecordingID, c.AuthorID, c.At, c.AtMs, c.Text); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// HasInterest asks the schema, as grants do. Rule C-15.
func (s *Store) HasInterest(ctx context.Context, userID, recordingID uuid.UUID) (bool, error) {
	var yes bool
	err := s.pool.QueryRow(ctx, `SELECT has_interest($1, $2)`, userID, recordingID).Scan(&yes)
	return yes, mapError("look for an interest", err)
}
