package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/problem"
)

// CookieName is the session cookie.
const CookieName = "huifang_session"

type requestKey struct{}

// request gives what of the HTTP request a handler may need.
type requestFacts struct {
	ip, userAgent string
	tls           bool
}

func (s *server) registerSession(api huma.API) {
	register(s, api, facts(op(public(), http.MethodPost, "/session", "sign-in", "Sign in")), s.signIn)
	register(s, api, op(anybody(), http.MethodGet, "/session", "get-session", "Who is signed in"), s.getSession)
	register(s, api, facts(status(http.StatusNoContent, op(anybody(), http.MethodDelete, "/session", "sign-out", "Sign out"))), s.signOut)
	register(s, api, op(anybody(), http.MethodGet, "/sessions", "list-sessions", "Sessions of a user"), s.listSessions)
	register(s, api, status(http.StatusNoContent, op(anybody(), http.MethodDelete, "/sessions/{id}", "revoke-session", "End a session")), s.revokeSession)
}

// facts lets the handler see requestFacts.
func facts(o huma.Operation) huma.Operation {
	o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		host := ctx.RemoteAddr()
		f := requestFacts{ip: clientIP(&http.Request{RemoteAddr: host}), userAgent: ctx.Header("User-Agent"), tls: ctx.TLS() != nil}
		next(huma.WithContext(ctx, context.WithValue(ctx.Context(), requestKey{}, f)))
	})
	return o
}

type signInInput struct{ Body SignIn }

type signInOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (s *server) signIn(ctx context.Context, in *signInInput) (*signInOutput, error) {
	f, _ := ctx.Value(requestKey{}).(requestFacts)
	in.Body.Login = strings.ToLower(strings.TrimSpace(in.Body.Login))
	token, me, err := s.deps.Sessions.SignIn(ctx, in.Body, f.ip, f.userAgent)
	if err != nil {
		s.deps.Metrics.signIn(problem.CodeOf(err))
		return nil, err
	}
	s.deps.Metrics.signIn("")
	cookie := s.cookie(f)
	cookie.Value, cookie.Expires = token, me.Session.ExpiresAt
	return &signInOutput{SetCookie: cookie, Body: me}, nil
}

func (s *server) cookie(f requestFacts) http.Cookie {
	return http.Cookie{
		Name: CookieName, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: s.deps.Secure || f.tls,
	}
}

func (s *server) getSession(ctx context.Context, _ *struct{}) (*body[Me], error) {
	return &body[Me]{Body: callerOf(ctx).me}, nil
}

type signOutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s *server) signOut(ctx context.Context, _ *struct{}) (*signOutOutput, error) {
	who := principal(ctx)
	if err := s.deps.Sessions.Revoke(ctx, who, who.SessionID); err != nil {
		return nil, err
	}
	f, _ := ctx.Value(requestKey{}).(requestFacts)
	cookie := s.cookie(f)
	cookie.MaxAge, cookie.Expires = -1, time.Unix(1, 0)
	return &signOutOutput{SetCookie: cookie}, nil
}

func (s *server) listSessions(ctx context.Context, in *struct {
	UserID string `query:"user_id" doc:"Another user, for administrators"`
}) (*body[SessionList], error) {
	id, err := optionalID("query.user_id", in.UserID)
	if err != nil {
		return nil, err
	}
	who := principal(ctx)
	if id != (ID{}) && id != who.User.ID && !who.Has(access.RoleAdministrator) {
		return nil, problem.Forbidden("role", "only administrators see the sessions of others")
	}
	list, err := s.deps.Sessions.List(ctx, who, id)
	return answer(SessionList{Sessions: list}, err)
}

func (s *server) revokeSession(ctx context.Context, in *PathID) (*empty, error) {
	id, err := parseID("session", in.ID)
	if err != nil {
		return nil, err
	}
	return &empty{}, s.deps.Sessions.Revoke(ctx, principal(ctx), id)
}

// PathID is the {id} of a path.
type PathID struct {
	ID string `path:"id"`
}
