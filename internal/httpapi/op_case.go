package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerCases(api huma.API) {
	supervisors := only(access.RoleSupervisor)
	register(s, api, op(anybody(), http.MethodGet, "/cases", "list-cases", "Anomalies and complaints, newest first: all of them, or those that concern whoever asks; never those about them (Rules C-15, C-19, C-20)"), s.listCases)
	register(s, api, status(http.StatusCreated, op(only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleRecordsHead), http.MethodPost, "/cases", "open-case", "Open a case by hand; it goes to a superior at once (Rule C-19)")), s.openCase)
	register(s, api, op(anybody(), http.MethodGet, "/cases/{id}", "get-case", "A case with its steps, interviews and history"), s.getCase)
	register(s, api, op(anybody(), http.MethodPost, "/cases/{id}/steps", "sign-case-step", "Sign the step that the case stands at; the last one makes the second call-back (Rule C-19)"), s.signCase)
	register(s, api, op(anybody(), http.MethodPost, "/cases/{id}/interviews", "add-case-interview", "Note an interview with its signatures (Rule C-19)"), s.interviewCase)
	register(s, api, op(supervisors, http.MethodPost, "/cases/{id}/assign", "assign-case", "Give a case to somebody without an interest in it (Rule C-15)"), s.assignCase)
	register(s, api, op(supervisors, http.MethodPost, "/cases/{id}/call-again", "call-again-for-case", "Make another second call-back, where the last one ended without the customer's word"), s.callAgainForCase)
	register(s, api, op(supervisors, http.MethodPost, "/cases/{id}/close-unreachable", "close-case-unreachable", "Close a case whose customer is proven to be unreachable (Rules C-19, T-04)"), s.closeCaseUnreachable)
	register(s, api, op(anybody(), http.MethodGet, "/my/waiting", "list-waiting", "Slips and cases that wait for whoever asks, those that were escalated to them too (Rule C-18)"), s.listWaiting)
	register(s, api, op(anybody(), http.MethodGet, "/daily-problems", "list-daily-problems", "The problems of a day by department (Rule C-30)"), s.listProblems)
	sheet := op(anybody(), http.MethodGet, "/daily-problems/sheet", "get-daily-problems-sheet", "The same as an XLSX file; taking it is in the audit log")
	sheet.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{xlsx: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	register(s, api, sheet, s.getProblemsSheet)
}

func (s *server) listCases(ctx context.Context, in *struct{ CaseQuery }) (*body[CasePage], error) {
	return answer(s.deps.Cases.List(ctx, principal(ctx), in.CaseQuery))
}

func (s *server) openCase(ctx context.Context, in *struct{ Body NewCase }) (*body[CaseDetail], error) {
	return answer(s.deps.Cases.Open(ctx, principal(ctx), in.Body))
}

func (s *server) getCase(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[CaseDetail], error) {
	return answer(s.deps.Cases.Get(ctx, principal(ctx), in.ID))
}

func (s *server) signCase(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body CaseSigning
}) (*body[CaseDetail], error) {
	return answer(s.deps.Cases.Sign(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) interviewCase(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body NewCaseInterview
}) (*body[CaseDetail], error) {
	return answer(s.deps.Cases.Interview(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) assignCase(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body CaseAssignment
}) (*body[CaseDetail], error) {
	return answer(s.deps.Cases.Assign(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) callAgainForCase(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SlipReason
}) (*body[CaseDetail], error) {
	return answer(s.deps.Cases.CallAgain(ctx, principal(ctx), in.ID, in.Body.Reason))
}

func (s *server) closeCaseUnreachable(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SlipReason
}) (*body[CaseDetail], error) {
	return answer(s.deps.Cases.CloseUnreachable(ctx, principal(ctx), in.ID, in.Body.Reason))
}

func (s *server) listWaiting(ctx context.Context, _ *struct{}) (*body[WaitingList], error) {
	return answer(s.deps.Cases.Waiting(ctx, principal(ctx)))
}

func (s *server) listProblems(ctx context.Context, in *struct{ ProblemQuery }) (*body[DailyProblems], error) {
	return answer(s.deps.Cases.Problems(ctx, principal(ctx), in.ProblemQuery))
}

func (s *server) getProblemsSheet(ctx context.Context, in *struct {
	ProblemQuery
	Language string `query:"lang" enum:"zh-CN,en" default:"zh-CN"`
}) (*huma.StreamResponse, error) {
	file, err := s.deps.Cases.ProblemsSheet(ctx, principal(ctx), in.ProblemQuery, in.Language)
	if err != nil {
		return nil, err
	}
	return s.sendSheet("daily-problems.xlsx", file), nil
}

// sendSheet sends a workbook to be saved.
func (s *server) sendSheet(name string, file io.WriterTo) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		hctx.SetHeader("Content-Type", xlsx)
		hctx.SetHeader("Cache-Control", "private, no-store")
		hctx.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		if _, err := file.WriteTo(hctx.BodyWriter()); err != nil {
			s.log.WarnContext(hctx.Context(), "sheet not sent", "error", err)
		}
	}}
}
