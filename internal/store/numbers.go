package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
)

var _ customer.NumberStore = (*Store)(nil)

// NumberVersions lists the versions of the number rules, the latest first.
func (s *Store) NumberVersions(ctx context.Context) ([]customer.NumberVersion, error) {
	vs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v customer.NumberVersion, err error) {
		var by *uuid.UUID
		err = r.Scan(&v.Version, at(&v.At), &by, &v.ByName, &v.Reason, &v.Rules)
		if by != nil {
			v.By = *by
		}
		return v, err
	}, `SELECT n.version, n.at, n.by_id, coalesce(u.name, ''), n.reason, n.rules
		FROM number_rules n LEFT JOIN app_user u ON u.id = n.by_id ORDER BY n.version DESC`)
	return vs, mapError("list number rules", err)
}

// InsertNumberVersion adds a version; problem conflict when it is there.
func (s *Store) InsertNumberVersion(ctx context.Context, v customer.NumberVersion, e audit.Event) error {
	return s.change(ctx, "insert number rules", func(tx pgx.Tx) error {
		rules := v.Rules
		if rules == nil {
			rules = []customer.NumberRule{}
		}
		tag, err := tx.Exec(ctx, `INSERT INTO number_rules (version, at, by_id, reason, rules) VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING`,
			v.Version, v.At, orNullID(v.By), v.Reason, rules)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changedMeanwhile("number_rules")
		}
		return insertEvent(ctx, tx, e)
	})
}
