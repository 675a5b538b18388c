package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/callback"
)

// Obstacle is why nobody calls a customer of a plan; empty: somebody does.
type Obstacle string

// The obstacles, in the order in which they are looked for.
const (
	ObstacleDoNotCall Obstacle = "do_not_call" // Rule C-14
	ObstacleNoNumber  Obstacle = "no_number"
	ObstacleNoAgent   Obstacle = "no_agent" // of the plan's agents nobody works here any more
	ObstacleInterest  Obstacle = "interest" // every agent has an interest: Rule C-15
	ObstacleLanguage  Obstacle = "language" // nobody without an interest speaks theirs: Rule T-11
	ObstacleSkill     Obstacle = "skill"    // nobody of them has the skill that the plan asks for
)

// Obstacles lists the closed set.
func Obstacles() []Obstacle {
	return []Obstacle{ObstacleDoNotCall, ObstacleNoNumber, ObstacleNoAgent, ObstacleInterest, ObstacleLanguage, ObstacleSkill}
}

// Member is an agent of a plan with the open tasks that they have already.
type Member struct {
	User access.User
	Load int
}

// Placing is who calls a customer, or why nobody does.
type Placing struct {
	Ordinal    int
	CustomerID uuid.UUID
	AgentID    uuid.UUID
	Turn       int // the how manyeth of this plan with that agent, from 0
	Obstacle   Obstacle
}

// contactBonus is how many tasks more than a colleague somebody may have and
// still be given the customer that they spoke with last.
const contactBonus = 5

// Place gives each candidate to an agent: never to one with an interest (Rule
// C-15), only to one who speaks the customer's language (Rule T-11) and has the
// skill; of those to whom the customer spoke last, unless they have many more
// tasks than a colleague; else to the one with the fewest tasks. The same input
// gives the same result.
func Place(cs []Candidate, crew []Member, m Method, skill string) []Placing {
	crew = slices.Clone(crew)
	slices.SortFunc(crew, func(a, b Member) int { return cmp.Compare(a.User.StaffNumber, b.User.StaffNumber) })
	turns := make([]int, len(crew))
	out := make([]Placing, 0, len(cs))
	for _, c := range cs {
		p := Placing{Ordinal: c.Ordinal, CustomerID: c.Customer.ID}
		var fit []int
		fit, p.Obstacle = able(c, crew, m, skill)
		if p.Obstacle == "" {
			cost := func(i int) int {
				if c.LastWith == crew[i].User.ID {
					return crew[i].Load - contactBonus
				}
				return crew[i].Load
			}
			best := slices.MinFunc(fit, func(a, b int) int { return cmp.Or(cmp.Compare(cost(a), cost(b)), cmp.Compare(a, b)) })
			p.AgentID, p.Turn = crew[best].User.ID, turns[best]
			crew[best].Load++
			turns[best]++
		}
		out = append(out, p)
	}
	return out
}

// able gives who of the crew may have the customer.
func able(c Candidate, crew []Member, m Method, skill string) ([]int, Obstacle) {
	if m == MethodTelephone {
		if c.Customer.DoNotCall != nil {
			return nil, ObstacleDoNotCall
		}
		if !c.Callable {
			return nil, ObstacleNoNumber
		}
	}
	var fit []int
	for i, a := range crew {
		if !a.User.Disabled() && a.User.Has(access.RoleAgent) {
			fit = append(fit, i)
		}
	}
	for _, need := range []struct {
		or   Obstacle
		lack func(access.User) bool
	}{
		{ObstacleInterest, func(u access.User) bool { return len(callback.Conflicts(u, c.Customer)) > 0 }},
		{ObstacleLanguage, func(u access.User) bool { return !speaks(u, c.Customer.Language) }},
		{ObstacleSkill, func(u access.User) bool { return skill != "" && !slices.Contains(u.Skills, skill) }},
	} {
		if len(fit) == 0 {
			return nil, ObstacleNoAgent
		}
		if fit = slices.DeleteFunc(fit, func(i int) bool { return need.lack(crew[i].User) }); len(fit) == 0 {
			return nil, need.or
		}
	}
	return fit, ""
}

// speaks compares the primary subtags: zh-CN serves zh-Hans.
func speaks(u access.User, language string) bool {
	primary := func(l string) string { p, _, _ := strings.Cut(strings.ToLower(l), "-"); return p }
	return language == "" || slices.ContainsFunc(u.Languages, func(l string) bool { return primary(l) == primary(language) })
}

// workingDays lists those of a period, both ends included.
func workingDays(cal calendar.Calendar, from, until calendar.Date) []calendar.Date {
	var out []calendar.Date
	for d := from; !until.Before(d); d = d.AddDays(1) {
		if cal.WorkingDay(d) {
			out = append(out, d)
		}
	}
	return out
}

// dueDay spreads n tasks of an agent evenly over days, of which there is one at least.
func dueDay(days []calendar.Date, turn, n int) calendar.Date {
	return days[turn*len(days)/max(n, 1)]
}

// endOf is the last second of a day in the house's zone.
func endOf(d calendar.Date, zone *time.Location) time.Time {
	return d.At(24*time.Hour-time.Second, zone).UTC()
}
