package httpapi

import (
	"context"

	"huifang/internal/access"
)

// Plans are the plans of branches (package plan; Rules C-02, C-12, Q-03).
type Plans interface {
	List(ctx context.Context, who access.Principal, q PlanQuery) (PlanPage, error)
	Agents(ctx context.Context, who access.Principal) (PlanAgents, error)
	Get(ctx context.Context, who access.Principal, id ID) (PlanDetail, error)
	Draft(ctx context.Context, who access.Principal, in PlanContent) (PlanDetail, error)
	Change(ctx context.Context, who access.Principal, id ID, in PlanContent) (PlanDetail, error)
	Customers(ctx context.Context, who access.Principal, id ID, part string, after, limit int) (PlanCustomers, error)
	Preview(ctx context.Context, who access.Principal, id ID, in PlanCriteria) (PlanPreview, error)
	Choose(ctx context.Context, who access.Principal, id ID, in PlanCriteria) (PlanDetail, error)
	Submit(ctx context.Context, who access.Principal, id ID) (PlanDetail, error)
	Approve(ctx context.Context, who access.Principal, id ID, opinion string) (PlanDetail, error)
	Return(ctx context.Context, who access.Principal, id ID, opinion string) (PlanDetail, error)
	File(ctx context.Context, who access.Principal, id ID) (PlanDetail, error)
	Rehearse(ctx context.Context, who access.Principal, id ID, in PlanRehearsalInput) (PlanDetail, error)
	SignRehearsal(ctx context.Context, who access.Principal, id, rehearsalID ID) (PlanDetail, error)
	Start(ctx context.Context, who access.Principal, id ID) (PlanDetail, error)
	Join(ctx context.Context, who access.Principal, id ID, in PlanJoin) (PlanDetail, error)
	Close(ctx context.Context, who access.Principal, id ID, note string) (PlanDetail, error)
}

// PlanQuery selects plans.
type PlanQuery struct {
	State    string `query:"state" enum:",draft,submitted,returned,approved,filed,running,closed"`
	BranchID string `query:"branch_id"`
	Page
}
