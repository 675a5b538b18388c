package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/replay"
	"huifang/recording/evidence"
)

var _ evidence.Source = (*Evidence)(nil)

// packCalls reads calls for packs with what is put behind FROM.
func (e *Evidence) packCalls(ctx context.Context, tail string, args ...any) ([]evidence.PackCall, error) {
	out, err := list(ctx, e.s.pool, func(r pgx.CollectableRow) (evidence.PackCall, error) {
		var c evidence.PackCall
		var stored evidence.Recording
		var opened, closed int64
		err := r.Scan(&c.ID, &c.Recording, at(&c.StartedAt), &c.Direction, &c.Agent, &c.Customer, &c.Program, &c.Outcome, &c.DurationMs,
			&stored.State, &stored.Instance, &stored.Error, &stored.Bucket, &stored.Key, &stored.VersionID, &stored.KeyID, &stored.ObjectBytes, &stored.SHA256, &stored.Bytes, &opened, &closed, &c.Origin)
		stored.ID, stored.CallID = c.Recording, c.ID
		return evidence.NewPackCall(c, stored, opened, closed), err
	}, `SELECT c.id, r.id, c.started_at, c.direction, coalesce(a.name, ''), cu.name, p.code, coalesce(c.outcome, ''), coalesce(r.duration_ms, 0),
		r.state, r.instance, r.error, r.bucket, r.object_key, r.version_id, r.key_id, coalesce(r.object_bytes, 0), r.sha256, coalesce(r.bytes, 0),
		coalesce((SELECT l.index FROM evidence_leaf l WHERE l.kind = 'call_opened.1' AND l.ref = c.id::text), -1),
		coalesce((SELECT l.index FROM evidence_leaf l WHERE l.kind = 'call.1' AND l.ref = c.id::text), -1),
		coalesce((SELECT i.source || ' (' || i.reason || ')' FROM recording_import i WHERE i.recording_id = r.id), '')
		FROM call c JOIN recording r ON r.call_id = c.id JOIN customer cu ON cu.id = c.customer_id JOIN task t ON t.id = c.task_id
		     JOIN program p ON p.id = t.program_id LEFT JOIN app_user a ON a.id = c.agent_id `+tail, args...)
	return out, mapError("list calls to export", err)
}

// CallsBetween implements evidence.Source.
func (e *Evidence) CallsBetween(ctx context.Context, p evidence.Period, after evidence.PackCall, limit int) ([]evidence.PackCall, error) {
	return e.packCalls(ctx, `WHERE c.started_at >= $1 AND c.started_at < $2 AND c.ended_at IS NOT NULL AND (c.started_at, c.id) > ($3, $4)
		ORDER BY c.started_at, c.id LIMIT $5`, p.From, p.To, after.StartedAt, after.ID, limit)
}

// CallsOf implements evidence.Source.
func (e *Evidence) CallsOf(ctx context.Context, recordings []uuid.UUID) ([]evidence.PackCall, error) {
	return e.packCalls(ctx, `WHERE r.id = ANY($1) AND c.ended_at IS NOT NULL ORDER BY c.started_at, c.id`, recordings)
}

// NoteExported notes an access "exported" of each recording, by whoever makes a
// copy (Rules S-01, T-08).
func (s *Store) NoteExported(ctx context.Context, recordings []uuid.UUID, by uuid.UUID, at time.Time) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO recording_access (recording_id, user_id, at, action, ip) SELECT x.id, $2, $3, $4, '' FROM unnest($1::uuid[]) WITH ORDINALITY AS x (id, n) ORDER BY x.n`,
		recordings, by, at, string(replay.ActionExported))
	return mapError("note what was exported", err)
}

// LeavesOf implements evidence.Source.
func (e *Evidence) LeavesOf(ctx context.Context, calls []uuid.UUID) ([]int64, error) {
	out, err := list(ctx, e.s.pool, pgx.RowTo[int64], `
		WITH c AS (SELECT unnest($1::uuid[]) AS id),
		r AS (SELECT r.id FROM recording r JOIN c ON r.call_id = c.id),
		d AS (SELECT d.id FROM callback_record d JOIN c ON d.call_id = c.id),
		fact (kind, ref) AS (
			SELECT k, c.id::text FROM c, unnest(ARRAY['call_opened.1','call.1']) k
			UNION ALL SELECT 'attempt.1', a.id::text FROM attempt a JOIN c ON a.call_id = c.id
			UNION ALL SELECT k, r.id::text FROM r, unnest(ARRAY['recording.1','object.1']) k
			UNION ALL SELECT 'import.1', r.id::text FROM r
			UNION ALL SELECT k, d.id::text FROM d, unnest(ARRAY['record.1','record.2','record.3']) k
			UNION ALL SELECT 'correction.1', v.id::text FROM record_version v JOIN d ON v.record_id = d.id
			UNION ALL SELECT 'mark.1', m.id::text FROM call_mark m JOIN c ON m.call_id = c.id
			UNION ALL SELECT 'access.1', a.id::text FROM recording_access a JOIN r ON a.recording_id = r.id
			UNION ALL SELECT 'event.1', e.id::text FROM audit_event e JOIN (
				SELECT 'call', id::text FROM c UNION ALL SELECT 'recording', id::text FROM r UNION ALL SELECT 'record', id::text FROM d
				UNION ALL SELECT 'slip', s.id::text FROM slip s JOIN d ON s.record_id = d.id) o (kind, id)
				ON e.object_kind = o.kind AND e.object_id = o.id
			UNION ALL SELECT 'key.1', k.verifier FROM evidence_key k)
		SELECT DISTINCT l.index FROM fact f JOIN evidence_leaf l ON l.kind = f.kind AND l.ref = f.ref ORDER BY 1`, calls)
	return out, mapError("find the leaves of calls", err)
}
