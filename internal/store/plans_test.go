package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/plan"
	"huifang/internal/problem"
)

// planning is the service of plans over the world's database: a branch with a
// supervisor and two agents, and head office.
type planning struct {
	*plan.Service
	*desk
	head  access.Principal
	agent access.User // a second one; the first is the desk's
	told  map[uuid.UUID]int
}

func newPlanning(t *testing.T) *planning {
	d := newDesk(t)
	w := d.w
	p := &planning{desk: d, told: map[uuid.UUID]int{}}
	other, err := w.InsertDepartment(t.Context(), w.branch, "callers")
	w.ok(err)
	p.agent = w.addUser("wang", access.RoleAgent)
	w.exec(`UPDATE app_user SET department_id = $1 WHERE login IN ('boss','wang')`, other)
	d.boss.User, err = w.User(t.Context(), d.boss.User.ID)
	w.ok(err)
	p.head = access.Principal{User: w.addUser("records", access.RoleRecordsHead)}
	days, err := calendar.NewService(w.Store, func() time.Time { return w.at })
	w.ok(err)
	p.Service, err = plan.NewService(plan.Config{Store: w.Store, People: w.Store, Programs: d.Service, Days: days, Zone: time.FixedZone("Asia/Shanghai", 8*3600),
		Changed: func(_, who uuid.UUID) { p.told[who]++ }, Clock: func() time.Time { return w.at }, Seed: func() int64 { return 4711 }})
	w.ok(err)
	return p
}

func (p *planning) content() plan.Content {
	return plan.Content{Title: "年末回访", ProgramID: p.w.program.ID, ContentKind: plan.ContentCare, Method: plan.MethodTelephone, Aim: "了解满意度", Target: 95,
		From: calendar.Date{Year: 2026, Month: 11, Day: 23}, Until: calendar.Date{Year: 2026, Month: 11, Day: 27}, Agents: []uuid.UUID{p.desk.agent.User.ID, p.agent.ID}}
}

func (p *planning) customers(n int) {
	p.w.t.Helper()
	for i := range n {
		p.w.addCustomer(fmt.Sprintf("N%03d", i), fmt.Sprintf("客户%d", i), fmt.Sprintf("+86139000%05d", i))
	}
}

func (p *planning) must(d plan.Detail, err error) plan.Detail {
	p.w.t.Helper()
	p.w.ok(err)
	p.w.at = p.w.at.Add(time.Minute)
	return d
}

// filed takes a plan with the criteria as far as its number, and rehearses it.
func (p *planning) filed(c plan.Content, by plan.Criteria) plan.Detail {
	p.w.t.Helper()
	ctx := p.w.t.Context()
	d := p.must(p.Draft(ctx, p.boss, c))
	p.must(p.Choose(ctx, p.boss, d.Plan.ID, by))
	p.must(p.Submit(ctx, p.boss, d.Plan.ID))
	p.must(p.Approve(ctx, p.head, d.Plan.ID, ""))
	p.must(p.File(ctx, p.head, d.Plan.ID))
	d = p.must(p.Rehearse(ctx, p.boss, d.Plan.ID, plan.RehearsalInput{HeldAt: p.w.at, Participants: c.Agents, Findings: "话术顺畅", Ready: true}))
	return p.must(p.SignRehearsal(ctx, p.head, d.Plan.ID, d.Rehearsals[0].ID))
}

func TestRuleC02_PlanFromDraftToEnd(t *testing.T) {
	p := newPlanning(t)
	ctx, w := t.Context(), p.w
	p.customers(6)
	_, err := p.Draft(ctx, p.desk.agent, p.content())
	wantCode(t, err, problem.CodeForbidden, "supervisor_only")
	_, err = p.Draft(ctx, p.boss, plan.Content{Method: "pigeon", ContentKind: "gossip", From: calendar.Date{Year: 2026, Month: 11, Day: 28}, Until: calendar.Date{Year: 2026, Month: 11, Day: 29}, Agents: []uuid.UUID{p.head.User.ID}})
	wantFields(t, err, "agents[0]", "content_kind", "from", "method", "program_id", "target", "title")
	d := p.must(p.Draft(ctx, p.boss, p.content()))
	id := d.Plan.ID
	_, err = p.Submit(ctx, p.boss, id)
	wantRefused(t, err, "C-02")
	d = p.must(p.Choose(ctx, p.boss, id, plan.Criteria{Choice: plan.ChooseFilter}))
	if d.Plan.Customers != 6 || d.Selection.Population != 7 { // C1 has an open task of the program
		t.Fatalf("chosen %d of %d", d.Plan.Customers, d.Selection.Population)
	}
	p.must(p.Submit(ctx, p.boss, id))
	_, err = p.Change(ctx, p.boss, id, p.content())
	wantCode(t, err, problem.CodeConflict, "plan_state")
	_, err = p.Approve(ctx, p.boss, id, "")
	wantCode(t, err, problem.CodeForbidden, "head_office_only")
	_, err = p.Return(ctx, p.head, id, " ")
	wantFields(t, err, "opinion")
	p.must(p.Return(ctx, p.head, id, "目标要写明"))
	c := p.content()
	c.Aim = "满意度与续约意向"
	p.must(p.Change(ctx, p.boss, id, c))
	p.must(p.Submit(ctx, p.boss, id))
	p.must(p.Approve(ctx, p.head, id, "同意"))
	_, err = p.Start(ctx, p.boss, id)
	wantCode(t, err, problem.CodeConflict, "plan_state")
	d = p.must(p.File(ctx, p.head, id))
	if d.Plan.Number != "P2026-11-000001" || d.Plan.Round != 2 {
		t.Fatalf("%s, round %d", d.Plan.Number, d.Plan.Round)
	}
	d = p.must(p.Rehearse(ctx, p.boss, id, plan.RehearsalInput{HeldAt: w.at, Participants: c.Agents, Findings: "顺畅", Ready: true}))
	p.must(p.SignRehearsal(ctx, p.head, id, d.Rehearsals[0].ID))
	d = p.must(p.Start(ctx, p.boss, id))
	if f := d.Figures; f.Customers != 6 || f.Open != 6 || f.Waiting != 0 || f.Late != 0 {
		t.Fatalf("%+v", f)
	}
	// Both agents have three more, due within the period, and were told.
	for _, a := range c.Agents {
		vs, err := w.Tasks(ctx, callback.TaskQuery{AssigneeID: a})
		w.ok(err)
		n := 0
		for _, v := range vs {
			if v.Task.Source != callback.SourcePlan {
				continue
			}
			n++
			due := v.Task.DueAt.In(time.FixedZone("", 8*3600))
			if due.Day() < 23 || due.Day() > 27 || v.Task.HardDueAt.Format(time.RFC3339) != "2026-11-27T15:59:59Z" || v.Task.Purpose != "P2026-11-000001 年末回访：满意度与续约意向" {
				t.Errorf("%+v", v.Task)
			}
		}
		if p.told[a] != 1 || n < 2 {
			t.Errorf("%d tasks, told %d times", n, p.told[a])
		}
	}
	rows, err := p.Rows(ctx, p.boss, id, plan.PartMissing, 0, 0)
	w.ok(err)
	w.exec(`UPDATE task SET state = 'done', closed_at = hard_due_at WHERE id = $1`, rows[0].TaskID)
	w.exec(`UPDATE task SET state = 'done', closed_at = hard_due_at + interval '1 second' WHERE id = $1`, rows[1].TaskID)
	w.exec(`UPDATE task SET state = 'data_check' WHERE id = $1`, rows[2].TaskID)
	_, err = p.Close(ctx, p.boss, id, "")
	wantFields(t, err, "note")
	w.at = time.Date(2026, 11, 28, 2, 0, 0, 0, time.UTC)
	d = p.must(p.Close(ctx, p.boss, id, "四户未完成，转下月"))
	if f := d.Plan.Final; f.Done != 2 || f.InTime != 1 || f.Open != 4 || f.Late != 4 || f.DataCheck != 1 || f != d.Figures || f.Reached() != 33 {
		t.Errorf("%+v", f)
	}
	if rows, err = p.Rows(ctx, p.boss, id, plan.PartMissing, 0, 0); err != nil || len(rows) != 4 {
		t.Errorf("%d missing, %v", len(rows), err)
	}
	var got []string
	for _, e := range d.History {
		got = append(got, e.Action)
	}
	want := []string{audit.ActionPlanDrafted, audit.ActionPlanSelected, audit.ActionPlanSubmitted, audit.ActionPlanReturned, audit.ActionPlanChanged, audit.ActionPlanSubmitted,
		audit.ActionPlanApproved, audit.ActionPlanFiled, audit.ActionPlanRehearsed, audit.ActionPlanRehearsalSigned, audit.ActionPlanStarted, audit.ActionPlanClosed}
	if !slices.Equal(got, want) {
		t.Errorf("history %v", got)
	}
}

// Nobody approves a plan that they drafted, changed or submitted: the service
// says so, and past it the schema.
func TestRuleC02_NobodyApprovesTheirOwn(t *testing.T) {
	p := newPlanning(t)
	ctx, w := t.Context(), p.w
	p.customers(2)
	both := access.Principal{User: w.addUser("both", access.RoleSupervisor, access.RoleAdministrator)}
	w.exec(`UPDATE app_user SET department_id = $2 WHERE id = $1`, both.User.ID, p.boss.User.Department.ID)
	var err error
	both.User, err = w.User(ctx, both.User.ID)
	w.ok(err)
	d := p.must(p.Draft(ctx, p.boss, p.content()))
	id := d.Plan.ID
	p.must(p.Choose(ctx, both, id, plan.Criteria{Choice: plan.ChooseFilter})) // changed by one, submitted by the other
	p.must(p.Submit(ctx, p.boss, id))
	_, err = p.Approve(ctx, both, id, "")
	wantRefused(t, err, "C-02")
	_, err = p.Return(ctx, both, id, "x")
	wantRefused(t, err, "C-02")
	for _, own := range []uuid.UUID{both.User.ID, p.boss.User.ID} {
		wantRefused(t, w.plain(`UPDATE plan SET state = 'approved', decided_by = $2, decided_at = now() WHERE id = $1`, id, own), "C-02")
	}
	wantRefused(t, w.plain(`UPDATE plan SET authors = '{}', state = 'approved', decided_by = $2, decided_at = now() WHERE id = $1`, id, both.User.ID), "C-02")
	p.must(p.Approve(ctx, p.head, id, ""))
	// What was submitted is what runs.
	wantRefused(t, w.plain(`UPDATE plan SET title = 'x' WHERE id = $1`, id), "C-02")
	wantRefused(t, w.plain(`UPDATE plan SET state = 'draft' WHERE id = $1`, id), "C-02")
	wantRefused(t, w.plain(`UPDATE plan SET decided_by = $2 WHERE id = $1`, id, both.User.ID), "C-02")
	wantRefused(t, w.plain(`DELETE FROM plan_customer WHERE plan_id = $1`, id), "C-02")
	wantRefused(t, w.plain(`DELETE FROM plan_agent WHERE plan_id = $1`, id), "C-02")
	wantRefused(t, w.plain(`INSERT INTO plan_agent VALUES ($1, $2, 'x', $2, now())`, id, both.User.ID), "C-02")
	wantRefused(t, w.plain(`DELETE FROM plan WHERE id = $1`, id), "T-02")
	wantRefused(t, w.plain(`UPDATE plan_selection SET seed = 1 WHERE plan_id = $1`, id), "S-04")
	// Another branch's supervisor changes nothing.
	stranger := p.boss
	stranger.User.Department.BranchID = uuid.New()
	_, err = p.Start(ctx, stranger, id)
	wantCode(t, err, problem.CodeForbidden, "other_branch")
}

func TestRuleC02_PlansAreNumberedWithoutGaps(t *testing.T) {
	p := newPlanning(t)
	ctx := t.Context()
	p.customers(1)
	var ids []uuid.UUID
	for range 8 {
		d := p.must(p.Draft(ctx, p.boss, p.content()))
		p.must(p.Choose(ctx, p.boss, d.Plan.ID, plan.Criteria{Choice: plan.ChooseList, Codes: []string{"N000"}, Repeat: true}))
		p.must(p.Submit(ctx, p.boss, d.Plan.ID))
		p.must(p.Approve(ctx, p.head, d.Plan.ID, ""))
		ids = append(ids, d.Plan.ID)
	}
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			if _, err := p.File(ctx, p.head, id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	page, err := p.Plans(ctx, p.head, plan.Query{State: plan.StateFiled})
	p.w.ok(err)
	var got []string
	for _, l := range page.Plans {
		got = append(got, l.Plan.Number)
	}
	slices.Sort(got)
	for i, n := range got {
		if n != fmt.Sprintf("P2026-11-%06d", i+1) {
			t.Fatal(got)
		}
	}
	if len(got) != 8 {
		t.Fatal(got)
	}
}

func TestRuleQ03_PlanRunsAfterItsRehearsal(t *testing.T) {
	p := newPlanning(t)
	ctx, w := t.Context(), p.w
	p.customers(1)
	d := p.must(p.Draft(ctx, p.boss, p.content()))
	id := d.Plan.ID
	p.must(p.Choose(ctx, p.boss, id, plan.Criteria{Choice: plan.ChooseFilter}))
	in := plan.RehearsalInput{HeldAt: w.at, Participants: []uuid.UUID{p.agent.ID}, Findings: "第三题读不通", Ready: false}
	_, err := p.Rehearse(ctx, p.boss, id, in)
	wantCode(t, err, problem.CodeConflict, "plan_state")
	wantRefused(t, w.plain(`INSERT INTO plan_rehearsal VALUES (gen_random_uuid(), $1, now(), ARRAY[$2::uuid], 'x', true, $2, now())`, id, p.boss.User.ID), "Q-03")
	p.must(p.Submit(ctx, p.boss, id))
	p.must(p.Approve(ctx, p.head, id, ""))
	p.must(p.File(ctx, p.head, id))
	_, err = p.Start(ctx, p.boss, id)
	wantRefused(t, err, "Q-03")
	wantRefused(t, w.plain(`UPDATE plan SET state = 'running', started_by = $2, started_at = now() WHERE id = $1`, id, p.boss.User.ID), "Q-03")
	_, err = p.Rehearse(ctx, p.boss, id, plan.RehearsalInput{HeldAt: w.at.Add(time.Hour), Participants: []uuid.UUID{p.agent.ID, p.agent.ID, uuid.New()}})
	wantFields(t, err, "findings", "held_at", "participants[1]", "participants[2]")
	in.HeldAt = w.at
	d = p.must(p.Rehearse(ctx, p.boss, id, in))
	// One that found it not ready does not count, nor one that nobody else has signed.
	_, err = p.SignRehearsal(ctx, p.boss, id, d.Rehearsals[0].ID)
	wantRefused(t, err, "Q-03")
	p.must(p.SignRehearsal(ctx, p.head, id, d.Rehearsals[0].ID))
	_, err = p.SignRehearsal(ctx, p.head, id, d.Rehearsals[0].ID)
	wantCode(t, err, problem.CodeConflict, "changed_meanwhile")
	in.HeldAt, in.Findings, in.Ready = w.at, "改好了", true
	d = p.must(p.Rehearse(ctx, p.boss, id, in))
	_, err = p.Start(ctx, p.boss, id)
	wantRefused(t, err, "Q-03")
	wantRefused(t, w.plain(`UPDATE plan_rehearsal SET findings = 'x' WHERE ready`), "Q-03")
	p.must(p.SignRehearsal(ctx, p.head, id, d.Rehearsals[1].ID))
	if d = p.must(p.Start(ctx, p.boss, id)); d.Plan.State != plan.StateRunning || len(d.Rehearsals) != 2 || d.Rehearsals[1].Signed.By.ID != p.head.User.ID || d.Rehearsals[0].Participants[0].Name != "wang" {
		t.Errorf("%+v", d.Rehearsals)
	}
}

// The same seed and population give the same sample, which is that of plan.Rank;
// another seed gives another. What was chosen is kept with its seed.
func TestRuleC12_RandomSelectionIsReproducible(t *testing.T) {
	p := newPlanning(t)
	ctx := t.Context()
	p.customers(60)
	d := p.must(p.Draft(ctx, p.boss, p.content()))
	sample := func(seed int64) (plan.Criteria, []string) {
		v, err := p.PreviewSelection(ctx, p.boss, d.Plan.ID, plan.Criteria{Choice: plan.ChooseRandom, Size: 12, Seed: seed})
		p.w.ok(err)
		var codes []string
		for _, r := range v.Rows {
			codes = append(codes, r.Code)
		}
		return v.Criteria, codes
	}
	drawn, first := sample(0)
	if drawn.Seed != 4711 || len(first) != 12 {
		t.Fatalf("seed %d, %d customers", drawn.Seed, len(first))
	}
	if _, again := sample(drawn.Seed); !slices.Equal(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	if _, other := sample(99); slices.Equal(first, other) {
		t.Error("another seed gives the same sample")
	}
	var all []string
	for i := range 60 {
		all = append(all, fmt.Sprintf("N%03d", i))
	}
	slices.SortFunc(all, func(a, b string) int {
		x, y := plan.Rank(4711, a), plan.Rank(4711, b)
		return bytes.Compare(x[:], y[:])
	})
	if !slices.Equal(all[:12], first) {
		t.Errorf("SQL draws %v, Go %v", first, all[:12])
	}
	kept := p.must(p.Choose(ctx, p.boss, d.Plan.ID, drawn))
	rows, err := p.Rows(ctx, p.boss, d.Plan.ID, plan.PartAll, 0, 0)
	p.w.ok(err)
	for i, r := range rows {
		if r.Code != first[i] {
			t.Errorf("%d is %s, was shown as %s", i, r.Code, first[i])
		}
	}
	if kept.Selection.Criteria.Seed != 4711 || kept.Selection.Chosen != 12 || kept.Selection.Population != 61 || len(rows) != 12 {
		t.Errorf("%+v", kept.Selection)
	}
}

func TestRuleC12_EveryWayOfChoosing(t *testing.T) {
	p := newPlanning(t)
	ctx, w := t.Context(), p.w
	p.customers(4)
	// C1 was called and is dissatisfied: a score of 90, a slip, and a contact of today.
	c := p.called(w.task)
	_, err := p.SaveRecord(ctx, p.desk.agent, c.CallID, final(map[string]any{"s": "dissatisfied"}, p.slipInput()))
	w.ok(err)
	w.exec(`UPDATE customer SET grade = 'A', city = '上海', language = 'en', government = true, department_id = $1, created_at = created_at - interval '400 days' WHERE code = 'N001'`, p.engineering)
	w.exec(`UPDATE customer SET kind = 'advertiser', created_at = created_at - interval '40 days' WHERE code = 'N002'`)
	d := p.must(p.Draft(ctx, p.boss, p.content()))
	yes := true
	for _, x := range []struct {
		name   string
		by     plan.Criteria
		want   []string
		ground string
	}{
		{"low satisfaction", plan.Criteria{Choice: plan.ChooseLowSatisfaction}, []string{"C1"}, "90"},
		{"satisfied enough", plan.Criteria{Choice: plan.ChooseLowSatisfaction, ScoreBelow: 90}, nil, ""},
		{"need of service", plan.Criteria{Choice: plan.ChooseNeedOfService, Days: 30}, []string{"C1"}, "S2026-11-000001"},
		{"long without", plan.Criteria{Choice: plan.ChooseLongWithout, Days: 30}, []string{"N001", "N002"}, ""},
		{"very long without", plan.Criteria{Choice: plan.ChooseLongWithout}, []string{"N001"}, ""},
		{"kind", plan.Criteria{Choice: plan.ChooseFilter, Kinds: []string{"advertiser"}}, []string{"N002"}, ""},
		{"grade", plan.Criteria{Choice: plan.ChooseFilter, Grades: []string{"A", "B"}}, []string{"N001"}, ""},
		{"city", plan.Criteria{Choice: plan.ChooseFilter, Cities: []string{"上海"}}, []string{"N001"}, ""},
		{"language", plan.Criteria{Choice: plan.ChooseFilter, Languages: []string{"en"}}, []string{"N001"}, ""},
		{"government", plan.Criteria{Choice: plan.ChooseFilter, Government: &yes}, []string{"N001"}, ""},
		{"department", plan.Criteria{Choice: plan.ChooseFilter, DepartmentID: p.engineering}, []string{"N001"}, ""},
		{"branch", plan.Criteria{Choice: plan.ChooseFilter, BranchID: w.branch}, []string{"N001"}, ""},
		{"first two", plan.Criteria{Choice: plan.ChooseFilter, Size: 2}, []string{"C1", "N000"}, ""},
		{"list", plan.Criteria{Choice: plan.ChooseList, Codes: []string{"N003", "N000"}}, []string{"N003", "N000"}, ""},
	} {
		v, err := p.PreviewSelection(ctx, p.boss, d.Plan.ID, x.by)
		w.ok(err)
		var got []string
		for _, r := range v.Rows {
			got = append(got, r.Code)
			if x.ground != "" && r.Ground != x.ground {
				t.Errorf("%s: ground %q", x.name, r.Ground)
			}
		}
		if !slices.Equal(got, x.want) || v.Count != len(x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	_, err = p.PreviewSelection(ctx, p.boss, d.Plan.ID, plan.Criteria{Choice: plan.ChooseList, Codes: []string{"N000", "NOBODY"}})
	wantFields(t, err, "criteria.codes[1]")
	_, err = p.Choose(ctx, p.boss, d.Plan.ID, plan.Criteria{Choice: plan.ChooseFilter, Grades: []string{"Z"}})
	wantRefused(t, err, "C-12")
}

// Whom nobody may call is named with the reason; an agent who joins takes whom
// the others could not, and nobody is called twice.
func TestRuleC15_PlanNamesWhomNobodyMayCall(t *testing.T) {
	p := newPlanning(t)
	ctx, w := t.Context(), p.w
	p.customers(5)
	service := p.desk.agent.User.Department.ID
	w.exec(`UPDATE customer SET do_not_call_at = now(), do_not_call_reason = 'x' WHERE code = 'N000'`)
	w.exec(`UPDATE contact_point SET invalid_at = now() WHERE customer_id = (SELECT id FROM customer WHERE code = 'N001')`)
	w.exec(`UPDATE customer SET department_id = $1 WHERE code IN ('N002','N003')`, service)
	c := p.content()
	c.Agents = []uuid.UUID{p.desk.agent.User.ID}
	d := p.filed(c, plan.Criteria{Choice: plan.ChooseFilter})
	d = p.must(p.Start(ctx, p.boss, d.Plan.ID))
	id := d.Plan.ID
	if d.Figures.Barred != 4 || d.Figures.Open != 1 {
		t.Fatalf("%+v", d.Figures)
	}
	barred := func() map[string]plan.Obstacle {
		rows, err := p.Rows(ctx, p.boss, id, plan.PartBarred, 0, 0)
		w.ok(err)
		out := map[string]plan.Obstacle{}
		for _, r := range rows {
			out[r.Code] = r.Obstacle
		}
		return out
	}
	if got := fmt.Sprint(barred()); got != "map[N000:do_not_call N001:no_number N002:interest N003:interest]" {
		t.Error(got)
	}
	_, err := p.Join(ctx, p.boss, id, p.agent.ID, "")
	wantFields(t, err, "reason")
	w.exec(`UPDATE customer SET do_not_call_at = NULL WHERE code = 'N000'`)
	w.exec(`UPDATE customer SET adviser_id = $1 WHERE code = 'N003'`, p.agent.ID)
	d = p.must(p.Join(ctx, p.boss, id, p.agent.ID, "两户与小陈同部门"))
	if got := fmt.Sprint(barred()); got != "map[N001:no_number N003:interest]" || d.Figures.Open != 3 || len(d.Plan.Agents) != 2 {
		t.Errorf("%s, %+v", got, d.Figures)
	}
	d = p.must(p.Join(ctx, p.boss, id, uuid.Nil, ""))
	if d.Figures.Open != 3 {
		t.Errorf("given out twice: %+v", d.Figures)
	}
	// Past the service the schema holds.
	rows, err := p.Rows(ctx, p.boss, id, plan.PartAll, 0, 0)
	w.ok(err)
	wantRefused(t, w.plain(`UPDATE task SET assignee_id = $2 WHERE id = $1`, rows[2].TaskID, p.desk.agent.User.ID), "C-15")
	wantRefused(t, w.plain(`UPDATE plan_customer SET task_id = NULL WHERE plan_id = $1 AND ordinal = 3`, id), "C-02")
}

// Skills are set with the account and kept; a plan that asks for one goes to who has it.
func TestPlan_SkillIsOfTheAccount(t *testing.T) {
	p := newPlanning(t)
	ctx, w := t.Context(), p.w
	p.customers(3)
	u, err := w.User(ctx, p.agent.ID)
	w.ok(err)
	u.Skills = []string{"funds"}
	w.ok(w.UpdateUser(ctx, access.UserUpdate{User: u, At: w.at}, w.event("user.changed")))
	c := p.content()
	c.Skill = "funds"
	d := p.filed(c, plan.Criteria{Choice: plan.ChooseFilter})
	d = p.must(p.Start(ctx, p.boss, d.Plan.ID))
	rows, err := p.Rows(ctx, p.boss, d.Plan.ID, plan.PartAll, 0, 0)
	w.ok(err)
	for _, r := range rows {
		if r.AssigneeID != p.agent.ID {
			t.Errorf("%+v", r)
		}
	}
	if len(rows) != 3 {
		t.Error(len(rows))
	}
}

// Two who start the same plan at once make its tasks once.
func TestRuleC02_PlanStartsOnce(t *testing.T) {
	p := newPlanning(t)
	p.customers(10)
	d := p.filed(p.content(), plan.Criteria{Choice: plan.ChooseFilter})
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() { _, err := p.Start(context.WithoutCancel(t.Context()), p.boss, d.Plan.ID); errs <- err }()
	}
	started := 0
	for range cap(errs) {
		switch err := <-errs; {
		case err == nil:
			started++
		case problem.CodeOf(err) != problem.CodeConflict:
			t.Error(err)
		}
	}
	var n int
	p.w.ok(p.w.pool.QueryRow(t.Context(), `SELECT count(*) FROM task WHERE source = 'plan'`).Scan(&n))
	if started != 1 || n != 10 {
		t.Errorf("started %d times, %d tasks", started, n)
	}
}

// What a plan's call-backs are for is one of six kinds, in the service and in the database.
func TestRuleC13_PlanIsOfOneKindOfContent(t *testing.T) {
	p := newPlanning(t)
	var last plan.Detail
	for _, kind := range plan.ContentKinds() {
		c := p.content()
		c.ContentKind = kind
		if last = p.must(p.Draft(t.Context(), p.boss, c)); last.Plan.ContentKind != kind {
			t.Errorf("%s was kept as %s", kind, last.Plan.ContentKind)
		}
	}
	c := p.content()
	c.ContentKind = "sell"
	_, err := p.Draft(t.Context(), p.boss, c)
	wantFields(t, err, "content_kind")
	if _, err := p.w.pool.Exec(t.Context(), `UPDATE plan SET content_kind = 'sell' WHERE id = $1`, last.Plan.ID); err == nil {
		t.Error("the database took a kind of content that there is not")
	}
}
