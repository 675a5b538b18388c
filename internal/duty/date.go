package duty

import (
	"fmt"
	"time"

	"huifang/internal/calendar"
)

// Unit is what an offset counts in.
type Unit string

// The units. Months and years end on the last day of a month that has no such
// day: 31 January and one month is 28 or 29 February.
const (
	Day        Unit = "day"
	WorkingDay Unit = "working_day" // 0: the day itself, or the next working day
	Month      Unit = "month"
	Year       Unit = "year"
	WeekStart  Unit = "week_start" // the Monday of the n-th week after that of the day
	WeekEnd    Unit = "week_end"   // its Sunday
	MonthEnd   Unit = "month_end"  // the last day of the n-th month after that of the day
)

// Units lists the closed set.
func Units() []Unit { return []Unit{Day, WorkingDay, Month, Year, WeekStart, WeekEnd, MonthEnd} }

// Offset is a distance between days, backwards where N is negative.
type Offset struct {
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
}

func (o Offset) String() string { return fmt.Sprintf("%+d %s", o.N, o.Unit) }

// times gives the offset k times; only of days, months and years.
func (o Offset) times(k int) Offset { return Offset{o.N * k, o.Unit} }

// After gives the day at that distance. Rule T-05's calendar knows working days.
func (o Offset) After(d calendar.Date, cal calendar.Calendar) calendar.Date {
	switch o.Unit {
	case WorkingDay:
		return workingDays(d, o.N, cal)
	case Month:
		return addMonths(d, o.N)
	case Year:
		return addMonths(d, 12*o.N)
	case WeekStart:
		return monday(d).AddDays(7 * o.N)
	case WeekEnd:
		return monday(d).AddDays(7*o.N + 6)
	case MonthEnd:
		first := addMonths(calendar.Date{Year: d.Year, Month: d.Month, Day: 1}, o.N)
		return calendar.Date{Year: first.Year, Month: first.Month, Day: daysIn(first.Year, first.Month)}
	default:
		return d.AddDays(o.N)
	}
}

// workingDays goes n working days forth or back. A calendar without any ends
// after a year for each.
func workingDays(d calendar.Date, n int, cal calendar.Calendar) calendar.Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	if n == 0 {
		for i := 0; i < 366 && !cal.WorkingDay(d); i++ {
			d = d.AddDays(1)
		}
		return d
	}
	for limit := 366 * n; n > 0 && limit > 0; limit-- {
		if d = d.AddDays(step); cal.WorkingDay(d) {
			n--
		}
	}
	return d
}

func addMonths(d calendar.Date, n int) calendar.Date {
	m := int(d.Month) - 1 + n
	y := d.Year + m/12
	if m %= 12; m < 0 {
		m, y = m+12, y-1
	}
	month := time.Month(m + 1)
	return calendar.Date{Year: y, Month: month, Day: min(d.Day, daysIn(y, month))}
}

func daysIn(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func monday(d calendar.Date) calendar.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

// daysBetween counts from a to b.
func daysBetween(a, b calendar.Date) int { return int(b.UTC().Sub(a.UTC()) / (24 * time.Hour)) }

func later(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}
