package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/problem"
	"huifang/internal/token"
)

var _ token.Store = (*Store)(nil)

const selectToken = `SELECT t.id, t.name, t.prefix, t.scopes, t.per_minute, t.created_at, t.created_by, c.name, t.expires_at, t.last_used_at, t.last_ip, t.revoked_at, ` +
	userColumns + ` FROM api_token t JOIN app_user c ON c.id = t.created_by JOIN` + userTables + ` ON u.id = t.account_id`

func scanToken(row pgx.CollectableRow) (t token.Token, err error) {
	err = row.Scan(append([]any{&t.ID, &t.Name, &t.Prefix, &t.Scopes, &t.PerMinute, at(&t.CreatedAt), &t.CreatedBy, &t.CreatedName, at(&t.ExpiresAt),
		at(&t.LastUsedAt), &t.LastIP, at(&t.RevokedAt)}, userTargets(&t.Account)...)...)
	return t, err
}

// InsertToken makes a token with its account.
func (s *Store) InsertToken(ctx context.Context, t token.Token, hash [32]byte, e audit.Event) error {
	return s.change(ctx, "make token", func(tx pgx.Tx) error {
		u := t.Account
		if _, err := tx.Exec(ctx, `INSERT INTO app_user (id, login, name, staff_number, roles, password_hash, disabled_at, created_at) VALUES ($1,$2,$3,$4,'{}','',$5,$6)`,
			u.ID, u.Login, u.Name, u.StaffNumber, u.DisabledAt, u.CreatedAt); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO api_token (id, name, prefix, sha256, scopes, per_minute, account_id, created_at, created_by, expires_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			t.ID, t.Name, t.Prefix, hash[:], words(t.Scopes), t.PerMinute, u.ID, t.CreatedAt, t.CreatedBy, t.ExpiresAt); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// TokenByHash gives a token, whatever its state.
func (s *Store) TokenByHash(ctx context.Context, hash [32]byte) (token.Token, error) {
	t, err := one(ctx, s.pool, scanToken, selectToken+` WHERE t.sha256 = $1`, hash[:])
	return t, mapError("look up token", err)
}

// Token gives a token, whatever its state.
func (s *Store) Token(ctx context.Context, id uuid.UUID) (token.Token, error) {
	t, err := one(ctx, s.pool, scanToken, selectToken+` WHERE t.id = $1`, id)
	return t, mapError("look up token", err)
}

// Tokens lists all, the newest first.
func (s *Store) Tokens(ctx context.Context) ([]token.Token, error) {
	ts, err := list(ctx, s.pool, scanToken, selectToken+` ORDER BY t.created_at DESC, t.id`)
	return ts, mapError("list tokens", err)
}

// TouchToken notes when and from where a token was last used; never back in time.
func (s *Store) TouchToken(ctx context.Context, id uuid.UUID, when time.Time, ip string) error {
	_, err := s.pool.Exec(ctx, `UPDATE api_token SET last_used_at = $2, last_ip = $3 WHERE id = $1 AND coalesce(last_used_at < $2, true)`, id, when, ip)
	return mapError("touch token", err)
}

// RevokeToken ends a token; one that is revoked stays as it is.
func (s *Store) RevokeToken(ctx context.Context, id uuid.UUID, when time.Time, e audit.Event) error {
	return s.change(ctx, "revoke token", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`, id, when)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// BeginRequest takes a key that is free, in one statement: of two that come at
// once, one waits for the other's row and finds it taken.
func (s *Store) BeginRequest(ctx context.Context, r token.Request, now time.Time) (bool, token.Kept, error) {
	tag, err := s.pool.Exec(ctx, `INSERT INTO api_request AS q (account_id, key, hash, attempt, begun_at, until) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (account_id, key) DO UPDATE SET hash = excluded.hash, attempt = excluded.attempt, begun_at = excluded.begun_at, until = excluded.until
		WHERE q.answered_at IS NULL AND q.applied_at IS NULL AND q.until < $5 AND q.hash = excluded.hash`, r.Account, r.Key, r.Hash[:], r.Attempt, now, r.Until)
	if err != nil {
		return false, token.Kept{}, mapError("begin request", err)
	}
	if tag.RowsAffected() == 1 {
		return true, token.Kept{}, nil
	}
	var (
		k      token.Kept
		hash   []byte
		status *int
		a      token.Answer
	)
	err = s.pool.QueryRow(ctx, `SELECT hash, attempt, until, applied_at, status, content_type, body FROM api_request WHERE account_id = $1 AND key = $2`, r.Account, r.Key).
		Scan(&hash, &k.Attempt, at(&k.Until), at(&k.AppliedAt), &status, &a.ContentType, &a.Body)
	if errors.Is(err, pgx.ErrNoRows) { // freed between the two statements
		return false, token.Kept{}, problem.Conflict("in_progress", "the first request with this Idempotency-Key has just failed; send it again")
	}
	k.Hash = [32]byte(hash)
	if status != nil {
		a.Status = *status
		k.Answer = &a
	}
	return false, k, mapError("look up request", err)
}

// requestApplied notes that a change belongs to its request, in its
// transaction. An attempt that was given up meanwhile does not commit.
func requestApplied(ctx context.Context, tx pgx.Tx) error {
	r, ok := token.RequestOf(ctx)
	if !ok {
		return nil
	}
	tag, err := tx.Exec(ctx, `UPDATE api_request SET applied_at = coalesce(applied_at, now()) WHERE account_id = $1 AND key = $2 AND attempt = $3`, r.Account, r.Key, r.Attempt)
	if err == nil && tag.RowsAffected() == 0 {
		return problem.Conflict("in_progress", "this request took too long and was begun anew")
	}
	return err
}

// AnswerRequest keeps the answer for those who ask again.
func (s *Store) AnswerRequest(ctx context.Context, r token.Request, a token.Answer, now time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE api_request SET answered_at = $4, status = $5, content_type = $6, body = $7 WHERE account_id = $1 AND key = $2 AND attempt = $3`,
		r.Account, r.Key, r.Attempt, now, a.Status, a.ContentType, a.Body)
	return mapError("keep answer", err)
}

// ForgetRequest frees the key of an attempt that changed nothing.
func (s *Store) ForgetRequest(ctx context.Context, r token.Request) error {
	_, err := s.pool.Exec(ctx, `DELETE FROM api_request WHERE account_id = $1 AND key = $2 AND attempt = $3 AND applied_at IS NULL`, r.Account, r.Key, r.Attempt)
	return mapError("free key", err)
}

// DropRequests forgets keys of long ago.
func (s *Store) DropRequests(ctx context.Context, before time.Time) (int, error) {
	tag, err := s.pool.Exec(ctx, `DELETE FROM api_request WHERE begun_at < $1`, before)
	return int(tag.RowsAffected()), mapError("forget keys", err)
}
