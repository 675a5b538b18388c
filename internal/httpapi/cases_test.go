package httpapi

import (
	"context"
	"io"
	"strings"

	"huifang/internal/access"
)

// houseCases answers as the house does; internal/store tests the rules.
type houseCases struct{ *house }

func (h houseCases) List(context.Context, access.Principal, CaseQuery) (CasePage, error) {
	return CasePage{}, h.err
}
func (h houseCases) Get(context.Context, access.Principal, ID) (CaseDetail, error) {
	return CaseDetail{}, h.err
}
func (h houseCases) Open(context.Context, access.Principal, NewCase) (CaseDetail, error) {
	return CaseDetail{}, h.err
}
func (h houseCases) Sign(context.Context, access.Principal, ID, CaseSigning) (CaseDetail, error) {
	return CaseDetail{}, h.err
}
func (h houseCases) Interview(context.Context, access.Principal, ID, NewCaseInterview) (CaseDetail, error) {
	return CaseDetail{}, h.err
}
func (h houseCases) Assign(context.Context, access.Principal, ID, CaseAssignment) (CaseDetail, error) {
	return CaseDetail{}, h.err
}
func (h houseCases) CallAgain(context.Context, access.Principal, ID, string) (CaseDetail, error) {
	return CaseDetail{}, h.err
}
func (h houseCases) CloseUnreachable(context.Context, access.Principal, ID, string) (CaseDetail, error) {
	return CaseDetail{}, h.err
}
func (h houseCases) Waiting(context.Context, access.Principal) (WaitingList, error) {
	return WaitingList{}, h.err
}
func (h houseCases) Problems(context.Context, access.Principal, ProblemQuery) (DailyProblems, error) {
	return DailyProblems{}, h.err
}
func (h houseCases) ProblemsSheet(context.Context, access.Principal, ProblemQuery, string) (io.WriterTo, error) {
	return strings.NewReader("PK"), h.err
}
