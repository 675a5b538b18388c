package store

import (
	"testing"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/dealing"
	"huifang/internal/duty"
	"huifang/internal/problem"
)

// Five customers whose change was on 2 November: the deadline is the 9th. One was
// called in time, one late, one waits, one cannot be reached, one had the event
// withdrawn. Each figure has its list behind it.
func TestRuleR03_CoverageAndTheListBehindEachNumber(t *testing.T) {
	b := newBureau(t)
	b.rule("important-change", "2026-01-01")
	b.clock("2026-11-02 09:00")
	var ids []uuid.UUID
	for i, code := range []string{"in-time", "late", "waits", "unreachable", "withdrawn"} {
		b.cust = b.addCustomer(code, code, "+8613800138000")
		if i < 2 {
			b.exec(`UPDATE customer SET department_id = (SELECT id FROM department) WHERE id = $1`, b.cust.ID)
		}
		ids = append(ids, b.happened(code, dealing.ContractChanged, "2026-11-02"))
	}
	b.round()
	task := map[string]duty.Duty{}
	for _, d := range b.duties(duty.Query{}) {
		task[d.CustomerCode] = d
	}
	b.clock("2026-11-09 15:00")
	b.closeTask(task["in-time"], callback.TaskDone)
	b.clock("2026-11-10 10:00")
	b.closeTask(task["late"], callback.TaskDone)
	b.exec(`ALTER TABLE task DISABLE TRIGGER guard`) // its proof is tested elsewhere
	b.closeTask(task["unreachable"], callback.TaskUnreachable)
	_, err := b.deals.Withdraw(t.Context(), b.boss, ids[4], "错")
	b.ok(err)
	b.round()
	for _, row := range []struct {
		name        string
		q           duty.Query
		want        duty.Figures
		ofTheBranch int
	}{
		{"today", duty.Query{}, duty.Figures{Due: 4, InTime: 1, Late: 1, Missed: 2}, 2},
		{"as of the 9th", duty.Query{AsOf: on(t, "2026-11-09")}, duty.Figures{Due: 4, InTime: 1, Open: 3}, 2},
		{"as of the 8th", duty.Query{AsOf: on(t, "2026-11-08")}, duty.Figures{Due: 4, Open: 4}, 2},
		{"another period", duty.Query{From: on(t, "2026-11-10")}, duty.Figures{}, 0},
		{"the very day", duty.Query{From: on(t, "2026-11-09"), Until: on(t, "2026-11-09")}, duty.Figures{Due: 4, InTime: 1, Late: 1, Missed: 2}, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			rows, err := b.Service.Coverage(t.Context(), row.q)
			b.ok(err)
			var got duty.Figures
			branch := 0
			for _, r := range rows {
				got.Add(r.Figures)
				if r.BranchID == b.branch {
					branch += r.Due
				}
			}
			if got != row.want || branch != row.ofTheBranch {
				t.Errorf("%+v, %d of the branch", got, branch)
			}
			for result, n := range map[duty.Result]int{duty.InTime: got.InTime, duty.Late: got.Late, duty.Waits: got.Open, duty.Missed: got.Missed} {
				q := row.q
				q.Result = result
				ds := b.duties(q)
				if len(ds) != n {
					t.Errorf("%d are %s; the list has %d", n, result, len(ds))
				}
				for _, d := range ds { // the schema's judgement is the domain's
					if row.q.AsOf.IsZero() && d.ResultOn(b.Today()) != d.Result {
						t.Errorf("%s is %s, and %s in the domain", d.CustomerCode, d.Result, d.ResultOn(b.Today()))
					}
				}
			}
		})
	}
	page, err := b.Service.Duties(t.Context(), duty.Query{Limit: 2})
	b.ok(err)
	second, err := b.Service.Duties(t.Context(), duty.Query{Limit: 2, After: page.Next})
	b.ok(err)
	if len(page.Duties) != 2 || len(second.Duties) != 2 || page.Duties[1].ID == second.Duties[0].ID {
		t.Errorf("pages of %d and %d", len(page.Duties), len(second.Duties))
	}
}

func TestDuties_DryRunSaysWhatARuleWouldMakeAndWritesNothing(t *testing.T) {
	b := newBureau(t)
	b.clock("2026-11-02 09:00")
	b.happened("B-1", dealing.ContractSigned, "2026-10-30")
	b.happened("B-2", dealing.ContractSigned, "2026-11-06")
	all, err := duty.Templates()
	b.ok(err)
	s := all[0].Settings
	s.ProgramID = b.program.ID
	in := duty.DryRun{Draft: &duty.Draft{From: on(t, "2026-10-01"), Settings: s}, From: on(t, "2026-10-01"), Until: on(t, "2026-12-31"), AsOf: on(t, "2026-12-01")}
	r, err := b.DryRun(t.Context(), b.boss, in)
	b.ok(err)
	if r.Due != 2 || r.Missed != 1 || r.Open != 1 || r.Concerned != 1 || r.Days["2026-11-06"] != 1 || r.Duties[1].Soft != on(t, "2026-11-13") || r.Exists != 0 {
		t.Errorf("%+v", r)
	}
	if ds := b.duties(duty.Query{}); len(ds) != 0 {
		t.Errorf("it wrote %d duties", len(ds))
	}
	rule := b.rule("new-contract", "2026-10-01")
	b.round()
	s.Stages[0].Hard = nil
	in.RuleID, in.Draft = rule.ID, &duty.Draft{From: on(t, "2026-11-05"), Settings: s}
	if r, err = b.DryRun(t.Context(), b.boss, in); err != nil || r.Due != 2 || r.Exists != 2 || r.Duties[0].Version != 1 || r.Duties[1].Version != 2 || !r.Duties[1].Hard.IsZero() {
		t.Errorf("a draft of the next version: %+v %v", r, err)
	}
	in.Draft = &duty.Draft{Settings: duty.Settings{Trigger: "noon"}}
	_, err = b.DryRun(t.Context(), b.boss, in)
	if problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("%v", err)
	}
}

func TestDutyRules_VersionsAreMadeOneAfterTheOther(t *testing.T) {
	b := newBureau(t)
	r := b.rule("new-contract", "2026-11-01")
	d := duty.Draft{From: on(t, "2026-12-01"), Settings: r.Latest().Settings, Reason: "宽限三天"}
	d.Settings.GraceDays = 3
	next, err := b.Change(t.Context(), b.boss, r.ID, 1, d)
	b.ok(err)
	if len(next.Versions) != 2 || next.Latest().Settings.GraceDays != 3 || next.Latest().MadeByName != "boss" {
		t.Errorf("%+v", next)
	}
	_, err = b.Change(t.Context(), b.boss, r.ID, 1, d)
	wantCode(t, err, problem.CodeConflict, "changed_meanwhile")
	d.From, d.Reason, d.Settings.Trigger = on(t, "2026-10-01"), "", duty.OnBirthday
	_, err = b.Change(t.Context(), b.boss, r.ID, 2, d)
	wantFields(t, err, "applies_from", "cooling_off", "events", "reason", "trigger")
	_, err = b.Create(t.Context(), b.boss, duty.NewRule{Code: "new-contract", Name: r.Name, Draft: duty.Draft{Settings: r.Latest().Settings}})
	wantCode(t, err, problem.CodeConflict, "code_taken")
	if err := b.plain(`UPDATE duty_rule_version SET reason = 'x'`); problem.CodeOf(err) != problem.CodeRefused {
		t.Errorf("a version is written once: %v", err)
	}
}
