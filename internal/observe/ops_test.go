package observe

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, o *Ops, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	o.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

func TestOps_ReadyzGivesTheReasons(t *testing.T) {
	t.Parallel()
	o := NewOps("v1")
	o.Require("database", func(context.Context) error { return nil })
	if code, body := get(t, o, "/readyz"); code != 200 || !strings.Contains(body, `"database":"ok"`) {
		t.Fatal(code, body)
	}
	o.Require("spool", func(context.Context) error { return errors.New("disk full") })
	code, body := get(t, o, "/readyz")
	var r Readiness
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		t.Fatal(err)
	}
	if code != 503 || r.Ready || r.Checks["spool"] != "disk full" || r.Checks["database"] != "ok" {
		t.Fatal(code, r)
	}
	o.Note("storage", func(context.Context) error { return errors.New("away") })
	o.Require("spool", func(context.Context) error { return nil })
	code, body = get(t, o, "/readyz")
	if err := json.Unmarshal([]byte(body), &r); err != nil || code != 200 || !r.Ready || r.Notes["storage"] != "away" {
		t.Fatal(code, body, err)
	}
	if code, _ := get(t, o, "/livez"); code != 200 {
		t.Fatal("a part that is not ready does not make the process dead")
	}
	if code, body := get(t, o, "/metrics"); code != 200 || !strings.Contains(body, `huifang_build_info{version="v1"} 1`) {
		t.Fatal(code, body[:200])
	}
}

func TestNewLogger_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, row := range [][2]string{{"loud", "json"}, {"info", "xml"}} {
		if _, err := NewLogger(&strings.Builder{}, row[0], row[1]); err == nil {
			t.Errorf("%v was taken", row)
		}
	}
}
