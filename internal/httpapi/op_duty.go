package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/token"
)

// Duties are duty rules and what they find to be owed (package duty; Rules C-03
// to C-09, R-03).
type Duties interface {
	Rules(ctx context.Context) (DutyRules, error)
	Rule(ctx context.Context, id ID) (DutyRule, error)
	Create(ctx context.Context, who access.Principal, in NewDutyRule) (DutyRule, error)
	Change(ctx context.Context, who access.Principal, id ID, in NewDutyVersion) (DutyRule, error)
	Templates(ctx context.Context) (DutyTemplates, error)
	DryRun(ctx context.Context, who access.Principal, in DutyDryRun) (DutyDryResult, error)
	List(ctx context.Context, q DutyQuery) (DutyPage, error)
	Coverage(ctx context.Context, q CoverageQuery) (Coverage, error)
	// Evaluate does at once what the engine does every few seconds.
	Evaluate(ctx context.Context) (DutyTally, error)
}

func (s *server) registerDuties(api huma.API) {
	var (
		rulers  = only(access.RoleSupervisor, access.RoleAdministrator)
		readers = only(access.RoleSupervisor, access.RoleAdministrator, access.RoleInspector, access.RoleAuditor)
	)
	register(s, api, op(readers, http.MethodGet, "/duty-rules", "list-duty-rules", "Duty rules with their versions, by code"), s.listDutyRules)
	register(s, api, status(http.StatusCreated, op(rulers, http.MethodPost, "/duty-rules", "create-duty-rule", "Make a duty rule")), s.createDutyRule)
	register(s, api, op(readers, http.MethodGet, "/duty-rules/{id}", "get-duty-rule", "A duty rule with its versions"), s.getDutyRule)
	register(s, api, status(http.StatusCreated, op(rulers, http.MethodPost, "/duty-rules/{id}/versions", "change-duty-rule", "Make the next version of a duty rule; it applies from its day")), s.changeDutyRule)
	register(s, api, op(readers, http.MethodGet, "/duty-rule-templates", "list-duty-rule-templates", "The shipped schedules"), s.listDutyTemplates)
	register(s, api, long(op(rulers, http.MethodPost, "/duty-rules/dry-run", "dry-run-duty-rule", "What a rule, its draft or a version would make over a period; nothing is written")), s.dryRunDutyRule)
	register(s, api, scoped(token.ScopeTasksRead, op(readers, http.MethodGet, "/duties", "list-duties", "Duties with their days, states and results, by deadline")), s.listDuties)
	register(s, api, op(readers, http.MethodGet, "/coverage", "get-coverage", "Coverage of obligatory call-backs by rule and branch (Rule R-03)"), s.getCoverage)
	register(s, api, long(op(rulers, http.MethodPost, "/duties/evaluate", "evaluate-duties", "Evaluate at once what has changed or become due; the server does so every few seconds")), s.evaluateDuties)
}

func (s *server) listDutyRules(ctx context.Context, _ *struct{}) (*body[DutyRules], error) {
	return answer(s.deps.Duties.Rules(ctx))
}

func (s *server) createDutyRule(ctx context.Context, in *struct{ Body NewDutyRule }) (*body[DutyRule], error) {
	return answer(s.deps.Duties.Create(ctx, principal(ctx), in.Body))
}

func (s *server) getDutyRule(ctx context.Context, in *PathID) (*body[DutyRule], error) {
	id, err := parseID("duty_rule", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Duties.Rule(ctx, id))
}

func (s *server) changeDutyRule(ctx context.Context, in *struct {
	PathID
	Body NewDutyVersion
}) (*body[DutyRule], error) {
	id, err := parseID("duty_rule", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Duties.Change(ctx, principal(ctx), id, in.Body))
}

func (s *server) listDutyTemplates(ctx context.Context, _ *struct{}) (*body[DutyTemplates], error) {
	return answer(s.deps.Duties.Templates(ctx))
}

func (s *server) dryRunDutyRule(ctx context.Context, in *struct{ Body DutyDryRun }) (*body[DutyDryResult], error) {
	return answer(s.deps.Duties.DryRun(ctx, principal(ctx), in.Body))
}

func (s *server) listDuties(ctx context.Context, in *struct{ DutyQuery }) (*body[DutyPage], error) {
	return answer(s.deps.Duties.List(ctx, in.DutyQuery))
}

func (s *server) getCoverage(ctx context.Context, in *struct{ CoverageQuery }) (*body[Coverage], error) {
	return answer(s.deps.Duties.Coverage(ctx, in.CoverageQuery))
}

func (s *server) evaluateDuties(ctx context.Context, _ *struct{}) (*body[DutyTally], error) {
	return answer(s.deps.Duties.Evaluate(ctx))
}
