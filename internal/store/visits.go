package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
	"huifang/internal/visit"
)

var _ visit.Store = (*Store)(nil)

const selectVisit = `SELECT v.id, v.number, v.task_id, v.customer_id, cu.name, v.agent_id, ag.name, v.state, v.visited_at, v.place, v.met, v.content, v.problems, v.handling,
	v.answers, v.questionnaire_version, v.score, v.dissatisfied, v.signed_name, v.strokes, v.signature_png, v.unsigned_reason, v.created_at, v.updated_at, v.finished_at
	FROM visit v JOIN customer cu ON cu.id = v.customer_id JOIN app_user ag ON ag.id = v.agent_id`

func scanVisit(r pgx.CollectableRow) (v visit.Visit, err error) {
	var strokes []byte
	err = r.Scan(&v.ID, &v.Number, &v.TaskID, &v.CustomerID, &v.CustomerName, &v.AgentID, &v.AgentName, &v.State, at(&v.VisitedAt), &v.Place, &v.Met, &v.Content, &v.Problems, &v.Handling,
		&v.Answers, &v.QuestionnaireVersion, &v.Score, &v.Dissatisfied, &v.SignedName, &strokes, &v.Signature, &v.UnsignedReason, at(&v.CreatedAt), at(&v.UpdatedAt), at(&v.FinishedAt))
	if err == nil && strokes != nil {
		err = json.Unmarshal(strokes, &v.Strokes)
	}
	return v, err
}

// Visit gives one.
func (s *Store) Visit(ctx context.Context, id uuid.UUID) (visit.Visit, error) {
	v, err := one(ctx, s.pool, scanVisit, selectVisit+` WHERE v.id = $1`, id)
	return v, mapError("look up visit", err)
}

// VisitsOfTask gives the newest first.
func (s *Store) VisitsOfTask(ctx context.Context, taskID uuid.UUID) ([]visit.Visit, error) {
	vs, err := list(ctx, s.pool, scanVisit, selectVisit+` WHERE v.task_id = $1 ORDER BY v.created_at DESC, v.id`, taskID)
	return vs, mapError("list visits", err)
}

// VisitsOfCustomer gives the final ones, the newest first.
func (s *Store) VisitsOfCustomer(ctx context.Context, customerID uuid.UUID, limit int) ([]visit.Visit, error) {
	vs, err := list(ctx, s.pool, scanVisit, selectVisit+` WHERE v.customer_id = $1 AND v.state = 'final' ORDER BY v.visited_at DESC, v.id LIMIT $2`, customerID, limit)
	return vs, mapError("list visits", err)
}

// TaskMethod gives the channel of the duty that the task comes of, and the sum
// of the customer's contracts. Rule C-11.
func (s *Store) TaskMethod(ctx context.Context, taskID, customerID uuid.UUID) (m visit.Method, err error) {
	err = s.pool.QueryRow(ctx, `SELECT coalesce((SELECT channel FROM duty WHERE task_id = $1), ''),
		coalesce((SELECT sum(amount_cents) FROM contract WHERE customer_id = $2 AND terminated_on IS NULL), 0)::bigint`, taskID, customerID).Scan(&m.DutyChannel, &m.ContractCents)
	return m, mapError("look up task", err)
}

// SaveVisit writes a draft, or a final visit with its number and the end of its
// task, in one transaction. Rules C-01, C-21, C-26.
func (s *Store) SaveVisit(ctx context.Context, v visit.Visit, was time.Time, month string, e audit.Event) (out visit.Visit, err error) {
	strokes := any(nil)
	if len(v.Strokes) > 0 {
		raw, err := json.Marshal(v.Strokes)
		if err != nil {
			return visit.Visit{}, fmt.Errorf("write strokes: %w", err)
		}
		strokes = raw
	}
	answers := v.Answers
	if answers == nil {
		answers = map[string]any{}
	}
	err = s.change(ctx, "save visit", func(tx pgx.Tx) error {
		number := ""
		if month != "" {
			n, err := nextNumber(ctx, tx, "visit", month)
			if err != nil {
				return err
			}
			number = "V" + n
			if err := visitedTask(ctx, tx, v, number); err != nil {
				return err
			}
		}
		args := []any{v.ID, number, v.TaskID, v.CustomerID, v.AgentID, string(v.State), orNullTime(v.VisitedAt), v.Place, v.Met, v.Content, v.Problems, v.Handling, answers, v.QuestionnaireVersion,
			v.Score, v.Dissatisfied, v.SignedName, strokes, v.Signature, v.UnsignedReason, v.CreatedAt, v.UpdatedAt, orNullTime(v.FinishedAt)}
		if was.IsZero() {
			_, err := tx.Exec(ctx, `INSERT INTO visit (id, number, task_id, customer_id, agent_id, state, visited_at, place, met, content, problems, handling, answers, questionnaire_version,
				score, dissatisfied, signed_name, strokes, signature_png, unsigned_reason, created_at, updated_at, finished_at)
				VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,coalesce($16::text[],'{}'),$17,$18,$19,$20,$21,$22,$23)`, args...)
			if err != nil {
				return err
			}
		} else {
			tag, err := tx.Exec(ctx, `UPDATE visit SET number = $2, agent_id = $5, state = $6, visited_at = $7, place = $8, met = $9, content = $10, problems = $11, handling = $12, answers = $13,
				questionnaire_version = $14, score = $15, dissatisfied = coalesce($16::text[],'{}'), signed_name = $17, strokes = $18, signature_png = $19, unsigned_reason = $20, updated_at = $22, finished_at = $23
				WHERE id = $1 AND task_id = $3 AND customer_id = $4 AND created_at = $21 AND updated_at = $24`, append(args, was)...)
			if err == nil && tag.RowsAffected() == 0 {
				err = changedMeanwhile("visit")
			}
			if err != nil {
				return err
			}
		}
		if e.Action != "" {
			e.Detail["number"] = number
		}
		if err := insertEvent(ctx, tx, e); err != nil {
			return err
		}
		out, err = one(ctx, tx, scanVisit, selectVisit+` WHERE v.id = $1`, v.ID)
		return err
	})
	return out, err
}

// visitedTask closes the task of a final visit as done.
func visitedTask(ctx context.Context, tx pgx.Tx, v visit.Visit, number string) error {
	var was string
	if err := tx.QueryRow(ctx, `SELECT state FROM task WHERE id = $1 FOR UPDATE`, v.TaskID).Scan(&was); err != nil {
		return err
	}
	if st := callback.TaskState(was); !st.Dialable() && st != callback.TaskDataCheck {
		return problem.Conflict("task_state", "the task is "+was)
	}
	_, err := tx.Exec(ctx, `UPDATE task SET state = 'done', closed_at = $2, closed_by = $3, close_reason = $4, next_from = NULL, next_until = NULL, updated_at = $2 WHERE id = $1`,
		v.TaskID, v.FinishedAt, v.AgentID, "visit "+number)
	return err
}
