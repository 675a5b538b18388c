package replay

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

func TestRuleS02_WithoutAGrantNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	who := with(access.RoleSupervisor)
	calls := map[string]func(id uuid.UUID) error{
		"detail":   func(id uuid.UUID) error { _, err := s.GetGranted(ctx, who, id); return err },
		"audio":    func(id uuid.UUID) error { _, err := s.OpenGranted(ctx, who, id, false); return err },
		"download": func(id uuid.UUID) error { _, err := s.OpenGranted(ctx, who, id, true); return err },
		"heard":    func(id uuid.UUID) error { return s.HeardGranted(ctx, who, id, Span{ChannelBoth, 0, 1000}) },
	}
	for name, do := range calls {
		m.accesses, m.events = nil, nil
		known, unknown := do(m.d.ID), do(uuid.New())
		p, ok := errors.AsType[*problem.Error](known)
		if !ok || p.Code != problem.CodeForbidden || p.Rule != "S-02" || unknown == nil || known.Error() != unknown.Error() {
			t.Errorf("%s: known %v, unknown %v", name, known, unknown)
		}
		if m.opened != 0 || len(m.events) != 2 || m.events[0].Action != audit.ActionRecordingRefused || m.events[0].Rule != "S-02" {
			t.Errorf("%s: opened %d, events %+v", name, m.opened, m.events)
		}
		if len(m.accesses) != 1 || m.accesses[0].Action != ActionRefused {
			t.Errorf("%s: accesses %+v", name, m.accesses)
		}
	}
}

func TestRuleS02_UnderAGrantEveryLookIsLogged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m := setUp(t)
	who := with(access.RoleAgent)
	g := Granted{Row: m.d.Row, GrantID: uuid.New(), Until: s.now().Add(time.Hour)}
	m.granted = []Granted{g}
	logged := func(what string, a Action) {
		t.Helper()
		if n := len(m.accesses); n == 0 || m.accesses[n-1].Action != a || m.accesses[n-1].GrantID != g.GrantID {
			t.Errorf("%s: accesses %+v", what, m.accesses)
		}
		m.accesses = nil
	}
	if gs, err := s.MyGranted(ctx, who); err != nil || len(gs) != 1 {
		t.Fatalf("list %v, %v", gs, err)
	}
	logged("list", ActionListed)
	if _, err := s.GetGranted(ctx, who, g.ID); err != nil {
		t.Fatal(err)
	}
	logged("detail", ActionOpened)
	if err := s.HeardGranted(ctx, who, g.ID, Span{ChannelRight, 1000, 2000}); err != nil {
		t.Fatal(err)
	}
	logged("heard", ActionHeard)
	l, err := s.OpenGranted(ctx, who, g.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Fetch(ctx, Span{ChannelBoth, 0, 1000}); err != nil {
		t.Fatal(err)
	}
	logged("audio", ActionFetched)

	// Play and download are separate.
	if _, err := s.OpenGranted(ctx, who, g.ID, true); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("a download that is not granted: %v", err)
	}
	m.accesses = nil
	m.granted[0].Download = true
	l, err = s.OpenGranted(ctx, who, g.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	m.logErr = errors.New("database is away")
	if err := l.Download(ctx); err == nil {
		t.Error("the log failed")
	}
	if b, err := io.ReadAll(l); err == nil || len(b) != 0 {
		t.Fatalf("read %q although the log failed", b)
	}
	m.logErr = nil
	if err := l.Download(ctx); err != nil {
		t.Fatal(err)
	}
	if a := m.accesses[0]; a.FromMs != 0 || a.ToMs != 60_000 || !a.HasRange {
		t.Errorf("logged %+v", a)
	}
	logged("download", ActionDownloaded)

	m.granted = nil // revoked
	if _, err := s.OpenGranted(ctx, who, g.ID, false); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("the next request after the revocation: %v", err)
	}
}

// A browser plays an hour out of one answer: a grant that is revoked meanwhile
// ends it within a second, and the log has the refusal.
func TestRuleS02_RevokedInTheMidstOfAnAnswer(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, download := range []bool{false, true} {
		s, m := setUp(t)
		m.granted = []Granted{{Row: m.d.Row, GrantID: uuid.New(), Until: s.now().Add(time.Hour), Download: true}}
		l, err := s.OpenGranted(ctx, with(access.RoleAgent), m.d.ID, download)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Fetch(ctx, Span{ChannelBoth, 0, 1000}); err != nil {
			t.Fatal(err)
		}
		read := func() error { _, err := l.Read(make([]byte, 1)); return err }
		for range 3 { // it is still granted
			m.now = m.now.Add(2 * time.Second)
			if err := read(); err != nil {
				t.Fatal(err)
			}
		}
		m.granted, m.accesses, m.events = nil, nil, nil // revoked, or over
		m.now = m.now.Add(askAgain)
		if err := read(); problem.CodeOf(err) != problem.CodeForbidden {
			t.Errorf("after the revocation: %v", err)
		}
		if len(m.accesses) != 1 || m.accesses[0].Action != ActionRefused || len(m.events) != 1 || m.events[0].Rule != "S-02" {
			t.Errorf("the log: %+v %+v", m.accesses, m.events)
		}
	}
}

func TestRuleS01_DownloadByRole(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	may := map[access.Role]bool{access.RoleAuditor: true, access.RoleRecordsHead: true}
	for _, role := range access.Roles() {
		s, m := setUp(t)
		l, err := s.OpenDownload(ctx, with(role), m.d.ID)
		if (err == nil) != may[role] {
			t.Errorf("%s: %v", role, err)
		}
		if err != nil {
			if problem.CodeOf(err) != problem.CodeForbidden || len(m.events) != 1 || m.opened != 0 {
				t.Errorf("%s: %v, events %+v", role, err, m.events)
			}
			continue
		}
		if err := l.Download(ctx); err != nil || m.accesses[0].Action != ActionDownloaded || m.accesses[0].GrantID != uuid.Nil {
			t.Errorf("%s: %+v, %v", role, m.accesses, err)
		}
	}
}
