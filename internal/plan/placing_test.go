package plan

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/customer"
)

func agent(staff string, languages ...string) Member {
	return Member{User: access.User{ID: uuid.New(), StaffNumber: staff, Roles: []access.Role{access.RoleAgent}, Languages: languages}}
}

func wanted(n int, change func(*Candidate)) Candidate {
	c := Candidate{Ordinal: n, Callable: true, Customer: customer.Customer{ID: uuid.New(), Language: "zh-CN"}}
	if change != nil {
		change(&c)
	}
	return c
}

// Nobody is given a customer in whom they have an interest, and a customer in
// whom all have one is named with the reason.
func TestRuleC15_PlanGivesNoCustomerToAnInterest(t *testing.T) {
	t.Parallel()
	a, b := agent("1", "zh-CN"), agent("2", "zh-CN")
	a.User.Department.ID, b.Load = uuid.New(), 1000
	got := Place([]Candidate{
		wanted(1, func(c *Candidate) { c.Customer.AdviserID = a.User.ID }),
		wanted(2, func(c *Candidate) { c.Customer.DepartmentID = a.User.Department.ID }),
		wanted(3, func(c *Candidate) { c.Customer.DepartmentID, c.Customer.AdviserID = a.User.Department.ID, b.User.ID }),
		wanted(4, nil),
	}, []Member{a, b}, MethodTelephone, "")
	if got[0].AgentID != b.User.ID || got[1].AgentID != b.User.ID || got[2].Obstacle != ObstacleInterest || got[2].AgentID != uuid.Nil || got[3].AgentID != a.User.ID {
		t.Errorf("%+v", got)
	}
}

func TestPlace_ObstaclesAreNamed(t *testing.T) {
	t.Parallel()
	a, closed := agent("1", "zh-CN"), agent("2", "en")
	closed.User.DisabledAt = time.Unix(1, 0)
	noCall := func(c *Candidate) { c.Customer.DoNotCall = &customer.DoNotCall{Reason: "x"} }
	noNumber := func(c *Candidate) { c.Callable = false }
	for _, c := range []struct {
		name   string
		change func(*Candidate)
		crew   []Member
		method Method
		skill  string
		want   Obstacle
	}{
		{"do not call", noCall, []Member{a}, MethodTelephone, "", ObstacleDoNotCall},
		{"a letter is no call", noCall, []Member{a}, MethodLetter, "", ""},
		{"no number", noNumber, []Member{a}, MethodTelephone, "", ObstacleNoNumber},
		{"a visit needs no number", noNumber, []Member{a}, MethodVisit, "", ""},
		{"nobody works", nil, []Member{closed}, MethodTelephone, "", ObstacleNoAgent},
		{"language", func(c *Candidate) { c.Customer.Language = "en" }, []Member{a, closed}, MethodTelephone, "", ObstacleLanguage},
		{"primary language", func(c *Candidate) { c.Customer.Language = "zh-TW" }, []Member{a}, MethodTelephone, "", ""},
		{"skill", nil, []Member{a}, MethodTelephone, "funds", ObstacleSkill},
	} {
		if got := Place([]Candidate{wanted(1, c.change)}, c.crew, c.method, c.skill); got[0].Obstacle != c.want || (c.want == "") != (got[0].AgentID == a.User.ID) {
			t.Errorf("%s: %+v", c.name, got[0])
		}
	}
}

func TestPlace_ByLoadSkillAndEarlierContact(t *testing.T) {
	t.Parallel()
	a, b, c := agent("1", "zh-CN"), agent("2", "zh-CN"), agent("3", "zh-CN")
	a.Load, c.User.Skills = 4, []string{"funds"}
	cs := make([]Candidate, 0, 20)
	for n := range 20 {
		cs = append(cs, wanted(n+1, nil))
	}
	count := func(ps []Placing) map[uuid.UUID]int {
		out := map[uuid.UUID]int{}
		for _, p := range ps {
			if p.Turn != out[p.AgentID] {
				t.Errorf("turn %d of %v, want %d", p.Turn, p.AgentID, out[p.AgentID])
			}
			out[p.AgentID]++
		}
		return out
	}
	// Of 24 tasks each has 8 in the end.
	if n := count(Place(cs, []Member{c, b, a}, MethodTelephone, "")); n[a.User.ID] != 4 || n[b.User.ID] != 8 || n[c.User.ID] != 8 {
		t.Errorf("by load: %v", n)
	}
	if n := count(Place(cs, []Member{a, b, c}, MethodTelephone, "funds")); n[c.User.ID] != 20 {
		t.Errorf("by skill: %v", n)
	}
	// Who spoke with them last has them, until a colleague has far less to do.
	for i := range cs {
		cs[i].LastWith = a.User.ID
	}
	n := count(Place(cs, []Member{a, b, c}, MethodTelephone, ""))
	if n[a.User.ID] <= 4 || n[b.User.ID] == 0 || n[a.User.ID]+4-n[b.User.ID] > contactBonus+1 {
		t.Errorf("by contact: %v", n)
	}
	if first, again := Place(cs, []Member{a, b, c}, MethodTelephone, ""), Place(cs, []Member{c, a, b}, MethodTelephone, ""); fmt.Sprint(first) != fmt.Sprint(again) {
		t.Error("the same people in another order place differently")
	}
}

func TestDueDay_SpreadsOverThePeriod(t *testing.T) {
	t.Parallel()
	cal, err := calendar.Vendored()
	if err != nil {
		t.Fatal(err)
	}
	days := workingDays(cal, calendar.Date{Year: 2026, Month: 11, Day: 27}, calendar.Date{Year: 2026, Month: 12, Day: 2})
	if fmt.Sprint(days) != "[2026-11-27 2026-11-30 2026-12-01 2026-12-02]" {
		t.Fatal(days)
	}
	got := map[string]int{}
	for turn := range 10 {
		got[dueDay(days, turn, 10).String()]++
	}
	if got["2026-11-27"] != 3 || got["2026-11-30"] != 2 || got["2026-12-01"] != 3 || got["2026-12-02"] != 2 {
		t.Error(got)
	}
}
