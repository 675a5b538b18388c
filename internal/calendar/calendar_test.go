package calendar

import (
	"testing"
	"time"
)

func vendoredFor(t *testing.T) Calendar {
	t.Helper()
	c, err := Vendored()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Golden days from the notices of the State Council.
func TestRuleT05_WorkingDays(t *testing.T) {
	t.Parallel()
	c := vendoredFor(t)
	for _, row := range []struct {
		day, name string
		working   bool
	}{
		{"2026-10-10", "make-up Saturday after National Day", true},
		{"2026-02-14", "make-up Saturday before Spring Festival", true},
		{"2026-10-01", "National Day", false},
		{"2026-02-17", "Spring Festival", false},
		{"2026-11-23", "ordinary Monday", true},
		{"2026-11-28", "ordinary Saturday", false},
		{"2026-01-01", "New Year", false},
		{"2025-09-28", "make-up Sunday", true},
		{"2025-10-08", "last of the National Day holidays", false},
		{"2004-10-10", "first year of the data", true},
	} {
		if got := c.WorkingDay(date(t, row.day)); got != row.working {
			t.Errorf("%s (%s): working %v, want %v", row.day, row.name, got, row.working)
		}
	}
	if got := c.On(date(t, "2026-10-01")); got.NameZH != "国庆节" || got.NameEN != "National Day" || !got.Announced {
		t.Errorf("2026-10-01 is %+v", got)
	}
}

func TestRuleT05_YearNotAnnounced(t *testing.T) {
	t.Parallel()
	c := vendoredFor(t)
	for year := 2004; year <= 2026; year++ {
		if !c.Announced(year) {
			t.Errorf("%d is in the data", year)
		}
	}
	if c.Announced(2027) || c.Announced(2003) {
		t.Error("2027 and 2003 are not in the data")
	}
	newYear := c.On(date(t, "2027-01-01"))
	if !newYear.Working || newYear.Announced {
		t.Errorf("a weekday of a year not announced counts as working and is flagged: %+v", newYear)
	}
}

func TestRuleT05_OverrideBeatsData(t *testing.T) {
	t.Parallel()
	base := vendoredFor(t)
	c := base.With([]Override{
		{Day: date(t, "2027-01-01"), Working: false, Name: "元旦"},
		{Day: date(t, "2026-10-10"), Working: false, Name: "停电"},
		{Day: date(t, "2026-11-28"), Working: true},
	})
	if c.WorkingDay(date(t, "2027-01-01")) || c.WorkingDay(date(t, "2026-10-10")) || !c.WorkingDay(date(t, "2026-11-28")) {
		t.Error("what an administrator set must beat the data")
	}
	if d := c.On(date(t, "2027-01-01")); !d.Announced || !d.Override {
		t.Errorf("a day that was set is known: %+v", d)
	}
	if !base.WorkingDay(date(t, "2026-10-10")) {
		t.Error("the calendar it was made from must not change")
	}
}

func TestDate_AtAndArithmetic(t *testing.T) {
	t.Parallel()
	shanghai, err := Zone("")
	if err != nil {
		t.Fatal(err)
	}
	d := date(t, "2026-12-31")
	if got := d.AddDays(1); got != (Date{2027, time.January, 1}) {
		t.Errorf("next day is %v", got)
	}
	at := d.At(10*time.Hour+30*time.Minute, shanghai)
	if got := at.UTC().Format(time.RFC3339); got != "2026-12-31T02:30:00Z" {
		t.Errorf("half past ten in Shanghai is %s", got)
	}
	if DateOf(at) != d || !d.Before(d.AddDays(1)) || d.IsZero() {
		t.Error("the moment lies on its own day")
	}
	if _, err := ParseDate("2026-02-30"); err == nil {
		t.Error("30 February is no day")
	}
}

func TestZone_RefusesUnknownAndLocal(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Local", "Mars/Olympus", "../etc/passwd"} {
		if _, err := Zone(name); err == nil {
			t.Errorf("%q must be refused", name)
		}
	}
}
