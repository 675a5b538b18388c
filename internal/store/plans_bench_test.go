package store

import (
	"testing"
	"time"

	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/plan"
)

// BenchmarkPlans_DrawKeepLaunch measures, with 200,000 customers, how long it
// takes to draw 10,000 at random, to keep them, and to make their tasks.
func BenchmarkPlans_DrawKeepLaunch(b *testing.B) {
	w := newWorldOf(b)
	w.settle()
	ctx := b.Context()
	w.exec(`INSERT INTO customer (id, code, kind, name, created_at, updated_at) SELECT gen_random_uuid(), 'B' || n, 'other', 'b', now(), now() FROM generate_series(1, 200000) n`)
	w.exec(`INSERT INTO contact_point (id, customer_id, number) SELECT gen_random_uuid(), id, '+8613900000000' FROM customer WHERE code LIKE 'B%'`)
	w.exec(`ANALYZE customer, contact_point`)
	for range b.N {
		p := plan.Plan{ID: w.cust.ID, Branch: plan.Name{ID: w.branch}, State: plan.StateDraft, Created: plan.Mark{By: plan.Name{ID: w.user.ID}, At: w.at}, UpdatedBy: w.user.ID, UpdatedAt: w.at}
		p.Content = plan.Content{Title: "x", ProgramID: w.program.ID, ContentKind: plan.ContentCare, Method: plan.MethodTelephone, Target: 100, From: calendar.DateOf(w.at), Until: calendar.DateOf(w.at)}
		w.ok(w.InsertPlan(ctx, p, w.event("plan.drafted")))
		begin := time.Now()
		d, err := w.Draw(ctx, p.ID, p.ProgramID, plan.Criteria{Choice: plan.ChooseRandom, Seed: 1, Size: 10_000}, w.at)
		w.ok(err)
		b.ReportMetric(float64(time.Since(begin).Milliseconds()), "draw-ms")
		begin = time.Now()
		w.ok(w.KeepSelection(ctx, p, w.at, plan.Selection{ID: w.task.ID, PlanID: p.ID, Criteria: plan.Criteria{Choice: plan.ChooseRandom}, Made: p.Created}, d, w.event("plan.selected")))
		b.ReportMetric(float64(time.Since(begin).Milliseconds()), "keep-ms")
		w.exec(`ALTER TABLE plan DISABLE TRIGGER guard`)
		w.exec(`UPDATE plan SET state = 'running', number = 'P2026-11-000001', submitted_by = created_by, submitted_at = now(), decided_by = created_by, decided_at = now(),
			filed_by = created_by, filed_at = now(), started_by = created_by, started_at = now() WHERE id = $1`, p.ID)
		running, err := w.Plan(ctx, p.ID)
		w.ok(err)
		l := plan.Launch{Plan: running, Was: running.UpdatedAt}
		for _, at := range plan.Place(d.Candidates, []plan.Member{{User: w.user}}, p.Method, "") {
			t := w.task
			t.ID, t.CustomerID, t.Source, t.SourceKey, t.HardDueAt = at.CustomerID, at.CustomerID, callback.SourcePlan, at.CustomerID.String(), w.at
			l.Tasks = append(l.Tasks, plan.PlacedTask{Ordinal: at.Ordinal, Task: t})
		}
		begin = time.Now()
		w.ok(w.Launch(ctx, &l, w.event("plan.started")))
		b.ReportMetric(float64(time.Since(begin).Milliseconds()), "launch-ms")
		if len(l.Tasks) != 10_000 {
			b.Fatal(len(l.Tasks))
		}
	}
}
