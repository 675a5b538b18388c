package store

import (
	"slices"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

// Rules C-01, Q-01: what was final stays; a correction is a version more, with
// its reason, by the agent on the same day or by a supervisor.
func TestRuleC01_CorrectionsAreNewVersions(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	c := d.called(w.task)
	_, err := d.SaveRecord(ctx, d.agent, c.CallID, callback.RecordInput{Content: "x"})
	w.ok(err)
	draft, err := w.Call(ctx, c.CallID)
	w.ok(err)
	input := callback.CorrectionInput{Version: 1, Content: "问了满意度，客户更正了电话", Problems: "无", Handling: "无", Answers: map[string]any{"s": "fair"}, Reason: "写漏了"}
	_, err = d.CorrectRecord(ctx, d.boss, draft.Record.ID, input)
	wantCode(t, err, problem.CodeConflict, "record_draft")
	first, err := d.SaveRecord(ctx, d.agent, c.CallID, final(map[string]any{"s": "satisfied"}, nil))
	w.ok(err)
	id := first.ID

	incomplete := input
	incomplete.Answers, incomplete.Reason = nil, " "
	_, err = d.CorrectRecord(ctx, d.agent, id, incomplete)
	wantFields(t, err, "reason")
	incomplete.Reason = "x"
	_, err = d.CorrectRecord(ctx, d.agent, id, incomplete)
	wantFields(t, err, "answers.s")
	w.at = w.at.Add(time.Hour)
	r, err := d.CorrectRecord(ctx, d.agent, id, input)
	w.ok(err)
	if r.Version != 2 || r.Content != input.Content || r.Number != first.Number {
		t.Errorf("%+v", r)
	}
	_, err = d.CorrectRecord(ctx, d.agent, id, input) // of the version before
	wantCode(t, err, problem.CodeConflict, "changed_meanwhile")

	// The next day only a supervisor may; somebody else's record nobody else.
	w.at = w.at.Add(24 * time.Hour)
	input.Version, input.Answers, input.Reason = 2, map[string]any{"s": "dissatisfied"}, "听录音，客户不满意"
	_, err = d.CorrectRecord(ctx, d.agent, id, input)
	wantCode(t, err, problem.CodeRefused, "correction_late")
	_, err = d.CorrectRecord(ctx, d.engineer, id, input)
	wantCode(t, err, problem.CodeForbidden, "not_own")
	// Rule C-17: whoever is dissatisfied gets a slip, also afterwards.
	_, err = d.CorrectRecord(ctx, d.boss, id, input)
	wantFields(t, err, "slip")
	input.Slip = d.slipInput()
	r, err = d.CorrectRecord(ctx, d.boss, id, input)
	w.ok(err)
	if r.Version != 3 || r.Score == nil || *r.Score != 90 {
		t.Errorf("%+v", r)
	}
	if slip := d.only(); slip.RecordID != id {
		t.Errorf("slip of %s", slip.RecordID)
	}

	h, err := d.RecordHistory(ctx, d.agent, id)
	w.ok(err)
	if h.MayCorrect || h.First.Content != "问了满意度" || len(h.Corrections) != 2 || *h.First.Score != 100 || *h.Corrections[0].Score != 100 || *h.Corrections[1].Score != 90 ||
		h.Corrections[1].ByName != "boss" || h.Corrections[1].Reason != "听录音，客户不满意" {
		t.Errorf("%+v", h)
	}
	_, err = d.RecordHistory(ctx, access.Principal{User: w.addUser("stranger", access.RoleAgent)}, id)
	wantCode(t, err, problem.CodeForbidden, "not_own")
	// Ledger and call show what holds now, and that it was corrected.
	page, err := d.Ledger(ctx, d.boss, callback.LedgerQuery{ScoreBelow: 100})
	w.ok(err)
	call, err := d.Call(ctx, d.boss, c.CallID)
	w.ok(err)
	if len(page.Rows) != 1 || page.Rows[0].Record.Version != 3 || page.Rows[0].Record.Content != input.Content || call.Record.Version != 3 || *call.Record.Score != 90 {
		t.Errorf("ledger %+v, call %+v", page.Rows, call.Record)
	}

	wantRefused(t, w.plain(`UPDATE record_version SET content = 'x'`), "S-04")
	wantRefused(t, w.plain(`DELETE FROM record_version`), "T-02")
	wantRefused(t, w.plain(`UPDATE callback_record SET content = 'x'`), "C-01")
	wantRefused(t, w.plain(`INSERT INTO record_version SELECT gen_random_uuid(), record_id, 9, content, problems, handling, answers, fields, content_kinds, deviation, score, score_version,
		dissatisfied, red_flags, reason, corrected_by, corrected_at FROM record_version WHERE version = 3`), "C-01")
	w.wholeLog()
	var n int
	w.ok(w.pool.QueryRow(ctx, `SELECT count(*) FROM evidence_leaf WHERE kind = 'correction.1'`).Scan(&n))
	if n != 2 {
		t.Errorf("%d leaves of corrections", n)
	}
	w.exec(`ALTER TABLE record_version DISABLE TRIGGER once`)
	w.exec(`UPDATE record_version SET reason = 'another'`)
	var altered int
	w.ok(w.pool.QueryRow(ctx, `SELECT count(*) FROM evidence_leaf l JOIN evidence_bodies(0, 1000000) b USING (index)
		WHERE encode(sha256(convert_to(b.body, 'UTF8')), 'hex') <> l.leaf::jsonb ->> 'body_sha256'`).Scan(&altered))
	if altered != 2 {
		t.Errorf("%d alterations are found by the log", altered)
	}
}

// Rule C-17: record, slip, second call-back, and again, as one chain from
// whichever end one looks.
func TestRuleC17_ChainOfCallBacks(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	first, err := d.SaveRecord(ctx, d.agent, d.called(w.task).CallID, final(map[string]any{"s": "dissatisfied"}, d.slipInput()))
	w.ok(err)
	records := []callback.Record{first}
	for _, said := range []string{"dissatisfied", "satisfied"} {
		slip, err := d.AnswerSlip(ctx, d.boss, d.only().ID, "处理了", "已处理")
		w.ok(err)
		r, err := d.second(slip.Slip, said)
		w.ok(err)
		records = append(records, r)
	}
	w.at = w.at.Add(time.Hour)
	alone, err := d.SaveRecord(ctx, d.agent, d.called(w.addTask("alone", w.cust, w.user)).CallID, final(map[string]any{"s": "fair"}, nil))
	w.ok(err)
	want := []string{first.Number, d.only().Number, records[1].Number, records[2].Number}
	for _, r := range records {
		h, err := d.RecordHistory(ctx, d.boss, r.ID)
		w.ok(err)
		var got []string
		for _, l := range h.Chain {
			if l.Slip != nil {
				got = append(got, l.Slip.Number)
			} else {
				got = append(got, l.Record.Number)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("from %s: %v, want %v", r.Number, got, want)
		}
	}
	if h, err := d.RecordHistory(ctx, d.boss, alone.ID); err != nil || len(h.Chain) != 0 {
		t.Errorf("alone: %+v, %v", h.Chain, err)
	}
}
