package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerNumbers(api huma.API) {
	readers := only(access.RoleAdministrator, access.RoleSupervisor, access.RoleAuditor)
	register(s, api, op(readers, http.MethodGet, "/number-rules", "list-number-rules", "Which numbers may be dialled, with all earlier versions"), s.listNumberRules)
	register(s, api, op(only(access.RoleAdministrator), http.MethodPut, "/number-rules", "replace-number-rules", "Replace the house's rules; they hold from the next dial on"), s.replaceNumberRules)
	register(s, api, op(readers, http.MethodPost, "/number-rules/check", "check-number", "What would become of a number; nothing is dialled"), s.checkNumber)
}

func (s *server) listNumberRules(ctx context.Context, _ *struct{}) (*body[NumberRules], error) {
	return answer(s.deps.Numbers.Rules(ctx))
}

func (s *server) replaceNumberRules(ctx context.Context, in *struct{ Body NumberRulesInput }) (*body[NumberRules], error) {
	return answer(s.deps.Numbers.Replace(ctx, principal(ctx), in.Body))
}

func (s *server) checkNumber(ctx context.Context, in *struct{ Body NumberQuestion }) (*body[NumberAnswer], error) {
	return answer(s.deps.Numbers.Check(ctx, principal(ctx), in.Body))
}
