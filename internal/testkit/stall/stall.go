// Package stall tells when the machine, not the product, stood still: a
// goroutine that wants to wake every few milliseconds writes down when it could
// not. A test that compares sound second by second asks it how many seconds it
// may have lost, so that it stays strict on a machine with time to spare and
// means something on one without.
//
// It sees what hits the whole process (a busy machine, the race detector, too
// many tests at once), not what hits one goroutine: a lock held too long in the
// product is no stall.
package stall

import (
	"sync"
	"time"
)

const (
	beat = 5 * time.Millisecond
	// Long is what counts: as long as a few packets, when senders begin to skip
	// and buffers to run over.
	Long = 40 * time.Millisecond
)

// Watch counts stalls from its start on. It may be asked from anywhere.
type Watch struct {
	stop chan struct{}
	done chan struct{}

	mu    sync.Mutex
	count int
	total time.Duration
	seen  []seen
}

type seen struct {
	at   time.Time
	late time.Duration
}

// Start begins to watch; Stop ends it.
func Start() *Watch {
	w := &Watch{stop: make(chan struct{}), done: make(chan struct{})}
	go w.run()
	return w
}

// Stop ends the watch and waits for its goroutine.
func (w *Watch) Stop() {
	close(w.stop)
	<-w.done
}

// Seen is how many stalls there were and how long they took together.
func (w *Watch) Seen() (stalls int, total time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count, w.total
}

// Longest is the longest stall that ended within a time.
func (w *Watch) Longest(from, to time.Time) (longest time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.seen {
		if !s.at.Before(from) && s.at.Add(-s.late).Before(to) {
			longest = max(longest, s.late)
		}
	}
	return longest
}

func (w *Watch) run() {
	defer close(w.done)
	timer := time.NewTimer(beat)
	defer timer.Stop()
	for last := time.Now(); ; last = time.Now() {
		timer.Reset(beat)
		select {
		case <-w.stop:
			return
		case <-timer.C:
		}
		w.beat(time.Since(last) - beat)
	}
}

func (w *Watch) beat(late time.Duration) {
	if late < Long {
		return
	}
	w.mu.Lock()
	w.count, w.total = w.count+1, w.total+late
	w.seen = append(w.seen, seen{time.Now(), late})
	w.mu.Unlock()
}
