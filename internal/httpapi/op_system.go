package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/problem"
	"huifang/signaling/wire"
)

func (s *server) registerSystem(api huma.API) {
	register(s, api, op(anybody(), http.MethodGet, "/system", "get-system", "What works: recorder, storage, trunks, calendar"), s.getSystem)
	register(s, api, op(only(access.RoleAuditor, access.RoleRecordsHead, access.RoleAdministrator),
		http.MethodGet, "/audit", "list-audit", "The audit log (Rule S-04)"), s.listAudit)
}

func (s *server) getSystem(ctx context.Context, _ *struct{}) (*body[wire.System], error) {
	v, err := s.deps.System.System(ctx)
	v.Normalize()
	return answer(v, err)
}

func (s *server) listAudit(ctx context.Context, in *struct {
	Period
	Action string `query:"action" maxLength:"100"`
	Actor  string `query:"actor"`
	Page
}) (*body[AuditPage], error) {
	actor, err := optionalID("query.actor", in.Actor)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Audit.List(ctx, principal(ctx), AuditQuery{
		From: in.From, To: in.To, Action: in.Action, Actor: actor, Limit: in.Limit, Cursor: in.Cursor,
	}))
}

func softphoneAudience() Audience { return only(access.RoleAgent, access.RoleSupervisor) }

// serveSoftphone lets agents through to the socket. It is no operation of
// huma, so it asks for the same things itself.
func (s *server) serveSoftphone(w http.ResponseWriter, r *http.Request) {
	c, err := s.authenticate(r)
	upgrade := strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
	switch {
	case err == nil && !allows(softphoneAudience(), c.who):
		err = problem.Forbidden("role", "your roles do not allow this")
	case err == nil && !upgrade:
		err = problem.BadField("header.Upgrade", "must be websocket")
	case err == nil:
		s.deps.Softphone.ServeSoftphone(w, r, c.who)
		return
	case upgrade && problem.CodeOf(err) == problem.CodeUnauthenticated:
		s.deps.Softphone.RefuseSoftphone(w, r)
		return
	}
	s.writeProblem(w, r, err)
}
