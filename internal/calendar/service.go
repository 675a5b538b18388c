package calendar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Service gives the calendar with its overrides and lets administrators change
// it. It may be used by many goroutines.
type Service struct {
	base  Calendar
	store Store
	clock func() time.Time
}

// NewService reads the vendored data once.
func NewService(store Store, clock func() time.Time) (*Service, error) {
	if store == nil || clock == nil {
		return nil, errors.New("make calendar service: store and clock are required")
	}
	base, err := Vendored()
	if err != nil {
		return nil, err
	}
	return &Service{base: base, store: store, clock: clock}, nil
}

// Calendar gives the calendar as it stands now.
func (s *Service) Calendar(ctx context.Context) (Calendar, error) {
	days, err := s.store.CalendarDays(ctx)
	if err != nil {
		return Calendar{}, fmt.Errorf("read calendar days: %w", err)
	}
	return s.base.With(days), nil
}

// Notice says whether this year and the next have been announced.
type Notice struct {
	Year              int
	YearAnnounced     bool
	NextYearAnnounced bool
}

// Notice answers for the year of the house's clock.
func (s *Service) Notice(loc *time.Location) Notice {
	y := s.clock().In(loc).Year()
	return Notice{Year: y, YearAnnounced: s.base.Announced(y), NextYearAnnounced: s.base.Announced(y + 1)}
}

// Year lists the days of a year that are not ordinary: holidays, make-up
// working days, overrides.
func (s *Service) Year(ctx context.Context, year int) ([]Day, error) {
	c, err := s.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	var out []Day
	for d := range c.days {
		if d.Year == year {
			out = append(out, c.days[d])
		}
	}
	slices.SortFunc(out, func(a, b Day) int { return a.Date.UTC().Compare(b.Date.UTC()) })
	return out, nil
}

// Set makes a day a working day or not, whatever the data says.
func (s *Service) Set(ctx context.Context, who access.Principal, d Date, working bool, name string) error {
	name = strings.TrimSpace(name)
	if d.Year < 2000 || d.Year > 2100 {
		return problem.BadField("day", "must lie between 2000 and 2100")
	}
	if len(name) > 100 {
		return problem.BadField("name", "must have at most 100 bytes")
	}
	now := s.clock().UTC().Truncate(time.Microsecond)
	o := Override{Day: d, Working: working, Name: name, ChangedBy: who.User.ID, ChangedAt: now}
	ev := event(who, now, d, map[string]any{"working": working, "name": name})
	if err := s.store.SetCalendarDay(ctx, o, ev); err != nil {
		return fmt.Errorf("set calendar day %s: %w", d, err)
	}
	return nil
}

// Clear gives a day back to the data.
func (s *Service) Clear(ctx context.Context, who access.Principal, d Date) error {
	now := s.clock().UTC().Truncate(time.Microsecond)
	if err := s.store.ClearCalendarDay(ctx, d, event(who, now, d, map[string]any{"cleared": true})); err != nil {
		return fmt.Errorf("clear calendar day %s: %w", d, err)
	}
	return nil
}

func event(who access.Principal, now time.Time, d Date, detail map[string]any) audit.Event {
	return audit.Event{
		At: now, ActorID: who.User.ID, Action: audit.ActionCalendarChanged, ObjectKind: "calendar_day", ObjectID: d.String(),
		Rule: "T-05", Detail: detail, IP: who.IP,
	}
}
