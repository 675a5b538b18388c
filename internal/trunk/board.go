package trunk

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// ErrFull says that a trunk carries as many calls as it may, or takes no more
// in this second.
var ErrFull = errors.New("trunk is full")

// askAgain is when a trunk with all its calls taken is worth asking again: a
// call's end is not known beforehand.
const askAgain = 10 * time.Second

// Board chooses the trunk of a call and keeps the limits.
type Board struct {
	clock   func() time.Time
	metrics *Metrics

	mu    sync.Mutex
	rand  *rand.Rand
	lines map[string]*entry
}

// entry is a trunk on the board. One that is taken out stays until its last call ends.
type entry struct {
	Settings
	listed bool
	calls  int
	tokens float64 // of the bucket; it holds a second's calls, at least one
	filled time.Time
	tally  tally
}

// NewBoard makes an empty board. seed makes the choice by weight repeatable.
func NewBoard(clock func() time.Time, seed uint64, m *Metrics) *Board {
	return &Board{clock: clock, metrics: m, rand: rand.New(rand.NewPCG(seed, seed)), lines: map[string]*entry{}}
}

// Set replaces what the board knows; calls that are up keep their places.
func (b *Board) Set(list []Settings) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.lines {
		e.listed = false
	}
	for _, s := range list {
		e := b.lines[s.Name]
		if e == nil {
			e = &entry{tokens: depth(s.CallsPerSecond), filled: b.clock()}
			b.lines[s.Name] = e
			b.metrics.begin(s.Name)
		}
		e.Settings, e.listed = s, true
		e.tokens = min(e.tokens, depth(s.CallsPerSecond))
	}
	b.sweep()
}

// sweep forgets trunks that are gone and carry nothing.
func (b *Board) sweep() {
	for name, e := range b.lines {
		if !e.listed && e.calls == 0 {
			delete(b.lines, name)
			b.metrics.end(name)
		}
	}
}

func depth(rate float64) float64 { return max(1, rate) }

// fill adds the tokens of the time since the last look.
func (e *entry) fill(now time.Time) {
	if gone := now.Sub(e.filled); gone > 0 {
		e.tokens = min(depth(e.CallsPerSecond), e.tokens+gone.Seconds()*e.CallsPerSecond)
	}
	e.filled = now
}

// room says whether one more call may go now, and if not when to ask again.
func (e *entry) room(now time.Time) (ok bool, again time.Time) {
	if e.MaxCalls > 0 && e.calls >= e.MaxCalls {
		return false, now.Add(askAgain)
	}
	if e.CallsPerSecond <= 0 {
		return true, time.Time{}
	}
	e.fill(now)
	if e.tokens >= 1 {
		return true, time.Time{}
	}
	return false, now.Add(time.Duration((1 - e.tokens) / e.CallsPerSecond * float64(time.Second)))
}

// Choose gives the trunks that may take a call now, in the order in which they
// are to be tried (Rule T-07). up tells whether one is usable at all.
func (b *Board) Choose(up func(name string) bool) []Settings {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	var sound, failing []*entry
	for _, e := range b.listed() {
		if !up(e.Name) {
			continue
		}
		if ok, _ := e.room(now); !ok {
			b.metrics.passedOver.WithLabelValues(e.Name).Inc()
			continue
		}
		if e.tally.degraded(now) {
			failing = append(failing, e)
		} else {
			sound = append(sound, e)
		}
	}
	var out []Settings
	for _, group := range [][]*entry{sound, failing} {
		for _, e := range b.order(group) {
			out = append(out, e.Settings)
		}
	}
	return out
}

// List gives all trunks that are on, by priority and name.
func (b *Board) List() []Settings {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []Settings
	for _, e := range b.listed() {
		out = append(out, e.Settings)
	}
	return out
}

// listed is in the order of priority, then name, so that a seed gives one result.
func (b *Board) listed() []*entry {
	var out []*entry
	for _, e := range b.lines {
		if e.listed {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(x, y *entry) int {
		return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.Name, y.Name))
	})
	return out
}

// order puts trunks of one priority in the random order of RFC 2782: each place
// goes to one of those left, with a chance by its weight. Weight 0 comes last.
func (b *Board) order(in []*entry) []*entry {
	out := make([]*entry, 0, len(in))
	for len(in) > 0 {
		n := 1
		for n < len(in) && in[n].Priority == in[0].Priority {
			n++
		}
		left := slices.Clone(in[:n])
		in = in[n:]
		for len(left) > 0 {
			sum := 0
			for _, e := range left {
				sum += e.Weight
			}
			i := 0
			if sum > 0 {
				for at := b.rand.IntN(sum); at >= left[i].Weight; i++ {
					at -= left[i].Weight
				}
			}
			out = append(out, left[i])
			left = slices.Delete(left, i, i+1)
		}
	}
	return out
}

// Room says whether any usable trunk would take a call now. When all that are
// up are full, usable is true and again is when the first is worth asking.
func (b *Board) Room(up func(name string) bool) (usable, free bool, again time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	for _, e := range b.listed() {
		if !up(e.Name) {
			continue
		}
		usable = true
		ok, at := e.room(now)
		if ok {
			return true, true, time.Time{}
		}
		if again.IsZero() || at.Before(again) {
			again = at
		}
	}
	return usable, false, again
}

// Take reserves a place and a token for one INVITE. ErrFull means that none may
// be sent. release gives the place back; it may be called several times.
func (b *Board) Take(name string) (release func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.lines[name]
	if e == nil || !e.listed {
		return nil, errors.New("trunk is not there")
	}
	if ok, _ := e.room(b.clock()); !ok {
		b.metrics.passedOver.WithLabelValues(name).Inc()
		return nil, ErrFull
	}
	if e.CallsPerSecond > 0 {
		e.tokens--
	}
	e.calls++
	b.metrics.calls.WithLabelValues(name).Set(float64(e.calls))
	var once sync.Once
	return func() {
		once.Do(func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			e.calls--
			b.metrics.calls.WithLabelValues(name).Set(float64(e.calls))
			b.sweep()
		})
	}, nil
}

// Standing is how a trunk does on the board.
type Standing struct {
	Calls    int
	Degraded bool
}

// Standing of a trunk; zero for one that is not there.
func (b *Board) Standing(name string) Standing {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.lines[name]
	if e == nil {
		return Standing{}
	}
	return Standing{Calls: e.calls, Degraded: e.tally.degraded(b.clock())}
}

// Note learns how an attempt ended. failed: the trunk, not the customer, was
// the reason, and nothing had rung.
func (b *Board) Note(name string, failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.lines[name]; e != nil {
		now := b.clock()
		e.tally.note(now, failed)
		b.metrics.degraded.WithLabelValues(name).Set(map[bool]float64{true: 1}[e.tally.degraded(now)])
	}
}

// Refused counts a number that came as far as the INVITE and may not be dialled.
func (b *Board) Refused(class string) { b.metrics.refused.WithLabelValues(class).Inc() }
