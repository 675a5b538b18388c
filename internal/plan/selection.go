package plan

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Choice is how customers are chosen. Rule C-12.
type Choice string

// The ways of choosing.
const (
	ChooseRandom          Choice = "random"
	ChooseLowSatisfaction Choice = "low_satisfaction"     // by the score of the last rated record (Rule C-16)
	ChooseNeedOfService   Choice = "need_of_service"      // open slips, suggestions and complaints
	ChooseLongWithout     Choice = "long_without_contact" // nobody spoke with them for some days
	ChooseFilter          Choice = "filter"
	ChooseList            Choice = "list" // named by code
)

// Choices lists the closed set.
func Choices() []Choice {
	return []Choice{ChooseRandom, ChooseLowSatisfaction, ChooseNeedOfService, ChooseLongWithout, ChooseFilter, ChooseList}
}

// MaxCustomers is how many customers a plan takes.
const MaxCustomers = 10_000

// Criteria say whom a selection takes. The filters limit the population of every
// way of choosing but the list; empty ones do not filter. The JSON form is kept.
type Criteria struct {
	Choice       Choice    `json:"choice"`
	Kinds        []string  `json:"kinds,omitempty"`
	Grades       []string  `json:"grades,omitempty"`
	Cities       []string  `json:"cities,omitempty"`
	Languages    []string  `json:"languages,omitempty"`
	BranchID     uuid.UUID `json:"branch_id"` // of the customers' department
	DepartmentID uuid.UUID `json:"department_id"`
	Government   *bool     `json:"government,omitempty"`
	Size         int       `json:"size"` // at most so many; 0: all that fit, not with random
	Seed         int64     `json:"seed"` // random; 0: one is drawn
	ScoreBelow   int       `json:"score_below,omitempty"`
	Days         int       `json:"days,omitempty"` // looked back, or without contact
	Codes        []string  `json:"codes,omitempty"`
	// Repeat also takes customers who have an open task of the same program, or
	// stand in another plan of it that has not begun.
	Repeat bool `json:"repeat,omitempty"`
}

// Selection is a choice that was made. Rule C-12.
type Selection struct {
	ID         uuid.UUID
	PlanID     uuid.UUID
	Criteria   Criteria
	Population int // customers that the filters let through
	Fitting    int // of them those that the way of choosing wants
	Chosen     int
	Made       Mark
}

// Draw is what the store finds by criteria.
type Draw struct {
	Population, Fitting int
	Busy                int         // fitting, but left out: they are called anyway (see Criteria.Repeat)
	Candidates          []Candidate // chosen, in their order
}

// Candidate is a customer who was chosen, with what decides who calls them.
type Candidate struct {
	Ordinal  int // 1 is the first
	Customer customer.Customer
	Callable bool      // has a number that can be dialled
	Ground   string    // why: a score, a date, numbers of slips
	LastWith uuid.UUID // the agent who spoke with them last; uuid.Nil: nobody
}

// Rank is a customer's place in a random selection: the smallest come first. It
// is SHA-256 over the seed in decimal, a line feed and the customer's code, so
// that anybody can draw the same sample again, in SQL too. Rule C-12.
func Rank(seed int64, code string) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d\n%s", seed, code))
}

const (
	defaultDays       = 365
	defaultScoreBelow = 100 // any dissatisfied answer
	maxDays           = 3660
	maxValues         = 200
)

// Normal gives the criteria with their defaults, or says what is wrong with them.
func (c Criteria) Normal() (Criteria, error) {
	var wrong []problem.Field
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: "criteria." + at, Message: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(Choices(), c.Choice) {
		bad("choice", "must be one of %v", Choices())
	}
	for _, k := range c.Kinds {
		if !slices.Contains(customer.Kinds(), customer.Kind(k)) {
			bad("kinds", "%q is no kind of customer; there are %v", k, customer.Kinds())
		}
	}
	for at, values := range map[string][]string{"kinds": c.Kinds, "grades": c.Grades, "cities": c.Cities, "languages": c.Languages} {
		if len(values) > maxValues {
			bad(at, "takes at most %d values", maxValues)
		}
	}
	if c.Size < 0 || c.Size > MaxCustomers || c.Size == 0 && c.Choice == ChooseRandom {
		bad("size", "must be between 1 and %d", MaxCustomers)
	}
	if c.Choice != ChooseRandom {
		c.Seed = 0
	}
	if c.Choice != ChooseLowSatisfaction {
		c.ScoreBelow = 0
	} else if c.ScoreBelow == 0 {
		c.ScoreBelow = defaultScoreBelow
	}
	if c.ScoreBelow < 0 || c.ScoreBelow > 100 {
		bad("score_below", "must be between 1 and 100")
	}
	if !slices.Contains([]Choice{ChooseLowSatisfaction, ChooseNeedOfService, ChooseLongWithout}, c.Choice) {
		c.Days = 0
	} else if c.Days == 0 {
		c.Days = defaultDays
	}
	if c.Days < 0 || c.Days > maxDays {
		bad("days", "must be between 1 and %d", maxDays)
	}
	if c.Choice == ChooseList {
		c.Codes = codes(c.Codes)
		c = Criteria{Choice: c.Choice, Codes: c.Codes, Repeat: c.Repeat}
		if len(c.Codes) == 0 || len(c.Codes) > MaxCustomers {
			bad("codes", "must name 1 to %d customers by their code", MaxCustomers)
		}
	} else {
		c.Codes = nil
	}
	if len(wrong) > 0 {
		return c, problem.Invalid(wrong...)
	}
	return c, nil
}

// codes takes blanks and repetitions out.
func codes(in []string) []string {
	out := make([]string, 0, len(in))
	seen := map[string]bool{}
	for _, c := range in {
		if c = strings.TrimSpace(c); c != "" && !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	return out
}

// since is the moment that the criteria look back to.
func (c Criteria) since(now time.Time) time.Time { return now.AddDate(0, 0, -c.Days) }
