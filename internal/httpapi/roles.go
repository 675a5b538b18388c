package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"huifang/internal/access"
	"huifang/internal/problem"
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
