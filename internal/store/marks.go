package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/switchboard"
)

// MarkCall writes a mark, or the end of one that lasted, with its row in the
// audit log. Rules T-13, C-20, S-04.
func (s *Store) MarkCall(ctx context.Context, m switchboard.CallMark) error {
	return s.change(ctx, "mark call", func(tx pgx.Tx) error {
		var ended *time.Time
		err := tx.QueryRow(ctx, `SELECT ended_at FROM call_mark WHERE id = $1 FOR UPDATE`, m.ID).Scan(&ended)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			_, err = tx.Exec(ctx, `
				INSERT INTO call_mark (id, call_id, recording_id, kind, by_id, with_id, started_at, ended_at, end_reason, reason, note)
				VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`,
				m.ID, m.CallID, m.RecordingID, string(m.Kind), m.By, orNullID(m.With), m.At, orNullTime(m.EndedAt), m.EndReason, m.Reason, m.Note)
		case err != nil || ended != nil || m.EndedAt.IsZero():
			return err
		default:
			_, err = tx.Exec(ctx, `UPDATE call_mark SET ended_at = $2, end_reason = $3 WHERE id = $1`, m.ID, m.EndedAt, m.EndReason)
		}
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, markEvent(m))
	})
}

func markEvent(m switchboard.CallMark) audit.Event {
	e := audit.Event{At: m.At, ActorID: m.By, ObjectKind: "call", ObjectID: m.CallID.String(), Reason: m.Reason,
		Detail: map[string]any{"mark_id": m.ID.String(), "recording_id": m.RecordingID.String(), "note": m.Note}}
	switch m.Kind {
	case call.MarkPause:
		e.Rule, e.Action = "T-13", audit.ActionRecordingPaused
		if !m.EndedAt.IsZero() {
			e.At, e.Action, e.Reason = m.EndedAt, audit.ActionRecordingUnpaused, m.EndReason
			e.Detail["paused_ms"] = m.EndedAt.Sub(m.At).Milliseconds()
		}
	case call.MarkComplaint:
		e.Rule, e.Action = "C-20", audit.ActionComplaintRaised
	case call.MarkMonitor:
		e.Action = audit.ActionCallMonitored
		if !m.EndedAt.IsZero() {
			e.At, e.Action = m.EndedAt, audit.ActionCallMonitorEnded
			e.Detail["end_reason"] = m.EndReason
		}
	case call.MarkHandover:
		e.Action = audit.ActionCallHandedOver
	case call.MarkTransfer:
		e.Action = audit.ActionTransferStarted
		e.Detail["to"] = m.With.String()
		if !m.EndedAt.IsZero() {
			e.At, e.Action = m.EndedAt, audit.ActionTransferEnded
			e.Detail["end_reason"] = m.EndReason
		}
	}
	return e
}

// endMarks ends what still lasts when its call ends: after a crash nobody else
// does.
func endMarks(ctx context.Context, tx pgx.Tx, callID uuid.UUID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE call_mark SET ended_at = greatest($2, started_at), end_reason = $3 WHERE call_id = $1 AND ended_at IS NULL`,
		callID, at, call.PauseEndedByCall)
	return err
}

const selectMark = `
	SELECT m.id, m.call_id, m.recording_id, m.kind, m.by_id, u.name, coalesce(m.with_id, '00000000-0000-0000-0000-000000000000'), coalesce(w.name, ''), c.customer_id, cu.name, m.started_at, m.ended_at, m.end_reason, m.reason, m.note,
	       r.started_at
	FROM call_mark m JOIN call c ON c.id = m.call_id JOIN customer cu ON cu.id = c.customer_id JOIN app_user u ON u.id = m.by_id
	LEFT JOIN app_user w ON w.id = m.with_id JOIN recording r ON r.id = m.recording_id`

func scanMark(r pgx.CollectableRow) (m callback.CallMark, err error) {
	var first time.Time
	err = r.Scan(&m.ID, &m.CallID, &m.RecordingID, &m.Kind, &m.ByID, &m.ByName, &m.WithID, &m.WithName, &m.CustomerID, &m.CustomerName, at(&m.At), at(&m.EndedAt),
		&m.EndReason, &m.Reason, &m.Note, at(&first))
	m.Offset = -1
	if !first.IsZero() {
		m.Offset = max(m.At.Sub(first), 0)
	}
	return m, err
}

func marksWhere(q callback.MarkQuery) where {
	var w where
	if q.CallID != uuid.Nil {
		w.add("m.call_id = ?", q.CallID)
	}
	if q.Kind != "" {
		w.add("m.kind = ?", string(q.Kind))
	}
	if q.ByID != uuid.Nil {
		w.add("m.by_id = ?", q.ByID)
	}
	if !q.From.IsZero() {
		w.add("m.started_at >= ?", q.From)
	}
	if !q.To.IsZero() {
		w.add("m.started_at < ?", q.To)
	}
	return w
}

// Marks selects marks of calls, newest first.
func (s *Store) Marks(ctx context.Context, q callback.MarkQuery) ([]callback.CallMark, error) {
	w := marksWhere(q)
	if !q.Before.At.IsZero() {
		w.add("(m.started_at, m.id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	limit := ""
	if q.Limit > 0 {
		limit = w.limit(q.Limit)
	}
	ms, err := list(ctx, s.pool, scanMark, selectMark+w.sql()+` ORDER BY m.started_at DESC, m.id DESC`+limit, w.args...)
	return ms, mapError("list marks", err)
}

// MarkTotals sums up what the query selects, the longest first.
func (s *Store) MarkTotals(ctx context.Context, q callback.MarkQuery) ([]callback.MarkTotal, error) {
	w := marksWhere(q)
	ts, err := list(ctx, s.pool, func(r pgx.CollectableRow) (t callback.MarkTotal, err error) {
		var ms int64
		err = r.Scan(&t.ByID, &t.ByName, &t.Number, &ms)
		t.Lasting = time.Duration(ms) * time.Millisecond
		return t, err
	}, `SELECT m.by_id, u.name, count(*), coalesce(sum(extract(epoch FROM m.ended_at - m.started_at) * 1000), 0)::bigint AS lasting
		FROM call_mark m JOIN app_user u ON u.id = m.by_id`+w.sql()+` GROUP BY m.by_id, u.name ORDER BY lasting DESC, count(*) DESC, u.name`, w.args...)
	return ts, mapError("sum up marks", err)
}

// HandOverCall makes somebody else the agent of a live call, guarded by who has
// it, with the mark that says so.
func (s *Store) HandOverCall(ctx context.Context, h switchboard.Handover) error {
	err := s.change(ctx, "hand over call", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE call SET agent_id = $3, updated_at = $4 WHERE id = $1 AND agent_id IS NOT DISTINCT FROM $2 AND state NOT IN ('wrapup','closed')`,
			h.CallID, orNullID(h.From), h.To, h.At)
		if err == nil && tag.RowsAffected() == 0 {
			err = changedMeanwhile("call")
		}
		if err != nil || !h.WithTask {
			return err
		}
		return giveTask(ctx, tx, h)
	})
	return err
}

// giveTask makes the new agent of a call the assignee of its task, and what is
// written of its record theirs to go on with. Rules C-01, C-15, S-04.
func giveTask(ctx context.Context, tx pgx.Tx, h switchboard.Handover) error {
	var task uuid.UUID
	err := tx.QueryRow(ctx, `UPDATE task SET assignee_id = $2, updated_at = $3 WHERE id = (SELECT task_id FROM call WHERE id = $1) RETURNING id`,
		h.CallID, h.To, h.At).Scan(&task)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE callback_record SET agent_id = $2 WHERE call_id = $1 AND state = 'draft'`, h.CallID, h.To); err != nil {
		return err
	}
	actor, why := h.From, "transfer"
	if h.From == uuid.Nil {
		actor, why = h.To, "inbound"
	}
	return insertEvent(ctx, tx, audit.Event{At: h.At, ActorID: actor, Action: audit.ActionTaskAssigned, ObjectKind: "task", ObjectID: task.String(),
		Rule: "C-15", Reason: why, Detail: map[string]any{"from": h.From.String(), "to": h.To.String(), "call_id": h.CallID.String()}})
}
