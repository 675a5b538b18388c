package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerReconciliation(api huma.API) {
	readers := only(access.RoleRecordsHead, access.RoleAuditor, access.RoleAdministrator)
	register(s, api, op(readers, http.MethodGet, "/reconciliation", "get-reconciliation", "How calls, rows and stored objects compare"), s.getReconciliation)
	register(s, api, op(readers, http.MethodPost, "/reconciliation/runs", "begin-reconciliation", "Begin to compare a period; GET /reconciliation has the result"), s.beginReconciliation)
	register(s, api, op(readers, http.MethodGet, "/reconciliation/differences", "list-differences", "What does not fit, newest first"), s.listDifferences)
	register(s, api, op(only(access.RoleRecordsHead), http.MethodPost, "/reconciliation/differences/{id}/close", "close-difference", "Close a difference with a reason, which stands"), s.closeDifference)
}

func (s *server) getReconciliation(ctx context.Context, _ *struct{}) (*body[ReconciliationState], error) {
	return answer(s.deps.Reconciliation.State(ctx))
}

func (s *server) beginReconciliation(ctx context.Context, in *struct{ Body ReconciliationOrder }) (*body[ReconciliationState], error) {
	return answer(s.deps.Reconciliation.Begin(ctx, principal(ctx), in.Body))
}

func (s *server) listDifferences(ctx context.Context, in *struct {
	Kind   string `query:"kind" enum:"call_without_recording,recording_without_object,object_without_row,duration_differs,channel_empty,hash_differs"`
	Closed bool   `query:"closed" doc:"Closed ones instead of open ones"`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"0" maximum:"200"`
}) (*body[DifferencePage], error) {
	return answer(s.deps.Reconciliation.Differences(ctx, DifferenceQuery{Kind: in.Kind, Closed: in.Closed, Cursor: in.Cursor, Limit: in.Limit}))
}

func (s *server) closeDifference(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body DifferenceClosing
}) (*struct{}, error) {
	return nil, s.deps.Reconciliation.Close(ctx, principal(ctx), in.ID, in.Body)
}
