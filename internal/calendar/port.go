package calendar

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// Override is a day that an administrator has set; it beats the vendored data.
type Override struct {
	Day       Date
	Working   bool
	Name      string
	ChangedBy uuid.UUID // uuid.Nil: the system
	ChangedAt time.Time
}

// Store keeps the overrides.
type Store interface {
	// CalendarDays lists all overrides by day; there are few.
	CalendarDays(ctx context.Context) ([]Override, error)
	// SetCalendarDay inserts the override or replaces that of the same day.
	SetCalendarDay(ctx context.Context, o Override, e audit.Event) error
	// ClearCalendarDay removes an override; nothing happens when there is none.
	ClearCalendarDay(ctx context.Context, day Date, e audit.Event) error
}
