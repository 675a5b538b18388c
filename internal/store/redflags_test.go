package store

import (
	"slices"
	"testing"

	"huifang/internal/callback"
)

// wholeLog checks that every leaf is that of its row as it is now, and every row in
// its final form has its leaf.
func (w *world) wholeLog() {
	w.t.Helper()
	log := w.Store.Evidence()
	w.ok(logOf(w.t, w.Store).Append(w.t.Context()))
	missing, err := log.Unlogged(w.t.Context(), 10)
	w.ok(err)
	var bad []string
	w.ok(w.pool.QueryRow(w.t.Context(), `
		SELECT coalesce(array_agg(l.kind), '{}') FROM evidence_leaf l LEFT JOIN evidence_bodies(0, 1000000) b USING (index)
		WHERE encode(sha256(convert_to(b.body, 'UTF8')), 'hex') IS DISTINCT FROM l.leaf::jsonb ->> 'body_sha256'`).Scan(&bad))
	if len(missing) > 0 || len(bad) > 0 {
		w.t.Errorf("rows without a leaf %v, leaves that are not of their rows %v", missing, bad)
	}
}

// Rules C-16, C-19: a final record says which answers are red flags; the log of
// evidence says so too, and records of before are proven as they were.
func TestRuleC16_RedFlagsAreOnTheRecord(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	programs, err := d.Programs(ctx)
	w.ok(err)
	w.program = programs[slices.IndexFunc(programs, func(p callback.Program) bool { return p.Code == "yearly" })]
	answers := map[string]any{}
	for _, it := range w.program.Questionnaire.Normal().Items {
		if it.Required && len(it.Choices) > 0 {
			answers[it.Key] = it.Choices[0].Key
		}
	}
	for _, it := range w.program.Questionnaire.Items {
		if len(it.RedFlagOn) > 0 {
			answers[it.Key] = callback.AnswerNo
		}
	}
	answers["returns_promised"], answers["returns_facts"] = callback.AnswerYes, "五月，客户经理"
	c := d.called(w.addTask("yearly", w.cust, w.user))
	r, err := d.SaveRecord(ctx, d.agent, c.CallID, callback.RecordInput{Answers: answers})
	w.ok(err)
	if r.RedFlags != nil {
		t.Errorf("a draft has flags %v", r.RedFlags)
	}
	taken := w.plain(`UPDATE callback_record SET red_flags = '{returns_promised}'`)
	if taken == nil {
		t.Error("the database takes flags of a draft")
	}
	_, err = d.SaveRecord(ctx, d.agent, c.CallID, final(answers, nil))
	w.ok(err)
	read, err := w.Call(ctx, c.CallID)
	w.ok(err)
	if got := read.Record.RedFlags; !slices.Equal(got, []string{"returns_promised"}) {
		t.Errorf("flags %v", got)
	}
	var n int
	w.ok(w.pool.QueryRow(ctx, `SELECT count(*) FROM callback_record WHERE red_flags <> '{}'`).Scan(&n))
	if n != 1 {
		t.Errorf("%d records are found by their flags", n)
	}
	w.wholeLog()
	// A record of the schema before has no flags and its own kind of leaf.
	w.program.ID = w.task.ProgramID
	c = d.called(w.addTask("before", w.cust, w.user))
	old := w.record(c)
	old.State, old.FinishedAt, old.Problems, old.Handling, old.Number = callback.RecordFinal, w.at, "无", "无", "2026-11-000002"
	w.ok(w.SaveRecord(ctx, &callback.RecordSave{Record: old}, w.event("record.finished")))
	w.wholeLog()
	var kinds []string
	w.ok(w.pool.QueryRow(ctx, `SELECT array_agg(kind ORDER BY kind) FROM evidence_leaf WHERE kind LIKE 'record.%'`).Scan(&kinds))
	if !slices.Equal(kinds, []string{"record.2", "record.3"}) {
		t.Errorf("leaves %v", kinds)
	}
}
