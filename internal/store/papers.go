package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

const (
	selectPaper = `SELECT p.id, p.kind, p.code, p.name_zh, p.name_en, p.created_by, p.created_at,
	coalesce((SELECT array_agg(g.code ORDER BY g.code) FROM program g WHERE p.id IN (g.questionnaire_id, g.script_id, g.form_id)), '{}') FROM paper p`

	paperVersionMeta = `v.paper_id, v.version, v.state, v.note, v.created_by, coalesce(cb.name, ''), v.created_at, v.updated_at, v.published_by, coalesce(pb.name, ''), v.published_at, v.retired_at`
	paperVersions    = ` FROM paper_version v LEFT JOIN app_user cb ON cb.id = v.created_by LEFT JOIN app_user pb ON pb.id = v.published_by`
)

func scanPaper(r pgx.CollectableRow) (p callback.Paper, err error) {
	err = r.Scan(&p.ID, &p.Kind, &p.Code, &p.Name.Chinese, &p.Name.English, &p.CreatedBy, at(&p.CreatedAt), &p.Programs)
	return p, err
}

func versionTargets(v *callback.PaperVersion) []any {
	return []any{&v.PaperID, &v.Version, &v.State, &v.Note, &v.CreatedBy, &v.CreatedName, at(&v.CreatedAt), at(&v.UpdatedAt), &v.PublishedBy, &v.PublishedName,
		at(&v.PublishedAt), at(&v.RetiredAt)}
}

func scanVersionMeta(r pgx.CollectableRow) (v callback.PaperVersion, err error) {
	return v, r.Scan(versionTargets(&v)...)
}

func scanVersion(r pgx.CollectableRow) (v callback.PaperVersion, err error) {
	return v, r.Scan(append(versionTargets(&v), &v.Body)...)
}

// Papers implements callback.PaperShelf.
func (s *Store) Papers(ctx context.Context, kind callback.PaperKind) ([]callback.Paper, error) {
	ps, err := list(ctx, s.pool, scanPaper, selectPaper+` WHERE $1 = '' OR p.kind = $1 ORDER BY p.kind, length(p.code), p.code`, string(kind))
	if err != nil {
		return nil, mapError("list papers", err)
	}
	vs, err := list(ctx, s.pool, scanVersionMeta, `SELECT `+paperVersionMeta+paperVersions+` ORDER BY v.version DESC`)
	if err != nil {
		return nil, mapError("list papers", err)
	}
	of := map[uuid.UUID][]callback.PaperVersion{}
	for _, v := range vs {
		of[v.PaperID] = append(of[v.PaperID], v)
	}
	for i := range ps {
		ps[i].Versions = of[ps[i].ID]
	}
	return ps, nil
}

// Paper implements callback.PaperShelf.
func (s *Store) Paper(ctx context.Context, id uuid.UUID) (callback.Paper, error) {
	p, err := one(ctx, s.pool, scanPaper, selectPaper+` WHERE p.id = $1`, id)
	if err != nil {
		return callback.Paper{}, mapError("look up paper", err)
	}
	p.Versions, err = list(ctx, s.pool, scanVersion, `SELECT `+paperVersionMeta+`, v.body`+paperVersions+` WHERE v.paper_id = $1 ORDER BY v.version DESC`, id)
	return p, mapError("look up paper", err)
}

// PaperVersion implements callback.PaperShelf.
func (s *Store) PaperVersion(ctx context.Context, id uuid.UUID, version int) (callback.PaperVersion, error) {
	v, err := one(ctx, s.pool, scanVersion, `SELECT `+paperVersionMeta+`, v.body`+paperVersions+` WHERE v.paper_id = $1 AND v.version = $2`, id, version)
	return v, mapError("look up paper", err)
}

// InsertPaper implements callback.PaperShelf.
func (s *Store) InsertPaper(ctx context.Context, p callback.Paper, e audit.Event) error {
	return s.change(ctx, "make paper", func(tx pgx.Tx) error {
		if err := insertPaper(ctx, tx, p); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

func insertPaper(ctx context.Context, tx pgx.Tx, p callback.Paper) error {
	_, err := tx.Exec(ctx, `INSERT INTO paper (id, kind, code, name_zh, name_en, created_by, created_at) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		p.ID, string(p.Kind), p.Code, p.Name.Chinese, p.Name.English, orNullID(p.CreatedBy), p.CreatedAt)
	if err != nil {
		return err
	}
	return insertVersion(ctx, tx, p.Versions[0])
}

func insertVersion(ctx context.Context, tx pgx.Tx, v callback.PaperVersion) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO paper_version (paper_id, version, state, body, note, created_by, created_at, updated_at, published_by, published_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, v.PaperID, v.Version, string(v.State), v.Body, v.Note, orNullID(v.CreatedBy), v.CreatedAt, v.UpdatedAt,
		orNullID(v.PublishedBy), orNullTime(v.PublishedAt))
	return err
}

// ensurePaper gives the paper with a code, made if it is not there.
func ensurePaper(ctx context.Context, tx pgx.Tx, p callback.Paper) (id uuid.UUID, made bool, err error) {
	// One at a time: instances start together.
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, evidenceLock+2); err != nil {
		return uuid.Nil, false, err
	}
	err = tx.QueryRow(ctx, `SELECT id FROM paper WHERE kind = $1 AND code = $2`, string(p.Kind), p.Code).Scan(&id)
	if !errors.Is(err, pgx.ErrNoRows) {
		return id, false, err
	}
	return p.ID, true, insertPaper(ctx, tx, p)
}

// ShipPaper implements callback.PaperShelf.
func (s *Store) ShipPaper(ctx context.Context, p callback.Paper, e audit.Event) error {
	return s.change(ctx, "ship paper", func(tx pgx.Tx) error {
		id, made, err := ensurePaper(ctx, tx, p)
		if err != nil {
			return err
		}
		if e.ObjectID = id.String(); made {
			return insertEvent(ctx, tx, e)
		}
		v := p.Versions[0]
		v.PaperID = id
		var newer bool
		err = tx.QueryRow(ctx, `SELECT NOT EXISTS (SELECT 1 FROM paper_version WHERE paper_id = $1 AND (version >= $2 OR created_by IS NOT NULL OR published_by IS NOT NULL))`,
			id, v.Version).Scan(&newer)
		if err != nil || !newer {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE paper_version SET state = 'retired', retired_at = $2 WHERE paper_id = $1 AND state = 'published'`, id, v.PublishedAt); err != nil {
			return err
		}
		if err := insertVersion(ctx, tx, v); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// SaveDraft implements callback.PaperShelf.
func (s *Store) SaveDraft(ctx context.Context, v callback.PaperVersion, was time.Time, e audit.Event) error {
	return s.change(ctx, "save draft", func(tx pgx.Tx) error {
		if err := putDraft(ctx, tx, v, was); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

func putDraft(ctx context.Context, tx pgx.Tx, v callback.PaperVersion, was time.Time) error {
	if was.IsZero() {
		return insertVersion(ctx, tx, v)
	}
	tag, err := tx.Exec(ctx, `UPDATE paper_version SET body = $4, note = $5, updated_at = $6 WHERE paper_id = $1 AND version = $2 AND state = 'draft' AND updated_at = $3`,
		v.PaperID, v.Version, was, v.Body, v.Note, v.UpdatedAt)
	if err == nil && tag.RowsAffected() == 0 {
		return changedMeanwhile("draft")
	}
	return err
}

// PublishPaper implements callback.PaperShelf.
func (s *Store) PublishPaper(ctx context.Context, v callback.PaperVersion, was time.Time, e audit.Event) error {
	return s.change(ctx, "publish paper", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE paper_version SET state = 'retired', retired_at = $2 WHERE paper_id = $1 AND state = 'published'`, v.PaperID, v.PublishedAt); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `UPDATE paper_version SET state = 'published', published_at = $4, published_by = $5 WHERE paper_id = $1 AND version = $2 AND state = 'draft' AND updated_at = $3`,
			v.PaperID, v.Version, was, v.PublishedAt, orNullID(v.PublishedBy))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changedMeanwhile("draft")
		}
		return insertEvent(ctx, tx, e)
	})
}

// RetirePaper implements callback.PaperShelf.
func (s *Store) RetirePaper(ctx context.Context, id uuid.UUID, when time.Time, e audit.Event) error {
	return s.change(ctx, "retire paper", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE paper_version v SET state = 'retired', retired_at = $2 WHERE paper_id = $1 AND state = 'published'
			AND NOT EXISTS (SELECT 1 FROM program g WHERE v.paper_id IN (g.questionnaire_id, g.script_id, g.form_id))`, id, when)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.Conflict("not_published", "it has no published version, or a program points to it")
		}
		return insertEvent(ctx, tx, e)
	})
}
