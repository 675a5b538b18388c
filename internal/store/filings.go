package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/disclosure"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

// InsertFiling implements disclosure.Store.
func (s *Store) InsertFiling(ctx context.Context, f disclosure.Filing, e audit.Event) error {
	return s.change(ctx, "draft filing", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO filing (id, authority, reference, legal_basis, recordings, drafted_by, drafted_at) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			f.ID, f.Authority, f.Reference, f.LegalBasis, f.Recordings, f.DraftedBy, f.DraftedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

const selectFiling = `SELECT f.id, f.authority, f.reference, f.legal_basis, f.recordings, f.state, f.drafted_by, u.name, f.drafted_at,
	coalesce(f.filed_by, ` + nobody + `), coalesce(v.name, ''), f.filed_at, f.pack_sha256, f.taken_by, coalesce(f.handed_by, ` + nobody + `), coalesce(h.name, ''), f.handed_at
	FROM filing f JOIN app_user u ON u.id = f.drafted_by LEFT JOIN app_user v ON v.id = f.filed_by LEFT JOIN app_user h ON h.id = f.handed_by`

func scanFiling(row pgx.CollectableRow) (f disclosure.Filing, err error) {
	err = row.Scan(&f.ID, &f.Authority, &f.Reference, &f.LegalBasis, &f.Recordings, &f.State, &f.DraftedBy, &f.DraftedByName, at(&f.DraftedAt),
		&f.FiledBy, &f.FiledByName, at(&f.FiledAt), &f.PackSHA256, &f.TakenBy, &f.HandedBy, &f.HandedByName, at(&f.HandedAt))
	return f, err
}

// Filings implements disclosure.Store.
func (s *Store) Filings(ctx context.Context, limit int) ([]disclosure.Filing, error) {
	out, err := list(ctx, s.pool, scanFiling, selectFiling+` ORDER BY f.drafted_at DESC, f.id DESC LIMIT $1`, limit)
	return out, mapError("list filings", err)
}

// Filing implements disclosure.Store.
func (s *Store) Filing(ctx context.Context, id uuid.UUID) (disclosure.Filing, error) {
	f, err := one(ctx, s.pool, scanFiling, selectFiling+` WHERE f.id = $1`, id)
	return f, mapError("look up filing", err)
}

// File implements disclosure.Store.
func (s *Store) File(ctx context.Context, id, by uuid.UUID, at time.Time, e audit.Event) error {
	return s.change(ctx, "file filing", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE filing SET state = 'filed', filed_by = $2, filed_at = $3 WHERE id = $1 AND state = 'drafted'`, id, by, at)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.Conflict("filed", "there is no draft of this filing")
		}
		return insertEvent(ctx, tx, e)
	})
}

// HandOver implements disclosure.Store. Rule S-03.
func (s *Store) HandOver(ctx context.Context, id, by uuid.UUID, at time.Time, packSHA256 []byte, takenBy, ip string, e audit.Event) error {
	return s.change(ctx, "hand over filing", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE filing SET state = 'handed_over', pack_sha256 = $2, taken_by = $3, handed_by = $4, handed_at = $5 WHERE id = $1 AND state <> 'handed_over'`,
			id, packSHA256, takenBy, by, at)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.Conflict("handed_over", "it is handed over already")
		}
		if _, err := tx.Exec(ctx, `INSERT INTO recording_access (recording_id, user_id, at, action, ip)
			SELECT x.id, $2, $3, $4, $5 FROM filing f CROSS JOIN LATERAL unnest(f.recordings) AS x(id) WHERE f.id = $1`, id, by, at, string(replay.ActionExported), ip); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}
