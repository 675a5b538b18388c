package store

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/trunk"
)

var _ trunk.Store = (*Store)(nil)

// TrunkRows lists the trunks that are not removed, by name.
func (s *Store) TrunkRows(ctx context.Context) ([]trunk.Row, error) {
	rows, err := list(ctx, s.pool, func(r pgx.CollectableRow) (t trunk.Row, err error) {
		var expires int
		err = r.Scan(&t.ID, &t.Name, &t.Source, &t.Enabled, &t.Address, &t.Transport, &t.Domain, &t.Username, &t.Password.KeyID, &t.Password.Box,
			&t.CallerID, &t.CallerIDs, &t.Register, &expires, &t.SRTP, &t.StripPrefix, &t.AddPrefix, &t.Rewrites, &t.MaxCalls, &t.CallsPerSecond,
			&t.Priority, &t.Weight, &t.Sources, &t.MediaSources, &t.Outcomes, &t.ProbeNumber, at(&t.CreatedAt), at(&t.UpdatedAt))
		t.RegisterExpires = time.Duration(expires) * time.Second
		return t, err
	}, `SELECT id, name, source, enabled, address, transport, domain, username, password_key, password_sealed,
		       caller_id, caller_ids, register, register_expires_s, srtp, strip_prefix, add_prefix, rewrites, max_calls, calls_per_second,
		       priority, weight, sources, media_sources, outcomes, probe_number, created_at, updated_at
		FROM trunk WHERE removed_at IS NULL ORDER BY name`)
	return rows, mapError("list trunks", err)
}

// trunkValues are the columns that InsertTrunk and UpdateTrunk write, from $2 on.
func trunkValues(r trunk.Row) []any {
	var sealed any
	if len(r.Password.Box) > 0 {
		sealed = r.Password.Box
	}
	rewrites, outcomes := r.Rewrites, r.Outcomes
	if rewrites == nil {
		rewrites = []trunk.Rewrite{}
	}
	if outcomes == nil {
		outcomes = map[int]string{}
	}
	return []any{r.ID, r.Name, string(r.Source), r.Enabled, r.Address, r.Transport, r.Domain, r.Username, r.Password.KeyID, sealed,
		r.CallerID, texts(r.CallerIDs), r.Register, int(r.RegisterExpires / time.Second), r.StripPrefix, r.AddPrefix, rewrites, r.MaxCalls,
		r.CallsPerSecond, r.Priority, r.Weight, texts(r.Sources), texts(r.MediaSources), outcomes, r.ProbeNumber, r.UpdatedAt, cmp.Or(r.SRTP, "off")}
}

func texts(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}

// InsertTrunk makes a trunk.
func (s *Store) InsertTrunk(ctx context.Context, r trunk.Row, e audit.Event) error {
	return s.change(ctx, "insert trunk", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO trunk (id, name, source, enabled, address, transport, domain, username, password_key, password_sealed,
			       caller_id, caller_ids, register, register_expires_s, strip_prefix, add_prefix, rewrites, max_calls,
			       calls_per_second, priority, weight, sources, media_sources, outcomes, probe_number, updated_at, srtp, created_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28)`,
			append(trunkValues(r), r.CreatedAt)...)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// UpdateTrunk changes a trunk that is still as it was read.
func (s *Store) UpdateTrunk(ctx context.Context, r trunk.Row, was time.Time, e audit.Event) error {
	return s.change(ctx, "update trunk", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			UPDATE trunk SET name = $2, source = $3, enabled = $4, address = $5, transport = $6, domain = $7, username = $8,
			       password_key = $9, password_sealed = $10, caller_id = $11, caller_ids = $12, register = $13, register_expires_s = $14,
			       strip_prefix = $15, add_prefix = $16, rewrites = $17, max_calls = $18, calls_per_second = $19, priority = $20,
			       weight = $21, sources = $22, media_sources = $23, outcomes = $24, probe_number = $25, updated_at = $26, srtp = $27
			WHERE id = $1 AND removed_at IS NULL AND updated_at = $28`, append(trunkValues(r), was)...)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changedMeanwhile("trunk")
		}
		return insertEvent(ctx, tx, e)
	})
}

// RemoveTrunk takes a trunk out and forgets its password.
func (s *Store) RemoveTrunk(ctx context.Context, id uuid.UUID, at time.Time, e audit.Event) error {
	return s.change(ctx, "remove trunk", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			UPDATE trunk SET removed_at = $2, updated_at = $2, password_key = '', password_sealed = NULL
			WHERE id = $1 AND removed_at IS NULL`, id, at)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return pgx.ErrNoRows
		}
		return insertEvent(ctx, tx, e)
	})
}

// TrunkStatistics sums up the attempts of each trunk since a time (Rule T-06).
// Attempts that are not over count as attempts only.
func (s *Store) TrunkStatistics(ctx context.Context, since time.Time) (map[string]trunk.Statistics, error) {
	type row struct {
		name string
		trunk.Statistics
	}
	rows, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v row, err error) {
		var delay float64
		err = r.Scan(&v.name, &v.Attempts, &v.Answered, &v.Failed, &v.Rang, &delay, &v.Outcomes)
		v.PostDialDelay = time.Duration(delay * float64(time.Second))
		return v, err
	}, `
		WITH a AS (SELECT trunk, outcome, answered_at, ringing_at, dialed_at, coalesce(outcome, 'running') AS word FROM attempt WHERE dialed_at >= $1)
		SELECT trunk, count(*), count(answered_at), count(*) FILTER (WHERE outcome = 'trunk_failure' AND ringing_at IS NULL), count(ringing_at),
		       coalesce(avg(extract(epoch FROM ringing_at - dialed_at)) FILTER (WHERE ringing_at >= dialed_at), 0)::double precision,
		       (SELECT jsonb_object_agg(w.word, w.n) FROM (SELECT word, count(*) AS n FROM a b WHERE b.trunk = a.trunk GROUP BY word) w)
		FROM a GROUP BY trunk`, since)
	if err != nil {
		return nil, mapError("sum up trunks", err)
	}
	out := make(map[string]trunk.Statistics, len(rows))
	for _, r := range rows {
		out[r.name] = r.Statistics
	}
	return out, nil
}
