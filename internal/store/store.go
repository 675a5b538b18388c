package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"huifang/internal/callback"
)

// Planner places the next attempt of a task (Rule T-04); ok is false when
// nothing is permitted in the foreseeable future. It is called outside of
// transactions and may use the store.
type Planner func(ctx context.Context, v callback.TaskView) (from, until time.Time, ok bool, err error)

// Config is what a store is made of. Planner may be nil: then next_from and
// next_until are only written by the callback service.
type Config struct {
	DSN     string
	Logger  *slog.Logger
	Planner Planner
}

// Store may be used by many goroutines.
type Store struct {
	pool    *pgxpool.Pool
	logger  *slog.Logger
	planner Planner
}

// Open makes the pool and waits until the database answers. The schema is not
// touched; see [Store.Migrate].
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Logger == nil {
		return nil, errors.New("open store: logger is required")
	}
	pc, err := pgxpool.ParseConfig(c.DSN)
	if err != nil {
		return nil, fmt.Errorf("parse database address: %w", err)
	}
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pc.ConnConfig.RuntimeParams["application_name"] = "huifang"
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("make database pool: %w", err)
	}
	s := &Store{pool: pool, logger: c.Logger, planner: c.Planner}
	if err := s.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

// SetPlanner gives the planner when it needs the store itself to be made. It
// must be called before the first call is opened.
func (s *Store) SetPlanner(p Planner) { s.planner = p }

// Close waits for running queries and ends all connections.
func (s *Store) Close() { s.pool.Close() }

// Ping asks whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return mapError("reach database", err)
	}
	return nil
}

const (
	txTries     = 5
	txFirstWait = 10 * time.Millisecond
)

// WithTx runs f in a transaction and commits it when f gives no error.
// Serialization failures and deadlocks (SQLSTATE 40001, 40P01) run f again, so
// it must have no effect outside of the transaction.
func (s *Store) WithTx(ctx context.Context, f func(tx pgx.Tx) error) error {
	wait := txFirstWait
	for try := 1; ; try++ {
		err := pgx.BeginFunc(ctx, s.pool, f)
		var pe *pgconn.PgError
		if err == nil || try == txTries || !errors.As(err, &pe) || pe.Code != "40001" && pe.Code != "40P01" {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		wait *= 2
	}
}

// change runs f in a transaction and maps its error. A request with a key is
// noted as applied in the same transaction.
func (s *Store) change(ctx context.Context, what string, f func(tx pgx.Tx) error) error {
	return mapError(what, s.WithTx(ctx, func(tx pgx.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return requestApplied(ctx, tx)
	}))
}

// querier is what pool and transactions have in common.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// list collects the rows of a query.
func list[T any](ctx context.Context, q querier, scan pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// one gives the only row of a query, pgx.ErrNoRows when there is none.
func one[T any](ctx context.Context, q querier, scan pgx.RowToFunc[T], sql string, args ...any) (T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		var zero T
		return zero, err
	}
	return pgx.CollectExactlyOneRow(rows, scan)
}

// utc scans a timestamptz: UTC, and NULL as the zero time.
type utc time.Time

func (u *utc) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*u = utc{}
	case time.Time:
		*u = utc(v.UTC())
	default:
		return fmt.Errorf("scan %T as a time", src)
	}
	return nil
}

func at(t *time.Time) *utc { return (*utc)(t) }

// Zero values are NULL.

func orNullTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func orNullID(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

func orNull[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func orNullInt(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// words gives the text of a list of word types.
func words[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

// jsonOrEmpty keeps jsonb columns objects.
func jsonOrEmpty(b []byte) []byte {
	if len(b) == 0 {
		return []byte("{}")
	}
	return b
}
