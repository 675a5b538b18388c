package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/plan"
)

var _ plan.Store = (*Store)(nil)

const planColumns = `p.id, p.number, b.id, b.name, p.title, p.program_id, g.code, g.name_zh, g.name_en, p.content_kind, p.method, p.aim, p.skill, p.target, p.starts_on, p.ends_on,
	p.state, p.round, p.authors, p.opinion, p.closing_note, p.figures, p.updated_by, p.updated_at,
	p.created_by, coalesce(u1.name,''), p.created_at, p.submitted_by, coalesce(u2.name,''), p.submitted_at, p.decided_by, coalesce(u3.name,''), p.decided_at,
	p.filed_by, coalesce(u4.name,''), p.filed_at, p.started_by, coalesce(u5.name,''), p.started_at, p.closed_by, coalesce(u6.name,''), p.closed_at,
	(SELECT count(*) FROM plan_customer c WHERE c.plan_id = p.id), EXISTS (SELECT 1 FROM plan_rehearsal r WHERE r.plan_id = p.id AND r.ready AND r.signed_by IS NOT NULL),
	ARRAY(SELECT a.user_id FROM plan_agent a JOIN app_user u ON u.id = a.user_id WHERE a.plan_id = p.id ORDER BY a.user_id),
	ARRAY(SELECT u.name FROM plan_agent a JOIN app_user u ON u.id = a.user_id WHERE a.plan_id = p.id ORDER BY a.user_id)`

const planTables = ` plan p JOIN branch b ON b.id = p.branch_id JOIN program g ON g.id = p.program_id
	LEFT JOIN app_user u1 ON u1.id = p.created_by LEFT JOIN app_user u2 ON u2.id = p.submitted_by LEFT JOIN app_user u3 ON u3.id = p.decided_by
	LEFT JOIN app_user u4 ON u4.id = p.filed_by LEFT JOIN app_user u5 ON u5.id = p.started_by LEFT JOIN app_user u6 ON u6.id = p.closed_by`

func planTargets(p *plan.Plan, from, until *time.Time, names *[]string) []any {
	out := []any{&p.ID, &p.Number, &p.Branch.ID, &p.Branch.Name, &p.Title, &p.ProgramID, &p.Program.Code, &p.Program.NameZH, &p.Program.NameEN,
		&p.ContentKind, &p.Method, &p.Aim, &p.Skill, &p.Target, from, until, &p.State, &p.Round, &p.Authors, &p.Opinion, &p.Closing, &p.Final, &p.UpdatedBy, at(&p.UpdatedAt)}
	for _, m := range []*plan.Mark{&p.Created, &p.Submitted, &p.Decided, &p.Filed, &p.Started, &p.Closed} {
		out = append(out, &m.By.ID, &m.By.Name, at(&m.At))
	}
	return append(out, &p.Customers, &p.Rehearsed, &p.Agents, names)
}

func finishPlan(p *plan.Plan, from, until time.Time, names []string) {
	p.From, p.Until, p.Program.ID = calendar.DateOf(from), calendar.DateOf(until), p.ProgramID
	for i, id := range p.Agents {
		p.Crew = append(p.Crew, plan.Name{ID: id, Name: names[i]})
	}
}

func scanPlan(row pgx.CollectableRow) (p plan.Plan, err error) {
	var from, until time.Time
	var names []string
	if err = row.Scan(planTargets(&p, &from, &until, &names)...); err == nil {
		finishPlan(&p, from, until, names)
	}
	return p, err
}

// figureColumns count a plan's customers c with their tasks t; the placeholder is the moment.
func figureColumns(now string) string {
	return `count(c.plan_id), count(c.plan_id) FILTER (WHERE c.task_id IS NULL AND c.obstacle = ''),
	count(*) FILTER (WHERE t.state = 'done'), count(*) FILTER (WHERE t.state = 'done' AND t.closed_at <= t.hard_due_at),
	count(*) FILTER (WHERE t.id IS NOT NULL AND t.closed_at IS NULL), count(*) FILTER (WHERE t.closed_at IS NULL AND t.hard_due_at < ` + now + `),
	count(*) FILTER (WHERE t.state = 'data_check'), count(*) FILTER (WHERE t.state = 'unreachable'), count(*) FILTER (WHERE t.state = 'other_channel'),
	count(*) FILTER (WHERE t.state = 'cancelled'), count(c.plan_id) FILTER (WHERE c.obstacle <> '')`
}

func figureTargets(f *plan.Figures) []any {
	return []any{&f.Customers, &f.Waiting, &f.Done, &f.InTime, &f.Open, &f.Late, &f.DataCheck, &f.Unreachable, &f.OtherChannel, &f.Cancelled, &f.Barred}
}

// Plans lists by (created_at, id), newest first.
func (s *Store) Plans(ctx context.Context, q plan.Query) ([]plan.Listed, error) {
	w := &where{}
	if q.State != "" {
		w.add("p.state = ?", string(q.State))
	}
	if q.BranchID != uuid.Nil {
		w.add("p.branch_id = ?", q.BranchID)
	}
	if !q.Before.At.IsZero() {
		w.add("(p.created_at, p.id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	cond := w.sql()
	now := w.arg(time.Now())
	out, err := list(ctx, s.pool, func(row pgx.CollectableRow) (l plan.Listed, err error) {
		var from, until time.Time
		var names []string
		if err = row.Scan(append(planTargets(&l.Plan, &from, &until, &names), figureTargets(&l.Figures)...)...); err == nil {
			finishPlan(&l.Plan, from, until, names)
		}
		return l, err
	}, `SELECT `+planColumns+`, f.* FROM`+planTables+`, LATERAL (SELECT `+figureColumns(now)+` FROM plan_customer c LEFT JOIN task t ON t.id = c.task_id WHERE c.plan_id = p.id) f`+
		cond+` ORDER BY p.created_at DESC, p.id DESC`+w.limit(q.Limit), w.args...)
	return out, mapError("list plans", err)
}

// Plan gives one.
func (s *Store) Plan(ctx context.Context, id uuid.UUID) (plan.Plan, error) {
	p, err := one(ctx, s.pool, scanPlan, `SELECT `+planColumns+` FROM`+planTables+` WHERE p.id = $1`, id)
	return p, mapError("look up plan", err)
}

// PlanParts gives selection, rehearsals and figures.
func (s *Store) PlanParts(ctx context.Context, id uuid.UUID, now time.Time) (*plan.Selection, []plan.Rehearsal, plan.Figures, error) {
	var f plan.Figures
	var v plan.Selection
	sel := &v
	err := s.pool.QueryRow(ctx, `SELECT s.id, s.plan_id, s.criteria, s.population, s.fitting, s.chosen, s.made_by, u.name, s.made_at
		FROM plan_selection s JOIN app_user u ON u.id = s.made_by WHERE s.plan_id = $1 ORDER BY s.made_at DESC LIMIT 1`, id).
		Scan(&v.ID, &v.PlanID, &v.Criteria, &v.Population, &v.Fitting, &v.Chosen, &v.Made.By.ID, &v.Made.By.Name, at(&v.Made.At))
	if errors.Is(err, pgx.ErrNoRows) {
		sel, err = nil, nil
	}
	if err != nil {
		return nil, nil, f, mapError("look up selection", err)
	}
	rs, err := list(ctx, s.pool, func(row pgx.CollectableRow) (r plan.Rehearsal, err error) {
		var ids []uuid.UUID
		var names []string
		err = row.Scan(&r.ID, &r.PlanID, at(&r.HeldAt), &ids, &names, &r.Findings, &r.Ready, &r.Noted.By.ID, &r.Noted.By.Name, at(&r.Noted.At), &r.Signed.By.ID, &r.Signed.By.Name, at(&r.Signed.At))
		for i := range ids {
			r.Participants = append(r.Participants, plan.Name{ID: ids[i], Name: names[i]})
		}
		return r, err
	}, `SELECT r.id, r.plan_id, r.held_at, r.participants, ARRAY(SELECT u.name FROM unnest(r.participants) WITH ORDINALITY x(id, n) JOIN app_user u ON u.id = x.id ORDER BY x.n),
		r.findings, r.ready, r.noted_by, n.name, r.noted_at, r.signed_by, coalesce(s.name,''), r.signed_at
		FROM plan_rehearsal r JOIN app_user n ON n.id = r.noted_by LEFT JOIN app_user s ON s.id = r.signed_by WHERE r.plan_id = $1 ORDER BY r.noted_at, r.id`, id)
	if err != nil {
		return nil, nil, f, mapError("list rehearsals", err)
	}
	err = s.pool.QueryRow(ctx, `SELECT `+figureColumns("$2")+` FROM plan_customer c LEFT JOIN task t ON t.id = c.task_id WHERE c.plan_id = $1`, id, now).Scan(figureTargets(&f)...)
	return sel, rs, f, mapError("count customers of plan", err)
}

// InsertPlan makes a draft.
func (s *Store) InsertPlan(ctx context.Context, p plan.Plan, e audit.Event) error {
	return s.change(ctx, "insert plan", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO plan (id, branch_id, title, program_id, content_kind, method, aim, skill, target, starts_on, ends_on, state, created_by, created_at, updated_by, updated_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`,
			p.ID, p.Branch.ID, p.Title, p.ProgramID, string(p.ContentKind), string(p.Method), p.Aim, p.Skill, p.Target, p.From.UTC(), p.Until.UTC(),
			string(p.State), p.Created.By.ID, p.Created.At, p.UpdatedBy, p.UpdatedAt)
		if err == nil {
			err = putPlanAgents(ctx, tx, p)
		}
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// putPlanAgents makes the plan's agents those of p.
func putPlanAgents(ctx context.Context, tx pgx.Tx, p plan.Plan) error {
	agents := p.Agents
	if agents == nil {
		agents = []uuid.UUID{}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM plan_agent WHERE plan_id = $1 AND user_id <> ALL ($2)`, p.ID, agents); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO plan_agent (plan_id, user_id, added_by, added_at)
		SELECT $1, id, $3, $4 FROM unnest($2::uuid[]) id WHERE NOT EXISTS (SELECT 1 FROM plan_agent a WHERE a.plan_id = $1 AND a.user_id = id)`, p.ID, agents, p.UpdatedBy, p.UpdatedAt)
	return err
}

// updatePlan writes a plan that is still as it was read. Rule C-02; the number
// within its month: Rule C-21.
func updatePlan(ctx context.Context, tx pgx.Tx, p plan.Plan, was time.Time, month string) error {
	if p.State == plan.StateFiled && p.Number == "" {
		number, err := nextNumber(ctx, tx, "plan", month)
		if err != nil {
			return err
		}
		p.Number = "P" + number
	}
	args := []any{p.ID, was, p.Number, p.Title, p.ProgramID, string(p.ContentKind), string(p.Method), p.Aim, p.Skill, p.Target, p.From.UTC(), p.Until.UTC(),
		string(p.State), p.Round, p.Opinion, p.Closing, p.Final, p.UpdatedBy, p.UpdatedAt}
	for _, m := range []plan.Mark{p.Submitted, p.Decided, p.Filed, p.Started, p.Closed} {
		args = append(args, orNullID(m.By.ID), orNullTime(m.At))
	}
	tag, err := tx.Exec(ctx, `UPDATE plan SET number = $3, title = $4, program_id = $5, content_kind = $6, method = $7, aim = $8, skill = $9, target = $10, starts_on = $11, ends_on = $12,
		state = $13, round = $14, opinion = $15, closing_note = $16, figures = $17, updated_by = $18, updated_at = $19, submitted_by = $20, submitted_at = $21,
		decided_by = $22, decided_at = $23, filed_by = $24, filed_at = $25, started_by = $26, started_at = $27, closed_by = $28, closed_at = $29
		WHERE id = $1 AND updated_at = $2`, args...)
	if err == nil && tag.RowsAffected() == 0 {
		err = changedMeanwhile("plan")
	}
	return err
}

// UpdatePlan writes a plan with its agents.
func (s *Store) UpdatePlan(ctx context.Context, p plan.Plan, was time.Time, month string, e audit.Event) error {
	return s.change(ctx, "change plan", func(tx pgx.Tx) error {
		err := updatePlan(ctx, tx, p, was, month)
		if err == nil && (p.State == plan.StateDraft || p.State == plan.StateReturned) {
			err = putPlanAgents(ctx, tx, p)
		}
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// InsertRehearsal notes one. Rule Q-03.
func (s *Store) InsertRehearsal(ctx context.Context, r plan.Rehearsal, e audit.Event) error {
	ids := make([]uuid.UUID, len(r.Participants))
	for i, n := range r.Participants {
		ids[i] = n.ID
	}
	return s.change(ctx, "note rehearsal", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO plan_rehearsal (id, plan_id, held_at, participants, findings, ready, noted_by, noted_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
			r.ID, r.PlanID, r.HeldAt, ids, r.Findings, r.Ready, r.Noted.By.ID, r.Noted.At)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// SignRehearsal signs it once. Rule Q-03.
func (s *Store) SignRehearsal(ctx context.Context, planID, id uuid.UUID, m plan.Mark, e audit.Event) error {
	return s.change(ctx, "sign rehearsal", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE plan_rehearsal SET signed_by = $3, signed_at = $4 WHERE id = $2 AND plan_id = $1 AND signed_by IS NULL`, planID, id, m.By.ID, m.At)
		if err == nil && tag.RowsAffected() == 0 {
			err = changedMeanwhile("rehearsal")
		}
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}
