package store

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

// Recordings lists by (opened_at, id), newest first, one row more than asked
// for when another page follows. All of a row stands in the read model
// recording_search, but for the names of agent and program.
func (s *Store) Recordings(ctx context.Context, q replay.Query) ([]replay.Row, error) {
	found, args := searchSQL(q)
	if q.Tail != "" {
		// Thousands may end in these digits, and the index says when each was: only
		// those of the page are read whole.
		found = `SELECT f.* FROM (` + strings.Replace(found, "s.*", "s.opened_at, s.id", 1) + `) k JOIN recording_search f ON f.opened_at = k.opened_at AND f.id = k.id
			WHERE f.opened_at >= $1 AND f.opened_at < $2`
	}
	rows, err := list(ctx, s.pool, func(row pgx.CollectableRow) (r replay.Row, err error) {
		var number string
		err = row.Scan(append(rowTargets(&r, &number), &r.Score, &r.Held, &r.Tags, &r.Imported)...)
		r.Number = customer.StoredNumber(number)
		return r, err
	}, `SELECT f.id, f.call_id, f.opened_at, f.started_at, coalesce(f.duration_ms,0), f.agent_id, coalesce(u.name,''), f.customer_id, f.name, reverse(f.number_reversed), p.code,
		coalesce(f.outcome,''), f.state, f.interrupted, f.empty_left, f.empty_right, f.retain_until, f.score, f.held, f.tags, f.imported
		FROM (`+found+`) f JOIN program p ON p.id = f.program_id LEFT JOIN app_user u ON u.id = f.agent_id ORDER BY f.opened_at DESC, f.id DESC`,
		append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
	return rows, mapError("list recordings", err)
}

// searchSQL gives the statement that finds a page in the read model; its first
// two arguments are the dates. It must be
// planned for its values each time (a statement without a name is): the dates
// say which months are read, and a name that many have wants another plan than
// one that few have.
func searchSQL(q replay.Query) (string, []any) {
	var w where
	w.add("s.opened_at >= ?", q.From)
	w.add("s.opened_at < ?", q.To)
	if q.Text != "" {
		grams := q.Grams
		if grams == nil {
			grams = []string{}
		}
		w.add("s.name_grams @> ?", grams)
		if text := customer.SearchText(q.Text); utf8.RuneCountInString(text) > 2 { // shorter is a gram itself
			w.add(nameHolds("s.name"), text)
		}
	}
	if q.Tail != "" {
		w.add("s.number_reversed LIKE reverse(?) || '%'", q.Tail)
	}
	if q.AgentID != uuid.Nil {
		w.add("s.agent_id = ?", q.AgentID)
	}
	if q.BranchID != uuid.Nil {
		w.add("s.branch_id = ?", q.BranchID)
	}
	if q.Outcome != "" {
		w.add("s.outcome = ?", string(q.Outcome))
	}
	if q.State != "" {
		w.add("s.state = ?", q.State)
	}
	if q.Program != "" {
		w.add("s.program_id = (SELECT id FROM program WHERE code = ?)", q.Program)
	}
	narrow(&w, q)
	if q.After.ID != uuid.Nil {
		w.add("(s.opened_at, s.id) < (?, ?)", q.After.OpenedAt, q.After.ID)
		w.add("s.opened_at <= ?", q.After.OpenedAt) // leaves out the months after
	}
	limit := 0
	if q.Limit > 0 {
		limit = q.Limit + 1
	}
	return `SELECT s.* FROM recording_search s` + w.sql() + ` ORDER BY s.opened_at DESC, s.id DESC` + w.limit(limit), w.args
}

// narrow adds what is asked of the call, of its record and of how long the
// recording is kept.
func narrow(w *where, q replay.Query) {
	if q.Direction != "" {
		w.add("s.direction = ?", q.Direction)
	}
	switch q.Ring {
	case replay.RingMet:
		w.add("s.ring_met")
	case replay.RingShort:
		w.add("s.ring_short")
	}
	if q.Attempts > 0 {
		w.add("s.attempts >= ?", q.Attempts)
	}
	if q.Shortest > 0 {
		w.add("s.duration_ms >= ?", q.Shortest.Milliseconds())
	}
	if q.Longest > 0 {
		w.add("s.duration_ms <= ?", q.Longest.Milliseconds())
	}
	if q.Dissatisfied != "" {
		w.add("s.dissatisfied <> '{}'")
		if q.Dissatisfied != replay.AnyItem {
			w.add("s.dissatisfied @> ?", []string{q.Dissatisfied})
		}
	}
	if q.ScoreBelow > 0 {
		w.add("s.score < ?", q.ScoreBelow)
	}
	switch q.Held {
	case replay.HeldYes:
		w.add("s.held")
	case replay.HeldNo:
		w.add("NOT s.held")
	}
	if q.Tag != "" {
		w.add("s.tags <> '{}'")
		w.add("s.tags @> ?", []string{q.Tag})
	}
	if !q.RetainBefore.IsZero() {
		w.add("s.retain_until < ?", q.RetainBefore)
		// Nothing is kept for less than three years (Rule T-02): what is newer needs no look.
		w.add("s.opened_at < ?", q.RetainBefore.AddDate(-3, 0, 1))
	}
}

// Tags that a recording has, in their order.
func (s *Store) Tags(ctx context.Context, recordingID uuid.UUID) ([]replay.Tag, error) {
	tags, err := list(ctx, s.pool, func(r pgx.CollectableRow) (t replay.Tag, err error) {
		err = r.Scan(&t.Text, &t.AddedBy, at(&t.AddedAt))
		return t, err
	}, `SELECT t.tag, u.name, t.added_at FROM recording_tag t JOIN app_user u ON u.id = t.added_by WHERE t.recording_id = $1 AND t.removed_at IS NULL ORDER BY t.tag`, recordingID)
	return tags, mapError("list tags", err)
}

// TagsInUse lists the tags that recordings have, the most used first.
func (s *Store) TagsInUse(ctx context.Context, limit int) ([]string, error) {
	tags, err := list(ctx, s.pool, pgx.RowTo[string], `SELECT tag FROM recording_tag WHERE removed_at IS NULL GROUP BY tag ORDER BY count(*) DESC, tag LIMIT $1`, limit)
	return tags, mapError("list tags in use", err)
}

// Branches lists them by name.
func (s *Store) Branches(ctx context.Context) ([]replay.Branch, error) {
	all, err := list(ctx, s.pool, func(r pgx.CollectableRow) (b replay.Branch, err error) {
		return b, r.Scan(&b.ID, &b.Name)
	}, `SELECT id, name FROM branch ORDER BY name`)
	return all, mapError("list branches", err)
}

// RatedItems lists the items that questionnaires have rated, by key, with the
// words of the version that has them last. Rule C-16.
func (s *Store) RatedItems(ctx context.Context) ([]replay.Question, error) {
	items, err := list(ctx, s.pool, func(r pgx.CollectableRow) (q replay.Question, err error) {
		return q, r.Scan(&q.Key, &q.Chinese, &q.English)
	}, `SELECT DISTINCT ON (1) i ->> 'key', coalesce(i -> 'label' ->> 'zh-CN', ''), coalesce(i -> 'label' ->> 'en', '')
		FROM paper p JOIN paper_version v ON v.paper_id = p.id CROSS JOIN jsonb_array_elements(coalesce(v.body -> 'items', '[]')) i
		WHERE p.kind = 'questionnaire' AND v.state <> 'draft' AND i ->> 'kind' = 'satisfaction' ORDER BY 1, v.published_at DESC, p.code`)
	return items, mapError("list rated items", err)
}

// AddTag puts a tag on a recording, with its event; false: it is on already.
func (s *Store) AddTag(ctx context.Context, id, recordingID uuid.UUID, tag string, e audit.Event) (added bool, err error) {
	return added, s.change(ctx, "tag recording", func(tx pgx.Tx) error {
		t, err := tx.Exec(ctx, `INSERT INTO recording_tag (id, recording_id, tag, added_by, added_at) VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING`, id, recordingID, tag, e.ActorID, e.At)
		if added = err == nil && t.RowsAffected() == 1; !added {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// RemoveTag takes a tag off, with its event; problem not_found.
func (s *Store) RemoveTag(ctx context.Context, recordingID uuid.UUID, tag string, e audit.Event) error {
	return s.change(ctx, "take tag off", func(tx pgx.Tx) error {
		t, err := tx.Exec(ctx, `UPDATE recording_tag SET removed_by = $3, removed_at = $4 WHERE recording_id = $1 AND tag = $2 AND removed_at IS NULL`, recordingID, tag, e.ActorID, e.At)
		if err != nil {
			return err
		}
		if t.RowsAffected() == 0 {
			return problem.NotFound("tag")
		}
		return insertEvent(ctx, tx, e)
	})
}

// SavedSearches of somebody, by name.
func (s *Store) SavedSearches(ctx context.Context, owner uuid.UUID) ([]replay.SavedSearch, error) {
	all, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v replay.SavedSearch, err error) {
		err = r.Scan(&v.ID, &v.Name, &v.Filter, at(&v.SavedAt))
		return v, err
	}, `SELECT id, name, filter, saved_at FROM saved_search WHERE owner_id = $1 ORDER BY name`, owner)
	return all, mapError("list saved searches", err)
}

// SaveSearch keeps one, in place of the owner's of the same name; problem
// conflict when most are kept already.
func (s *Store) SaveSearch(ctx context.Context, owner uuid.UUID, v replay.SavedSearch, most int) error {
	return s.change(ctx, "save search", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT 1 FROM app_user WHERE id = $1 FOR NO KEY UPDATE`, owner); err != nil {
			return err
		}
		n, err := one(ctx, tx, pgx.RowTo[int], `SELECT count(*) FROM saved_search WHERE owner_id = $1 AND name <> $2`, owner, v.Name)
		if err != nil {
			return err
		}
		if n >= most {
			return &problem.Error{Code: problem.CodeConflict, Reason: "too_many", Detail: fmt.Sprintf("at most %d searches are kept", most)}
		}
		_, err = tx.Exec(ctx, `INSERT INTO saved_search (id, owner_id, name, filter, saved_at) VALUES ($1,$2,$3,$4,$5)
			ON CONFLICT (owner_id, name) DO UPDATE SET filter = EXCLUDED.filter, saved_at = EXCLUDED.saved_at`, v.ID, owner, v.Name, v.Filter, v.SavedAt)
		return err
	})
}

// DropSearch forgets one; problem not_found when it is not the owner's.
func (s *Store) DropSearch(ctx context.Context, owner, id uuid.UUID) error {
	t, err := s.pool.Exec(ctx, `DELETE FROM saved_search WHERE owner_id = $1 AND id = $2`, owner, id)
	if err == nil && t.RowsAffected() == 0 {
		return problem.NotFound("saved_search")
	}
	return mapError("forget search", err)
}

// TendSearch makes the partitions of the months to come and brings rows up to
// date that could not be. It gives how many still lie in the default partition
// and how many are out of date: both should be none.
func (s *Store) TendSearch(ctx context.Context, now time.Time) (misplaced, stale int64, err error) {
	var made, mended int
	err = s.pool.QueryRow(ctx, `SELECT made, mended, misplaced, stale FROM recording_search_tend($1)`, now.UTC()).Scan(&made, &mended, &misplaced, &stale)
	if err == nil && made+mended > 0 {
		s.logger.Info("search tended", "months_made", made, "rows_mended", mended)
	}
	return misplaced, stale, mapError("tend search", err)
}
