package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
)

const correctionColumns = `v.id, v.record_id, v.version, v.content, v.problems, v.handling, v.answers, v.fields, v.content_kinds, v.deviation, v.score, v.score_version,
	v.dissatisfied, v.red_flags, v.reason, v.corrected_by, u.name, v.corrected_at FROM record_version v JOIN app_user u ON u.id = v.corrected_by`

func scanCorrection(r pgx.CollectableRow) (c callback.Correction, err error) {
	err = r.Scan(&c.ID, &c.RecordID, &c.Version, &c.Content, &c.Problems, &c.Handling, &c.Answers, &c.Fields, &c.ContentKinds, &c.Deviation, &c.Score, &c.ScoreVersion,
		&c.Dissatisfied, &c.RedFlags, &c.Reason, &c.By, &c.ByName, at(&c.At))
	return c, err
}

// correct puts the newest version of each record in the place of the first.
func correct(ctx context.Context, q querier, records ...*callback.Record) error {
	ids := make([]uuid.UUID, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	cs, err := list(ctx, q, scanCorrection, `SELECT DISTINCT ON (v.record_id) `+correctionColumns+` WHERE v.record_id = ANY($1) ORDER BY v.record_id, v.version DESC`, ids)
	if err != nil {
		return err
	}
	for _, c := range cs {
		for _, r := range records {
			if r.ID == c.RecordID {
				r.Correct(c)
			}
		}
	}
	return nil
}

// RecordVersions implements callback.RecordBook.
func (s *Store) RecordVersions(ctx context.Context, recordID uuid.UUID) (callback.Record, []callback.Correction, error) {
	r, err := one(ctx, s.pool, scanRecord, selectRecord+` WHERE cr.id = $1`, recordID)
	if err != nil {
		return r, nil, mapError("look up record", err)
	}
	cs, err := list(ctx, s.pool, scanCorrection, `SELECT `+correctionColumns+` WHERE v.record_id = $1 ORDER BY v.version`, recordID)
	return r, cs, mapError("list versions", err)
}

// InsertCorrection implements callback.RecordBook.
func (s *Store) InsertCorrection(ctx context.Context, c callback.Correction, save *callback.RecordSave, e audit.Event) error {
	return s.change(ctx, "correct record", func(tx pgx.Tx) error {
		if save.Slip != nil {
			if err := insertSlip(ctx, tx, save.Slip, save.Month); err != nil {
				return err
			}
			if err := insertEvent(ctx, tx, save.SlipEvent); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO record_version (id, record_id, version, content, problems, handling, answers, fields, content_kinds, deviation, score, score_version, dissatisfied, red_flags,
			       reason, corrected_by, corrected_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,coalesce($13::text[],'{}'),$14,$15,$16,$17)`,
			c.ID, c.RecordID, c.Version, c.Content, c.Problems, c.Handling, c.Answers, c.Fields, wordsOf(c.ContentKinds), c.Deviation, c.Score, c.ScoreVersion, c.Dissatisfied, c.RedFlags,
			c.Reason, c.By, c.At)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// SlipsOfRecord implements callback.RecordBook.
func (s *Store) SlipsOfRecord(ctx context.Context, recordID uuid.UUID) (n int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT count(*) FROM slip WHERE record_id = $1`, recordID).Scan(&n)
	return n, mapError("count slips of record", err)
}

// ChainOf implements callback.RecordBook. The tasks of a slip's earlier rounds
// stand in its history.
func (s *Store) ChainOf(ctx context.Context, customerID uuid.UUID) ([]callback.ChainSlip, []callback.ChainRecord, error) {
	slips, err := list(ctx, s.pool, func(r pgx.CollectableRow) (c callback.ChainSlip, err error) {
		return c, r.Scan(&c.ID, &c.Number, &c.RecordID, &c.State, at(&c.At), &c.Tasks)
	}, `SELECT s.id, s.number, s.record_id, s.state, s.created_at,
		coalesce((SELECT array_agg(DISTINCT (e.detail ->> 'task_id')::uuid) FROM audit_event e WHERE e.object_kind = 'slip' AND e.object_id = s.id::text AND e.detail ? 'task_id'), '{}')
		FROM slip s WHERE s.customer_id = $1 ORDER BY s.created_at, s.id`, customerID)
	if err != nil {
		return nil, nil, mapError("list slips of customer", err)
	}
	records, err := list(ctx, s.pool, func(r pgx.CollectableRow) (c callback.ChainRecord, err error) {
		return c, r.Scan(&c.ID, &c.Number, &c.CallID, &c.TaskID, &c.AgentName, &c.Disposition, at(&c.At))
	}, `SELECT cr.id, cr.number, cr.call_id, cr.task_id, u.name, cr.disposition, cr.finished_at FROM callback_record cr JOIN app_user u ON u.id = cr.agent_id
		WHERE cr.customer_id = $1 AND cr.state = 'final' ORDER BY cr.finished_at, cr.id`, customerID)
	return slips, records, mapError("list records of customer", err)
}
