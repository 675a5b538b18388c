package calendar

import (
	"fmt"
	"time"
)

// Date is a day of the civil calendar, without a time zone. It is comparable
// and can be a map key. The zero Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf gives the day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2026-11-24".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("parse date %q: %w", s, err)
	}
	return DateOf(t), nil
}

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// UTC is midnight UTC of the day: how it is stored.
func (d Date) UTC() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// At is the moment of that day at an offset from midnight by the clock on the
// wall in loc; a wall time that a change of the clocks skips is moved on.
func (d Date) At(sinceMidnight time.Duration, loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, int(sinceMidnight/time.Hour), int(sinceMidnight%time.Hour/time.Minute),
		int(sinceMidnight%time.Minute/time.Second), 0, loc)
}

// AddDays moves by n days.
func (d Date) AddDays(n int) Date { return DateOf(d.UTC().AddDate(0, 0, n)) }

// Before reports whether d comes before o.
func (d Date) Before(o Date) bool { return d.UTC().Before(o.UTC()) }

// Weekday of the day.
func (d Date) Weekday() time.Weekday { return d.UTC().Weekday() }
