package store

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/casework"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
)

// office is a desk with cases: the agent's superior is the boss, whose superior
// is the chief; the inspector is of the head office.
type office struct {
	*desk
	cases            *casework.Service
	files            *attachment.Service
	chief, inspector access.Principal
}

func newOffice(t *testing.T) *office {
	d := newDesk(t)
	w := d.w
	o := &office{desk: d}
	days, err := calendar.NewService(w.Store, func() time.Time { return w.at })
	w.ok(err)
	o.cases, err = casework.NewService(casework.Config{Store: w.Store, People: w.Store, Customers: w.Store, Days: days, CallBacks: d.Service, Zone: time.FixedZone("Asia/Shanghai", 8*3600),
		Clock: func() time.Time { return w.at }, Logger: slog.New(slog.DiscardHandler)})
	w.ok(err)
	o.files, err = attachment.NewService(attachment.Config{Store: w.Store, Clock: func() time.Time { return w.at }, Gates: map[attachment.Object]attachment.Gate{attachment.OfCase: o.cases.Files}})
	w.ok(err)
	chief, inspector := w.addUser("chief", access.RoleSupervisor), w.addUser("inspector", access.RoleInspector)
	w.exec(`UPDATE app_user SET superior_id = $2 WHERE id = $1`, d.agent.User.ID, d.boss.User.ID)
	w.exec(`UPDATE app_user SET superior_id = $2 WHERE id = $1`, d.boss.User.ID, chief.ID)
	for who, id := range map[*access.Principal]uuid.UUID{&o.chief: chief.ID, &o.inspector: inspector.ID, &o.boss: d.boss.User.ID, &o.agent: d.agent.User.ID} {
		who.User, err = w.User(t.Context(), id)
		w.ok(err)
	}
	return o
}

// flagged makes a final record of the yearly questionnaire with a red flag.
func (o *office) flagged(flags ...string) callback.Record {
	w, ctx := o.w, o.w.t.Context()
	programs, err := o.Programs(ctx)
	w.ok(err)
	mine := w.program
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
	for _, f := range flags {
		answers[f] = callback.AnswerYes
	}
	asked := w.program.Questionnaire.Asked(answers)
	for _, it := range w.program.Questionnaire.Items { // a red flag asks for the facts
		if it.Required && it.Kind == callback.ItemText && asked[it.Key] {
			answers[it.Key] = "五月，在电话里"
		}
	}
	c := o.called(w.addTask("yearly"+uuid.NewString(), w.cust, w.user))
	w.program = mine
	in := final(answers, nil)
	in.Problems = "客户说经理承诺年收益 8%"
	r, err := o.SaveRecord(ctx, o.agent, c.CallID, in)
	w.ok(err)
	return r
}

func (o *office) page(who access.Principal) casework.Page {
	o.w.t.Helper()
	p, err := o.cases.Cases(o.w.t.Context(), who, casework.Query{})
	o.w.ok(err)
	return p
}

func (o *office) keep() {
	o.w.t.Helper()
	o.w.ok(o.cases.Keep(o.w.t.Context()))
}

func (o *office) sign(who access.Principal, id uuid.UUID, s casework.State, in map[string]string) error {
	_, err := o.cases.Sign(o.w.t.Context(), who, id, s, in)
	return err
}

func (o *office) at(id uuid.UUID) casework.Detail {
	o.w.t.Helper()
	d, err := o.cases.Case(o.w.t.Context(), o.inspector, id)
	o.w.ok(err)
	return d
}

var found = map[string]string{"accounts": "查了张三名下账户", "how": "调取流水", "result": "未见异常", "opinion": "属口头承诺"}

func TestRuleC19_RedFlagIsInvestigatedStepByStep(t *testing.T) {
	o := newOffice(t)
	w, ctx := o.w, t.Context()
	r := o.flagged("returns_promised")
	o.keep()
	o.keep() // any number of times
	p := o.page(o.boss)
	if len(p.Cases) != 1 {
		t.Fatalf("%d cases", len(p.Cases))
	}
	c := p.Cases[0]
	// It goes to the superior at once; Monday's facts are due on Tuesday.
	if c.Number != "C2026-11-000001" || c.Class != casework.ClassPromisedReturns || c.Source != casework.SourceRedFlag || c.AssigneeID != o.boss.User.ID || c.RecordNumber != r.Number ||
		!strings.Contains(c.Matter, "8%") || !c.DueAt.Equal(time.Date(2026, 11, 24, 15, 59, 59, 0, time.UTC)) {
		t.Fatalf("%+v", c)
	}
	wantProblem(t, "out of order", o.sign(o.boss, c.ID, casework.Branch, found), problem.CodeConflict)
	wantFields(t, o.sign(o.boss, c.ID, casework.Facts, map[string]string{"facts": " ", "gossip": "x"}), "facts", "gossip")
	w.ok(o.sign(o.boss, c.ID, casework.Facts, map[string]string{"facts": "经理在签约时口头承诺收益"}))
	// What the boss found is reported to the boss's superior; nobody takes note of their own facts.
	if d := o.at(c.ID); d.Case.AssigneeID != o.chief.User.ID || d.Case.State != casework.Reported {
		t.Fatalf("%s at %s", d.Case.AssigneeName, d.Case.State)
	}
	wantRefused(t, o.sign(o.boss, c.ID, casework.Reported, nil), "C-19")
	w.ok(o.sign(o.chief, c.ID, casework.Reported, map[string]string{"remark": "立即约谈"}))
	wantRefused(t, o.sign(o.chief, c.ID, casework.Interview, nil), "C-19") // no interview was noted
	talk := casework.NewTalk{HeldAt: w.at.Add(-time.Hour), Place: "三楼会议室", Person: "王经理", Content: "承认说过大概的数", Signatures: []casework.Signature{{Name: "王经理", AttachmentID: uuid.New()}}}
	_, err := o.cases.Interview(ctx, o.chief, c.ID, talk)
	wantRefused(t, err, "C-19") // a signature is a file of the case
	f, err := o.files.Add(ctx, o.chief, attachment.New{Object: attachment.OfCase, ObjectID: c.ID, Name: "签字.pdf", Content: pdf})
	w.ok(err)
	talk.Signatures[0].AttachmentID = f.ID
	_, err = o.cases.Interview(ctx, o.chief, c.ID, casework.NewTalk{HeldAt: w.at.Add(time.Hour)})
	wantFields(t, err, "content", "held_at", "person", "place", "signatures")
	_, err = o.cases.Interview(ctx, o.chief, c.ID, talk)
	w.ok(err)
	w.ok(o.sign(o.chief, c.ID, casework.Interview, nil))
	wantFields(t, o.sign(o.boss, c.ID, casework.Branch, map[string]string{"how": "x"}), "accounts", "opinion", "result")
	w.ok(o.sign(o.boss, c.ID, casework.Branch, found))
	wantProblem(t, "a branch gives the head office's opinion", o.sign(o.chief, c.ID, casework.HeadOffice, map[string]string{"opinion": "x"}), problem.CodeForbidden)
	w.ok(o.sign(o.inspector, c.ID, casework.HeadOffice, map[string]string{"opinion": "违规承诺，通报"}))
	w.ok(o.sign(o.boss, c.ID, casework.Measures, map[string]string{"measures": "书面更正，扣罚"}))
	d := o.at(c.ID)
	if d.Case.State != casework.CallBack || d.Case.TaskID == uuid.Nil || d.Case.TaskState != callback.TaskOpen {
		t.Fatalf("%+v", d.Case)
	}
	// Still dissatisfied: measures begin anew. Then satisfied: closed by the customer's word.
	for _, said := range []string{callback.AnswerDissatisfied, "satisfied"} {
		v, err := w.Task(ctx, o.at(c.ID).Case.TaskID)
		w.ok(err)
		if v.Task.Source != callback.SourceCase || v.Task.AssigneeID != o.agent.User.ID || !strings.Contains(v.Task.Purpose, c.Number) {
			t.Fatalf("%+v", v.Task)
		}
		w.at = w.at.Add(24 * time.Hour)
		second := o.called(v.Task)
		answers := map[string]any{"solution_done": "yes", "attitude": said, "speed": said}
		_, err = o.SaveRecord(ctx, o.agent, second.CallID, final(answers, nil))
		wantFields(t, err, "answers.result")
		answers["result"] = said
		_, err = o.SaveRecord(ctx, o.agent, second.CallID, final(answers, nil))
		w.ok(err)
		o.keep()
		if said == callback.AnswerDissatisfied {
			d := o.at(c.ID)
			if d.Case.State != casework.Measures || d.Case.Round != 2 || d.Case.TaskID != uuid.Nil {
				t.Fatalf("%+v", d.Case)
			}
			w.ok(o.sign(o.boss, c.ID, casework.Measures, map[string]string{"measures": "登门道歉"}))
		}
	}
	d = o.at(c.ID)
	if d.Case.State != casework.Closed || d.Case.Satisfaction != "satisfied" || d.Case.VerifiedBy == uuid.Nil || len(d.Steps) != 7 || len(d.Interviews) != 1 || len(d.May) != 0 {
		t.Fatalf("%+v, %d steps", d.Case, len(d.Steps))
	}
	var history []string
	for _, e := range d.History {
		history = append(history, strings.TrimPrefix(e.Action, "case."))
	}
	if got := strings.Join(history, " "); got != "opened signed signed attachment.added interviewed signed signed signed signed reopened signed closed" {
		t.Errorf("history: %s", got)
	}
	if n := len(o.page(o.boss).Cases); n != 1 {
		t.Errorf("the second call-backs made cases: %d", n)
	}
	wantProblem(t, "a file of a closed case", o.cases.Files(ctx, o.boss, c.ID, true), problem.CodeConflict)
}

func TestRuleC19_DatabaseKeepsTheOrderOfTheSteps(t *testing.T) {
	o := newOffice(t)
	w, ctx := o.w, t.Context()
	o.flagged("private_fees")
	o.keep()
	c := o.page(o.boss).Cases[0]
	step := `INSERT INTO case_step VALUES ('` + c.ID.String() + `', '%', 1, '` + o.boss.User.ID.String() + `', now(), '{"facts":"x","opinion":"x","measures":"x"}')`
	for what, sql := range map[string]string{
		"a step before its turn":  strings.Replace(step, "%", "measures", 1),
		"a state without a step":  `UPDATE work_case SET state = 'reported'`,
		"steps left out":          `UPDATE work_case SET state = 'measures'`,
		"another matter":          `UPDATE work_case SET matter = 'nothing'`,
		"delete":                  `DELETE FROM work_case`,
		"given to whom it is of":  `UPDATE work_case SET concerned_id = assignee_id`,
		"empty facts":             strings.NewReplacer("%", "facts", `"facts":"x"`, `"facts":" "`).Replace(step),
		"a call-back by itself":   `UPDATE work_case SET state = 'closed', satisfaction = 'satisfied'`,
		"an interview before its": `INSERT INTO case_interview SELECT gen_random_uuid(), id, now(), 'x', 'x', 'x', '{x}', ARRAY[gen_random_uuid()], assignee_id, now() FROM work_case`,
	} {
		if _, err := w.pool.Exec(ctx, sql); err == nil {
			t.Errorf("%s: the database lets it happen", what)
		}
	}
	w.exec(strings.Replace(step, "%", "facts", 1))
	w.exec(`UPDATE work_case SET state = 'reported'`)
	if _, err := w.pool.Exec(ctx, strings.Replace(step, "%", "reported", 1)); err == nil {
		t.Error("the same person signs both")
	}
	if _, err := w.pool.Exec(ctx, `UPDATE case_step SET content = '{}'`); err == nil {
		t.Error("a sign-off is altered")
	}
}

func TestRuleC15_NobodyWithAnInterestHandlesACase(t *testing.T) {
	o := newOffice(t)
	w, ctx := o.w, t.Context()
	// The boss's own customer: it goes to the chief, past the boss.
	w.exec(`UPDATE customer SET adviser_id = $1`, o.boss.User.ID)
	o.flagged("private_fees")
	o.keep()
	c := o.page(o.boss).Cases[0]
	if c.AssigneeID != o.chief.User.ID || c.Class != casework.ClassPrivateFees {
		t.Fatalf("%+v", c)
	}
	wantRefused(t, o.sign(o.boss, c.ID, casework.Facts, map[string]string{"facts": "x"}), "C-15")
	w.exec(`UPDATE customer SET adviser_id = NULL`)
	// About the boss: not seen by the boss, and not given to them.
	_, err := o.cases.Assign(ctx, o.chief, c.ID, casework.Assignment{AssigneeID: o.boss.User.ID, ConcernedID: o.boss.User.ID, Class: c.Class, Reason: "x"})
	wantRefused(t, err, "C-15")
	_, err = o.cases.Assign(ctx, o.chief, c.ID, casework.Assignment{AssigneeID: o.inspector.User.ID, ConcernedID: o.boss.User.ID, Class: casework.ClassFalseData, Reason: "涉及主管"})
	w.ok(err)
	_, err = o.cases.Case(ctx, o.boss, c.ID)
	wantProblem(t, "whom it is about looks", err, problem.CodeForbidden)
	if n := len(o.page(o.boss).Cases); n != 0 {
		t.Errorf("whom it is about is shown %d cases", n)
	}
	wantProblem(t, "a stranger looks", func() error { _, err := o.cases.Case(ctx, o.engineer, c.ID); return err }(), problem.CodeForbidden)
}

func TestRuleC18_MissedClocksGoUpTheLine(t *testing.T) {
	o := newOffice(t)
	w, ctx := o.w, t.Context()
	c := o.called(w.task)
	_, err := o.SaveRecord(ctx, o.agent, c.CallID, final(map[string]any{"s": "dissatisfied"}, o.slipInput()))
	w.ok(err)
	slip := o.only()
	waiting := func(who access.Principal) int {
		t.Helper()
		all, err := o.cases.Waiting(ctx, who)
		w.ok(err)
		return len(all)
	}
	for _, day := range []struct {
		at    string // in the house's zone
		steps string
		boss  int
		chief int
	}{
		{"2026-11-26 09:00", "slip.opened", 0, 0},
		{"2026-11-27 09:00", "slip.opened slip.warned", 0, 0}, // Friday: the next working day is its last
		{"2026-11-30 18:00", "slip.opened slip.warned", 0, 0},
		{"2026-12-01 00:00", "slip.opened slip.warned slip.escalated", 1, 0},
		{"2026-12-01 20:00", "slip.opened slip.warned slip.escalated", 1, 0}, // once a day
		{"2026-12-02 09:00", "slip.opened slip.warned slip.escalated slip.escalated", 1, 1},
		{"2026-12-03 09:00", "slip.opened slip.warned slip.escalated slip.escalated", 1, 1}, // the line ends
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", day.at, time.FixedZone("", 8*3600))
		w.ok(err)
		w.at = now.UTC()
		o.keep()
		o.keep()
		if got := strings.Join(steps(t, o.desk, slip.ID), " "); got != day.steps || waiting(o.boss) != day.boss || waiting(o.chief) != day.chief {
			t.Errorf("%s: %s; boss %d, chief %d", day.at, got, waiting(o.boss), waiting(o.chief))
		}
	}
	// Answered: nothing waits any more.
	_, err = o.AnswerSlip(ctx, o.chief, slip.ID, "修好了", "已修好")
	w.ok(err)
	if waiting(o.boss)+waiting(o.chief) != 0 {
		t.Error("an answered slip still waits")
	}
	if _, err := w.pool.Exec(ctx, `UPDATE app_user SET superior_id = $1 WHERE id = $2`, o.agent.User.ID, o.chief.User.ID); err == nil {
		t.Error("the line of superiors is a ring")
	}
}

func TestRuleC18_EscalationSkipsWeekendsAndWhoeverIsAway(t *testing.T) {
	o := newOffice(t)
	w := o.w
	w.exec(`UPDATE app_user SET disabled_at = now() WHERE id = $1`, o.boss.User.ID)
	w.at = time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC) // Thursday
	o.flagged("private_fees")
	o.keep()
	c := o.page(o.chief).Cases[0]
	if c.AssigneeID != o.chief.User.ID { // the boss is away
		t.Fatalf("%+v", c)
	}
	w.exec(`UPDATE app_user SET disabled_at = NULL WHERE id = $1`, o.boss.User.ID)
	_, err := o.cases.Assign(t.Context(), o.chief, c.ID, casework.Assignment{AssigneeID: o.boss.User.ID, Class: c.Class, Reason: "x"})
	w.ok(err)
	for _, day := range []struct {
		day, n int
	}{{28, 0}, {29, 0}, {30, 1}} { // Saturday, Sunday, Monday; its facts were due on Friday
		w.at = time.Date(2026, 11, day.day, 2, 0, 0, 0, time.UTC)
		o.keep()
		if d := o.at(c.ID); len(d.Case.EscalatedTo) != day.n || !d.Case.Overdue {
			t.Errorf("%d: escalated %v, overdue %v", day.day, d.Case.EscalatedName, d.Case.Overdue)
		}
	}
}

func TestRuleC20_ComplaintOfACallIsACase(t *testing.T) {
	o := newOffice(t)
	w, ctx := o.w, t.Context()
	ringing := w.talked()
	m := switchboard.CallMark{ID: uuid.New(), CallID: ringing.CallID, RecordingID: ringing.RecordingID, Kind: call.MarkComplaint, By: w.user.ID,
		At: w.at.Add(42 * time.Second), EndedAt: w.at.Add(42 * time.Second), Note: "delivered late"}
	w.ok(w.MarkCall(ctx, m))
	w.exec(`UPDATE recording SET started_at = $2 WHERE id = $1`, ringing.RecordingID, w.at.Add(2*time.Second))
	o.keep()
	o.keep()
	p := o.page(o.boss)
	if len(p.Cases) != 1 {
		t.Fatalf("%d cases", len(p.Cases))
	}
	c := p.Cases[0]
	if c.Kind != casework.Complaint || c.CallID != ringing.CallID || c.MarkID != m.ID || c.RecordingID == uuid.Nil || c.AssigneeID != o.boss.User.ID || c.Matter != m.Note || c.Offset != 40*time.Second {
		t.Fatalf("%+v", c)
	}
	wantFields(t, o.sign(o.agent, c.ID, casework.Facts, map[string]string{"facts": "嫌上门太慢"}), "calmed")
	w.ok(o.sign(o.agent, c.ID, casework.Facts, map[string]string{"facts": "嫌上门太慢", "calmed": "先倾听，再道歉"}))
	// Rule C-20: the answer is due five working days after the complaint.
	if d := o.at(c.ID); d.Case.State != casework.Answer || !d.Case.DueAt.Equal(time.Date(2026, 11, 30, 15, 59, 59, 0, time.UTC)) {
		t.Fatalf("%+v", d.Case)
	}
	wantFields(t, o.sign(o.boss, c.ID, casework.Answer, map[string]string{"handling": "x"}), "answer")
	w.ok(o.sign(o.boss, c.ID, casework.Answer, map[string]string{"handling": "改派工程师", "answer": "明天上午上门"}))
	d := o.at(c.ID)
	v, err := w.Task(ctx, d.Case.TaskID)
	w.ok(err)
	if d.Case.State != casework.CallBack || v.Program.Code != "complaint-settled" || !strings.Contains(v.Task.Purpose, "明天上午上门") {
		t.Fatalf("%+v", v.Task)
	}
	_, err = o.cases.CloseUnreachable(ctx, o.boss, c.ID, "x")
	wantProblem(t, "closed without the customer's word", err, problem.CodeConflict)
}

func TestRuleC30_ProblemsOfTheDayByDepartment(t *testing.T) {
	o := newOffice(t)
	w, ctx := o.w, t.Context()
	o.flagged("private_fees") // a record with a problem
	c := o.called(w.task)
	_, err := o.SaveRecord(ctx, o.agent, c.CallID, final(map[string]any{"s": "dissatisfied"}, o.slipInput())) // says none, but has a slip
	w.ok(err)
	o.keep()
	d, err := o.cases.Problems(ctx, o.boss, "", uuid.Nil)
	w.ok(err)
	var got []string
	for _, p := range d.Problems {
		got = append(got, p.Department.Name+":"+p.Kind)
	}
	if d.Day.String() != "2026-11-23" || strings.Join(got, " ") != "engineering:slip service:record service:anomaly" {
		t.Errorf("%s %v", d.Day, got)
	}
	// Others see their own department's.
	d, err = o.cases.Problems(ctx, o.engineer, "2026-11-23", o.service)
	w.ok(err)
	if len(d.Problems) != 1 || d.Problems[0].Kind != "slip" {
		t.Errorf("%+v", d.Problems)
	}
	if d, err = o.cases.Problems(ctx, o.boss, "2026-11-22", uuid.Nil); err != nil || len(d.Problems) != 0 {
		t.Errorf("the day before: %+v %v", d.Problems, err)
	}
	_, err = o.cases.Problems(ctx, o.boss, "yesterday", uuid.Nil)
	wantFields(t, err, "query.day")
}
