package store

import (
	"cmp"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

var _ calendar.Store = (*Store)(nil)

// CalendarBook gives all that administrators have set. Rule T-05.
func (s *Store) CalendarBook(ctx context.Context) (b calendar.Book, err error) {
	b.Calendars, err = list(ctx, s.pool, func(r pgx.CollectableRow) (n calendar.Named, err error) {
		err = r.Scan(&n.Code, &n.NameZH, &n.NameEN, &n.Base, &n.CreatedBy, at(&n.CreatedAt))
		return n, err
	}, `SELECT code, name_zh, name_en, base, created_by, created_at FROM working_calendar ORDER BY code <> 'house', code`)
	if err != nil {
		return b, mapError("list calendars", err)
	}
	b.Days, err = list(ctx, s.pool, func(r pgx.CollectableRow) (o calendar.Override, err error) {
		var day time.Time
		err = r.Scan(&o.Calendar, &day, &o.Working, &o.Name, &o.ChangedBy, at(&o.ChangedAt))
		o.Day = calendar.DateOf(day)
		return o, err
	}, `SELECT calendar, day, working, name, changed_by, changed_at FROM calendar_day ORDER BY calendar, day`)
	if err != nil {
		return b, mapError("list calendar days", err)
	}
	b.Years, err = list(ctx, s.pool, func(r pgx.CollectableRow) (y calendar.Year, err error) {
		err = r.Scan(&y.Year, &y.Source, &y.EnteredBy, at(&y.EnteredAt))
		return y, err
	}, `SELECT year, source, entered_by, entered_at FROM calendar_year ORDER BY year`)
	return b, mapError("list calendar years", err)
}

// InsertCalendar makes another calendar.
func (s *Store) InsertCalendar(ctx context.Context, n calendar.Named, e audit.Event) error {
	return s.change(ctx, "insert calendar", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO working_calendar (code, name_zh, name_en, base, created_by, created_at) VALUES ($1,$2,$3,$4,$5,$6)`,
			n.Code, n.NameZH, n.NameEN, string(n.Base), orNullID(n.CreatedBy), n.CreatedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// SetCalendarDay sets a day or replaces what was set for it; without a calendar
// it is the house's.
func (s *Store) SetCalendarDay(ctx context.Context, o calendar.Override, e audit.Event) error {
	return s.change(ctx, "set calendar day", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO calendar_day (calendar, day, working, name, changed_by, changed_at) VALUES ($1,$2,$3,$4,$5,$6)
			ON CONFLICT (calendar, day) DO UPDATE SET working = excluded.working, name = excluded.name,
			       changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
			cmp.Or(o.Calendar, calendar.House), o.Day.UTC(), o.Working, o.Name, orNullID(o.ChangedBy), o.ChangedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// ClearCalendarDay gives a day back to what its calendar stands on.
func (s *Store) ClearCalendarDay(ctx context.Context, code string, day calendar.Date, e audit.Event) error {
	return s.change(ctx, "clear calendar day", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM calendar_day WHERE calendar = $1 AND day = $2`, code, day.UTC())
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// SetCalendarYear notes that a year's notice was entered, or takes that back.
func (s *Store) SetCalendarYear(ctx context.Context, y calendar.Year, entered bool, e audit.Event) error {
	return s.change(ctx, "set calendar year", func(tx pgx.Tx) error {
		sql, args := `DELETE FROM calendar_year WHERE year = $1`, []any{y.Year}
		if entered {
			sql = `INSERT INTO calendar_year (year, source, entered_by, entered_at) VALUES ($1,$2,$3,$4)
				ON CONFLICT (year) DO UPDATE SET source = excluded.source, entered_by = excluded.entered_by, entered_at = excluded.entered_at`
			args = append(args, y.Source, y.EnteredBy, y.EnteredAt)
		}
		tag, err := tx.Exec(ctx, sql, args...)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.NotFound("year")
		}
		return insertEvent(ctx, tx, e)
	})
}
