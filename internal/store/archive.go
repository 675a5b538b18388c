package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/problem"
	"huifang/internal/replay"
	"huifang/recording/archive"
)

var _ archive.Ledger = (*Store)(nil)

// further gives the states that lie beyond one on the way of a recording: a
// repeated step finds the recording in one of them and changes nothing.
func further(state string) []string {
	way := []string{"opened", "spooling", "sealed", "uploading", "stored", "verified", "held", "expired", "deleted"}
	return way[slices.Index(way, state):]
}

// step runs one guarded change of a recording. When it touches no row, the
// recording must be in one of the done states already.
func (s *Store) step(ctx context.Context, what string, id uuid.UUID, done []string, sql string, args ...any) error {
	return s.change(ctx, what, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, sql, append([]any{id}, args...)...)
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		var state string
		err = tx.QueryRow(ctx, `SELECT state FROM recording WHERE id = $1`, id).Scan(&state)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return problem.NotFound("recording")
		case err != nil:
			return err
		case !slices.Contains(done, state):
			return problem.Conflict("recording_state", "the recording is "+state)
		}
		return nil
	})
}

// Spooling notes that the recording's file takes sound.
func (s *Store) Spooling(ctx context.Context, id uuid.UUID) error {
	return s.step(ctx, "note spooling", id, append(further("spooling"), "failed"),
		`UPDATE recording SET state = 'spooling', updated_at = now() WHERE id = $1 AND state = 'opened'`)
}

// Sealed notes what was sealed; it is due for upload at once. Rule T-02.
func (s *Store) Sealed(ctx context.Context, r archive.SealedRow) error {
	return s.step(ctx, "note seal", r.RecordingID, append(further("sealed"), "failed"), sealSQL, sealArgs(r)[1:]...)
}

const sealSQL = `
		UPDATE recording SET state = 'sealed', sealed_at = $2, started_at = $3, duration_ms = $4, bytes = $5, sha256 = $6, law = $7,
		       left_active_ms = $8, right_active_ms = $9, empty_left = $10, empty_right = $11, interrupted = $12, facts = $13,
		       upload_at = $2, updated_at = now()
		WHERE id = $1 AND state IN ('opened','spooling')`

func sealArgs(r archive.SealedRow) []any {
	return []any{r.RecordingID, r.SealedAt, orNullTime(r.StartedAt), r.Duration.Milliseconds(), r.Bytes, r.SHA256[:], orNull(r.Law),
		r.LeftActive.Milliseconds(), r.RightActive.Milliseconds(), r.EmptyLeft, r.EmptyRight, r.Interrupted, jsonOrEmpty(r.Facts)}
}

// Lost lists recordings that were given up before they were stored.
func (s *Store) Lost(ctx context.Context, instance string) ([]uuid.UUID, error) {
	ids, err := list(ctx, s.pool, pgx.RowTo[uuid.UUID], `
		SELECT id FROM recording WHERE instance = $1 AND state IN ('failed','missing') AND object_key = '' ORDER BY opened_at, id`, instance)
	return ids, mapError("list lost recordings", err)
}

// Found notes that a recording that was given up is there after all, and due
// for upload at once. What it was sealed as stays (Rule T-02).
func (s *Store) Found(ctx context.Context, r archive.SealedRow) error {
	return s.change(ctx, "note found recording", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE recording SET state = 'sealed', error = '', upload_at = $2, updated_at = now()
			WHERE id = $1 AND state IN ('failed','missing') AND object_key = '' AND sha256 = $3`, r.RecordingID, r.SealedAt, r.SHA256[:])
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			UPDATE recording SET state = 'sealed', error = '', sealed_at = $2, started_at = $3, duration_ms = $4, bytes = $5, sha256 = $6, law = $7,
			       left_active_ms = $8, right_active_ms = $9, empty_left = $10, empty_right = $11, interrupted = $12, facts = $13,
			       upload_at = $2, updated_at = now()
			WHERE id = $1 AND state IN ('failed','missing') AND sha256 IS NULL`,
			r.RecordingID, r.SealedAt, orNullTime(r.StartedAt), r.Duration.Milliseconds(), r.Bytes, r.SHA256[:], orNull(r.Law),
			r.LeftActive.Milliseconds(), r.RightActive.Milliseconds(), r.EmptyLeft, r.EmptyRight, r.Interrupted, jsonOrEmpty(r.Facts))
		return err
	})
}

// Resume implements archive.Ledger.
func (s *Store) Resume(ctx context.Context, instance string, now time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE recording SET upload_at = $2, updated_at = now()
		WHERE instance = $1 AND state IN ('sealed','uploading','stored') AND upload_at > $2`, instance, now)
	return mapError("resume uploads", err)
}

// probeYears is how long the recording of a test call is kept (Rule T-02).
const probeYears = 3

// ClaimUpload gives the oldest recording that is due. A recording whose call
// or probe has not ended is not: the retention counts from the end (Rule T-02).
func (s *Store) ClaimUpload(ctx context.Context, instance string, now time.Time, lease time.Duration) (archive.Item, bool, error) {
	var item archive.Item
	err := s.WithTx(ctx, func(tx pgx.Tx) (err error) {
		item, err = one(ctx, tx, scanItem, `
			WITH due AS (
				SELECT r.id FROM recording r LEFT JOIN call c ON c.id = r.call_id LEFT JOIN trunk_probe b ON b.id = r.probe_id
				WHERE r.instance = $1 AND r.state IN ('sealed','uploading','stored') AND r.upload_at <= $2 AND coalesce(c.ended_at, b.ended_at) IS NOT NULL
				ORDER BY r.sealed_at, r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED)
			UPDATE recording r SET state = CASE r.state WHEN 'sealed' THEN 'uploading' ELSE r.state END,
			       uploads = r.uploads + 1, upload_at = $3, updated_at = now()
			FROM due JOIN recording d ON d.id = due.id
			     LEFT JOIN call c ON c.id = d.call_id LEFT JOIN task t ON t.id = c.task_id LEFT JOIN program p ON p.id = t.program_id
			     LEFT JOIN trunk_probe b ON b.id = d.probe_id
			WHERE r.id = due.id
			RETURNING r.id, coalesce(r.call_id, r.probe_id), r.state, coalesce(c.ended_at, b.ended_at), r.opened_at, coalesce(p.retention_years, $4), r.sha256, coalesce(r.bytes,0), r.uploads,
			          r.bucket, r.object_key, r.version_id, r.lock_mode, r.retain_until, r.key_id, r.object_sha256, coalesce(r.object_bytes,0)`, instance, now, now.Add(lease), probeYears)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return archive.Item{}, false, nil
	}
	return item, err == nil, mapError("claim upload", err)
}

func scanItem(r pgx.CollectableRow) (i archive.Item, err error) {
	var sum, object []byte
	err = r.Scan(&i.RecordingID, &i.CallID, &i.State, at(&i.CallEnd), at(&i.OpenedAt), &i.RetainYears, &sum, &i.Bytes, &i.Tries,
		&i.Object.Bucket, &i.Object.Key, &i.Object.VersionID, &i.Object.LockMode, at(&i.Object.RetainUntil),
		&i.Object.KeyID, &object, &i.Object.Bytes)
	copy(i.SHA256[:], sum)
	copy(i.Object.SHA256[:], object)
	i.Object.RecordingID = i.RecordingID
	return i, err
}

// PutOff notes why an upload did not succeed and when to try again; a
// recording that waits for nothing is left as it is.
func (s *Store) PutOff(ctx context.Context, id uuid.UUID, reason string, next time.Time) error {
	return s.step(ctx, "put off upload", id, append(further("verified"), "failed"), `
		UPDATE recording SET error = $2, upload_at = $3, updated_at = now() WHERE id = $1 AND state IN ('sealed','uploading','stored')`, reason, next)
}

// Stored notes where the object is and until when it is locked. Rule T-02.
func (s *Store) Stored(ctx context.Context, id uuid.UUID, o archive.Object, when time.Time) error {
	return s.step(ctx, "note storage", id, further("stored"), `
		UPDATE recording SET state = 'stored', bucket = $2, object_key = $3, version_id = $4, lock_mode = $5, retain_until = $6,
		       stored_at = $7, key_id = $8, object_sha256 = $9, object_bytes = $10, error = '', updated_at = now()
		WHERE id = $1 AND state = 'uploading'`, o.Bucket, o.Key, o.VersionID, o.LockMode, orNullTime(o.RetainUntil), when, o.KeyID, o.SHA256[:], o.Bytes)
}

// Verified notes that the stored object is what was sealed.
func (s *Store) Verified(ctx context.Context, id uuid.UUID, when time.Time) error {
	return s.step(ctx, "note verification", id, further("verified"), `
		UPDATE recording SET state = 'verified', verified_at = $2, upload_at = NULL, error = '', updated_at = now()
		WHERE id = $1 AND state = 'stored'`, when)
}

// KeysInUse lists the keys that stored recordings are encrypted with. It looks
// each up in the index, so that it is quick however many recordings there are.
func (s *Store) KeysInUse(ctx context.Context) ([]string, error) {
	ids, err := list(ctx, s.pool, pgx.RowTo[string], `
		WITH RECURSIVE k AS (
			(SELECT key_id FROM recording WHERE key_id <> '' ORDER BY key_id LIMIT 1)
			UNION ALL
			SELECT (SELECT r.key_id FROM recording r WHERE r.key_id <> '' AND r.key_id > k.key_id ORDER BY r.key_id LIMIT 1) FROM k WHERE k.key_id IS NOT NULL)
		SELECT key_id FROM k WHERE key_id IS NOT NULL`)
	return ids, mapError("list keys of recordings", err)
}

// Failed notes that the recording cannot be stored. One that is verified
// stays so.
func (s *Store) Failed(ctx context.Context, id uuid.UUID, reason string) error {
	return s.step(ctx, "note failure", id, []string{"failed"}, `
		UPDATE recording SET state = 'failed', error = $2, upload_at = NULL, updated_at = now()
		WHERE id = $1 AND state IN ('opened','spooling','sealed','uploading','stored')`, reason)
}

// Missing notes that nothing of the recording is left to store.
func (s *Store) Missing(ctx context.Context, id uuid.UUID, reason string) error {
	return s.step(ctx, "note missing recording", id, []string{"missing"}, `
		UPDATE recording SET state = 'missing', error = $2, upload_at = NULL, updated_at = now()
		WHERE id = $1 AND state IN ('opened','spooling','sealed','uploading','stored')`, reason)
}

// ReleaseDue lists recordings whose local copy may go, oldest first.
func (s *Store) ReleaseDue(ctx context.Context, instance string, verifiedBefore time.Time, limit int) ([]uuid.UUID, error) {
	ids, err := list(ctx, s.pool, pgx.RowTo[uuid.UUID], `
		SELECT id FROM recording WHERE instance = $1 AND state IN ('verified','held') AND verified_at < $2 AND local_released_at IS NULL
		ORDER BY verified_at, id LIMIT $3`, instance, verifiedBefore, max(limit, 0))
	return ids, mapError("list local copies", err)
}

// Released notes that the local copy is gone; the first time stays.
func (s *Store) Released(ctx context.Context, id uuid.UUID, when time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE recording SET local_released_at = $2, updated_at = now() WHERE id = $1 AND local_released_at IS NULL`, id, when)
	return mapError("note release", err)
}

// Backlog counts what waits for the S3 service, and what cannot go there.
func (s *Store) Backlog(ctx context.Context, instance string) (archive.Backlog, error) {
	var b archive.Backlog
	err := s.pool.QueryRow(ctx, `
		SELECT count(*), coalesce(sum(bytes),0)::bigint, min(sealed_at),
		       (SELECT count(*) FROM recording WHERE instance = $1 AND state = 'failed'),
		       (SELECT count(*) FROM recording WHERE instance = $1 AND state = 'missing')
		FROM recording WHERE instance = $1 AND state IN ('sealed','uploading','stored')`, instance).
		Scan(&b.Count, &b.Bytes, at(&b.Oldest), &b.Failed, &b.Missing)
	return b, mapError("count backlog", err)
}

// Unsealed lists recordings that the ledger believes open, oldest first.
func (s *Store) Unsealed(ctx context.Context, instance string) ([]uuid.UUID, error) {
	ids, err := list(ctx, s.pool, pgx.RowTo[uuid.UUID], `
		SELECT id FROM recording WHERE instance = $1 AND state IN ('opened','spooling') ORDER BY opened_at, id`, instance)
	return ids, mapError("list unsealed recordings", err)
}

// Drawn keeps the wave form of a recording; another one takes its place.
func (s *Store) Drawn(ctx context.Context, id uuid.UUID, p archive.Peaks) error {
	_, err := s.pool.Exec(ctx, `
		INSERT INTO recording_peaks (recording_id, duration_ms, agent, customer) VALUES ($1,$2,$3,$4)
		ON CONFLICT (recording_id) DO UPDATE SET duration_ms = excluded.duration_ms, agent = excluded.agent, customer = excluded.customer`,
		id, p.DurationMs(), asBytes(p.Left), asBytes(p.Right))
	return mapError("keep wave form", err)
}

// Peaks gives the wave form that was kept; false: none was.
func (s *Store) Peaks(ctx context.Context, id uuid.UUID) (p replay.Peaks, ok bool, err error) {
	var left, right []byte
	err = s.pool.QueryRow(ctx, `SELECT duration_ms, agent, customer FROM recording_peaks WHERE recording_id = $1`, id).Scan(&p.DurationMs, &left, &right)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, false, nil
	}
	p.Left, p.Right = asInts(left), asInts(right)
	return p, err == nil, mapError("look up wave form", err)
}

func asBytes(in []int8) []byte {
	out := make([]byte, len(in))
	for i, v := range in {
		out[i] = byte(v)
	}
	return out
}

func asInts(in []byte) []int8 {
	out := make([]int8, len(in))
	for i, v := range in {
		out[i] = int8(v)
	}
	return out
}
