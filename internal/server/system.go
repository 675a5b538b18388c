package server

import (
	"context"
	"time"

	"huifang/internal/calendar"
	"huifang/signaling/sip"
	"huifang/signaling/wire"
)

// system says what works: for the strip of the page and the API.
type system struct {
	health *health
	agent  *sip.UserAgent
	days   *calendar.Service
	zone   *time.Location
	clock  func() time.Time
}

func (s *system) System(ctx context.Context) (wire.System, error) {
	now := s.clock()
	rec := s.health.RecorderHealth()
	st := s.health.uploader.Status()
	out := wire.System{
		Recorder: wire.Recorder{OK: rec.OK, Reason: rec.Reason},
		Storage: wire.Storage{Reachable: st.Reachable, WORM: string(st.WORM), ProbedAt: maybe(st.ProbedAt),
			Backlog: st.Backlog.Count, BacklogBytes: st.Backlog.Bytes, OldestAt: maybe(st.Backlog.Oldest)},
		Now: now.UTC(),
	}
	for _, t := range s.agent.Trunks() {
		out.Trunks = append(out.Trunks, wire.Trunk{Name: t.Name, State: string(t.State)})
	}
	cal, err := s.days.Calendar(ctx)
	if err != nil {
		return out, err
	}
	year := now.In(s.zone).Year()
	out.Calendar = wire.Calendar{YearAnnounced: cal.Announced(year), NextYearAnnounced: cal.Announced(year + 1)}
	out.Normalize()
	return out, nil
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
