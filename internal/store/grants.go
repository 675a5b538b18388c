package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/disclosure"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

var _ disclosure.Store = (*Store)(nil)

const nobody = `'00000000-0000-0000-0000-000000000000'`

// Granted implements replay.Store. Rule S-02.
func (s *Store) Granted(ctx context.Context, userID, recordingID uuid.UUID, at time.Time) ([]replay.Granted, error) {
	out, err := list(ctx, s.pool, func(row pgx.CollectableRow) (g replay.Granted, err error) {
		var number string
		err = row.Scan(append(rowTargets(&g.Row, &number), &g.Third, &g.GrantID, &g.Purpose, (*utc)(&g.Until), &g.Download)...)
		g.Number = customer.StoredNumber(number)
		return g, err
	}, `SELECT * FROM (SELECT DISTINCT ON (r.id) `+recordingColumns+`, coalesce((r.facts->'third'->>'packets')::bigint, 0) > 0, g.id AS grant_id, q.purpose, g.until, g.download
		FROM access_grant g JOIN access_request q ON q.id = g.request_id JOIN app_user me ON me.id = g.user_id AND me.disabled_at IS NULL
		CROSS JOIN LATERAL unnest(g.recordings) AS x(id) JOIN (`+recordingTables+`) ON r.id = x.id
		WHERE g.user_id = $1 AND g.revoked_at IS NULL AND g.until > $3 AND ($2 = `+nobody+`::uuid OR x.id = $2) AND NOT has_interest($1, x.id)
		ORDER BY r.id, g.download DESC, g.until DESC) t ORDER BY t.opened_at DESC, t.id DESC`, userID, recordingID, at)
	return out, mapError("list granted recordings", err)
}

// InsertRequest implements disclosure.Store.
func (s *Store) InsertRequest(ctx context.Context, r disclosure.Request, e audit.Event) error {
	named := r.Named
	if named == nil {
		named = []uuid.UUID{}
	}
	return s.change(ctx, "ask for access", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO access_request (id, requester_id, purpose, named, customer_name, from_at, to_at, days, download, created_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			r.ID, r.RequesterID, r.Purpose, named, r.Customer, orNullTime(r.From), orNullTime(r.To), r.Days, r.Download, r.CreatedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

const selectRequest = `SELECT q.id, q.requester_id, u.name, q.purpose, q.named, q.customer_name, q.from_at, q.to_at, q.days, q.download, q.created_at, q.state,
	coalesce(q.decided_by, ` + nobody + `), coalesce(d.name, ''), q.decided_at, q.reason
	FROM access_request q JOIN app_user u ON u.id = q.requester_id LEFT JOIN app_user d ON d.id = q.decided_by`

func scanRequest(row pgx.CollectableRow) (r disclosure.Request, err error) {
	err = row.Scan(&r.ID, &r.RequesterID, &r.RequesterName, &r.Purpose, &r.Named, &r.Customer, at(&r.From), at(&r.To), &r.Days, &r.Download, at(&r.CreatedAt),
		&r.State, &r.DecidedBy, &r.DecidedByName, at(&r.DecidedAt), &r.Reason)
	return r, err
}

// Requests implements disclosure.Store.
func (s *Store) Requests(ctx context.Context, of uuid.UUID, state disclosure.State, limit int) ([]disclosure.Request, error) {
	var w where
	if of != uuid.Nil {
		w.add("q.requester_id = ?", of)
	}
	if state != "" {
		w.add("q.state = ?", string(state))
	}
	out, err := list(ctx, s.pool, scanRequest, selectRequest+w.sql()+` ORDER BY q.created_at DESC, q.id DESC`+w.limit(limit), w.args...)
	return out, mapError("list access requests", err)
}

// Request implements disclosure.Store.
func (s *Store) Request(ctx context.Context, id uuid.UUID) (disclosure.Request, error) {
	r, err := one(ctx, s.pool, scanRequest, selectRequest+` WHERE q.id = $1`, id)
	return r, mapError("look up access request", err)
}

// Candidates implements disclosure.Store.
func (s *Store) Candidates(ctx context.Context, r disclosure.Request, grams []string, limit int) ([]disclosure.Candidate, error) {
	var w where
	if len(r.Named) > 0 {
		w.add("(r.id = ANY(?::uuid[]) OR r.call_id = ANY(?::uuid[]))", r.Named, r.Named)
	} else {
		w.add("r.opened_at >= ?", r.From)
		w.add("r.opened_at < ?", r.To)
		w.add("cu.name_grams @> ? AND "+nameHolds("cu.name"), grams, customer.SearchText(r.Customer))
	}
	interest := `has_interest(` + w.arg(r.RequesterID) + `, r.id)`
	out, err := list(ctx, s.pool, func(row pgx.CollectableRow) (c disclosure.Candidate, err error) {
		var number string
		err = row.Scan(append(rowTargets(&c.Row, &number), &c.Interest)...)
		c.Number = customer.StoredNumber(number)
		return c, err
	}, `SELECT `+recordingColumns+`, `+interest+` FROM`+recordingTables+w.sql()+` ORDER BY r.opened_at DESC, r.id DESC`+w.limit(limit), w.args...)
	return out, mapError("find what a request means", err)
}

// decide ends a request.
func decide(ctx context.Context, tx pgx.Tx, id, by uuid.UUID, at time.Time, state disclosure.State, reason string) error {
	tag, err := tx.Exec(ctx, `UPDATE access_request SET state = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1 AND state = 'open'`, id, string(state), by, at, reason)
	if err == nil && tag.RowsAffected() == 0 {
		return problem.Conflict("decided", "the request is decided already")
	}
	return err
}

// Approve implements disclosure.Store.
func (s *Store) Approve(ctx context.Context, g disclosure.Grant, reason string, e audit.Event) error {
	return s.change(ctx, "approve access", func(tx pgx.Tx) error {
		if err := decide(ctx, tx, g.RequestID, g.GrantedBy, g.GrantedAt, disclosure.StateApproved, reason); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO access_grant (id, request_id, user_id, recordings, until, download, granted_by, granted_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
			g.ID, g.RequestID, g.UserID, g.Recordings, g.Until, g.Download, g.GrantedBy, g.GrantedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// Refuse implements disclosure.Store.
func (s *Store) Refuse(ctx context.Context, id, by uuid.UUID, at time.Time, reason string, e audit.Event) error {
	return s.change(ctx, "refuse access", func(tx pgx.Tx) error {
		if err := decide(ctx, tx, id, by, at, disclosure.StateRefused, reason); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// Grants implements disclosure.Store.
func (s *Store) Grants(ctx context.Context, of uuid.UUID, limit int) ([]disclosure.Grant, error) {
	var w where
	if of != uuid.Nil {
		w.add("g.user_id = ?", of)
	}
	out, err := list(ctx, s.pool, func(row pgx.CollectableRow) (g disclosure.Grant, err error) {
		err = row.Scan(&g.ID, &g.RequestID, &g.UserID, &g.UserName, &g.Purpose, &g.Recordings, at(&g.Until), &g.Download, &g.GrantedBy, &g.GrantedByName,
			at(&g.GrantedAt), at(&g.RevokedAt), &g.RevokedByName, &g.RevokeReason)
		return g, err
	}, `SELECT g.id, g.request_id, g.user_id, u.name, q.purpose, g.recordings, g.until, g.download, g.granted_by, b.name, g.granted_at, g.revoked_at, coalesce(v.name, ''), g.revoke_reason
		FROM access_grant g JOIN access_request q ON q.id = g.request_id JOIN app_user u ON u.id = g.user_id JOIN app_user b ON b.id = g.granted_by
		LEFT JOIN app_user v ON v.id = g.revoked_by`+w.sql()+` ORDER BY g.granted_at DESC, g.id DESC`+w.limit(limit), w.args...)
	return out, mapError("list grants", err)
}

// Revoke implements disclosure.Store.
func (s *Store) Revoke(ctx context.Context, id, by uuid.UUID, at time.Time, reason string, e audit.Event) error {
	return s.change(ctx, "revoke grant", func(tx pgx.Tx) error {
		var revoked bool
		if err := tx.QueryRow(ctx, `SELECT revoked_at IS NOT NULL FROM access_grant WHERE id = $1 FOR UPDATE`, id).Scan(&revoked); err != nil {
			return err
		}
		if revoked {
			return problem.Conflict("revoked", "the grant is revoked already")
		}
		if _, err := tx.Exec(ctx, `UPDATE access_grant SET revoked_at = $2, revoked_by = $3, revoke_reason = $4 WHERE id = $1`, id, at, by, reason); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// GrantAccesses implements disclosure.Store.
func (s *Store) GrantAccesses(ctx context.Context, id uuid.UUID, limit int) ([]replay.Access, error) {
	as, err := list(ctx, s.pool, scanAccess, selectAccess+` WHERE a.grant_id = $1 ORDER BY a.at DESC, a.id DESC LIMIT $2`, id, max(limit, 0))
	return as, mapError("list accesses", err)
}
