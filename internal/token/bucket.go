package token

import "time"

// bucket lets a token ask PerMinute times a minute, and a minute's worth at
// once after a pause.
type bucket struct {
	left float64
	at   time.Time
}

// take uses up one request of this instance's share; without one left it says
// when there will be.
func (s *Service) take(t Token, now time.Time) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[t.ID]
	if b == nil {
		b = &bucket{left: float64(t.PerMinute), at: now}
		s.buckets[t.ID] = b
	}
	perSecond := float64(t.PerMinute) / 60
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.left, b.at = min(float64(t.PerMinute), b.left+passed*perSecond), now
	}
	if b.left < 1 {
		return now.Add(time.Duration((1 - b.left) / perSecond * float64(time.Second))), false
	}
	b.left--
	return time.Time{}, true
}
