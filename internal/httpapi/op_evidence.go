package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerEvidence(api huma.API) {
	register(s, api, op(only(access.RoleAuditor, access.RoleRecordsHead, access.RoleAdministrator), http.MethodGet, "/evidence", "get-evidence",
		"How the log of evidence stands (Rule S-04)"), s.getEvidence)
	register(s, api, op(only(access.RoleAuditor, access.RoleRecordsHead), http.MethodPost, "/evidence/verifications", "verify-evidence",
		"Begin to verify log, records and recordings; GET /evidence has the result"), s.verifyEvidence)
}

func (s *server) getEvidence(ctx context.Context, _ *struct{}) (*body[EvidenceState], error) {
	return answer(s.deps.Evidence.State(ctx))
}

func (s *server) verifyEvidence(ctx context.Context, in *struct{ Body VerificationOrder }) (*body[EvidenceState], error) {
	return answer(s.deps.Evidence.Verify(ctx, principal(ctx), in.Body))
}
