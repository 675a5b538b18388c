package store

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

func (d *desk) admin() access.Principal {
	d.w.t.Helper()
	u, err := d.w.User(d.w.t.Context(), d.w.addUser("admin", access.RoleAdministrator).ID)
	d.w.ok(err)
	return access.Principal{User: u}
}

// paper gives the one with a code.
func (d *desk) paper(kind callback.PaperKind, code string) callback.Paper {
	d.w.t.Helper()
	ps, err := d.w.Papers(d.w.t.Context(), kind)
	d.w.ok(err)
	i := slices.IndexFunc(ps, func(p callback.Paper) bool { return p.Code == code })
	if i < 0 {
		d.w.t.Fatalf("no %s %s", kind, code)
	}
	p, err := d.w.Paper(d.w.t.Context(), ps[i].ID)
	d.w.ok(err)
	return p
}

func (d *desk) program(code string) callback.Program {
	d.w.t.Helper()
	ps, err := d.Programs(d.w.t.Context())
	d.w.ok(err)
	i := slices.IndexFunc(ps, func(p callback.Program) bool { return p.Code == code })
	if i < 0 {
		d.w.t.Fatalf("no program %s", code)
	}
	return ps[i]
}

// Rule C-16: what was published stands, also against SQL; records keep the
// version that they were begun on.
func TestRuleC16_PublishedVersionsStandAndRecordsKeepTheirs(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	admin := d.admin()
	p := d.paper(callback.PaperQuestionnaire, "P1") // of the world's program
	if v := p.Versions[0]; len(p.Versions) != 1 || v.State != callback.PaperPublished || v.Version != 2 || len(p.Programs) != 1 {
		t.Fatalf("%+v", p)
	}
	_, _, err := d.SaveDraft(ctx, d.boss, p.ID, p.Versions[0].Body, "", time.Time{})
	wantCode(t, err, problem.CodeForbidden, "role")
	// A draft need not be whole; publishing it must.
	body := callback.PaperBody{Items: []callback.Item{
		{Key: "s", Kind: callback.ItemSatisfaction, Required: true, Label: callback.Words{Chinese: "满意吗", English: "Satisfied?"}},
		{Key: "why", Kind: callback.ItemText, Required: true, AskIf: &callback.Condition{Item: "s", Is: callback.Keys{"dissatisfied"}}, Label: callback.Words{Chinese: "为什么"}},
	}}
	w.at = w.at.Add(time.Minute)
	p, faults, err := d.SaveDraft(ctx, admin, p.ID, body, "asks why", time.Time{})
	w.ok(err)
	if len(faults) != 1 || faults[0].Location != "body.items.1.label.en" || p.Versions[0].State != callback.PaperDraft || p.Versions[0].Version != 3 {
		t.Fatalf("faults %v, %+v", faults, p.Versions[0])
	}
	_, err = d.PublishPaper(ctx, admin, p.ID, p.Versions[0].UpdatedAt)
	wantFields(t, err, "body.items.1.label.en")
	// Who did not see the newest draft does not write over it.
	_, _, err = d.SaveDraft(ctx, admin, p.ID, body, "", time.Time{})
	wantCode(t, err, problem.CodeConflict, "changed_meanwhile")
	body.Items[1].Label.English = "Why?"
	read := p.Versions[0].UpdatedAt
	w.at = w.at.Add(time.Minute)
	p, faults, err = d.SaveDraft(ctx, admin, p.ID, body, "asks why", read)
	w.ok(err)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	_, err = d.PublishPaper(ctx, admin, p.ID, read)
	wantCode(t, err, problem.CodeConflict, "changed_meanwhile")

	// A record is begun on version 2 while version 3 is published.
	c := d.called(w.task)
	answers := map[string]any{"s": "satisfied"}
	_, err = d.SaveRecord(ctx, d.agent, c.CallID, callback.RecordInput{Answers: answers})
	w.ok(err)
	p, err = d.PublishPaper(ctx, admin, p.ID, p.Versions[0].UpdatedAt)
	w.ok(err)
	if p.Versions[0].State != callback.PaperPublished || p.Versions[1].State != callback.PaperRetired || p.Versions[0].PublishedName != "admin" {
		t.Fatalf("%+v", p.Versions)
	}
	if got := d.program("P1").Questionnaire; got.Version != 3 || len(got.Items) != 2 {
		t.Errorf("the program asks version %d", got.Version)
	}
	_, err = d.SaveRecord(ctx, d.agent, c.CallID, final(map[string]any{"s": "dissatisfied", "why": "x"}, d.slipInput()))
	wantFields(t, err, "answers.why")
	r, err := d.SaveRecord(ctx, d.agent, c.CallID, final(answers, nil))
	w.ok(err)
	if r.QuestionnaireID != p.ID || r.QuestionnaireVersion != 2 {
		t.Errorf("the record is of version %d", r.QuestionnaireVersion)
	}
	rated, err := w.RatedItems(ctx)
	w.ok(err)
	item := func(key string) int {
		return slices.IndexFunc(rated, func(q replay.Question) bool { return q.Key == key })
	}
	if i := item("s"); i < 0 || rated[i].English != "Satisfied?" || rated[i].Chinese != "满意吗" || item("why") >= 0 { // texts are not rated
		t.Errorf("recordings are searched by %+v", rated)
	}
	sheet, err := d.RecordSheet(ctx, r)
	w.ok(err)
	if sheet.Questionnaire.Version != 2 || len(sheet.Questionnaire.Items) != 1 {
		t.Errorf("it is read with version %d", sheet.Questionnaire.Version)
	}
	// The page showed the old version when the new one came: its answers are taken as they were asked.
	c = d.called(w.addTask("again", w.cust, w.user))
	in := callback.RecordInput{Answers: answers, QuestionnaireVersion: 2}
	r, err = d.SaveRecord(ctx, d.agent, c.CallID, in)
	w.ok(err)
	if r.QuestionnaireVersion != 2 {
		t.Errorf("the record is of version %d", r.QuestionnaireVersion)
	}

	wantRefused(t, w.plain(`UPDATE paper_version SET body = '{}' WHERE paper_id = $1 AND version = 3`, p.ID), "C-16")
	wantRefused(t, w.plain(`UPDATE paper_version SET state = 'draft', published_at = NULL, retired_at = NULL WHERE paper_id = $1 AND version = 2`, p.ID), "C-16")
	wantRefused(t, w.plain(`UPDATE paper_version SET version = 9 WHERE paper_id = $1 AND version = 3`, p.ID), "C-16")
	wantRefused(t, w.plain(`DELETE FROM paper_version`), "T-02")
	wantRefused(t, w.plain(`TRUNCATE paper CASCADE`), "T-02")
	wantRefused(t, w.plain(`INSERT INTO paper_version SELECT paper_id, 1, 'draft', body, '', NULL, now(), now() FROM paper_version WHERE paper_id = $1 AND version = 3`, p.ID), "C-16")
	wantRefused(t, w.plain(`UPDATE program SET script_id = $1 WHERE code = 'P1'`, p.ID), "C-16")
	w.wholeLog()
}

func TestRuleC16_PapersAreMadeCopiedAndRetired(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	admin := d.admin()
	_, err := d.CreatePaper(ctx, admin, callback.NewPaper{Kind: "song", Code: "a b", Name: callback.Words{Chinese: "x"}, CopyOf: uuid.New()})
	wantFields(t, err, "code", "copy_of", "kind", "name_en")
	q2 := d.paper(callback.PaperQuestionnaire, "Q2")
	p, err := d.CreatePaper(ctx, admin, callback.NewPaper{Kind: callback.PaperQuestionnaire, Code: "Q2x", Name: callback.Words{Chinese: "存续客户（简）", English: "Continuing, short"}, CopyOf: q2.ID})
	w.ok(err)
	if len(p.Versions[0].Body.Items) != len(q2.Versions[0].Body.Items) {
		t.Errorf("copied %d items", len(p.Versions[0].Body.Items))
	}
	_, err = d.CreatePaper(ctx, admin, callback.NewPaper{Kind: callback.PaperQuestionnaire, Code: "Q2x", Name: p.Name})
	wantCode(t, err, problem.CodeConflict, "code_taken")
	// A program points to what has a published version, and is of the kind.
	yearly := d.program("yearly")
	_, err = d.ChangeProgram(ctx, admin, yearly.ID, callback.ProgramChange{QuestionnaireID: &p.ID})
	wantFields(t, err, "questionnaire_id")
	_, err = d.RetirePaper(ctx, admin, p.ID)
	wantCode(t, err, problem.CodeConflict, "not_published")
	_, err = d.PublishPaper(ctx, admin, p.ID, p.Versions[0].UpdatedAt)
	w.ok(err)
	none := uuid.Nil
	_, err = d.ChangeProgram(ctx, admin, yearly.ID, callback.ProgramChange{ScriptID: &p.ID})
	wantFields(t, err, "script_id")
	changed, err := d.ChangeProgram(ctx, admin, yearly.ID, callback.ProgramChange{QuestionnaireID: &p.ID, FormID: &none})
	w.ok(err)
	if changed.QuestionnaireID != p.ID || len(changed.Questionnaire.Items) == 0 || changed.FormID != uuid.Nil || len(changed.Form.Items) != 0 {
		t.Errorf("%+v", changed)
	}
	_, err = d.RetirePaper(ctx, admin, p.ID)
	wantCode(t, err, problem.CodeRefused, "paper_in_use")
	retired, err := d.RetirePaper(ctx, admin, q2.ID)
	w.ok(err)
	if retired.Versions[0].State != callback.PaperRetired {
		t.Errorf("%+v", retired.Versions[0])
	}
	w.ok(d.EnsurePrograms(ctx)) // a start ships nothing that people have decided about
	if v := d.paper(callback.PaperQuestionnaire, "Q2").Versions; len(v) != 1 || v[0].State != callback.PaperRetired {
		t.Errorf("%+v", v)
	}
}

// A newer version is shipped to a house that has changed nothing, and only there.
func TestShipPaper_NewerVersions(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	admin := d.admin()
	ship := func(p callback.Paper, version int) callback.Paper {
		p.Versions = []callback.PaperVersion{{PaperID: uuid.New(), Version: version, State: callback.PaperPublished, Body: p.Versions[0].Body, CreatedAt: w.at, UpdatedAt: w.at, PublishedAt: w.at}}
		w.ok(w.ShipPaper(ctx, p, w.event(audit.ActionPaperPublished)))
		return d.paper(p.Kind, p.Code)
	}
	p := d.paper(callback.PaperQuestionnaire, "Q4")
	if p = ship(p, 1); len(p.Versions) != 1 {
		t.Errorf("the same version twice: %d", len(p.Versions))
	}
	if p = ship(p, 3); len(p.Versions) != 2 || p.Versions[0].Version != 3 || p.Versions[0].State != callback.PaperPublished || p.Versions[1].State != callback.PaperRetired {
		t.Errorf("%+v", p.Versions)
	}
	_, _, err := d.SaveDraft(ctx, admin, p.ID, p.Versions[0].Body, "ours", time.Time{})
	w.ok(err)
	if p = ship(p, 9); len(p.Versions) != 3 || p.Versions[0].Version != 4 {
		t.Errorf("shipped over what the house has changed: %+v", p.Versions[0])
	}
}

// Rule C-29: agents say what they would rather say; somebody decides, and they see the answer.
func TestRuleC29_SuggestionsAreDecidedAndAnswered(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	admin := d.admin()
	p := d.paper(callback.PaperScript, "trial-run")
	in := callback.SuggestionInput{PaperID: p.ID, Version: p.Versions[0].Version, Variant: 1, Place: "greeting", Language: "zh-CN", Wording: "您好，请问是{customer}吗？不好意思打扰您工作了。", Reason: "听起来更自然"}
	wrong := in
	wrong.Place, wrong.Reason = "weather", " "
	_, err := d.Suggest(ctx, d.agent, wrong)
	wantFields(t, err, "place", "reason")
	first, err := d.Suggest(ctx, d.agent, in)
	w.ok(err)
	if first.State != callback.SuggestionOpen || first.Was == "" || first.PaperCode != "trial-run" {
		t.Errorf("%+v", first)
	}
	second := in
	second.Wording, second.Variant = "喂，{customer}？", 0
	other, err := d.Suggest(ctx, d.engineer, second)
	w.ok(err)
	mine, err := d.Suggestions(ctx, d.agent, "")
	w.ok(err)
	all, err := d.Suggestions(ctx, d.boss, callback.SuggestionOpen)
	w.ok(err)
	if len(mine) != 1 || len(all) != 2 {
		t.Errorf("the agent sees %d, the supervisor %d", len(mine), len(all))
	}
	_, err = d.AcceptSuggestion(ctx, d.agent, first.ID, "")
	wantCode(t, err, problem.CodeForbidden, "role")
	_, err = d.DeclineSuggestion(ctx, d.boss, other.ID, " ")
	wantFields(t, err, "answer")
	declined, err := d.DeclineSuggestion(ctx, d.boss, other.ID, "不够礼貌")
	w.ok(err)
	if declined.State != callback.SuggestionDeclined || declined.Answer != "不够礼貌" || declined.DecidedName != "boss" {
		t.Errorf("%+v", declined)
	}
	w.at = w.at.Add(time.Minute)
	accepted, err := d.AcceptSuggestion(ctx, d.boss, first.ID, "谢谢")
	w.ok(err)
	p = d.paper(callback.PaperScript, "trial-run")
	draft, before := p.Versions[0], p.Versions[1]
	if accepted.DraftVersion != draft.Version || draft.State != callback.PaperDraft || draft.Body.Words(1, "greeting", "zh-CN") != in.Wording ||
		draft.Body.Words(0, "greeting", "zh-CN") == in.Wording || before.Body.Words(1, "greeting", "zh-CN") == in.Wording {
		t.Errorf("%+v", draft)
	}
	_, err = d.DeclineSuggestion(ctx, d.boss, first.ID, "doch nicht")
	wantCode(t, err, problem.CodeConflict, "decided")
	wantRefused(t, w.plain(`UPDATE paper_suggestion SET answer = 'else' WHERE id = $1`, first.ID), "C-29")
	wantRefused(t, w.plain(`DELETE FROM paper_suggestion`), "T-02")
	published, err := d.PublishPaper(ctx, admin, p.ID, draft.UpdatedAt)
	w.ok(err)
	if published.Versions[0].State != callback.PaperPublished {
		t.Errorf("%+v", published.Versions[0])
	}
	mine, err = d.Suggestions(ctx, d.agent, "")
	w.ok(err)
	if mine[0].Answer != "谢谢" || mine[0].State != callback.SuggestionAccepted {
		t.Errorf("the agent sees %+v", mine[0])
	}
}
