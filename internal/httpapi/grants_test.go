package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"huifang/internal/access"
	"huifang/internal/problem"
)

// houseGrants grants the known recording to everybody while granted is true.
type houseGrants struct{ *house }

func (h houseGrants) Ask(context.Context, access.Principal, AccessOrder) (AccessRequest, error) {
	return AccessRequest{}, h.err
}
func (h houseGrants) Mine(context.Context, access.Principal) (MyAccess, error) {
	return MyAccess{}, h.err
}
func (h houseGrants) Recording(context.Context, access.Principal, ID) (GrantedRecording, error) {
	return GrantedRecording{}, h.err
}
func (h houseGrants) Heard(context.Context, access.Principal, ID, Span) error { return h.err }
func (h houseGrants) OpenAudio(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	if h.err != nil {
		return nil, h.err
	}
	return houseRecordings{h.house}.OpenAudio(ctx, who, id)
}
func (h houseGrants) OpenDownload(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	return h.OpenAudio(ctx, who, id)
}
func (h houseGrants) OpenDownloadByRole(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	return h.OpenAudio(ctx, who, id)
}
func (h houseGrants) Requests(context.Context, access.Principal, string) (AccessRequests, error) {
	return AccessRequests{}, h.err
}
func (h houseGrants) Candidates(context.Context, access.Principal, ID) (AccessCandidates, error) {
	return AccessCandidates{}, h.err
}
func (h houseGrants) Approve(context.Context, access.Principal, ID, AccessDecision) (AccessGrant, error) {
	return AccessGrant{}, h.err
}
func (h houseGrants) Refuse(context.Context, access.Principal, ID, string) error { return h.err }
func (h houseGrants) Grants(context.Context, access.Principal) (AccessGrants, error) {
	return AccessGrants{}, h.err
}
func (h houseGrants) Accesses(context.Context, access.Principal, ID) (GrantAccesses, error) {
	return GrantAccesses{}, h.err
}
func (h houseGrants) Revoke(context.Context, access.Principal, ID, string) error { return h.err }
func (h houseGrants) Filings(context.Context, access.Principal) (Filings, error) {
	return Filings{}, h.err
}
func (h houseGrants) Draft(context.Context, access.Principal, FilingOrder) (Filing, error) {
	return Filing{}, h.err
}
func (h houseGrants) File(context.Context, access.Principal, ID) error { return h.err }
func (h houseGrants) HandOver(context.Context, access.Principal, ID, FilingReceipt) error {
	return h.err
}

func TestRuleS02_DownloadIsAWholeFileAndLoggedBefore(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.audio = make([]byte, 44+32000)
	srv := h.server()
	for _, path := range []string{"/api/v1/my/recordings/", "/api/v1/recordings/"} {
		w := ask(srv, http.MethodGet, path+h.known.String()+"/download", "auditor", "")
		if got := w.Header().Get("Content-Disposition"); w.Code != http.StatusOK || got != `attachment; filename="`+h.known.String()+`.wav"` || w.Body.Len() != len(h.audio) {
			t.Errorf("%s: %d, %q, %d bytes", path, w.Code, got, w.Body.Len())
		}
	}
	if len(h.spans) != 2 || h.closed != 2 || h.spans[0].ToMs != 1000 {
		t.Errorf("logged %+v, closed %d", h.spans, h.closed)
	}
	h.logErr = problem.Conflict("log", "the log is away")
	w := ask(srv, http.MethodGet, "/api/v1/my/recordings/"+h.known.String()+"/download", "agent", "")
	if w.Code == http.StatusOK || strings.Contains(w.Header().Get("Content-Type"), "audio") || h.closed != 3 {
		t.Errorf("without the log: %d", w.Code)
	}
}

func TestRuleS02_RevokedBetweenTwoRanges(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.audio = make([]byte, 44+32000)
	srv := h.server()
	path := "/api/v1/my/recordings/" + h.known.String() + "/audio"
	if w := ask(srv, http.MethodGet, path, "supervisor", ""); w.Code != http.StatusOK {
		t.Fatalf("under the grant: %d", w.Code)
	}
	h.err = &problem.Error{Code: problem.CodeForbidden, Rule: "S-02", Reason: "no_grant", Detail: "no grant of yours gives this"}
	w := ask(srv, http.MethodGet, path, "supervisor", "")
	if p := problemIn(t, w); w.Code != http.StatusForbidden || p.Rule != "S-02" {
		t.Errorf("after the revocation: %d %+v", w.Code, p)
	}
}
