package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/token"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (s *server) registerLedger(api huma.API) {
	readers := only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead)
	register(s, api, op(only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead), http.MethodGet, "/records/{id}/history", "get-record-history", "All versions of a final record, and the call-backs that it hangs together with (Rules C-01, C-17)"), s.getRecordHistory)
	register(s, api, op(only(access.RoleAgent, access.RoleSupervisor), http.MethodPost, "/records/{id}/corrections", "correct-record", "Correct a final record by one more version, with the reason: its agent on the same day, or a supervisor (Rule C-01)"), s.correctRecord)
	register(s, api, scoped(token.ScopeRecordsRead, op(readers, http.MethodGet, "/ledger", "list-ledger", "Final records, newest first; agents see their own (Rule C-21)")), s.listLedger)
	sheet := long(scoped(token.ScopeRecordsRead, op(readers, http.MethodGet, "/ledger/sheet", "get-ledger-sheet", "The same as an XLSX file of at most 100,000 records; taking it is in the audit log")))
	sheet.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{xlsx: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	register(s, api, sheet, s.getLedgerSheet)
	register(s, api, op(readers, http.MethodGet, "/records/{id}/reviews", "list-reviews", "What superiors said of a record (Rule C-25)"), s.listReviews)
	register(s, api, op(only(access.RoleSupervisor, access.RoleInspector), http.MethodPost, "/records/{id}/reviews", "review-record", "Review somebody else's final record (Rule C-25)"), s.reviewRecord)
}

func (s *server) listLedger(ctx context.Context, in *struct {
	LedgerQuery
	Page
}) (*body[LedgerPage], error) {
	return answer(s.deps.Ledger.List(ctx, principal(ctx), in.LedgerQuery, in.Page))
}

func (s *server) getLedgerSheet(ctx context.Context, in *struct {
	LedgerQuery
	Language string `query:"lang" enum:"zh-CN,en" default:"zh-CN"`
}) (*huma.StreamResponse, error) {
	file, err := s.deps.Ledger.Sheet(ctx, principal(ctx), in.LedgerQuery, in.Language)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		hctx.SetHeader("Content-Type", xlsx)
		hctx.SetHeader("Cache-Control", "private, no-store")
		hctx.SetHeader("Content-Disposition", `attachment; filename="ledger.xlsx"`)
		if _, err := file.WriteTo(hctx.BodyWriter()); err != nil {
			s.log.WarnContext(hctx.Context(), "sheet not sent", "error", err)
		}
	}}, nil
}

func (s *server) listReviews(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[Reviews], error) {
	return answer(s.deps.Ledger.Reviews(ctx, principal(ctx), in.ID))
}

func (s *server) reviewRecord(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body ReviewInput
}) (*body[Review], error) {
	return answer(s.deps.Ledger.Review(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) getRecordHistory(ctx context.Context, in *struct {
	ID   ID     `path:"id"`
	Lang string `query:"lang" enum:"zh-CN,en" default:"zh-CN"`
}) (*body[RecordHistory], error) {
	return answer(s.deps.Ledger.History(ctx, principal(ctx), in.ID, in.Lang))
}

func (s *server) correctRecord(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body RecordCorrection
}) (*body[Record], error) {
	return answer(s.deps.Ledger.Correct(ctx, principal(ctx), in.ID, in.Body))
}
