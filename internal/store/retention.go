package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/retention"
)

var _ retention.Store = (*Store)(nil)

const holdColumns = `h.id, h.case_number, h.reason, h.placed_by, pl.name, h.placed_at, h.released_by, coalesce(re.name, ''), h.released_at, h.release_reason,
	(SELECT count(*) FROM legal_hold_recording x WHERE x.hold_id = h.id)`

const holdTables = ` legal_hold h JOIN app_user pl ON pl.id = h.placed_by LEFT JOIN app_user re ON re.id = h.released_by`

func scanHold(r pgx.CollectableRow) (h retention.Hold, err error) {
	err = r.Scan(&h.ID, &h.Case, &h.Reason, &h.PlacedBy.ID, &h.PlacedBy.Name, at(&h.PlacedAt), &h.ReleasedBy.ID, &h.ReleasedBy.Name, at(&h.ReleasedAt),
		&h.ReleaseReason, &h.Recordings)
	return h, err
}

// Holds lists the holds, those that are on first.
func (s *Store) Holds(ctx context.Context, limit int) ([]retention.Hold, error) {
	hs, err := list(ctx, s.pool, scanHold, `SELECT `+holdColumns+` FROM`+holdTables+` ORDER BY h.released_at IS NOT NULL, h.placed_at DESC, h.id LIMIT $1`, limit)
	return hs, mapError("list holds", err)
}

// Hold gives one.
func (s *Store) Hold(ctx context.Context, id uuid.UUID) (retention.Hold, error) {
	h, err := one(ctx, s.pool, scanHold, `SELECT `+holdColumns+` FROM`+holdTables+` WHERE h.id = $1`, id)
	return h, mapError("look up hold", err)
}

// HoldsOf lists the holds that are on a recording.
func (s *Store) HoldsOf(ctx context.Context, recordingID uuid.UUID) ([]retention.Hold, error) {
	hs, err := list(ctx, s.pool, scanHold, `SELECT `+holdColumns+` FROM`+holdTables+` JOIN legal_hold_recording l ON l.hold_id = h.id
		WHERE l.recording_id = $1 AND h.released_at IS NULL ORDER BY h.placed_at, h.id`, recordingID)
	return hs, mapError("list holds of a recording", err)
}

// keptColumns are what is shown of a recording whose end is looked at; %s is
// when it was deleted and why it was spared.
const keptColumns = `r.id, coalesce(r.call_id, r.id), coalesce(c.started_at, r.opened_at), coalesce(cu.name, ''), coalesce(cp.number, ''), coalesce(p.code, ''),
	r.state, r.retain_until, coalesce(c.ended_at + make_interval(years => p.retention_max_years) < now(), false)`

const keptTables = ` recording r LEFT JOIN call c ON c.id = r.call_id LEFT JOIN customer cu ON cu.id = c.customer_id
	LEFT JOIN contact_point cp ON cp.id = c.contact_point_id LEFT JOIN task t ON t.id = c.task_id LEFT JOIN program p ON p.id = t.program_id`

func keptTargets(h *retention.Held, number *string) []any {
	return []any{&h.RecordingID, &h.CallID, at(&h.StartedAt), &h.Customer, number, &h.Program, &h.State, at(&h.RetainUntil), &h.Overdue}
}

func scanKept(r pgx.CollectableRow) (h retention.Held, err error) {
	var number string
	err = r.Scan(keptTargets(&h, &number)...)
	h.Number = customer.StoredNumber(number)
	return h, err
}

// HoldRecordings lists what a hold holds, the newest call first.
func (s *Store) HoldRecordings(ctx context.Context, id uuid.UUID, limit int) ([]retention.Held, error) {
	hs, err := list(ctx, s.pool, scanKept, `SELECT `+keptColumns+` FROM`+keptTables+` JOIN legal_hold_recording l ON l.recording_id = r.id
		WHERE l.hold_id = $1 ORDER BY 3 DESC, r.id LIMIT $2`, id, limit)
	return hs, mapError("list recordings of a hold", err)
}

// PlaceHold makes a hold on recordings. Rule T-02.
func (s *Store) PlaceHold(ctx context.Context, h retention.Hold, recordings []uuid.UUID, e audit.Event) error {
	return s.change(ctx, "place hold", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO legal_hold (id, case_number, reason, placed_by, placed_at) VALUES ($1,$2,$3,$4,$5)`, h.ID, h.Case, h.Reason, h.PlacedBy.ID, h.PlacedAt)
		if err != nil {
			return err
		}
		return addHeld(ctx, tx, h.ID, recordings, h.PlacedBy.ID, h.PlacedAt, e)
	})
}

func addHeld(ctx context.Context, tx pgx.Tx, id uuid.UUID, recordings []uuid.UUID, by uuid.UUID, when time.Time, e audit.Event) error {
	var known int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM recording WHERE id = ANY($1)`, recordings).Scan(&known); err != nil {
		return err
	}
	if known != len(recordings) {
		return problem.BadField("recordings", "%d of %d are no recordings", len(recordings)-known, len(recordings))
	}
	_, err := tx.Exec(ctx, `INSERT INTO legal_hold_recording (hold_id, recording_id, added_by, added_at)
		SELECT $1, x, $3, $4 FROM unnest($2::uuid[]) x ORDER BY x ON CONFLICT DO NOTHING`, id, recordings, by, when)
	if err != nil {
		return err
	}
	return insertEvent(ctx, tx, e)
}

// AddToHold adds recordings to a hold that is on.
func (s *Store) AddToHold(ctx context.Context, id uuid.UUID, recordings []uuid.UUID, by uuid.UUID, when time.Time, e audit.Event) error {
	return s.change(ctx, "add to hold", func(tx pgx.Tx) error {
		if err := holdIsOn(ctx, tx, id); err != nil {
			return err
		}
		return addHeld(ctx, tx, id, recordings, by, when, e)
	})
}

func holdIsOn(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	var on bool
	if err := tx.QueryRow(ctx, `SELECT released_at IS NULL FROM legal_hold WHERE id = $1 FOR UPDATE`, id).Scan(&on); err != nil {
		return err // pgx.ErrNoRows: not found
	}
	if !on {
		return problem.Conflict("hold_released", "the hold was released")
	}
	return nil
}

// ReleaseHold ends a hold that is on.
func (s *Store) ReleaseHold(ctx context.Context, id uuid.UUID, by uuid.UUID, when time.Time, reason string, e audit.Event) error {
	return s.change(ctx, "release hold", func(tx pgx.Tx) error {
		if err := holdIsOn(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE legal_hold SET released_by = $2, released_at = $3, release_reason = $4 WHERE id = $1`, id, by, when, reason); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// RecordingsOfCustomer gives the ids of a customer's recordings that are not gone.
func (s *Store) RecordingsOfCustomer(ctx context.Context, customerID uuid.UUID) ([]uuid.UUID, error) {
	ids, err := list(ctx, s.pool, pgx.RowTo[uuid.UUID], `SELECT r.id FROM recording r JOIN call c ON c.id = r.call_id
		WHERE c.customer_id = $1 AND r.state NOT IN ('expired','deleted') ORDER BY r.id`, customerID)
	return ids, mapError("list recordings of a customer", err)
}

// candidate says what may be proposed at $1: over, not held, with a known end,
// and in no batch that is open or approved.
const candidate = ` r.state IN ('stored','verified') AND r.retain_until <= $1 AND NOT is_held(r.id)
	AND NOT (coalesce(p.retention_basis, 'call_end') = 'contract_end' AND cu.contract_end IS NULL)
	AND NOT EXISTS (SELECT 1 FROM expiry_item i JOIN expiry_batch b ON b.id = i.batch_id
	                WHERE i.recording_id = r.id AND (b.decision = 'open' OR b.decision = 'approved' AND i.spared = ''))`

// Expirable lists recordings whose retention is over.
func (s *Store) Expirable(ctx context.Context, now time.Time, limit int) ([]retention.Held, error) {
	hs, err := list(ctx, s.pool, scanKept, `SELECT `+keptColumns+` FROM`+keptTables+` WHERE`+candidate+` ORDER BY r.retain_until, r.id LIMIT $2`, now, limit)
	return hs, mapError("list expired recordings", err)
}

// Propose makes a batch of candidates.
func (s *Store) Propose(ctx context.Context, b retention.Batch, recordings []uuid.UUID, now time.Time, e audit.Event) error {
	return s.change(ctx, "propose expiry", func(tx pgx.Tx) error {
		// Two proposals of one recording come one after the other.
		if _, err := tx.Exec(ctx, `SELECT 1 FROM recording WHERE id = ANY($1) ORDER BY id FOR UPDATE`, recordings); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO expiry_batch (id, reason, proposed_by, proposed_at) VALUES ($1,$2,$3,$4)`, b.ID, b.Reason, b.ProposedBy.ID, b.ProposedAt)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `INSERT INTO expiry_item (batch_id, recording_id) SELECT $2, r.id FROM`+keptTables+` WHERE r.id = ANY($3) AND`+candidate, now, b.ID, recordings)
		if err != nil {
			return err
		}
		if n := int(tag.RowsAffected()); n != len(recordings) {
			return problem.Conflict("not_expired", "some of the recordings cannot expire: their retention is not over, they are held, or they were proposed already")
		}
		return insertEvent(ctx, tx, e)
	})
}

const batchColumns = `b.id, b.reason, b.proposed_by, pr.name, b.proposed_at, b.decision, b.decided_by, coalesce(de.name, ''), b.decided_at, b.decision_reason,
	(SELECT count(*) FROM expiry_item i WHERE i.batch_id = b.id), (SELECT count(*) FROM expiry_item i WHERE i.batch_id = b.id AND i.deleted_at IS NOT NULL),
	(SELECT count(*) FROM expiry_item i WHERE i.batch_id = b.id AND i.spared <> '')`

const batchTables = ` expiry_batch b JOIN app_user pr ON pr.id = b.proposed_by LEFT JOIN app_user de ON de.id = b.decided_by`

func scanBatch(r pgx.CollectableRow) (b retention.Batch, err error) {
	err = r.Scan(&b.ID, &b.Reason, &b.ProposedBy.ID, &b.ProposedBy.Name, at(&b.ProposedAt), &b.Decision, &b.DecidedBy.ID, &b.DecidedBy.Name, at(&b.DecidedAt),
		&b.DecisionReason, &b.Recordings, &b.Deleted, &b.Spared)
	return b, err
}

// Batches lists the batches, the newest first.
func (s *Store) Batches(ctx context.Context, limit int) ([]retention.Batch, error) {
	bs, err := list(ctx, s.pool, scanBatch, `SELECT `+batchColumns+` FROM`+batchTables+` ORDER BY b.proposed_at DESC, b.id LIMIT $1`, limit)
	return bs, mapError("list expiries", err)
}

// Batch gives one with its recordings.
func (s *Store) Batch(ctx context.Context, id uuid.UUID) (retention.Batch, []retention.Held, error) {
	b, err := one(ctx, s.pool, scanBatch, `SELECT `+batchColumns+` FROM`+batchTables+` WHERE b.id = $1`, id)
	if err != nil {
		return b, nil, mapError("look up expiry", err)
	}
	hs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (h retention.Held, err error) {
		var number string
		err = r.Scan(append(keptTargets(&h, &number), at(&h.DeletedAt), &h.Spared)...)
		h.Number = customer.StoredNumber(number)
		return h, err
	}, `SELECT `+keptColumns+`, i.deleted_at, i.spared FROM`+keptTables+` JOIN expiry_item i ON i.recording_id = r.id WHERE i.batch_id = $1 ORDER BY r.retain_until, r.id`, id)
	return b, hs, mapError("list recordings of an expiry", err)
}

// Decide decides on an open batch. Rule T-02: the table refuses the proposer.
func (s *Store) Decide(ctx context.Context, id uuid.UUID, d retention.Decision, by uuid.UUID, when time.Time, reason string, e audit.Event) error {
	return s.change(ctx, "decide on expiry", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE expiry_batch SET decision = $2, decided_by = $3, decided_at = $4, decision_reason = $5 WHERE id = $1 AND decision = 'open'`,
			id, string(d), by, when, reason)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.Conflict("decided", "the expiry was decided on already")
		}
		return insertEvent(ctx, tx, e)
	})
}

// Now is the database's time.
func (s *Store) Now(ctx context.Context) (now time.Time, err error) {
	err = s.pool.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(at(&now))
	return now, mapError("ask for the time", err)
}

// policyUntil is when a recording's lock must end by its program: the years and
// a day from the end of the call, or of the contract when that is later.
const policyUntil = `greatest(coalesce(c.ended_at, b.ended_at, r.opened_at) + make_interval(years => coalesce(p.retention_years, 3), days => 1),
	CASE WHEN p.retention_basis = 'contract_end' THEN cu.contract_end::timestamptz + make_interval(years => p.retention_years, days => 1) END)`

const openEnded = `(is_held(r.id) OR coalesce(p.retention_basis, 'call_end') = 'contract_end' AND cu.contract_end IS NULL)`

func (s *Store) due(ctx context.Context, tail string, args ...any) ([]retention.Due, error) {
	ds, err := list(ctx, s.pool, func(r pgx.CollectableRow) (d retention.Due, err error) {
		err = r.Scan(&d.RecordingID, &d.Bucket, &d.Key, &d.VersionID, at(&d.Until), &d.Held, &d.Open)
		return d, err
	}, `SELECT r.id, r.bucket, r.object_key, r.version_id, `+policyUntil+`, is_held(r.id), `+openEnded+`
		FROM`+keptTables+` LEFT JOIN trunk_probe b ON b.id = r.probe_id WHERE r.state IN ('stored','verified') AND `+tail, args...)
	return ds, mapError("list locks to extend", err)
}

// OpenDue implements retention.Ledger.
func (s *Store) OpenDue(ctx context.Context, before time.Time, limit int) ([]retention.Due, error) {
	return s.due(ctx, `r.retain_until < $1 AND `+openEnded+` ORDER BY r.retain_until, r.id LIMIT $2`, before, limit)
}

// PolicyDue implements retention.Ledger.
func (s *Store) PolicyDue(ctx context.Context, limit int) ([]retention.Due, error) {
	return s.due(ctx, `r.retain_until < `+policyUntil+` - interval '1 minute' ORDER BY r.retain_until, r.id LIMIT $1`, limit)
}

// Extended notes that the object's lock reaches further. Rule T-02.
func (s *Store) Extended(ctx context.Context, id uuid.UUID, until time.Time, e audit.Event) error {
	return s.change(ctx, "note extended lock", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE recording SET retain_until = $2, updated_at = now() WHERE id = $1 AND retain_until < $2`, id, until)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// DoomedRecordings implements retention.Ledger.
func (s *Store) DoomedRecordings(ctx context.Context, limit int) ([]retention.Doomed, error) {
	ds, err := list(ctx, s.pool, func(r pgx.CollectableRow) (d retention.Doomed, err error) {
		err = r.Scan(&d.BatchID, &d.RecordingID, &d.Bucket, &d.Key, &d.VersionID, &d.SHA256, at(&d.RetainUntil), &d.ProposedBy, &d.ApprovedBy)
		return d, err
	}, `SELECT b.id, r.id, r.bucket, r.object_key, r.version_id, r.sha256, r.retain_until, b.proposed_by, b.decided_by
		FROM expiry_batch b JOIN expiry_item i ON i.batch_id = b.id JOIN recording r ON r.id = i.recording_id
		WHERE b.decision = 'approved' AND i.deleted_at IS NULL AND i.spared = '' ORDER BY b.decided_at, r.id LIMIT $1`, limit)
	return ds, mapError("list approved expiries", err)
}

// Expire moves a recording to expired; the guards refuse it with T-02.
func (s *Store) Expire(ctx context.Context, id uuid.UUID) error {
	return s.step(ctx, "expire recording", id, []string{"expired"}, `
		UPDATE recording SET state = 'expired', updated_at = now() WHERE id = $1 AND state IN ('stored','verified')`)
}

// Deleted notes that an expired recording's object is gone; the row stays as its tombstone.
func (s *Store) Deleted(ctx context.Context, d retention.Doomed, when time.Time, e audit.Event) error {
	return s.change(ctx, "note deletion", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE recording SET state = 'deleted', updated_at = now() WHERE id = $1 AND state = 'expired'`, d.RecordingID); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `UPDATE expiry_item SET deleted_at = $3 WHERE batch_id = $1 AND recording_id = $2 AND deleted_at IS NULL`, d.BatchID, d.RecordingID, when)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// Spared notes why an approved recording is not deleted.
func (s *Store) Spared(ctx context.Context, d retention.Doomed, reason string, e audit.Event) error {
	return s.change(ctx, "note spared recording", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE expiry_item SET spared = $3 WHERE batch_id = $1 AND recording_id = $2`, d.BatchID, d.RecordingID, reason)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// Count implements retention.Ledger.
func (s *Store) Count(ctx context.Context, now time.Time) (holds, held, over int64, err error) {
	err = s.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM legal_hold WHERE released_at IS NULL),
		(SELECT count(DISTINCT l.recording_id) FROM legal_hold_recording l JOIN legal_hold h ON h.id = l.hold_id WHERE h.released_at IS NULL),
		(SELECT count(*) FROM`+keptTables+` WHERE`+candidate+`)`, now).Scan(&holds, &held, &over)
	return holds, held, over, mapError("count holds", err)
}
