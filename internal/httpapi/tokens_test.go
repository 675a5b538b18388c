package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"huifang/internal/access"
	"huifang/internal/problem"
	"huifang/internal/token"
)

type houseTokens struct{ *house }

func (h houseTokens) List(context.Context, access.Principal) (Tokens, error) { return Tokens{}, h.err }
func (h houseTokens) Create(context.Context, access.Principal, NewToken) (MadeToken, error) {
	return MadeToken{}, h.err
}
func (h houseTokens) Revoke(context.Context, access.Principal, ID) error { return h.err }

// Authenticate takes the scopes for the secret: "customers:read,tasks:write".
func (h houseTokens) Authenticate(_ context.Context, secret, _ string) (token.Token, error) {
	if secret == "often" {
		return token.Token{}, &problem.Error{Code: problem.CodeRefused, Reason: reasonRateLimited, AllowedAt: noon.Add(3e9)}
	}
	var t token.Token
	for s := range strings.SplitSeq(secret, ",") {
		t.Scopes = append(t.Scopes, token.Scope(s))
	}
	return t, nil
}

// What is open to tokens is a list that is read by people, and no audio is in it.
func TestRuleC22_TokensReachNoSound(t *testing.T) {
	t.Parallel()
	_, api, _ := newAPI()
	open := 0
	for name, op := range operations(api.OpenAPI()) {
		scope, ok := op.Metadata[scopeKey].(token.Scope)
		if !ok {
			continue
		}
		open++
		audience := op.Metadata[rolesKey].(Audience)
		if !scope.Known() || !allows(audience, token.Token{}.Principal(scope, "")) {
			t.Errorf("%s: scope %s with the role %s is let in by nobody", name, scope, scope.Role())
		}
		for _, sound := range []string{"audio", "peaks", "download", "heard", "tokens", "users", "session"} {
			if strings.Contains(name, sound) {
				t.Errorf("%s is open to tokens", name)
			}
		}
	}
	if open < 10 {
		t.Fatalf("only %d operations are open", open)
	}
}

func TestRuleC22_ScopesAreAsked(t *testing.T) {
	t.Parallel()
	h := newHouse().server()
	for _, c := range []struct {
		scopes, path string
		code         int
		reason       string
	}{
		{"customers:read", "/api/v1/customers", http.StatusOK, ""},
		{"customers:write", "/api/v1/customers", http.StatusForbidden, "scope"},
		{"customers:read", "/api/v1/session", http.StatusForbidden, "no_scope"},
		{"often", "/api/v1/customers", http.StatusTooManyRequests, "rate_limited"},
	} {
		w := ask(h, http.MethodGet, c.path, "administrator", "", "Authorization", "Bearer "+c.scopes)
		if w.Code != c.code {
			t.Errorf("%+v: %d", c, w.Code)
		} else if c.reason != "" && problemIn(t, w).Reason != c.reason {
			t.Errorf("%+v: another reason", c)
		}
		if c.code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "3" {
			t.Errorf("to wait %q", w.Header().Get("Retry-After"))
		}
	}
}
