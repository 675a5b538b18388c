package callback

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/customer"
)

// Programs keeps the programs.
type Programs interface {
	Programs(ctx context.Context) ([]Program, error) // by code
	// InsertProgram does nothing when the code exists.
	InsertProgram(ctx context.Context, p Program, e audit.Event) error
	// SetProgramPolicy changes what administrators may; a program that is not
	// there is a problem.
	SetProgramPolicy(ctx context.Context, id uuid.UUID, p ProgramPolicy, e audit.Event) error
	// SetCallingRules writes a version that follows the one that is there;
	// problem conflict otherwise.
	SetCallingRules(ctx context.Context, id uuid.UUID, v RulesVersion, e audit.Event) error
	CallingRules(ctx context.Context, id uuid.UUID) ([]RulesVersion, error) // newest first
}

// Tasks keeps the tasks.
type Tasks interface {
	// Task gives one; problem not_found.
	Task(ctx context.Context, id uuid.UUID) (TaskView, error)
	// Tasks lists by (due_at, id).
	Tasks(ctx context.Context, q TaskQuery) ([]TaskView, error)
	// CountTasks counts what the query selects, whatever its After and Limit.
	CountTasks(ctx context.Context, q TaskQuery, t DeskTimes) (DeskCounts, error)
	InsertTask(ctx context.Context, t Task, e audit.Event) error
	// UpdateTask writes all columns of t but id, program, customer, source,
	// source key, counted and created_at, guarded by the state and updated_at that were
	// read; problem conflict when they are no longer so. Database refusals of
	// "unreachable" come as problem refused, rule T-04.
	UpdateTask(ctx context.Context, t Task, was Guard, e audit.Event) error
	// ImportTasks writes all rows in one transaction or none: customers by
	// code, contact points by number, tasks by source key. Rows whose task
	// exists update purpose, due date and assignee of tasks that are dialable;
	// other tasks are left as they are and counted as unchanged.
	ImportTasks(ctx context.Context, rows []ImportTask, e audit.Event) (ImportCounts, error)
	// TaskKeys gives, of the given source keys, those that exist.
	TaskKeys(ctx context.Context, keys []string) (map[string]uuid.UUID, error)
	// CustomersByCode gives, of the given codes, those that exist.
	CustomersByCode(ctx context.Context, codes []string) (map[string]customer.Customer, error)
}

// Calls reads calls and keeps the records.
type Calls interface {
	// Attempts of a task, oldest first, with their recordings.
	Attempts(ctx context.Context, taskID uuid.UUID) ([]Attempt, error)
	// CallsOfTask, newest first, without attempts.
	CallsOfTask(ctx context.Context, taskID uuid.UUID) ([]CallDetail, error)
	// Contacts of a customer from final records, newest first.
	Contacts(ctx context.Context, customerID uuid.UUID, limit int) ([]Contact, error)
	// Call gives one with attempts and record; problem not_found.
	Call(ctx context.Context, id uuid.UUID) (CallDetail, error)
	// LastFields gives what the newest final record of a customer says on its
	// form, with corrections; empty where there is none.
	LastFields(ctx context.Context, customerID uuid.UUID) (map[string]any, error)
	// Wrapups lists an agent's calls in wrapup, oldest first.
	Wrapups(ctx context.Context, agentID uuid.UUID) ([]Wrapup, error)
	// LiveCalls tells of live calls of the agent and of the task.
	LiveCalls(ctx context.Context, agentID, taskID uuid.UUID) (ofAgent, ofTask bool, err error)
	// Marks selects marks of calls, newest first.
	Marks(ctx context.Context, q MarkQuery) ([]CallMark, error)
	// MarkTotals sums up what the query selects, whatever its Before and Limit.
	MarkTotals(ctx context.Context, q MarkQuery) ([]MarkTotal, error)
	// SaveRecord writes record and effects in one transaction; an event without
	// Action is not written. A record that is final already, a call that is
	// not in wrapup, and a task that is no longer as TaskWas says give problem
	// conflict. CountAttempt also adds one to the task's counted.
	// A final record gets the next number of its month, and so does its slip.
	SaveRecord(ctx context.Context, s *RecordSave, e audit.Event) error
}

// SlipLedger keeps the feedback slips.
type SlipLedger interface {
	// Slips lists by (created_at, id), newest first.
	Slips(ctx context.Context, q SlipQuery) ([]Slip, error)
	// CountSlips counts what the query selects, whatever its State, Waiting,
	// Overdue, Before and Limit.
	CountSlips(ctx context.Context, q SlipQuery) (SlipCounts, error)
	// Slip gives one; problem not_found.
	Slip(ctx context.Context, id uuid.UUID) (Slip, error)
	// SlipOfTask gives the slip whose second call-back the task is now; problem
	// not_found.
	SlipOfTask(ctx context.Context, taskID uuid.UUID) (Slip, error)
	// UpdateSlip writes a slip that is still as it was read, and inserts its
	// task if there is one; problem conflict otherwise.
	UpdateSlip(ctx context.Context, s Slip, was time.Time, t *Task, e audit.Event) error
	// OverdueSlips are open, past their time, and not noted.
	OverdueSlips(ctx context.Context, now time.Time) ([]Slip, error)
	// NoteOverdueSlip writes time and event unless somebody was faster.
	NoteOverdueSlip(ctx context.Context, id uuid.UUID, at time.Time, e audit.Event) error
	Departments(ctx context.Context) ([]access.Department, error) // by branch and name
}

// RecordBook keeps what superiors say of final records, and reads the ledger.
type RecordBook interface {
	// Ledger lists by (finished_at, id), newest first.
	Ledger(ctx context.Context, q LedgerQuery) ([]LedgerRow, error)
	// Reviews of a record, newest first, and whose record it is; problem not_found.
	Reviews(ctx context.Context, recordID uuid.UUID) (agentID uuid.UUID, rs []Review, err error)
	// InsertReview refuses records that are not final, and one's own (Rule C-25).
	InsertReview(ctx context.Context, r Review, e audit.Event) error
	// RecordVersions gives a record as it first was, and its corrections, oldest
	// first; problem not_found.
	RecordVersions(ctx context.Context, recordID uuid.UUID) (Record, []Correction, error)
	// InsertCorrection adds a version, and the slip of save if there is one; the
	// database refuses what is not the next version of a final record.
	InsertCorrection(ctx context.Context, c Correction, save *RecordSave, e audit.Event) error
	SlipsOfRecord(ctx context.Context, recordID uuid.UUID) (int, error)
	// ChainOf gives the slips and the final records of a customer.
	ChainOf(ctx context.Context, customerID uuid.UUID) ([]ChainSlip, []ChainRecord, error)
}

// Store is all that [Service] and [Gate] need kept.
type Store interface {
	Programs
	Tasks
	Calls
	SlipLedger
	RecordBook
	Queue
	PaperShelf
	Shifts
	audit.Log
	audit.Reader
}

// Directory looks up people; internal/access.Users satisfies it.
type Directory interface {
	User(ctx context.Context, id uuid.UUID) (access.User, error)
	UserByLogin(ctx context.Context, login string) (access.User, string, error)
	Users(ctx context.Context, f access.UserFilter) ([]access.User, error)
}

// Days answers for the working calendar; internal/calendar.Service satisfies it.
type Days interface {
	Calendar(ctx context.Context) (calendar.Calendar, error)
	Names(ctx context.Context) ([]calendar.Named, error)
}

// Customers looks up customers; internal/customer.Store satisfies it.
type Customers interface {
	Customer(ctx context.Context, id uuid.UUID) (customer.Customer, error)
}

// Guard is what a task must still be for a change to be written.
type Guard struct {
	State     TaskState
	UpdatedAt time.Time
}

// TaskQuery selects tasks; zero values do not filter.
type TaskQuery struct {
	AssigneeID  uuid.UUID // who has it, by assignment or from the queue
	CustomerID  uuid.UUID
	States      []TaskState
	ClosedSince time.Time // closed tasks only if closed at or after it; others are not affected
	Text        string    // part of the customer's name (recheck of Grams), or beginning of its code
	Grams       []string  // name grams of Text
	Tail        string    // or last digits of a contact point
	After       TaskCursor
	Limit       int // 0: no limit
}

// DeskTimes are the moments that the figures of a desk depend on.
type DeskTimes struct{ Now, DayStart, DayEnd time.Time }

// DeskCounts are the figures above the list. Each open task is in one of the
// first four or in none:
//
//	Appointment  state appointment
//	Overdue      state open or waiting; hard_due_at < Now, or no hard_due_at and due_at < DayStart
//	Retry        state waiting, not overdue
//	Due          state open, not overdue, due_at < DayEnd
//	DoneToday    state closed (done, unreachable, other_channel, cancelled), closed_at >= DayStart
//	Total        all that are not closed
type DeskCounts struct{ Due, Appointment, Retry, Overdue, DoneToday, Total int }

// TaskCursor is the key of the last task of a page; zero starts at the first.
type TaskCursor struct {
	DueAt time.Time
	ID    uuid.UUID
}

// ImportTask is one checked row of an import.
type ImportTask struct {
	Task     Task              // ID, CreatedAt ... for the case that it is new
	Customer customer.Customer // likewise, with all contact points that it shall have: those that are new are inserted
}

// ImportCounts says what an import did to tasks.
type ImportCounts struct{ Created, Updated, Unchanged int }

// RecordSave is a record with what it brings about.
type RecordSave struct {
	Record Record // inserted, or updates the draft of the same call
	// The rest only with a final record.
	CloseCall              bool      // wrapup -> closed
	CountAttempt           uuid.UUID // Rule T-04: set counted and add one to the task; uuid.Nil: none
	InvalidateContactPoint uuid.UUID // uuid.Nil: none
	Task                   *Task     // nil: the task is left alone
	TaskWas                Guard
	Month                  string      // 2026-11, of the house's zone: the series of the record's number (Rule C-21)
	Slip                   *Slip       // nil: none; otherwise it is inserted (Rule C-17)
	Settled                *Slip       // nil: none; the slip that the call-back settles
	SettledWas             time.Time   // its UpdatedAt as it was read
	SlipEvent              audit.Event // of Slip or Settled
}
