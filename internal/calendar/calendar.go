// Package calendar knows the working days of mainland China (Rule T-05):
// public holidays and make-up working days from vendored data, and what
// administrators have changed, which beats the data.
//
// A year that the data does not hold has not been announced: its weekdays
// count as working days, and every answer about it says so. The package starts
// no goroutine and keeps nothing; its [Store] port keeps the overrides.
package calendar

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

//go:embed data/chinese-days.json
var vendored []byte

// Calendar answers for working days. It is a value that does not change and
// may be used by many goroutines.
type Calendar struct {
	announced map[int]bool
	days      map[Date]Day
	plain     bool                // no public holidays, so no notice of them is awaited
	named     map[string]Calendar // of the house's: the others
}

// Day is what the calendar knows of a day.
type Day struct {
	Date      Date
	Working   bool
	NameZH    string // of the holiday or make-up day; empty: an ordinary day
	NameEN    string
	Announced bool // the year's notice is known, or the day itself was set
	Override  bool // set by an administrator
}

// Vendored reads the vendored data. It gives an error only when the data that
// was built in is damaged.
func Vendored() (Calendar, error) {
	var in struct {
		Holidays map[string]string `json:"holidays"`
		Workdays map[string]string `json:"workdays"`
	}
	if err := json.Unmarshal(vendored, &in); err != nil {
		return Calendar{}, fmt.Errorf("read vendored calendar: %w", err)
	}
	c := Calendar{announced: make(map[int]bool), days: make(map[Date]Day)}
	for working, list := range map[bool]map[string]string{false: in.Holidays, true: in.Workdays} {
		for key, text := range list {
			d, err := ParseDate(key)
			if err != nil {
				return Calendar{}, fmt.Errorf("read vendored calendar: %w", err)
			}
			en, rest, _ := strings.Cut(text, ",")
			zh, _, _ := strings.Cut(rest, ",")
			c.days[d] = Day{Date: d, Working: working, NameZH: zh, NameEN: en, Announced: true}
			c.announced[d.Year] = true
		}
	}
	return c, nil
}

// With gives a calendar in which the overrides beat what c says.
func (c Calendar) With(overrides []Override) Calendar {
	out := Calendar{announced: c.announced, days: maps.Clone(c.days), named: c.named, plain: c.plain}
	if out.days == nil {
		out.days = make(map[Date]Day)
	}
	for _, o := range overrides {
		out.days[o.Day] = Day{Date: o.Day, Working: o.Working, NameZH: o.Name, NameEN: o.Name, Announced: true, Override: true}
	}
	return out
}

// Announced reports whether the year's notice of holidays is in the data.
func (c Calendar) Announced(year int) bool { return c.plain || c.announced[year] }

// On gives what is known of a day. Rule T-05.
func (c Calendar) On(d Date) Day {
	if day, ok := c.days[d]; ok {
		return day
	}
	w := d.Weekday()
	return Day{Date: d, Working: w != time.Saturday && w != time.Sunday, Announced: c.Announced(d.Year)}
}

// WorkingDay reports whether the day is a working day; in a year that has not
// been announced every weekday is. Rule T-05.
func (c Calendar) WorkingDay(d Date) bool { return c.On(d).Working }

// WorkingDayAfter gives the nth working day after a day, n at least 1. Should
// overrides leave no working day for a year, the day a year later.
func (c Calendar) WorkingDayAfter(d Date, n int) Date {
	for limit := d.AddDays(366 * n); n > 0 && d.Before(limit); {
		if d = d.AddDays(1); c.WorkingDay(d) {
			n--
		}
	}
	return d
}

// WithBook gives the house's calendar with all that administrators have set,
// and with the others beside it.
func (c Calendar) WithBook(b Book) Calendar {
	of := map[string][]Override{}
	for _, o := range b.Days {
		of[cmp.Or(o.Calendar, House)] = append(of[cmp.Or(o.Calendar, House)], o)
	}
	house := c.With(of[House])
	house.announced = maps.Clone(c.announced)
	if house.announced == nil {
		house.announced = map[int]bool{}
	}
	for _, y := range b.Years {
		house.announced[y.Year] = true
	}
	named := map[string]Calendar{}
	for _, n := range b.Calendars {
		switch {
		case n.Code == House:
		case n.Base == BaseWeekdays:
			named[n.Code] = Calendar{plain: true}.With(of[n.Code])
		default:
			named[n.Code] = house.With(of[n.Code])
		}
	}
	house.named = named
	return house
}

// Named gives the calendar of a code, asked of the house's; that of the house
// for the empty code and for one that is not known.
func (c Calendar) Named(code string) Calendar {
	if other, ok := c.named[code]; ok {
		return other
	}
	return c
}

// KnownUntil gives the first year after from's that has not been announced.
func (c Calendar) KnownUntil(year int) int {
	for c.Announced(year) && year < 2200 {
		year++
	}
	return year
}
