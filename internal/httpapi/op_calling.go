package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerCalling(api huma.API) {
	var (
		agents  = only(access.RoleAgent, access.RoleSupervisor)
		keepers = only(access.RoleSupervisor, access.RoleAdministrator)
		admins  = only(access.RoleAdministrator)
		seers   = only(access.RoleAgent, access.RoleSupervisor, access.RoleAdministrator)
	)
	register(s, api, op(agents, http.MethodGet, "/tasks/{id}/why", "explain-task", "Why the customer cannot be called now, and when: every check of the dial gate with its verdict"), s.explainTask)
	register(s, api, op(keepers, http.MethodGet, "/programs/{id}/calling", "get-calling-rules", "When customers of a program may be called (Rule T-05) and with what consent (Rule T-14), with all versions"), s.getCallingRules)
	register(s, api, op(admins, http.MethodPut, "/programs/{id}/calling", "set-calling-rules", "Write another version of them"), s.setCallingRules)
	register(s, api, op(seers, http.MethodGet, "/customers/{id}/consents", "list-consents", "A customer's consents and groups (Rule T-14)"), s.listConsents)
	register(s, api, op(keepers, http.MethodPost, "/customers/{id}/consents", "add-consent", "Note a consent with its proof (Rule T-14)"), s.addConsent)
	register(s, api, op(seers, http.MethodPost, "/customers/{id}/consents/{consent}/withdraw", "withdraw-consent", "The customer takes a consent back (Rule T-14)"), s.withdrawConsent)
	register(s, api, op(keepers, http.MethodPut, "/customers/{id}/groups", "set-customer-groups", "Named groups of a customer, by which hours may differ (Rule T-05)"), s.setCustomerGroups)
}

func (s *server) explainTask(ctx context.Context, in *struct {
	ID    ID     `path:"id"`
	Agent string `query:"agent_id" doc:"Supervisors ask for anybody; default: who has the task"`
}) (*body[Why], error) {
	agent, err := optionalID("query.agent_id", in.Agent)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calling.Why(ctx, principal(ctx), in.ID, agent))
}

func (s *server) getCallingRules(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[CallingRulesList], error) {
	return answer(s.deps.Calling.Rules(ctx, in.ID))
}

func (s *server) setCallingRules(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body CallingRulesChange
}) (*body[CallingRulesList], error) {
	return answer(s.deps.Calling.SetRules(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) listConsents(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[CustomerConsents], error) {
	return answer(s.deps.Calling.Consents(ctx, principal(ctx), in.ID))
}

func (s *server) addConsent(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body NewConsent
}) (*body[CustomerConsents], error) {
	return answer(s.deps.Calling.AddConsent(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) withdrawConsent(ctx context.Context, in *struct {
	ID      ID `path:"id"`
	Consent ID `path:"consent"`
	Body    ConsentWithdrawal
}) (*body[CustomerConsents], error) {
	return answer(s.deps.Calling.WithdrawConsent(ctx, principal(ctx), in.ID, in.Consent, in.Body.Reason))
}

func (s *server) setCustomerGroups(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body CustomerGroups
}) (*body[CustomerConsents], error) {
	return answer(s.deps.Calling.SetGroups(ctx, principal(ctx), in.ID, in.Body.Groups))
}
