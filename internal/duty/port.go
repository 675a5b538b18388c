package duty

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
)

// Shards is in how many parts customers are looked at; each by one instance at a time.
const Shards = 16

// Decision is what is to be done about a customer.
type Decision struct {
	CustomerID uuid.UUID
	Zone       *time.Location
	Changes    Changes
	Wake       time.Time // zero: never
}

// Round is what became of a batch.
type Round struct {
	Busy      bool // another instance has the shard
	Customers int
	Tally
}

// Tally counts duties.
type Tally struct{ Made, Moved, Withdrawn, Opened int }

// Add sums up.
func (t *Tally) Add(o Tally) {
	t.Made, t.Moved, t.Withdrawn, t.Opened = t.Made+o.Made, t.Moved+o.Moved, t.Withdrawn+o.Withdrawn, t.Opened+o.Opened
}

// Work is what the engine needs.
type Work interface {
	// EvaluateDuties takes customers of a shard that something happened to, or
	// whose day has come, at most limit of each, and does what decide says, all in
	// one transaction. A batch that fails stays to be taken.
	EvaluateDuties(ctx context.Context, shard int, now time.Time, limit int, decide func([]Facts) []Decision) (Round, error)
	// OpenDuties makes the tasks of planned duties whose first day has come, at
	// most limit; it skips what another instance has.
	OpenDuties(ctx context.Context, now time.Time, limit int) (int, error)
	DutyRules(ctx context.Context) ([]Rule, error) // by code
	// DutyBacklog counts signals and duties that wait to be opened.
	DutyBacklog(ctx context.Context, now time.Time) (signals, opening int, err error)
}

// Book keeps the rules and reads the duties.
type Book interface {
	DutyRules(ctx context.Context) ([]Rule, error)
	// DutyRule gives one; problem not_found.
	DutyRule(ctx context.Context, id uuid.UUID) (Rule, error)
	// InsertDutyRule gives problem conflict when the code is taken. All customers
	// are looked at again, as after InsertDutyVersion.
	InsertDutyRule(ctx context.Context, r Rule, e audit.Event) error
	// InsertDutyVersion gives problem conflict when that version exists.
	InsertDutyVersion(ctx context.Context, ruleID uuid.UUID, v Version, e audit.Event) error
	// CustomerFacts gives customers by id after that one, with their duties.
	CustomerFacts(ctx context.Context, after uuid.UUID, only uuid.UUID, limit int) ([]Facts, error)
	Duties(ctx context.Context, q Query) ([]Duty, error) // by (deadline, id)
	Coverage(ctx context.Context, q Query) ([]CoverageRow, error)
	Programs(ctx context.Context) ([]callback.Program, error)
}

// Query selects duties. Zero values do not filter.
type Query struct {
	RuleID, BranchID, CustomerID, EventID uuid.UUID
	State                                 State
	Result                                Result
	From, Until                           calendar.Date // of the deadline
	AsOf                                  calendar.Date // the day that results are judged on; zero: today, in each customer's zone
	Now                                   time.Time
	After                                 Cursor
	Limit                                 int
}

// Cursor is the key of the last duty of a page.
type Cursor struct {
	Deadline calendar.Date
	ID       uuid.UUID
}

// CoverageRow counts the duties of a rule in a branch (Rule R-03).
type CoverageRow struct {
	RuleID        uuid.UUID
	RuleCode      string
	RuleName      Words
	TargetPercent int
	BranchID      uuid.UUID // uuid.Nil: of no branch
	BranchName    string
	Figures
}

// Figures add up: Due is the sum of the others.
type Figures struct{ Due, InTime, Late, Open, Missed int }

// Add sums up.
func (f *Figures) Add(o Figures) {
	f.Due, f.InTime, f.Late, f.Open, f.Missed = f.Due+o.Due, f.InTime+o.InTime, f.Late+o.Late, f.Open+o.Open, f.Missed+o.Missed
}

// Percent is how much was called back, in time or late, of what is due and not
// open any more; 100 where that is nothing.
func (f Figures) Percent() float64 {
	over := f.Due - f.Open
	if over == 0 {
		return 100
	}
	return 100 * float64(f.InTime+f.Late) / float64(over)
}
