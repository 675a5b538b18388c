package evidence

import (
	"context"
	"errors"
	"hash/fnv"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Inspection verifies the running system on somebody's demand, one at a time.
// It may be used by many goroutines; each verification is one of its own, which
// Stop ends and awaits.
type Inspection struct {
	cfg   LiveConfig
	clock func() time.Time
	ended func(Inspected)

	mu      sync.Mutex
	running *Inspected
	last    *Inspected
	stopped bool
	cancel  context.CancelFunc
	wait    sync.WaitGroup
}

// Inspected is a verification: under way while EndedAt is zero.
type Inspected struct {
	By        uuid.UUID
	ByName    string
	Percent   int // of the recordings that are read as a whole
	StartedAt time.Time
	EndedAt   time.Time
	Report    *Report
	Err       error
}

// ErrRunning: a verification is under way.
var ErrRunning = errors.New("a verification is under way")

// NewInspection makes one; ended hears of every verification that came to its
// end, on its goroutine.
func NewInspection(cfg LiveConfig, clock func() time.Time, ended func(Inspected)) *Inspection {
	return &Inspection{cfg: cfg, clock: clock, ended: ended}
}

// Start begins to verify; read says which recordings are read as a whole.
func (i *Inspection) Start(by uuid.UUID, name string, percent int, read func(uuid.UUID) bool) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.running != nil || i.stopped {
		return ErrRunning
	}
	ctx, cancel := context.WithCancel(context.Background())
	i.cancel = cancel
	i.running = &Inspected{By: by, ByName: name, Percent: percent, StartedAt: i.clock().UTC()}
	run := *i.running
	i.wait.Go(func() {
		defer cancel()
		cfg := i.cfg
		cfg.ReadAudio = read
		run.Report, run.Err = Live(ctx, cfg)
		run.EndedAt = i.clock().UTC()
		i.mu.Lock()
		i.running, i.last = nil, &run
		i.mu.Unlock()
		i.ended(run)
	})
	return nil
}

// State gives the verification that is under way, and the last that ended on
// this instance; nil for none.
func (i *Inspection) State() (running, last *Inspected) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.running, i.last
}

// Stop ends a verification that is under way and waits for it.
func (i *Inspection) Stop() {
	i.mu.Lock()
	i.stopped = true
	if i.cancel != nil {
		i.cancel()
	}
	i.mu.Unlock()
	i.wait.Wait()
}

// Share chooses a part of the recordings, by their ids: the same part each time.
func Share(percent int) func(uuid.UUID) bool {
	return func(id uuid.UUID) bool {
		h := fnv.New32a()
		_, _ = h.Write(id[:]) // it never fails
		return h.Sum32()%100 < uint32(percent)
	}
}
