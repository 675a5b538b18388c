package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/token"
)

// scopeKey is where an operation declares the scope that opens it to tokens.
const scopeKey = "scope"

const tokenScheme = "apiToken"

// scoped opens an operation to API tokens with the scope (Rule C-22).
func scoped(sc token.Scope, o huma.Operation) huma.Operation {
	o.Metadata[scopeKey] = sc
	o.Extensions["x-scope"] = string(sc)
	o.Security = []map[string][]string{{"session": {}}, {tokenScheme: {string(sc)}}}
	return o
}

func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"session":   {Type: "apiKey", In: "cookie", Name: CookieName, Description: "Of people who are signed in"},
		tokenScheme: {Type: "http", Scheme: "bearer", Description: "Of other programs; x-scope of an operation says which scope it needs. Without x-scope it is not open to tokens."},
	}
}

func (s *server) registerTokens(api huma.API) {
	admin := only(access.RoleAdministrator)
	register(s, api, op(only(access.RoleAdministrator, access.RoleAuditor), http.MethodGet, "/tokens", "list-tokens", "API tokens, the newest first (Rule C-22)"), s.listTokens)
	register(s, api, withSecret(status(http.StatusCreated, op(admin, http.MethodPost, "/tokens", "create-token", "Make an API token; its secret is shown this once"))), s.createToken)
	register(s, api, status(http.StatusNoContent, op(admin, http.MethodDelete, "/tokens/{id}", "revoke-token", "End an API token at once")), s.revokeToken)
}

func (s *server) listTokens(ctx context.Context, _ *struct{}) (*body[Tokens], error) {
	return answer(s.deps.Tokens.List(ctx, principal(ctx)))
}

func (s *server) createToken(ctx context.Context, in *struct{ Body NewToken }) (*body[MadeToken], error) {
	return answer(s.deps.Tokens.Create(ctx, principal(ctx), in.Body))
}

func (s *server) revokeToken(ctx context.Context, in *PathID) (*empty, error) {
	id, err := parseID("token", in.ID)
	if err != nil {
		return nil, err
	}
	return &empty{}, s.deps.Tokens.Revoke(ctx, principal(ctx), id)
}
