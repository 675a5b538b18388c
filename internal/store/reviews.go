package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
)

// plantTables give contract and equipment of a record (Rule C-21): those that its
// task was owed for, else the customer's latest.
const plantTables = `
		LEFT JOIN duty y ON y.task_id = t.id LEFT JOIN business_event be ON be.id = y.event_id
		LEFT JOIN LATERAL (SELECT e.*, count(*) OVER () - 1 AS others FROM equipment e WHERE e.customer_id = cr.customer_id AND e.undone_at IS NULL
			ORDER BY e.id = coalesce(be.equipment_id, y.subject) DESC NULLS LAST, e.commissioned_on DESC NULLS LAST, e.key LIMIT 1) eq ON true
		LEFT JOIN LATERAL (SELECT k.* FROM contract k WHERE k.customer_id = cr.customer_id AND k.undone_at IS NULL
			ORDER BY k.id = coalesce(be.contract_id, eq.contract_id) DESC NULLS LAST, k.signed_on DESC NULLS LAST, k.key LIMIT 1) ct ON true`

const plantColumns = `coalesce(ct.key, ''), coalesce(eq.key, ''), coalesce(nullif(eq.project, ''), ct.project, ''), coalesce(nullif(eq.model, ''), ct.product, ''), coalesce(eq.quantity, 0),
		       coalesce(nullif(eq.amount_cents, 0), ct.amount_cents, 0), eq.shipped_on, eq.commissioned_on, coalesce(eq.power_manager, ''), coalesce(eq.power_manager_phone, ''),
		       coalesce(eq.site_contact, ''), coalesce(eq.site_phone, ''), coalesce(eq.others, 0)`

// Ledger lists final records by (finished_at, id), newest first. Rule C-21.
func (s *Store) Ledger(ctx context.Context, q callback.LedgerQuery) ([]callback.LedgerRow, error) {
	w := &where{}
	w.add("cr.state = 'final' AND cr.finished_at >= ? AND cr.finished_at < ?", q.From, q.To)
	for _, c := range []struct {
		cond string
		id   uuid.UUID
	}{{"cr.agent_id = ?", q.AgentID}, {"t.program_id = ?", q.ProgramID}} {
		if c.id != uuid.Nil {
			w.add(c.cond, c.id)
		}
	}
	if q.Number != "" {
		w.add("cr.number = ?", q.Number)
	}
	if cond, args := matchCustomer(q.Text, q.Grams, ""); cond != "" {
		w.add(cond, args...)
	}
	if q.Disposition != "" {
		w.add("cr.disposition = ?", string(q.Disposition))
	}
	if q.ScoreBelow > 0 {
		w.add("CASE WHEN EXISTS (SELECT 1 FROM record_version x WHERE x.record_id = cr.id) THEN (SELECT x.score FROM record_version x WHERE x.record_id = cr.id ORDER BY x.version DESC LIMIT 1) ELSE cr.score END < ?", q.ScoreBelow)
	}
	switch q.Review {
	case "done":
		w.add("rv.id IS NOT NULL")
	case "open":
		w.add("rv.id IS NULL")
	}
	if q.Project != "" {
		w.add("position(lower(?) in lower(coalesce(nullif(eq.project, ''), ct.project, ''))) > 0", q.Project)
	}
	if q.Model != "" {
		w.add("position(lower(?) in lower(coalesce(eq.model, ''))) > 0", q.Model)
	}
	if !q.Commissioned.From.IsZero() {
		w.add("eq.commissioned_on >= ?", orNullDay(q.Commissioned.From))
	}
	if !q.Commissioned.Until.IsZero() {
		w.add("eq.commissioned_on <= ?", orNullDay(q.Commissioned.Until))
	}
	if !q.Before.At.IsZero() {
		w.add("(cr.finished_at, cr.id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	out, err := list(ctx, s.pool, scanLedger, `
		SELECT `+recordColumns+`,
		       cu.code, p.code, p.name_zh, p.name_en, coalesce(d.id, `+nobody+`), coalesce(d.name, ''), coalesce(b.id, `+nobody+`), coalesce(b.name, ''),
		       coalesce(c.outcome, ''), coalesce(extract(epoch FROM c.ended_at - c.answered_at), 0)::int,
		       coalesce((SELECT array_agg(s.number ORDER BY s.number) FROM slip s WHERE s.record_id = cr.id), '{}'),
		       rv.id, rv.reviewer_id, coalesce(ru.name, ''), rv.at, coalesce(rv.verdict, ''), coalesce(rv.opinion, ''), `+plantColumns+`
		FROM callback_record cr JOIN app_user ag ON ag.id = cr.agent_id JOIN customer cu ON cu.id = cr.customer_id JOIN task t ON t.id = cr.task_id
		JOIN program p ON p.id = t.program_id JOIN call c ON c.id = cr.call_id LEFT JOIN department d ON d.id = ag.department_id LEFT JOIN branch b ON b.id = d.branch_id
		LEFT JOIN LATERAL (SELECT * FROM record_review v WHERE v.record_id = cr.id ORDER BY v.at DESC, v.id LIMIT 1) rv ON true LEFT JOIN app_user ru ON ru.id = rv.reviewer_id`+plantTables+
		w.sql()+` ORDER BY cr.finished_at DESC, cr.id DESC`+w.limit(q.Limit), w.args...)
	if err != nil {
		return nil, mapError("read ledger", err)
	}
	records := make([]*callback.Record, len(out))
	for i := range out {
		records[i] = &out[i].Record
	}
	return out, mapError("read ledger", correct(ctx, s.pool, records...))
}

func scanLedger(row pgx.CollectableRow) (l callback.LedgerRow, err error) {
	var v callback.Review
	d, p := &l.Department, &l.Plant
	err = row.Scan(append(recordTargets(&l.Record), &l.CustomerCode, &l.ProgramCode, &l.ProgramNames.Chinese, &l.ProgramNames.English, &d.ID, &d.Name, &d.BranchID, &d.BranchName,
		&l.Outcome, &l.TalkSeconds, &l.Slips, &v.ID, &v.ReviewerID, &v.ReviewerName, at(&v.At), &v.Verdict, &v.Opinion,
		&p.ContractKey, &p.EquipmentKey, &p.Project, &p.Model, &p.Quantity, &p.AmountCents, dayAt(&p.ShippedOn), dayAt(&p.CommissionedOn), &p.Responsible, &p.ResponsiblePhone, &p.SiteContact, &p.SitePhone, &p.Others)...)
	l.Record.Version = 1
	if v.ID != uuid.Nil {
		v.RecordID, l.Review = l.Record.ID, &v
	}
	return l, err
}

// Reviews of a record, newest first, and whose record it is. Rule C-25.
func (s *Store) Reviews(ctx context.Context, recordID uuid.UUID) (agent uuid.UUID, out []callback.Review, err error) {
	if err = s.pool.QueryRow(ctx, `SELECT agent_id FROM callback_record WHERE id = $1`, recordID).Scan(&agent); err != nil {
		return agent, nil, mapError("look up record", err)
	}
	out, err = list(ctx, s.pool, func(row pgx.CollectableRow) (v callback.Review, err error) {
		err = row.Scan(&v.ID, &v.RecordID, &v.ReviewerID, &v.ReviewerName, at(&v.At), &v.Verdict, &v.Opinion)
		return v, err
	}, `SELECT v.id, v.record_id, v.reviewer_id, u.name, v.at, v.verdict, v.opinion FROM record_review v JOIN app_user u ON u.id = v.reviewer_id WHERE v.record_id = $1 ORDER BY v.at DESC, v.id`, recordID)
	return agent, out, mapError("list reviews", err)
}

// InsertReview writes a review, which stands. Rule C-25.
func (s *Store) InsertReview(ctx context.Context, v callback.Review, e audit.Event) error {
	return s.change(ctx, "review record", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO record_review (id, record_id, reviewer_id, at, verdict, opinion) VALUES ($1,$2,$3,$4,$5,$6)`,
			v.ID, v.RecordID, v.ReviewerID, v.At, string(v.Verdict), v.Opinion)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}
