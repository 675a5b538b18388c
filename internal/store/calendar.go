package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
)

var _ calendar.Store = (*Store)(nil)

// CalendarDays lists what administrators have set, by day. Rule T-05.
func (s *Store) CalendarDays(ctx context.Context) ([]calendar.Override, error) {
	ds, err := list(ctx, s.pool, func(r pgx.CollectableRow) (o calendar.Override, err error) {
		var day time.Time
		err = r.Scan(&day, &o.Working, &o.Name, &o.ChangedBy, at(&o.ChangedAt))
		o.Day = calendar.DateOf(day)
		return o, err
	}, `SELECT day, working, name, changed_by, changed_at FROM calendar_day ORDER BY day`)
	return ds, mapError("list calendar days", err)
}

// SetCalendarDay sets a day or replaces what was set for it.
func (s *Store) SetCalendarDay(ctx context.Context, o calendar.Override, e audit.Event) error {
	return s.change(ctx, "set calendar day", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO calendar_day (day, working, name, changed_by, changed_at) VALUES ($1,$2,$3,$4,$5)
			ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name,
			       changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
			o.Day.UTC(), o.Working, o.Name, orNullID(o.ChangedBy), o.ChangedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// ClearCalendarDay gives a day back to the vendored data.
func (s *Store) ClearCalendarDay(ctx context.Context, day calendar.Date, e audit.Event) error {
	return s.change(ctx, "clear calendar day", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM calendar_day WHERE day = $1`, day.UTC())
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}
