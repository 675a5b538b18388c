package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/dealing"
	"huifang/internal/intake"
)

var _ intake.Store = (*Store)(nil)

const selectBatch = `
	SELECT b.id, b.kind, b.name, b.format, b.sha256, b.header, b.mapping, b.state, b.partial, b.rows, b.created, b.changed, b.unchanged, b.wrong, b.feed_id, coalesce(f.name,''), b.week,
	       b.created_at, b.created_by, c.name, b.applied_at, b.applied_by, coalesce(a.name,''), b.undone_at, b.undone_by, coalesce(u.name,''), b.reason
	FROM import_batch b JOIN app_user c ON c.id = b.created_by LEFT JOIN app_user a ON a.id = b.applied_by LEFT JOIN app_user u ON u.id = b.undone_by LEFT JOIN feed f ON f.id = b.feed_id`

func scanImport(row pgx.CollectableRow) (b intake.Batch, err error) {
	n := &b.Counts
	err = row.Scan(&b.ID, &b.Kind, &b.Name, &b.Format, &b.SHA256, &b.Header, &b.Mapping, &b.State, &b.Partial, &n.Rows, &n.Created, &n.Changed, &n.Unchanged, &n.Wrong, &b.FeedID, &b.FeedName, dayAt(&b.Week),
		at(&b.CreatedAt), &b.CreatedBy, &b.CreatedName, at(&b.AppliedAt), &b.AppliedBy, &b.AppliedName, at(&b.UndoneAt), &b.UndoneBy, &b.UndoneName, &b.Reason)
	return b, err
}

// InsertBatch keeps a batch with its rows.
func (s *Store) InsertBatch(ctx context.Context, b intake.Batch, t intake.Table, e audit.Event) error {
	return s.change(ctx, "keep import", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO import_batch (id, kind, name, format, sha256, header, mapping, state, rows, feed_id, week, created_at, created_by)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
			b.ID, string(b.Kind), b.Name, b.Format, b.SHA256, b.Header, b.Mapping, string(b.State), b.Counts.Rows, orNullID(b.FeedID), orNullDay(b.Week), b.CreatedAt, b.CreatedBy); err != nil {
			return err
		}
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"import_row"}, []string{"batch_id", "n", "line", "cells"}, pgx.CopyFromSlice(len(t.Rows), func(i int) ([]any, error) {
			return []any{b.ID, int32(i), int32(t.Lines[i]), t.Rows[i]}, nil
		}))
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// problemRow is how a problem is kept.
type problemRow struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Field  string `json:"field,omitempty"`
	Value  string `json:"value,omitempty"`
	ZH     string `json:"zh"`
	EN     string `json:"en"`
}

func problemRows(ps []intake.Problem) []problemRow {
	out := make([]problemRow, len(ps))
	for i, p := range ps {
		out[i] = problemRow{p.Line, p.Column, p.Field, p.Value, p.Text.Chinese, p.Text.English}
	}
	return out
}

// UpdateCheck writes what a check has found.
func (s *Store) UpdateCheck(ctx context.Context, b intake.Batch) error {
	n := b.Counts
	tag, err := s.pool.Exec(ctx, `UPDATE import_batch SET mapping = $2, created = $3, changed = $4, unchanged = $5, wrong = $6, problems = $7 WHERE id = $1 AND state = 'checked'`,
		b.ID, b.Mapping, n.Created, n.Changed, n.Unchanged, n.Wrong, problemRows(b.Problems))
	if err == nil && tag.RowsAffected() == 0 {
		err = changedMeanwhile("import")
	}
	return mapError("keep check", err)
}

// ImportBatch gives one with its problems.
func (s *Store) ImportBatch(ctx context.Context, id uuid.UUID) (intake.Batch, error) {
	b, err := one(ctx, s.pool, scanImport, selectBatch+` WHERE b.id = $1`, id)
	if err != nil {
		return intake.Batch{}, mapError("look up import", err)
	}
	var raw []byte
	if err := s.pool.QueryRow(ctx, `SELECT problems FROM import_batch WHERE id = $1`, id).Scan(&raw); err != nil {
		return intake.Batch{}, mapError("look up import", err)
	}
	var ps []problemRow
	if err := json.Unmarshal(raw, &ps); err != nil {
		return intake.Batch{}, fmt.Errorf("read problems of import: %w", err)
	}
	for _, p := range ps {
		b.Problems = append(b.Problems, intake.Problem{Line: p.Line, Column: p.Column, Field: p.Field, Value: p.Value, Text: intake.Both{Chinese: p.ZH, English: p.EN}})
	}
	return b, nil
}

// ImportBatches lists the newest first.
func (s *Store) ImportBatches(ctx context.Context, q intake.BatchQuery) ([]intake.Batch, error) {
	w := &where{}
	if q.Kind != "" {
		w.add("b.kind = ?", string(q.Kind))
	}
	if q.State != "" {
		w.add("b.state = ?", string(q.State))
	}
	if q.FeedID != uuid.Nil {
		w.add("b.feed_id = ?", q.FeedID)
	}
	if !q.Before.IsZero() {
		w.add("(b.created_at, b.id) < (?, ?)", q.Before, q.ID)
	}
	out, err := list(ctx, s.pool, scanImport, selectBatch+w.sql()+` ORDER BY b.created_at DESC, b.id DESC`+w.limit(q.Limit), w.args...)
	return out, mapError("list imports", err)
}

// ImportRows gives rows in order.
func (s *Store) ImportRows(ctx context.Context, id uuid.UUID, limit int) ([]intake.Row, error) {
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v intake.Row, err error) {
		err = r.Scan(&v.Line, &v.Cells)
		return v, err
	}, `SELECT line, cells FROM import_row WHERE batch_id = $1 ORDER BY n LIMIT $2`, id, orNullInt(limit))
	return out, mapError("read rows", err)
}

// Words are what was chosen for the words of headers: for the feed before any.
func (s *Store) Words(ctx context.Context, k intake.Kind, feed uuid.UUID) (map[string]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT word, field FROM import_word WHERE kind = $1 AND feed_id IN ($2, $3) ORDER BY feed_id = $3`, string(k), uuid.Nil, feed)
	if err != nil {
		return nil, mapError("look up words", err)
	}
	out := map[string]string{}
	var word, field string
	_, err = pgx.ForEachRow(rows, []any{&word, &field}, func() error {
		out[word] = field
		return nil
	})
	return out, mapError("look up words", err)
}

// byKey makes a map of a list.
func byKey[V any](vs []V, key func(V) string) map[string]V {
	out := make(map[string]V, len(vs))
	for _, v := range vs {
		out[key(v)] = v
	}
	return out
}

// ContractsByKey gives, of the given keys, the contracts that exist.
func (s *Store) ContractsByKey(ctx context.Context, keys []string) (map[string]dealing.Contract, error) {
	if len(keys) == 0 {
		return map[string]dealing.Contract{}, nil
	}
	vs, err := list(ctx, s.pool, scanContract, selectContract+` WHERE t.key = ANY($1)`, keys)
	return byKey(vs, func(v dealing.Contract) string { return v.Key }), mapError("look up contracts", err)
}

// EquipmentByKey gives, of the given keys, the equipment that exists.
func (s *Store) EquipmentByKey(ctx context.Context, keys []string) (map[string]dealing.Equipment, error) {
	if len(keys) == 0 {
		return map[string]dealing.Equipment{}, nil
	}
	vs, err := list(ctx, s.pool, scanEquipment, selectEquipment+` WHERE t.key = ANY($1)`, keys)
	return byKey(vs, func(v dealing.Equipment) string { return v.Key }), mapError("look up equipment", err)
}

// EventsByKey gives, of the given keys, the events that exist.
func (s *Store) EventsByKey(ctx context.Context, keys []string) (map[string]dealing.Event, error) {
	if len(keys) == 0 {
		return map[string]dealing.Event{}, nil
	}
	vs, err := list(ctx, s.pool, scanBusinessEvent, selectEvent+` WHERE t.key = ANY($1)`, keys)
	return byKey(vs, func(v dealing.Event) string { return v.Key }), mapError("look up events", err)
}

// EventsOnce gives what those contracts and pieces of equipment have, by key.
func (s *Store) EventsOnce(ctx context.Context, of []uuid.UUID) (map[intake.Once]string, error) {
	out := map[intake.Once]string{}
	if len(of) == 0 {
		return out, nil
	}
	rows, err := s.pool.Query(ctx, `SELECT equipment_id, kind, key FROM business_event WHERE equipment_id = ANY($1) AND withdrawn_at IS NULL
		UNION ALL SELECT contract_id, kind, key FROM business_event WHERE contract_id = ANY($1) AND withdrawn_at IS NULL`, of)
	if err != nil {
		return nil, mapError("look up events", err)
	}
	var (
		o   intake.Once
		key string
	)
	_, err = pgx.ForEachRow(rows, []any{&o.Of, &o.Kind, &key}, func() error {
		out[o] = key
		return nil
	})
	return out, mapError("look up events", err)
}
