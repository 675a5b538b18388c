package duty

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"huifang/internal/calendar"
)

const (
	batch    = 1000             // customers, or duties to be opened, in one transaction
	workers  = 2                // of a round; they leave the other connections to people
	lookEach = 10 * time.Second // when nobody calls [Engine.Notify]
)

// Days answers for the working calendar; internal/calendar.Service satisfies it.
type Days interface {
	Calendar(ctx context.Context) (calendar.Calendar, error)
}

// EngineConfig is what an engine is made of. Metrics may be nil.
type EngineConfig struct {
	Work    Work
	Days    Days
	Clock   func() time.Time
	Logger  *slog.Logger
	Metrics *Metrics
}

// Engine finds what is owed and opens what is due, in one goroutine. Several
// instances may do so at once; what one leaves off another goes on with.
type Engine struct {
	cfg    EngineConfig
	moon   Moon
	wakeup chan struct{}
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// NewEngine makes one that does not run yet.
func NewEngine(c EngineConfig) (*Engine, error) {
	if c.Work == nil || c.Days == nil || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make duty engine: every part but metrics is required")
	}
	moon, err := ReadMoon()
	if err != nil {
		return nil, err
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Engine{cfg: c, moon: moon, wakeup: make(chan struct{}, 1)}, nil
}

// Start begins; Stop ends it.
func (e *Engine) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.wait.Go(func() { e.run(ctx) })
}

// Stop ends the goroutine and waits for it. What a batch had not committed stays
// to be done.
func (e *Engine) Stop() {
	if e.cancel != nil {
		e.cancel()
	}
	e.wait.Wait()
}

// Notify has the engine look at once.
func (e *Engine) Notify() {
	select {
	case e.wakeup <- struct{}{}:
	default:
	}
}

func (e *Engine) run(ctx context.Context) {
	tick := time.NewTicker(lookEach)
	defer tick.Stop()
	for {
		if _, err := e.Round(ctx); err != nil && ctx.Err() == nil {
			e.cfg.Metrics.failed()
			e.cfg.Logger.WarnContext(ctx, "duties not evaluated", "rule", "R-03", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-e.wakeup:
		}
	}
}

// Round looks at every customer that is to be looked at, and opens what is due.
// It may be called while another round is under way.
func (e *Engine) Round(ctx context.Context) (total Tally, err error) {
	began := time.Now()
	total, customers, err := e.shards(ctx)
	if err != nil {
		return total, err
	}
	for {
		n, err := e.cfg.Work.OpenDuties(ctx, e.now(), batch)
		if err != nil {
			return total, fmt.Errorf("open duties: %w", err)
		}
		total.Opened += n
		e.cfg.Metrics.opened(n)
		if n < batch {
			break
		}
	}
	signals, opening, err := e.cfg.Work.DutyBacklog(ctx, e.now())
	if err != nil {
		return total, fmt.Errorf("count backlog: %w", err)
	}
	e.cfg.Metrics.round(e.now(), signals, opening)
	if customers > 0 || total.Opened > 0 {
		e.cfg.Logger.InfoContext(ctx, "duties evaluated", "customers", customers, "made", total.Made, "moved", total.Moved, "withdrawn", total.Withdrawn,
			"opened", total.Opened, "duration_ms", time.Since(began).Milliseconds())
	}
	return total, nil
}

// shards evaluates all of them, a few at a time, and waits for the end.
func (e *Engine) shards(ctx context.Context) (total Tally, customers int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wait sync.WaitGroup
		mu   sync.Mutex
		next = make(chan int, Shards)
	)
	for shard := range Shards {
		next <- shard
	}
	close(next)
	for range workers {
		wait.Go(func() {
			for shard := range next {
				for {
					r, failure := e.evaluate(ctx, shard)
					mu.Lock()
					total.Add(r.Tally)
					customers += r.Customers
					if failure != nil && err == nil {
						err = failure
						cancel()
					}
					mu.Unlock()
					e.cfg.Metrics.evaluated(r)
					if failure != nil || r.Customers == 0 || r.Busy {
						break
					}
				}
			}
		})
	}
	wait.Wait()
	return total, customers, err
}

func (e *Engine) now() time.Time { return e.cfg.Clock().UTC().Truncate(time.Microsecond) }

func (e *Engine) evaluate(ctx context.Context, shard int) (Round, error) {
	// Rules and calendar are read for each batch: a change that signalled a
	// customer was committed before the signal could be taken. They are read
	// before the batch begins, so a later change signals again.
	rules, err := e.cfg.Work.DutyRules(ctx)
	if err != nil {
		return Round{}, fmt.Errorf("read rules: %w", err)
	}
	cal, err := e.cfg.Days.Calendar(ctx)
	if err != nil {
		return Round{}, fmt.Errorf("read calendar: %w", err)
	}
	p, now := Planner{Calendar: cal, Moon: e.moon}, e.now()
	r, err := e.cfg.Work.EvaluateDuties(ctx, shard, now, batch, func(fs []Facts) []Decision {
		out := make([]Decision, len(fs))
		for i, f := range fs {
			out[i] = p.Decide(rules, f, now)
		}
		return out
	})
	if err != nil {
		return Round{}, fmt.Errorf("evaluate shard %d: %w", shard, err)
	}
	return r, nil
}

// Decide says what is to be done about a customer now.
func (p Planner) Decide(rules []Rule, f Facts, now time.Time) Decision {
	today := calendar.DateOf(now.In(f.Zone))
	owed, wake := p.Plan(rules, f, Window{From: today, Until: today.AddDays(Horizon)})
	d := Decision{CustomerID: f.ID, Zone: f.Zone, Changes: Reconcile(owed, f.Duties, rules, today)}
	if !wake.IsZero() {
		d.Wake = midnight(wake, f.Zone)
	}
	return d
}
