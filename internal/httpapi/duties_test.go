package httpapi

import (
	"context"

	"huifang/internal/access"
)

// houseDuties answers as the house does; internal/duty and internal/store test the rules.
type houseDuties struct{ *house }

func (h houseDuties) Rules(context.Context) (DutyRules, error)   { return DutyRules{}, h.err }
func (h houseDuties) Rule(context.Context, ID) (DutyRule, error) { return DutyRule{}, h.err }
func (h houseDuties) Create(context.Context, access.Principal, NewDutyRule) (DutyRule, error) {
	return DutyRule{}, h.err
}
func (h houseDuties) Change(context.Context, access.Principal, ID, NewDutyVersion) (DutyRule, error) {
	return DutyRule{}, h.err
}
func (h houseDuties) Templates(context.Context) (DutyTemplates, error) {
	return DutyTemplates{}, h.err
}
func (h houseDuties) DryRun(context.Context, access.Principal, DutyDryRun) (DutyDryResult, error) {
	return DutyDryResult{}, h.err
}
func (h houseDuties) List(context.Context, DutyQuery) (DutyPage, error) { return DutyPage{}, h.err }
func (h houseDuties) Coverage(context.Context, CoverageQuery) (Coverage, error) {
	return Coverage{}, h.err
}
func (h houseDuties) Evaluate(context.Context) (DutyTally, error) { return DutyTally{}, h.err }

// houseDealings likewise.
type houseDealings struct{ *house }

func (h houseDealings) PutContracts(context.Context, access.Principal, ContractRows) (TakenRows, error) {
	return TakenRows{}, h.err
}
func (h houseDealings) Contracts(context.Context, DealingQuery) (ContractPage, error) {
	return ContractPage{}, h.err
}
func (h houseDealings) PutEquipment(context.Context, access.Principal, EquipmentRows) (TakenRows, error) {
	return TakenRows{}, h.err
}
func (h houseDealings) Equipment(context.Context, DealingQuery) (EquipmentPage, error) {
	return EquipmentPage{}, h.err
}
func (h houseDealings) PutEvents(context.Context, access.Principal, EventRows) (TakenRows, error) {
	return TakenRows{}, h.err
}
func (h houseDealings) Events(context.Context, BusinessEventQuery) (BusinessEventPage, error) {
	return BusinessEventPage{}, h.err
}
func (h houseDealings) Withdraw(context.Context, access.Principal, ID, string) (BusinessEvent, error) {
	return BusinessEvent{}, h.err
}
func (h houseDealings) ProductLines(context.Context) (ProductLines, error) {
	return ProductLines{}, h.err
}
func (h houseDealings) SetProductLine(context.Context, access.Principal, ProductLine) (ProductLines, error) {
	return ProductLines{}, h.err
}
