package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

func (s *server) registerCalendars(api huma.API) {
	admins := only(access.RoleAdministrator)
	register(s, api, op(anybody(), http.MethodGet, "/calendars", "list-calendars", "Working-day calendars (Rule T-05)"), s.listCalendars)
	register(s, api, op(admins, http.MethodPost, "/calendars", "add-calendar", "Make another calendar"), s.addCalendar)
	register(s, api, op(anybody(), http.MethodGet, "/calendars/{code}/years/{year}", "get-calendar-year", "The holidays and make-up working days of a year, and whether it was announced"), s.getCalendarYear)
	register(s, api, op(admins, http.MethodPut, "/calendars/{code}/days/{date}", "set-calendar-day", "Make a day a working day or not"), s.setCalendarDay)
	register(s, api, op(admins, http.MethodDelete, "/calendars/{code}/days/{date}", "clear-calendar-day", "Give a day back to what the calendar stands on"), s.clearCalendarDay)
	register(s, api, op(admins, http.MethodPut, "/calendar-years/{year}", "enter-calendar-year", "The notice of a year that does not ship was entered by hand"), s.enterCalendarYear)
	register(s, api, op(admins, http.MethodDelete, "/calendar-years/{year}", "withdraw-calendar-year", "It was not, after all"), s.withdrawCalendarYear)
}

func (s *server) listCalendars(ctx context.Context, _ *struct{}) (*body[CalendarList], error) {
	return answer(s.deps.Calendars.List(ctx))
}

func (s *server) addCalendar(ctx context.Context, in *struct{ Body NewCalendar }) (*body[CalendarList], error) {
	return answer(s.deps.Calendars.Add(ctx, principal(ctx), in.Body))
}

// CalendarYearPath names a year of a calendar.
type CalendarYearPath struct {
	Code string `path:"code" maxLength:"40"`
	Year int    `path:"year" minimum:"2000" maximum:"2100"`
}

func (s *server) getCalendarYear(ctx context.Context, in *CalendarYearPath) (*body[CalendarYear], error) {
	return answer(s.deps.Calendars.Year(ctx, in.Code, in.Year))
}

// CalendarDayPath names a day of a calendar.
type CalendarDayPath struct {
	Code string `path:"code" maxLength:"40"`
	Date string `path:"date" format:"date"`
}

func (p CalendarDayPath) day() (calendar.Date, error) {
	d, err := calendar.ParseDate(p.Date)
	if err != nil {
		return d, problem.BadField("path.date", "is no day such as 2026-10-01")
	}
	return d, nil
}

func (s *server) setCalendarDay(ctx context.Context, in *struct {
	CalendarDayPath
	Body DaySetting
}) (*body[CalendarYear], error) {
	d, err := in.day()
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calendars.Set(ctx, principal(ctx), in.Code, d, in.Body))
}

func (s *server) clearCalendarDay(ctx context.Context, in *CalendarDayPath) (*body[CalendarYear], error) {
	d, err := in.day()
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calendars.Clear(ctx, principal(ctx), in.Code, d))
}

func (s *server) enterCalendarYear(ctx context.Context, in *struct {
	Year int `path:"year" minimum:"2000" maximum:"2100"`
	Body YearEntry
}) (*body[CalendarYear], error) {
	return answer(s.deps.Calendars.Enter(ctx, principal(ctx), in.Year, in.Body.Source))
}

func (s *server) withdrawCalendarYear(ctx context.Context, in *struct {
	Year int `path:"year" minimum:"2000" maximum:"2100"`
}) (*body[CalendarYear], error) {
	return answer(s.deps.Calendars.Withdraw(ctx, principal(ctx), in.Year))
}
