package plan

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
)

// Key is the place of a plan in the list.
type Key struct {
	At time.Time
	ID uuid.UUID
}

// Query selects plans, newest first. Zero values do not filter.
type Query struct {
	State    State
	BranchID uuid.UUID
	Before   Key
	Limit    int
}

// Listed is a plan as the list shows it.
type Listed struct {
	Plan    Plan
	Figures Figures
}

// Page is a page of plans.
type Page struct {
	Plans []Listed
	Next  Key // zero: no more
}

// Row is a customer of a plan, and where they stand.
type Row struct {
	Ordinal      int
	CustomerID   uuid.UUID
	Code, Name   string
	Ground       string
	Obstacle     Obstacle
	TaskID       uuid.UUID          // uuid.Nil: none
	TaskState    callback.TaskState // empty: no task
	AssigneeID   uuid.UUID
	AssigneeName string
	DueAt        time.Time
	ClosedAt     time.Time
}

// Part says which customers of a plan are listed.
type Part string

// The parts.
const (
	PartAll     Part = "all"
	PartMissing Part = "missing" // not served
	PartBarred  Part = "barred"  // nobody may call them
)

// Launch is what starts a plan, or gives customers without a task out again:
// the tasks with the places they are for, and the obstacles of the others.
type Launch struct {
	Plan     Plan
	Was      time.Time // its UpdatedAt as it was read
	Tasks    []PlacedTask
	Barred   []Placing
	Joins    uuid.UUID // an agent who joins; uuid.Nil: nobody
	Reason   string    // why they join
	Launched int       // set by the store: tasks that were made
}

// PlacedTask is a task for a place of a plan.
type PlacedTask struct {
	Ordinal int
	Task    callback.Task
}

// Store keeps the plans.
type Store interface {
	// Plans lists by (created_at, id), newest first.
	Plans(ctx context.Context, q Query) ([]Listed, error)
	// Plan gives one; problem not_found.
	Plan(ctx context.Context, id uuid.UUID) (Plan, error)
	// PlanParts gives its last selection, nil for none, its rehearsals, oldest
	// first, and its figures at a moment.
	PlanParts(ctx context.Context, id uuid.UUID, now time.Time) (*Selection, []Rehearsal, Figures, error)
	InsertPlan(ctx context.Context, p Plan, e audit.Event) error
	// UpdatePlan writes content, agents and steps of a plan that is still as it
	// was read, problem conflict otherwise. A plan that becomes filed gets the
	// next number of the month.
	UpdatePlan(ctx context.Context, p Plan, was time.Time, month string, e audit.Event) error
	// Draw finds customers by criteria that are normal; since is the moment that
	// they look back to. Unknown codes of a list are problem invalid.
	Draw(ctx context.Context, planID, programID uuid.UUID, c Criteria, since time.Time) (Draw, error)
	// KeepSelection puts a selection and its customers in place of those before,
	// and updates the plan likewise guarded.
	KeepSelection(ctx context.Context, p Plan, was time.Time, s Selection, d Draw, e audit.Event) error
	InsertRehearsal(ctx context.Context, r Rehearsal, e audit.Event) error
	// SignRehearsal is guarded: problem conflict when it is signed already.
	SignRehearsal(ctx context.Context, planID, id uuid.UUID, m Mark, e audit.Event) error
	// Unplaced are the customers of a plan without a task, in their order.
	Unplaced(ctx context.Context, planID uuid.UUID) ([]Candidate, error)
	// Loads counts the open tasks of agents.
	Loads(ctx context.Context, agents []uuid.UUID) (map[uuid.UUID]int, error)
	// Launch makes the tasks, each once whatever runs beside it, notes obstacles,
	// and updates the plan, guarded, in one transaction.
	Launch(ctx context.Context, l *Launch, e audit.Event) error
	// PlanRows lists customers of a plan after an ordinal.
	PlanRows(ctx context.Context, planID uuid.UUID, part Part, after, limit int) ([]Row, error)
	audit.Reader
}

// People are the accounts; internal/store satisfies it.
type People interface {
	User(ctx context.Context, id uuid.UUID) (access.User, error)
	Users(ctx context.Context, f access.UserFilter) ([]access.User, error)
}

// Days answers for the working calendar; internal/calendar.Service satisfies it.
type Days interface {
	Calendar(ctx context.Context) (calendar.Calendar, error)
}

// Programs lists the questionnaires; internal/callback.Service satisfies it.
type Programs interface {
	Programs(ctx context.Context) ([]callback.Program, error)
}
