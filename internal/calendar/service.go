package calendar

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// Service gives the calendar with its overrides and lets administrators change
// it. It may be used by many goroutines.
type Service struct {
	base  Calendar
	store Store
	clock func() time.Time
	known atomic.Pointer[Calendar]
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
	b, err := s.store.CalendarBook(ctx)
	if err != nil {
		return Calendar{}, fmt.Errorf("read calendars: %w", err)
	}
	c := s.base.WithBook(b)
	s.known.Store(&c)
	return c, nil
}

// last gives the calendar as it was last read: for what must not ask the database.
func (s *Service) last() Calendar {
	if c := s.known.Load(); c != nil {
		return *c
	}
	return s.base
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
	return Notice{Year: y, YearAnnounced: s.last().Announced(y), NextYearAnnounced: s.last().Announced(y + 1)}
}

// YearView is a year of a calendar.
type YearView struct {
	Calendar    Named
	Year        int
	Announced   bool
	Entered     *Year // nil: from the vendored data, or not announced
	Days        []Day // that are not ordinary: holidays, make-up working days, overrides
	WorkingDays int
}

// Names lists the calendars, that of the house first.
func (s *Service) Names(ctx context.Context) ([]Named, error) {
	b, err := s.store.CalendarBook(ctx)
	if err != nil {
		return nil, fmt.Errorf("read calendars: %w", err)
	}
	return b.Calendars, nil
}

// Year gives a year of a calendar.
func (s *Service) Year(ctx context.Context, code string, year int) (YearView, error) {
	b, err := s.store.CalendarBook(ctx)
	if err != nil {
		return YearView{}, fmt.Errorf("read calendars: %w", err)
	}
	i := slices.IndexFunc(b.Calendars, func(n Named) bool { return n.Code == code })
	if i < 0 {
		return YearView{}, problem.NotFound("calendar")
	}
	if err := checkYear("year", year); err != nil {
		return YearView{}, err
	}
	c := s.base.WithBook(b).Named(code)
	v := YearView{Calendar: b.Calendars[i], Year: year, Announced: c.Announced(year)}
	for _, y := range b.Years {
		if y.Year == year && b.Calendars[i].Base == BaseHouse {
			v.Entered = &y
		}
	}
	for d := (Date{year, time.January, 1}); d.Year == year; d = d.AddDays(1) {
		day := c.On(d)
		if day.Working {
			v.WorkingDays++
		}
		if _, set := c.days[d]; set {
			v.Days = append(v.Days, day)
		}
	}
	return v, nil
}

func checkYear(field string, year int) error {
	if year < 2000 || year > 2100 {
		return problem.BadField(field, "must lie between 2000 and 2100")
	}
	return nil
}

// Set makes a day of a calendar a working day or not, whatever the data says.
func (s *Service) Set(ctx context.Context, who access.Principal, code string, d Date, working bool, name string) error {
	name = strings.TrimSpace(name)
	if err := checkYear("day", d.Year); err != nil {
		return err
	}
	if len(name) > 100 {
		return problem.BadField("name", "must have at most 100 bytes")
	}
	if err := s.exists(ctx, code); err != nil {
		return err
	}
	now := s.now()
	o := Override{Calendar: code, Day: d, Working: working, Name: name, ChangedBy: who.User.ID, ChangedAt: now}
	ev := event(who, now, "calendar_day", code+" "+d.String(), map[string]any{"working": working, "name": name})
	if err := s.store.SetCalendarDay(ctx, o, ev); err != nil {
		return fmt.Errorf("set calendar day %s: %w", d, err)
	}
	return s.refresh(ctx)
}

// Clear gives a day back to what the calendar stands on.
func (s *Service) Clear(ctx context.Context, who access.Principal, code string, d Date) error {
	if err := s.exists(ctx, code); err != nil {
		return err
	}
	ev := event(who, s.now(), "calendar_day", code+" "+d.String(), map[string]any{"cleared": true})
	if err := s.store.ClearCalendarDay(ctx, code, d, ev); err != nil {
		return fmt.Errorf("clear calendar day %s: %w", d, err)
	}
	return s.refresh(ctx)
}

// Add makes another calendar.
func (s *Service) Add(ctx context.Context, who access.Principal, n Named) error {
	n.NameZH, n.NameEN = strings.TrimSpace(n.NameZH), strings.TrimSpace(n.NameEN)
	var wrong []problem.Field
	if !codeForm.MatchString(n.Code) {
		wrong = append(wrong, problem.Field{Location: "code", Message: "must be 1 to 40 small letters, digits and hyphens"})
	}
	for at, v := range map[string]string{"name_zh": n.NameZH, "name_en": n.NameEN} {
		if v == "" || len(v) > 100 {
			wrong = append(wrong, problem.Field{Location: at, Message: "must have 1 to 100 bytes"})
		}
	}
	if n.Base != BaseHouse && n.Base != BaseWeekdays {
		wrong = append(wrong, problem.Field{Location: "base", Message: "must be house or weekdays"})
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	n.CreatedBy, n.CreatedAt = who.User.ID, s.now()
	ev := event(who, n.CreatedAt, "calendar", n.Code, map[string]any{"created": true, "base": string(n.Base)})
	if err := s.store.InsertCalendar(ctx, n, ev); err != nil {
		return fmt.Errorf("make calendar %s: %w", n.Code, err)
	}
	return s.refresh(ctx)
}

// Enter says that the notice of a year that the data does not hold has been
// entered by hand, and where it stands; without a holiday among the days of
// that year it cannot have been.
func (s *Service) Enter(ctx context.Context, who access.Principal, year int, source string) error {
	if source = strings.TrimSpace(source); source == "" || len(source) > 500 {
		return problem.BadField("source", "must name the notice, in 1 to 500 bytes")
	}
	if s.base.Announced(year) {
		return problem.Conflict("year_known", "the year is in the data that ships")
	}
	v, err := s.Year(ctx, House, year)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(v.Days, func(d Day) bool { return !d.Working }) {
		return problem.Refused("T-05", "year_empty", "no holiday of the year has been set yet", map[string]any{"year": year})
	}
	y := Year{Year: year, Source: source, EnteredBy: who.User.ID, EnteredAt: s.now()}
	if err := s.store.SetCalendarYear(ctx, y, true, event(who, y.EnteredAt, "calendar_year", fmt.Sprint(year), map[string]any{"source": source})); err != nil {
		return fmt.Errorf("enter year %d: %w", year, err)
	}
	return s.refresh(ctx)
}

// Withdraw takes back that a year's notice was entered; its days stay.
func (s *Service) Withdraw(ctx context.Context, who access.Principal, year int) error {
	ev := event(who, s.now(), "calendar_year", fmt.Sprint(year), map[string]any{"withdrawn": true})
	if err := s.store.SetCalendarYear(ctx, Year{Year: year}, false, ev); err != nil {
		return fmt.Errorf("withdraw year %d: %w", year, err)
	}
	return s.refresh(ctx)
}

func (s *Service) exists(ctx context.Context, code string) error {
	names, err := s.Names(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(names, func(n Named) bool { return n.Code == code }) {
		return problem.NotFound("calendar")
	}
	return nil
}

// refresh makes what this instance says without the database current.
func (s *Service) refresh(ctx context.Context) error {
	_, err := s.Calendar(ctx)
	return err
}

func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

func event(who access.Principal, now time.Time, kind, id string, detail map[string]any) audit.Event {
	return audit.Event{
		At: now, ActorID: who.User.ID, Action: audit.ActionCalendarChanged, ObjectKind: kind, ObjectID: id,
		Rule: "T-05", Detail: detail, IP: who.IP,
	}
}
