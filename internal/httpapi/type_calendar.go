package httpapi

import "time"

// CalendarList are the working-day calendars, that of the house first.
type CalendarList struct {
	Calendars List[CalendarName] `json:"calendars"`
}

// CalendarName is one of several calendars (Rule T-05).
type CalendarName struct {
	Code   string `json:"code"`
	NameZH string `json:"name_zh"`
	NameEN string `json:"name_en"`
	Base   string `json:"base" enum:"house,weekdays" doc:"What it begins with: the days of the house, or Monday to Friday"`
}

// NewCalendar makes another calendar.
type NewCalendar struct {
	Code   string `json:"code" minLength:"1" maxLength:"40" pattern:"^[a-z0-9][a-z0-9-]*$"`
	NameZH string `json:"name_zh" minLength:"1" maxLength:"100"`
	NameEN string `json:"name_en" minLength:"1" maxLength:"100"`
	Base   string `json:"base" enum:"house,weekdays"`
}

// CalendarYear is a year of a calendar.
type CalendarYear struct {
	Calendar    CalendarName      `json:"calendar"`
	Year        int               `json:"year"`
	Announced   bool              `json:"announced" doc:"The notice of the year's public holidays is known, or the calendar has none"`
	Source      string            `json:"source" doc:"Of a notice that was entered by hand"`
	EnteredAt   *time.Time        `json:"entered_at"`
	WorkingDays int               `json:"working_days"`
	Days        List[CalendarDay] `json:"days" doc:"Those that are not ordinary"`
}

// CalendarDay is a day that is not ordinary.
type CalendarDay struct {
	Date    string `json:"date" example:"2026-10-01"`
	Working bool   `json:"working"`
	NameZH  string `json:"name_zh"`
	NameEN  string `json:"name_en"`
	Set     bool   `json:"set" doc:"By an administrator"`
}

// DaySetting makes a day a working day or not.
type DaySetting struct {
	Working bool   `json:"working"`
	Name    string `json:"name,omitempty" maxLength:"100"`
}

// YearEntry says that a year's notice was entered by hand.
type YearEntry struct {
	Source string `json:"source" minLength:"1" maxLength:"500"`
}
