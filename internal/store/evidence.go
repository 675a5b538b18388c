package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"huifang/recording/evidence"
)

var _ evidence.Store = (*Evidence)(nil)

// Evidence is the log of evidence in the database.
type Evidence struct{ s *Store }

// Evidence gives the log.
func (s *Store) Evidence() *Evidence { return &Evidence{s} }

// evidenceLock is the advisory lock of whoever appends to the log.
const evidenceLock = 0x6875_6966_616e_67 // "huifang"

// Append implements evidence.Store.
func (e *Evidence) Append(ctx context.Context, limit int, build evidence.Build) (n int, err error) {
	err = e.s.change(ctx, "append to the log of evidence", func(tx pgx.Tx) error {
		n = 0
		var mine bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, evidenceLock).Scan(&mine); err != nil || !mine {
			return err
		}
		queued, err := list(ctx, tx, scanQueued, `SELECT id, kind, ref, at, salt, body_sha256 FROM evidence_queue ORDER BY id LIMIT $1`, limit)
		if err != nil || len(queued) == 0 {
			return err
		}
		var size int64
		if err := tx.QueryRow(ctx, `SELECT coalesce(max(index) + 1, 0) FROM evidence_leaf`).Scan(&size); err != nil {
			return err
		}
		read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return nodes(ctx, tx, indexes) })
		leaves, added, err := build(size, read, queued)
		if err != nil {
			return err
		}
		rows := make([][]any, len(leaves))
		for i, l := range leaves {
			rows[i] = []any{l.Index, l.Kind, l.Ref, l.Salt, l.Text}
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"evidence_leaf"}, []string{"index", "kind", "ref", "salt", "leaf"}, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
		first := tlog.StoredHashIndex(0, size)
		hashes := make([][]any, len(added))
		for i, h := range added {
			hashes[i] = []any{first + int64(i), h[:]}
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"evidence_node"}, []string{"index", "hash"}, pgx.CopyFromRows(hashes)); err != nil {
			return err
		}
		ids := make([]int64, len(queued))
		for i, q := range queued {
			ids[i] = q.ID
		}
		_, err = tx.Exec(ctx, `DELETE FROM evidence_queue WHERE id = ANY($1)`, ids)
		n = len(leaves)
		return err
	})
	return n, err
}

func scanQueued(r pgx.CollectableRow) (q evidence.Queued, err error) {
	var sum []byte
	err = r.Scan(&q.ID, &q.Kind, &q.Ref, at(&q.At), &q.Salt, &sum)
	copy(q.BodySHA256[:], sum)
	return q, err
}

// Size implements evidence.Reader.
func (e *Evidence) Size(ctx context.Context) (size, waiting int64, err error) {
	err = e.s.pool.QueryRow(ctx, `SELECT (SELECT coalesce(max(index) + 1, 0) FROM evidence_leaf), (SELECT count(*) FROM evidence_queue)`).Scan(&size, &waiting)
	return size, waiting, mapError("measure the log of evidence", err)
}

// Nodes implements evidence.Reader.
func (e *Evidence) Nodes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	out, err := nodes(ctx, e.s.pool, indexes)
	return out, mapError("read the log of evidence", err)
}

func nodes(ctx context.Context, q querier, indexes []int64) ([]tlog.Hash, error) {
	found := map[int64]tlog.Hash{}
	rows, err := q.Query(ctx, `SELECT index, hash FROM evidence_node WHERE index = ANY($1)`, indexes)
	if err != nil {
		return nil, err
	}
	var index int64
	var hash []byte
	if _, err := pgx.ForEachRow(rows, []any{&index, &hash}, func() error { found[index] = tlog.Hash(hash); return nil }); err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := found[x]
		if !ok {
			return nil, fmt.Errorf("node %d: %w", x, evidence.ErrNodeGone)
		}
		out[i] = h
	}
	return out, nil
}

// Leaves implements evidence.Reader.
func (e *Evidence) Leaves(ctx context.Context, from int64, limit int) ([]evidence.Leaf, error) {
	out, err := list(ctx, e.s.pool, func(r pgx.CollectableRow) (l evidence.Leaf, err error) {
		err = r.Scan(&l.Index, &l.Kind, &l.Ref, &l.Salt, &l.Text)
		return l, err
	}, `SELECT index, kind, ref, salt, leaf FROM evidence_leaf WHERE index >= $1 ORDER BY index LIMIT $2`, from, limit)
	return out, mapError("read the log of evidence", err)
}

// Bodies implements evidence.Reader.
func (e *Evidence) Bodies(ctx context.Context, from, to int64) (map[int64]string, error) {
	rows, err := e.s.pool.Query(ctx, `SELECT index, body FROM evidence_bodies($1, $2)`, from, to)
	if err != nil {
		return nil, mapError("read the facts of the log", err)
	}
	out := map[int64]string{}
	var index int64
	var body string
	_, err = pgx.ForEachRow(rows, []any{&index, &body}, func() error { out[index] = body; return nil })
	return out, mapError("read the facts of the log", err)
}

// Unlogged implements evidence.Reader.
func (e *Evidence) Unlogged(ctx context.Context, limit int) ([]evidence.Ref, error) {
	out, err := list(ctx, e.s.pool, pgx.RowToStructByPos[evidence.Ref], `
		SELECT f.kind, f.ref FROM evidence_fact f
		WHERE NOT EXISTS (SELECT 1 FROM evidence_leaf l WHERE l.kind = f.kind AND l.ref = f.ref)
		  AND NOT EXISTS (SELECT 1 FROM evidence_queue q WHERE q.kind = f.kind AND q.ref = f.ref) LIMIT $1`, limit)
	return out, mapError("look for facts that are not in the log", err)
}

// AddKey implements evidence.Store.
func (e *Evidence) AddKey(ctx context.Context, verifier string, when time.Time) error {
	_, err := e.s.pool.Exec(ctx, `INSERT INTO evidence_key (verifier, added_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, verifier, when)
	return mapError("note evidence key", err)
}

// AddCheckpoint implements evidence.Store.
func (e *Evidence) AddCheckpoint(ctx context.Context, c evidence.Checkpoint) error {
	_, err := e.s.pool.Exec(ctx, `INSERT INTO evidence_checkpoint (size, at, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, c.Size, c.At, c.Note)
	return mapError("keep checkpoint", err)
}

// CheckpointStored implements evidence.Store.
func (e *Evidence) CheckpointStored(ctx context.Context, o evidence.CheckpointObject) error {
	_, err := e.s.pool.Exec(ctx, `
		INSERT INTO evidence_checkpoint_object (size, object_key, version_id, retain_until, stored_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, o.Size, o.Key, o.VersionID, o.RetainUntil, o.StoredAt)
	return mapError("note stored checkpoint", err)
}

// checkpoints reads them with what is put behind FROM.
func (e *Evidence) checkpoints(ctx context.Context, tail string, args ...any) ([]evidence.Checkpoint, error) {
	out, err := list(ctx, e.s.pool, func(r pgx.CollectableRow) (c evidence.Checkpoint, err error) {
		err = r.Scan(&c.Size, at(&c.At), &c.Note)
		return c, err
	}, `SELECT c.size, c.at, c.note FROM evidence_checkpoint c `+tail, args...)
	return out, mapError("read checkpoints", err)
}

// LastCheckpoint implements evidence.Reader.
func (e *Evidence) LastCheckpoint(ctx context.Context) (evidence.Checkpoint, error) {
	cs, err := e.checkpoints(ctx, `ORDER BY c.size DESC LIMIT 1`)
	if err != nil || len(cs) == 0 {
		return evidence.Checkpoint{}, err
	}
	return cs[0], nil
}

// Keys implements evidence.Reader.
func (e *Evidence) Keys(ctx context.Context) ([]evidence.Key, error) {
	out, err := list(ctx, e.s.pool, func(r pgx.CollectableRow) (k evidence.Key, err error) {
		err = r.Scan(&k.Verifier, at(&k.AddedAt))
		return k, err
	}, `SELECT verifier, added_at FROM evidence_key ORDER BY added_at DESC, verifier`)
	return out, mapError("read evidence keys", err)
}

// Checkpoints implements evidence.Reader.
func (e *Evidence) Checkpoints(ctx context.Context) ([]evidence.Checkpoint, error) {
	return e.checkpoints(ctx, `ORDER BY c.size`)
}

// CheckpointsToStore implements evidence.Store.
func (e *Evidence) CheckpointsToStore(ctx context.Context, limit int) ([]evidence.Checkpoint, error) {
	return e.checkpoints(ctx, `WHERE NOT EXISTS (SELECT 1 FROM evidence_checkpoint_object o WHERE o.size = c.size) ORDER BY c.size LIMIT $1`, limit)
}

// CheckpointObjects implements evidence.Reader.
func (e *Evidence) CheckpointObjects(ctx context.Context) ([]evidence.CheckpointObject, error) {
	out, err := list(ctx, e.s.pool, func(r pgx.CollectableRow) (o evidence.CheckpointObject, err error) {
		err = r.Scan(&o.Size, &o.Key, &o.VersionID, at(&o.RetainUntil), at(&o.StoredAt))
		return o, err
	}, `SELECT size, object_key, version_id, retain_until, stored_at FROM evidence_checkpoint_object ORDER BY size`)
	return out, mapError("read stored checkpoints", err)
}

// Recordings implements evidence.Recordings.
func (e *Evidence) Recordings(ctx context.Context, after uuid.UUID, limit int) ([]evidence.Recording, error) {
	out, err := list(ctx, e.s.pool, func(r pgx.CollectableRow) (v evidence.Recording, err error) {
		err = r.Scan(&v.ID, &v.CallID, &v.State, &v.Instance, &v.Error, &v.Bucket, &v.Key, &v.VersionID, &v.KeyID, &v.ObjectBytes, &v.SHA256, &v.Bytes, at(&v.RetainUntil), at(&v.FirstRetainUntil), at(&v.CallEnd))
		return v, err
	}, `SELECT r.id, coalesce(r.call_id, r.id), r.state, r.instance, r.error, r.bucket, r.object_key, r.version_id, r.key_id, coalesce(r.object_bytes, 0), r.sha256, coalesce(r.bytes, 0), r.retain_until, r.first_retain_until, coalesce(c.ended_at, b.ended_at)
		FROM recording r LEFT JOIN call c ON c.id = r.call_id LEFT JOIN trunk_probe b ON b.id = r.probe_id
		WHERE r.id > $1 ORDER BY r.id LIMIT $2`, after, limit)
	return out, mapError("list recordings", err)
}

// AddTimestamp implements evidence.Store.
func (e *Evidence) AddTimestamp(ctx context.Context, t evidence.Timestamp) error {
	_, err := e.s.pool.Exec(ctx, `
		INSERT INTO evidence_timestamp (size, at, token, object_key, version_id, retain_until) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, t.Size, t.At, t.Token, t.Object.Key, t.Object.VersionID, t.Object.RetainUntil)
	return mapError("keep time stamp", err)
}

// Timestamps implements evidence.Reader.
func (e *Evidence) Timestamps(ctx context.Context, from int64) ([]evidence.Timestamp, error) {
	out, err := list(ctx, e.s.pool, func(r pgx.CollectableRow) (t evidence.Timestamp, err error) {
		err = r.Scan(&t.Size, at(&t.At), &t.Token, &t.Object.Key, &t.Object.VersionID, at(&t.Object.RetainUntil))
		t.Object.Size = t.Size
		return t, err
	}, `SELECT size, at, token, object_key, version_id, retain_until FROM evidence_timestamp WHERE size >= $1 ORDER BY size`, from)
	return out, mapError("read time stamps", err)
}
