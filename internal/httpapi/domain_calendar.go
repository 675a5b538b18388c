package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/calendar"
)

// calendarsPort is package calendar behind its port.
type calendarsPort struct{ svc *calendar.Service }

func (p calendarsPort) List(ctx context.Context) (CalendarList, error) {
	ns, err := p.svc.Names(ctx)
	return CalendarList{Calendars: mapped(ns, calendarNameOf)}, err
}

func (p calendarsPort) Add(ctx context.Context, who access.Principal, in NewCalendar) (CalendarList, error) {
	if err := p.svc.Add(ctx, who, calendar.Named{Code: in.Code, NameZH: in.NameZH, NameEN: in.NameEN, Base: calendar.Base(in.Base)}); err != nil {
		return CalendarList{}, err
	}
	return p.List(ctx)
}

func (p calendarsPort) Year(ctx context.Context, code string, year int) (CalendarYear, error) {
	v, err := p.svc.Year(ctx, code, year)
	out := CalendarYear{Calendar: calendarNameOf(v.Calendar), Year: v.Year, Announced: v.Announced, WorkingDays: v.WorkingDays, Days: mapped(v.Days, func(d calendar.Day) CalendarDay {
		return CalendarDay{Date: d.Date.String(), Working: d.Working, NameZH: d.NameZH, NameEN: d.NameEN, Set: d.Override}
	})}
	if v.Entered != nil {
		out.Source, out.EnteredAt = v.Entered.Source, maybe(v.Entered.EnteredAt)
	}
	return out, err
}

func (p calendarsPort) Set(ctx context.Context, who access.Principal, code string, d calendar.Date, in DaySetting) (CalendarYear, error) {
	if err := p.svc.Set(ctx, who, code, d, in.Working, in.Name); err != nil {
		return CalendarYear{}, err
	}
	return p.Year(ctx, code, d.Year)
}

func (p calendarsPort) Clear(ctx context.Context, who access.Principal, code string, d calendar.Date) (CalendarYear, error) {
	if err := p.svc.Clear(ctx, who, code, d); err != nil {
		return CalendarYear{}, err
	}
	return p.Year(ctx, code, d.Year)
}

func (p calendarsPort) Enter(ctx context.Context, who access.Principal, year int, source string) (CalendarYear, error) {
	if err := p.svc.Enter(ctx, who, year, source); err != nil {
		return CalendarYear{}, err
	}
	return p.Year(ctx, calendar.House, year)
}

func (p calendarsPort) Withdraw(ctx context.Context, who access.Principal, year int) (CalendarYear, error) {
	if err := p.svc.Withdraw(ctx, who, year); err != nil {
		return CalendarYear{}, err
	}
	return p.Year(ctx, calendar.House, year)
}

func calendarNameOf(n calendar.Named) CalendarName {
	return CalendarName{Code: n.Code, NameZH: n.NameZH, NameEN: n.NameEN, Base: string(n.Base)}
}
