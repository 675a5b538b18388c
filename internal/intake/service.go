package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
	"huifang/internal/problem"
)

// Days answers whether people work on a day; *calendar.Service satisfies it.
type Days interface {
	Calendar(ctx context.Context) (calendar.Calendar, error)
}

// Config is what a service is made of; all but Metrics are required.
type Config struct {
	Store   Store
	Days    Days
	Zone    *time.Location // of the house: where a week begins
	Clock   func() time.Time
	Logger  *slog.Logger
	Metrics *Metrics
}

// Service takes files in. It may be used by many goroutines.
type Service struct {
	store Store
	cfg   Config
}

// NewService needs every part but the metrics.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Days == nil || c.Zone == nil || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make intake service: store, days, zone, clock and logger are required")
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Service{store: c.Store, cfg: c}, nil
}

func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

func keeper(who access.Principal) error {
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return problem.Forbidden("supervisor_only", "only supervisors and administrators import")
	}
	return nil
}

// Upload is a file that is handed in.
type Upload struct {
	Kind   Kind
	Name   string
	FeedID uuid.UUID     // uuid.Nil: of no feed
	Week   calendar.Date // zero: the oldest week that the feed missed, else this one
	Raw    []byte
}

// Detail is a batch with its first rows as they were understood.
type Detail struct {
	Batch   Batch
	Preview []Preview
}

const (
	previewRows = 20
	maxName     = 200
	maxReason   = 500
)

// Take reads a file, keeps its rows, and checks them against the mapping that
// is guessed. Nothing else is changed. Rule C-22.
func (s *Service) Take(ctx context.Context, who access.Principal, in Upload) (Detail, error) {
	if err := keeper(who); err != nil {
		return Detail{}, err
	}
	now := s.now()
	b := Batch{ID: uuid.New(), Kind: in.Kind, Name: strings.TrimSpace(in.Name), FeedID: in.FeedID, State: Checked, CreatedAt: now, CreatedBy: who.User.ID, CreatedName: who.User.Name}
	if b.FeedID != uuid.Nil {
		f, err := s.store.Feed(ctx, b.FeedID)
		if problem.IsNotFound(err) {
			return Detail{}, problem.BadField("feed_id", "there is no such feed")
		}
		if err != nil {
			return Detail{}, fmt.Errorf("look up feed: %w", err)
		}
		if b.Kind != "" && b.Kind != f.Kind {
			return Detail{}, problem.BadField("kind", "the feed is of %s", f.Kind)
		}
		b.Kind, b.FeedName, b.Week = f.Kind, f.Name, s.weekFor(f, in.Week, now)
	}
	if !b.Kind.Known() {
		return Detail{}, problem.BadField("kind", "must be one of %v", Kinds())
	}
	if b.Name == "" || len(b.Name) > maxName {
		return Detail{}, problem.BadField("name", "must have 1 to %d bytes", maxName)
	}
	t, err := Read(in.Raw)
	if err != nil {
		return Detail{}, err
	}
	sum := sha256.Sum256(in.Raw)
	b.SHA256, b.Format, b.Header = hex.EncodeToString(sum[:]), t.Format, t.Header
	words, err := s.store.Words(ctx, b.Kind, b.FeedID)
	if err != nil {
		return Detail{}, fmt.Errorf("look up words of headers: %w", err)
	}
	b.Mapping = Guess(b.Kind, t.Header, words)
	b.Counts = Counts{Rows: len(t.Rows)}
	e := s.event(who, audit.ActionImportTaken, b, "", map[string]any{"kind": b.Kind, "name": b.Name, "rows": len(t.Rows), "sha256": b.SHA256, "feed": b.FeedName})
	if err := s.store.InsertBatch(ctx, b, t, e); err != nil {
		return Detail{}, fmt.Errorf("keep file: %w", err)
	}
	rows := make([]Row, len(t.Rows))
	for i, cells := range t.Rows {
		rows[i] = Row{Line: t.Lines[i], Cells: cells}
	}
	return s.checked(ctx, who, b, rows)
}

// Map chooses the columns and checks the rows again.
func (s *Service) Map(ctx context.Context, who access.Principal, id uuid.UUID, m Mapping) (Detail, error) {
	b, err := s.open(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	used := map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		col := m[name]
		if _, ok := b.Kind.field(name); !ok {
			return Detail{}, problem.BadField("mapping."+name, "is no field of %s", b.Kind)
		}
		if col < 0 || col >= len(b.Header) {
			return Detail{}, problem.BadField("mapping."+name, "must be a column from 0 to %d", len(b.Header)-1)
		}
		if other, twice := used[col]; twice {
			return Detail{}, problem.BadField("mapping."+name, "the column is taken by %s", other)
		}
		used[col] = name
	}
	b.Mapping = m
	rows, err := s.store.ImportRows(ctx, id, 0)
	if err != nil {
		return Detail{}, fmt.Errorf("read rows: %w", err)
	}
	return s.checked(ctx, who, b, rows)
}

// open gives a batch that is not applied yet.
func (s *Service) open(ctx context.Context, who access.Principal, id uuid.UUID) (Batch, error) {
	if err := keeper(who); err != nil {
		return Batch{}, err
	}
	b, err := s.store.ImportBatch(ctx, id)
	if err != nil {
		return Batch{}, fmt.Errorf("look up import: %w", err)
	}
	if b.State != Checked {
		return Batch{}, problem.Conflict("import_state", fmt.Sprintf("the import is %s", b.State))
	}
	return b, nil
}

// checked checks the rows, keeps what was found, and shows the first rows.
func (s *Service) checked(ctx context.Context, who access.Principal, b Batch, rows []Row) (Detail, error) {
	c, err := s.check(ctx, who, b, rows)
	if err != nil {
		return Detail{}, err
	}
	b.Counts, b.Problems = c.counts, c.problems
	if err := s.store.UpdateCheck(ctx, b); err != nil {
		return Detail{}, fmt.Errorf("keep check: %w", err)
	}
	return Detail{Batch: b, Preview: preview(b, rows[:min(len(rows), previewRows)], c)}, nil
}

// check loads what the rows refer to, and goes through them.
func (s *Service) check(ctx context.Context, who access.Principal, b Batch, rows []Row) (*checker, error) {
	c := &checker{kind: b.Kind, header: b.Header, mapping: b.Mapping, now: s.now(), by: who.User.ID, people: map[string]access.User{}, departments: map[string][]access.Department{},
		kinds: eventKinds(), sorts: customerKinds(), once: map[Once]string{}}
	codes := "customer_code"
	if b.Kind == Customers {
		codes = "code"
	}
	var err error
	if c.customers, err = s.store.CustomersByCode(ctx, texts(b, rows, codes)); err != nil {
		return nil, fmt.Errorf("look up customers: %w", err)
	}
	if err := s.dealings(ctx, c, b, rows); err != nil {
		return nil, err
	}
	if b.Kind == Customers {
		if err := s.people(ctx, c, b, rows); err != nil {
			return nil, err
		}
	}
	return c, c.check(ctx, rows)
}

func (s *Service) dealings(ctx context.Context, c *checker, b Batch, rows []Row) (err error) {
	key := func(k Kind) string {
		if b.Kind == k {
			return "key"
		}
		return map[Kind]string{Contracts: "contract_key", Equipment: "equipment_key"}[k]
	}
	if c.contracts, err = s.store.ContractsByKey(ctx, texts(b, rows, key(Contracts))); err == nil {
		c.equipment, err = s.store.EquipmentByKey(ctx, texts(b, rows, key(Equipment)))
	}
	if err == nil && (b.Kind == Deliveries || b.Kind == Events) {
		if c.events, err = s.store.EventsByKey(ctx, texts(b, rows, "key")); err == nil {
			c.once, err = s.store.EventsOnce(ctx, slices.Concat(ids(c.contracts, func(v dealing.Contract) uuid.UUID { return v.ID }), ids(c.equipment, func(v dealing.Equipment) uuid.UUID { return v.ID })))
		}
	}
	if err != nil {
		return fmt.Errorf("look up contracts, equipment and events: %w", err)
	}
	return nil
}

func ids[V any](m map[string]V, of func(V) uuid.UUID) []uuid.UUID {
	out := make([]uuid.UUID, 0, len(m))
	for _, v := range m {
		out = append(out, of(v))
	}
	return out
}

func (s *Service) people(ctx context.Context, c *checker, b Batch, rows []Row) error {
	for _, login := range texts(b, rows, "adviser_login") {
		u, _, err := s.store.UserByLogin(ctx, strings.ToLower(login))
		if problem.IsNotFound(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("look up adviser: %w", err)
		}
		if !u.Disabled() {
			c.people[strings.ToLower(login)] = u
		}
	}
	ds, err := s.store.Departments(ctx)
	if err != nil {
		return fmt.Errorf("list departments: %w", err)
	}
	for _, d := range ds {
		c.departments[d.Name] = append(c.departments[d.Name], d)
	}
	return nil
}

// texts gives the different texts of a field's column; nil where no column holds it.
func texts(b Batch, rows []Row, name string) []string {
	col, ok := b.Mapping[name]
	if !ok {
		return nil
	}
	seen := make(map[string]bool, len(rows))
	var out []string
	for _, r := range rows {
		if t := r.Cells[col]; t != "" && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

func preview(b Batch, rows []Row, c *checker) []Preview {
	actions := map[int]Action{}
	for _, it := range c.items {
		actions[it.Line] = it.Action
	}
	out := make([]Preview, len(rows))
	for i, r := range rows {
		p := Preview{Line: r.Line, Action: actions[r.Line], Values: map[string]string{}}
		for name, col := range b.Mapping {
			p.Values[name] = understood(name, r.Cells[col])
		}
		out[i] = p
	}
	return out
}

// understood is a text as it will be kept: days as days, telephone numbers masked (Rule S-01).
func understood(name, text string) string {
	switch {
	case text == "":
		return ""
	case name == "number" || strings.HasSuffix(name, "_phone"):
		if n, err := customer.ParseNumber(text); err == nil {
			return n.Masked()
		}
		return "•••"
	case strings.HasSuffix(name, "_on") || name == "cooling_off_until" || name == "contract_end" || name == "birthday":
		if d, ok := parseDay(text); ok {
			return d.String()
		}
	case name == "amount":
		if n, ok := parseCents(text); ok {
			return fmt.Sprintf("%d.%02d", n/100, n%100)
		}
	}
	return cut(text, 200)
}

func (s *Service) event(who access.Principal, action string, b Batch, reason string, detail map[string]any) audit.Event {
	return audit.Event{At: s.now(), ActorID: who.User.ID, Action: action, ObjectKind: "import", ObjectID: b.ID.String(), Rule: "C-22", Reason: reason, Detail: detail, IP: who.IP}
}
