package access

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/problem"
)

// memory keeps accounts, sessions and attempts; all but what a test asks for.
type memory struct {
	mu       sync.Mutex
	users    map[uuid.UUID]User
	hashes   map[uuid.UUID]string
	sessions map[uuid.UUID]Session
	tokens   map[TokenHash]uuid.UUID
	attempts []Attempt
	events   []audit.Event
	touched  int
	updates  []UserUpdate
}

func newMemory() *memory {
	return &memory{users: map[uuid.UUID]User{}, hashes: map[uuid.UUID]string{}, sessions: map[uuid.UUID]Session{}, tokens: map[TokenHash]uuid.UUID{}}
}

func (m *memory) log(e audit.Event) { m.events = append(m.events, e) }

func (m *memory) AppendEvent(_ context.Context, e audit.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.log(e)
	return nil
}

func (m *memory) UserByLogin(_ context.Context, login string) (User, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, u := range m.users {
		if u.Login == login {
			return u, m.hashes[id], nil
		}
	}
	return User{}, "", problem.NotFound("user")
}

func (m *memory) User(_ context.Context, id uuid.UUID) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, ok := m.users[id]
	if !ok {
		return User{}, problem.NotFound("user")
	}
	return u, nil
}

func (m *memory) Users(context.Context, UserFilter) ([]User, error) { return nil, nil }

func (m *memory) InsertUser(_ context.Context, u User, hash string, e audit.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users[u.ID], m.hashes[u.ID] = u, hash
	m.log(e)
	return nil
}

func (m *memory) UpdateUser(_ context.Context, up UserUpdate, e audit.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users[up.User.ID] = up.User
	if up.PasswordHash != "" {
		m.hashes[up.User.ID] = up.PasswordHash
	}
	m.updates = append(m.updates, up)
	m.log(e)
	return nil
}

func (m *memory) Departments(context.Context) ([]Department, error) { return nil, nil }

func (m *memory) InsertSession(_ context.Context, s Session, h TokenHash, e audit.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.ID], m.tokens[h] = s, s.ID
	m.log(e)
	return nil
}

func (m *memory) SessionByToken(_ context.Context, h TokenHash) (Session, User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, ok := m.tokens[h]
	if !ok {
		return Session{}, User{}, problem.NotFound("session")
	}
	s := m.sessions[id]
	return s, m.users[s.UserID], nil
}

func (m *memory) Session(_ context.Context, id uuid.UUID) (Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[id]
	if !ok {
		return Session{}, problem.NotFound("session")
	}
	return s, nil
}

func (m *memory) SessionsOf(_ context.Context, userID uuid.UUID, _ time.Time) ([]Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Session
	for _, s := range m.sessions {
		if s.UserID == userID {
			out = append(out, s)
		}
	}
	return out, nil
}

func (m *memory) TouchSession(_ context.Context, id uuid.UUID, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[id]
	s.LastSeenAt = at
	m.sessions[id] = s
	m.touched++
	return nil
}

func (m *memory) RevokeSession(_ context.Context, id, by uuid.UUID, at time.Time, e audit.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[id]
	s.RevokedAt, s.RevokedBy = at, by
	m.sessions[id] = s
	m.log(e)
	return nil
}

func (m *memory) Failures(_ context.Context, login, ip string, since time.Time) (Failures, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var f Failures
	for _, a := range m.attempts {
		if a.OK || a.IP != ip || !a.At.After(since) {
			continue
		}
		if f.IP++; f.IPOldest.IsZero() {
			f.IPOldest = a.At
		}
		if a.Login != login {
			continue
		}
		if f.LoginIP++; f.LoginIPOldest.IsZero() {
			f.LoginIPOldest = a.At
		}
	}
	return f, nil
}

func (m *memory) RecordAttempt(_ context.Context, a Attempt) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.attempts = append(m.attempts, a)
	return nil
}

// clock is a synthetic one.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

const password = "correct horse battery"

func setUp(t *testing.T) (*Service, *memory, *clock, User) {
	t.Helper()
	m, c := newMemory(), &clock{t: time.Date(2026, 11, 23, 2, 0, 0, 123456789, time.UTC)}
	s, err := NewService(Config{Store: m, Log: m, Clock: c.now, Logger: slog.New(slog.DiscardHandler), Hashers: 1})
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.CreateUser(context.Background(), Principal{}, NewUser{
		Login: " Li.Na ", Name: "李娜", StaffNumber: "1001", Roles: []Role{RoleSupervisor, RoleAgent, RoleAgent}, Password: password,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, m, c, u
}

func TestSignIn_OpensASessionThatAuthenticates(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m, _, u := setUp(t)
	if u.Login != "li.na" || len(u.Roles) != 2 || u.Roles[0] != RoleAgent {
		t.Fatalf("account is %+v", u)
	}
	in, err := s.SignIn(ctx, SignIn{Login: "LI.NA", Password: password, IP: "10.0.0.1", UserAgent: strings.Repeat("x", 1000)})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Token) != 43 || len(in.Session.UserAgent) != maxUserAgent {
		t.Errorf("token has %d characters, user agent %d", len(in.Token), len(in.Session.UserAgent))
	}
	if _, ok := m.tokens[sha256.Sum256([]byte(in.Token))]; !ok {
		t.Error("what is stored is the hash of the token")
	}
	who, sess, err := s.Authenticate(ctx, in.Token, "10.0.0.2")
	if err != nil || who.User.ID != u.ID || sess.ID != in.Session.ID || who.IP != "10.0.0.2" {
		t.Fatalf("authenticated as %+v, %v", who, err)
	}
	for _, bad := range []string{"", "x", in.Token + "x", strings.Repeat("a", 200)} {
		if _, _, err := s.Authenticate(ctx, bad, ""); problem.CodeOf(err) != problem.CodeUnauthenticated {
			t.Errorf("token %q gives %v", bad, err)
		}
	}
}

func TestSignIn_UnknownLoginAndWrongPasswordLookAlike(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m, c, u := setUp(t)
	_, wrong := s.SignIn(ctx, SignIn{Login: "li.na", Password: "wrong password", IP: "10.0.0.1"})
	_, unknown := s.SignIn(ctx, SignIn{Login: "nobody", Password: password, IP: "10.0.0.1"})
	u.DisabledAt = c.now()
	m.users[u.ID] = u
	_, closed := s.SignIn(ctx, SignIn{Login: "li.na", Password: password, IP: "10.0.0.1"})
	for name, err := range map[string]error{"wrong": wrong, "unknown": unknown, "closed": closed} {
		p, ok := errors.AsType[*problem.Error](err)
		if !ok || p.Code != problem.CodeUnauthenticated || p.Reason != "bad_credentials" || p.Error() != wrong.Error() {
			t.Errorf("%s gives %v", name, err)
		}
	}
	if len(m.attempts) != 3 {
		t.Errorf("every try is stored: %v", m.attempts)
	}
}

func TestSignIn_LimitPerLoginAndAddress(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m, c, _ := setUp(t)
	try := func(login, pw, ip string) *problem.Error {
		_, err := s.SignIn(ctx, SignIn{Login: login, Password: pw, IP: ip})
		p, _ := errors.AsType[*problem.Error](err)
		return p
	}
	start := c.now()
	for range LimitLogin {
		if p := try("li.na", "wrong password", "10.0.0.1"); p == nil || p.Code != problem.CodeUnauthenticated {
			t.Fatalf("got %v", p)
		}
		c.advance(10 * time.Second)
	}
	p := try("li.na", password, "10.0.0.1")
	if p == nil || p.Code != problem.CodeRefused || p.Reason != "sign_in_limited" {
		t.Fatalf("the sixth try, right or wrong, is refused: %v", p)
	}
	if want := start.Truncate(time.Microsecond).Add(LimitSpan); !p.AllowedAt.Equal(want) || p.Params["seconds_left"] != 251 {
		t.Errorf("allowed at %v, want %v; %v", p.AllowedAt, want, p.Params)
	}
	if n := len(m.attempts); n != LimitLogin {
		t.Errorf("a refused try is not counted: %d", n)
	}
	if p := try("li.na", password, "10.0.0.2"); p != nil {
		t.Errorf("from another address it is not limited: %v", p)
	}
	c.advance(p.AllowedAt.Sub(c.now()) + time.Millisecond)
	if p := try("li.na", password, "10.0.0.1"); p != nil {
		t.Errorf("at the time named it is allowed again: %v", p)
	}
}

func TestSignIn_LimitPerAddress(t *testing.T) {
	t.Parallel()
	s, m, c, _ := setUp(t)
	for i := range LimitIP {
		m.attempts = append(m.attempts, Attempt{Login: "user" + string(rune('a'+i)), IP: "10.0.0.1", At: c.now()})
	}
	_, err := s.SignIn(context.Background(), SignIn{Login: "li.na", Password: password, IP: "10.0.0.1"})
	if p, ok := errors.AsType[*problem.Error](err); !ok || p.Reason != "sign_in_limited" {
		t.Errorf("thirty failures of an address limit every login there: %v", err)
	}
}

// A burst must not get past the limit: with one hasher the count is exact.
func TestSignIn_BurstIsLimited(t *testing.T) {
	t.Parallel()
	s, m, _, _ := setUp(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := s.SignIn(context.Background(), SignIn{Login: "li.na", Password: "wrong password", IP: "10.0.0.1"}); err == nil {
				t.Error("a wrong password signs in")
			}
		})
	}
	wg.Wait()
	if len(m.attempts) != LimitLogin {
		t.Errorf("%d passwords were tried, want %d", len(m.attempts), LimitLogin)
	}
}

func TestSession_EndsIdleAbsoluteAndRevoked(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	open := func(t *testing.T) (*Service, *memory, *clock, SignedIn) {
		s, m, c, _ := setUp(t)
		in, err := s.SignIn(ctx, SignIn{Login: "li.na", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		return s, m, c, in
	}
	ends := func(t *testing.T, s *Service, token string) {
		t.Helper()
		if _, _, err := s.Authenticate(ctx, token, ""); problem.CodeOf(err) != problem.CodeUnauthenticated {
			t.Errorf("the session must have ended: %v", err)
		}
	}
	t.Run("idle", func(t *testing.T) {
		t.Parallel()
		s, _, c, in := open(t)
		c.advance(SessionIdle)
		ends(t, s, in.Token)
	})
	t.Run("absolute", func(t *testing.T) {
		t.Parallel()
		s, m, c, in := open(t)
		for range 3 {
			c.advance(7 * time.Hour)
			if _, _, err := s.Authenticate(ctx, in.Token, ""); err != nil {
				t.Fatal(err)
			}
		}
		if m.touched != 3 {
			t.Errorf("last seen was written %d times", m.touched)
		}
		c.advance(3*time.Hour + time.Second)
		ends(t, s, in.Token)
	})
	t.Run("revoked", func(t *testing.T) {
		t.Parallel()
		s, _, _, in := open(t)
		if err := s.Revoke(ctx, Principal{User: in.User}, in.Session.ID); err != nil {
			t.Fatal(err)
		}
		ends(t, s, in.Token)
	})
	t.Run("account closed", func(t *testing.T) {
		t.Parallel()
		s, m, c, in := open(t)
		u := in.User
		u.DisabledAt = c.now()
		m.users[u.ID] = u
		ends(t, s, in.Token)
	})
	t.Run("seen again within a minute", func(t *testing.T) {
		t.Parallel()
		s, m, c, in := open(t)
		c.advance(59 * time.Second)
		if _, _, err := s.Authenticate(ctx, in.Token, ""); err != nil || m.touched != 0 {
			t.Errorf("last seen is kept to the minute: %v, %d", err, m.touched)
		}
	})
}

func TestSessions_OthersOnlyForAdministrators(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, _, _, u := setUp(t)
	in, err := s.SignIn(ctx, SignIn{Login: "li.na", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	other := Principal{User: User{ID: uuid.New(), Roles: []Role{RoleSupervisor}}}
	admin := Principal{User: User{ID: uuid.New(), Roles: []Role{RoleAdministrator}}}
	if _, err := s.Sessions(ctx, other, u.ID); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("a supervisor lists others' sessions: %v", err)
	}
	if err := s.Revoke(ctx, other, in.Session.ID); problem.CodeOf(err) != problem.CodeNotFound {
		t.Errorf("for others the session does not exist: %v", err)
	}
	if list, err := s.Sessions(ctx, admin, u.ID); err != nil || len(list) != 1 {
		t.Errorf("an administrator lists them: %v %v", list, err)
	}
	if err := s.Revoke(ctx, admin, in.Session.ID); err != nil {
		t.Error(err)
	}
	if list, err := s.Sessions(ctx, Principal{User: u}, uuid.Nil); err != nil || len(list) != 0 {
		t.Errorf("a revoked session is not listed: %v %v", list, err)
	}
}
