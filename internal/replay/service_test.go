package replay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// memory is the ports over one recording.
type memory struct {
	d        Detail
	rows     []Row
	query    Query
	accesses []Access
	events   []audit.Event
	opened   int
	granted  []Granted
	interest bool
	comments []Comment
	tags     []Tag
	saved    []SavedSearch
	logErr   error
	eventErr error
	now      time.Time
}

func (m *memory) Recordings(_ context.Context, q Query) ([]Row, error) {
	m.query = q
	return m.rows[:min(len(m.rows), q.Limit+1)], nil
}

func (m *memory) HasInterest(context.Context, uuid.UUID, uuid.UUID) (bool, error) {
	return m.interest, nil
}

func (m *memory) StoredFile(ctx context.Context, id uuid.UUID) (File, error) {
	d, err := m.Recording(ctx, id)
	return File{ID: d.ID, State: d.State, SHA256: d.SHA256, Bytes: d.Bytes, DurationMs: d.DurationMs}, err
}

func (m *memory) Recording(_ context.Context, id uuid.UUID) (Detail, error) {
	if id != m.d.ID {
		return Detail{}, problem.NotFound("recording")
	}
	return m.d, nil
}

func (m *memory) Accesses(context.Context, uuid.UUID, int) ([]Access, error) { return m.accesses, nil }

func (m *memory) AppendAccess(_ context.Context, a Access) error {
	if m.logErr != nil {
		return m.logErr
	}
	m.accesses = append(m.accesses, a)
	return nil
}

func (m *memory) Peaks(context.Context, uuid.UUID) (Peaks, bool, error) { return Peaks{}, false, nil }

func (m *memory) Tags(context.Context, uuid.UUID) ([]Tag, error) { return m.tags, nil }

func (m *memory) TagsInUse(context.Context, int) ([]string, error) { return []string{"a"}, nil }

func (m *memory) Branches(context.Context) ([]Branch, error) { return []Branch{{Name: "b"}}, nil }

func (m *memory) RatedItems(context.Context) ([]Question, error) {
	return []Question{{Key: "service"}}, nil
}

func (m *memory) AddTag(ctx context.Context, _, _ uuid.UUID, tag string, e audit.Event) (bool, error) {
	m.tags = append(m.tags, Tag{Text: tag})
	return true, m.AppendEvent(ctx, e)
}

func (m *memory) RemoveTag(ctx context.Context, _ uuid.UUID, tag string, e audit.Event) error {
	m.tags = slices.DeleteFunc(m.tags, func(t Tag) bool { return t.Text == tag })
	return m.AppendEvent(ctx, e)
}

func (m *memory) SavedSearches(context.Context, uuid.UUID) ([]SavedSearch, error) {
	return m.saved, nil
}

func (m *memory) SaveSearch(_ context.Context, _ uuid.UUID, v SavedSearch, _ int) error {
	m.saved = append(m.saved, v)
	return nil
}

func (m *memory) DropSearch(context.Context, uuid.UUID, uuid.UUID) error {
	m.saved = nil
	return nil
}

func (m *memory) Comments(context.Context, uuid.UUID) ([]Comment, error) { return m.comments, nil }

func (m *memory) AppendComment(ctx context.Context, c Comment, e audit.Event) error {
	m.comments = append(m.comments, c)
	return m.AppendEvent(ctx, e)
}

func (m *memory) AppendEvent(_ context.Context, e audit.Event) error {
	if m.eventErr != nil {
		return m.eventErr
	}
	m.events = append(m.events, e)
	return nil
}

func (m *memory) Granted(context.Context, uuid.UUID, uuid.UUID, time.Time) ([]Granted, error) {
	return m.granted, nil
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

func (m *memory) OpenAudio(context.Context, uuid.UUID) (Audio, error) {
	m.opened++
	return file{bytes.NewReader([]byte("RIFF sound"))}, nil
}

func (m *memory) Check(context.Context, uuid.UUID) (CheckResult, error) {
	return CheckResult{State: "verified", SHA256OK: true, RetentionOK: true}, nil
}

func setUp(t *testing.T) (*Service, *memory) {
	t.Helper()
	m := &memory{d: Detail{Row: Row{ID: uuid.New(), DurationMs: 60_000, State: "verified"}}, now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	s, err := NewService(Config{Store: m, Archive: m, Clock: func() time.Time { return m.now }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s, m
}

func with(roles ...access.Role) access.Principal {
	return access.Principal{User: access.User{ID: uuid.New(), Roles: roles}, IP: "10.0.0.7"}
}

func TestRuleS01_WhoMayListen(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	may := map[access.Role]bool{access.RoleInspector: true, access.RoleAuditor: true, access.RoleRecordsHead: true}
	for _, role := range access.Roles() {
		s, m := setUp(t)
		who := with(role)
		for name, do := range map[string]func() error{
			"audio":  func() error { _, err := s.OpenAudio(ctx, who, m.d.ID); return err },
			"detail": func() error { _, err := s.Get(ctx, who, m.d.ID); return err },
			"heard":  func() error { return s.Heard(ctx, who, m.d.ID, Span{ChannelBoth, 0, 1000}) },
			"check":  func() error { _, err := s.Check(ctx, who, m.d.ID); return err },
			"say":    func() error { _, err := s.Comment(ctx, who, m.d.ID, 0, "听"); return err },
			"search": func() error { _, err := s.Search(ctx, who, Query{}); return err },
		} {
			m.accesses, m.events, m.opened = nil, nil, 0
			err := do()
			if may[role] {
				if err != nil {
					t.Errorf("%s, %s: %v", role, name, err)
				}
				continue
			}
			if p, ok := errors.AsType[*problem.Error](err); !ok || p.Code != problem.CodeForbidden || p.Rule != "S-01" {
				t.Errorf("%s, %s: %v", role, name, err)
			}
			if m.opened != 0 {
				t.Errorf("%s, %s: the audio was opened", role, name)
			}
			if len(m.events) != 1 || m.events[0].Action != audit.ActionRecordingRefused || m.events[0].ActorID != who.User.ID {
				t.Errorf("%s, %s: the refusal is not logged: %+v", role, name, m.events)
			}
			if name != "search" && (len(m.accesses) != 1 || m.accesses[0].Action != ActionRefused) {
				t.Errorf("%s, %s: the recording's log does not have the refusal: %+v", role, name, m.accesses)
			}
		}
	}
}

// A role does not let anybody hear a case of their own; the refusal is in both logs.
func TestRuleC15_NoListeningWithAnInterest(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	m.interest = true
	for _, role := range []access.Role{access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead} {
		who := with(role)
		for name, do := range map[string]func() error{
			"audio":  func() error { _, err := s.OpenAudio(ctx, who, m.d.ID); return err },
			"detail": func() error { _, err := s.Get(ctx, who, m.d.ID); return err },
			"heard":  func() error { return s.Heard(ctx, who, m.d.ID, Span{ChannelBoth, 0, 1000}) },
			"say":    func() error { _, err := s.Comment(ctx, who, m.d.ID, 0, "听"); return err },
		} {
			m.accesses, m.events, m.opened = nil, nil, 0
			err := do()
			if p, ok := errors.AsType[*problem.Error](err); !ok || p.Code != problem.CodeForbidden || p.Rule != "C-15" || p.Reason != "own_interest" {
				t.Errorf("%s, %s: %v", role, name, err)
			}
			if m.opened != 0 || len(m.events) != 1 || m.events[0].Rule != "C-15" || len(m.accesses) != 1 || m.accesses[0].Action != ActionRefused {
				t.Errorf("%s, %s: opened %d, %+v, %+v", role, name, m.opened, m.events, m.accesses)
			}
		}
	}
	if _, err := s.Check(ctx, with(access.RoleAuditor), m.d.ID); err != nil {
		t.Errorf("a comparison: %v", err)
	}
}

func TestRuleS01_UnknownIdTellsNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	if _, err := s.OpenAudio(ctx, with(access.RoleAuditor), uuid.New()); problem.CodeOf(err) != problem.CodeNotFound {
		t.Errorf("an auditor, unknown id: %v", err)
	}
	_, unknown := s.Get(ctx, with(access.RoleSupervisor), uuid.New())
	_, known := s.Get(ctx, with(access.RoleSupervisor), m.d.ID)
	if unknown == nil || unknown.Error() != known.Error() {
		t.Errorf("whoever may not listen cannot tell ids that exist: %v, %v", unknown, known)
	}
}

func TestRuleS01_NothingIsReadBeforeItIsLogged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	who := with(access.RoleAuditor)
	l, err := s.OpenAudio(ctx, who, m.d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(l); err == nil || len(b) != 0 {
		t.Fatalf("read %q before it was logged", b)
	}
	m.logErr = errors.New("database is away")
	if err := l.Fetch(ctx, Span{ChannelLeft, 0, 1000}); err == nil {
		t.Fatal("the log failed")
	}
	if b, err := io.ReadAll(l); err == nil || len(b) != 0 {
		t.Fatalf("read %q although the log failed", b)
	}
	m.logErr = nil
	if err := l.Fetch(ctx, Span{ChannelLeft, 500, 99_000}); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(l); err != nil || string(b) != "RIFF sound" {
		t.Errorf("read %q, %v", b, err)
	}
	want := Access{RecordingID: m.d.ID, UserID: who.User.ID, At: s.now(), Action: ActionFetched, Channel: ChannelLeft, HasRange: true, FromMs: 500, ToMs: 60_000, IP: "10.0.0.7"}
	if len(m.accesses) != 1 || m.accesses[0] != want {
		t.Errorf("logged %+v, want %+v", m.accesses, want)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

func TestRuleS01_HeardRangeIsLogged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	who := with(access.RoleInspector)
	if err := s.Heard(ctx, who, m.d.ID, Span{ChannelRight, 2000, 7000}); err != nil {
		t.Fatal(err)
	}
	if a := m.accesses[0]; a.Action != ActionHeard || a.Channel != ChannelRight || a.FromMs != 2000 || a.ToMs != 7000 {
		t.Errorf("logged %+v", a)
	}
	for _, bad := range []Span{{ChannelBoth, -1, 5}, {ChannelBoth, 7, 5}, {"centre", 0, 5}, {ChannelNone, 0, 5}, {ChannelBoth, 61_000, 62_000}} {
		if err := s.Heard(ctx, who, m.d.ID, bad); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestRuleS01_CommentIsKeptAndLogged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	who := with(access.RoleInspector)
	c, err := s.Comment(ctx, who, m.d.ID, 60_000, " 没有报工号 ")
	if err != nil || c.Text != "没有报工号" || c.AuthorID != who.User.ID || len(m.comments) != 1 || m.comments[0] != c {
		t.Fatalf("%+v of %+v, %v", c, m.comments, err)
	}
	if e := m.events[0]; e.Action != audit.ActionRecordingCommented || e.ObjectID != m.d.ID.String() || e.Detail["text"] != c.Text || e.Detail["at_ms"] != int64(60_000) || e.IP != who.IP {
		t.Errorf("logged %+v", e)
	}
	for name, bad := range map[string]struct {
		at   int64
		text string
	}{"body.text": {0, " \n"}, "body.text ": {0, strings.Repeat("长", maxComment+1)}, "body.at_ms": {-1, "早"}, "body.at_ms ": {60_001, "晚"}} {
		_, err := s.Comment(ctx, who, m.d.ID, bad.at, bad.text)
		if p, ok := errors.AsType[*problem.Error](err); !ok || p.Code != problem.CodeInvalid || p.Fields[0].Location != strings.TrimSpace(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(m.comments) != 1 {
		t.Errorf("%+v", m.comments)
	}
}

func TestGet_ShowsWhoListenedItselfIncluded(t *testing.T) {
	t.Parallel()
	s, m := setUp(t)
	d, err := s.Get(context.Background(), with(access.RoleRecordsHead), m.d.ID)
	if err != nil || len(d.Accesses) != 1 || d.Accesses[0].Action != ActionOpened {
		t.Errorf("accesses %+v, %v", d.Accesses, err)
	}
}

func TestRuleT08_SearchAlwaysHasARange(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	who := with(access.RoleAuditor)
	if _, err := s.Search(ctx, who, Query{Text: " 王 伟", Tail: "12 34"}); err != nil {
		t.Fatal(err)
	}
	if q := m.query; q.To.Sub(q.From) != DefaultSpan || q.Grams[0] != "王伟" || q.Text != "王伟" || q.Tail != "1234" || q.Limit != defaultPage {
		t.Errorf("query %+v", q)
	}
	for name, q := range map[string]Query{
		"turned round": {From: s.now(), To: s.now().Add(-time.Hour)}, "digits": {Tail: "12"}, "letters": {Tail: "12ab"},
		"outcome": {Outcome: "fine"}, "state": {State: "lost"}, "too long": {From: s.now().AddDate(-50, 0, 0)},
	} {
		if _, err := s.Search(ctx, who, q); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSearch_Pages(t *testing.T) {
	t.Parallel()
	s, m := setUp(t)
	for i := range 3 {
		m.rows = append(m.rows, Row{ID: uuid.New(), OpenedAt: s.now().Add(-time.Duration(i) * time.Hour)})
	}
	p, err := s.Search(context.Background(), with(access.RoleAuditor), Query{Limit: 2})
	if err != nil || len(p.Rows) != 2 || p.Next.ID != m.rows[1].ID || !p.Next.OpenedAt.Equal(m.rows[1].OpenedAt) {
		t.Errorf("page %+v %v", p, err)
	}
	p, err = s.Search(context.Background(), with(access.RoleAuditor), Query{Limit: 3})
	if err != nil || len(p.Rows) != 3 || p.Next != (Cursor{}) {
		t.Errorf("the last page has no next: %+v %v", p.Next, err)
	}
}

// Who searched for whom is in the audit log before the list is given: without
// its entry there is no list, and of a number it has the end only.
func TestRuleS01_SearchIsLogged(t *testing.T) {
	t.Parallel()
	s, m := setUp(t)
	m.rows = []Row{{ID: uuid.New(), OpenedAt: s.now()}}
	agent := uuid.New()
	q := Query{Text: "王小明", Tail: "13800138000", AgentID: agent, Attempts: 3, Held: HeldYes, Shortest: time.Minute}
	if _, err := s.Search(context.Background(), with(access.RoleInspector), q); err != nil {
		t.Fatal(err)
	}
	if len(m.events) != 1 || m.events[0].Action != audit.ActionRecordingsListed || m.events[0].Rule != "S-01" {
		t.Fatalf("%+v", m.events)
	}
	d := m.events[0].Detail
	if d["customer"] != "王小明" || d["digits"] != "8000" || d["agent_id"] != agent.String() || d["attempts"] != int64(3) || d["held"] != "yes" || d["shortest_s"] != int64(60) || d["rows"] != 1 {
		t.Errorf("%+v", d)
	}
	for _, empty := range []string{"tag", "state", "program", "branch_id", "longest_s", "after"} {
		if v, ok := d[empty]; ok {
			t.Errorf("%s was not asked for: %v", empty, v)
		}
	}
	m.eventErr = errors.New("the database is away")
	if p, err := s.Search(context.Background(), with(access.RoleInspector), q); err == nil || len(p.Rows) != 0 {
		t.Errorf("a list without its entry: %+v %v", p, err)
	}
}
