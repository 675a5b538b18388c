package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/attachment"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

var _ attachment.Store = (*Store)(nil)

const selectAttachment = `SELECT a.id, a.object_kind, a.object_id, a.purpose, a.name, a.media_type, a.bytes, a.sha256, a.added_by, u.name, a.added_at
	FROM attachment a JOIN app_user u ON u.id = a.added_by`

func scanAttachment(r pgx.CollectableRow) (f attachment.File, err error) {
	err = r.Scan(&f.ID, &f.Object, &f.ObjectID, &f.Purpose, &f.Name, &f.MediaType, &f.Bytes, &f.SHA256, &f.AddedBy, &f.AddedName, at(&f.AddedAt))
	return f, err
}

// Attachments of an object, oldest first.
func (s *Store) Attachments(ctx context.Context, o attachment.Object, id uuid.UUID) ([]attachment.File, error) {
	fs, err := list(ctx, s.pool, scanAttachment, selectAttachment+` WHERE a.object_kind = $1 AND a.object_id = $2 ORDER BY a.added_at, a.id`, string(o), id)
	return fs, mapError("list attachments", err)
}

// Attachment gives one.
func (s *Store) Attachment(ctx context.Context, id uuid.UUID) (attachment.File, error) {
	f, err := one(ctx, s.pool, scanAttachment, selectAttachment+` WHERE a.id = $1`, id)
	return f, mapError("look up attachment", err)
}

// AttachmentContent gives the bytes of one.
func (s *Store) AttachmentContent(ctx context.Context, id uuid.UUID) (b []byte, err error) {
	err = s.pool.QueryRow(ctx, `SELECT content FROM attachment_content WHERE attachment_id = $1`, id).Scan(&b)
	return b, mapError("read attachment", err)
}

// InsertAttachment stores a file with its content; the database compares both. Rule T-02.
func (s *Store) InsertAttachment(ctx context.Context, f attachment.File, content []byte, limit int, e audit.Event) error {
	return s.change(ctx, "insert attachment", func(tx pgx.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM attachment WHERE object_kind = $1 AND object_id = $2`, string(f.Object), f.ObjectID).Scan(&n); err != nil {
			return err
		}
		if n >= limit {
			return problem.Conflict("attachments_full", fmt.Sprintf("it has %d files already; more are not taken", n))
		}
		_, err := tx.Exec(ctx, `INSERT INTO attachment (id, object_kind, object_id, purpose, name, media_type, bytes, sha256, added_by, added_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			f.ID, string(f.Object), f.ObjectID, string(f.Purpose), f.Name, f.MediaType, f.Bytes, f.SHA256, f.AddedBy, f.AddedAt)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO attachment_content (attachment_id, content) VALUES ($1, $2)`, f.ID, content); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}
