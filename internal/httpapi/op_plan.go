package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

// planInput is an operation on a plan with a body.
type planInput[T any] struct {
	ID   ID `path:"id"`
	Body T
}

type planPath struct {
	ID ID `path:"id"`
}

func (s *server) registerPlans(api huma.API) {
	readers := only(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead, access.RoleAdministrator)
	branch, head := only(access.RoleSupervisor), only(access.RoleRecordsHead, access.RoleAdministrator)
	register(s, api, op(readers, http.MethodGet, "/plans", "list-plans", "Plans, newest first (Rule C-02)"), s.listPlans)
	register(s, api, op(branch, http.MethodPost, "/plans", "draft-plan", "Draft a plan of one's branch"), s.draftPlan)
	register(s, api, op(branch, http.MethodGet, "/plan-agents", "list-plan-agents", "Who may carry out plans, with their open tasks"), s.listPlanAgents)
	register(s, api, op(readers, http.MethodGet, "/plans/{id}", "get-plan", "A plan with selection, rehearsals, figures and history"), s.getPlan)
	register(s, api, op(branch, http.MethodPut, "/plans/{id}", "change-plan", "Write a plan that is not submitted anew"), s.changePlan)
	register(s, api, op(readers, http.MethodGet, "/plans/{id}/customers", "list-plan-customers", "Customers of a plan: all, what is missing, or whom nobody may call"), s.listPlanCustomers)
	register(s, api, long(op(branch, http.MethodPost, "/plans/{id}/selection/preview", "preview-plan-selection", "What criteria would choose (Rule C-12)")), s.previewPlanSelection)
	register(s, api, long(op(branch, http.MethodPut, "/plans/{id}/selection", "keep-plan-selection", "Choose the plan's customers; criteria, seed and figures are kept (Rule C-12)")), s.keepPlanSelection)
	register(s, api, op(branch, http.MethodPost, "/plans/{id}/submit", "submit-plan", "Hand it to head office"), s.submitPlan)
	register(s, api, op(head, http.MethodPost, "/plans/{id}/approve", "approve-plan", "Approve somebody else's plan (Rule C-02)"), s.approvePlan)
	register(s, api, op(head, http.MethodPost, "/plans/{id}/return", "return-plan", "Give it back with an opinion"), s.returnPlan)
	register(s, api, op(head, http.MethodPost, "/plans/{id}/file", "file-plan", "File an approved plan with its number"), s.filePlan)
	register(s, api, op(branch, http.MethodPost, "/plans/{id}/rehearsals", "note-rehearsal", "Note a rehearsal (Rule Q-03)"), s.noteRehearsal)
	register(s, api, op(only(access.RoleSupervisor, access.RoleRecordsHead, access.RoleAdministrator), http.MethodPost, "/plans/{id}/rehearsals/{rid}/sign", "sign-rehearsal",
		"Sign a rehearsal that somebody else noted (Rule Q-03)"), s.signRehearsal)
	register(s, api, long(op(branch, http.MethodPost, "/plans/{id}/start", "start-plan", "Put it on the desks (Rules C-02, C-15, Q-03)")), s.startPlan)
	register(s, api, long(op(branch, http.MethodPost, "/plans/{id}/agents", "join-plan", "Let an agent join a running plan, and give customers without a task out again")), s.joinPlan)
	register(s, api, op(branch, http.MethodPost, "/plans/{id}/close", "close-plan", "End it with a note; the figures are kept"), s.closePlan)
}

func (s *server) listPlans(ctx context.Context, in *struct {
	PlanQuery
}) (*body[PlanPage], error) {
	return answer(s.deps.Plans.List(ctx, principal(ctx), in.PlanQuery))
}

func (s *server) draftPlan(ctx context.Context, in *struct{ Body PlanContent }) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Draft(ctx, principal(ctx), in.Body))
}

func (s *server) listPlanAgents(ctx context.Context, _ *struct{}) (*body[PlanAgents], error) {
	return answer(s.deps.Plans.Agents(ctx, principal(ctx)))
}

func (s *server) getPlan(ctx context.Context, in *planPath) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Get(ctx, principal(ctx), in.ID))
}

func (s *server) changePlan(ctx context.Context, in *planInput[PlanContent]) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Change(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) listPlanCustomers(ctx context.Context, in *struct {
	ID    ID     `path:"id"`
	Part  string `query:"part" enum:"all,missing,barred" default:"all"`
	After int    `query:"after" minimum:"0"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}) (*body[PlanCustomers], error) {
	return answer(s.deps.Plans.Customers(ctx, principal(ctx), in.ID, in.Part, in.After, in.Limit))
}

func (s *server) previewPlanSelection(ctx context.Context, in *planInput[PlanCriteria]) (*body[PlanPreview], error) {
	return answer(s.deps.Plans.Preview(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) keepPlanSelection(ctx context.Context, in *planInput[PlanCriteria]) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Choose(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) submitPlan(ctx context.Context, in *planPath) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Submit(ctx, principal(ctx), in.ID))
}

func (s *server) approvePlan(ctx context.Context, in *planInput[PlanOpinion]) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Approve(ctx, principal(ctx), in.ID, in.Body.Opinion))
}

func (s *server) returnPlan(ctx context.Context, in *planInput[PlanOpinion]) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Return(ctx, principal(ctx), in.ID, in.Body.Opinion))
}

func (s *server) filePlan(ctx context.Context, in *planPath) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.File(ctx, principal(ctx), in.ID))
}

func (s *server) noteRehearsal(ctx context.Context, in *planInput[PlanRehearsalInput]) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Rehearse(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) signRehearsal(ctx context.Context, in *struct {
	ID          ID `path:"id"`
	RehearsalID ID `path:"rid"`
}) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.SignRehearsal(ctx, principal(ctx), in.ID, in.RehearsalID))
}

func (s *server) startPlan(ctx context.Context, in *planPath) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Start(ctx, principal(ctx), in.ID))
}

func (s *server) joinPlan(ctx context.Context, in *planInput[PlanJoin]) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Join(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) closePlan(ctx context.Context, in *planInput[PlanNote]) (*body[PlanDetail], error) {
	return answer(s.deps.Plans.Close(ctx, principal(ctx), in.ID, in.Body.Note))
}
