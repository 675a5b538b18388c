package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/problem"
	"huifang/signaling/wire"
)

var noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

// house is the API over services in memory. Whose roles a caller has stands in
// the cookie: "agent,supervisor".
type house struct {
	mu sync.Mutex
	// err is what every service answers, when set.
	err       error
	signInErr error
	spans     []Span
	closed    int
	refused   []ID
	panics    bool
	imported  string
	patch     CustomerPatch
	audio     []byte
	logErr    error
	softphone string
	known     ID // the recording that there is
}

func newHouse() *house { return &house{known: uuid.New()} }

func (h *house) server() http.Handler {
	return NewServer(Deps{
		Sessions: h, Users: houseUsers{h}, Tasks: houseTasks{h}, Customers: houseCustomers{h}, Calls: houseCalls{h},
		Recordings: houseRecordings{h}, Wave: h, Audit: houseAudit{h}, System: h, Softphone: h, Trunks: houseTrunks{h}, Numbers: houseNumbers{h}, Evidence: houseEvidence{h}, Retention: houseRetention{h}, Reconciliation: houseReconciliation{h}, Grants: houseGrants{h}, Slips: houseSlips{h}, Ledger: houseLedger{h}, Papers: housePapers{h}, Tokens: houseTokens{h},
		Plans: housePlans{h}, Imports: houseImports{h},
		Attachments: houseAttachments{h}, Queue: houseQueue{h}, Calling: houseCalling{h}, Calendars: houseCalendars{h}, Shifts: houseShifts{h},
		Cases:    houseCases{h},
		Messages: houseMessages{h}, SMSGateway: houseGateway{h}, Visits: houseVisits{h},
		Page:   http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the page") }),
		Config: Config{Clock: func() time.Time { return noon }, Version: "1"},
		Duties: houseDuties{h}, Dealings: houseDealings{h},
	})
}

func (h *house) SignIn(_ context.Context, in SignIn, ip, _ string) (string, Me, error) {
	if h.signInErr != nil {
		return "", Me{}, h.signInErr
	}
	return "token-of-" + in.Login, Me{User: MyUser{Login: in.Login}, Session: MySession{ExpiresAt: noon.Add(time.Hour)}}, nil
}

func (h *house) Authenticate(_ context.Context, token, ip string) (access.Principal, Me, error) {
	if token == "stale" {
		return access.Principal{}, Me{}, &problem.Error{Code: problem.CodeUnauthenticated, Reason: "no_session"}
	}
	var roles []access.Role
	for word := range strings.SplitSeq(token, ",") {
		roles = append(roles, access.Role(word))
	}
	who := access.Principal{User: access.User{ID: uuid.New(), Name: "李娜", Roles: roles}, SessionID: uuid.New(), IP: ip}
	return who, Me{User: MyUser{ID: who.User.ID, Name: "李娜"}}, nil
}

func (h *house) List(context.Context, access.Principal, ID) ([]Session, error) { return nil, h.err }
func (h *house) Revoke(context.Context, access.Principal, ID) error            { return h.err }

func (h *house) System(context.Context) (wire.System, error) {
	if h.panics {
		panic("the roof came down at 10.0.0.1")
	}
	return wire.System{Recorder: wire.Recorder{OK: true}, Now: noon}, h.err
}

func (h *house) ServeSoftphone(w http.ResponseWriter, _ *http.Request, who access.Principal) {
	h.softphone = who.User.Name
}
func (h *house) RefuseSoftphone(http.ResponseWriter, *http.Request) { h.softphone = "refused" }

// file is a stored recording that cannot be read before the log has it.
type file struct {
	*bytes.Reader
	h      *house
	logged bool
}

func (f *file) Read(p []byte) (int, error) {
	if !f.logged {
		return 0, errors.New("read before the log")
	}
	return f.Reader.Read(p)
}

func (f *file) Drawn(context.Context) (Peaks, bool, error) { return Peaks{}, false, nil }
func (f *file) Close() error                               { f.h.closed++; return nil }
func (f *file) SHA256() string                             { return "abc" }
func (f *file) DurationMs() int64                          { return (f.Size() - wavHeader) / 32 }
func (f *file) Picture()                                   { f.logged = true }
func (f *file) Fetch(_ context.Context, s Span) error {
	f.h.spans = append(f.h.spans, s)
	f.logged = f.h.logErr == nil
	return f.h.logErr
}

// PCM takes the stored file for what is played.
func (h *house) PCM(stored io.ReadSeeker, _ int64, _ Channel) (io.ReadSeeker, error) {
	return stored, nil
}

func (h *house) Peaks(stored io.ReadSeeker, _ int64, points int) (Peaks, error) {
	_, err := io.ReadAll(stored)
	return Peaks{Left: make(List[int8], points)}, err
}

type houseUsers struct{ *house }

func (h houseUsers) List(context.Context, access.Principal, access.Role) ([]User, error) {
	return nil, h.err
}
func (h houseUsers) Create(context.Context, access.Principal, NewUser) (User, error) {
	return User{}, h.err
}
func (h houseUsers) Update(context.Context, access.Principal, ID, UserPatch) (User, error) {
	return User{}, h.err
}

type houseTasks struct{ *house }

func (h houseTasks) List(context.Context, access.Principal, TaskQuery) (TaskPage, error) {
	return TaskPage{Now: noon}, h.err
}
func (h houseTasks) Get(_ context.Context, _ access.Principal, id ID, _ string) (Task, error) {
	return Task{TaskRow: TaskRow{ID: id, Attempts: 3}, Attempts: List[Attempt]{{N: 1}}}, h.err
}
func (h houseTasks) Gate(context.Context, access.Principal, ID, ID) (Decision, error) {
	return Decision{}, h.err
}
func (h houseTasks) Create(context.Context, access.Principal, NewTask) (Task, error) {
	return Task{}, h.err
}
func (h houseTasks) Import(_ context.Context, _ access.Principal, csv io.Reader, _ bool) (ImportReport, error) {
	raw, err := io.ReadAll(csv)
	h.house.imported = string(raw)
	return ImportReport{Rows: 1}, err
}
func (h houseTasks) SetAppointment(context.Context, access.Principal, ID, *Appointment) (Task, error) {
	return Task{}, h.err
}
func (h houseTasks) Close(context.Context, access.Principal, ID, CloseTask) (Task, error) {
	return Task{}, h.err
}
func (h houseTasks) Assign(context.Context, access.Principal, ID, AssignTask) (Task, error) {
	return Task{}, h.err
}
func (h houseTasks) ChangeProgram(context.Context, access.Principal, ID, ProgramPatch) (Program, error) {
	return Program{}, h.err
}
func (h houseTasks) Programs(context.Context) ([]Program, error) { return nil, h.err }

type houseCustomers struct{ *house }

func (h houseCustomers) List(context.Context, access.Principal, string) ([]CustomerCard, error) {
	return nil, h.err
}
func (h houseCustomers) Get(context.Context, access.Principal, ID) (CustomerCard, error) {
	return CustomerCard{}, h.err
}
func (h houseCustomers) Create(context.Context, access.Principal, NewCustomer) (CustomerCard, error) {
	return CustomerCard{}, h.err
}
func (h houseCustomers) Update(_ context.Context, _ access.Principal, _ ID, in CustomerPatch) (CustomerCard, error) {
	h.house.patch = in
	return CustomerCard{}, h.err
}

type houseCalls struct{ *house }

func (h houseCalls) Current(context.Context, access.Principal) (any, error) { return nil, h.err }
func (h houseCalls) Wrapups(context.Context, access.Principal) ([]Wrapup, error) {
	return nil, h.err
}
func (h houseCalls) Get(context.Context, access.Principal, ID) (Call, error) { return Call{}, h.err }
func (h houseCalls) Record(context.Context, access.Principal, ID) (Record, error) {
	return Record{}, h.err
}
func (h houseCalls) RecordSheet(context.Context, access.Principal, ID, string) (RecordSheet, error) {
	return RecordSheet{}, h.err
}

func (h houseCalls) SaveRecord(context.Context, access.Principal, ID, RecordInput) (Record, error) {
	return Record{}, h.err
}

func (h houseCalls) Colleagues(context.Context, access.Principal, ID) ([]Colleague, error) {
	return []Colleague{}, nil
}

func (h houseCalls) Live(context.Context, access.Principal) ([]LiveCall, error) {
	return nil, h.err
}
func (h houseCalls) Marks(context.Context, access.Principal, MarkQuery) (MarkPage, error) {
	return MarkPage{}, h.err
}

type houseRecordings struct{ *house }

func (h houseRecordings) Search(context.Context, access.Principal, RecordingQuery) (RecordingPage, error) {
	return RecordingPage{}, h.err
}
func (h houseRecordings) Get(context.Context, access.Principal, ID) (Recording, error) {
	return Recording{}, h.err
}
func (h houseRecordings) Heard(context.Context, access.Principal, ID, Span) error { return h.err }
func (h houseRecordings) OpenAudio(_ context.Context, _ access.Principal, id ID) (StoredAudio, error) {
	if id != h.known {
		return nil, problem.NotFound("recording")
	}
	return &file{bytes.NewReader(h.audio), h.house, false}, nil
}
func (h houseRecordings) OpenProbe(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	return h.OpenAudio(ctx, who, id)
}
func (h houseRecordings) Refused(_ context.Context, _ access.Principal, id ID) error {
	h.house.refused = append(h.house.refused, id)
	return nil
}
func (h houseRecordings) Comment(context.Context, access.Principal, ID, NewComment) (Comment, error) {
	return Comment{}, h.err
}
func (h houseRecordings) AddTag(context.Context, access.Principal, ID, string) (Tags, error) {
	return Tags{}, h.err
}
func (h houseRecordings) RemoveTag(context.Context, access.Principal, ID, string) (Tags, error) {
	return Tags{}, h.err
}
func (h houseRecordings) Facets(context.Context, access.Principal) (RecordingFacets, error) {
	return RecordingFacets{}, h.err
}
func (h houseRecordings) SavedSearches(context.Context, access.Principal) (SavedSearches, error) {
	return SavedSearches{}, h.err
}
func (h houseRecordings) SaveSearch(context.Context, access.Principal, NewSavedSearch) (SavedSearches, error) {
	return SavedSearches{}, h.err
}
func (h houseRecordings) DropSearch(context.Context, access.Principal, ID) error { return h.err }
func (h houseRecordings) Check(context.Context, access.Principal, ID) (RecordingCheck, error) {
	return RecordingCheck{}, h.err
}

type houseAudit struct{ *house }

func (h houseAudit) List(context.Context, access.Principal, AuditQuery) (AuditPage, error) {
	return AuditPage{}, h.err
}

// ask sends a request with the roles as cookie; headers come in pairs.
func ask(h http.Handler, method, path, roles, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if roles != "" {
		r.AddCookie(&http.Cookie{Name: CookieName, Value: roles})
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// problemIn reads the problem of an answer and checks its form.
func problemIn(t *testing.T, w *httptest.ResponseRecorder) wire.Problem {
	t.Helper()
	var p wire.Problem
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("status %d, no problem: %v", w.Code, err)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Fatalf("content type %s", ct)
	}
	if p.Status != w.Code || p.Type != "about:blank" || p.Title == "" || p.Code == "" {
		t.Fatalf("status %d, problem %+v", w.Code, p)
	}
	return p
}

// fetch gets a path and gives the body of a 200.
func fetch(t *testing.T, h http.Handler, path string) []byte {
	t.Helper()
	w := ask(h, http.MethodGet, path, "", "")
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

type houseTrunks struct{ *house }

func (h houseTrunks) List(context.Context) ([]TrunkEntry, error) { return nil, h.err }
func (h houseTrunks) Create(context.Context, access.Principal, TrunkInput) (TrunkEntry, error) {
	return TrunkEntry{}, h.err
}
func (h houseTrunks) Change(context.Context, access.Principal, ID, TrunkInput) (TrunkEntry, error) {
	return TrunkEntry{}, h.err
}
func (h houseTrunks) Remove(context.Context, access.Principal, ID) error { return h.err }
func (h houseTrunks) Test(context.Context, access.Principal, ID) (Probe, error) {
	return Probe{}, h.err
}
func (h houseTrunks) Probes(context.Context, ID) ([]Probe, error) { return nil, h.err }
func (h houseTrunks) ProbeSound(_ context.Context, _, probe ID) (ID, error) {
	return probe, h.err
}

type houseNumbers struct{ *house }

func (h houseNumbers) Rules(context.Context) (NumberRules, error) { return NumberRules{}, h.err }
func (h houseNumbers) Replace(context.Context, access.Principal, NumberRulesInput) (NumberRules, error) {
	return NumberRules{}, h.err
}
func (h houseNumbers) Check(context.Context, access.Principal, NumberQuestion) (NumberAnswer, error) {
	return NumberAnswer{}, h.err
}

type houseReconciliation struct{ *house }

func (h houseReconciliation) State(context.Context) (ReconciliationState, error) {
	return ReconciliationState{}, h.err
}
func (h houseReconciliation) Begin(context.Context, access.Principal, ReconciliationOrder) (ReconciliationState, error) {
	return ReconciliationState{}, h.err
}
func (h houseReconciliation) Differences(context.Context, DifferenceQuery) (DifferencePage, error) {
	return DifferencePage{}, h.err
}
func (h houseReconciliation) Close(context.Context, access.Principal, ID, DifferenceClosing) error {
	return h.err
}

type houseEvidence struct{ *house }

func (h houseEvidence) State(context.Context) (EvidenceState, error) { return EvidenceState{}, h.err }
func (h houseEvidence) Verify(context.Context, access.Principal, VerificationOrder) (EvidenceState, error) {
	return EvidenceState{}, h.err
}

type houseRetention struct{ *house }

func (h houseRetention) Holds(context.Context) ([]Hold, error)       { return nil, h.err }
func (h houseRetention) HoldsOf(context.Context, ID) ([]Hold, error) { return nil, h.err }
func (h houseRetention) Hold(context.Context, ID) (HoldDetail, error) {
	return HoldDetail{}, h.err
}
func (h houseRetention) PlaceHold(context.Context, access.Principal, NewHold) (Hold, error) {
	return Hold{}, h.err
}
func (h houseRetention) AddToHold(context.Context, access.Principal, ID, HoldAddition) (HoldDetail, error) {
	return HoldDetail{}, h.err
}
func (h houseRetention) ReleaseHold(context.Context, access.Principal, ID, string) (HoldDetail, error) {
	return HoldDetail{}, h.err
}
func (h houseRetention) Expiry(context.Context) (Expiry, error) { return Expiry{}, h.err }
func (h houseRetention) Propose(context.Context, access.Principal, NewExpiry) (ExpiryBatch, error) {
	return ExpiryBatch{}, h.err
}
func (h houseRetention) Batch(context.Context, ID) (ExpiryDetail, error) {
	return ExpiryDetail{}, h.err
}
func (h houseRetention) Decide(context.Context, access.Principal, ID, ExpiryDecision) (ExpiryDetail, error) {
	return ExpiryDetail{}, h.err
}
