package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
)

var _ switchboard.Ledger = (*Store)(nil)

// OpenCall makes call and recording durable together and moves the task to
// calling. Rule T-01. A task that is not dialable any more, or an agent with a
// live call, is refused with the reasons of the dial gate.
func (s *Store) OpenCall(ctx context.Context, c switchboard.NewCall) error {
	return s.change(ctx, "open call", func(tx pgx.Tx) error {
		var state string
		err := tx.QueryRow(ctx, `SELECT state FROM task WHERE id = $1 FOR UPDATE`, c.TaskID).Scan(&state)
		if errors.Is(err, pgx.ErrNoRows) {
			return problem.NotFound("task")
		}
		if err != nil {
			return err
		}
		var there bool
		err = tx.QueryRow(ctx, `
			SELECT EXISTS (SELECT 1 FROM call c JOIN recording r ON r.call_id = c.id WHERE c.id = $1 AND r.id = $2 AND c.task_id = $3)`,
			c.CallID, c.RecordingID, c.TaskID).Scan(&there)
		if err != nil || there {
			return err
		}
		if ts := callback.TaskState(state); !ts.Dialable() {
			return notDialable(ts)
		}
		return insertCall(ctx, tx, c)
	})
}

func insertCall(ctx context.Context, tx pgx.Tx, c switchboard.NewCall) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO call (id, task_id, customer_id, contact_point_id, agent_id, instance, state, started_at, updated_at, direction, task_before)
		SELECT $1,t.id,$3,$4,$5,$6,$7,$8,$8,$9, CASE WHEN $9 = 'inbound' THEN t.state ELSE '' END FROM task t WHERE t.id = $2`,
		c.CallID, c.TaskID, c.CustomerID, c.ContactPointID, orNullID(c.AgentID), c.Instance, call.StateArming.String(), c.At, directionOf(c.Inbound))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO recording (id, call_id, instance, state, opened_at, updated_at) VALUES ($1,$2,$3,'opened',$4,$4)`,
		c.RecordingID, c.CallID, c.Instance, c.At)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE task SET state = 'calling', updated_at = $2 WHERE id = $1`, c.TaskID, c.At)
	return err
}

func directionOf(inbound bool) string {
	if inbound {
		return "inbound"
	}
	return "outbound"
}

// notDialable says why, in the words of the dial gate.
func notDialable(s callback.TaskState) error {
	reason := callback.ReasonTaskClosed
	switch s {
	case callback.TaskCalling:
		reason = callback.ReasonLineInUse
	case callback.TaskWrapup:
		reason = callback.ReasonWrapupPending
	case callback.TaskDataCheck:
		reason = callback.ReasonTaskDataCheck
	}
	return problem.Refused("", string(reason), "the task is "+string(s)+" and cannot be dialled", nil)
}

// OpenAttempt makes a dial durable before its INVITE. The database refuses it
// without an open recording. Rules T-01, T-06.
func (s *Store) OpenAttempt(ctx context.Context, a switchboard.NewAttempt) error {
	return s.change(ctx, "open attempt", func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM attempt WHERE id = $1 AND call_id = $2)`, a.AttemptID, a.CallID).Scan(&there); err != nil || there {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO attempt (id, call_id, task_id, ordinal, trunk, caller_id, number, slot_date, slot_window, dialed_at, override_reason, override_by)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)`,
			a.AttemptID, a.CallID, a.TaskID, a.Ordinal, a.Trunk, a.CallerID, a.Number, a.SlotDate, a.SlotWindow, a.At, a.OverrideReason, orNullID(a.OverrideBy))
		return err
	})
}

// MoveCall changes the state of a call that is in the expected one; a repeated
// move (same target at the same time) has no second effect.
func (s *Store) MoveCall(ctx context.Context, m switchboard.Move) error {
	return s.change(ctx, "move call", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			UPDATE call SET state = $3, updated_at = $4, ringing_at = coalesce($5, ringing_at), answered_at = coalesce($6, answered_at),
			       talk_at = coalesce($7, talk_at), notice_at = coalesce($8, notice_at), notice_ended_at = coalesce($9, notice_ended_at),
			       queued_at = coalesce($10, queued_at)
			WHERE id = $1 AND state = $2`,
			m.CallID, m.From.String(), m.To.String(), m.At, orNullTime(m.RingingAt), orNullTime(m.AnsweredAt), orNullTime(m.TalkAt),
			orNullTime(m.NoticeAt), orNullTime(m.NoticeEndedAt), orNullTime(m.QueuedAt))
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		var (
			state   string
			updated time.Time
		)
		err = tx.QueryRow(ctx, `SELECT state, updated_at FROM call WHERE id = $1`, m.CallID).Scan(&state, &updated)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return problem.NotFound("call")
		case err != nil:
			return err
		case state == m.To.String() && updated.Equal(m.At.Truncate(time.Microsecond)):
			return nil
		}
		return problem.Conflict("call_state", fmt.Sprintf("the call is %s, not %s", state, m.From))
	})
}

// CloseAttempt writes evidence and verdict once and counts it; with the last
// one of a call the task goes to wrap-up, and a number that does not exist is
// marked. Rules T-03, T-04, T-06.
func (s *Store) CloseAttempt(ctx context.Context, v switchboard.Verdict) error {
	closed := false
	err := s.change(ctx, "close attempt", func(tx pgx.Tx) error {
		closed = false
		var ended *time.Time
		err := tx.QueryRow(ctx, `SELECT ended_at FROM attempt WHERE id = $1 FOR UPDATE`, v.AttemptID).Scan(&ended)
		if errors.Is(err, pgx.ErrNoRows) {
			return problem.NotFound("attempt")
		}
		if err != nil || ended != nil {
			return err
		}
		closed = true
		if err := writeVerdict(ctx, tx, v); err != nil {
			return err
		}
		if v.Counted {
			if err := addCounted(ctx, tx, v.TaskID, 1); err != nil {
				return err
			}
		}
		if v.Outcome == call.OutcomeInvalidNumber {
			var point uuid.UUID
			if err := tx.QueryRow(ctx, `SELECT contact_point_id FROM call WHERE id = $1`, v.CallID).Scan(&point); err != nil {
				return err
			}
			if err := invalidate(ctx, tx, point, v.EndedAt); err != nil {
				return err
			}
		}
		if !v.LastOfCall {
			return nil
		}
		return taskToWrapup(ctx, tx, v.TaskID, v.EndedAt)
	})
	if err == nil && closed && v.LastOfCall {
		s.plan(ctx, v.TaskID)
	}
	return err
}

func writeVerdict(ctx context.Context, tx pgx.Tx, v switchboard.Verdict) error {
	heard := v.Heard
	if heard == nil {
		heard = []call.Heard{}
	}
	_, err := tx.Exec(ctx, `
		UPDATE attempt SET first_response_at = $2, ringing_at = $3, ringing_signal = $4, first_media_at = $5, answered_at = $6, ended_at = $7,
		       ended_by = $8, sip_code = $9, sip_reason = $10, q850_cause = $11, outcome = $12, reason = $13, ring_ms = $14, ring_ok = $15,
		       counted = $16, heard = $19, override_reason = CASE WHEN $17 = '' THEN override_reason ELSE $17 END, override_by = coalesce($18, override_by)
		WHERE id = $1`,
		v.AttemptID, orNullTime(v.FirstResponseAt), orNullTime(v.RingingAt), orNull(v.RingingSignal), orNullTime(v.FirstMediaAt),
		orNullTime(v.AnsweredAt), v.EndedAt, orNull(v.EndedBy), orNullInt(v.SIPCode), v.SIPReason, orNullInt(v.Q850Cause),
		string(v.Outcome), v.Reason, v.RingMs, v.RingOK, v.Counted, v.OverrideReason, orNullID(v.OverrideBy), heard)
	return err
}

// invalidate marks a number that does not exist; the first mark stays.
func invalidate(ctx context.Context, tx pgx.Tx, contactPointID uuid.UUID, when time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE contact_point SET invalid_at = coalesce(invalid_at, $2) WHERE id = $1`, contactPointID, when)
	return err
}

// taskToWrapup: the record must be written before the task goes on. Rule C-01.
func taskToWrapup(ctx context.Context, tx pgx.Tx, taskID uuid.UUID, when time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE task SET state = 'wrapup', updated_at = $2 WHERE id = $1 AND state = 'calling'`, taskID, when)
	return err
}

// plan places the next attempt of a task whose call is over, so that it is
// known even when the record is written late. The record places it anew, hence
// a failure here is only logged. Rule T-04.
func (s *Store) plan(ctx context.Context, taskID uuid.UUID) {
	if s.planner == nil {
		return
	}
	v, err := s.Task(ctx, taskID)
	if err == nil {
		var from, until time.Time
		var ok bool
		if from, until, ok, err = s.planner(ctx, v); err == nil {
			if !ok {
				from, until = time.Time{}, time.Time{}
			}
			_, err = s.pool.Exec(ctx, `UPDATE task SET next_from = $2, next_until = $3 WHERE id = $1 AND state = 'wrapup' AND updated_at = $4`,
				taskID, orNullTime(from), orNullTime(until), v.Task.UpdatedAt)
		}
	}
	if err != nil {
		s.logger.WarnContext(ctx, "next attempt not placed", "task_id", taskID, "error", err)
	}
}

// EndCall moves the call to wrapup with its outcome, and its task too when no
// attempt has done so; a call that no agent took is closed. A call that is over already is left as it is.
func (s *Store) EndCall(ctx context.Context, e switchboard.Ending) error {
	return s.change(ctx, "end call", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			UPDATE call SET state = CASE WHEN agent_id IS NULL THEN 'closed' ELSE 'wrapup' END, ended_at = $2, outcome = $3, reason = $4, ended_by = $5, updated_at = $2
			WHERE id = $1 AND state NOT IN ('wrapup','closed')`,
			e.CallID, e.At, string(e.Outcome), e.Reason, orNull(e.EndedBy))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			var there bool
			if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM call WHERE id = $1)`, e.CallID).Scan(&there); err != nil {
				return err
			}
			if !there {
				return problem.NotFound("call")
			}
			return nil
		}
		if err := endMarks(ctx, tx, e.CallID, e.At); err != nil {
			return err
		}
		for _, l := range e.Legs {
			if err := insertLeg(ctx, tx, e.CallID, l); err != nil {
				return err
			}
		}
		return taskAfter(ctx, tx, e)
	})
}

// taskAfter: the task of a call that no agent took is what it was before.
func taskAfter(ctx context.Context, tx pgx.Tx, e switchboard.Ending) error {
	tag, err := tx.Exec(ctx, `UPDATE task t SET state = c.task_before, updated_at = $3 FROM call c
		WHERE c.id = $1 AND c.agent_id IS NULL AND t.id = $2 AND t.state = 'calling'`, e.CallID, e.TaskID, e.At)
	if err != nil || tag.RowsAffected() > 0 {
		return err
	}
	return taskToWrapup(ctx, tx, e.TaskID, e.At)
}

// OpenCalls lists what a crash of the instance left, oldest first.
func (s *Store) OpenCalls(ctx context.Context, instance string) ([]switchboard.Orphan, error) {
	os, err := list(ctx, s.pool, func(r pgx.CollectableRow) (o switchboard.Orphan, err error) {
		var state string
		err = r.Scan(&o.CallID, &o.TaskID, &o.AgentID, &o.RecordingID, &state, at(&o.StartedAt), &o.Inbound, &o.OpenAttempt)
		o.State = call.ParseState(state)
		return o, err
	}, `SELECT c.id, c.task_id, c.agent_id, r.id, c.state, c.started_at, c.direction = 'inbound',
		       (SELECT a.id FROM attempt a WHERE a.call_id = c.id AND a.ended_at IS NULL ORDER BY a.ordinal DESC LIMIT 1)
		FROM call c LEFT JOIN recording r ON r.call_id = c.id
		WHERE c.instance = $1 AND c.state NOT IN ('wrapup','closed') ORDER BY c.started_at, c.id`, instance)
	return os, mapError("list open calls", err)
}
