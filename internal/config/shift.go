package config

import "time"

func (s Shift) check(fault func(key, format string, args ...any)) {
	if _, err := time.Parse("15:04", s.Ends); err != nil {
		fault("shift.ends", "%q is no time of day such as 17:30", s.Ends)
	}
	if s.Warn < 0 || s.Warn > 4*time.Hour {
		fault("shift.warn", "must be 0 to 4 h")
	}
}
