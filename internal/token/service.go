package token

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Prefix begins every token, so that scanners of leaked secrets know it.
const Prefix = "hft_"

const (
	shownChars = 8 // after the prefix
	touchEvery = time.Minute
)

// Service makes, lists, revokes and recognises tokens. It may be used by many
// goroutines.
type Service struct {
	store  Store
	clock  func() time.Time
	random func([]byte) (int, error)

	mu      sync.Mutex
	buckets map[uuid.UUID]*bucket
}

// NewService needs store and clock.
func NewService(store Store, clock func() time.Time) (*Service, error) {
	if store == nil || clock == nil {
		return nil, errors.New("make token service: store and clock are required")
	}
	return &Service{store: store, clock: clock, random: rand.Read, buckets: make(map[uuid.UUID]*bucket)}, nil
}

func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// Create makes a token and gives its secret, this once. Rule C-22.
func (s *Service) Create(ctx context.Context, who access.Principal, in New) (Token, string, error) {
	if !who.Has(access.RoleAdministrator) {
		return Token{}, "", problem.Forbidden("administrator_only", "only administrators make API tokens")
	}
	in.Name = strings.TrimSpace(in.Name)
	if in.PerMinute == 0 {
		in.PerMinute = DefaultPerMinute
	}
	var wrong []problem.Field
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	if in.Name == "" || len(in.Name) > 100 {
		bad("name", "must have 1 to 100 bytes")
	}
	if len(in.Scopes) == 0 {
		bad("scopes", "at least one is needed, of: %s", scopeWords())
	}
	for _, sc := range in.Scopes {
		if !sc.Known() {
			bad("scopes", "%q is no scope; there are: %s", string(sc), scopeWords())
		}
	}
	if in.Days < 1 || in.Days > MaxDays {
		bad("days", "must be 1 to %d", MaxDays)
	}
	if in.PerMinute < 1 || in.PerMinute > MaxPerMinute {
		bad("per_minute", "must be 1 to %d", MaxPerMinute)
	}
	if len(wrong) > 0 {
		return Token{}, "", problem.Invalid(wrong...)
	}
	raw := make([]byte, 32)
	if _, err := s.random(raw); err != nil {
		return Token{}, "", fmt.Errorf("make token: %w", err)
	}
	secret, now := Prefix+base64.RawURLEncoding.EncodeToString(raw), s.now()
	scopes := slices.Clone(in.Scopes)
	slices.Sort(scopes)
	t := Token{ID: uuid.New(), Name: in.Name, Prefix: secret[:len(Prefix)+shownChars], Scopes: slices.Compact(scopes), PerMinute: in.PerMinute,
		CreatedAt: now, CreatedBy: who.User.ID, ExpiresAt: now.AddDate(0, 0, in.Days)}
	t.Account = access.User{ID: uuid.New(), Login: "token:" + t.ID.String(), Name: "API · " + t.Name, StaffNumber: "token:" + t.ID.String(), DisabledAt: now, CreatedAt: now}
	e := s.event(who, audit.ActionTokenCreated, t, map[string]any{"name": t.Name, "scopes": t.Scopes, "expires_at": t.ExpiresAt.Format(time.RFC3339), "per_minute": t.PerMinute})
	if err := s.store.InsertToken(ctx, t, sha256.Sum256([]byte(secret)), e); err != nil {
		return Token{}, "", fmt.Errorf("make token: %w", err)
	}
	t.CreatedName = who.User.Name
	return t, secret, nil
}

func scopeWords() string {
	words := make([]string, 0, len(Scopes()))
	for _, s := range Scopes() {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}

// List gives all tokens, the newest first, to administrators and auditors.
func (s *Service) List(ctx context.Context, who access.Principal) ([]Token, error) {
	if !who.Has(access.RoleAdministrator, access.RoleAuditor) {
		return nil, problem.Forbidden("administrator_only", "only administrators and auditors see API tokens")
	}
	ts, err := s.store.Tokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return ts, nil
}

// Revoke ends a token at once, on every instance.
func (s *Service) Revoke(ctx context.Context, who access.Principal, id uuid.UUID) error {
	if !who.Has(access.RoleAdministrator) {
		return problem.Forbidden("administrator_only", "only administrators revoke API tokens")
	}
	t, err := s.store.Token(ctx, id)
	if err != nil {
		return fmt.Errorf("look up token: %w", err)
	}
	if err := s.store.RevokeToken(ctx, id, s.now(), s.event(who, audit.ActionTokenRevoked, t, map[string]any{"name": t.Name})); err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

// Authenticate gives the token behind a secret, or problem unauthenticated, or
// refused with reason rate_limited and the time from which it may ask again.
func (s *Service) Authenticate(ctx context.Context, secret, ip string) (Token, error) {
	if !strings.HasPrefix(secret, Prefix) || len(secret) > 100 {
		return Token{}, unknown()
	}
	t, err := s.store.TokenByHash(ctx, sha256.Sum256([]byte(secret)))
	if problem.IsNotFound(err) {
		return Token{}, unknown()
	}
	if err != nil {
		return Token{}, fmt.Errorf("look up token: %w", err)
	}
	now := s.now()
	if !t.ValidAt(now) {
		return Token{}, &problem.Error{Code: problem.CodeUnauthenticated, Reason: "token_ended", Detail: "the API token is revoked or has expired"}
	}
	if at, ok := s.take(t, now); !ok {
		return Token{}, &problem.Error{Code: problem.CodeRefused, Reason: "rate_limited", AllowedAt: at, Params: map[string]any{"per_minute": t.PerMinute},
			Detail: fmt.Sprintf("the token may ask %d times a minute", t.PerMinute)}
	}
	if now.Sub(t.LastUsedAt) >= touchEvery {
		if err := s.store.TouchToken(ctx, t.ID, now, ip); err != nil {
			return Token{}, fmt.Errorf("touch token: %w", err)
		}
	}
	return t, nil
}

func unknown() error {
	return &problem.Error{Code: problem.CodeUnauthenticated, Reason: "unknown_token", Detail: "there is no such API token"}
}

// Principal is who an operation of a scope is carried out as.
func (t Token) Principal(sc Scope, ip string) access.Principal {
	u := t.Account
	u.Roles = []access.Role{sc.Role()}
	return access.Principal{User: u, IP: ip}
}

func (s *Service) event(who access.Principal, action string, t Token, detail map[string]any) audit.Event {
	return audit.Event{At: s.now(), ActorID: who.User.ID, Action: action, ObjectKind: "token", ObjectID: t.ID.String(), Detail: detail, IP: who.IP}
}
