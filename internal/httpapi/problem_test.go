package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"huifang/internal/call"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
)

func TestProblem_EveryErrorHasOneForm(t *testing.T) {
	t.Parallel()
	limited := problem.Refused("", "sign_in_limited", "too many tries", nil)
	limited.AllowedAt = noon.Add(90 * time.Second)
	for name, row := range map[string]struct {
		err                error
		status             int
		code, rule, reason string
	}{
		"invalid":         {problem.BadField("body.due_at", "must be in the future"), 422, "invalid", "", "invalid_fields"},
		"unauthenticated": {&problem.Error{Code: problem.CodeUnauthenticated, Reason: "bad_credentials"}, 401, "unauthenticated", "", "bad_credentials"},
		"forbidden":       {problem.Forbidden("not_own", "not yours"), 403, "forbidden", "", "not_own"},
		"not found":       {fmt.Errorf("look up task: %w", problem.NotFound("task")), 404, "not_found", "", "task"},
		"conflict":        {problem.Conflict("changed", "changed meanwhile"), 409, "conflict", "", "changed"},
		"refused":         {problem.Refused("T-05", "outside_window", "not now", nil), 409, "refused", "T-05", "outside_window"},
		"limited":         {limited, 429, "refused", "", "sign_in_limited"},
		"unavailable":     {&problem.Error{Code: problem.CodeUnavailable, Reason: "storage"}, 503, "unavailable", "", "storage"},
		"internal":        {&problem.Error{Code: problem.CodeInternal, Detail: "disk sda1"}, 500, "internal", "", ""},
		"anything else":   {errors.New("dial tcp 10.0.0.1: refused"), 500, "internal", "", ""},
		"ring too short":  {fmt.Errorf("hang up: %w", &call.RingTooShortError{Left: 6500 * time.Millisecond, Minimum: 20 * time.Second, At: noon}), 409, "refused", "T-03", "ring_too_short"},
		"illegal event":   {&call.IllegalEventError{State: call.StateRinging, Event: "hold_pressed"}, 409, "conflict", "", "call_state"},
		"line refuses":    {&switchboard.RefusedError{Rule: "C-01", Reason: "wrapup_pending", Detail: "write the record"}, 409, "refused", "C-01", "wrapup_pending"},
		"no recorder":     {&switchboard.RecorderError{Err: errors.New("ENOSPC")}, 409, "refused", "T-01", "recorder_unhealthy"},
		"no call":         {switchboard.ErrNoCall, 404, "not_found", "", "call"},
		"no softphone":    {switchboard.ErrNoLine, 503, "unavailable", "", "no_softphone"},
		"stopping":        {switchboard.ErrStopping, 503, "unavailable", "", "stopping"},
		"too long":        {context.DeadlineExceeded, 503, "unavailable", "", "timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.err = row.err
			p := problemIn(t, ask(h.server(), http.MethodGet, "/api/v1/system", "agent", ""))
			if p.Status != row.status || p.Code != row.code || p.Rule != row.rule || p.Reason != row.reason {
				t.Fatalf("%+v", p)
			}
			if internal := row.code == "internal"; internal != (p.Ref != "") {
				t.Fatalf("reference %q", p.Ref)
			}
			for _, secret := range []string{"10.0.0.1", "sda1", "ENOSPC"} {
				if strings.Contains(p.Detail, secret) {
					t.Fatalf("detail gives away %q", p.Detail)
				}
			}
		})
	}
}

func TestProblem_RefusalSaysWhatWouldBeAllowed(t *testing.T) {
	t.Parallel()
	p := Problem(&call.RingTooShortError{Left: 6500 * time.Millisecond, At: noon})
	if p.Params["seconds_left"] != 7 || p.AllowedAt == nil || !p.AllowedAt.Equal(noon) {
		t.Fatalf("%+v", p)
	}
}

func TestProblem_WrongRequests(t *testing.T) {
	t.Parallel()
	const secret = "hunter2hunter2"
	for name, row := range map[string]struct {
		method, path, body string
		status             int
		reason, location   string
	}{
		"unknown field":   {"POST", "/api/v1/session", `{"login":"a","password":"` + secret + `","otp":1}`, 422, "invalid_fields", "body.otp"},
		"missing field":   {"POST", "/api/v1/session", `{"password":"` + secret + `"}`, 422, "invalid_fields", "body"},
		"wrong kind":      {"POST", "/api/v1/session", `{"login":1,"password":"` + secret + `"}`, 422, "invalid_fields", "body.login"},
		"no JSON":         {"POST", "/api/v1/session", `{"login":`, 400, "invalid_fields", "body"},
		"no body":         {"POST", "/api/v1/session", ``, 400, "invalid_fields", ""},
		"too large":       {"POST", "/api/v1/session", `{"login":"` + strings.Repeat("x", maxBody) + `"}`, 413, "too_large", ""},
		"bad query":       {"GET", "/api/v1/tasks?scope=mine", ``, 422, "invalid_fields", "query.scope"},
		"bad id in query": {"GET", "/api/v1/tasks?assignee=12", ``, 422, "invalid_fields", "query.assignee"},
		"bad time":        {"GET", "/api/v1/recordings?from=yesterday", ``, 422, "invalid_fields", "query.from"},
		"span backwards":  {"POST", "/api/v1/recordings/5f0f3c7e-4e8b-4d2d-8a51-0f9b6f3f6a10/heard", `{"from_ms":9,"to_ms":9,"channel":"both"}`, 422, "invalid_fields", "body.to_ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ask(newHouse().server(), row.method, row.path, "supervisor,auditor", row.body)
			if strings.Contains(w.Body.String(), secret) {
				t.Errorf("the password comes back: %s", w.Body)
			}
			p := problemIn(t, w)
			if p.Status != row.status || p.Code != "invalid" || p.Reason != row.reason {
				t.Fatalf("%+v", p)
			}
			if row.location != "" && (len(p.Errors) == 0 || p.Errors[0].Location != row.location) {
				t.Fatalf("errors %+v", p.Errors)
			}
		})
	}
}

func TestProblem_UnknownPathsAndMethodsAreJSON(t *testing.T) {
	t.Parallel()
	srv := newHouse().server()
	for name, row := range map[string]struct {
		method, path string
		status       int
		allow        string
	}{
		"no such path":    {"GET", "/api/v1/nothing", 404, ""},
		"root of the API": {"GET", "/api", 404, ""},
		"below the API":   {"GET", "/api/", 404, ""},
		"wrong method":    {"POST", "/api/v1/system", 405, "GET"},
		"another one":     {"PATCH", "/api/v1/session", 405, "GET, POST, DELETE"},
	} {
		w := ask(srv, row.method, row.path, "agent", "")
		if p := problemIn(t, w); p.Status != row.status || w.Header().Get("Allow") != row.allow {
			t.Errorf("%s: %d %q", name, w.Code, w.Header().Get("Allow"))
		}
	}
	for _, id := range []string{"12", "5F0F3C7E4E8B4D2D8A510F9B6F3F6A10", "%7B5f0f3c7e-4e8b-4d2d-8a51-0f9b6f3f6a10%7D"} {
		if p := problemIn(t, ask(srv, "GET", "/api/v1/recordings/"+id+"/audio", "auditor", "")); p.Code != "not_found" {
			t.Errorf("malformed id %s: %+v", id, p)
		}
	}
	if w := ask(srv, "GET", "/desk", "", ""); w.Body.String() != "the page" {
		t.Errorf("a path of the page gave %d %s", w.Code, w.Body)
	}
}

func TestServer_PanicIsAnInternalProblem(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.panics = true
	p := problemIn(t, ask(h.server(), "GET", "/api/v1/system", "agent", ""))
	if p.Status != 500 || p.Ref == "" || strings.Contains(p.Detail, "10.0.0.1") {
		t.Fatalf("%+v", p)
	}
}
