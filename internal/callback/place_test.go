package callback

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"huifang/internal/calendar"
)

func plan(t *testing.T, marks ...Mark) Plan {
	t.Helper()
	return Plan{Windows: DefaultWindows(), Calendar: vendored(t), Zone: shanghai(t), Marks: marks, Needed: 3, Spacing: 2 * time.Hour}
}

func TestRuleT04_NextSlotIsProposed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, now, hard string
		marks           []string
		from, until     string
		late            bool
	}{
		{"first, before the window", "2026-11-24 08:00", "", nil, "2026-11-24 10:00", "2026-11-24 11:00", false},
		{"after a morning failure the same afternoon", "2026-11-24 10:35", "", []string{"2026-11-24 10:30"}, "2026-11-24 14:00", "2026-11-24 16:00", false},
		{"after an afternoon failure the next morning", "2026-11-24 14:31", "", []string{"2026-11-24 14:30"}, "2026-11-25 10:00", "2026-11-25 11:00", false},
		{"over the weekend", "2026-11-27 15:00", "", []string{"2026-11-27 14:30"}, "2026-11-30 10:00", "2026-11-30 11:00", false},
		{"over the National Day holidays", "2026-09-30 15:00", "", []string{"2026-09-30 14:30", "2026-09-29 10:20"},
			"2026-10-08 14:00", "2026-10-08 16:00", false},
		{"no proposal of a few minutes", "2026-11-24 10:55", "", nil, "2026-11-24 14:00", "2026-11-24 16:00", false},
		{"but of a few minutes before a hard deadline", "2026-11-24 10:55", "2026-11-24 12:00", nil, "2026-11-24 10:55", "2026-11-24 11:00", false},
		{"cut at the hard deadline", "2026-11-24 12:00", "2026-11-24 15:00", nil, "2026-11-24 14:00", "2026-11-24 15:00", false},
		{"late", "2026-11-24 16:30", "2026-11-24 18:00", nil, "2026-11-25 10:00", "2026-11-25 11:00", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var marks []Mark
			for _, m := range row.marks {
				marks = append(marks, failed(t, m))
			}
			var hard time.Time
			if row.hard != "" {
				hard = at(t, row.hard)
			}
			got, ok := NextSlot(plan(t, marks...), at(t, row.now), hard)
			if !ok || !got.From.Equal(at(t, row.from)) || !got.Until.Equal(at(t, row.until)) || got.Late != row.late {
				t.Errorf("proposed %v to %v late %v, want %s to %s late %v", got.From, got.Until, got.Late, row.from, row.until, row.late)
			}
			if got.Slot.Date != calendar.DateOf(got.From) {
				t.Errorf("slot %+v does not hold %v", got.Slot, got.From)
			}
		})
	}
}

// Whoever always dials at the proposed time proves "unreachable" with the
// third attempt, wherever in the proposal they dial.
func TestRuleT04_ProposalsLeadToTheProof(t *testing.T) {
	t.Parallel()
	windows := map[string]Windows{
		"default": DefaultWindows(), "government": DefaultGovernmentWindows(),
		"long":  {Default: []Range{{9 * time.Hour, 12 * time.Hour}, {13 * time.Hour, 18 * time.Hour}}},
		"three": {Default: []Range{{9 * time.Hour, 10 * time.Hour}, {13 * time.Hour, 14 * time.Hour}, {19 * time.Hour, 20 * time.Hour}}},
	}
	for name, w := range windows {
		for _, late := range []bool{false, true} {
			for hour := range 24 {
				p := plan(t)
				p.Windows = w
				now := at(t, "2026-09-29 00:07").Add(time.Duration(hour) * time.Hour)
				for range 3 {
					next, ok := NextSlot(p, now, time.Time{})
					if !ok {
						t.Fatalf("%s: nothing proposed", name)
					}
					dial := next.From
					if late {
						dial = next.Until.Add(-time.Second)
					}
					if _, _, in := p.windowAt(dial); !in {
						t.Fatalf("%s: %v lies outside the windows", name, dial)
					}
					p.Marks = append(p.Marks, Mark{Slot: next.Slot, DialedAt: dial, Counted: true})
					now = dial.Add(time.Minute)
				}
				if proof := ProofOf(p.Marks, 3); !proof.Complete {
					t.Errorf("%s from hour %d late %v: %+v after %+v", name, hour, late, proof, p.Marks)
				}
				if now.Sub(at(t, "2026-09-29 00:00")) > 12*24*time.Hour {
					t.Errorf("%s: three attempts took until %v", name, now)
				}
			}
		}
	}
}

func TestRuleT04_Proof(t *testing.T) {
	t.Parallel()
	uncounted := failed(t, "2026-11-26 14:10")
	uncounted.Counted = false
	for _, row := range []struct {
		name  string
		marks []Mark
		want  Proof
	}{
		{"none", nil, Proof{Needed: 3}},
		{"three, two windows, two dates", []Mark{failed(t, "2026-11-24 10:10"), failed(t, "2026-11-24 14:10"), failed(t, "2026-11-25 10:10")},
			Proof{Counted: 3, Slots: 3, Windows: 2, Dates: 2, Needed: 3, Complete: true}},
		{"all in one window", []Mark{failed(t, "2026-11-24 10:10"), failed(t, "2026-11-25 10:10"), failed(t, "2026-11-26 10:10")},
			Proof{Counted: 3, Slots: 3, Windows: 1, Dates: 3, Needed: 3}},
		{"two in one slot", []Mark{failed(t, "2026-11-24 10:10"), failed(t, "2026-11-24 10:50"), failed(t, "2026-11-24 14:10")},
			Proof{Counted: 3, Slots: 2, Windows: 2, Dates: 1, Needed: 3}},
		{"the third does not count", []Mark{failed(t, "2026-11-24 10:10"), failed(t, "2026-11-25 14:10"), uncounted},
			Proof{Counted: 2, Slots: 2, Windows: 2, Dates: 2, Needed: 3}},
	} {
		if got := ProofOf(row.marks, 3); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.name, got, row.want)
		}
	}
	if got := ProofOf([]Mark{failed(t, "2026-11-24 10:10")}, 1); !got.Complete {
		t.Error("where one attempt is needed one window is enough")
	}
}

func TestPlan_SpacingAroundMidnight(t *testing.T) {
	t.Parallel()
	p := plan(t, Mark{DialedAt: at(t, "2026-11-24 23:30"), Counted: true, Slot: Slot{Window: WindowOverride}})
	p.Windows = Windows{Default: []Range{{0, 3 * time.Hour}, {20 * time.Hour, 24 * time.Hour}}}
	got := p.On(calendar.Date{Year: 2026, Month: 11, Day: 25})
	if len(got) != 2 || !got[0].From.Equal(at(t, "2026-11-25 01:30")) || !got[1].Until.Equal(at(t, "2026-11-25 21:30")) {
		t.Errorf("openings %+v", got)
	}
}

func TestPlan_NothingPermitted(t *testing.T) {
	t.Parallel()
	p := plan(t)
	p.Windows = Windows{}
	if _, ok := NextSlot(p, at(t, "2026-11-24 10:00"), time.Time{}); ok {
		t.Error("without windows there is no slot")
	}
}

func TestWindows_JSON(t *testing.T) {
	t.Parallel()
	var w Windows
	text := `{"default":["10:00-11:00","14:00-16:00"],"fri":["10:00-11:00"],"sat":[]}`
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		t.Fatal(err)
	}
	if got := w.On(time.Friday); !slices.Equal(got, []Range{{10 * time.Hour, 11 * time.Hour}}) {
		t.Errorf("Friday %v", got)
	}
	if len(w.On(time.Saturday)) != 0 || len(w.On(time.Monday)) != 2 {
		t.Error("Saturday has none, Monday those of default")
	}
	raw, err := json.Marshal(w)
	if err != nil || string(raw) != text {
		t.Errorf("written %s, %v", raw, err)
	}
	for _, bad := range []string{
		`{"default":["11:00-10:00"]}`, `{"default":["10:00-12:00","11:00-13:00"]}`, `{"default":["14:00-15:00","10:00-11:00"]}`, `{"default":["25:00-26:00"]}`,
		`{"default":["10:00"]}`, `{"default":["1000-1100"]}`, `{"funday":[]}`, `[]`, `{"default":["10:60-11:00"]}`, `{"default":["23:00-24:01"]}`,
	} {
		if err := json.Unmarshal([]byte(bad), &w); err == nil {
			t.Errorf("%s must be refused", bad)
		}
	}
}

func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"10:00-11:00", "00:00-24:00", "24:00-24:00", "1:00-2:00", "-", "10:00-11:00-12:00", "１0:00-11:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRange(s)
		if err == nil && (r.String() != s || r.From >= r.To || r.To > day) {
			t.Errorf("%q gives %v", s, r)
		}
	})
}
