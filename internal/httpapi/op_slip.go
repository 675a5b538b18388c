package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/token"
)

func (s *server) registerSlips(api huma.API) {
	supervisors := only(access.RoleSupervisor)
	register(s, api, op(anybody(), http.MethodGet, "/departments", "list-departments", "The departments that slips go to"), s.listDepartments)
	register(s, api, op(supervisors, http.MethodGet, "/departments/{id}/people", "list-department-people", "Who may own a slip of a department"), s.listDepartmentPeople)
	register(s, api, scoped(token.ScopeRecordsRead, op(anybody(), http.MethodGet, "/slips", "list-slips", "Feedback slips, newest first: all of them, or those that concern whoever asks (Rule C-17)")), s.listSlips)
	register(s, api, scoped(token.ScopeRecordsRead, op(anybody(), http.MethodGet, "/slips/{id}", "get-slip", "A slip with its history")), s.getSlip)
	register(s, api, op(supervisors, http.MethodPost, "/slips/{id}/assign", "assign-slip", "Give an open slip to a department and to one of its people"), s.assignSlip)
	register(s, api, op(anybody(), http.MethodPost, "/slips/{id}/answer", "answer-slip", "Note how it was handled; makes the second call-back (Rule C-17)"), s.answerSlip)
	register(s, api, op(supervisors, http.MethodPost, "/slips/{id}/call-again", "call-again-for-slip", "Make another second call-back, where the last one ended without the customer's word"), s.callAgainForSlip)
	register(s, api, op(supervisors, http.MethodPost, "/slips/{id}/close-unreachable", "close-slip-unreachable", "Close a slip whose customer is proven to be unreachable (Rules C-17, T-04)"), s.closeSlipUnreachable)
}

func (s *server) listDepartments(ctx context.Context, _ *struct{}) (*body[Departments], error) {
	return answer(s.deps.Slips.Departments(ctx))
}

func (s *server) listDepartmentPeople(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[People], error) {
	return answer(s.deps.Slips.People(ctx, principal(ctx), in.ID))
}

func (s *server) listSlips(ctx context.Context, in *struct {
	SlipQuery
}) (*body[SlipPage], error) {
	return answer(s.deps.Slips.List(ctx, principal(ctx), in.SlipQuery))
}

func (s *server) getSlip(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[SlipDetail], error) {
	return answer(s.deps.Slips.Get(ctx, principal(ctx), in.ID))
}

func (s *server) assignSlip(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SlipAssignment
}) (*body[SlipDetail], error) {
	return answer(s.deps.Slips.Assign(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) answerSlip(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SlipAnswer
}) (*body[SlipDetail], error) {
	return answer(s.deps.Slips.Answer(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) callAgainForSlip(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SlipReason
}) (*body[SlipDetail], error) {
	return answer(s.deps.Slips.CallAgain(ctx, principal(ctx), in.ID, in.Body.Reason))
}

func (s *server) closeSlipUnreachable(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SlipReason
}) (*body[SlipDetail], error) {
	return answer(s.deps.Slips.CloseUnreachable(ctx, principal(ctx), in.ID, in.Body.Reason))
}
