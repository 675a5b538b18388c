package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/intake"
)

const selectFeed = `
	SELECT f.id, f.name, f.kind, f.department_id, d.name, f.weekday, f.from_day, f.ended_at, f.created_at, f.created_by,
	       (SELECT max(b.applied_at) FROM import_batch b WHERE b.feed_id = f.id AND b.state = 'applied'), (SELECT max(b.week) FROM import_batch b WHERE b.feed_id = f.id AND b.state = 'applied'),
	       array(SELECT m.week::text FROM feed_miss m WHERE m.feed_id = f.id AND NOT EXISTS (SELECT 1 FROM import_batch b WHERE b.feed_id = f.id AND b.week = m.week AND b.state = 'applied') ORDER BY m.week)
	FROM feed f JOIN department d ON d.id = f.department_id`

func scanFeed(row pgx.CollectableRow) (f intake.Feed, err error) {
	var weeks []string
	err = row.Scan(&f.ID, &f.Name, &f.Kind, &f.DepartmentID, &f.DepartmentName, &f.Weekday, dayAt(&f.From), at(&f.EndedAt), at(&f.CreatedAt), &f.CreatedBy, at(&f.LastAt), dayAt(&f.LastWeek), &weeks)
	for _, w := range weeks {
		day, err := calendar.ParseDate(w)
		if err != nil {
			return f, err
		}
		f.Missing = append(f.Missing, day)
	}
	return f, err
}

// Feeds lists them by name, those that are expected first.
func (s *Store) Feeds(ctx context.Context) ([]intake.Feed, error) {
	fs, err := list(ctx, s.pool, scanFeed, selectFeed+` ORDER BY f.ended_at IS NOT NULL, f.name, f.id`)
	return fs, mapError("list feeds", err)
}

// Feed gives one.
func (s *Store) Feed(ctx context.Context, id uuid.UUID) (intake.Feed, error) {
	f, err := one(ctx, s.pool, scanFeed, selectFeed+` WHERE f.id = $1`, id)
	return f, mapError("look up feed", err)
}

// InsertFeed makes a feed.
func (s *Store) InsertFeed(ctx context.Context, f intake.Feed, e audit.Event) error {
	return s.change(ctx, "make feed", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO feed (id, name, kind, department_id, weekday, from_day, ended_at, created_at, created_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
			f.ID, f.Name, string(f.Kind), f.DepartmentID, int(f.Weekday), orNullDay(f.From), orNullTime(f.EndedAt), f.CreatedAt, f.CreatedBy); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// UpdateFeed changes one.
func (s *Store) UpdateFeed(ctx context.Context, f intake.Feed, e audit.Event) error {
	return s.change(ctx, "change feed", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE feed SET name = $2, kind = $3, department_id = $4, weekday = $5, from_day = $6, ended_at = $7 WHERE id = $1`,
			f.ID, f.Name, string(f.Kind), f.DepartmentID, int(f.Weekday), orNullDay(f.From), orNullTime(f.EndedAt)); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// FeedCame reports whether a week's file is in.
func (s *Store) FeedCame(ctx context.Context, feed uuid.UUID, week calendar.Date) (came bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM import_batch WHERE feed_id = $1 AND week = $2 AND state = 'applied')`, feed, orNullDay(week)).Scan(&came)
	return came, mapError("look for a feed's file", err)
}

// NoteMiss notes a week that did not come, once. Rule C-22.
func (s *Store) NoteMiss(ctx context.Context, feed uuid.UUID, week calendar.Date, when time.Time, e audit.Event) (first bool, err error) {
	err = s.change(ctx, "note missing feed", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `INSERT INTO feed_miss (feed_id, week, noted_at) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING`, feed, orNullDay(week), when)
		if first = tag.RowsAffected() == 1; err != nil || !first {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
	return first, err
}
