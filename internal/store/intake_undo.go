package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/intake"
	"huifang/internal/problem"
)

// UndoBatch takes back what a batch did, unless something has used it. What it
// changed is as it was. Customers and numbers that it made are deleted; events
// are withdrawn, and contracts and equipment lose their days, so that what is
// owed for them ends, leave their keys, and are listed no more. Rule C-22.
func (s *Store) UndoBatch(ctx context.Context, b intake.Batch, e audit.Event) error {
	return s.change(ctx, "undo import", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE import_batch SET state = 'undone', undone_at = $2, undone_by = $3, reason = $4 WHERE id = $1 AND state = 'applied'`, b.ID, b.UndoneAt, b.UndoneBy, b.Reason)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changedMeanwhile("import")
		}
		// Nobody calls, corrects or adds while it is looked whether somebody did.
		for _, table := range []string{"customer", "contract", "equipment", "business_event"} {
			if _, err := tx.Exec(ctx, `SELECT 1 FROM `+table+` t JOIN import_done d ON d.object_id = t.id WHERE d.batch_id = $1 AND d.object = $2 FOR UPDATE OF t`, b.ID, table); err != nil {
				return err
			}
		}
		var used string
		if err := tx.QueryRow(ctx, `SELECT import_used($1)`, b.ID).Scan(&used); err != nil {
			return err
		}
		if used != "" {
			return problem.Refused("C-22", "import_used", "what came in has been used: "+used, map[string]any{"used": used})
		}
		for _, sql := range undoSteps() {
			if _, err := tx.Exec(ctx, sql, b.ID, b.UndoneAt); err != nil {
				return err
			}
		}
		return insertEvent(ctx, tx, e)
	})
}

// undoSteps take the batch and the time.
func undoSteps() []string {
	const mine = ` FROM import_done d WHERE d.batch_id = $1 AND d.object = '`
	return []string{
		// What was changed is as before; the time says that it was.
		`UPDATE contract t SET (project, product, amount_cents, signed_on, cooling_off_until, starts_on, ends_on, terminated_on, note, updated_at) =
			(SELECT r.project, r.product, r.amount_cents, r.signed_on, r.cooling_off_until, r.starts_on, r.ends_on, r.terminated_on, r.note, $2::timestamptz FROM jsonb_populate_record(NULL::contract, d.before) r)` + mine + `contract' AND d.action = 'changed' AND t.id = d.object_id`,
		`UPDATE equipment t SET (contract_id, project, model, product_line, quantity, amount_cents, shipped_on, arrived_on, installed_on, commissioning_on, commissioned_on, power_manager, power_manager_phone, site_contact, site_phone, updated_at) =
			(SELECT r.contract_id, r.project, r.model, r.product_line, r.quantity, r.amount_cents, r.shipped_on, r.arrived_on, r.installed_on, r.commissioning_on, r.commissioned_on, r.power_manager, r.power_manager_phone,
			 r.site_contact, r.site_phone, $2::timestamptz FROM jsonb_populate_record(NULL::equipment, d.before) r)` + mine + `equipment' AND d.action = 'changed' AND t.id = d.object_id`,
		`UPDATE business_event t SET (kind, contract_id, equipment_id, amount_cents, occurred_on, note, withdrawn_at, withdraw_reason, updated_at) =
			(SELECT r.kind, r.contract_id, r.equipment_id, r.amount_cents, r.occurred_on, r.note, r.withdrawn_at, r.withdraw_reason, $2::timestamptz FROM jsonb_populate_record(NULL::business_event, d.before) r)` + mine + `business_event' AND d.action = 'changed' AND t.id = d.object_id`,
		`UPDATE contact_point t SET label = d.before ->> 'label'` + mine + `contact_point' AND d.action = 'changed' AND t.id = d.object_id AND $2::timestamptz IS NOT NULL`,
		`UPDATE customer t SET (kind, name, name_grams, salutation, language, government, grade, city, notes, adviser_id, department_id, contract_end, birthday, updated_at) =
			(SELECT r.kind, r.name, r.name_grams, r.salutation, r.language, r.government, r.grade, r.city, r.notes, r.adviser_id, r.department_id, r.contract_end, r.birthday, $2::timestamptz FROM jsonb_populate_record(NULL::customer, d.before) r)` + mine + `customer' AND d.action = 'changed' AND t.id = d.object_id`,
		// What was made goes.
		`UPDATE business_event t SET withdrawn_at = $2, withdraw_reason = 'the import was undone', key = t.key || '~' || d.batch_id, updated_at = $2` + mine + `business_event' AND d.action = 'created' AND t.id = d.object_id`,
		`UPDATE equipment t SET contract_id = NULL, amount_cents = 0, shipped_on = NULL, arrived_on = NULL, installed_on = NULL, commissioning_on = NULL, commissioned_on = NULL, undone_at = $2, updated_at = $2` + mine + `equipment' AND d.action = 'created' AND t.id = d.object_id`,
		`UPDATE contract t SET amount_cents = 0, signed_on = NULL, cooling_off_until = NULL, starts_on = NULL, ends_on = NULL, terminated_on = NULL, undone_at = $2, updated_at = $2` + mine + `contract' AND d.action = 'created' AND t.id = d.object_id`,
		`UPDATE business_event t SET key = t.key || '~' || d.batch_id, updated_at = $2` + mine + `contract' AND d.action = 'created' AND t.contract_id = d.object_id AND t.derived AND t.withdrawn_at IS NOT NULL AND t.key LIKE 'contract:%'`,
		`UPDATE business_event t SET key = t.key || '~' || d.batch_id, updated_at = $2` + mine + `equipment' AND d.action = 'created' AND t.equipment_id = d.object_id AND t.derived AND t.withdrawn_at IS NOT NULL`,
		`UPDATE equipment t SET key = t.key || '~' || d.batch_id, updated_at = $2` + mine + `equipment' AND d.action = 'created' AND t.id = d.object_id`,
		`UPDATE contract t SET key = t.key || '~' || d.batch_id, updated_at = $2` + mine + `contract' AND d.action = 'created' AND t.id = d.object_id`,
		`DELETE FROM contact_point t USING import_done d WHERE d.batch_id = $1 AND d.object = 'contact_point' AND d.action = 'created' AND t.id = d.object_id AND $2::timestamptz IS NOT NULL`,
		`DELETE FROM customer t USING import_done d WHERE d.batch_id = $1 AND d.object = 'customer' AND d.action = 'created' AND t.id = d.object_id AND $2::timestamptz IS NOT NULL`,
	}
}
