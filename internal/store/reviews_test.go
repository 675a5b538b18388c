package store

import (
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

func (d *desk) ledger(who access.Principal, q callback.LedgerQuery) []callback.LedgerRow {
	d.w.t.Helper()
	q.From, q.To = d.w.at.AddDate(0, -1, 0), d.w.at.Add(time.Hour)
	p, err := d.Ledger(d.w.t.Context(), who, q)
	d.w.ok(err)
	return p.Rows
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
