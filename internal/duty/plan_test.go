package duty

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
)

func on(t testing.TB, text string) calendar.Date {
	t.Helper()
	if text == "" {
		return calendar.Date{}
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func planner(t testing.TB) Planner {
	t.Helper()
	cal, err := calendar.Vendored()
	if err != nil {
		t.Fatal(err)
	}
	moon, err := ReadMoon()
	if err != nil {
		t.Fatal(err)
	}
	return Planner{Calendar: cal, Moon: moon}
}

// shipped makes a rule of a template, from a day on.
func shipped(t testing.TB, code, from string) Rule {
	t.Helper()
	all, err := Templates()
	if err != nil {
		t.Fatal(err)
	}
	for _, tpl := range all {
		if tpl.Code == code {
			tpl.Settings.ProgramID = uuid.New()
			return Rule{ID: uuid.New(), Code: code, Name: tpl.Name, Versions: []Version{{N: 1, From: on(t, from), Settings: tpl.Settings}}}
		}
	}
	t.Fatalf("there is no template %s", code)
	return Rule{}
}

// someone is an investor in Shanghai with the events, day by kind.
func someone(t testing.TB, kind customer.Kind, events ...string) Facts {
	t.Helper()
	f := Facts{ID: uuid.New(), Name: "王小明", Kind: kind, Zone: time.FixedZone("Asia/Shanghai", 8*3600), Language: "zh-CN", Since: on(t, "2020-01-01")}
	for _, e := range events {
		what, day, _ := strings.Cut(e, " ")
		f.Events = append(f.Events, Event{ID: uuid.New(), Kind: dealing.Kind(what), On: on(t, day)})
	}
	return f
}

func days(owed []Owed) string {
	var out []string
	for _, o := range owed {
		hard := "-"
		if !o.Hard.IsZero() {
			hard = o.Hard.String()
		}
		out = append(out, fmt.Sprintf("%s %s %s", o.Due, o.Soft, hard))
	}
	return strings.Join(out, "; ")
}

func (f Facts) with(change func(*Facts)) Facts {
	change(&f)
	return f
}

// Each row of the table of schedules against days that were worked out by hand:
// first day, soft deadline, hard deadline.
func TestRulesC03_C04_C05_C06_C07_C08_C09_C27_C28_EverySchedule(t *testing.T) {
	t.Parallel()
	p := planner(t)
	for _, row := range []struct {
		name, template string
		facts          Facts
		today          string
		want           string
	}{
		{"new contract, ordinary week", "new-contract", someone(t, "investor", "contract_signed 2026-11-02"), "2026-11-02", "2026-11-02 2026-11-09 2026-12-02"},
		// Friday before Spring Festival; 14 February (Saturday) is a make-up day, 15 to 23 are holidays: 14, 24, 25, 26, 27.
		{"new contract, Spring Festival and make-up day", "new-contract", someone(t, "investor", "contract_signed 2026-02-13"), "2026-02-13", "2026-02-13 2026-02-27 2026-03-13"},
		// National Day 1 to 7 October; 10 October (Saturday) is a make-up day: 8, 9, 10, 12, 13.
		{"new contract, National Day", "new-contract", someone(t, "investor", "contract_signed 2026-09-30"), "2026-09-30", "2026-09-30 2026-10-13 2026-10-30"},
		{"new contract, 31 January and one month", "new-contract", someone(t, "investor", "contract_signed 2025-01-31"), "2025-01-31", "2025-01-31 2025-02-10 2025-02-28"},
		{"new contract, leap year", "new-contract", someone(t, "investor", "contract_signed 2024-01-31"), "2024-01-31", "2024-01-31 2024-02-06 2024-02-29"},
		{"new contract with cooling-off", "new-contract", someone(t, "investor", "contract_signed 2026-11-02").with(func(f *Facts) { f.Events[0].CoolingOffUntil = on(t, "2026-11-06") }), "2026-11-02",
			"2026-11-07 2026-11-13 2026-12-07"},
		{"yearly from the contract", "yearly", someone(t, "investor", "contract_signed 2026-03-31"), "2026-04-01", "2027-02-28 2027-03-31 2027-03-31"},
		{"yearly from the last call-back", "yearly", someone(t, "investor", "contract_signed 2026-03-31").with(func(f *Facts) { f.LastContact = on(t, "2026-06-15") }), "2026-07-01", "2027-05-15 2027-06-15 2027-06-15"},
		{"yearly, but the customer left", "yearly", someone(t, "investor", "contract_signed 2026-03-31", "contract_terminated 2026-05-01"), "2026-07-01", ""},
		{"complaint settled", "complaint-settled", someone(t, "investor", "complaint_resolved 2026-04-30"), "2026-04-30", "2026-05-06 2026-05-11 2026-05-11"}, // 1 to 5 May holidays, 9 May (Saturday) worked: 6, 7, 8, 9, 11
		{"important change", "important-change", someone(t, "investor", "contract_changed 2026-11-06"), "2026-11-06", "2026-11-06 2026-11-13 2026-11-13"},
		{"contract ended, at once and yearly", "contract-ended", someone(t, "investor", "contract_terminated 2024-02-29"), "2026-11-01",
			"2024-02-29 2024-03-07 2024-03-07; 2025-02-28 2025-03-07 2025-03-07; 2026-02-28 2026-03-06 2026-03-06; 2027-02-28 2027-03-05 2027-03-05"},
		{"before commissioning", "equipment-before-commissioning", someone(t, "equipment_operator", "installed 2026-11-02").with(func(f *Facts) { f.Events[0].CommissioningOn = on(t, "2026-11-20") }), "2026-11-02",
			"2026-11-02 2026-11-19 2026-11-19"},
		{"before commissioning, whose day is not known", "equipment-before-commissioning", someone(t, "equipment_operator", "arrived 2026-11-02"), "2026-11-02", "2026-11-02 2026-12-02 -"},
		{"installed at a consumer's is another rule", "equipment-before-commissioning", someone(t, "furniture_buyer", "installed 2026-11-02"), "2026-11-02", ""},
		{"trial run from 31 October", "equipment-trial-run", someone(t, "equipment_operator", "commissioned 2026-10-31"), "2026-11-02", "2026-11-30 2026-12-31 2026-12-31"},
		{"warranty from a month's end", "equipment-warranty", someone(t, "equipment_operator", "commissioned 2025-08-31"), "2025-09-01", "2026-02-28 2026-03-28 2026-03-28; 2026-08-31 2026-09-30 2026-09-30"},
		{"after warranty from a leap day", "equipment-after-warranty", someone(t, "equipment_operator", "commissioned 2024-02-29"), "2024-03-01", "2026-02-28 2026-03-28 2026-03-28; 2027-02-28 2027-03-28 2027-03-28"},
		{"delivered on a Monday", "delivery-weekly", someone(t, "furniture_buyer", "delivered 2026-11-02"), "2026-11-02", "2026-11-09 2026-11-15 2026-11-15"},
		{"picked up on a Sunday", "delivery-weekly", someone(t, "furniture_buyer", "picked_up 2026-11-08"), "2026-11-08", "2026-11-09 2026-11-15 2026-11-15"},
		{"installed at a consumer's", "consumer-installed", someone(t, "furniture_buyer", "installed 2026-11-02"), "2026-11-02", "2026-11-02 2026-11-09 2026-11-09"},
		{"purchased", "consumer-life-cycle", someone(t, "furniture_buyer", "purchased 2026-01-31"), "2026-02-01", "2026-05-31 2026-07-31 2026-07-31; 2026-11-30 2027-01-31 2027-01-31; 2027-01-31 2027-02-28 2027-02-28"},
		{"repair dispatched", "repair-dispatched", someone(t, "other", "repair_dispatched 2026-11-06"), "2026-11-06", "2026-11-06 2026-11-09 2026-11-09"},
		{"repair overdue", "repair-overdue", someone(t, "other", "repair_overdue 2026-11-03"), "2026-11-03", "2026-11-03 2026-11-04 2026-11-04"},
		{"repair finished", "repair-finished", someone(t, "other", "repair_finished 2026-11-28"), "2026-11-28", "2026-12-01 2026-12-03 2026-12-03"},
		{"proposal received before National Day", "letter-received", someone(t, "other", "proposal_received 2026-09-30"), "2026-09-30", "2026-09-30 2026-10-08 2026-10-08"},
		{"guest's complaint", "guest-complaint", someone(t, "other", "complaint_resolved 2026-11-06"), "2026-11-06", "2026-11-09 2026-11-13 2026-11-13"},
		{"guest's claim", "guest-claim", someone(t, "other", "claim_handed_over 2026-11-06"), "2026-11-06", "2026-11-09 2026-11-13 2026-11-13"},
		{"prospect visited on a working day", "prospect", someone(t, "other", "sales_visit 2026-11-03"), "2026-11-03", "2026-11-03 2026-11-05 2026-11-05"},
		{"prospect visited on a Saturday", "prospect", someone(t, "other", "sales_visit 2026-11-07"), "2026-11-07", "2026-11-09 2026-11-10 2026-11-10"},
		{"advertiser twice a month", "advertiser-calls", someone(t, "advertiser", "contract_signed 2026-01-01"), "2026-11-01",
			"2026-11-01 2026-11-15 2026-11-30; 2026-11-16 2026-11-30 2026-11-30; 2026-12-01 2026-12-15 2026-12-31; 2026-12-16 2026-12-31 2026-12-31"},
		{"advertiser signed within the month", "advertiser-calls", someone(t, "advertiser", "contract_signed 2026-11-20"), "2026-11-20", "2026-11-20 2026-11-30 2026-11-30; 2026-12-01 2026-12-15 2026-12-31; 2026-12-16 2026-12-31 2026-12-31; 2027-01-01 2027-01-15 2027-01-31"},
		{"advertiser visited once a month", "advertiser-visit", someone(t, "advertiser", "contract_signed 2024-01-01"), "2024-02-01", "2024-02-01 2024-02-29 2024-02-29; 2024-03-01 2024-03-31 2024-03-31"},
		{"renewal, a month before the last day of March", "renewal", someone(t, "advertiser", "contract_expires 2027-03-31"), "2026-11-01", "2027-02-28 2027-03-17 2027-03-17"},
		{"birthday on a leap day, in a common year", "birthday", someone(t, "investor").with(func(f *Facts) { f.Birthday = on(t, "1988-02-29") }), "2026-02-10", "2026-02-21 2026-02-26 2026-02-26"},
		{"birthday in a leap year", "birthday", someone(t, "investor").with(func(f *Facts) { f.Birthday = on(t, "1988-02-29") }), "2024-02-10", "2024-02-22 2024-02-27 2024-02-27"},
		{"birthday in January, from December", "birthday", someone(t, "investor").with(func(f *Facts) { f.Birthday = on(t, "1980-01-03") }), "2026-12-20", "2026-12-27 2027-01-01 2027-01-01"},
		{"festivals of a spring", "festivals", someone(t, "investor"), "2026-01-25", "2026-02-15 2026-02-17 2026-02-17; 2026-03-01 2026-03-03 2026-03-03; 2026-02-12 2026-02-14 2026-02-14"},
		{"festivals of an autumn", "festivals", someone(t, "investor"), "2026-09-01", "2026-09-23 2026-09-25 2026-09-25; 2026-09-29 2026-10-01 2026-10-01"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			today := on(t, row.today)
			owed, _ := p.Plan([]Rule{shipped(t, row.template, "2004-01-01")}, row.facts, Window{today, today.AddDays(Horizon)})
			if got := days(owed); got != row.want {
				t.Errorf("owed\n %s, want\n %s", got, row.want)
			}
		})
	}
}

func TestTemplates_EveryRowOfTheTableIsThereAndRight(t *testing.T) {
	t.Parallel()
	all, err := Templates()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, tpl := range all {
		for _, r := range tpl.Rows {
			rows[r] = true
		}
		tpl.Settings.ProgramID = uuid.New()
		if wrong := append(tpl.Settings.Check(), checkName(tpl.Code, tpl.Name)...); len(wrong) > 0 {
			t.Errorf("%s: %+v", tpl.Code, wrong)
		}
	}
	for _, want := range []string{"New contract", "Yearly", "Complaint settled", "Important change", "Contract ended", "Equipment: before commissioning", "Equipment: trial run", "Equipment: warranty",
		"Equipment: after warranty", "Large contract", "Delivery, weekly", "Consumer life cycle", "Repair", "Letter, e-mail complaint, proposal", "Guest", "Prospect", "Existing advertiser", "Renewal",
		"Birthday", "Festivals"} {
		if !rows[want] {
			t.Errorf("no template for %q", want)
		}
	}
}

func TestRuleC11_LargeContractsAreVisited(t *testing.T) {
	t.Parallel()
	p, r := planner(t), shipped(t, "equipment-trial-run", "2004-01-01")
	today := on(t, "2026-11-01")
	for cents, want := range map[int64]string{299_999_999: "call+", 300_000_000: "visit+call"} {
		f := someone(t, customer.KindEquipmentOperator, "commissioned 2026-10-15")
		f.AmountCents = cents
		owed, _ := p.Plan([]Rule{r}, f, Window{today, today})
		if got := string(owed[0].Channel) + "+" + string(owed[0].Also); got != want {
			t.Errorf("%d: %s, want %s", cents, got, want)
		}
	}
	r.Versions[0].Settings.MinCents = 300_000_000
	f := someone(t, customer.KindEquipmentOperator, "commissioned 2026-10-15")
	if owed, _ := p.Plan([]Rule{r}, f, Window{today, today}); len(owed) != 0 {
		t.Errorf("a rule for large contracts found %s", days(owed))
	}
}

func TestRuleC14_TheWishNotToBeCalledBeatsEveryRule(t *testing.T) {
	t.Parallel()
	p := planner(t)
	today := on(t, "2026-11-02")
	for _, row := range []struct {
		template string
		instead  customer.Channel
		cents    int64
		want     string
	}{
		{"new-contract", customer.ChannelSMS, 0, "sms+"},
		{"new-contract", "", 0, "letter+"},
		{"equipment-trial-run", customer.ChannelEmail, 300_000_000, "visit+"}, // not called in its place
		{"guest-complaint", customer.ChannelVisit, 0, "visit+"},
	} {
		f := someone(t, "other", "contract_signed 2026-11-02", "commissioned 2026-11-02", "complaint_resolved 2026-11-02")
		f.DoNotCall, f.Instead, f.AmountCents = true, row.instead, row.cents
		owed, _ := p.Plan([]Rule{shipped(t, row.template, "2004-01-01")}, f, Window{today, today})
		if got := string(owed[0].Channel) + "+" + string(owed[0].Also); got != row.want {
			t.Errorf("%s: %s, want %s", row.template, got, row.want)
		}
	}
}

func TestPlan_AVersionAppliesFromItsDay(t *testing.T) {
	t.Parallel()
	p, r := planner(t), shipped(t, "new-contract", "2026-11-01")
	next := r.Versions[0]
	next.N, next.From = 2, on(t, "2026-11-10")
	next.Settings.Stages = []Stage{{Due: Offset{1, Day}, Hard: &Deadline{Offset{2, Day}, FromEvent}}}
	off := next
	off.N, off.From, off.Settings.Enabled = 3, on(t, "2026-11-20"), false
	r.Versions = append(r.Versions, next, off)
	f := someone(t, "investor", "contract_signed 2026-10-31", "contract_signed 2026-11-09", "contract_signed 2026-11-10", "contract_signed 2026-11-20")
	owed, _ := p.Plan([]Rule{r}, f, Window{on(t, "2026-11-25"), on(t, "2026-12-25")})
	if got, want := days(owed), "2026-11-09 2026-11-16 2026-12-09; 2026-11-11 2026-11-12 2026-11-12"; got != want || owed[0].Version != 1 || owed[1].Version != 2 {
		t.Errorf("owed %s, want %s", got, want)
	}
}

func TestRuleC04_OverdueWhenTheRuleBegins(t *testing.T) {
	t.Parallel()
	p, r := planner(t), shipped(t, "yearly", "2026-11-02")
	today := on(t, "2026-11-02")
	owed, _ := p.Plan([]Rule{r}, someone(t, "investor", "contract_signed 2024-05-10"), Window{today, today})
	if got, want := days(owed), "2026-11-02 2026-12-02 2026-12-02"; got != want {
		t.Errorf("who should have been called long ago is due at once: %s, want %s", got, want)
	}
	// A new version does not give an overdue one more time.
	v := r.Versions[0]
	v.N, v.From = 2, on(t, "2026-12-01")
	r.Versions = append(r.Versions, v)
	again, _ := p.Plan([]Rule{r}, someone(t, "investor", "contract_signed 2024-05-10"), Window{on(t, "2026-12-05"), on(t, "2026-12-05")})
	if days(again) != days(owed) {
		t.Errorf("it moved to %s", days(again))
	}
}

func TestRuleC06_EquipmentIsCalledForOnceBeforeItRuns(t *testing.T) {
	t.Parallel()
	p, r := planner(t), shipped(t, "equipment-before-commissioning", "2026-01-01")
	f := someone(t, "equipment_operator", "arrived 2026-11-02", "installed 2026-11-12")
	machine := uuid.New()
	f.Events[0].EquipmentID, f.Events[1].EquipmentID = machine, machine
	owed, _ := p.Plan([]Rule{r}, f, Window{on(t, "2026-11-12"), on(t, "2026-11-12")})
	if len(owed) != 1 || owed[0].Subject != machine || owed[0].Due != on(t, "2026-11-02") {
		t.Errorf("owed %s", days(owed))
	}
}

func TestOffset_Arithmetic(t *testing.T) {
	t.Parallel()
	cal := planner(t).Calendar
	for _, row := range []struct {
		from string
		by   Offset
		want string
	}{
		{"2026-01-31", Offset{1, Month}, "2026-02-28"}, {"2024-01-31", Offset{1, Month}, "2024-02-29"}, {"2024-02-29", Offset{1, Year}, "2025-02-28"},
		{"2026-03-31", Offset{-1, Month}, "2026-02-28"}, {"2026-01-15", Offset{-1, Month}, "2025-12-15"}, {"2026-12-31", Offset{2, Month}, "2027-02-28"},
		{"2026-11-06", Offset{1, WorkingDay}, "2026-11-09"}, {"2026-11-09", Offset{-1, WorkingDay}, "2026-11-06"}, {"2026-02-24", Offset{-1, WorkingDay}, "2026-02-14"},
		{"2026-02-15", Offset{0, WorkingDay}, "2026-02-24"}, {"2026-11-03", Offset{0, WorkingDay}, "2026-11-03"},
		{"2026-11-08", Offset{0, WeekStart}, "2026-11-02"}, {"2026-11-08", Offset{1, WeekStart}, "2026-11-09"}, {"2026-11-02", Offset{0, WeekEnd}, "2026-11-08"},
		{"2026-12-30", Offset{1, WeekEnd}, "2027-01-10"}, {"2026-01-31", Offset{1, MonthEnd}, "2026-02-28"}, {"2026-12-01", Offset{0, MonthEnd}, "2026-12-31"}, {"2026-11-02", Offset{-14, Day}, "2026-10-19"},
	} {
		if got := row.by.After(on(t, row.from), cal); got != on(t, row.want) {
			t.Errorf("%s %s is %s, want %s", row.from, row.by, got, row.want)
		}
	}
}

func TestRuleM03_FestivalsOfTheMoonLieInTheirHolidays(t *testing.T) {
	t.Parallel()
	p := planner(t)
	names := map[Festival]string{SpringFestival: "春节", DragonBoat: "端午", MidAutumn: "中秋"}
	checked := 0
	for year := 2008; year <= 2026; year++ {
		for f, name := range names {
			d, ok := p.Moon.Day(f, year)
			if !ok {
				t.Fatalf("%s of %d is not known", f, year)
			}
			// In these two the State Council's list names another holiday, or none.
			if d == on(t, "2012-06-23") || d == on(t, "2020-10-01") {
				continue
			}
			if got := p.Calendar.On(d).NameZH; got != name {
				t.Errorf("%s of %d is %s, which the calendar calls %q", f, year, d, got)
			}
			checked++
		}
	}
	if checked != 55 {
		t.Errorf("%d compared", checked)
	}
	if d, _ := p.Moon.Day(Lantern, 2026); d != on(t, "2026-03-03") {
		t.Errorf("Lantern Festival is on %s", d)
	}
}
