package calendar

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// Override is a day that an administrator has set; it beats the vendored data.
type Override struct {
	Calendar  string // code; empty: that of the house
	Day       Date
	Working   bool
	Name      string
	ChangedBy uuid.UUID // uuid.Nil: the system
	ChangedAt time.Time
}

// House is the code of the house's own calendar.
const House = "house"

// Base is what a calendar begins with.
type Base string

// The bases.
const (
	BaseHouse    Base = "house"    // the days of the house
	BaseWeekdays Base = "weekdays" // Monday to Friday, without public holidays
)

// Named is one of several calendars.
type Named struct {
	Code           string
	NameZH, NameEN string
	Base           Base
	CreatedBy      uuid.UUID
	CreatedAt      time.Time
}

// Year is one whose notice was entered by hand.
type Year struct {
	Year      int
	Source    string // of the notice
	EnteredBy uuid.UUID
	EnteredAt time.Time
}

// Book is all that administrators have set.
type Book struct {
	Calendars []Named // that of the house first
	Days      []Override
	Years     []Year
}

// Store keeps calendars, days and years.
type Store interface {
	// CalendarBook gives all that administrators have set; there is little.
	CalendarBook(ctx context.Context) (Book, error)
	// InsertCalendar gives problem conflict when the code is taken.
	InsertCalendar(ctx context.Context, n Named, e audit.Event) error
	// SetCalendarYear notes that a year's notice was entered, or takes that back.
	SetCalendarYear(ctx context.Context, y Year, entered bool, e audit.Event) error
	// SetCalendarDay inserts the override or replaces that of the same day.
	SetCalendarDay(ctx context.Context, o Override, e audit.Event) error
	// ClearCalendarDay removes an override; nothing happens when there is none.
	ClearCalendarDay(ctx context.Context, code string, day Date, e audit.Event) error
}
