package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/problem"
	"huifang/internal/reconcile"
)

var _ reconcile.Store = (*Store)(nil)

// reconcileLock lets one instance at a time see whether a run is due.
const reconcileLock = 0x4846_5243

// OpenRun implements reconcile.Store.
func (s *Store) OpenRun(ctx context.Context, r reconcile.Run, gap time.Duration) (ok bool, err error) {
	err = s.change(ctx, "begin comparison", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, reconcileLock); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO reconcile_run (id, instance, asked_by, from_at, to_at, started_at)
			SELECT $1,$2,$3,$4,$5,$6 WHERE $7 = 0 OR NOT EXISTS (
				SELECT 1 FROM reconcile_run WHERE started_at > $6::timestamptz - $7 * interval '1 second' AND asked_by IS NULL
				  AND (ended_at IS NOT NULL AND error = '' OR started_at > $6::timestamptz - interval '1 hour'))`,
			r.ID, r.Instance, orNullID(r.AskedBy), r.From, r.To, r.StartedAt, gap.Seconds())
		ok = err == nil && tag.RowsAffected() == 1
		return err
	})
	return ok, err
}

// EndRun implements reconcile.Store.
func (s *Store) EndRun(ctx context.Context, r reconcile.Run, found []reconcile.Difference) error {
	return s.change(ctx, "end comparison", func(tx pgx.Tx) error {
		var b pgx.Batch
		b.Queue(`UPDATE reconcile_run SET ended_at = $2, calls = $3, recordings = $4, objects = $5, read_whole = $6, found = $7, error = $8 WHERE id = $1`,
			r.ID, r.EndedAt, r.Calls, r.Recordings, r.Objects, r.Read, r.Found, r.Error)
		for _, d := range found {
			b.Queue(`INSERT INTO reconcile_item (id, kind, ref, call_id, recording_id, expected, found, run_id, found_at, seen_at)
				VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$9) ON CONFLICT (kind, ref, found) DO UPDATE SET seen_at = excluded.seen_at`,
				uuid.New(), string(d.Kind), d.Ref, orNullID(d.CallID), orNullID(d.RecordingID), d.Expected, d.Found, r.ID, r.EndedAt)
		}
		return tx.SendBatch(ctx, &b).Close()
	})
}

// CompareRows implements reconcile.Store.
func (s *Store) CompareRows(ctx context.Context, from, to, overdue time.Time) (found []reconcile.Difference, calls, recordings int64, err error) {
	err = s.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM call WHERE started_at >= $1 AND started_at < $2),
		(SELECT count(*) FROM recording WHERE opened_at >= $1 AND opened_at < $2)`, from, to).Scan(&calls, &recordings)
	if err != nil {
		return nil, 0, 0, mapError("count calls and recordings", err)
	}
	found, err = list(ctx, s.pool, func(r pgx.CollectableRow) (d reconcile.Difference, err error) {
		var kind string
		err = r.Scan(&kind, &d.Ref, &d.CallID, &d.RecordingID, &d.Expected, &d.Found)
		d.Kind = reconcile.Kind(kind)
		return d, err
	}, `
		WITH c AS (
			SELECT c.id AS call_id, c.ended_at, c.talk_at, r.* FROM call c
			LEFT JOIN LATERAL (SELECT r.id, r.state, r.started_at, r.duration_ms, r.empty_left, r.empty_right FROM recording r WHERE r.call_id = c.id) r ON true
			WHERE c.started_at >= $1 AND c.started_at < $2 AND c.ended_at IS NOT NULL)
		SELECT 'call_without_recording', call_id::text, call_id, coalesce(id, $4), 'verified', coalesce(state, '') FROM c
			WHERE id IS NULL OR state IN ('failed','missing') OR state IN ('opened','spooling','sealed','uploading') AND ended_at < $3
		UNION ALL SELECT 'duration_differs', id::text, call_id, id, round(extract(epoch FROM ended_at - started_at) * 1000)::bigint || ' ms', duration_ms || ' ms' FROM c
			WHERE duration_ms IS NOT NULL AND started_at IS NOT NULL AND abs(extract(epoch FROM ended_at - started_at) * 1000 - duration_ms) > 1000
		UNION ALL SELECT 'channel_empty', id::text, call_id, id, 'left, right', concat_ws(', ', CASE WHEN NOT empty_left THEN 'left' END, CASE WHEN NOT empty_right THEN 'right' END) FROM c
			WHERE talk_at IS NOT NULL AND duration_ms IS NOT NULL AND (empty_left OR empty_right)
		ORDER BY 1, 2`, from, to, overdue, uuid.Nil)
	return found, calls, recordings, mapError("compare calls and recordings", err)
}

const selectStored = `SELECT id, coalesce(call_id, '00000000-0000-0000-0000-000000000000'), opened_at, bucket, object_key, version_id, key_id, object_sha256, sha256,
	coalesce(object_bytes, 0), coalesce(bytes, 0) FROM recording WHERE state IN ('stored','verified','held') AND `

func scanStored(r pgx.CollectableRow) (v reconcile.Stored, err error) {
	err = r.Scan(&v.RecordingID, &v.CallID, at(&v.OpenedAt), &v.Bucket, &v.Key, &v.VersionID, &v.KeyID, &v.ObjectSHA256, &v.SHA256, &v.ObjectBytes, &v.Bytes)
	return v, err
}

// StoredBetween implements reconcile.Store.
func (s *Store) StoredBetween(ctx context.Context, from, to time.Time) ([]reconcile.Stored, error) {
	out, err := list(ctx, s.pool, scanStored, selectStored+`opened_at >= $1 AND opened_at < $2 ORDER BY opened_at, id`, from, to)
	return out, mapError("list stored recordings", err)
}

// KeysOf implements reconcile.Store.
func (s *Store) KeysOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	type row struct {
		id  uuid.UUID
		key string
	}
	rows, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v row, err error) {
		err = r.Scan(&v.id, &v.key)
		return v, err
	}, `SELECT id, object_key FROM recording WHERE id = ANY($1)`, ids)
	if err != nil {
		return nil, mapError("look up recordings", err)
	}
	out := make(map[uuid.UUID]string, len(rows))
	for _, r := range rows {
		out[r.id] = r.key
	}
	return out, nil
}

// SampleStored implements reconcile.Store: ids are random, so those that follow
// a random one are.
func (s *Store) SampleStored(ctx context.Context, n int) ([]reconcile.Stored, error) {
	out, err := list(ctx, s.pool, scanStored, `(`+selectStored+`id > $1 ORDER BY id LIMIT $2) UNION ALL (`+selectStored+`id <= $1 ORDER BY id LIMIT $2) LIMIT $2`, uuid.New(), n)
	return out, mapError("choose recordings", err)
}

// Runs implements reconcile.Store.
func (s *Store) Runs(ctx context.Context, limit int) ([]reconcile.Run, error) {
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v reconcile.Run, err error) {
		err = r.Scan(&v.ID, &v.Instance, &v.AskedBy, &v.AskedByName, at(&v.From), at(&v.To), at(&v.StartedAt), at(&v.EndedAt),
			&v.Calls, &v.Recordings, &v.Objects, &v.Read, &v.Found, &v.Error)
		return v, err
	}, `SELECT r.id, r.instance, coalesce(r.asked_by, '00000000-0000-0000-0000-000000000000'), coalesce(u.name, ''), r.from_at, r.to_at, r.started_at, r.ended_at,
			r.calls, r.recordings, r.objects, r.read_whole, r.found, r.error
		FROM reconcile_run r LEFT JOIN app_user u ON u.id = r.asked_by ORDER BY r.started_at DESC LIMIT $1`, limit)
	return out, mapError("list comparisons", err)
}

// Items implements reconcile.Store.
func (s *Store) Items(ctx context.Context, q reconcile.Query) ([]reconcile.Item, error) {
	var w where
	if q.Closed {
		w.add("i.closed_at IS NOT NULL")
	} else {
		w.add("i.closed_at IS NULL")
	}
	if q.Kind != "" {
		w.add("i.kind = ?", string(q.Kind))
	}
	if q.BeforeID != uuid.Nil {
		w.add("(i.found_at, i.id) < (?, ?)", q.BeforeAt, q.BeforeID)
	}
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v reconcile.Item, err error) {
		var kind string
		err = r.Scan(&v.ID, &kind, &v.Ref, &v.CallID, &v.RecordingID, &v.Expected, &v.Found, at(&v.FoundAt), at(&v.SeenAt), at(&v.ClosedAt), &v.ClosedBy, &v.ClosedByName, &v.Reason)
		v.Kind = reconcile.Kind(kind)
		return v, err
	}, `SELECT i.id, i.kind, i.ref, coalesce(i.call_id, '00000000-0000-0000-0000-000000000000'), coalesce(i.recording_id, '00000000-0000-0000-0000-000000000000'),
			i.expected, i.found, i.found_at, i.seen_at, i.closed_at, coalesce(i.closed_by, '00000000-0000-0000-0000-000000000000'), coalesce(u.name, ''), i.reason
		FROM reconcile_item i LEFT JOIN app_user u ON u.id = i.closed_by`+w.sql()+` ORDER BY i.found_at DESC, i.id DESC`+w.limit(q.Limit+1), w.args...)
	return out, mapError("list differences", err)
}

// OpenItems implements reconcile.Store.
func (s *Store) OpenItems(ctx context.Context) (map[reconcile.Kind]int64, error) {
	type count struct {
		kind string
		n    int64
	}
	counts, err := list(ctx, s.pool, func(r pgx.CollectableRow) (c count, err error) {
		err = r.Scan(&c.kind, &c.n)
		return c, err
	}, `SELECT kind, count(*) FROM reconcile_item WHERE closed_at IS NULL GROUP BY kind`)
	if err != nil {
		return nil, mapError("count differences", err)
	}
	out := map[reconcile.Kind]int64{}
	for _, c := range counts {
		out[reconcile.Kind(c.kind)] = c.n
	}
	return out, nil
}

// CloseItem implements reconcile.Store.
func (s *Store) CloseItem(ctx context.Context, id, by uuid.UUID, reason string, e audit.Event) error {
	return s.change(ctx, "close difference", func(tx pgx.Tx) error {
		var kind, ref string
		var open bool
		err := tx.QueryRow(ctx, `SELECT kind, ref, closed_at IS NULL FROM reconcile_item WHERE id = $1 FOR UPDATE`, id).Scan(&kind, &ref, &open)
		switch {
		case err == pgx.ErrNoRows:
			return problem.NotFound("difference")
		case err != nil:
			return err
		case !open:
			return problem.Conflict("item_closed", "somebody has closed it already")
		}
		if _, err := tx.Exec(ctx, `UPDATE reconcile_item SET closed_at = $2, closed_by = $3, reason = $4 WHERE id = $1`, id, e.At, by, reason); err != nil {
			return err
		}
		e.Detail = map[string]any{"kind": kind, "ref": ref}
		return insertEvent(ctx, tx, e)
	})
}
