package duty

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"huifang/internal/calendar"
)

//go:embed data/lunar.json
var lunarData []byte

// Festival is a day on which customers are wished well (Rule M-03).
type Festival string

// The festivals. Four of them follow the moon.
const (
	NewYear        Festival = "new_year"
	SpringFestival Festival = "spring_festival" // first day of the first month
	Lantern        Festival = "lantern"         // fifteenth day of the first month
	Valentine      Festival = "valentine"
	LabourDay      Festival = "labour_day"
	DragonBoat     Festival = "dragon_boat" // fifth day of the fifth month
	MidAutumn      Festival = "mid_autumn"  // fifteenth day of the eighth month
	NationalDay    Festival = "national_day"
)

// Festivals lists the closed set.
func Festivals() []Festival {
	return []Festival{NewYear, SpringFestival, Lantern, Valentine, LabourDay, DragonBoat, MidAutumn, NationalDay}
}

// Moon knows the days of the festivals that follow the moon, by year.
type Moon map[int]map[Festival]calendar.Date

// ReadMoon reads the vendored days, of 2004 to 2050.
func ReadMoon() (Moon, error) {
	var in map[int]map[Festival]string
	if err := json.Unmarshal(lunarData, &in); err != nil {
		return nil, fmt.Errorf("read days of festivals: %w", err)
	}
	out := make(Moon, len(in))
	for year, days := range in {
		out[year] = make(map[Festival]calendar.Date, len(days))
		for f, text := range days {
			d, err := calendar.ParseDate(fmt.Sprintf("%04d-%s", year, text))
			if err != nil {
				return nil, fmt.Errorf("read days of festivals: %w", err)
			}
			out[year][f] = d
		}
	}
	return out, nil
}

// Day gives the festival's day in a year; ok is false where it is not known.
func (m Moon) Day(f Festival, year int) (d calendar.Date, ok bool) {
	fixed := map[Festival][2]int{NewYear: {1, 1}, Valentine: {2, 14}, LabourDay: {5, 1}, NationalDay: {10, 1}}
	if md, is := fixed[f]; is {
		return calendar.Date{Year: year, Month: time.Month(md[0]), Day: md[1]}, true
	}
	d, ok = m[year][f]
	return d, ok
}

// birthdayIn gives the birthday of a year: that of 29 February is the 28th
// where there is none.
func birthdayIn(born calendar.Date, year int) calendar.Date {
	return calendar.Date{Year: year, Month: born.Month, Day: min(born.Day, daysIn(year, born.Month))}
}
