package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/casework"
)

// CaseSteps gives the sign-offs and interviews of a case, oldest first.
func (s *Store) CaseSteps(ctx context.Context, id uuid.UUID) (steps []casework.Signed, talks []casework.Talk, err error) {
	steps, err = list(ctx, s.pool, func(r pgx.CollectableRow) (d casework.Signed, err error) {
		err = r.Scan(&d.Step, &d.Round, &d.ByID, &d.ByName, at(&d.At), &d.Content)
		return d, err
	}, `SELECT p.step, p.round, p.by_id, u.name, p.at, p.content FROM case_step p JOIN app_user u ON u.id = p.by_id WHERE p.case_id = $1 ORDER BY p.at, p.round`, id)
	if err != nil {
		return nil, nil, mapError("read steps of case", err)
	}
	talks, err = list(ctx, s.pool, func(r pgx.CollectableRow) (t casework.Talk, err error) {
		var names []string
		var files []uuid.UUID
		err = r.Scan(&t.ID, at(&t.HeldAt), &t.Place, &t.Person, &t.Content, &names, &files, &t.ByID, &t.ByName, at(&t.At))
		for i, n := range names {
			t.Signatures = append(t.Signatures, casework.Signature{Name: n, AttachmentID: files[i]})
		}
		return t, err
	}, `SELECT i.id, i.held_at, i.place, i.person, i.content, i.signers, i.signature_ids, i.by_id, u.name, i.at FROM case_interview i JOIN app_user u ON u.id = i.by_id WHERE i.case_id = $1 ORDER BY i.at`, id)
	return steps, talks, mapError("read interviews of case", err)
}

// InsertTalk notes an interview, which stands. Rule C-19.
func (s *Store) InsertTalk(ctx context.Context, caseID uuid.UUID, t casework.Talk, e audit.Event) error {
	return s.change(ctx, "note interview", func(tx pgx.Tx) error {
		names, files := []string{}, []uuid.UUID{}
		for _, g := range t.Signatures {
			names, files = append(names, g.Name), append(files, g.AttachmentID)
		}
		_, err := tx.Exec(ctx, `INSERT INTO case_interview (id, case_id, held_at, place, person, content, signers, signature_ids, by_id, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			t.ID, caseID, t.HeldAt, t.Place, t.Person, t.Content, names, files, t.ByID, t.At)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// Findings are what rules say must be a case and is none yet, oldest first. The
// second call-back of a case opens no other one. Rules C-19, C-20.
func (s *Store) Findings(ctx context.Context, strong, limit int) ([]casework.Finding, error) {
	fs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (f casework.Finding, err error) {
		err = r.Scan(&f.Kind, &f.Source, &f.CustomerID, &f.RecordID, &f.CallID, &f.MarkID, &f.AgentID, &f.Flags, &f.Number, &f.Text, &f.Bad)
		return f, err
	}, `SELECT kind, source, customer_id, record_id, call_id, mark_id, agent_id, flags, number, text, bad FROM (
		SELECT 'anomaly' AS kind, CASE WHEN r.red_flags <> '{}' THEN 'red_flag' ELSE 'dissatisfaction' END AS source, r.customer_id, r.id AS record_id, r.call_id, NULL::uuid AS mark_id, r.agent_id, r.red_flags AS flags,
		       r.number, r.problems AS text, r.dissatisfied AS bad, r.finished_at AS found
		FROM callback_record r JOIN task t ON t.id = r.task_id
		WHERE r.state = 'final' AND r.red_flags IS NOT NULL AND (r.red_flags <> '{}' OR cardinality(r.dissatisfied) >= $1) AND t.source <> 'case'
		  AND NOT EXISTS (SELECT 1 FROM work_case k WHERE k.record_id = r.id AND k.source IN ('red_flag','dissatisfaction'))
		UNION ALL
		SELECT 'complaint', 'button', c.customer_id, NULL, c.id, m.id, m.by_id, '{}'::text[], '', m.note, '{}'::text[], m.started_at
		FROM call_mark m JOIN call c ON c.id = m.call_id
		WHERE m.kind = 'complaint' AND NOT EXISTS (SELECT 1 FROM work_case k WHERE k.mark_id = m.id)) f
		ORDER BY found LIMIT $2`, strong, limit)
	return fs, mapError("look for cases", err)
}

// Spoken are cases in call_back whose second call-back has the customer's word.
func (s *Store) Spoken(ctx context.Context) ([]casework.Spoken, error) {
	type said struct {
		id uuid.UUID
		casework.Spoken
	}
	all, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v said, err error) {
		err = r.Scan(&v.id, &v.RecordID, &v.AgentID, &v.Said)
		return v, err
	}, `SELECT DISTINCT ON (k.id) k.id, r.id, r.agent_id, r.answers ->> 'result' FROM work_case k JOIN callback_record r ON r.task_id = k.task_id
		WHERE k.state = 'call_back' AND r.state = 'final' AND r.disposition = 'completed' AND r.answers ->> 'result' IN ('satisfied','fair','dissatisfied') ORDER BY k.id, r.finished_at DESC`)
	out := make([]casework.Spoken, 0, len(all))
	for _, v := range all {
		if v.Case, err = s.Case(ctx, v.id); err != nil {
			return nil, err
		}
		out = append(out, v.Spoken)
	}
	return out, mapError("look for cases to settle", err)
}

// CallCustomer gives whose call it is, and its final record if there is one.
func (s *Store) CallCustomer(ctx context.Context, callID uuid.UUID) (customerID, recordID uuid.UUID, err error) {
	err = s.pool.QueryRow(ctx, `SELECT c.customer_id, r.id FROM call c LEFT JOIN callback_record r ON r.call_id = c.id AND r.state = 'final' WHERE c.id = $1`, callID).Scan(&customerID, &recordID)
	return customerID, recordID, mapError("look up call", err)
}
