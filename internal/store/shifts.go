package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

const selectShift = `SELECT id, agent_id, started_at, ended_at, ended_by, override_reason, left_open FROM shift`

func (s *Store) shift(ctx context.Context, what, where string, agentID uuid.UUID) (*callback.Shift, error) {
	vs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v callback.Shift, err error) {
		err = r.Scan(&v.ID, &v.AgentID, at(&v.StartedAt), at(&v.EndedAt), &v.EndedBy, &v.OverrideReason, &v.LeftOpen)
		return v, err
	}, selectShift+where, agentID)
	if err != nil || len(vs) == 0 {
		return nil, mapError(what, err)
	}
	return &vs[0], nil
}

// BeginShift begins one unless one of today goes on; one of an earlier day ends
// with it, by nobody. Rule C-23.
func (s *Store) BeginShift(ctx context.Context, agentID uuid.UUID, now, dayStart time.Time) error {
	return s.change(ctx, "begin shift", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE shift SET ended_at = $2 WHERE agent_id = $1 AND ended_at IS NULL AND started_at < $3`, agentID, now, dayStart); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO shift (id, agent_id, started_at) VALUES ($1,$2,$3) ON CONFLICT (agent_id) WHERE ended_at IS NULL DO NOTHING`, uuid.New(), agentID, now)
		return err
	})
}

// OpenShift gives the one that goes on, nil when there is none.
func (s *Store) OpenShift(ctx context.Context, agentID uuid.UUID) (*callback.Shift, error) {
	return s.shift(ctx, "look up shift", ` WHERE agent_id = $1 AND ended_at IS NULL`, agentID)
}

// LastLeftOpen gives the last one that ended with records open.
func (s *Store) LastLeftOpen(ctx context.Context, agentID uuid.UUID) (*callback.Shift, error) {
	return s.shift(ctx, "look up shift", ` WHERE agent_id = $1 AND left_open > 0 ORDER BY started_at DESC LIMIT 1`, agentID)
}

// EndShift ends the one that goes on; the database counts what is open, and
// refuses without a supervisor's reason. Rule C-23.
func (s *Store) EndShift(ctx context.Context, v callback.Shift, e audit.Event) error {
	return s.change(ctx, "end shift", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE shift SET ended_at = $2, ended_by = $3, override_reason = $4 WHERE id = $1 AND ended_at IS NULL`, v.ID, v.EndedAt, v.EndedBy, v.OverrideReason)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.Conflict("no_shift", "no shift is going on")
		}
		return insertEvent(ctx, tx, e)
	})
}

// UnfinishedAgents lists who has records to finish, the oldest first. Rule C-23.
func (s *Store) UnfinishedAgents(ctx context.Context) ([]uuid.UUID, error) {
	ids, err := list(ctx, s.pool, pgx.RowTo[uuid.UUID], `SELECT agent_id FROM call WHERE state = 'wrapup' AND agent_id IS NOT NULL GROUP BY agent_id ORDER BY min(ended_at), agent_id`)
	return ids, mapError("list open records", err)
}

// CountUnfinished counts records to be finished, and those of calls that ended
// before a time. Rule C-23.
func (s *Store) CountUnfinished(ctx context.Context, before time.Time) (all, earlier int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE ended_at < $1) FROM call WHERE state = 'wrapup'`, before).Scan(&all, &earlier)
	return all, earlier, mapError("count open records", err)
}
