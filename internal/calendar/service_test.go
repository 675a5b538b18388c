package calendar

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// memory keeps what was set, and events.
type memory struct {
	book   Book
	events []audit.Event
}

func (m *memory) CalendarBook(context.Context) (Book, error) {
	b := m.book
	b.Calendars = append([]Named{{Code: House, Base: BaseHouse}}, b.Calendars...)
	return b, nil
}

func (m *memory) SetCalendarDay(ctx context.Context, o Override, e audit.Event) error {
	_ = m.ClearCalendarDay(ctx, o.Calendar, o.Day, e)
	m.book.Days = append(m.book.Days, o)
	return nil
}

func (m *memory) ClearCalendarDay(_ context.Context, code string, d Date, e audit.Event) error {
	m.book.Days = slices.DeleteFunc(m.book.Days, func(o Override) bool { return o.Calendar == code && o.Day == d })
	m.events = append(m.events, e)
	return nil
}

func (m *memory) InsertCalendar(_ context.Context, n Named, e audit.Event) error {
	m.book.Calendars, m.events = append(m.book.Calendars, n), append(m.events, e)
	return nil
}

func (m *memory) SetCalendarYear(_ context.Context, y Year, entered bool, e audit.Event) error {
	m.book.Years = slices.DeleteFunc(m.book.Years, func(o Year) bool { return o.Year == y.Year })
	if entered {
		m.book.Years = append(m.book.Years, y)
	}
	m.events = append(m.events, e)
	return nil
}

func TestService_SetAndClear(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	m := &memory{}
	s, err := NewService(m, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	who := access.Principal{User: access.User{ID: uuid.New()}, IP: "10.0.0.1"}
	day := Date{2027, time.January, 1}
	if err := s.Set(ctx, who, House, day, false, " 元旦 "); err != nil {
		t.Fatal(err)
	}
	c, err := s.Calendar(ctx)
	if err != nil || c.WorkingDay(day) {
		t.Fatalf("2027-01-01 was set to be a holiday: %v", err)
	}
	if e := m.events[0]; e.Action != audit.ActionCalendarChanged || e.ActorID != who.User.ID || e.ObjectID != "house 2027-01-01" || e.Rule != "T-05" {
		t.Errorf("the change leaves a row: %+v", e)
	}
	year, err := s.Year(ctx, House, 2027)
	if err != nil || len(year.Days) != 1 || year.Days[0].NameZH != "元旦" {
		t.Errorf("2027 holds the one day that was set: %+v %v", year, err)
	}
	if err := s.Clear(ctx, who, House, day); err != nil {
		t.Fatal(err)
	}
	if c, _ := s.Calendar(ctx); !c.WorkingDay(day) {
		t.Error("the day was given back")
	}
	if got := problem.CodeOf(s.Set(ctx, who, House, Date{1999, 1, 1}, true, "")); got != problem.CodeInvalid {
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

// A branch has a holiday of its own, customers abroad have no public holidays
// at all, and the house goes by the data. Rule T-05.
func TestRuleT05_SeveralCalendars(t *testing.T) {
	t.Parallel()
	ctx, who := context.Background(), access.Principal{User: access.User{ID: uuid.New()}}
	s, err := NewService(&memory{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []Named{{Code: "guangxi", NameZH: "广西分公司", NameEN: "Guangxi", Base: BaseHouse}, {Code: "abroad", NameZH: "境外", NameEN: "Abroad", Base: BaseWeekdays}} {
		if err := s.Add(ctx, who, n); err != nil {
			t.Fatal(err)
		}
	}
	threeMarch := date(t, "2026-04-20")
	if err := s.Set(ctx, who, "guangxi", threeMarch, false, "三月三"); err != nil {
		t.Fatal(err)
	}
	if err := s.Set(ctx, who, House, date(t, "2026-11-30"), false, "停电"); err != nil {
		t.Fatal(err)
	}
	c, err := s.Calendar(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		code, day string
		working   bool
	}{
		{"", "2026-04-20", true}, {"guangxi", "2026-04-20", false}, {"abroad", "2026-04-20", true},
		{"", "2026-10-01", false}, {"guangxi", "2026-10-01", false}, {"abroad", "2026-10-01", true},
		{"guangxi", "2026-10-10", true}, {"abroad", "2026-10-10", false}, // a make-up Saturday
		{"guangxi", "2026-11-30", false}, {"abroad", "2026-11-30", true}, {"nobody", "2026-11-30", false},
	} {
		if got := c.Named(row.code).WorkingDay(date(t, row.day)); got != row.working {
			t.Errorf("%s in %q: working %v, want %v", row.day, row.code, got, row.working)
		}
	}
	if !c.Named("abroad").Announced(2027) || c.Named("guangxi").Announced(2027) {
		t.Error("only a calendar with public holidays waits for their notice")
	}
	if err := s.Set(ctx, who, "nobody", threeMarch, false, ""); problem.CodeOf(err) != problem.CodeNotFound {
		t.Errorf("a calendar that is not there: %v", err)
	}
	if err := s.Add(ctx, who, Named{Code: "A B", Base: "x"}); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("bad names: %v", err)
	}
}

// A year that somebody has entered by hand is known, and the warning ends. Rule T-05.
func TestRuleT05_YearEnteredByHand(t *testing.T) {
	t.Parallel()
	ctx, who := context.Background(), access.Principal{User: access.User{ID: uuid.New()}}
	now := time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)
	m := &memory{}
	s, err := NewService(m, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Notice(time.UTC); n.NextYearAnnounced || s.last().KnownUntil(2026) != 2027 {
		t.Fatalf("2027 is not known: %+v", n)
	}
	if err := s.Enter(ctx, who, 2027, "国办发明电〔2026〕9号"); problem.CodeOf(err) != problem.CodeRefused {
		t.Errorf("a year without a holiday was not entered: %v", err)
	}
	if err := s.Set(ctx, who, House, date(t, "2027-01-01"), false, "元旦"); err != nil {
		t.Fatal(err)
	}
	if err := s.Enter(ctx, who, 2027, "国办发明电〔2026〕9号"); err != nil {
		t.Fatal(err)
	}
	if n := s.Notice(time.UTC); !n.NextYearAnnounced || s.last().KnownUntil(2026) != 2028 {
		t.Errorf("2027 is known now: %+v", n)
	}
	v, err := s.Year(ctx, House, 2027)
	if err != nil || !v.Announced || v.Entered == nil || v.Entered.Source != "国办发明电〔2026〕9号" || v.WorkingDays != 260 {
		t.Errorf("%+v %v", v, err)
	}
	if err := s.Enter(ctx, who, 2026, "x"); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("2026 is in the data: %v", err)
	}
	if err := s.Withdraw(ctx, who, 2027); err != nil || s.Notice(time.UTC).NextYearAnnounced {
		t.Errorf("taken back: %v", err)
	}
	if e := m.events[len(m.events)-1]; e.Action != audit.ActionCalendarChanged || e.ObjectID != "2027" {
		t.Errorf("%+v", e)
	}
}
