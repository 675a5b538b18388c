package httpapi

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
)

// houseVisits answers as the house does; internal/store tests the rules.
type houseVisits struct{ *house }

func (h houseVisits) OfTask(context.Context, access.Principal, ID) (VisitList, error) {
	return VisitList{}, h.err
}
func (h houseVisits) OfCustomer(context.Context, access.Principal, ID) (VisitList, error) {
	return VisitList{}, h.err
}
func (h houseVisits) Get(context.Context, access.Principal, ID) (Visit, error) {
	return Visit{}, h.err
}
func (h houseVisits) Signature(context.Context, access.Principal, ID) ([]byte, error) {
	return []byte("\x89PNG"), h.err
}
func (h houseVisits) Save(context.Context, access.Principal, ID, VisitInput) (Visit, error) {
	return Visit{}, h.err
}

func TestVisits_SignatureIsAPicture(t *testing.T) {
	t.Parallel()
	w := ask(newHouse().server(), http.MethodGet, "/api/v1/visits/"+uuid.NewString()+"/signature", "inspector", "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || w.Body.String() != "\x89PNG" {
		t.Errorf("%d %s %q", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
}
