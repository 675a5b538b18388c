package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestTask_AttemptsAreTheListNotTheCount(t *testing.T) {
	t.Parallel()
	w := ask(newHouse().server(), http.MethodGet, "/api/v1/tasks/"+uuid.NewString(), "agent", "")
	var task struct {
		Attempts []Attempt  `json:"attempts"`
		Script   []struct{} `json:"script"`
		Gate     struct {
			Refusals []struct{} `json:"refusals"`
			Slot     *struct{}  `json:"slot"`
		} `json:"gate"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &task); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if len(task.Attempts) != 1 || task.Script == nil || task.Gate.Refusals == nil || task.Gate.Slot != nil {
		t.Fatalf("%s", w.Body)
	}
}

func TestCustomer_NullLiftsTheWishAndAbsenceLeavesIt(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		body          string
		status        int
		given, wishes bool
	}{
		"absent": {`{"language":"en"}`, 200, false, false},
		"null":   {`{"do_not_call":null}`, 200, true, false},
		"set":    {`{"do_not_call":{"reason":"asked so","channel":"sms"}}`, 200, true, true},
		"wrong":  {`{"do_not_call":5}`, 422, false, false},
	} {
		h := newHouse()
		w := ask(h.server(), http.MethodPatch, "/api/v1/customers/"+uuid.NewString(), "supervisor", row.body)
		if w.Code != row.status || h.patch.DoNotCall.Given != row.given || (h.patch.DoNotCall.Value != nil) != row.wishes {
			t.Errorf("%s: %d %s %+v", name, w.Code, w.Body, h.patch)
		}
	}
}

func TestImport_TakesTheFileAsItIs(t *testing.T) {
	t.Parallel()
	h := newHouse()
	const csv = "task_key,customer_code\nk1,c1\n"
	w := ask(h.server(), http.MethodPost, "/api/v1/tasks/import?preview=true", "supervisor", csv, "Content-Type", "text/csv")
	if w.Code != http.StatusOK || h.imported != csv || !strings.Contains(w.Body.String(), `"errors":[]`) {
		t.Fatalf("%d %s, got %q", w.Code, w.Body, h.imported)
	}
	large := strings.Repeat("x", 2*maxBody)
	if w := ask(h.server(), http.MethodPost, "/api/v1/tasks/import", "supervisor", large, "Content-Type", "text/csv"); w.Code != http.StatusOK {
		t.Fatalf("an ordinary file of 2 MB: %d %s", w.Code, w.Body)
	}
}

func TestTimes_AreUTCInMilliseconds(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("CST", 8*3600)
	raw, err := json.Marshal(at(time.Date(2026, 11, 24, 10, 0, 0, 123456789, shanghai)))
	if err != nil || string(raw) != `"2026-11-24T02:00:00.123Z"` {
		t.Fatalf("%s %v", raw, err)
	}
	if maybe(time.Time{}) != nil {
		t.Fatal("a time that has not come is null")
	}
}

func TestCursor_ComesBackAndRefusesNonsense(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	when, what, err := parseCursor(cursor(noon.Add(time.Microsecond), id))
	if err != nil || !when.Equal(noon.Add(time.Microsecond)) || what != id {
		t.Fatalf("%s %s %v", when, what, err)
	}
	for _, text := range []string{"x", "!!", "MTIz"} {
		if _, _, err := parseCursor(text); err == nil {
			t.Errorf("%q was read as a cursor", text)
		}
	}
}

func TestMyCall_NoCallIsNull(t *testing.T) {
	t.Parallel()
	w := ask(newHouse().server(), http.MethodGet, "/api/v1/me/call", "agent", "")
	if got := strings.TrimSpace(w.Body.String()); got != `{"call":null,"wrapups":[]}` {
		t.Fatal(got)
	}
}
