package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerShifts(api huma.API) {
	agents, supervisors := only(access.RoleAgent, access.RoleSupervisor), only(access.RoleSupervisor)
	register(s, api, op(agents, http.MethodGet, "/shift", "get-shift", "Where the caller's day stands, with the records to be finished (Rule C-23)"), s.getShift)
	register(s, api, op(agents, http.MethodPost, "/shift/end", "end-shift", "End one's shift; refused while records are open (Rule C-23)"), s.endShift)
	register(s, api, op(supervisors, http.MethodGet, "/shifts/unfinished", "list-unfinished", "Who left which records open (Rule C-23)"), s.listUnfinished)
	register(s, api, op(supervisors, http.MethodPost, "/shifts/{agent}/end", "override-shift", "End an agent's shift with records open, with a reason (Rule C-23)"), s.overrideShift)
}

func (s *server) getShift(ctx context.Context, _ *struct{}) (*body[ShiftState], error) {
	return answer(s.deps.Shifts.State(ctx, principal(ctx)))
}

func (s *server) endShift(ctx context.Context, _ *struct{}) (*body[ShiftState], error) {
	return answer(s.deps.Shifts.End(ctx, principal(ctx)))
}

func (s *server) listUnfinished(ctx context.Context, _ *struct{}) (*body[UnfinishedList], error) {
	return answer(s.deps.Shifts.Unfinished(ctx, principal(ctx)))
}

func (s *server) overrideShift(ctx context.Context, in *struct {
	Agent ID `path:"agent"`
	Body  ShiftOverride
}) (*body[UnfinishedList], error) {
	return answer(s.deps.Shifts.Override(ctx, principal(ctx), in.Agent, in.Body.Reason))
}
