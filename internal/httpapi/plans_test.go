package httpapi

import (
	"context"

	"huifang/internal/access"
)

// housePlans answers as the house does; internal/plan and internal/store test the rules.
type housePlans struct{ *house }

func (h housePlans) List(context.Context, access.Principal, PlanQuery) (PlanPage, error) {
	return PlanPage{}, h.err
}
func (h housePlans) Agents(context.Context, access.Principal) (PlanAgents, error) {
	return PlanAgents{}, h.err
}
func (h housePlans) Get(context.Context, access.Principal, ID) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Draft(context.Context, access.Principal, PlanContent) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Change(context.Context, access.Principal, ID, PlanContent) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Customers(context.Context, access.Principal, ID, string, int, int) (PlanCustomers, error) {
	return PlanCustomers{}, h.err
}
func (h housePlans) Preview(context.Context, access.Principal, ID, PlanCriteria) (PlanPreview, error) {
	return PlanPreview{}, h.err
}
func (h housePlans) Choose(context.Context, access.Principal, ID, PlanCriteria) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Submit(context.Context, access.Principal, ID) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Approve(context.Context, access.Principal, ID, string) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Return(context.Context, access.Principal, ID, string) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) File(context.Context, access.Principal, ID) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Rehearse(context.Context, access.Principal, ID, PlanRehearsalInput) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) SignRehearsal(context.Context, access.Principal, ID, ID) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Start(context.Context, access.Principal, ID) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Join(context.Context, access.Principal, ID, PlanJoin) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
func (h housePlans) Close(context.Context, access.Principal, ID, string) (PlanDetail, error) {
	return PlanDetail{}, h.err
}
