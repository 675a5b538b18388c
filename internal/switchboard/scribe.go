package switchboard

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"huifang/internal/problem"
)

// scribe writes one call's facts to the ledger, in order, off the actor's
// goroutine. A write that fails is tried again until it succeeds or the scribe
// is abandoned: a database that is away delays the facts of a live call, it
// does not end the call, and nothing is written out of order.
type scribe struct {
	entries chan entry
	done    chan struct{}
	ctx     context.Context
	abandon context.CancelFunc
	logger  *slog.Logger
	metrics *Metrics
}

type entry struct {
	what    string
	write   func(context.Context) error
	written chan error // nil when nobody waits
	once    bool       // one try only: the waiting actor decides what a failure means
}

const (
	writeTimeout  = 5 * time.Second
	firstWait     = 100 * time.Millisecond
	longestWait   = 5 * time.Second
	scribeBacklog = 256 // a call makes some twenty entries
)

func newScribe(logger *slog.Logger, metrics *Metrics) *scribe {
	ctx, cancel := context.WithCancel(context.Background())
	s := &scribe{entries: make(chan entry, scribeBacklog), done: make(chan struct{}), ctx: ctx, abandon: cancel, logger: logger, metrics: metrics}
	go s.run()
	return s
}

// note queues a write that nobody waits for.
func (s *scribe) note(what string, write func(context.Context) error) {
	s.entries <- entry{what: what, write: write}
}

// must queues a write, waits for it and gives its error after one try.
func (s *scribe) must(what string, write func(context.Context) error) error {
	e := entry{what: what, write: write, written: make(chan error, 1), once: true}
	s.entries <- e
	return <-e.written
}

// flush waits until everything queued so far is written, at most for d.
func (s *scribe) flush(d time.Duration) bool {
	e := entry{what: "flush", write: func(context.Context) error { return nil }, written: make(chan error, 1)}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case s.entries <- e:
	case <-timer.C:
		return false
	}
	select {
	case <-e.written:
		return true
	case <-timer.C:
		return false
	}
}

// close ends the scribe after its last entry. Done is closed then.
func (s *scribe) close() { close(s.entries) }

func (s *scribe) run() {
	defer close(s.done)
	defer s.abandon()
	for e := range s.entries {
		err := s.write(e)
		if e.written != nil {
			e.written <- err
		}
	}
}

// Permanent reports whether trying again cannot help: the ledger understood
// the fact and refused it. It must not hold up the facts that follow.
func Permanent(err error) bool {
	var p *problem.Error
	return errors.As(err, &p) && p.Code != problem.CodeUnavailable && p.Code != problem.CodeInternal
}

func (s *scribe) write(e entry) error {
	wait := firstWait
	for {
		ctx, cancel := context.WithTimeout(s.ctx, writeTimeout)
		err := e.write(ctx)
		cancel()
		if err == nil || e.once {
			return err
		}
		if Permanent(err) {
			s.logger.Error("ledger refused a fact", "what", e.what, "error", err)
			return err
		}
		s.metrics.ledgerRetry()
		s.logger.Warn("ledger write put off", "what", e.what, "error", err, "wait_ms", wait.Milliseconds())
		select {
		case <-time.After(wait):
		case <-s.ctx.Done():
			s.logger.Error("ledger write abandoned", "what", e.what, "error", err)
			return err
		}
		wait = min(2*wait, longestWait)
	}
}
