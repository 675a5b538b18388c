package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/token"
)

// TokensPort lets other programs in (package token; Rule C-22).
type TokensPort interface {
	List(ctx context.Context, who access.Principal) (Tokens, error)
	Create(ctx context.Context, who access.Principal, in NewToken) (MadeToken, error)
	Revoke(ctx context.Context, who access.Principal, id ID) error
	// Authenticate gives the token behind a secret; problem unauthenticated, or
	// refused with reason rate_limited.
	Authenticate(ctx context.Context, secret, ip string) (token.Token, error)
}

// NewTokens is package token behind its port.
func NewTokens(svc *token.Service) TokensPort { return tokensPort{svc} }

type tokensPort struct{ *token.Service }

func (p tokensPort) List(ctx context.Context, who access.Principal) (Tokens, error) {
	ts, err := p.Service.List(ctx, who)
	return Tokens{Tokens: mapped(ts, tokenOf), Scopes: words(token.Scopes())}, err
}

func (p tokensPort) Create(ctx context.Context, who access.Principal, in NewToken) (MadeToken, error) {
	n := token.New{Name: in.Name, Days: in.Days, PerMinute: in.PerMinute}
	for _, s := range in.Scopes {
		n.Scopes = append(n.Scopes, token.Scope(s))
	}
	t, secret, err := p.Service.Create(ctx, who, n)
	return MadeToken{Token: tokenOf(t), Secret: secret}, err
}

func tokenOf(t token.Token) Token {
	return Token{ID: t.ID, Name: t.Name, Prefix: t.Prefix, Scopes: words(t.Scopes), PerMinute: t.PerMinute, CreatedAt: at(t.CreatedAt), CreatedBy: Ref{ID: t.CreatedBy, Name: t.CreatedName},
		ExpiresAt: at(t.ExpiresAt), LastUsedAt: maybe(t.LastUsedAt), LastIP: t.LastIP, RevokedAt: maybe(t.RevokedAt)}
}
