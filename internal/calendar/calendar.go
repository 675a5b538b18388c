// Package calendar knows the working days of mainland China (Rule T-05):
// public holidays and make-up working days from vendored data, and what
// administrators have changed, which beats the data.
//
// A year that the data does not hold has not been announced: its weekdays
// count as working days, and every answer about it says so. The package starts
// no goroutine and keeps nothing; its [Store] port keeps the overrides.
package calendar

import (
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
	out := Calendar{announced: c.announced, days: maps.Clone(c.days)}
	if out.days == nil {
		out.days = make(map[Date]Day)
	}
	for _, o := range overrides {
		out.days[o.Day] = Day{Date: o.Day, Working: o.Working, NameZH: o.Name, NameEN: o.Name, Announced: true, Override: true}
	}
	return out
}

// Announced reports whether the year's notice of holidays is in the data.
func (c Calendar) Announced(year int) bool { return c.announced[year] }

// On gives what is known of a day. Rule T-05.
func (c Calendar) On(d Date) Day {
	if day, ok := c.days[d]; ok {
		return day
	}
	w := d.Weekday()
	return Day{Date: d, Working: w != time.Saturday && w != time.Sunday, Announced: c.announced[d.Year]}
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
