package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
)

var (
	_ audit.Log    = (*Store)(nil)
	_ audit.Reader = (*Store)(nil)
)

// AppendEvent writes an event that belongs to no other change. Rule S-04.
func (s *Store) AppendEvent(ctx context.Context, e audit.Event) error {
	return mapError("log event", insertEvent(ctx, s.pool, e))
}

// insertEvent writes the event of a change into its transaction; an event
// without an action is none. Rule S-04.
func insertEvent(ctx context.Context, q querier, e audit.Event) error {
	if e.Action == "" {
		return nil
	}
	detail := e.Detail
	if detail == nil {
		detail = map[string]any{}
	}
	_, err := q.Exec(ctx, `
		INSERT INTO audit_event (at, actor_id, action, object_kind, object_id, rule, reason, detail, ip)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		e.At, orNullID(e.ActorID), e.Action, e.ObjectKind, e.ObjectID, e.Rule, e.Reason, detail, e.IP)
	return err
}

const (
	maxEvents     = 500
	defaultEvents = 100
)

// Events reads the log, newest first.
func (s *Store) Events(ctx context.Context, f audit.Filter) ([]audit.Event, error) {
	var w where
	if !f.From.IsZero() {
		w.add("e.at >= ?", f.From)
	}
	if !f.To.IsZero() {
		w.add("e.at < ?", f.To)
	}
	if f.Action != "" {
		w.add("e.action = ?", f.Action)
	}
	if f.ActorID != uuid.Nil {
		w.add("e.actor_id = ?", f.ActorID)
	}
	if f.ObjectKind != "" {
		w.add("e.object_kind = ?", f.ObjectKind)
	}
	if f.ObjectID != "" {
		w.add("e.object_id = ?", f.ObjectID)
	}
	if f.Before > 0 {
		w.add("e.id < ?", f.Before)
	}
	limit := min(cmp.Or(max(f.Limit, 0), defaultEvents), maxEvents)
	es, err := list(ctx, s.pool, scanEvent, `
		SELECT e.id, e.at, e.actor_id, coalesce(u.name,''), e.action, e.object_kind, e.object_id, e.rule, e.reason, e.detail, e.ip
		FROM audit_event e LEFT JOIN app_user u ON u.id = e.actor_id`+w.sql()+` ORDER BY e.id DESC`+w.limit(limit), w.args...)
	return es, mapError("list events", err)
}

func scanEvent(r pgx.CollectableRow) (e audit.Event, err error) {
	err = r.Scan(&e.ID, at(&e.At), &e.ActorID, &e.ActorName, &e.Action, &e.ObjectKind, &e.ObjectID, &e.Rule, &e.Reason, &e.Detail, &e.IP)
	return e, err
}

// where gathers conditions that all must hold; ? stands for the next argument.
type where struct {
	conds []string
	args  []any
}

func (w *where) add(cond string, args ...any) {
	var b strings.Builder
	rest := cond
	for _, a := range args {
		before, after, _ := strings.Cut(rest, "?")
		b.WriteString(before + w.arg(a))
		rest = after
	}
	w.conds = append(w.conds, b.String()+rest)
}

// arg gives the placeholder of one more argument.
func (w *where) arg(a any) string {
	w.args = append(w.args, a)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *where) sql() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE (" + strings.Join(w.conds, ") AND (") + ")"
}

func (w *where) limit(n int) string {
	if n <= 0 {
		return ""
	}
	return " LIMIT " + w.arg(n)
}
