package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/access"
	"huifang/internal/audit"
)

const sessionColumns = `s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at, s.ip, s.user_agent, s.revoked_at, s.revoked_by`

func sessionTargets(s *access.Session) []any {
	return []any{&s.ID, &s.UserID, at(&s.CreatedAt), at(&s.LastSeenAt), at(&s.ExpiresAt), &s.IP, &s.UserAgent, at(&s.RevokedAt), &s.RevokedBy}
}

func scanSession(r pgx.CollectableRow) (s access.Session, err error) {
	err = r.Scan(sessionTargets(&s)...)
	return s, err
}

// InsertSession opens a session; of the token only its hash is kept.
func (s *Store) InsertSession(ctx context.Context, n access.Session, h access.TokenHash, e audit.Event) error {
	return s.change(ctx, "insert session", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO user_session (id, user_id, token_sha256, created_at, last_seen_at, expires_at, ip, user_agent)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
			n.ID, n.UserID, h[:], n.CreatedAt, n.LastSeenAt, n.ExpiresAt, n.IP, n.UserAgent)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// SessionByToken gives a session and its user, whatever their state.
func (s *Store) SessionByToken(ctx context.Context, h access.TokenHash) (access.Session, access.User, error) {
	var (
		n access.Session
		u access.User
	)
	err := s.pool.QueryRow(ctx, `SELECT `+sessionColumns+`, `+userColumns+` FROM user_session s JOIN`+userTables+`
		ON u.id = s.user_id WHERE s.token_sha256 = $1`, h[:]).Scan(append(sessionTargets(&n), userTargets(&u)...)...)
	return n, u, mapError("look up session", err)
}

// Session gives a session, whatever its state.
func (s *Store) Session(ctx context.Context, id uuid.UUID) (access.Session, error) {
	n, err := one(ctx, s.pool, scanSession, `SELECT `+sessionColumns+` FROM user_session s WHERE s.id = $1`, id)
	return n, mapError("look up session", err)
}

// SessionsOf lists a user's sessions that are neither revoked nor expired.
func (s *Store) SessionsOf(ctx context.Context, userID uuid.UUID, when time.Time) ([]access.Session, error) {
	ns, err := list(ctx, s.pool, scanSession, `SELECT `+sessionColumns+` FROM user_session s
		WHERE s.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY s.last_seen_at DESC, s.id`, userID, when)
	return ns, mapError("list sessions", err)
}

// TouchSession notes when a session was last used; never back in time.
func (s *Store) TouchSession(ctx context.Context, id uuid.UUID, when time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE user_session SET last_seen_at = greatest(last_seen_at, $2) WHERE id = $1`, id, when)
	return mapError("touch session", err)
}

// RevokeSession ends a session; one that is revoked stays as it is.
func (s *Store) RevokeSession(ctx context.Context, id, by uuid.UUID, when time.Time, e audit.Event) error {
	return s.change(ctx, "revoke session", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE user_session SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL`,
			id, when, orNullID(by))
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// Failures counts failed sign-ins of the ip after since, and among them those
// of the login.
func (s *Store) Failures(ctx context.Context, login, ip string, since time.Time) (access.Failures, error) {
	var f access.Failures
	err := s.pool.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE login = $1), min(at) FILTER (WHERE login = $1), count(*), min(at)
		FROM sign_in_attempt WHERE ip = $2 AND at > $3 AND NOT ok`, login, ip, since).
		Scan(&f.LoginIP, at(&f.LoginIPOldest), &f.IP, at(&f.IPOldest))
	return f, mapError("count failed sign-ins", err)
}

// RecordAttempt keeps one try to sign in.
func (s *Store) RecordAttempt(ctx context.Context, a access.Attempt) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO sign_in_attempt (login, ip, at, ok) VALUES ($1,$2,$3,$4)`, a.Login, a.IP, a.At, a.OK)
	return mapError("record sign-in", err)
}
