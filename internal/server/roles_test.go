package server_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/problem"
)

// route is an operation of the document, and who it says may call it.
type route struct {
	method, path string
	roles        []string
}

// routes are all operations that the running server says it has.
func (h *house) routes() (all []route) {
	h.t.Helper()
	code, body := h.get(http.DefaultClient, "/api/openapi.json")
	var doc struct {
		Paths map[string]map[string]struct {
			Roles []string `json:"x-roles"`
		} `json:"paths"`
	}
	if code != http.StatusOK || json.Unmarshal(body, &doc) != nil || len(doc.Paths) < 50 {
		h.t.Fatalf("openapi.json: %d, %d paths", code, len(doc.Paths))
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			r := route{strings.ToUpper(method), path, doc.Paths[path][method].Roles}
			if len(r.roles) == 0 {
				h.t.Errorf("%s %s says of nobody that they may", r.method, r.path)
			}
			all = append(all, r)
		}
	}
	return all
}

// Every role is tried on every route of the whole server, the softphone's socket
// included, with ids that are nobody's: whoever may not is refused before
// anything else is looked at, and whoever may never meets a failure of ours.
func TestRuleS01_EveryRoleOnEveryRoute(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	type person struct {
		role   string
		client *http.Client
	}
	people := []person{{"", &http.Client{}}}
	for _, role := range access.Roles() {
		u := h.person("one-"+string(role), role)
		people = append(people, person{string(role), h.signIn(u.Login)})
	}
	id := nobodysIDs()
	tried := 0
	for _, r := range h.routes() {
		if r.method == http.MethodDelete && r.path == "/api/v1/session" {
			continue // would sign out who tries
		}
		for _, p := range people {
			open := slices.Contains(r.roles, "public")
			may := open || p.role != "" && (slices.Contains(r.roles, "signed_in") || slices.Contains(r.roles, p.role))
			code, body := h.send(p.client, r.method, h.base+id.Replace(r.path), struct{}{})
			tried++
			var refusal struct {
				Code   problem.Code `json:"code"`
				Reason string       `json:"reason"`
			}
			_ = json.Unmarshal(body, &refusal) // not every answer is a problem
			byRole := code == http.StatusForbidden && refusal.Reason == "role"
			switch {
			case p.role == "" && !open && code != http.StatusUnauthorized:
				t.Errorf("%s %s without a session: %d %s", r.method, r.path, code, body)
			case p.role != "" && !may && !byRole:
				t.Errorf("%s %s as %s, who may not: %d %s", r.method, r.path, p.role, code, body)
			case may && (byRole || code >= http.StatusInternalServerError || code == http.StatusUnauthorized && !open):
				t.Errorf("%s %s as %s, who may: %d %s", r.method, r.path, p.role, code, body)
			}
		}
	}
	if tried < 7*90 {
		t.Errorf("only %d requests", tried)
	}
	h.filesAreNotServed()
}

// nobodysIDs puts ids of nothing into a path.
func nobodysIDs() *strings.Replacer {
	var pairs []string
	for _, name := range []string{"{id}", "{probe_id}"} {
		pairs = append(pairs, name, uuid.NewString())
	}
	return strings.NewReplacer(pairs...)
}

// filesAreNotServed: the page's listener gives the page, never a file of the
// spool or of the machine, and what only operators see is not on it.
func (h *house) filesAreNotServed() {
	h.t.Helper()
	var secret string
	h.must(filepath.WalkDir(h.cfg.Spool.Dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			secret = path
		}
		return err
	}))
	for _, path := range []string{"/metrics", "/readyz", "/debug/pprof/", "/api/v1/recordings/../../metrics", "/assets/../../go.mod", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%5c..%5cgo.mod", secret} {
		req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.base, nil)
		h.must(err)
		req.URL.Path, req.URL.RawPath, req.URL.Opaque = "", "", path // as it is
		resp, err := http.DefaultTransport.RoundTrip(req)
		h.must(err)
		body, err := io.ReadAll(resp.Body)
		h.must(err)
		h.must(resp.Body.Close())
		for _, mark := range []string{"root:", "module huifang", "huifang_call_", "goroutine", `"checks"`} {
			if strings.Contains(string(body), mark) {
				h.t.Errorf("%s: %d %.80s", path, resp.StatusCode, body)
			}
		}
		if resp.StatusCode == http.StatusOK && !strings.Contains(string(body), "<html") {
			h.t.Errorf("%s: %d %.80s", path, resp.StatusCode, body)
		}
	}
}
