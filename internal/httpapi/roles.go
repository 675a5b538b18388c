package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"huifang/internal/access"
	"huifang/internal/problem"
	"huifang/internal/token"
)

// rolesKey is where an operation declares who may call it.
const rolesKey = "roles"

// Audience is who may call an operation.
type Audience struct {
	Public bool          // nobody need be signed in
	Roles  []access.Role // empty and not public: whoever is signed in
}

// public operations are open, anybody is for whoever is signed in.
func public() Audience                   { return Audience{Public: true} }
func anybody() Audience                  { return Audience{} }
func only(roles ...access.Role) Audience { return Audience{Roles: roles} }

// words is the audience as docs/openapi.json shows it (x-roles).
func (a Audience) words() []string {
	switch {
	case a.Public:
		return []string{"public"}
	case len(a.Roles) == 0:
		return []string{"signed_in"}
	}
	words := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		words[i] = string(r)
	}
	return words
}

type callerKey struct{}

// caller is who asks, and what GET /session says of them.
type caller struct {
	who access.Principal
	me  Me
}

// callerOf gives who asks. Operations that are not public always have one.
func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

func principal(ctx context.Context) access.Principal { return callerOf(ctx).who }

// authorize is the one middleware that lets a caller through to an operation.
// An operation that declares nobody lets nobody through.
func (s *server) authorize(ctx huma.Context, next func(huma.Context)) {
	audience, declared := ctx.Operation().Metadata[rolesKey].(Audience)
	if declared && audience.Public {
		next(ctx)
		return
	}
	r, w := humago.Unwrap(ctx)
	if secret, ok := bearer(r); ok && s.deps.Tokens != nil {
		s.authorizeToken(ctx, secret, next)
		return
	}
	c, err := s.authenticate(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	if !declared || !allows(audience, c.who) {
		s.noteRefusal(r, ctx.Operation(), c.who)
		s.writeProblem(w, r, problem.Forbidden("role", "your roles do not allow this"))
		return
	}
	next(huma.WithContext(ctx, context.WithValue(ctx.Context(), callerKey{}, c)))
}

// bearer gives the secret of an API token, if there is one.
func bearer(r *http.Request) (string, bool) {
	kind, secret, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), ok && strings.EqualFold(kind, "Bearer")
}

// authorizeToken lets an API token through to an operation that declares a
// scope which the token has; the operation is carried out with the scope's role
// and in the name of the token's account. Rule C-22.
func (s *server) authorizeToken(ctx huma.Context, secret string, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	t, err := s.deps.Tokens.Authenticate(r.Context(), secret, clientIP(r))
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	scope, open := ctx.Operation().Metadata[scopeKey].(token.Scope)
	who := t.Principal(scope, clientIP(r))
	switch {
	case !open:
		s.noteRefusal(r, ctx.Operation(), who)
		s.writeProblem(w, r, problem.Forbidden("no_scope", "this is not open to API tokens"))
	case !t.May(scope):
		s.noteRefusal(r, ctx.Operation(), who)
		p := problem.Forbidden("scope", "the token needs the scope "+string(scope))
		p.Params = map[string]any{"scope": string(scope)}
		s.writeProblem(w, r, p)
	default:
		c := caller{who: who, me: Me{User: MyUser{ID: who.User.ID, Name: who.User.Name}}}
		next(huma.WithContext(ctx, context.WithValue(ctx.Context(), callerKey{}, c)))
	}
}

func allows(a Audience, who access.Principal) bool {
	return len(a.Roles) == 0 || who.Has(a.Roles...)
}

// authenticate gives who is behind the cookie.
func (s *server) authenticate(r *http.Request) (caller, error) {
	cookie, err := r.Cookie(CookieName)
	if err != nil || cookie.Value == "" {
		return caller{}, &problem.Error{Code: problem.CodeUnauthenticated, Reason: "no_session", Detail: "nobody is signed in"}
	}
	who, me, err := s.deps.Sessions.Authenticate(r.Context(), cookie.Value, clientIP(r))
	return caller{who: who, me: me}, err
}

// noteRefusal writes the access log when somebody without the right asks for a
// recording (Rules S-01, S-02).
func (s *server) noteRefusal(r *http.Request, op *huma.Operation, who access.Principal) {
	if op.Metadata[recordingKey] == nil {
		return
	}
	var id ID // of the search: none
	if text := r.PathValue("id"); text != "" {
		var err error
		if id, err = parseID("recording", text); err != nil {
			return // there is no such recording
		}
	}
	if err := s.deps.Recordings.Refused(r.Context(), who, id); err != nil {
		s.log.ErrorContext(r.Context(), "refused access not written to the log", "recording_id", id, "user_id", who.User.ID, "error", err)
	}
}
