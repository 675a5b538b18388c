package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"huifang/internal/access"
)

// operations gives every operation as "METHOD /path".
func operations(o *huma.OpenAPI) map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for path, item := range o.Paths {
		for method, op := range map[string]*huma.Operation{
			"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete,
		} {
			if op != nil {
				all[method+" "+path] = op
			}
		}
	}
	return all
}

func newAPI() (*server, huma.API, *http.ServeMux) {
	s := &server{deps: Deps{Sessions: newHouse()}}
	mux := http.NewServeMux()
	return s, s.newAPI(mux), mux
}

// undeclared lists the operations that do not say who may call them.
func undeclared(o *huma.OpenAPI) (names []string) {
	for name, op := range operations(o) {
		if _, ok := op.Metadata[rolesKey].(Audience); !ok {
			names = append(names, name)
		}
	}
	return names
}

func TestRuleS01_EveryOperationDeclaresItsRoles(t *testing.T) {
	t.Parallel()
	s, api, mux := newAPI()
	if n := len(operations(api.OpenAPI())); n < 34 {
		t.Fatalf("only %d operations", n)
	}
	if names := undeclared(api.OpenAPI()); len(names) > 0 {
		t.Fatalf("no roles declared: %v", names)
	}
	// The check can fail, and what declares nothing lets nobody in.
	register(s, api, huma.Operation{OperationID: "loose", Method: http.MethodGet, Path: "/api/v1/loose"},
		func(context.Context, *struct{}) (*empty, error) { return &empty{}, nil })
	if names := undeclared(api.OpenAPI()); !slices.Equal(names, []string{"GET /api/v1/loose"}) {
		t.Fatalf("undeclared: %v", names)
	}
	if w := ask(mux, http.MethodGet, "/api/v1/loose", "administrator", ""); w.Code != http.StatusForbidden {
		t.Fatalf("an operation without roles answered %d", w.Code)
	}
}

// matrix is who may call what, as the contract has it: A agent, S supervisor,
// I inspector, U auditor, R records head, X administrator.
var roleLetters = map[string]access.Role{
	"A": access.RoleAgent, "S": access.RoleSupervisor, "I": access.RoleInspector,
	"U": access.RoleAuditor, "R": access.RoleRecordsHead, "X": access.RoleAdministrator,
}

func matrix() map[string]string {
	return map[string]string{
		"GET /api/v1/session":              "ASIURX",
		"DELETE /api/v1/session":           "ASIURX",
		"GET /api/v1/sessions":             "ASIURX",
		"DELETE /api/v1/sessions/{id}":     "ASIURX",
		"GET /api/v1/users":                "SIURX",
		"POST /api/v1/users":               "X",
		"PATCH /api/v1/users/{id}":         "X",
		"GET /api/v1/tokens":               "UX",
		"POST /api/v1/tokens":              "X",
		"DELETE /api/v1/tokens/{id}":       "X",
		"GET /api/v1/imports":              "SX",
		"POST /api/v1/imports":             "SX",
		"GET /api/v1/imports/{id}":         "SX",
		"PUT /api/v1/imports/{id}/mapping": "SX",
		"POST /api/v1/imports/{id}/apply":  "SX",
		"POST /api/v1/imports/{id}/undo":   "SX",
		"GET /api/v1/feeds":                "SX",
		"POST /api/v1/feeds":               "X",
		"PUT /api/v1/feeds/{id}":           "X",
		"GET /api/v1/tasks":                "AS",
		"GET /api/v1/tasks/{id}":           "ASI",
		"GET /api/v1/tasks/{id}/gate":      "AS",
		"POST /api/v1/tasks":               "SX",

		"GET /api/v1/tasks/{id}/why":                              "AS",
		"GET /api/v1/programs/{id}/calling":                       "SX",
		"PUT /api/v1/programs/{id}/calling":                       "X",
		"GET /api/v1/customers/{id}/consents":                     "ASX",
		"POST /api/v1/customers/{id}/consents":                    "SX",
		"POST /api/v1/customers/{id}/consents/{consent}/withdraw": "ASX",
		"PUT /api/v1/customers/{id}/groups":                       "SX",
		"GET /api/v1/calendars":                                   "ASIURX",
		"POST /api/v1/calendars":                                  "X",
		"GET /api/v1/calendars/{code}/years/{year}":               "ASIURX",
		"PUT /api/v1/calendars/{code}/days/{date}":                "X",
		"DELETE /api/v1/calendars/{code}/days/{date}":             "X",
		"PUT /api/v1/calendar-years/{year}":                       "X",
		"DELETE /api/v1/calendar-years/{year}":                    "X",
		"GET /api/v1/shift":                                       "AS",
		"POST /api/v1/shift/end":                                  "AS",
		"GET /api/v1/shifts/unfinished":                           "S",
		"POST /api/v1/shifts/{agent}/end":                         "S",

		"GET /api/v1/queue":                                  "AS",
		"POST /api/v1/queue/next":                            "AS",
		"POST /api/v1/queue/skip":                            "AS",
		"PUT /api/v1/queue/settings":                         "AS",
		"POST /api/v1/tasks/import":                          "SX",
		"PUT /api/v1/tasks/{id}/appointment":                 "AS",
		"DELETE /api/v1/tasks/{id}/appointment":              "AS",
		"POST /api/v1/tasks/{id}/close":                      "AS",
		"POST /api/v1/tasks/{id}/assign":                     "S",
		"GET /api/v1/customers":                              "SX",
		"POST /api/v1/customers":                             "SX",
		"GET /api/v1/customers/{id}":                         "SXA",
		"PATCH /api/v1/customers/{id}":                       "SXA",
		"GET /api/v1/programs":                               "ASIURX",
		"PATCH /api/v1/programs/{id}":                        "X",
		"GET /api/v1/me/call":                                "AS",
		"GET /api/v1/calls/{id}":                             "ASIU",
		"GET /api/v1/calls/live":                             "S",
		"GET /api/v1/calls/{id}/colleagues":                  "AS",
		"GET /api/v1/call-marks":                             "SIU",
		"GET /api/v1/calls/{id}/record":                      "AS",
		"PUT /api/v1/calls/{id}/record":                      "AS",
		"GET /api/v1/calls/{id}/record-sheet":                "AS",
		"GET /api/v1/papers":                                 "XSIU",
		"POST /api/v1/papers":                                "X",
		"GET /api/v1/papers/{id}":                            "XSIU",
		"PUT /api/v1/papers/{id}/draft":                      "X",
		"POST /api/v1/papers/{id}/publish":                   "X",
		"POST /api/v1/papers/{id}/retire":                    "X",
		"GET /api/v1/suggestions":                            "ASIURX",
		"POST /api/v1/suggestions":                           "ASIURX",
		"POST /api/v1/suggestions/{id}/accept":               "SX",
		"POST /api/v1/suggestions/{id}/decline":              "SX",
		"GET /api/v1/recordings":                             "IUR",
		"GET /api/v1/recordings/{id}":                        "IUR",
		"GET /api/v1/recordings/{id}/audio":                  "IUR",
		"GET /api/v1/recordings/{id}/peaks":                  "IUR",
		"POST /api/v1/recordings/{id}/heard":                 "IUR",
		"POST /api/v1/recordings/{id}/comments":              "IUR",
		"POST /api/v1/recordings/{id}/tags":                  "IUR",
		"DELETE /api/v1/recordings/{id}/tags":                "IUR",
		"GET /api/v1/recording-facets":                       "IUR",
		"GET /api/v1/saved-searches":                         "IUR",
		"POST /api/v1/saved-searches":                        "IUR",
		"DELETE /api/v1/saved-searches/{id}":                 "IUR",
		"POST /api/v1/recordings/{id}/check":                 "IUR",
		"GET /api/v1/recordings/{id}/download":               "IUR", // inspectors are refused by the service
		"GET /api/v1/my/access":                              "ASIURX",
		"POST /api/v1/my/access":                             "ASIURX",
		"GET /api/v1/my/recordings/{id}":                     "ASIURX",
		"GET /api/v1/my/recordings/{id}/audio":               "ASIURX",
		"GET /api/v1/my/recordings/{id}/peaks":               "ASIURX",
		"POST /api/v1/my/recordings/{id}/heard":              "ASIURX",
		"GET /api/v1/my/recordings/{id}/download":            "ASIURX",
		"GET /api/v1/access-requests":                        "UR",
		"GET /api/v1/access-requests/{id}":                   "UR",
		"POST /api/v1/access-requests/{id}/approve":          "R",
		"POST /api/v1/access-requests/{id}/refuse":           "R",
		"GET /api/v1/access-grants":                          "UR",
		"GET /api/v1/access-grants/{id}/accesses":            "UR",
		"POST /api/v1/access-grants/{id}/revoke":             "R",
		"GET /api/v1/filings":                                "UR",
		"POST /api/v1/filings":                               "R",
		"POST /api/v1/filings/{id}/file":                     "R",
		"POST /api/v1/filings/{id}/hand-over":                "R",
		"GET /api/v1/departments":                            "ASIURX",
		"GET /api/v1/departments/{id}/people":                "S",
		"GET /api/v1/ledger":                                 "ASIUR",
		"GET /api/v1/ledger/sheet":                           "ASIUR",
		"GET /api/v1/records/{id}/reviews":                   "ASIUR",
		"GET /api/v1/records/{id}/history":                   "ASIUR",
		"POST /api/v1/records/{id}/corrections":              "AS",
		"POST /api/v1/records/{id}/reviews":                  "SI",
		"GET /api/v1/attachments":                            "ASIURX", // the service asks the object's gate
		"POST /api/v1/attachments":                           "ASIURX",
		"GET /api/v1/attachments/{id}/content":               "ASIURX",
		"GET /api/v1/cases":                                  "ASIURX",
		"POST /api/v1/cases":                                 "ASIR",
		"GET /api/v1/cases/{id}":                             "ASIURX",
		"POST /api/v1/cases/{id}/steps":                      "ASIURX",
		"POST /api/v1/cases/{id}/interviews":                 "ASIURX",
		"POST /api/v1/cases/{id}/assign":                     "S",
		"POST /api/v1/cases/{id}/call-again":                 "S",
		"POST /api/v1/cases/{id}/close-unreachable":          "S",
		"GET /api/v1/my/waiting":                             "ASIURX",
		"GET /api/v1/daily-problems":                         "ASIURX",
		"GET /api/v1/daily-problems/sheet":                   "ASIURX",
		"GET /api/v1/plans":                                  "SIURX",
		"POST /api/v1/plans":                                 "S",
		"GET /api/v1/plan-agents":                            "S",
		"GET /api/v1/plans/{id}":                             "SIURX",
		"PUT /api/v1/plans/{id}":                             "S",
		"GET /api/v1/plans/{id}/customers":                   "SIURX",
		"POST /api/v1/plans/{id}/selection/preview":          "S",
		"PUT /api/v1/plans/{id}/selection":                   "S",
		"POST /api/v1/plans/{id}/submit":                     "S",
		"POST /api/v1/plans/{id}/approve":                    "RX",
		"POST /api/v1/plans/{id}/return":                     "RX",
		"POST /api/v1/plans/{id}/file":                       "RX",
		"POST /api/v1/plans/{id}/rehearsals":                 "S",
		"POST /api/v1/plans/{id}/rehearsals/{rid}/sign":      "SRX",
		"POST /api/v1/plans/{id}/start":                      "S",
		"POST /api/v1/plans/{id}/agents":                     "S",
		"POST /api/v1/plans/{id}/close":                      "S",
		"GET /api/v1/slips":                                  "ASIURX",
		"GET /api/v1/slips/{id}":                             "ASIURX",
		"POST /api/v1/slips/{id}/assign":                     "S",
		"POST /api/v1/slips/{id}/answer":                     "ASIURX",
		"POST /api/v1/slips/{id}/call-again":                 "S",
		"POST /api/v1/slips/{id}/close-unreachable":          "S",
		"GET /api/v1/contracts":                              "SX",
		"POST /api/v1/contracts":                             "SX",
		"GET /api/v1/equipment":                              "SX",
		"POST /api/v1/equipment":                             "SX",
		"GET /api/v1/events":                                 "SX",
		"POST /api/v1/events":                                "SX",
		"POST /api/v1/events/{id}/withdraw":                  "SX",
		"GET /api/v1/product-lines":                          "SX",
		"PUT /api/v1/product-lines/{name}":                   "X",
		"GET /api/v1/duty-rules":                             "SIUX",
		"POST /api/v1/duty-rules":                            "SX",
		"GET /api/v1/duty-rules/{id}":                        "SIUX",
		"POST /api/v1/duty-rules/{id}/versions":              "SX",
		"GET /api/v1/duty-rule-templates":                    "SIUX",
		"POST /api/v1/duty-rules/dry-run":                    "SX",
		"GET /api/v1/duties":                                 "SIUX",
		"GET /api/v1/coverage":                               "SIUX",
		"POST /api/v1/duties/evaluate":                       "SX",
		"GET /api/v1/audit":                                  "URX",
		"GET /api/v1/holds":                                  "UR",
		"POST /api/v1/holds":                                 "UR",
		"GET /api/v1/holds/{id}":                             "UR",
		"POST /api/v1/holds/{id}/recordings":                 "UR",
		"POST /api/v1/holds/{id}/release":                    "UR",
		"GET /api/v1/recordings/{id}/holds":                  "IUR",
		"GET /api/v1/expiry":                                 "UR",
		"POST /api/v1/expiry/batches":                        "R",
		"GET /api/v1/expiry/batches/{id}":                    "UR",
		"POST /api/v1/expiry/batches/{id}/decision":          "UR",
		"GET /api/v1/evidence":                               "URX",
		"POST /api/v1/evidence/verifications":                "UR",
		"GET /api/v1/reconciliation":                         "URX",
		"POST /api/v1/reconciliation/runs":                   "URX",
		"GET /api/v1/reconciliation/differences":             "URX",
		"POST /api/v1/reconciliation/differences/{id}/close": "R",
		"GET /api/v1/trunks":                                 "XU",
		"POST /api/v1/trunks":                                "X",
		"PUT /api/v1/trunks/{id}":                            "X",
		"DELETE /api/v1/trunks/{id}":                         "X",
		"GET /api/v1/trunks/{id}/probes":                     "XU",
		"POST /api/v1/trunks/{id}/probes":                    "X",
		"GET /api/v1/trunks/{id}/probes/{probe_id}/audio":    "XU",
		"GET /api/v1/number-rules":                           "SUX",
		"PUT /api/v1/number-rules":                           "X",
		"POST /api/v1/number-rules/check":                    "SUX",
		"GET /api/v1/tasks/{id}/visits":                      "ASI",
		"PUT /api/v1/tasks/{id}/visit":                       "AS",
		"GET /api/v1/customers/{id}/visits":                  "ASIU",
		"GET /api/v1/visits/{id}":                            "ASIU",
		"GET /api/v1/visits/{id}/signature":                  "ASIU",
		"GET /api/v1/tasks/{id}/messages":                    "ASI",
		"POST /api/v1/messages/preview":                      "AS",
		"POST /api/v1/messages":                              "AS",
		"GET /api/v1/messages":                               "ASIUX",
		"GET /api/v1/messages/{id}":                          "ASIUX",
		"POST /api/v1/messages/{id}/retry":                   "S",
		"POST /api/v1/messages/{id}/cancel":                  "AS",
		"GET /api/v1/customers/{id}/channels":                "ASX",
		"POST /api/v1/customers/{id}/mailboxes":              "ASX",
		"POST /api/v1/customers/{id}/channel-refusals":       "AS",
		"POST /api/v1/customers/{id}/channel-refusals/lift":  "S",
		"GET /api/v1/message-templates":                      "ASIUX",
		"POST /api/v1/message-templates":                     "X",
		"POST /api/v1/message-templates/preview":             "X",
		"GET /api/v1/system":                                 "ASIURX",
		"GET /api/v1/softphone":                              "AS",
	}
}

func TestRuleS01_RoleMatrix(t *testing.T) {
	t.Parallel()
	_, api, _ := newAPI()
	table := matrix()
	for name, op := range operations(api.OpenAPI()) {
		if _, ok := table[name]; !ok && !op.Metadata[rolesKey].(Audience).Public {
			t.Errorf("%s is not in the matrix", name)
		}
	}
	for name, letters := range table {
		method, path, _ := strings.Cut(name, " ")
		path = strings.ReplaceAll(path, "{id}", uuid.NewString())
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse().server()
			if w := ask(h, method, path, "", ""); w.Code != http.StatusUnauthorized || problemIn(t, w).Code != "unauthenticated" {
				t.Errorf("without a session: %d", w.Code)
			}
			for letter, role := range roleLetters {
				w := ask(h, method, path, string(role), "")
				if allowed := w.Code != http.StatusForbidden; allowed != strings.Contains(letters, letter) {
					t.Errorf("%s: %d", role, w.Code)
				}
				if w.Code == http.StatusUnauthorized {
					t.Errorf("%s was taken for nobody", role)
				}
			}
		})
	}
}

func TestRuleS01_RefusedRecordingIsLogged(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.audio = make([]byte, 44+3200)
	srv := h.server()
	for _, path := range []string{"", "/audio", "/peaks"} {
		h.refused = nil
		w := ask(srv, http.MethodGet, "/api/v1/recordings/"+h.known.String()+path, "supervisor", "")
		if w.Code != http.StatusForbidden || strings.Contains(w.Header().Get("Content-Type"), "audio") {
			t.Fatalf("%s: %d", path, w.Code)
		}
		if !slices.Equal(h.refused, []ID{h.known}) {
			t.Fatalf("%s: refused log %v", path, h.refused)
		}
	}
	h.refused = nil
	w := ask(srv, http.MethodGet, "/api/v1/recordings", "supervisor", "")
	if w.Code != http.StatusForbidden || !slices.Equal(h.refused, []ID{{}}) {
		t.Fatalf("the search: %d, %v", w.Code, h.refused)
	}
}
