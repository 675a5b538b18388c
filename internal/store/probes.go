package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/trunk"
)

// InsertProbe makes a probe and its recording.
func (s *Store) InsertProbe(ctx context.Context, p trunk.Probe, instance string, e audit.Event) error {
	return s.change(ctx, "insert probe", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO trunk_probe (id, trunk_id, instance, by_id, number, caller_id, started_at) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			p.ID, p.TrunkID, instance, p.By, p.Number, p.CallerID, p.StartedAt)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO recording (id, probe_id, instance, state, opened_at, updated_at) VALUES ($1,$2,$3,'opened',$4,$4)`,
			p.Recording.ID, p.ID, instance, p.StartedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// EndProbe writes how a probe ended, once.
func (s *Store) EndProbe(ctx context.Context, id uuid.UUID, end trunk.ProbeEnd) error {
	_, err := s.pool.Exec(ctx, `
		UPDATE trunk_probe SET ringing_at = $2, answered_at = $3, ended_at = $4, outcome = $5, reason = $6, sip_code = $7, quality = $8
		WHERE id = $1 AND ended_at IS NULL`,
		id, orNullTime(end.RingingAt), orNullTime(end.AnsweredAt), end.EndedAt, end.Outcome, end.Reason, end.SIPCode, end.Quality)
	return mapError("end probe", err)
}

// EndProbes ends all of an instance that are under way.
func (s *Store) EndProbes(ctx context.Context, instance string, end trunk.ProbeEnd) (int, error) {
	tag, err := s.pool.Exec(ctx, `UPDATE trunk_probe SET ended_at = $2, outcome = $3, reason = $4 WHERE instance = $1 AND ended_at IS NULL`,
		instance, end.EndedAt, end.Outcome, end.Reason)
	return int(tag.RowsAffected()), mapError("end probes", err)
}

// Probes lists those of a trunk, the latest first.
func (s *Store) Probes(ctx context.Context, trunkID uuid.UUID, limit int) ([]trunk.Probe, error) {
	rows, err := list(ctx, s.pool, func(r pgx.CollectableRow) (p trunk.Probe, err error) {
		var duration, sent, heard int64
		err = r.Scan(&p.ID, &p.TrunkID, &p.By, &p.ByName, &p.Number, &p.CallerID, at(&p.StartedAt), at(&p.RingingAt), at(&p.AnsweredAt), at(&p.EndedAt),
			&p.Outcome, &p.Reason, &p.SIPCode, &p.Quality, &p.Recording.ID, &p.Recording.State, &duration, &sent, &heard)
		p.Recording.Duration, p.Recording.Sent, p.Recording.Heard = time.Duration(duration)*time.Millisecond, time.Duration(sent)*time.Millisecond, time.Duration(heard)*time.Millisecond
		return p, err
	}, `SELECT b.id, b.trunk_id, b.by_id, u.name, b.number, b.caller_id, b.started_at, b.ringing_at, b.answered_at, b.ended_at,
		       coalesce(b.outcome,''), b.reason, b.sip_code, b.quality, r.id, r.state, coalesce(r.duration_ms,0), coalesce(r.left_active_ms,0), coalesce(r.right_active_ms,0)
		FROM trunk_probe b JOIN recording r ON r.probe_id = b.id JOIN app_user u ON u.id = b.by_id
		WHERE b.trunk_id = $1 ORDER BY b.started_at DESC LIMIT $2`, trunkID, limit)
	return rows, mapError("list probes", err)
}
