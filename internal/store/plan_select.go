package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/plan"
	"huifang/internal/problem"
)

// candidateColumns and candidateTables read what decides who calls a customer.
const candidateColumns = customerColumns + `, EXISTS (SELECT 1 FROM contact_point cp WHERE cp.customer_id = cu.id AND cp.invalid_at IS NULL),
	(SELECT r.agent_id FROM callback_record r WHERE r.customer_id = cu.id AND r.state = 'final' AND r.disposition IN ('completed','refused','not_convenient') ORDER BY r.contacted_at DESC LIMIT 1)`

func candidateTargets(row *customerRow, c *plan.Candidate) []any {
	return append(row.targets(), &c.Callable, &c.LastWith)
}

// fitting gives, for customers cu, the condition of a way of choosing, the
// ground for each, and their order. Rule C-12.
func fitting(w *where, c plan.Criteria, since time.Time) (cond, ground, order string) {
	switch c.Choice {
	case plan.ChooseRandom: // the same as plan.Rank
		return "true", "''", `sha256(convert_to(` + w.arg(fmt.Sprint(c.Seed)) + ` || chr(10) || cu.code, 'UTF8')), cu.code`
	case plan.ChooseLowSatisfaction:
		last := `(SELECT r.score FROM callback_record r WHERE r.customer_id = cu.id AND r.state = 'final' AND r.score IS NOT NULL AND r.contacted_at >= ` + w.arg(since) +
			` ORDER BY r.contacted_at DESC, r.id LIMIT 1)`
		return last + ` < ` + w.arg(c.ScoreBelow), last + `::text`, last + `, cu.code`
	case plan.ChooseNeedOfService:
		at := w.arg(since)
		slips := `SELECT s.number, s.created_at FROM slip s WHERE s.customer_id = cu.id AND (s.state <> 'closed' OR s.created_at >= ` + at + ` AND (s.kind = 'suggestion' OR btrim(s.suggestion) <> ''))`
		complaints := `SELECT 1 FROM call c JOIN call_mark m ON m.call_id = c.id AND m.kind = 'complaint' WHERE c.customer_id = cu.id AND c.started_at >= ` + at
		return `EXISTS (` + slips + `) OR EXISTS (` + complaints + `)`, `coalesce((SELECT string_agg(x.number, ' ' ORDER BY x.number) FROM (` + slips + `) x), '')`,
			`(SELECT min(x.created_at) FROM (` + slips + `) x) NULLS LAST, cu.code`
	case plan.ChooseLongWithout:
		last := `(SELECT max(r.contacted_at) FROM callback_record r WHERE r.customer_id = cu.id AND r.state = 'final' AND r.disposition IN ('completed','refused','not_convenient'))`
		return `coalesce(` + last + `, cu.created_at) < ` + w.arg(since), `coalesce(to_char(` + last + `, 'YYYY-MM-DD'), '')`, last + ` NULLS FIRST, cu.code`
	case plan.ChooseList:
		return `cu.code = ANY(` + w.arg(c.Codes) + `)`, "''", `array_position(` + w.arg(c.Codes) + `::text[], cu.code)`
	}
	return "true", "''", "cu.code"
}

func populationOf(c plan.Criteria) *where {
	w := &where{}
	for _, v := range []struct {
		cond   string
		values []string
	}{{"cu.kind = ANY(?)", c.Kinds}, {"cu.grade = ANY(?)", c.Grades}, {"cu.city = ANY(?)", c.Cities}, {"cu.language = ANY(?)", c.Languages}} {
		if len(v.values) > 0 {
			w.add(v.cond, v.values)
		}
	}
	if c.BranchID != uuid.Nil {
		w.add("cu.department_id IN (SELECT id FROM department WHERE branch_id = ?)", c.BranchID)
	}
	if c.DepartmentID != uuid.Nil {
		w.add("cu.department_id = ?", c.DepartmentID)
	}
	if c.Government != nil {
		w.add("cu.government = ?", *c.Government)
	}
	return w
}

// Draw finds customers by criteria that are normal. Rule C-12.
func (s *Store) Draw(ctx context.Context, planID, programID uuid.UUID, c plan.Criteria, since time.Time) (d plan.Draw, err error) {
	if c.Choice == plan.ChooseList {
		if err := s.knownCodes(ctx, c.Codes); err != nil {
			return d, err
		}
	}
	w := populationOf(c)
	if err := s.pool.QueryRow(ctx, `SELECT count(*) FROM customer cu`+w.sql(), w.args...).Scan(&d.Population); err != nil {
		return d, mapError("count customers", err)
	}
	busy := `(EXISTS (SELECT 1 FROM task t WHERE t.customer_id = cu.id AND t.program_id = ` + w.arg(programID) + ` AND t.closed_at IS NULL)
		OR EXISTS (SELECT 1 FROM plan_customer o JOIN plan q ON q.id = o.plan_id WHERE o.customer_id = cu.id AND q.program_id = ` + w.arg(programID) +
		` AND q.id <> ` + w.arg(planID) + ` AND q.state IN ('submitted','approved','filed')))`
	cond, ground, order := fitting(w, c, since)
	w.add(cond)
	with := `WITH fit AS (SELECT cu.id, ` + busy + ` AS busy, ` + ground + ` AS ground, row_number() OVER (ORDER BY ` + order + `) AS place FROM customer cu` + w.sql() + `)`
	if err := s.pool.QueryRow(ctx, with+` SELECT count(*), count(*) FILTER (WHERE busy) FROM fit`, w.args...).Scan(&d.Fitting, &d.Busy); err != nil {
		return d, mapError("count customers", err)
	}
	free := ` WHERE NOT fit.busy`
	if c.Repeat {
		d.Busy, free = 0, ""
	}
	limit := c.Size
	if limit == 0 {
		limit = plan.MaxCustomers + 1
	}
	d.Candidates, err = list(ctx, s.pool, func(r pgx.CollectableRow) (v plan.Candidate, err error) {
		var row customerRow
		err = r.Scan(append(candidateTargets(&row, &v), &v.Ground)...)
		v.Customer = row.get()
		return v, err
	}, with+` SELECT `+candidateColumns+`, fit.ground FROM`+customerTables+` JOIN fit ON fit.id = cu.id`+free+` ORDER BY fit.place`+w.limit(limit), w.args...)
	if err != nil {
		return d, mapError("choose customers", err)
	}
	if len(d.Candidates) > plan.MaxCustomers {
		return d, problem.BadField("criteria.size", "%d customers fit; a plan takes at most %d: give a size or narrow the filters", d.Fitting, plan.MaxCustomers)
	}
	for i := range d.Candidates {
		d.Candidates[i].Ordinal = i + 1
	}
	return d, nil
}

// knownCodes names the codes that no customer has.
func (s *Store) knownCodes(ctx context.Context, codes []string) error {
	known, err := list(ctx, s.pool, pgx.RowTo[string], `SELECT code FROM customer WHERE code = ANY($1)`, codes)
	if err != nil {
		return mapError("look up customers", err)
	}
	have := make(map[string]bool, len(known))
	for _, c := range known {
		have[c] = true
	}
	var wrong []problem.Field
	for i, c := range codes {
		if !have[c] && len(wrong) < 20 {
			wrong = append(wrong, problem.Field{Location: fmt.Sprintf("criteria.codes[%d]", i), Message: "there is no customer with this code", Value: c})
		}
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	return nil
}

// KeepSelection puts a selection and its customers in place of those before. Rule C-12.
func (s *Store) KeepSelection(ctx context.Context, p plan.Plan, was time.Time, v plan.Selection, d plan.Draw, e audit.Event) error {
	ids, grounds := make([]uuid.UUID, len(d.Candidates)), make([]string, len(d.Candidates))
	for i, c := range d.Candidates {
		ids[i], grounds[i] = c.Customer.ID, c.Ground
	}
	return s.change(ctx, "keep selection", func(tx pgx.Tx) error {
		if err := updatePlan(ctx, tx, p, was, ""); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO plan_selection (id, plan_id, method, criteria, seed, population, fitting, chosen, made_by, made_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			v.ID, v.PlanID, string(v.Criteria.Choice), v.Criteria, v.Criteria.Seed, v.Population, v.Fitting, v.Chosen, v.Made.By.ID, v.Made.At); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM plan_customer WHERE plan_id = $1`, p.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO plan_customer (plan_id, ordinal, customer_id, ground) SELECT $1, x.n, x.id, x.ground FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY x(id, ground, n)`,
			p.ID, ids, grounds); err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// Unplaced are the customers of a plan without a task, in their order.
func (s *Store) Unplaced(ctx context.Context, planID uuid.UUID) ([]plan.Candidate, error) {
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v plan.Candidate, err error) {
		var row customerRow
		err = r.Scan(append(candidateTargets(&row, &v), &v.Ground, &v.Ordinal)...)
		v.Customer = row.get()
		return v, err
	}, `SELECT `+candidateColumns+`, pc.ground, pc.ordinal FROM`+customerTables+` JOIN plan_customer pc ON pc.customer_id = cu.id WHERE pc.plan_id = $1 AND pc.task_id IS NULL ORDER BY pc.ordinal`, planID)
	return slices.Clip(out), mapError("list customers of plan", err)
}
