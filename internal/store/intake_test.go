package store

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
	"huifang/internal/intake"
	"huifang/internal/problem"
)

// gate hands files in, as a supervisor and as an administrator.
type gate struct {
	*intake.Service
	w          *world
	boss, root access.Principal
}

func newGate(t testing.TB, w *world) *gate {
	days, err := calendar.NewService(w.Store, func() time.Time { return w.at })
	w.ok(err)
	s, err := intake.NewService(intake.Config{Store: w.Store, Days: days, Zone: time.FixedZone("Asia/Shanghai", 8*3600), Clock: func() time.Time { return w.at }, Logger: slog.New(slog.DiscardHandler)})
	w.ok(err)
	return &gate{Service: s, w: w, boss: access.Principal{User: w.addUser("importer", access.RoleSupervisor)}, root: access.Principal{User: w.addUser("chief", access.RoleAdministrator)}}
}

func (g *gate) take(k intake.Kind, text string) intake.Detail {
	g.w.t.Helper()
	d, err := g.Take(g.w.t.Context(), g.boss, intake.Upload{Kind: k, Name: string(k) + ".csv", Raw: []byte(text)})
	g.w.ok(err)
	return d
}

func (g *gate) apply(id uuid.UUID, partial bool) intake.Batch {
	g.w.t.Helper()
	d, err := g.Apply(g.w.t.Context(), g.boss, id, partial)
	g.w.ok(err)
	return d.Batch
}

// brought takes a file that is right and applies it.
func (g *gate) brought(k intake.Kind, text string) intake.Batch {
	g.w.t.Helper()
	d := g.take(k, text)
	if d.Batch.Counts.Wrong > 0 {
		g.w.t.Fatalf("%+v", d.Batch.Problems)
	}
	g.w.at = g.w.at.Add(time.Second)
	return g.apply(d.Batch.ID, false)
}

func counts(created, changed, unchanged, wrong int) intake.Counts {
	return intake.Counts{Rows: created + changed + unchanged + wrong, Created: created, Changed: changed, Unchanged: unchanged, Wrong: wrong}
}

const customersCSV = "客户编号,客户名称,类别,手机号码,所在城市,生日\nA1,东方电气,设备用户,138 0013 8001,上海,\nA2,李雷,家具,13800138002,北京,1980年2月29日\n"

func TestRuleC22_AFileIsMendedAndTakenOnce(t *testing.T) {
	w := newWorld(t)
	g := newGate(t, w)
	broken := g.take(intake.Customers, "客户编号,客户名称,类别,手机号码,生日\nA1,东方电气,开关柜,12,\n,李雷,家具,13800138002,昨天\nA1,又一个,其他,,\nA3,好的,其他,13800138003,\n")
	if broken.Batch.Counts != counts(1, 0, 0, 3) {
		t.Fatalf("%+v", broken.Batch.Counts)
	}
	var got []string
	for _, p := range broken.Batch.Problems {
		if p.Text.Chinese == "" || p.Text.English == "" || strings.ContainsAny(p.Text.English, "%户") {
			t.Errorf("%+v", p)
		}
		got = append(got, fmt.Sprintf("%d %s %s", p.Line, p.Column, p.Value))
	}
	if all := strings.Join(got, "; "); all != "2 类别 开关柜; 2 手机号码 ; 3 客户编号 ; 3 生日 昨天; 4 客户编号 A1" {
		t.Fatal(all)
	}
	_, err := g.Apply(t.Context(), g.boss, broken.Batch.ID, false)
	wantCode(t, err, problem.CodeRefused, "rows_wrong")
	if n := w.count(`SELECT count(*) FROM customer WHERE code LIKE 'A%'`); n != 0 {
		t.Fatalf("%d customers of a file that is wrong", n)
	}
	if b := g.apply(broken.Batch.ID, true); b.Counts != counts(1, 0, 0, 3) || !b.Partial {
		t.Fatalf("%+v", b)
	}
	if b := g.brought(intake.Customers, customersCSV); b.Counts != counts(2, 0, 0, 0) || b.Format != "csv, UTF-8, ','" {
		t.Fatalf("%+v", b)
	}
	if b := g.brought(intake.Customers, customersCSV); b.Counts != counts(0, 0, 2, 0) {
		t.Fatalf("again: %+v", b)
	}
	// An empty cell and a column that is not there leave what there is.
	if b := g.brought(intake.Customers, "code;name;kind;phone\nA2;李雷雷;furniture_buyer;\nA1;东方电气;;021-62345678\n"); b.Counts.Wrong != 0 {
		t.Fatalf("%+v", b)
	}
	cs, err := w.CustomersByCode(t.Context(), []string{"A1", "A2"})
	w.ok(err)
	if a := cs["A2"]; a.Name != "李雷雷" || a.City != "北京" || a.Birthday != "1980-02-29" || a.Kind != customer.KindFurnitureBuyer || len(a.ContactPoints) != 1 {
		t.Fatalf("%+v", a)
	}
	if a := cs["A1"]; len(a.ContactPoints) != 2 || a.ContactPoints[1].Number.Reveal() != "+862162345678" {
		t.Fatalf("%+v", a)
	}
	if found, err := w.Customers(t.Context(), customer.Query{Text: "雷雷", Grams: customer.QueryGrams("雷雷")}); err != nil || len(found) != 1 {
		t.Fatalf("found %d, %v", len(found), err)
	}
}

const dealingsCSV = "合同编号,客户编号,项目名称,合同金额（元）,签订日期,到期日期\nK1,C1,地铁五号线,300万,2026/11/2,2027-11-01\nK2,C1,机场,12.5,46350,\n"

func TestRuleC22_ContractsEquipmentAndEventsComeByKey(t *testing.T) {
	w := newWorld(t)
	g := newGate(t, w)
	if b := g.brought(intake.Contracts, dealingsCSV); b.Counts != counts(2, 0, 0, 0) {
		t.Fatalf("%+v", b)
	}
	cs, err := w.ContractsByKey(t.Context(), []string{"K1", "K2"})
	w.ok(err)
	if k := cs["K1"]; k.AmountCents != 300_000_000 || k.SignedOn.String() != "2026-11-02" || k.EndsOn.String() != "2027-11-01" || cs["K2"].SignedOn.String() != "2026-11-24" || cs["K2"].AmountCents != 1250 {
		t.Fatalf("%+v", cs)
	}
	if b := g.brought(intake.Equipment, "设备编号,客户编号,合同编号,型号,数量,投运日期,变电所联系人,变电所电话\nE1,C1,K1,KYN28,12台,2026.11.20,王工,021-5555\n"); b.Counts != counts(1, 0, 0, 0) {
		t.Fatalf("%+v", b)
	}
	// The day became an event by itself; another of the same is refused with its key.
	d := g.take(intake.Events, "编号,客户编号,事件,日期,设备编号\nV1,C1,投运,2026-11-21,E1\nV2,C1,来信,2026-11-22,\nV3,C9,来信,2026-11-22,\nV4,C1,罢工,2026-13-22,E9\n")
	if d.Batch.Counts != counts(1, 0, 0, 3) || !strings.Contains(d.Batch.Problems[0].Text.English, "equipment:E1:commissioned") {
		t.Fatalf("%+v %+v", d.Batch.Counts, d.Batch.Problems)
	}
	if b := g.brought(intake.Deliveries, "送货单号,客户编号,送货日期,自提\nD1,C1,2026-11-20,\nD2,C1,2026-11-21,是\n"); b.Counts != counts(2, 0, 0, 0) {
		t.Fatalf("%+v", b)
	}
	es, err := w.EventsByKey(t.Context(), []string{"D1", "D2", "equipment:E1:commissioned"})
	w.ok(err)
	if es["D1"].Kind != dealing.Delivered || es["D2"].Kind != dealing.PickedUp || es["D1"].CreatedBy != g.boss.User.ID || es["equipment:E1:commissioned"].OccurredOn.String() != "2026-11-20" {
		t.Fatalf("%+v", es)
	}
	if b := g.brought(intake.Contacts, "客户编号\t联系人\t电话\nC1\t王工\t13800138009\nC1\t本人\t13800138000\n"); b.Counts != counts(1, 1, 0, 0) || b.Format != "csv, UTF-8, tab" {
		t.Fatalf("%+v", b)
	}
	// Only what a file says is changed.
	if b := g.brought(intake.Contracts, "合同编号,客户编号,签订日期\nK1,C1,2026-11-03\nK2,C1,\n"); b.Counts != counts(0, 1, 1, 0) {
		t.Fatalf("%+v", b)
	}
	cs, err = w.ContractsByKey(t.Context(), []string{"K1"})
	w.ok(err)
	if cs["K1"].AmountCents != 300_000_000 || cs["K1"].SignedOn.String() != "2026-11-03" {
		t.Fatalf("%+v", cs)
	}
}

func TestRuleC22_AnImportIsUndoneUntilItIsUsed(t *testing.T) {
	w := newWorld(t)
	g := newGate(t, w)
	ctx := t.Context()
	people := g.brought(intake.Customers, customersCSV)
	first := g.brought(intake.Contracts, dealingsCSV)
	second := g.brought(intake.Contracts, "合同编号,客户编号,签订日期,项目名称\nK1,C1,2026-11-05,改名\nK3,A1,2026-11-06,新\n")
	undo := func(b intake.Batch) error {
		w.at = w.at.Add(time.Second)
		_, err := g.Undo(ctx, g.boss, b.ID, "文件错了")
		return err
	}
	wantUsed := func(b intake.Batch, words string) {
		t.Helper()
		p := problemIn(t, undo(b), problem.CodeRefused, "import_used")
		if p.Rule != "C-22" || !strings.Contains(p.Detail, words) {
			t.Fatalf("%+v", p)
		}
	}
	wantUsed(first, "changed since: K1")
	wantUsed(people, "A1")
	w.ok(undo(second))
	wantCode(t, undo(second), problem.CodeConflict, "import_state")
	cs, err := w.ContractsByKey(ctx, []string{"K1", "K3"})
	w.ok(err)
	if k := cs["K1"]; len(cs) != 1 || k.Project != "地铁五号线" || k.SignedOn.String() != "2026-11-02" || k.AmountCents != 300_000_000 {
		t.Fatalf("%+v", cs)
	}
	if n := w.count(`SELECT count(*) FROM business_event WHERE withdrawn_at IS NULL AND key LIKE 'contract:K3:%'`); n != 0 {
		t.Fatal("the events of a contract that is gone stand")
	}
	if all, err := w.Contracts(ctx, dealing.Query{}); err != nil || len(all) != 2 {
		t.Fatalf("listed %d, %v", len(all), err)
	}
	// The key is free, also for another customer.
	again := g.brought(intake.Contracts, "合同编号,客户编号,签订日期\nK3,C1,2026-11-07\n")
	if again.Counts != counts(1, 0, 0, 0) || w.count(`SELECT count(*) FROM business_event WHERE withdrawn_at IS NULL AND key = 'contract:K3:signed'`) != 1 {
		t.Fatalf("%+v", again)
	}
	wantUsed(people, "with contracts or equipment: A1") // the shell of the undone contract refers to it

	alone := g.brought(intake.Customers, "编号,姓名,类别,电话\nB1,韩梅梅,其他,13800138021\nA2,李雷二,家具,13800138022\n")
	w.ok(undo(alone))
	if n := w.count(`SELECT count(*) FROM customer WHERE code = 'B1'`) + w.count(`SELECT count(*) FROM contact_point WHERE number LIKE '%1380013802_'`); n != 0 {
		t.Fatalf("%d rows are left", n)
	}
	if n := w.count(`SELECT count(*) FROM customer WHERE code = 'A2' AND name = '李雷' AND name_grams @> '{李雷}'`); n != 1 {
		t.Fatal("the name is not as before")
	}
	for action, n := range map[string]int{audit.ActionImportTaken: 5, audit.ActionImportApplied: 5, audit.ActionImportUndone: 2} {
		if got := w.count(`SELECT count(*) FROM audit_event WHERE action = $1 AND rule = 'C-22' AND actor_id = $2`, action, g.boss.User.ID); got != n {
			t.Errorf("%s: %d events", action, got)
		}
	}
	_, err = w.pool.Exec(ctx, `UPDATE import_batch SET state = 'applied', undone_at = NULL WHERE id = $1`, second.ID)
	wantCode(t, mapError("revive import", err), problem.CodeRefused, "data_in")
}

// The columns that were chosen are remembered for the feed.
func TestRuleC22_ChosenColumnsAreRemembered(t *testing.T) {
	w := newWorld(t)
	g := newGate(t, w)
	const text = "甲,乙,丙,丁\nB1,韩梅梅,其他,13800138021\n"
	d := g.take(intake.Customers, text)
	if d.Batch.Counts.Wrong != 1 || len(d.Batch.Mapping) != 0 {
		t.Fatalf("%+v", d.Batch)
	}
	_, err := g.Map(t.Context(), g.boss, d.Batch.ID, intake.Mapping{"code": 0, "name": 1, "kind": 9})
	wantCode(t, err, problem.CodeInvalid, "invalid_fields")
	if d, err = g.Map(t.Context(), g.boss, d.Batch.ID, intake.Mapping{"code": 0, "name": 1, "kind": 2, "number": 3}); err != nil || d.Batch.Counts != counts(1, 0, 0, 0) {
		t.Fatalf("%+v, %v", d.Batch, err)
	}
	if v := d.Preview[0]; v.Action != intake.Created || v.Values["name"] != "韩梅梅" || strings.Contains(v.Values["number"], "80013") {
		t.Fatalf("%+v", v)
	}
	g.apply(d.Batch.ID, false)
	if d = g.take(intake.Customers, text); d.Batch.Counts != counts(0, 0, 1, 0) || d.Batch.Mapping["number"] != 3 {
		t.Fatalf("%+v", d.Batch)
	}
}

// A weekly feed that did not come by its day is noticed once; it is no longer
// missing when its file comes.
func TestRuleC08_C22_MissingWeeklyFeedIsNoticedOnce(t *testing.T) {
	w := newWorld(t) // Monday, 2026-11-23, 10:00 in Shanghai
	w.settle()
	g := newGate(t, w)
	ctx := t.Context()
	_, err := g.SaveFeed(ctx, g.boss, intake.Feed{}, false)
	wantCode(t, err, problem.CodeForbidden, "administrator_only")
	var dep uuid.UUID
	w.ok(w.pool.QueryRow(ctx, `SELECT id FROM department LIMIT 1`).Scan(&dep))
	f, err := g.SaveFeed(ctx, g.root, intake.Feed{Name: "每周送货", Kind: intake.Deliveries, DepartmentID: dep, Weekday: time.Friday}, false)
	w.ok(err)
	if f.Week.String() != "2026-11-23" || !f.DueAt.Equal(time.Date(2026, 11, 27, 16, 0, 0, 0, time.UTC)) || f.Came {
		t.Fatalf("%+v", f)
	}
	misses := func() int {
		t.Helper()
		w.ok(g.NoteMissing(ctx))
		return w.count(`SELECT count(*) FROM audit_event WHERE action = $1 AND rule = 'C-22' AND actor_id IS NULL`, audit.ActionFeedMissed)
	}
	w.at = f.DueAt.Add(-time.Minute)
	if n := misses(); n != 0 {
		t.Fatalf("missed before its day: %d", n)
	}
	w.at = f.DueAt
	if n := misses() + misses(); n != 2 {
		t.Fatalf("noticed %d times", n)
	}
	list, err := g.Feeds(ctx, g.boss)
	w.ok(err)
	if len(list) != 1 || len(list[0].Missing) != 1 || list[0].Missing[0].String() != "2026-11-23" {
		t.Fatalf("%+v", list)
	}
	// On Monday it comes: it is for the week that was missed.
	w.at = w.at.Add(60 * time.Hour)
	bring := func(key string) intake.Batch {
		t.Helper()
		d, err := g.Take(ctx, g.boss, intake.Upload{FeedID: f.ID, Name: "送货.csv", Raw: []byte("送货单号,客户编号,送货日期\n" + key + ",C1,2026-11-20\n")})
		w.ok(err)
		return g.apply(d.Batch.ID, false)
	}
	late := bring("D1")
	if late.Week.String() != "2026-11-23" || late.Kind != intake.Deliveries || late.FeedName != f.Name {
		t.Fatalf("%+v", late)
	}
	if list, err = g.Feeds(ctx, g.boss); err != nil || len(list[0].Missing) != 0 || list[0].Came || list[0].LastWeek.String() != "2026-11-23" {
		t.Fatalf("%+v, %v", list, err)
	}
	if b := bring("D2"); b.Week.String() != "2026-11-30" {
		t.Fatalf("%+v", b)
	}
	w.at = w.at.Add(7 * 24 * time.Hour) // that week came in time
	if n := misses(); n != 1 {
		t.Fatalf("noticed %d times", n)
	}
	// Undone, it has not come.
	_, err = g.Undo(ctx, g.boss, late.ID, "错")
	w.ok(err)
	if list, err = g.Feeds(ctx, g.boss); err != nil || len(list[0].Missing) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	// One that is not expected any more is not missed; holidays put the day off.
	if f, err = g.SaveFeed(ctx, g.root, f, true); err != nil || f.EndedAt.IsZero() {
		t.Fatalf("%+v, %v", f, err)
	}
	w.at = w.at.Add(14 * 24 * time.Hour)
	if n := misses(); n != 1 {
		t.Fatalf("noticed %d times", n)
	}
	w.at = time.Date(2026, 9, 30, 2, 0, 0, 0, time.UTC)
	if f, err = g.SaveFeed(ctx, g.root, intake.Feed{Name: "节日", Kind: intake.Deliveries, DepartmentID: dep, Weekday: time.Friday}, false); err != nil {
		t.Fatal(err)
	}
	if got := f.DueAt.In(time.FixedZone("", 8*3600)).Format(time.DateOnly); got <= "2026-10-05" { // 2 October is a holiday
		t.Fatalf("due %s", got)
	}
}
