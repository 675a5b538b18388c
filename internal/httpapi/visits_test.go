package httpapi

import (
	"context"
	"net/http"
	"strings"
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
func (h houseVisits) Save(_ context.Context, _ access.Principal, taskID ID, in VisitInput) (Visit, error) {
	return Visit{TaskID: taskID, Place: in.Place}, h.err
}

// What the path names reaches the service beside the body.
func TestVisits_PathAndBodyBothArrive(t *testing.T) {
	t.Parallel()
	id := uuid.NewString()
	w := ask(newHouse().server(), http.MethodPut, "/api/v1/tasks/"+id+"/visit", "agent", `{"state":"draft","place":"here"}`)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"task_id":"`+id+`"`) || !strings.Contains(w.Body.String(), `"place":"here"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = ask(newHouse().server(), http.MethodPost, "/api/v1/customers/"+id+"/mailboxes", "agent", `{"address":"a@b.cn"}`)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), id) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestVisits_SignatureIsAPicture(t *testing.T) {
	t.Parallel()
	w := ask(newHouse().server(), http.MethodGet, "/api/v1/visits/"+uuid.NewString()+"/signature", "inspector", "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || w.Body.String() != "\x89PNG" {
		t.Errorf("%d %s %q", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
}
