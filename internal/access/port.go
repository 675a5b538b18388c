package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// TokenHash is SHA-256 of a session token; the token itself is never stored.
type TokenHash = [32]byte

// Users keeps the accounts.
type Users interface {
	// UserByLogin gives the account and its password hash; problem not_found
	// when there is none. Disabled accounts are given too.
	UserByLogin(ctx context.Context, login string) (User, string, error)
	User(ctx context.Context, id uuid.UUID) (User, error)
	// Users lists accounts by name.
	Users(ctx context.Context, f UserFilter) ([]User, error)
	// InsertUser gives problem conflict when the login or staff number is taken.
	InsertUser(ctx context.Context, u User, passwordHash string, e audit.Event) error
	// UpdateUser writes name, roles, languages, department and DisabledAt, and
	// the hash unless it is empty. With EndSessions every session of the user
	// is revoked in the same transaction.
	UpdateUser(ctx context.Context, u UserUpdate, e audit.Event) error
	// Departments lists departments with their branch.
	Departments(ctx context.Context) ([]Department, error)
}

// Sessions keeps the sign-ins.
type Sessions interface {
	InsertSession(ctx context.Context, s Session, h TokenHash, e audit.Event) error
	// SessionByToken gives the session and its user, whatever their state;
	// problem not_found when there is none.
	SessionByToken(ctx context.Context, h TokenHash) (Session, User, error)
	Session(ctx context.Context, id uuid.UUID) (Session, error)
	// SessionsOf lists sessions that are not revoked and not expired at the
	// given time, last seen first.
	SessionsOf(ctx context.Context, userID uuid.UUID, at time.Time) ([]Session, error)
	TouchSession(ctx context.Context, id uuid.UUID, at time.Time) error
	// RevokeSession does nothing to a session that is revoked already.
	RevokeSession(ctx context.Context, id, by uuid.UUID, at time.Time, e audit.Event) error
}

// Attempts keeps the sign-in attempts that the limiter judges by.
type Attempts interface {
	// Failures counts failed attempts after since: those of this login from
	// this ip, and all those of this ip.
	Failures(ctx context.Context, login, ip string, since time.Time) (Failures, error)
	RecordAttempt(ctx context.Context, a Attempt) error
}

// Store is all that [Service] needs kept.
type Store interface {
	Users
	Sessions
	Attempts
}

// UserFilter selects accounts; zero values do not filter.
type UserFilter struct {
	Role            Role
	IncludeDisabled bool
	DepartmentID    uuid.UUID
}

// UserUpdate is what an administrator changes.
type UserUpdate struct {
	User         User // the whole account as it shall be
	PasswordHash string
	EndSessions  bool
	By           uuid.UUID
	At           time.Time
}

// Attempt is one try to sign in.
type Attempt struct {
	Login, IP string
	At        time.Time
	OK        bool
}

// Failures are counts with the time of the oldest failure counted; the time is
// zero when the count is.
type Failures struct {
	LoginIP       int
	LoginIPOldest time.Time
	IP            int
	IPOldest      time.Time
}
