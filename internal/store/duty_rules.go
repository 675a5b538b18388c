package store

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/duty"
)

// DutyRules lists by code, with their versions.
func (s *Store) DutyRules(ctx context.Context) ([]duty.Rule, error) {
	out, err := dutyRules(ctx, s.pool, uuid.Nil)
	return out, mapError("list duty rules", err)
}

// DutyRule gives one.
func (s *Store) DutyRule(ctx context.Context, id uuid.UUID) (duty.Rule, error) {
	out, err := dutyRules(ctx, s.pool, id)
	if err == nil && len(out) == 0 {
		err = pgx.ErrNoRows
	}
	if err != nil {
		return duty.Rule{}, mapError("look up duty_rule", err)
	}
	return out[0], nil
}

func dutyRules(ctx context.Context, q querier, only uuid.UUID) ([]duty.Rule, error) {
	w := &where{}
	if only != uuid.Nil {
		w.add("r.id = ?", only)
	}
	rows, err := q.Query(ctx, `SELECT r.id, r.code, r.name_zh, r.name_en, r.created_at, v.version, v.applies_from, v.settings, v.reason, v.made_by, u.name, v.made_at
		FROM duty_rule r JOIN duty_rule_version v ON v.rule_id = r.id JOIN app_user u ON u.id = v.made_by`+w.sql()+` ORDER BY r.code, v.version`, w.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []duty.Rule
	for rows.Next() {
		var r duty.Rule
		var v duty.Version
		var raw []byte
		if err := rows.Scan(&r.ID, &r.Code, &r.Name.Chinese, &r.Name.English, at(&r.CreatedAt), &v.N, dayAt(&v.From), &raw, &v.Reason, &v.MadeBy, &v.MadeByName, at(&v.MadeAt)); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &v.Settings); err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].ID != r.ID {
			out = append(out, r)
		}
		out[len(out)-1].Versions = append(out[len(out)-1].Versions, v)
	}
	return out, rows.Err()
}

// InsertDutyRule makes a rule with its first version.
func (s *Store) InsertDutyRule(ctx context.Context, r duty.Rule, e audit.Event) error {
	return s.change(ctx, "make duty rule", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO duty_rule (id, code, name_zh, name_en, created_at) VALUES ($1,$2,$3,$4,$5)`, r.ID, r.Code, r.Name.Chinese, r.Name.English, r.CreatedAt); err != nil {
			return err
		}
		return insertDutyVersion(ctx, tx, r.ID, r.Versions[0], e)
	})
}

// InsertDutyVersion makes the next version.
func (s *Store) InsertDutyVersion(ctx context.Context, ruleID uuid.UUID, v duty.Version, e audit.Event) error {
	return s.change(ctx, "make version of duty rule", func(tx pgx.Tx) error { return insertDutyVersion(ctx, tx, ruleID, v, e) })
}

// insertDutyVersion also has every customer looked at again.
func insertDutyVersion(ctx context.Context, tx pgx.Tx, ruleID uuid.UUID, v duty.Version, e audit.Event) error {
	raw, err := json.Marshal(v.Settings)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO duty_rule_version (rule_id, version, applies_from, settings, program_id, reason, made_by, made_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		ruleID, v.N, v.From.UTC(), raw, v.Settings.ProgramID, v.Reason, v.MadeBy, v.MadeAt); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO duty_signal (customer_id, shard) SELECT id, duty_shard(id) FROM customer`); err != nil {
		return err
	}
	return insertEvent(ctx, tx, e)
}

// dutyBranch is the branch whose customer it is: of the customer's department,
// or else of the adviser's.
const dutyTables = ` FROM duty d JOIN customer c ON c.id = d.customer_id JOIN duty_rule r ON r.id = d.rule_id
	LEFT JOIN app_user adviser ON adviser.id = c.adviser_id LEFT JOIN department dep ON dep.id = coalesce(c.department_id, adviser.department_id)
	LEFT JOIN branch b ON b.id = dep.branch_id`

// dutyResult judges a duty as duty.Duty.ResultOn does; a test compares them.
func dutyResult(today string) string {
	over := `(d.state IN ('done','unreachable','cancelled') AND d.closed_on <= ` + today + `)`
	return `CASE WHEN d.state = 'withdrawn' THEN '' WHEN ` + over + ` AND d.state = 'done' THEN CASE WHEN d.closed_on <= d.deadline_on THEN 'in_time' ELSE 'late' END
		WHEN ` + over + ` OR d.deadline_on < ` + today + ` THEN 'missed' ELSE 'open' END`
}

func dutyWhere(q duty.Query) (w *where, result string) {
	w = &where{}
	today := `(` + w.arg(q.Now) + `::timestamptz AT TIME ZONE c.time_zone)::date`
	if !q.AsOf.IsZero() {
		w.args = w.args[:0]
		today = w.arg(q.AsOf.UTC()) + `::date`
	}
	result = dutyResult(today)
	for _, c := range []struct {
		cond string
		id   uuid.UUID
	}{{"d.rule_id = ?", q.RuleID}, {"b.id = ?", q.BranchID}, {"d.customer_id = ?", q.CustomerID}, {"d.event_id = ?", q.EventID}} {
		if c.id != uuid.Nil {
			w.add(c.cond, c.id)
		}
	}
	if q.State != "" {
		w.add("d.state = ?", string(q.State))
	}
	if q.Result != "" {
		w.add(result+" = ?", string(q.Result))
	}
	for cond, day := range map[string]calendar.Date{"d.deadline_on >= ?": q.From, "d.deadline_on <= ?": q.Until} {
		if !day.IsZero() {
			w.add(cond, day.UTC())
		}
	}
	return w, result
}

// Duties lists by (deadline, id).
func (s *Store) Duties(ctx context.Context, q duty.Query) ([]duty.Duty, error) {
	w, result := dutyWhere(q)
	if q.After.ID != uuid.Nil {
		w.add("(d.deadline_on, d.id) > (?::date, ?)", q.After.Deadline.UTC(), q.After.ID)
	}
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (d duty.Duty, err error) {
		var zone string
		err = r.Scan(append(dutyTargets(&d), &d.CustomerName, &d.CustomerCode, &zone, &d.BranchID, &d.BranchName, &d.RuleCode, &d.RuleName.Chinese, &d.RuleName.English, &d.EventKind, &d.EventKey, &d.TaskState, &d.Result)...)
		if err == nil {
			d.Zone, err = calendar.Zone(zone)
		}
		return d, err
	}, `SELECT `+dutyColumns+`, c.name, c.code, c.time_zone, b.id, coalesce(b.name,''), r.code, r.name_zh, r.name_en, coalesce(e.kind,''), coalesce(e.key,''), coalesce(t.state,''), `+result+dutyTables+`
		LEFT JOIN business_event e ON e.id = d.event_id LEFT JOIN task t ON t.id = d.task_id`+w.sql()+` ORDER BY d.deadline_on, d.id`+w.limit(q.Limit), w.args...)
	return out, mapError("list duties", err)
}

// Coverage counts by rule and branch what the query selects. Rule R-03.
func (s *Store) Coverage(ctx context.Context, q duty.Query) ([]duty.CoverageRow, error) {
	w, result := dutyWhere(q)
	w.add("d.state <> 'withdrawn'")
	out, err := list(ctx, s.pool, func(r pgx.CollectableRow) (c duty.CoverageRow, err error) {
		err = r.Scan(&c.RuleID, &c.RuleCode, &c.RuleName.Chinese, &c.RuleName.English, &c.TargetPercent, &c.BranchID, &c.BranchName, &c.Due, &c.InTime, &c.Late, &c.Open, &c.Missed)
		return c, err
	}, `SELECT r.id, r.code, r.name_zh, r.name_en, (SELECT (v.settings ->> 'target_percent')::int FROM duty_rule_version v WHERE v.rule_id = r.id ORDER BY v.version DESC LIMIT 1),
		b.id, coalesce(b.name,''), count(*), count(*) FILTER (WHERE x.result = 'in_time'), count(*) FILTER (WHERE x.result = 'late'), count(*) FILTER (WHERE x.result = 'open'), count(*) FILTER (WHERE x.result = 'missed')`+
		dutyTables+` CROSS JOIN LATERAL (SELECT `+result+` AS result) x`+w.sql()+` GROUP BY r.id, b.id ORDER BY r.code, b.name NULLS LAST`, w.args...)
	return out, mapError("count coverage", err)
}
