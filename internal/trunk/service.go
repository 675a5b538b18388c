package trunk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Config is what a service is made of. All but Keys is required; without keys
// no password can be set in the page.
type Config struct {
	Store Store
	Keys  *Keys
	// Apply makes the telephone side work with these trunks.
	Apply func(ctx context.Context, list []Live) error
	// MayProbe says whether a number may be dialled; its error is a problem.
	MayProbe func(number string) error
	// Probe makes a test call in the background and calls ended once, before the
	// recording is sealed.
	Probe    func(c ProbeCall, ended func(ProbeEnd))
	Instance string
	Clock    func() time.Time
	Logger   *slog.Logger
}

// Service is what administrators do with trunks. It may be used by many goroutines.
type Service struct {
	cfg Config

	mu     sync.Mutex        // one change and its application at a time
	secret map[string]string // passwords of the configuration file, by name
}

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Apply == nil || c.MayProbe == nil || c.Probe == nil || c.Instance == "" || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make trunk service: every part but keys is required")
	}
	return &Service{cfg: c}, nil
}

func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

// Start brings the table in step with the configuration file, seals passwords
// anew that an older key had sealed, and applies the result. The trunks of the
// file are written over but for what only the page says; those that the file no
// longer names are removed. Their passwords stay in their files.
func (s *Service) Start(ctx context.Context, configured []Live) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret = map[string]string{}
	if err := s.recoverProbes(ctx); err != nil {
		return err
	}
	rows, err := s.cfg.Store.TrunkRows(ctx)
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for i, c := range configured {
		named[c.Name] = true
		s.secret[c.Name] = c.Password
		if err := s.seed(ctx, rows, c, i); err != nil {
			return fmt.Errorf("put trunk %s of the configuration in: %w", c.Name, err)
		}
	}
	for _, r := range rows {
		switch {
		case r.Source == SourceConfig && !named[r.Name]:
			e := s.event(access.Principal{}, audit.ActionTrunkRemoved, r.Trunk, map[string]any{"name": r.Name, "reason": "not_in_configuration"})
			if err := s.cfg.Store.RemoveTrunk(ctx, r.ID, s.now(), e); err != nil {
				return err
			}
		case len(r.Password.Box) > 0 && !named[r.Name]:
			if err := s.reseal(ctx, r); err != nil {
				return err
			}
		}
	}
	return s.apply(ctx)
}

// seed writes one trunk of the file.
func (s *Service) seed(ctx context.Context, rows []Row, c Live, place int) error {
	if wrong := Check(c.Settings); len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	now := s.now()
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Name == c.Name })
	if i < 0 {
		r := Row{Trunk: Trunk{ID: uuid.New(), Source: SourceConfig, CreatedAt: now, UpdatedAt: now, Settings: c.Settings}}
		r.Enabled, r.Priority, r.Weight = true, place*10, 1 // in the file's order, Rule T-07
		return s.cfg.Store.InsertTrunk(ctx, r, s.event(access.Principal{}, audit.ActionTrunkCreated, r.Trunk, map[string]any{"after": described(r.Settings), "source": string(SourceConfig)}))
	}
	r := rows[i]
	next := c.Settings
	keepPageOnly(&next, r.Settings)
	diff := changes(r.Settings, next)
	if len(diff) == 0 && r.Source == SourceConfig && len(r.Password.Box) == 0 {
		return nil
	}
	was := r.UpdatedAt
	r.Settings, r.Source, r.UpdatedAt, r.Password = next, SourceConfig, now, Sealed{}
	return s.cfg.Store.UpdateTrunk(ctx, r, was, s.event(access.Principal{}, audit.ActionTrunkChanged, r.Trunk, diff))
}

// keepPageOnly puts into a trunk of the file what only the page says.
func keepPageOnly(s *Settings, page Settings) {
	s.Enabled, s.Priority, s.Weight = page.Enabled, page.Priority, page.Weight
	s.MaxCalls, s.CallsPerSecond, s.ProbeNumber, s.Rewrites = page.MaxCalls, page.CallsPerSecond, page.ProbeNumber, page.Rewrites
}

func (s *Service) reseal(ctx context.Context, r Row) error {
	if s.cfg.Keys == nil || s.cfg.Keys.Current(r.Password) {
		return nil
	}
	word, err := s.cfg.Keys.Open(r.ID, r.Password)
	if err != nil {
		s.cfg.Logger.Error("password of a trunk cannot be opened", "trunk", r.Name, "error", err)
		return nil // the trunk is left out below, the others work
	}
	if r.Password, err = s.cfg.Keys.Seal(r.ID, word); err != nil {
		return err
	}
	was := r.UpdatedAt
	r.UpdatedAt = s.now()
	return s.cfg.Store.UpdateTrunk(ctx, r, was, s.event(access.Principal{}, audit.ActionTrunkChanged, r.Trunk, map[string]any{"password": "sealed_with_new_key", "key": r.Password.KeyID}))
}

// List gives all trunks by priority and name.
func (s *Service) List(ctx context.Context) ([]Trunk, error) {
	rows, err := s.cfg.Store.TrunkRows(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Trunk, 0, len(rows))
	for _, r := range rows {
		out = append(out, s.shown(r))
	}
	slices.SortStableFunc(out, func(a, b Trunk) int { return a.Priority - b.Priority })
	return out, nil
}

func (s *Service) shown(r Row) Trunk {
	t := r.Trunk
	t.HasPassword = len(r.Password.Box) > 0 || s.secret[t.Name] != ""
	return t
}

// Create makes a trunk. It is used from the next call on.
func (s *Service) Create(ctx context.Context, who access.Principal, in Settings, password string) (Trunk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	in.Name = strings.TrimSpace(in.Name)
	wrong := Check(in)
	if password != "" && s.cfg.Keys == nil {
		wrong = append(wrong, noKey())
	}
	if len(wrong) > 0 {
		return Trunk{}, problem.Invalid(wrong...)
	}
	r := Row{Trunk: Trunk{ID: uuid.New(), Source: SourcePage, CreatedAt: now, UpdatedAt: now, Settings: in}}
	detail := map[string]any{"after": described(in)}
	if password != "" {
		var err error
		if r.Password, err = s.cfg.Keys.Seal(r.ID, password); err != nil {
			return Trunk{}, err
		}
		detail["password"] = "set"
	}
	if err := s.cfg.Store.InsertTrunk(ctx, r, s.event(who, audit.ActionTrunkCreated, r.Trunk, detail)); err != nil {
		return Trunk{}, err
	}
	return s.shown(r), s.apply(ctx)
}

// Change replaces what is said about a trunk. password nil leaves it as it is,
// "" takes it away. Of a trunk of the configuration file only what the file
// does not say can be changed.
func (s *Service) Change(ctx context.Context, who access.Principal, id uuid.UUID, in Settings, password *string) (Trunk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.row(ctx, id)
	if err != nil {
		return Trunk{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	wrong := Check(in)
	if password != nil && *password != "" && s.cfg.Keys == nil {
		wrong = append(wrong, noKey())
	}
	if len(wrong) > 0 {
		return Trunk{}, problem.Invalid(wrong...)
	}
	if r.Source == SourceConfig {
		named := r.Settings
		keepPageOnly(&named, in)
		if password != nil || len(changes(named, in)) > 0 {
			return Trunk{}, problem.Conflict("from_configuration", "this is said in the configuration file and is changed there")
		}
	}
	detail := changes(r.Settings, in)
	if password != nil {
		detail["password"] = "changed"
		if r.Password, err = s.sealed(id, *password); err != nil {
			return Trunk{}, err
		}
	}
	if len(detail) == 0 {
		return s.shown(r), nil
	}
	was := r.UpdatedAt
	r.Settings, r.UpdatedAt = in, s.now()
	if err := s.cfg.Store.UpdateTrunk(ctx, r, was, s.event(who, audit.ActionTrunkChanged, r.Trunk, detail)); err != nil {
		return Trunk{}, err
	}
	return s.shown(r), s.apply(ctx)
}

func (s *Service) sealed(id uuid.UUID, password string) (Sealed, error) {
	if password == "" {
		return Sealed{}, nil
	}
	return s.cfg.Keys.Seal(id, password)
}

// Remove takes a trunk out; its live calls go on. One of the configuration file
// can only be switched off.
func (s *Service) Remove(ctx context.Context, who access.Principal, id uuid.UUID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.row(ctx, id)
	if err != nil {
		return err
	}
	if r.Source == SourceConfig {
		return problem.Conflict("from_configuration", "the trunk is named in the configuration file; switch it off, or take it out there")
	}
	e := s.event(who, audit.ActionTrunkRemoved, r.Trunk, map[string]any{"before": described(r.Settings)})
	if err := s.cfg.Store.RemoveTrunk(ctx, id, s.now(), e); err != nil {
		return err
	}
	return s.apply(ctx)
}

func (s *Service) row(ctx context.Context, id uuid.UUID) (Row, error) {
	rows, err := s.cfg.Store.TrunkRows(ctx)
	if err != nil {
		return Row{}, err
	}
	if i := slices.IndexFunc(rows, func(r Row) bool { return r.ID == id }); i >= 0 {
		return rows[i], nil
	}
	return Row{}, problem.NotFound("trunk")
}

// apply hands the trunks that are on to the telephone side.
func (s *Service) apply(ctx context.Context) error {
	rows, err := s.cfg.Store.TrunkRows(ctx)
	if err != nil {
		return err
	}
	var live []Live
	for _, r := range rows {
		if !r.Enabled {
			continue
		}
		word := s.secret[r.Name]
		if len(r.Password.Box) > 0 {
			if s.cfg.Keys == nil {
				err = ErrNoKey
			} else {
				word, err = s.cfg.Keys.Open(r.ID, r.Password)
			}
			if err != nil {
				s.cfg.Logger.Error("trunk left out: its password cannot be opened", "trunk", r.Name, "error", err)
				continue
			}
		}
		live = append(live, Live{Trunk: s.shown(r), Password: word})
	}
	slices.SortStableFunc(live, func(a, b Live) int { return a.Priority - b.Priority })
	if err := s.cfg.Apply(ctx, live); err != nil {
		return fmt.Errorf("apply trunks: %w", err)
	}
	return nil
}

func noKey() problem.Field {
	return problem.Field{Location: "password", Message: "cannot be kept: there is no key file (secrets.key_file)"}
}

func (s *Service) event(who access.Principal, action string, t Trunk, detail map[string]any) audit.Event {
	return audit.Event{At: s.now(), ActorID: who.User.ID, Action: action, ObjectKind: "trunk", ObjectID: t.ID.String(), Detail: maps.Clone(detail), IP: who.IP}
}
