package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/problem"
	"huifang/internal/replay"
	"huifang/recording/archive"
)

// ImportedCall is a call that was made on another line, with its recording
// (Rule T-07). The file lies in the spool of Instance, sealed as Sealed says.
type ImportedCall struct {
	CallID, RecordingID, TaskID uuid.UUID
	Customer, Number, Program   string // code; E.164; code
	AgentID, By                 uuid.UUID
	Instance                    string
	Inbound                     bool
	StartedAt, At               time.Time // of the call; of the import
	Source, Reason              string
	OriginalName, Coding        string
	OriginalSHA256              [32]byte
	OriginalBytes               int64
	Channels, Rate              int
	Sealed                      archive.SealedRow
}

// ImportRecording keeps the call, its task, its recording, where it comes from
// and the event, all or nothing. The agent owes the record of the call (Rule
// C-01). Problems: not_found customer, number or program; conflict
// imported when the original was brought before.
func (s *Store) ImportRecording(ctx context.Context, c ImportedCall, e audit.Event) error {
	return s.change(ctx, "import recording", func(tx pgx.Tx) error {
		if before, err := importedBefore(ctx, tx, c.OriginalSHA256); err != nil {
			return err
		} else if before != uuid.Nil {
			return &problem.Error{Code: problem.CodeConflict, Rule: "T-07", Reason: "imported", Detail: "this file was brought before: it is recording " + before.String()}
		}
		var program, cust, point uuid.UUID
		for _, q := range []struct {
			what, sql string
			args      []any
			id        *uuid.UUID
		}{
			{"customer", `SELECT id FROM customer WHERE code = $1`, []any{c.Customer}, &cust},
			{"program", `SELECT id FROM program WHERE code = $1`, []any{c.Program}, &program},
			{"number", `SELECT p.id FROM contact_point p JOIN customer cu ON cu.id = p.customer_id WHERE cu.code = $1 AND p.number = $2`, []any{c.Customer, c.Number}, &point},
		} {
			err := tx.QueryRow(ctx, q.sql, q.args...).Scan(q.id)
			if errors.Is(err, pgx.ErrNoRows) {
				return problem.NotFound(q.what)
			}
			if err != nil {
				return err
			}
		}
		end := c.StartedAt.Add(c.Sealed.Duration)
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO task (id, program_id, customer_id, assignee_id, source, source_key, purpose, state, due_at, created_at, updated_at)
				VALUES ($1,$2,$3,$4,'import',$5,$6,'wrapup',$7,$8,$8)`,
				[]any{c.TaskID, program, cust, c.AgentID, fmt.Sprintf("recording:%x", c.OriginalSHA256), c.Reason, c.StartedAt, c.At}},
			{`INSERT INTO call (id, task_id, customer_id, contact_point_id, agent_id, instance, state, outcome, reason, direction, started_at, answered_at, talk_at, ended_at, updated_at)
				VALUES ($1,$2,$3,$4,$5,$6,'wrapup','answered',$7,$8,$9,$9,$9,$10,$11)`,
				[]any{c.CallID, c.TaskID, cust, point, c.AgentID, c.Instance, c.Source, directionOf(c.Inbound), c.StartedAt, end, c.At}},
			{`INSERT INTO recording (id, call_id, instance, state, opened_at, updated_at) VALUES ($1,$2,$3,'opened',$4,$5)`,
				[]any{c.RecordingID, c.CallID, c.Instance, c.StartedAt, c.At}},
			{`INSERT INTO recording_import (recording_id, source, reason, original_name, original_sha256, original_bytes, coding, channels, rate_hz, imported_by, imported_at)
				VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`,
				[]any{c.RecordingID, c.Source, c.Reason, c.OriginalName, c.OriginalSHA256[:], c.OriginalBytes, c.Coding, c.Channels, c.Rate, c.By, c.At}},
			{sealSQL, sealArgs(c.Sealed)},
		} {
			if _, err := tx.Exec(ctx, q.sql, q.args...); err != nil {
				return err
			}
		}
		return insertEvent(ctx, tx, e)
	})
}

// ImportedBefore gives the recording that a file became; uuid.Nil: none.
func (s *Store) ImportedBefore(ctx context.Context, sha256 [32]byte) (uuid.UUID, error) {
	id, err := importedBefore(ctx, s.pool, sha256)
	return id, mapError("look for import", err)
}

func importedBefore(ctx context.Context, q querier, sha256 [32]byte) (id uuid.UUID, err error) {
	err = q.QueryRow(ctx, `SELECT recording_id FROM recording_import WHERE original_sha256 = $1`, sha256[:]).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, nil
	}
	return id, err
}

// imported says where a recording that was made elsewhere comes from; false: it was made here.
func (s *Store) imported(ctx context.Context, id uuid.UUID) (o replay.Origin, ok bool, err error) {
	o, err = one(ctx, s.pool, func(r pgx.CollectableRow) (o replay.Origin, err error) {
		err = r.Scan(&o.Source, &o.Reason, &o.Name, &o.SHA256, &o.Coding, &o.Channels, &o.Rate, &o.By, at(&o.At))
		return o, err
	}, `SELECT i.source, i.reason, i.original_name, i.original_sha256, i.coding, i.channels, i.rate_hz, u.name, i.imported_at
		FROM recording_import i JOIN app_user u ON u.id = i.imported_by WHERE i.recording_id = $1`, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return o, false, nil
	}
	return o, err == nil, err
}
