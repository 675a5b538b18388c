package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/problem"
)

// SignIn is somebody's wish to sign in.
type SignIn struct {
	Login, Password string
	IP, UserAgent   string
}

// SignedIn is a new session. Token goes into the cookie and is not kept.
type SignedIn struct {
	Token   string
	Session Session
	User    User
}

const maxUserAgent = 256

// SignIn checks login and password and opens a session.
//
// A wrong login, a wrong password and a closed account give the same answer
// (unauthenticated, bad_credentials) after the same work. Five failures of a
// login from one address, or thirty of an address, within five minutes give
// refused, sign_in_limited, with AllowedAt; such a try is not looked at and
// not counted. Counting and checking happen in one of the few places of the
// hasher, so a burst overshoots the limit by less than their number.
func (s *Service) SignIn(ctx context.Context, in SignIn) (SignedIn, error) {
	login := strings.ToLower(strings.TrimSpace(in.Login))
	if login == "" || in.Password == "" || len(login) > 100 || len(in.Password) > 4*MaxPassword {
		return SignedIn{}, badCredentials()
	}
	user, err := s.verify(ctx, login, in)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	token, hash, err := newToken()
	if err != nil {
		return SignedIn{}, err
	}
	sess := Session{
		ID: uuid.New(), UserID: user.ID, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(SessionAbsolute),
		IP: in.IP, UserAgent: clip(in.UserAgent, maxUserAgent),
	}
	ev := audit.Event{
		At: now, ActorID: user.ID, Action: audit.ActionSignIn, ObjectKind: "session", ObjectID: sess.ID.String(), IP: in.IP,
	}
	if err := s.store.InsertSession(ctx, sess, hash, ev); err != nil {
		return SignedIn{}, fmt.Errorf("open session: %w", err)
	}
	return SignedIn{Token: token, Session: sess, User: user}, nil
}

// verify holds a place of the hasher from counting to recording.
func (s *Service) verify(ctx context.Context, login string, in SignIn) (User, error) {
	if err := s.hasher.enter(ctx); err != nil {
		return User{}, fmt.Errorf("wait to check password: %w", err)
	}
	defer s.hasher.leave()
	now := s.now()
	f, err := s.store.Failures(ctx, login, in.IP, now.Add(-LimitSpan))
	if err != nil {
		return User{}, fmt.Errorf("count failed sign-ins: %w", err)
	}
	if until := limitedUntil(f); !until.IsZero() {
		return User{}, limited(until, now)
	}
	user, hash, err := s.store.UserByLogin(ctx, login)
	if err != nil && !problem.IsNotFound(err) {
		return User{}, fmt.Errorf("look up login: %w", err)
	}
	ok, err := s.hasher.matches(in.Password, hash)
	if err != nil {
		return User{}, err
	}
	ok = ok && !user.Disabled()
	if err := s.store.RecordAttempt(ctx, Attempt{Login: login, IP: in.IP, At: now, OK: ok}); err != nil {
		return User{}, fmt.Errorf("record sign-in: %w", err)
	}
	if !ok {
		ev := audit.Event{
			At: now, ActorID: user.ID, Action: audit.ActionSignInRefused, ObjectKind: "login", ObjectID: login,
			Reason: "bad_credentials", IP: in.IP,
		}
		if err := s.log.AppendEvent(ctx, ev); err != nil {
			return User{}, fmt.Errorf("log refused sign-in: %w", err)
		}
		return User{}, badCredentials()
	}
	return user, nil
}

// limitedUntil gives when the oldest failure of a full count leaves the span;
// zero when neither count is full.
func limitedUntil(f Failures) time.Time {
	var until time.Time
	if f.LoginIP >= LimitLogin {
		until = f.LoginIPOldest.Add(LimitSpan)
	}
	if f.IP >= LimitIP {
		if t := f.IPOldest.Add(LimitSpan); t.After(until) {
			until = t
		}
	}
	return until
}

func limited(until, now time.Time) error {
	seconds := int(until.Sub(now)/time.Second) + 1
	p := problem.Refused("", "sign_in_limited", "too many failed sign-ins; wait before the next", map[string]any{"seconds_left": seconds})
	p.AllowedAt = until
	return p
}

func badCredentials() error {
	return &problem.Error{Code: problem.CodeUnauthenticated, Reason: "bad_credentials", Detail: "login or password is wrong"}
}

func newToken() (string, TokenHash, error) {
	var raw [32]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return "", TokenHash{}, fmt.Errorf("make session token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	return token, sha256.Sum256([]byte(token)), nil
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
