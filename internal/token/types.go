package token

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
)

// Token is an API token without its secret.
type Token struct {
	ID          uuid.UUID
	Name        string
	Prefix      string // the first characters, to recognise it by
	Scopes      []Scope
	PerMinute   int         // requests, on each instance
	Account     access.User // whom the audit log names; cannot sign in
	CreatedAt   time.Time
	CreatedBy   uuid.UUID
	CreatedName string // set on reading
	ExpiresAt   time.Time
	LastUsedAt  time.Time // to the minute
	LastIP      string
	RevokedAt   time.Time
}

// ValidAt reports whether the token lets its program in.
func (t Token) ValidAt(at time.Time) bool { return t.RevokedAt.IsZero() && at.Before(t.ExpiresAt) }

// May reports whether the token has the scope.
func (t Token) May(s Scope) bool { return slices.Contains(t.Scopes, s) }

// New is a token to be made.
type New struct {
	Name      string
	Scopes    []Scope
	Days      int // until it ends
	PerMinute int // 0: DefaultPerMinute
}

// Limits of tokens.
const (
	MaxDays          = 730
	DefaultPerMinute = 600
	MaxPerMinute     = 60_000
)

// Keep is how long a key is remembered after its request was answered, and
// MaxKey the most characters of one.
const (
	Keep   = 7 * 24 * time.Hour
	MaxKey = 200
)

// Request is one use of a key.
type Request struct {
	Account uuid.UUID // who asks
	Key     string
	Hash    [32]byte // SHA-256 over method, path and body
	Attempt uuid.UUID
	Until   time.Time // given up after this
}

// Answer is what the request was answered with.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
}

// Kept is what is known of a key.
type Kept struct {
	Hash      [32]byte
	Attempt   uuid.UUID
	Until     time.Time
	AppliedAt time.Time // zero: nothing was changed yet
	Answer    *Answer
}

// Store keeps tokens and keys.
type Store interface {
	// InsertToken makes the token with its account; problem conflict when the
	// name is taken by one that is not revoked.
	InsertToken(ctx context.Context, t Token, hash [32]byte, e audit.Event) error
	// TokenByHash gives one, whatever its state; problem not_found.
	TokenByHash(ctx context.Context, hash [32]byte) (Token, error)
	Token(ctx context.Context, id uuid.UUID) (Token, error)
	// Tokens lists all, the newest first.
	Tokens(ctx context.Context) ([]Token, error)
	TouchToken(ctx context.Context, id uuid.UUID, at time.Time, ip string) error
	// RevokeToken does nothing to a token that is revoked already.
	RevokeToken(ctx context.Context, id uuid.UUID, at time.Time, e audit.Event) error

	// BeginRequest takes the key for this attempt where it is free: new, or
	// given up with nothing applied. Otherwise it gives what is known.
	BeginRequest(ctx context.Context, r Request, now time.Time) (taken bool, kept Kept, err error)
	// AnswerRequest keeps the answer; nothing when another attempt has the key.
	AnswerRequest(ctx context.Context, r Request, a Answer, now time.Time) error
	// ForgetRequest frees the key of an attempt that changed nothing.
	ForgetRequest(ctx context.Context, r Request) error
	// DropRequests forgets keys that were begun before the given time.
	DropRequests(ctx context.Context, before time.Time) (int, error)
}

type requestKey struct{}

// WithRequest notes in the context that what is changed belongs to the request;
// the store writes "applied" in the same transaction.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestOf gives the request that a change belongs to, if it has a key.
func RequestOf(ctx context.Context) (Request, bool) {
	r, ok := ctx.Value(requestKey{}).(Request)
	return r, ok
}
