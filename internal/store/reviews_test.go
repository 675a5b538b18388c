package store

import (
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/intake"
	"huifang/internal/problem"
)

func (d *desk) ledger(who access.Principal, q callback.LedgerQuery) []callback.LedgerRow {
	d.w.t.Helper()
	q.From, q.To = d.w.at.AddDate(0, -1, 0), d.w.at.Add(time.Hour)
	p, err := d.Ledger(d.w.t.Context(), who, q)
	d.w.ok(err)
	return p.Rows
}

// The ledger shows contract and equipment: those of the event that the call-back
// was owed for, else the customer's latest; agents see no whole number of theirs.
func TestRuleC21_S01_LedgerHasContractAndEquipment(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	g := newGate(t, w)
	g.brought(intake.Contracts, "合同编号,客户编号,项目名称,金额,签订日期\nK1,C1,地铁五号线,300万,2026-11-02\n")
	g.brought(intake.Equipment, "设备编号,客户编号,合同编号,型号,数量,发货日期,投运日期,负责人,负责人电话,现场联系人,现场电话\nE1,C1,K1,KYN28,12,2026-10-01,2026-11-01,赵工,13800138031,王工,021-62345678\nE2,C1,,XGN15,3,,2026-11-10,,,,\n")
	for _, key := range []string{"a", "b"} {
		w.task = w.addTask(key, w.cust, w.user)
		w.at = w.at.Add(time.Minute)
		if key == "b" { // owed for the first piece of equipment
			w.exec(`INSERT INTO duty_rule (id, code, name_zh, name_en, created_at) VALUES ($1, 'r', 'r', 'r', $2)`, w.program.ID, w.at)
			w.exec(`INSERT INTO duty_rule_version (rule_id, version, applies_from, settings, program_id, made_by, made_at) VALUES ($1, 1, '2026-01-01', '{}', $1, $2, $3)`, w.program.ID, w.user.ID, w.at)
			w.exec(`INSERT INTO duty (rule_id, version, customer_id, subject, occurrence, base_on, due_on, soft_on, grace_days, opens_at, soft_at, channel, program_id, priority, purpose, state, task_id, created_at, updated_at)
				SELECT $1, 1, e.customer_id, e.id, 'x', '2026-11-01', '2026-11-02', '2026-11-03', 0, $3, $3, 'call', $1, 5, 'x', 'open', $2, $3, $3 FROM equipment e WHERE e.key = 'E1'`, w.program.ID, w.task.ID, w.at)
		}
		_, err := d.SaveRecord(ctx, d.agent, d.called(w.task).CallID, final(map[string]any{"s": "satisfied"}, nil))
		w.ok(err)
	}
	all := d.ledger(d.boss, callback.LedgerQuery{})
	if len(all) != 2 || all[1].Plant.EquipmentKey != "E2" || all[1].Plant.Project != "地铁五号线" || all[1].Plant.Others != 1 {
		t.Fatalf("%+v", all)
	}
	p := all[0].Plant
	if p.EquipmentKey != "E1" || p.ContractKey != "K1" || p.Model != "KYN28" || p.Quantity != 12 || p.AmountCents != 300_000_000 || p.ShippedOn.String() != "2026-10-01" || p.CommissionedOn.String() != "2026-11-01" ||
		p.Responsible != "赵工" || p.ResponsiblePhone != "13800138031" || p.SiteContact != "王工" || p.SitePhone != "021-62345678" {
		t.Fatalf("%+v", p)
	}
	for want, q := range map[string]callback.LedgerQuery{"E1": {Model: "kyn"}, "E2": {Commissioned: struct{ From, Until calendar.Date }{From: calendar.Date{Year: 2026, Month: 11, Day: 5}}}} {
		if rows := d.ledger(d.boss, q); len(rows) != 1 || rows[0].Plant.EquipmentKey != want {
			t.Errorf("%s: %d rows", want, len(rows))
		}
	}
	if rows := d.ledger(d.boss, callback.LedgerQuery{Project: "机场"}); len(rows) != 0 {
		t.Errorf("%d rows of another project", len(rows))
	}
	if p := d.ledger(d.agent, callback.LedgerQuery{})[0].Plant; p.ResponsiblePhone != "•••••••8031" || p.SitePhone != "•••-••••5678" {
		t.Errorf("agents see %q %q", p.ResponsiblePhone, p.SitePhone)
	}
}

func TestRuleC21_LedgerHasEveryFinalRecord(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	for i, answers := range []map[string]any{{"s": "dissatisfied"}, {"s": "satisfied"}, {"s": "fair"}} {
		w.task = w.addTask([]string{"a", "b", "c"}[i], w.cust, w.user)
		w.at = w.at.Add(time.Minute)
		in := final(answers, nil)
		if i == 0 {
			in.Slip = d.slipInput()
		}
		_, err := d.SaveRecord(ctx, d.agent, d.called(w.task).CallID, in)
		w.ok(err)
	}
	w.task = w.addTask("d", w.cust, w.user)
	draft := final(map[string]any{"s": "satisfied"}, nil)
	draft.Final = false
	_, err := d.SaveRecord(ctx, d.agent, d.called(w.task).CallID, draft)
	w.ok(err)

	all := d.ledger(d.boss, callback.LedgerQuery{})
	if len(all) != 3 || all[0].Record.Number != "2026-11-000003" || all[2].Record.Number != "2026-11-000001" {
		t.Fatalf("%d rows: %+v", len(all), all)
	}
	first := all[2]
	if first.CustomerCode != "C1" || first.ProgramCode != "P1" || first.Department.Name != "service" || first.Outcome != "answered" ||
		len(first.Slips) != 1 || first.Slips[0] != "S2026-11-000001" || first.Review != nil || *first.Record.Score != 90 {
		t.Errorf("%+v", first)
	}
	for name, c := range map[string]struct {
		q    callback.LedgerQuery
		want int
	}{
		"score":            {callback.LedgerQuery{ScoreBelow: 100}, 1},
		"any score":        {callback.LedgerQuery{ScoreBelow: 101}, 3},
		"number":           {callback.LedgerQuery{Number: "2026-11-000002"}, 1},
		"customer":         {callback.LedgerQuery{Text: "小明"}, 3},
		"another customer": {callback.LedgerQuery{Text: "小红"}, 0},
		"another agent":    {callback.LedgerQuery{AgentID: d.boss.User.ID}, 0},
		"program":          {callback.LedgerQuery{ProgramID: w.program.ID}, 3},
		"disposition":      {callback.LedgerQuery{Disposition: callback.DispositionRefused}, 0},
		"without a review": {callback.LedgerQuery{Review: "open"}, 3},
		"with one":         {callback.LedgerQuery{Review: "done"}, 0},
		"after the newest": {callback.LedgerQuery{Before: callback.MarkKey{At: all[0].Record.FinishedAt, ID: all[0].Record.ID}}, 2},
	} {
		if got := d.ledger(d.boss, c.q); len(got) != c.want {
			t.Errorf("%s: %d rows, want %d", name, len(got), c.want)
		}
	}
	if n := len(d.ledger(d.engineer, callback.LedgerQuery{})); n != 0 { // agents see their own
		t.Errorf("another agent sees %d rows", n)
	}
	_, err = d.Ledger(ctx, d.boss, callback.LedgerQuery{From: w.at.AddDate(-2, 0, 0), To: w.at, ScoreBelow: 102})
	wantFields(t, err, "query.from", "query.score_below")
	rows, err := d.LedgerSheet(ctx, d.agent, callback.LedgerQuery{})
	w.ok(err)
	var taken int
	w.ok(w.pool.QueryRow(ctx, `SELECT count(*) FROM audit_event WHERE action = 'ledger.taken' AND (detail->>'rows')::int = $1 AND actor_id = $2`, len(rows), d.agent.User.ID).Scan(&taken))
	if len(rows) != 3 || taken != 1 {
		t.Errorf("%d rows in the sheet, %d entries of the log", len(rows), taken)
	}
}

func TestRuleC25_SuperiorsReviewRecordsOfOthers(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	r, err := d.SaveRecord(ctx, d.agent, d.called(w.task).CallID, final(map[string]any{"s": "satisfied"}, nil))
	w.ok(err)
	_, err = d.Review(ctx, d.agent, r.ID, callback.VerdictAgreed, "")
	wantCode(t, err, problem.CodeForbidden, "role")
	_, err = d.Review(ctx, d.boss, r.ID, "fine", "")
	wantFields(t, err, "verdict")
	_, err = d.Review(ctx, d.boss, r.ID, callback.VerdictRemarked, " ")
	wantFields(t, err, "opinion")
	_, err = d.Review(ctx, d.boss, r.ID, callback.VerdictRemarked, "未问安装日期")
	w.ok(err)
	w.at = w.at.Add(time.Minute)
	_, err = d.Review(ctx, d.boss, r.ID, callback.VerdictAgreed, "")
	w.ok(err)
	rs, err := d.Reviews(ctx, d.agent, r.ID)
	w.ok(err)
	if len(rs) != 2 || rs[0].Verdict != callback.VerdictAgreed || rs[1].Opinion != "未问安装日期" {
		t.Fatalf("%+v", rs)
	}
	if row := d.ledger(d.boss, callback.LedgerQuery{Review: "done"}); len(row) != 1 || row[0].Review.Verdict != callback.VerdictAgreed {
		t.Errorf("%+v", row)
	}
	_, err = d.Reviews(ctx, d.engineer, r.ID)
	wantCode(t, err, problem.CodeForbidden, "not_own")
	// A supervisor who wrote a record does not review it; the database says so too.
	both := d.boss
	both.User.ID = d.agent.User.ID
	_, err = d.Review(ctx, both, r.ID, callback.VerdictAgreed, "")
	wantRefused(t, err, "C-25")
	wantRefused(t, w.plain(`UPDATE record_review SET opinion = 'x'`), "S-04")
	wantRefused(t, w.plain(`DELETE FROM record_review`), "T-02")
}
