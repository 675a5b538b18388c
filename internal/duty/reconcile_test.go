package duty

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
)

func TestReconcile_MakesMovesAndWithdraws(t *testing.T) {
	t.Parallel()
	rule := shipped(t, "new-contract", "2026-01-01")
	wishes := shipped(t, "birthday", "2026-01-01")
	event, other := uuid.New(), uuid.New()
	owed := func(subject uuid.UUID, day string) Owed {
		return Owed{Key: Key{rule.ID, subject, "1"}, Due: on(t, day), Soft: on(t, day)}
	}
	moved := owed(event, "2026-11-03")
	there := func(s State) []Duty { return []Duty{{Owed: owed(event, "2026-11-02"), ID: uuid.New(), State: s}} }
	past := Duty{Owed: Owed{Key: Key{wishes.ID, other, "2026"}, Soft: on(t, "2026-10-01")}, State: Open}
	today := on(t, "2026-11-02")
	for _, row := range []struct {
		name                string
		owed                []Owed
		there               []Duty
		made, moved, ending int
	}{
		{"new", []Owed{moved}, nil, 1, 0, 0},
		{"as it was", []Owed{owed(event, "2026-11-02")}, there(Open), 0, 0, 0},
		{"corrected while planned", []Owed{moved}, there(Planned), 0, 1, 0},
		{"corrected while open", []Owed{moved}, there(Open), 0, 1, 0},
		{"corrected when done", []Owed{moved}, there(Done), 0, 0, 0},
		{"corrected when unreachable", []Owed{moved}, there(Unreachable), 0, 0, 0},
		{"back again", []Owed{owed(event, "2026-11-02")}, there(Withdrawn), 0, 1, 0},
		{"event withdrawn", nil, there(Open), 0, 0, 1},
		{"event withdrawn when done", nil, there(Done), 0, 0, 0},
		{"withdrawn already", nil, there(Withdrawn), 0, 0, 0},
		{"a birthday that nobody called on", nil, []Duty{past}, 0, 0, 0},
		{"another event", []Owed{owed(other, "2026-11-02")}, there(Done), 1, 0, 0},
	} {
		c := Reconcile(row.owed, row.there, []Rule{rule, wishes}, today)
		if len(c.Make) != row.made || len(c.Move) != row.moved || len(c.Withdraw) != row.ending {
			t.Errorf("%s: %+v", row.name, c)
		}
	}
}

func TestRuleR03_ResultOfADay(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		state  State
		closed string
		grace  int
		today  string
		want   Result
	}{
		{Planned, "", 0, "2026-11-09", Waits}, {Open, "", 0, "2026-11-10", Waits}, {Open, "", 0, "2026-11-11", Missed}, {Open, "", 3, "2026-11-13", Waits}, {Open, "", 3, "2026-11-14", Missed},
		{Done, "2026-11-10", 0, "2026-12-01", InTime}, {Done, "2026-11-11", 0, "2026-12-01", Late}, {Done, "2026-11-11", 1, "2026-12-01", InTime},
		{Unreachable, "2026-11-09", 0, "2026-11-09", Missed}, {Cancelled, "2026-11-09", 0, "2026-11-09", Missed}, {Withdrawn, "", 0, "2026-12-01", None},
	} {
		d := Duty{Owed: Owed{Soft: on(t, "2026-11-05"), Hard: on(t, "2026-11-10"), GraceDays: row.grace}, State: row.state, ClosedOn: on(t, row.closed)}
		if got := d.ResultOn(on(t, row.today)); got != row.want {
			t.Errorf("%+v: %q", row, got)
		}
	}
}

// A customer's day begins in the customer's own zone.
func TestDecide_TheDayIsThatOfTheCustomersZone(t *testing.T) {
	t.Parallel()
	p, rule := planner(t), shipped(t, "advertiser-visit", "2026-01-01")
	now := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC) // 1 December in Shanghai, 30 November in New York
	for zone, want := range map[string]calendar.Date{"Asia/Shanghai": on(t, "2026-12-01"), "America/New_York": on(t, "2026-11-01")} {
		loc, err := calendar.Zone(zone)
		if err != nil {
			t.Fatal(err)
		}
		f := someone(t, "advertiser", "contract_signed 2026-01-01")
		f.Zone = loc
		d := p.Decide([]Rule{rule}, f, now)
		if got := d.Changes.Make[0].Due; got != want {
			t.Errorf("%s: first due on %s, want %s", zone, got, want)
		}
		if d.Wake.IsZero() || d.Wake.In(loc).Hour() != 0 {
			t.Errorf("%s: wakes at %s", zone, d.Wake)
		}
	}
}

// Waking on the day that a plan names finds what is owed as well as asking every day.
func TestPlan_WakesForEverythingThatComes(t *testing.T) {
	t.Parallel()
	p := planner(t)
	var rules []Rule
	for _, code := range []string{"yearly", "contract-ended", "advertiser-calls", "advertiser-visit", "birthday", "festivals", "renewal"} {
		rules = append(rules, shipped(t, code, "2026-01-01"))
	}
	f := someone(t, "advertiser", "contract_signed 2026-01-15", "contract_expires 2026-09-30", "contract_terminated 2026-03-02")
	f.Events[0].ContractID = uuid.New()
	f.Events[1].ContractID = f.Events[0].ContractID // the second ends it; the third is of another one
	f.Birthday = on(t, "1988-02-29")
	all := func(wakes bool) map[Key]Owed {
		out := map[Key]Owed{}
		wake := on(t, "2026-01-01")
		for d := wake; d.Year < 2028; d = d.AddDays(1) {
			if wakes && d != wake {
				continue
			}
			owed, next := p.Plan(rules, f, Window{d, d.AddDays(Horizon)})
			for _, o := range owed {
				out[o.Key] = o
			}
			if wake = next; wakes && next.IsZero() {
				break
			}
		}
		return out
	}
	daily, woken := all(false), all(true)
	if len(daily) < 40 {
		t.Fatalf("only %d owed", len(daily))
	}
	for k, o := range daily {
		if woken[k] != o {
			t.Errorf("%s of %s, due %s, is not found by waking", k.Occurrence, k.RuleID, o.Due)
		}
	}
	if len(woken) != len(daily) {
		t.Errorf("%d woken, %d daily", len(woken), len(daily))
	}
}
