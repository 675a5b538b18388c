package access

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/problem"
)

// ValidAt reports whether the session still signs its user in.
func (s Session) ValidAt(t time.Time) bool {
	return s.RevokedAt.IsZero() && t.Before(s.ExpiresAt) && t.Before(s.LastSeenAt.Add(SessionIdle))
}

// Authenticate gives the session and the principal of a token, or problem
// unauthenticated. The last-seen time is kept to the minute.
func (s *Service) Authenticate(ctx context.Context, token, ip string) (Principal, Session, error) {
	if token == "" || len(token) > 100 {
		return Principal{}, Session{}, unauthenticated()
	}
	sess, user, err := s.store.SessionByToken(ctx, sha256.Sum256([]byte(token)))
	if problem.IsNotFound(err) {
		return Principal{}, Session{}, unauthenticated()
	}
	if err != nil {
		return Principal{}, Session{}, fmt.Errorf("look up session: %w", err)
	}
	now := s.now()
	if !sess.ValidAt(now) || user.Disabled() {
		return Principal{}, Session{}, unauthenticated()
	}
	if now.Sub(sess.LastSeenAt) >= touchEvery {
		if err := s.store.TouchSession(ctx, sess.ID, now); err != nil {
			return Principal{}, Session{}, fmt.Errorf("touch session: %w", err)
		}
		sess.LastSeenAt = now
	}
	return Principal{User: user, SessionID: sess.ID, IP: ip}, sess, nil
}

func unauthenticated() error {
	return &problem.Error{Code: problem.CodeUnauthenticated, Reason: "no_session", Detail: "sign in first"}
}

// Sessions lists the valid sessions of a user; those of somebody else only
// for an administrator.
func (s *Service) Sessions(ctx context.Context, who Principal, userID uuid.UUID) ([]Session, error) {
	if userID == uuid.Nil {
		userID = who.User.ID
	}
	if userID != who.User.ID && !who.Has(RoleAdministrator) {
		return nil, problem.Forbidden("not_own", "only an administrator sees the sessions of others")
	}
	now := s.now()
	all, err := s.store.SessionsOf(ctx, userID, now)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	valid := make([]Session, 0, len(all))
	for _, one := range all {
		if one.ValidAt(now) {
			valid = append(valid, one)
		}
	}
	return valid, nil
}

// Revoke ends a session at once. Somebody else's only an administrator ends;
// for others such a session does not exist.
func (s *Service) Revoke(ctx context.Context, who Principal, sessionID uuid.UUID) error {
	sess, err := s.store.Session(ctx, sessionID)
	if err != nil {
		return fmt.Errorf("look up session: %w", err)
	}
	if sess.UserID != who.User.ID && !who.Has(RoleAdministrator) {
		return problem.NotFound("session")
	}
	now := s.now()
	ev := audit.Event{
		At: now, ActorID: who.User.ID, Action: audit.ActionSessionRevoked, ObjectKind: "session", ObjectID: sessionID.String(), IP: who.IP,
	}
	if err := s.store.RevokeSession(ctx, sessionID, who.User.ID, now, ev); err != nil {
		return fmt.Errorf("revoke session: %w", err)
	}
	return nil
}
