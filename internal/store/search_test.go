package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/replay"
	"huifang/internal/retention"
	"huifang/recording/archive"
)

// told compares what is searched with the facts.
func (w *world) told(rows int) {
	w.t.Helper()
	var n, wrong int
	w.ok(w.pool.QueryRow(w.t.Context(), `SELECT (SELECT count(*) FROM recording_search),
		(SELECT count(*) FROM ((TABLE recording_search EXCEPT TABLE recording_search_fact) UNION ALL (TABLE recording_search_fact EXCEPT TABLE recording_search)) d)`).Scan(&n, &wrong))
	if n != rows || wrong != 0 {
		w.t.Fatalf("%d rows of %d, %d are not as the facts say", n, rows, wrong)
	}
}

func TestRuleT08_SearchFollowsTheFacts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.settle()
	c := w.newCall()
	w.endCall(c)
	w.told(1)
	w.ok(w.Sealed(ctx, sealed(c.RecordingID, w.at)))
	w.told(1)
	r := w.record(c)
	r.State, r.FinishedAt, r.Answers = callback.RecordFinal, w.at, map[string]any{"s": "dissatisfied", "t": "fair"}
	r.Problems, r.Handling = "none", "none"
	// What is answered first, and what later, is told apart: the player jumps there.
	first := r
	first.State, first.FinishedAt, first.Answers = callback.RecordDraft, time.Time{}, map[string]any{"s": "dissatisfied", "t": "satisfied"}
	w.ok(w.SaveRecord(ctx, &callback.RecordSave{Record: first}, w.event("record.saved")))
	r.UpdatedAt = r.UpdatedAt.Add(7 * time.Second)
	w.ok(w.SaveRecord(ctx, &callback.RecordSave{Record: r, CloseCall: true}, w.event("record.finished")))
	d, err := w.Recording(ctx, c.RecordingID)
	w.ok(err)
	if q := d.Questions; len(q) != 2 || q[0].Key != "s" || !q[0].At.Equal(first.UpdatedAt) || q[1].Key != "t" || !q[1].At.Equal(r.UpdatedAt) {
		t.Fatalf("%+v", q)
	}
	w.told(1)
	w.ok(w.plain(`UPDATE customer SET name = '李四', name_grams = $1`, customer.NameGrams("李四")))
	w.told(1)
	head := w.head("head")
	h, err := w.retention().PlaceHold(ctx, head, "2026-17", "claim", retention.Order{Recordings: []uuid.UUID{c.RecordingID}})
	w.ok(err)
	w.told(1)
	_, err = w.AddTag(ctx, uuid.New(), c.RecordingID, "样本", w.event("recording.tagged"))
	w.ok(err)
	q := replay.Query{From: w.at.Add(-time.Hour), To: w.at.Add(time.Hour), Text: "李四", Grams: customer.QueryGrams("李四"), Tag: "样本", Held: replay.HeldYes, ScoreBelow: 91, BranchID: w.branch}
	rows, err := w.Recordings(ctx, q)
	w.ok(err)
	if len(rows) != 1 || rows[0].ID != c.RecordingID || rows[0].Score == nil || *rows[0].Score != 90 || !rows[0].Held || len(rows[0].Tags) != 1 {
		t.Fatalf("%+v", rows)
	}
	for item, n := range map[string]int{"s": 1, "t": 0, replay.AnyItem: 1} { // Rule C-16: t was fair
		q.Dissatisfied = item
		if rows, err := w.Recordings(ctx, q); err != nil || len(rows) != n {
			t.Errorf("dissatisfied with %s: %d rows, %v", item, len(rows), err)
		}
	}
	w.ok(w.retention().ReleaseHold(ctx, head, h.ID, "settled"))
	w.ok(w.RemoveTag(ctx, c.RecordingID, "样本", w.event("recording.untagged")))
	w.told(1)
	wantRefused(t, w.plain(`UPDATE recording_tag SET tag = 'x'`), "S-04")
	wantRefused(t, w.plain(`DELETE FROM recording_tag`), "T-02")
}

// A call and its recording change in transactions that do not see each other:
// whichever commits last writes the row as both left it.
func TestRuleT08_SearchFollowsFactsThatChangeAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.newCall()
	w.ok(w.OpenCall(ctx, c))
	a := w.attempt(c, day(23), "10:00-11:00")
	w.ok(w.OpenAttempt(ctx, a))
	one, err := w.pool.Begin(ctx)
	w.ok(err)
	defer one.Rollback(context.Background())
	other, err := w.pool.Begin(ctx)
	w.ok(err)
	defer other.Rollback(context.Background())
	_, err = one.Exec(ctx, `UPDATE attempt SET ring_ok = true WHERE id = $1`, a.AttemptID)
	w.ok(err)
	_, err = other.Exec(ctx, `UPDATE recording SET duration_ms = 7 WHERE id = $1`, c.RecordingID)
	w.ok(err)
	_, err = one.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`) // as its commit does: from here on the other waits
	w.ok(err)
	done := make(chan error, 1)
	go func() { done <- other.Commit(context.Background()) }()
	w.waits()
	w.ok(one.Commit(ctx))
	w.ok(<-done)
	w.told(1)
}

// waits until a transaction of this database waits for another.
func (w *world) waits() {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		var waiting bool
		w.ok(w.pool.QueryRow(w.t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND NOT l.granted)`).Scan(&waiting))
		if waiting {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatal("nobody waits")
		}
	}
}

// A fact is kept when its search row cannot be, and the row follows.
func TestRuleT08_SearchNeverRefusesAFact(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.newCall()
	w.ok(w.OpenCall(ctx, c))
	w.ok(w.plain(`ALTER TABLE recording_search RENAME TO recording_search_gone`))
	w.ok(w.plain(`UPDATE recording SET duration_ms = 7 WHERE id = $1`, c.RecordingID))
	w.ok(w.plain(`ALTER TABLE recording_search_gone RENAME TO recording_search`))
	_, stale, err := w.TendSearch(ctx, w.at)
	w.ok(err)
	if stale != 0 {
		t.Fatalf("%d rows are out of date", stale)
	}
	w.told(1)
}

// Recordings of a month for which nobody made a partition are found, and moved.
func TestRuleT08_SearchMakesItsMonths(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.old(archive.Object{})
	find := func() bool {
		rows, err := w.Recordings(ctx, replay.Query{From: w.at.Add(-time.Hour), To: w.at.Add(time.Hour)})
		w.ok(err)
		return len(rows) == 1 && rows[0].ID == id
	}
	places := func() (n int) {
		w.ok(w.pool.QueryRow(ctx, `SELECT count(*) FROM recording_search_other`).Scan(&n))
		return n
	}
	if places() != 1 || !find() {
		t.Fatal("a recording of a month without a partition is not found")
	}
	misplaced, _, err := w.TendSearch(ctx, w.at)
	w.ok(err)
	if misplaced != 0 || places() != 0 || !find() {
		t.Fatalf("%d rows wait in the default partition", misplaced)
	}
	w.told(1)
	far := time.Date(2031, 5, 31, 23, 0, 0, 0, time.UTC)
	for range 2 { // the second time there is nothing to do
		_, _, err = w.TendSearch(ctx, far)
		w.ok(err)
	}
	var months []string
	months, err = list(ctx, w.pool, pgx.RowTo[string], `SELECT relid::text FROM pg_partition_tree('recording_search') WHERE relid::text LIKE '%\_2031\_%' ORDER BY 1`)
	w.ok(err)
	if len(months) != 4 || months[0] != "recording_search_2031_05" || months[3] != "recording_search_2031_08" {
		t.Fatal(months)
	}
}

func TestSavedSearches(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	other := w.addUser("li", "auditor")
	v := replay.SavedSearch{ID: uuid.New(), Name: "未接", Filter: map[string]string{"outcome": "no_answer"}, SavedAt: w.at}
	w.ok(w.SaveSearch(ctx, w.user.ID, v, 1))
	v.Filter = map[string]string{"outcome": "busy"}
	w.ok(w.SaveSearch(ctx, w.user.ID, v, 1)) // in its place
	v.Name = "2"
	wantCode(t, w.SaveSearch(ctx, w.user.ID, v, 1), "conflict", "too_many")
	all, err := w.SavedSearches(ctx, w.user.ID)
	w.ok(err)
	if len(all) != 1 || all[0].Filter["outcome"] != "busy" || all[0].Name != "未接" {
		t.Fatalf("%+v", all)
	}
	wantCode(t, w.DropSearch(ctx, other.ID, all[0].ID), "not_found", "saved_search")
	w.ok(w.DropSearch(ctx, w.user.ID, all[0].ID))
}

// BenchmarkSearch_Update is a change of a recording's state, with its search row and without.
func BenchmarkSearch_Update(b *testing.B) {
	for _, how := range []string{"with", "without"} {
		b.Run(how, func(b *testing.B) {
			s := open(b)
			ctx := b.Context()
			if _, err := s.pool.Exec(ctx, `
				INSERT INTO app_user (id, login, name, staff_number, roles, password_hash, created_at) VALUES (md5('u')::uuid, 'u', 'u', 'u', '{agent}', 'x', now());
				INSERT INTO customer (id, code, kind, name, name_grams, created_at, updated_at) VALUES (md5('c')::uuid, 'c', 'investor', '王小明', '{王,小,明,王小,小明}', now(), now());
				INSERT INTO contact_point (id, customer_id, number) VALUES (md5('n')::uuid, md5('c')::uuid, '+8613800138000');
				INSERT INTO program (id, code, name_zh, name_en, windows, government_windows, created_at) VALUES (md5('p')::uuid, 'p', 'p', 'p', '{}', '{}', now());
				INSERT INTO task (id, program_id, customer_id, source, state, due_at, created_at, updated_at) VALUES (md5('t')::uuid, md5('p')::uuid, md5('c')::uuid, 'manual', 'open', now(), now(), now());
				INSERT INTO call (id, task_id, customer_id, contact_point_id, agent_id, instance, state, started_at, updated_at) VALUES (md5('k')::uuid, md5('t')::uuid, md5('c')::uuid, md5('n')::uuid, md5('u')::uuid, 'a', 'arming', now(), now());
				INSERT INTO recording (id, call_id, instance, state, opened_at, updated_at) VALUES (md5('r')::uuid, md5('k')::uuid, 'a', 'opened', now(), now())`); err != nil {
				b.Fatal(err)
			}
			if how == "without" {
				if _, err := s.pool.Exec(ctx, `ALTER TABLE recording DISABLE TRIGGER search_again`); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if _, err := s.pool.Exec(ctx, `UPDATE recording SET state = CASE state WHEN 'opened' THEN 'spooling' ELSE 'opened' END WHERE id = md5('r')::uuid`); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
