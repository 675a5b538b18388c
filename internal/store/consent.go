package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// addConsents reads the consents of the customers at once. Rule T-14.
func addConsents(ctx context.Context, q querier, cs []customer.Customer) error {
	ids := make([]uuid.UUID, len(cs))
	for i := range cs {
		ids[i] = cs[i].ID
	}
	all, err := list(ctx, q, func(r pgx.CollectableRow) (c customer.Consent, err error) {
		err = r.Scan(&c.ID, &c.CustomerID, &c.Purpose, &c.Proof, &c.ProofRef, at(&c.From), at(&c.Until), &c.RecordedBy, &c.RecordedName, at(&c.RecordedAt),
			at(&c.WithdrawnAt), &c.WithdrawnBy, &c.WithdrawReason)
		return c, err
	}, `SELECT k.id, k.customer_id, k.purpose, k.proof, k.proof_ref, k.valid_from, k.valid_until, k.recorded_by, u.name, k.recorded_at,
		k.withdrawn_at, k.withdrawn_by, k.withdraw_reason
		FROM consent k JOIN app_user u ON u.id = k.recorded_by WHERE k.customer_id = ANY($1) ORDER BY k.customer_id, k.valid_from, k.id`, ids)
	if err != nil {
		return err
	}
	by := make(map[uuid.UUID][]customer.Consent)
	for _, c := range all {
		by[c.CustomerID] = append(by[c.CustomerID], c)
	}
	for i := range cs {
		cs[i].Consents = by[cs[i].ID]
	}
	return nil
}

// InsertConsent notes a consent with its proof. Rule T-14.
func (s *Store) InsertConsent(ctx context.Context, c customer.Consent, e audit.Event) error {
	return s.change(ctx, "insert consent", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO consent (id, customer_id, purpose, proof, proof_ref, valid_from, valid_until, recorded_by, recorded_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`, c.ID, c.CustomerID, string(c.Purpose), string(c.Proof), c.ProofRef, c.From, orNullTime(c.Until), c.RecordedBy, c.RecordedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// WithdrawConsent notes that a consent was taken back; the database lets that
// happen once. Rule T-14.
func (s *Store) WithdrawConsent(ctx context.Context, c customer.Consent, e audit.Event) error {
	return s.change(ctx, "withdraw consent", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE consent SET withdrawn_at = $3, withdrawn_by = $4, withdraw_reason = $5 WHERE id = $1 AND customer_id = $2`,
			c.ID, c.CustomerID, c.WithdrawnAt, c.WithdrawnBy, c.WithdrawReason)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.NotFound("consent")
		}
		return insertEvent(ctx, tx, e)
	})
}

// SetCustomerGroups puts a customer into named groups. Rule T-05.
func (s *Store) SetCustomerGroups(ctx context.Context, id uuid.UUID, groups []string, e audit.Event) error {
	return s.change(ctx, "group customer", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE customer SET groups = $2 WHERE id = $1`, id, groups)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.NotFound("customer")
		}
		return insertEvent(ctx, tx, e)
	})
}
