package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

const digits = "13812345678"

func aCustomer() customer.Customer {
	return customer.Customer{
		ID: uuid.New(), Code: "c1", Name: "王小明", Kind: customer.KindInvestor,
		ContactPoints: []customer.ContactPoint{
			{ID: uuid.New(), Number: customer.StoredNumber("+8613900000000"), InvalidAt: noon},
			{ID: uuid.New(), Number: customer.StoredNumber("+86" + digits), Label: "mobile"},
		},
		DoNotCall: &customer.DoNotCall{Since: noon, Reason: "asked so", Channel: customer.ChannelSMS},
	}
}

func anAttempt() callback.Attempt {
	return callback.Attempt{
		ID: uuid.New(), Ordinal: 1, Trunk: "main", Slot: callback.Slot{Date: calendar.DateOf(noon), Window: "10:00-11:00"},
		DialedAt: noon, EndedAt: noon.Add(time.Minute), SIPCode: 487, Outcome: call.OutcomeNoAnswer, RingMs: 45000, RingOK: true, Counted: true,
	}
}

func TestRuleS01_NumbersLeaveMasked(t *testing.T) {
	t.Parallel()
	d := callback.TaskDetail{
		DeskRow:  callback.DeskRow{TaskView: callback.TaskView{Customer: aCustomer()}},
		Attempts: []callback.Attempt{anAttempt()},
		Calls:    []callback.CallDetail{{Number: customer.StoredNumber("+86" + digits)}},
	}
	rec, err := recordingOf(replay.Detail{
		Row:  replay.Row{Number: customer.StoredNumber("+86" + digits)},
		Call: callback.CallDetail{Number: customer.StoredNumber("+86" + digits)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{
		"task": taskOf(d, "en"), "customer": cardOf(aCustomer()), "recording": rec,
	} {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), digits) || !strings.Contains(string(raw), "5678") {
			t.Errorf("%s: %s", name, raw)
		}
	}
}

func TestTaskOf_ShowsWhatTheCallNeeds(t *testing.T) {
	t.Parallel()
	second := anAttempt()
	second.EndedAt, second.SIPCode = time.Time{}, 0
	task := taskOf(callback.TaskDetail{
		DeskRow: callback.DeskRow{TaskView: callback.TaskView{
			Customer: aCustomer(), Marks: []callback.Mark{{}, {}}, WrapupCallID: uuid.New(),
			Program: callback.Program{MinRing: 20 * time.Second, MaxRing: 45 * time.Second, MinAttempts: 3},
		}, Kind: callback.KindRetry},
		Attempts: []callback.Attempt{anAttempt(), second},
		Questionnaire: callback.Questionnaire{Version: 2, Items: []callback.Item{
			{Key: "q1", Kind: callback.ItemYesNo, Label: callback.Words{Chinese: "是否方便", English: "Convenient"}},
		}},
		Decision: callback.Decision{
			Refusals:      []callback.Refusal{{Rule: "T-05", Reason: callback.ReasonOutsideWindow, AllowedAt: noon}},
			NextAllowedAt: noon,
		},
	}, "en")
	if task.TaskRow.Attempts != 2 || task.Kind != "retry" || task.WrapupCallID == nil || task.AssigneeID != nil {
		t.Fatalf("row %+v", task.TaskRow)
	}
	if task.Customer.MaskedNumber != task.CustomerCard.ContactPoints[1].MaskedNumber {
		t.Fatalf("the number that can be dialled comes first, not %s", task.Customer.MaskedNumber)
	}
	if len(task.Attempts) != 2 || task.Attempts[1].N != 2 || task.Attempts[1].RingMs != nil || task.Attempts[1].SIPCode != nil {
		t.Fatalf("a live attempt %+v", task.Attempts[1])
	}
	if a := task.Attempts[0]; *a.RingMs != 45000 || !*a.RingOK || *a.SIPCode != 487 || a.SlotDate != "2026-11-24" {
		t.Fatalf("an ended attempt %+v", a)
	}
	if task.Questionnaire.Items[0].Label != "Convenient" || task.Settings.MinRingMs != 20000 {
		t.Fatalf("%+v %+v", task.Questionnaire, task.Settings)
	}
	if g := task.Gate; g.Allowed || g.Slot.Value != nil || g.Refusals[0].Reason != "outside_window" || !g.NextAllowedAt.Equal(noon) {
		t.Fatalf("gate %+v", g)
	}
}

func TestRecordingOf_TakesTheMarksOfTheRecorder(t *testing.T) {
	t.Parallel()
	rec, err := recordingOf(replay.Detail{Facts: []byte(`{"agent":{"packets":1},"marks":[{"name":"answered","at_ms":1200}]}`)})
	if err != nil || !slices.Equal(rec.Marks, []Mark{{Name: "answered", AtMs: 1200}}) {
		t.Fatalf("%+v %v", rec.Marks, err)
	}
	if _, err := recordingOf(replay.Detail{Facts: []byte(`{`)}); err == nil {
		t.Fatal("broken facts must not pass as none")
	}
}

// auditLog is a log in memory.
type auditLog struct{ asked audit.Filter }

func (l *auditLog) Events(_ context.Context, f audit.Filter) ([]audit.Event, error) {
	l.asked = f
	list := make([]audit.Event, f.Limit)
	for i := range list {
		list[i] = audit.Event{ID: int64(100 - i), At: noon}
	}
	return list, nil
}

func TestAudit_PagesByTheLastNumber(t *testing.T) {
	t.Parallel()
	log := &auditLog{}
	port := auditPort{log: log}
	page, err := port.List(t.Context(), access.Principal{}, AuditQuery{Limit: 3})
	if err != nil || page.NextCursor != "98" || page.Events[0].Actor.Value != nil {
		t.Fatalf("%+v %v", page, err)
	}
	if _, err := port.List(t.Context(), access.Principal{}, AuditQuery{Limit: 3, Cursor: page.NextCursor}); err != nil || log.asked.Before != 98 {
		t.Fatalf("%+v %v", log.asked, err)
	}
	for _, nonsense := range []string{"x", "98x", "98 ", " 98", "-1", "0", "9.8", "0x62", "99999999999999999999"} {
		if _, err := port.List(t.Context(), access.Principal{}, AuditQuery{Cursor: nonsense}); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("cursor %q: %v", nonsense, err)
		}
	}
	if _, err := port.List(t.Context(), access.Principal{}, AuditQuery{Cursor: "x"}); problem.CodeOf(err) != problem.CodeInvalid {
		t.Fatalf("%v", err)
	}
}

// replayStore is a store of one recording that keeps what was logged.
type replayStore struct {
	replay.Store // what is not asked for here
	known        ID
	accesses     []replay.Access
	events       []audit.Event
}

func (*replayStore) Granted(context.Context, uuid.UUID, uuid.UUID, time.Time) ([]replay.Granted, error) {
	return nil, nil
}

func (*replayStore) HasInterest(context.Context, uuid.UUID, uuid.UUID) (bool, error) {
	return false, nil
}

func (s *replayStore) Recordings(context.Context, replay.Query) ([]replay.Row, error) {
	return nil, nil
}
func (s *replayStore) StoredFile(ctx context.Context, id uuid.UUID) (replay.File, error) {
	d, err := s.Recording(ctx, id)
	return replay.File{ID: d.ID, State: d.State, SHA256: d.SHA256, Bytes: d.Bytes, DurationMs: d.DurationMs}, err
}

func (s *replayStore) Recording(_ context.Context, id uuid.UUID) (replay.Detail, error) {
	if id != s.known {
		return replay.Detail{}, problem.NotFound("recording")
	}
	return replay.Detail{Row: replay.Row{ID: id, DurationMs: 1000}}, nil
}
func (s *replayStore) Accesses(context.Context, uuid.UUID, int) ([]replay.Access, error) {
	return s.accesses, nil
}
func (s *replayStore) AppendAccess(_ context.Context, a replay.Access) error {
	s.accesses = append(s.accesses, a)
	return nil
}
func (s *replayStore) Peaks(context.Context, uuid.UUID) (replay.Peaks, bool, error) {
	return replay.Peaks{}, false, nil
}
func (s *replayStore) Tags(context.Context, uuid.UUID) ([]replay.Tag, error)         { return nil, nil }
func (s *replayStore) Comments(context.Context, uuid.UUID) ([]replay.Comment, error) { return nil, nil }
func (s *replayStore) AppendComment(context.Context, replay.Comment, audit.Event) error {
	return nil
}
func (s *replayStore) AppendEvent(_ context.Context, e audit.Event) error {
	s.events = append(s.events, e)
	return nil
}

// noArchive has nothing.
type noArchive struct{}

func (noArchive) OpenAudio(context.Context, uuid.UUID) (replay.Audio, error) {
	return nil, errors.New("no archive")
}
func (noArchive) Check(context.Context, uuid.UUID) (replay.CheckResult, error) {
	return replay.CheckResult{}, errors.New("no archive")
}

func TestRuleS01_TheServiceLogsWhomTheAPIRefuses(t *testing.T) {
	t.Parallel()
	store := &replayStore{known: uuid.New()}
	svc, err := replay.NewService(replay.Config{
		Store: store, Archive: noArchive{}, Clock: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	port := recordingsPort{svc: svc}
	agent := access.Principal{User: access.User{ID: uuid.New(), Roles: []access.Role{access.RoleSupervisor}}}
	for _, id := range []ID{store.known, uuid.New(), {}} {
		if err := port.Refused(t.Context(), agent, id); err != nil {
			t.Fatal(err)
		}
	}
	if len(store.accesses) != 1 || store.accesses[0].Action != replay.ActionRefused || len(store.events) != 3 {
		t.Fatalf("accesses %+v, events %+v", store.accesses, store.events)
	}
	auditor := access.Principal{User: access.User{Roles: []access.Role{access.RoleAuditor}}}
	if err := port.Refused(t.Context(), auditor, store.known); err == nil {
		t.Fatal("API and service disagree over who may listen, and nobody said so")
	}
}

func TestWords_AreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	_, api, _ := newAPI()
	schemas := api.OpenAPI().Components.Schemas.Map()
	kinds := []callback.Kind{
		callback.KindComplaint, callback.KindAppointment, callback.KindRetry, callback.KindOverdue,
		callback.KindDue, callback.KindLater, callback.KindWrapup, callback.KindDone,
	}
	for name, row := range map[string]struct {
		schema, property string
		want             []string
	}{
		"call states":      {"Call", "state", mapped(call.States(), call.State.String)},
		"task states":      {"TaskRow", "state", words(callback.TaskStates())},
		"kinds":            {"TaskRow", "kind", words(kinds)},
		"recording states": {"RecordingRow", "state", replay.States()},
		"customer kinds":   {"CustomerCard", "kind", words(customer.Kinds())},
		"dispositions":     {"RecordInput", "disposition", append([]string{""}, words(callback.Dispositions())...)},
		"channels":         {"DoNotCallSet", "channel", words(customer.Channels())},
	} {
		var got []string
		for _, word := range schemas[row.schema].Properties[row.property].Enum {
			got = append(got, word.(string))
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(row.want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: the API has %v, the domain %v", name, got, want)
		}
	}
}
