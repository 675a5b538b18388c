package callback

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// rateSpan is what an agent's dials are counted over.
const rateSpan = time.Minute

// dialRate limits the dials of each agent. It remembers those of the last
// minute, of this instance.
type dialRate struct {
	limit int // 0: none

	mu    sync.Mutex
	dials map[uuid.UUID][]time.Time
}

// until is when the agent may dial again; zero: now.
func (d *dialRate) until(agent uuid.UUID, now time.Time) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	recent := d.recent(agent, now)
	if d.limit <= 0 || len(recent) < d.limit {
		return time.Time{}
	}
	return recent[len(recent)-d.limit].Add(rateSpan)
}

func (d *dialRate) note(agent uuid.UUID, now time.Time) {
	if d.limit <= 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dials[agent] = append(d.recent(agent, now), now)
}

// recent drops what is older than the span.
func (d *dialRate) recent(agent uuid.UUID, now time.Time) []time.Time {
	all := d.dials[agent]
	for len(all) > 0 && now.Sub(all[0]) >= rateSpan {
		all = all[1:]
	}
	if len(all) == 0 {
		delete(d.dials, agent)
		return nil
	}
	d.dials[agent] = all
	return all
}
