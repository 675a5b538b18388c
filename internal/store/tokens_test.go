package store

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
	"huifang/internal/token"
)

func newTokens(t *testing.T) (*world, *token.Service, access.Principal) {
	w := newWorld(t)
	s, err := token.NewService(w.Store, func() time.Time { return w.at })
	w.ok(err)
	return w, s, access.Principal{User: w.addUser("root", access.RoleAdministrator), IP: "192.0.2.9"}
}

// problemIn is wantCode that gives the problem too.
func problemIn(t *testing.T, err error, code problem.Code, reason string) *problem.Error {
	t.Helper()
	wantCode(t, err, code, reason)
	p, _ := asProblem(err)
	return p
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.ok(w.pool.QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

func TestRuleC22_TokensAreShownOnceAndEnd(t *testing.T) {
	w, s, root := newTokens(t)
	ctx := t.Context()
	_, _, err := s.Create(ctx, root, token.New{Name: " ", Scopes: []token.Scope{"everything"}, Days: 1000, PerMinute: -1})
	p := problemIn(t, err, problem.CodeInvalid, "invalid_fields")
	if len(p.Fields) != 4 || !strings.Contains(p.Fields[1].Message, "customers:write") {
		t.Fatalf("%+v", p.Fields)
	}
	_, _, err = s.Create(ctx, access.Principal{User: w.user}, token.New{})
	wantCode(t, err, problem.CodeForbidden, "administrator_only")
	in := token.New{Name: "ERP", Scopes: []token.Scope{token.ScopeTasksWrite, token.ScopeCustomersWrite}, Days: 30, PerMinute: 60}
	made, secret, err := s.Create(ctx, root, in)
	w.ok(err)
	_, _, err = s.Create(ctx, root, in)
	wantCode(t, err, problem.CodeConflict, "name_taken")
	if !strings.HasPrefix(secret, made.Prefix) || len(secret) < 40 || w.count(`SELECT count(*) FROM api_token WHERE encode(sha256, 'escape') LIKE '%' || $1 || '%'`, secret) != 0 {
		t.Fatalf("secret %q of %+v", secret, made)
	}
	got, err := s.Authenticate(ctx, secret, "192.0.2.7")
	w.ok(err)
	if got.ID != made.ID || !got.May(token.ScopeTasksWrite) || got.May(token.ScopeRecordingsRead) || got.Principal(token.ScopeTasksWrite, "").User.ID != made.Account.ID {
		t.Fatalf("%+v", got)
	}
	for _, bad := range []string{"", "hft_", secret + "x", strings.ToUpper(secret)} {
		_, err = s.Authenticate(ctx, bad, "")
		wantCode(t, err, problem.CodeUnauthenticated, "unknown_token")
	}
	list, err := s.List(ctx, root)
	w.ok(err)
	if len(list) != 1 || list[0].LastUsedAt != w.at || list[0].LastIP != "192.0.2.7" || list[0].CreatedName == "" {
		t.Fatalf("%+v", list)
	}
	// The account is nobody who works here.
	if us, err := w.Users(ctx, access.UserFilter{IncludeDisabled: true}); err != nil || len(us) != 2 {
		t.Fatalf("users %+v, %v", us, err)
	}
	if u, hash, err := w.UserByLogin(ctx, made.Account.Login); err != nil || !u.Disabled() || hash != "" || len(u.Roles) != 0 {
		t.Fatalf("account %+v, %v", u, err)
	}
	// A later end, or more scopes, are refused by the database.
	for _, sql := range []string{`UPDATE api_token SET scopes = '{records:read}'`, `UPDATE api_token SET expires_at = expires_at + interval '1 day'`} {
		_, err := w.pool.Exec(ctx, sql)
		wantCode(t, mapError("alter token", err), problem.CodeRefused, "data_in")
	}
	w.at = made.ExpiresAt
	_, err = s.Authenticate(ctx, secret, "")
	wantCode(t, err, problem.CodeUnauthenticated, "token_ended")
	w.at = w.at.Add(-time.Hour)
	w.ok(s.Revoke(ctx, root, made.ID))
	w.ok(s.Revoke(ctx, root, made.ID))
	_, err = s.Authenticate(ctx, secret, "")
	wantCode(t, err, problem.CodeUnauthenticated, "token_ended")
	for action, n := range map[string]int{audit.ActionTokenCreated: 1, audit.ActionTokenRevoked: 1} {
		if got := w.count(`SELECT count(*) FROM audit_event WHERE action = $1 AND actor_id = $2`, action, root.User.ID); got != n {
			t.Errorf("%s: %d events", action, got)
		}
	}
}

func TestRuleC22_TokensAskOnlySoOften(t *testing.T) {
	w, s, root := newTokens(t)
	_, secret, err := s.Create(t.Context(), root, token.New{Name: "ERP", Scopes: []token.Scope{token.ScopeTasksWrite}, Days: 30, PerMinute: 3})
	w.ok(err)
	for range 3 {
		_, err := s.Authenticate(t.Context(), secret, "")
		w.ok(err)
	}
	_, err = s.Authenticate(t.Context(), secret, "")
	p := problemIn(t, err, problem.CodeRefused, "rate_limited")
	if wait := p.AllowedAt.Sub(w.at); wait <= 0 || wait > 20*time.Second {
		t.Fatalf("to wait %s", wait)
	}
	w.at = p.AllowedAt
	_, err = s.Authenticate(t.Context(), secret, "")
	w.ok(err)
}

// Of many requests with one key at once, one is carried out; a request that is
// given up is begun anew, and the first, still running, does not commit.
func TestRuleC22_OneKeyIsOneRequest(t *testing.T) {
	w, s, root := newTokens(t)
	ctx, account := t.Context(), w.user.ID
	begin := func(key string, hash byte) (token.Request, *token.Answer, error) {
		return s.Begin(ctx, account, key, [32]byte{hash}, time.Minute)
	}
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		taken []token.Request
	)
	for range 30 {
		wait.Go(func() {
			r, a, err := begin("order-1", 1)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && a == nil {
				taken = append(taken, r)
			} else if problem.CodeOf(err) != problem.CodeConflict {
				t.Errorf("%v, %v", a, err)
			}
		})
	}
	wait.Wait()
	if len(taken) != 1 {
		t.Fatalf("carried out %d times", len(taken))
	}
	_, _, err := begin("order-1", 2)
	wantCode(t, err, problem.CodeInvalid, "key_reused")
	_, _, err = begin("with space", 2)
	wantCode(t, err, problem.CodeInvalid, "invalid_fields")

	// Given up: the second attempt changes something, the first then cannot.
	change := func(ctx context.Context) error {
		return w.RevokeToken(ctx, uuid.New(), w.at, w.event("token.revoked"))
	}
	w.at = w.at.Add(2 * time.Minute)
	second, _, err := begin("order-1", 1)
	w.ok(err)
	wantCode(t, change(token.WithRequest(ctx, taken[0])), problem.CodeConflict, "in_progress")
	w.ok(change(token.WithRequest(ctx, second)))
	w.at = w.at.Add(2 * time.Minute) // its process died before the answer
	_, _, err = begin("order-1", 1)
	wantCode(t, err, problem.CodeConflict, "answer_lost")
	w.ok(s.Answered(ctx, second, token.Answer{Status: 201, ContentType: "application/json", Body: []byte(`{"id":7}`)}))
	_, a, err := begin("order-1", 1)
	w.ok(err)
	if a == nil || a.Status != 201 || string(a.Body) != `{"id":7}` {
		t.Fatalf("%+v", a)
	}
	// Another account's key of the same name is another key; what failed on our side is free again.
	r, a, err := s.Begin(ctx, root.User.ID, "order-1", [32]byte{9}, time.Minute)
	w.ok(err)
	w.ok(s.Answered(ctx, r, token.Answer{Status: 503}))
	if r, a, err = s.Begin(ctx, root.User.ID, "order-1", [32]byte{9}, time.Minute); err != nil || a != nil || r.Key == "" {
		t.Fatalf("%+v, %v", a, err)
	}
	w.at = w.at.Add(token.Keep + time.Minute)
	if n, err := s.Tidy(ctx); err != nil || n != 2 {
		t.Fatalf("forgot %d, %v", n, err)
	}
}
