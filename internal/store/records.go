package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

const recordColumns = `cr.id, cr.call_id, cr.task_id, cr.recording_id, cr.agent_id, ag.name, cr.customer_id, cu.name, cr.contacted_at, cr.method,
	       cr.disposition, cr.content, cr.problems, cr.handling, cr.answers, cr.questionnaire_version, cr.deviation, cr.state,
	       cr.created_at, cr.updated_at, cr.finished_at, cr.number, cr.score, cr.score_version, cr.dissatisfied, cr.red_flags,
	       cr.questionnaire_id, cr.form_id, cr.form_version, cr.fields, cr.content_kinds`

const selectRecord = `SELECT ` + recordColumns + ` FROM callback_record cr JOIN app_user ag ON ag.id = cr.agent_id JOIN customer cu ON cu.id = cr.customer_id`

func scanRecord(r pgx.CollectableRow) (n callback.Record, err error) {
	err = r.Scan(recordTargets(&n)...)
	n.Version = 1
	return n, err
}

func recordTargets(n *callback.Record) []any {
	return []any{&n.ID, &n.CallID, &n.TaskID, &n.RecordingID, &n.AgentID, &n.AgentName, &n.CustomerID, &n.CustomerName, at(&n.ContactedAt),
		&n.Method, &n.Disposition, &n.Content, &n.Problems, &n.Handling, &n.Answers, &n.QuestionnaireVersion, &n.Deviation, &n.State,
		at(&n.CreatedAt), at(&n.UpdatedAt), at(&n.FinishedAt), &n.Number, &n.Score, &n.ScoreVersion, &n.Dissatisfied, &n.RedFlags,
		&n.QuestionnaireID, &n.FormID, &n.FormVersion, &n.Fields, &n.ContentKinds}
}

// SaveRecord writes a record and what it brings about in one transaction.
// Rules C-01, C-17, C-21, T-04.
func (s *Store) SaveRecord(ctx context.Context, v *callback.RecordSave, e audit.Event) error {
	return s.change(ctx, "save record", func(tx pgx.Tx) (err error) {
		if v.Month != "" {
			if v.Record.Number, err = nextNumber(ctx, tx, "record", v.Month); err != nil {
				return err
			}
		}
		if err := putRecord(ctx, tx, v.Record); err != nil {
			return err
		}
		if v.CloseCall {
			tag, err := tx.Exec(ctx, `UPDATE call SET state = 'closed', updated_at = $2 WHERE id = $1 AND state = 'wrapup'`, v.Record.CallID, v.Record.UpdatedAt)
			if err != nil {
				return err
			}
			if tag.RowsAffected() == 0 {
				return changedMeanwhile("call")
			}
		}
		if v.CountAttempt != uuid.Nil {
			if err := countAttempt(ctx, tx, v.CountAttempt, v.Record.TaskID); err != nil {
				return err
			}
		}
		if v.InvalidateContactPoint != uuid.Nil {
			if err := invalidate(ctx, tx, v.InvalidateContactPoint, v.Record.UpdatedAt); err != nil {
				return err
			}
		}
		if v.Task != nil {
			if err := updateTask(ctx, tx, *v.Task, v.TaskWas); err != nil {
				return err
			}
		}
		if v.Slip != nil {
			if err := insertSlip(ctx, tx, v.Slip, v.Month); err != nil {
				return err
			}
		}
		if v.Settled != nil {
			if err := updateSlip(ctx, tx, *v.Settled, v.SettledWas); err != nil {
				return err
			}
		}
		if err := insertEvent(ctx, tx, v.SlipEvent); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// nextNumber gives the next number of a month, and keeps whoever asks for the
// one after it waiting until this transaction has ended. Rule C-21.
func nextNumber(ctx context.Context, tx pgx.Tx, series, month string) (string, error) {
	var n int
	err := tx.QueryRow(ctx, `INSERT INTO number_series (series, month, last) VALUES ($1, $2, 1)
		ON CONFLICT (series, month) DO UPDATE SET last = number_series.last + 1 RETURNING last`, series, month).Scan(&n)
	if err != nil {
		return "", fmt.Errorf("number the %s: %w", series, err)
	}
	return fmt.Sprintf("%s-%06d", month, n), nil
}

// putRecord inserts the record, or updates the draft of the same call.
func putRecord(ctx context.Context, tx pgx.Tx, n callback.Record) error {
	var state string
	err := tx.QueryRow(ctx, `SELECT state FROM callback_record WHERE call_id = $1 FOR UPDATE`, n.CallID).Scan(&state)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return err
	case state == string(callback.RecordFinal):
		return problem.Conflict("record_final", "the record is final")
	}
	answers := n.Answers
	if answers == nil {
		answers = map[string]any{}
	}
	fields := n.Fields
	if fields == nil {
		fields = map[string]any{}
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO callback_record (id, call_id, task_id, recording_id, agent_id, customer_id, contacted_at, method, disposition, content,
		       problems, handling, answers, questionnaire_version, deviation, state, created_at, updated_at, finished_at, number, score, score_version, dissatisfied, red_flags,
		       questionnaire_id, form_id, form_version, fields, content_kinds)
		VALUES ($1,$2,$3,coalesce($4::uuid, (SELECT id FROM recording WHERE call_id = $2)),$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,coalesce($23::text[],'{}'),$24,$25,$26,$27,$28,$29)
		ON CONFLICT (call_id) DO UPDATE SET contacted_at = excluded.contacted_at, method = excluded.method, disposition = excluded.disposition,
		       content = excluded.content, problems = excluded.problems, handling = excluded.handling, answers = excluded.answers,
		       deviation = excluded.deviation, state = excluded.state,
		       updated_at = excluded.updated_at, finished_at = excluded.finished_at, number = excluded.number, score = excluded.score,
		       score_version = excluded.score_version, dissatisfied = excluded.dissatisfied, red_flags = excluded.red_flags,
		       fields = excluded.fields, content_kinds = excluded.content_kinds`,
		n.ID, n.CallID, n.TaskID, orNullID(n.RecordingID), n.AgentID, n.CustomerID, n.ContactedAt, n.Method, string(n.Disposition), n.Content,
		n.Problems, n.Handling, answers, n.QuestionnaireVersion, n.Deviation, string(n.State), n.CreatedAt, n.UpdatedAt, orNullTime(n.FinishedAt),
		n.Number, n.Score, n.ScoreVersion, n.Dissatisfied, n.RedFlags, orNullID(n.QuestionnaireID), orNullID(n.FormID), n.FormVersion, fields, wordsOf(n.ContentKinds))
	return err
}

// LastFields implements callback.Calls.
func (s *Store) LastFields(ctx context.Context, customerID uuid.UUID) (map[string]any, error) {
	fields, err := one(ctx, s.pool, pgx.RowTo[map[string]any], `SELECT coalesce((SELECT v.fields FROM record_version v WHERE v.record_id = cr.id ORDER BY v.version DESC LIMIT 1), cr.fields)
		FROM callback_record cr WHERE cr.customer_id = $1 AND cr.state = 'final' AND cr.fields <> '{}' ORDER BY cr.contacted_at DESC, cr.id LIMIT 1`, customerID)
	if errors.Is(err, pgx.ErrNoRows) {
		return map[string]any{}, nil
	}
	return fields, mapError("read last record", err)
}

// countAttempt counts an ended attempt once. Rule T-04.
func countAttempt(ctx context.Context, tx pgx.Tx, attemptID, taskID uuid.UUID) error {
	tag, err := tx.Exec(ctx, `UPDATE attempt SET counted = true WHERE id = $1 AND task_id = $2 AND NOT counted AND ended_at IS NOT NULL`, attemptID, taskID)
	if err != nil {
		return fmt.Errorf("count attempt: %w", err)
	}
	return addCounted(ctx, tx, taskID, tag.RowsAffected())
}

func addCounted(ctx context.Context, tx pgx.Tx, taskID uuid.UUID, n int64) error {
	if n == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE task SET counted = counted + $2 WHERE id = $1`, taskID, n)
	return err
}
