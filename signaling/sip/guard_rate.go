package sip

import (
	"net/netip"
	"sync"
	"time"
)

// sourceRates holds how much each address may still send. It is bounded: a
// trunk's sources may be a whole network.
type sourceRates struct {
	mu     sync.Mutex
	byAddr map[netip.Addr]*sourceRate
}

// sourceRate is two token buckets that hold what two seconds may bring:
// requests, and the responses that our own requests ask for.
type sourceRate struct {
	requests, responses float64
	at                  time.Time
}

// allow takes one message off what a source may send.
func (g *guard) allow(from netip.Addr, request bool) bool {
	if g.rate == 0 {
		return true
	}
	now, rate := g.now(), float64(g.rate)
	s := &g.sources
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.byAddr[from]
	if r == nil {
		if len(s.byAddr) >= maxSources {
			s.forget(now)
		}
		r = &sourceRate{requests: 2 * rate, responses: 2 * responseFactor * rate, at: now}
		s.byAddr[from] = r
	}
	passed := max(0, now.Sub(r.at).Seconds())
	r.at = now
	r.requests = min(r.requests+passed*rate, 2*rate)
	r.responses = min(r.responses+passed*responseFactor*rate, 2*responseFactor*rate)
	left := &r.responses
	if request {
		left = &r.requests
	}
	if *left < 1 {
		return false
	}
	*left--
	return true
}

// forget drops the sources that have been quiet long enough to have their full
// rate again; when there are none, all: whoever floods from so many addresses
// cannot be told from the others.
func (s *sourceRates) forget(now time.Time) {
	for a, r := range s.byAddr {
		if now.Sub(r.at) > 2*time.Second {
			delete(s.byAddr, a)
		}
	}
	if len(s.byAddr) >= maxSources {
		clear(s.byAddr)
	}
}
