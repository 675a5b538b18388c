package calendar

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// memory keeps overrides and events.
type memory struct {
	days   map[Date]Override
	events []audit.Event
}

func (m *memory) CalendarDays(context.Context) ([]Override, error) {
	var out []Override
	for _, o := range m.days {
		out = append(out, o)
	}
	return out, nil
}

func (m *memory) SetCalendarDay(_ context.Context, o Override, e audit.Event) error {
	m.days[o.Day] = o
	m.events = append(m.events, e)
	return nil
}

func (m *memory) ClearCalendarDay(_ context.Context, d Date, e audit.Event) error {
	delete(m.days, d)
	m.events = append(m.events, e)
	return nil
}

func TestService_SetAndClear(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	m := &memory{days: map[Date]Override{}}
	s, err := NewService(m, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	who := access.Principal{User: access.User{ID: uuid.New()}, IP: "10.0.0.1"}
	day := Date{2027, time.January, 1}
	if err := s.Set(ctx, who, day, false, " 元旦 "); err != nil {
		t.Fatal(err)
	}
	c, err := s.Calendar(ctx)
	if err != nil || c.WorkingDay(day) {
		t.Fatalf("2027-01-01 was set to be a holiday: %v", err)
	}
	if e := m.events[0]; e.Action != audit.ActionCalendarChanged || e.ActorID != who.User.ID || e.ObjectID != "2027-01-01" || e.Rule != "T-05" {
		t.Errorf("the change leaves a row: %+v", e)
	}
	year, err := s.Year(ctx, 2027)
	if err != nil || len(year) != 1 || year[0].NameZH != "元旦" {
		t.Errorf("2027 holds the one day that was set: %+v %v", year, err)
	}
	if err := s.Clear(ctx, who, day); err != nil {
		t.Fatal(err)
	}
	if c, _ := s.Calendar(ctx); !c.WorkingDay(day) {
		t.Error("the day was given back")
	}
	if got := problem.CodeOf(s.Set(ctx, who, Date{1999, 1, 1}, true, "")); got != problem.CodeInvalid {
		t.Errorf("1999 gives %s", got)
	}
}

func TestService_NoticeTellsOfTheNextYear(t *testing.T) {
	t.Parallel()
	// 31 December in UTC is 1 January in Shanghai.
	now := time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)
	s, err := NewService(&memory{}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	shanghai, err := Zone(HomeZone)
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Notice(shanghai); n.Year != 2027 || n.YearAnnounced || n.NextYearAnnounced {
		t.Errorf("in Shanghai it is 2027 already, not announced: %+v", n)
	}
	if n := s.Notice(time.UTC); n.Year != 2026 || !n.YearAnnounced || n.NextYearAnnounced {
		t.Errorf("in UTC it is still 2026: %+v", n)
	}
}
