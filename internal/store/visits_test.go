package store

import (
	"bytes"
	"image/png"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/visit"
)

func newVisits(t *testing.T) (w *world, s *visit.Service, agent, boss access.Principal) {
	w = newWorld(t)
	s, err := visit.NewService(visit.Config{Store: w.Store, Zone: time.FixedZone("Asia/Shanghai", 8*3600), Clock: func() time.Time { return w.at }})
	w.ok(err)
	return w, s, access.Principal{User: w.user}, access.Principal{User: w.addUser("boss", access.RoleSupervisor)}
}

// hand is a signature.
func hand() []visit.Stroke {
	return []visit.Stroke{{{X: 0.1, Y: 0.5}, {X: 0.4, Y: 0.2, T: 90}, {X: 0.6, Y: 0.8, T: 200}}, {{X: 0.7, Y: 0.5, T: 400}, {X: 0.9, Y: 0.5, T: 480}}}
}

func visited(w *world) visit.Input {
	return visit.Input{VisitedAt: w.at.Add(-time.Hour), Place: "东区变电站", Met: "王主任", Content: "检查开关柜", Problems: "无", Handling: "无", Answers: map[string]any{"s": "satisfied"}, SignedName: "王建国", Strokes: hand(), Final: true}
}

// Rules C-26, C-01, C-21: on a visit the customer signs, or it is said why not;
// the record is whole, numbered, stands, and closes the task.
func TestRuleC26_VisitIsFinalWithASignatureOrTheReasonWhyNot(t *testing.T) {
	w, s, agent, boss := newVisits(t)
	ctx := t.Context()
	_, err := s.Save(ctx, agent, w.task.ID, visit.Input{Final: true})
	wantFields(t, err, "answers.s", "content", "handling", "met", "place", "problems", "strokes", "visited_at")
	in := visited(w)
	in.Strokes = []visit.Stroke{{{X: 0.5, Y: 0.5}, {X: 0.5, Y: 0.51}}}
	_, err = s.Save(ctx, agent, w.task.ID, in)
	wantFields(t, err, "strokes") // a dot
	in.Strokes, in.UnsignedReason = hand(), "在开会"
	_, err = s.Save(ctx, agent, w.task.ID, in)
	wantFields(t, err, "unsigned_reason")
	in = visited(w)
	in.VisitedAt = w.at.Add(time.Hour)
	_, err = s.Save(ctx, agent, w.task.ID, in)
	wantFields(t, err, "visited_at")
	_, err = s.Save(ctx, access.Principal{User: w.addUser("stranger", access.RoleAgent)}, w.task.ID, visited(w))
	wantCode(t, err, problem.CodeForbidden, "not_assigned")

	draft := visited(w)
	draft.Final, draft.Content, draft.Strokes = false, "", nil
	d, err := s.Save(ctx, agent, w.task.ID, draft)
	w.ok(err)
	w.at = w.at.Add(time.Minute)
	v, err := s.Save(ctx, agent, w.task.ID, visited(w))
	w.ok(err)
	if v.ID != d.ID || v.Number != "V2026-11-000001" || v.State != visit.StateFinal || v.Score == nil || *v.Score != 100 || len(v.Strokes) != 2 {
		t.Fatalf("%+v", v)
	}
	pic, err := s.Signature(ctx, boss, v.ID)
	w.ok(err)
	img, err := png.Decode(bytes.NewReader(pic))
	w.ok(err)
	dark := 0
	for y := range visit.Height {
		for x := range visit.Width {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				dark++
			}
		}
	}
	if img.Bounds().Dx() != visit.Width || dark < 500 || dark > 5000 {
		t.Errorf("picture %v with %d dark points", img.Bounds(), dark)
	}
	if now := w.taskNow().Task; now.State != callback.TaskDone || now.CloseReason != "visit V2026-11-000001" || now.ClosedBy != w.user.ID {
		t.Errorf("%+v", now)
	}
	_, err = s.Save(ctx, agent, w.task.ID, visited(w))
	wantCode(t, err, problem.CodeConflict, "task_state")
	wantRefused(t, w.plain(`UPDATE visit SET content = 'x'`), "C-26")
	wantRefused(t, w.plain(`DELETE FROM visit`), "T-02")
	if err := w.plain(`INSERT INTO visit (id, number, task_id, customer_id, agent_id, state, visited_at, place, met, content, problems, handling, created_at, updated_at, finished_at)
		SELECT gen_random_uuid(), 'V2026-11-000009', task_id, customer_id, agent_id, 'final', now(), 'a', 'b', 'c', 'd', 'e', now(), now(), now() FROM visit`); err == nil {
		t.Error("the database took a final visit without a signature or a reason")
	}
	vs, err := s.Of(ctx, agent, w.cust.ID)
	w.ok(err)
	if len(vs) != 1 || vs[0].Met != "王主任" {
		t.Errorf("history: %+v", vs)
	}
	es, err := w.Events(ctx, audit.Filter{Action: audit.ActionVisitFinished})
	w.ok(err)
	if len(es) != 1 || es[0].Detail["number"] != v.Number || es[0].Detail["signed"] != true {
		t.Errorf("audited %+v", es)
	}

	// Without a signature, with the reason.
	w.task = w.addTask("T2", w.cust, w.user)
	in = visited(w)
	in.Strokes, in.SignedName, in.UnsignedReason = nil, "", "负责人外出"
	v, err = s.Save(ctx, agent, w.task.ID, in)
	w.ok(err)
	if v.Number != "V2026-11-000002" || v.UnsignedReason != "负责人外出" {
		t.Errorf("%+v", v)
	}
	_, err = s.Signature(ctx, agent, v.ID)
	wantCode(t, err, problem.CodeNotFound, "signature")
	w.ok(s.Files(ctx, agent, v.ID, true))
	wantCode(t, s.Files(ctx, access.Principal{User: w.addUser("other", access.RoleAgent)}, v.ID, false), problem.CodeForbidden, "not_assigned")
}

// Rule C-11: contracts of 3,000,000 together, the duty, or the customer's wish ask for a visit.
func TestRuleC11_LargeContractsAskForAVisit(t *testing.T) {
	w, s, agent, _ := newVisits(t)
	ctx := t.Context()
	want := func(why string) {
		t.Helper()
		of, err := s.Task(ctx, agent, w.task.ID)
		w.ok(err)
		if of.Suggested != why {
			t.Errorf("suggested %q, want %q", of.Suggested, why)
		}
	}
	contract := func(key string, cents int64) {
		w.exec(`INSERT INTO contract (id, key, customer_id, amount_cents, created_at, updated_at) VALUES (gen_random_uuid(), $1, $2, $3, now(), now())`, key, w.cust.ID, cents)
	}
	want("")
	contract("K1", 2_000_000_00)
	want("")
	contract("K2", 999_999_99)
	want("")
	contract("K3", 1)
	want(visit.SuggestedByContract)
	w.exec(`UPDATE customer SET do_not_call_at = now(), do_not_call_reason = 'x', do_not_call_channel = $1`, string(customer.ChannelVisit))
	want(visit.SuggestedByWish)
}
