package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Config is what a service is made of. Everything but Metrics is required.
type Config struct {
	Store    Store
	Objects  Objects
	Instance string
	// Every is the time between two runs that come by themselves; 0: none do.
	Every time.Duration
	// ReadPercent is the share that is read as a whole.
	ReadPercent int
	Clock       func() time.Time
	Logger      *slog.Logger
	Metrics     *Metrics
}

const (
	// back is what a run that comes by itself looks at.
	back = 31 * 24 * time.Hour
	// behind is how far it stays behind now, so that calls come to their end.
	behind = 10 * time.Minute
	// longest is the period that may be asked for.
	longest   = 400 * 24 * time.Hour
	lookEvery = 5 * time.Minute
	pageSize  = 50
)

// Service makes runs and keeps items. It may be used by many goroutines.
type Service struct {
	cfg    Config
	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu      sync.Mutex
	running bool
}

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Objects == nil || c.Instance == "" || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make reconciliation: every part is required")
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Service{cfg: c, ctx: ctx, cancel: cancel}, nil
}

// Start waits for the runs that come by themselves.
func (s *Service) Start() {
	s.wait.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			s.count()
			if s.cfg.Every > 0 {
				now := s.cfg.Clock()
				_ = s.begin(s.ctx, Run{From: now.Add(-back), To: now.Add(-behind)}, s.cfg.Every) // one is under way, or it is logged
			}
			select {
			case <-s.ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
}

// Stop ends what is under way and waits for it.
func (s *Service) Stop() {
	s.cancel()
	s.wait.Wait()
}

// Begin begins a run that somebody asks for; [Service.Overview] has its result.
func (s *Service) Begin(ctx context.Context, who access.Principal, from, to time.Time) error {
	if !who.Has(access.RoleRecordsHead, access.RoleAuditor, access.RoleAdministrator) {
		return problem.Forbidden("role", "only the records head, auditors and administrators compare")
	}
	if !from.Before(to) || to.Sub(from) > longest {
		return problem.BadField("to", "must come after from, by at most 400 days")
	}
	return s.begin(ctx, Run{From: from, To: to, AskedBy: who.User.ID}, 0)
}

func (s *Service) begin(ctx context.Context, r Run, gap time.Duration) error {
	s.mu.Lock()
	busy := s.running
	s.running = true
	s.mu.Unlock()
	if busy {
		return problem.Conflict("reconciliation_running", "a comparison is under way")
	}
	r.ID, r.Instance, r.StartedAt = uuid.New(), s.cfg.Instance, s.cfg.Clock()
	ok, err := s.cfg.Store.OpenRun(ctx, r, gap)
	if err != nil || !ok || s.ctx.Err() != nil {
		s.done()
		if err != nil && ctx.Err() == nil {
			s.cfg.Logger.Warn("comparison not begun", "error", err)
		}
		return err
	}
	s.wait.Go(func() {
		defer s.done()
		s.run(r)
	})
	return nil
}

func (s *Service) done() {
	s.mu.Lock()
	s.running = false
	s.mu.Unlock()
}

func (s *Service) run(r Run) {
	c := &comparison{Run: r, cfg: &s.cfg}
	err := c.compare(s.ctx)
	if s.ctx.Err() != nil {
		return // shown as not ended
	}
	c.EndedAt, c.Run.Found = s.cfg.Clock(), int64(len(c.found))
	if err != nil {
		c.Error = err.Error()
		s.cfg.Logger.Warn("comparison could not look at everything", "error", err)
	}
	if err := s.cfg.Store.EndRun(s.ctx, c.Run, c.found); err != nil {
		s.cfg.Logger.Error("comparison not kept", "error", err)
	}
	s.cfg.Logger.Info("compared", "calls", c.Calls, "recordings", c.Recordings, "objects", c.Objects, "read", c.Read, "differences", len(c.found))
	s.cfg.Metrics.ran(c.Run, err)
	s.count()
}

// count shows the open items.
func (s *Service) count() {
	open, err := s.cfg.Store.OpenItems(s.ctx)
	if err == nil {
		s.cfg.Metrics.items(open)
	}
}

// Overview is what the page shows first.
type Overview struct {
	Runs    []Run // newest first
	Open    map[Kind]int64
	Running bool // on this instance
}

// Overview gives the last runs and counts the open items.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	if o.Runs, err = s.cfg.Store.Runs(ctx, 10); err != nil {
		return o, fmt.Errorf("list runs: %w", err)
	}
	if o.Open, err = s.cfg.Store.OpenItems(ctx); err != nil {
		return o, fmt.Errorf("count items: %w", err)
	}
	s.mu.Lock()
	o.Running = s.running
	s.mu.Unlock()
	return o, nil
}

// Items gives a page of items; more says that another follows.
func (s *Service) Items(ctx context.Context, q Query) (items []Item, more bool, err error) {
	if q.Limit <= 0 || q.Limit > 200 {
		q.Limit = pageSize
	}
	if items, err = s.cfg.Store.Items(ctx, q); err != nil {
		return nil, false, fmt.Errorf("list items: %w", err)
	}
	if more = len(items) > q.Limit; more {
		items = items[:q.Limit]
	}
	return items, more, nil
}

// Close closes an item with a reason, which stands.
func (s *Service) Close(ctx context.Context, who access.Principal, id uuid.UUID, reason string) error {
	if !who.Has(access.RoleRecordsHead) {
		return problem.Forbidden("role", "only the records head closes a difference")
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return problem.BadField("reason", "says why this is in order now")
	}
	err := s.cfg.Store.CloseItem(ctx, id, who.User.ID, reason, audit.Event{At: s.cfg.Clock(), ActorID: who.User.ID, IP: who.IP,
		Action: audit.ActionDifferenceClosed, ObjectKind: "reconcile_item", ObjectID: id.String(), Rule: "T-02", Reason: reason})
	if err == nil {
		s.count()
	}
	return err
}
