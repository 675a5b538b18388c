package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"huifang/internal/httpapi"
)

// A program hands a file in and imports it with a token; what is wrong is said
// by line and column, in both languages.
func TestRuleC22_FilesComeThroughTheAPI(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	boss := h.signIn("boss")
	made := h.makeToken(boss, "ERP", "imports:write", "customers:read")
	take := func(key, text string, want int) (d httpapi.ImportDetail) {
		t.Helper()
		code, _, body := h.bearer(made.Secret, http.MethodPost, "/imports?kind=customers&name=erp.csv", key, text)
		if code != want || code == http.StatusCreated && json.Unmarshal(body, &d) != nil {
			t.Fatalf("take: %d %s", code, body)
		}
		return d
	}
	const text = "customer code,name,kind,phone\nE1,东方电气,equipment_operator,13800138000\nE2,Nobody,curtain,13800138001\n"
	broken := take("file-1", text, http.StatusCreated)
	if again := take("file-1", text, http.StatusCreated); again.Import.ID != broken.Import.ID {
		t.Fatal("one file with one key became two imports")
	}
	take("", "a,b\n\"", http.StatusUnprocessableEntity)
	if b := broken.Import; b.Created != 1 || b.Wrong != 1 || b.Mapping["number"] != 3 || len(broken.Fields) < 10 {
		t.Fatalf("%+v", broken)
	}
	if p := broken.Problems; len(p) != 1 || p[0].Line != 3 || p[0].Column != "kind" || p[0].Value != "curtain" || !strings.Contains(p[0].ZH, "客户类别") || !strings.Contains(p[0].EN, "kind") {
		t.Fatalf("%+v", p)
	}
	path := "/imports/" + broken.Import.ID.String()
	if code, _, body := h.bearer(made.Secret, http.MethodPost, path+"/apply", "", "{}"); code != http.StatusConflict || !strings.Contains(string(body), "rows_wrong") {
		t.Fatalf("apply all: %d %s", code, body)
	}
	if code, _, body := h.bearer(made.Secret, http.MethodPost, path+"/apply", "apply-1", `{"partial":true}`); code != http.StatusOK || !strings.Contains(string(body), `"state":"applied"`) {
		t.Fatalf("apply: %d %s", code, body)
	}
	if code, _, body := h.bearer(made.Secret, http.MethodGet, "/customers?q=E1", "", ""); code != http.StatusOK || !strings.Contains(string(body), "东方电气") {
		t.Fatalf("customers: %d %s", code, body)
	}
	if code, _, body := h.bearer(made.Secret, http.MethodPost, path+"/undo", "", `{"reason":"x"}`); code != http.StatusForbidden {
		t.Fatalf("undo with a token: %d %s", code, body)
	}
	if code, body := h.send(boss, http.MethodPost, h.base+"/api/v1"+path+"/undo", map[string]string{"reason": "wrong file"}); code != http.StatusOK {
		t.Fatalf("undo: %d %s", code, body)
	}
	if code, body := h.send(boss, http.MethodGet, h.base+"/api/v1/imports?state=undone", nil); code != http.StatusOK || !strings.Contains(string(body), "wrong file") {
		t.Fatalf("list: %d %s", code, body)
	}
}
