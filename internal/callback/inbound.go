package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// InboundCall is a call of a customer to a service number.
type InboundCall struct {
	ID       uuid.UUID
	At       time.Time
	Instance string
	Trunk    string
	Called   string          // the service number
	Number   customer.Number // zero: not known
	Withheld bool            // the caller does not want to be known
	// Who it was and the task that it led to; uuid.Nil when the number is not known.
	CustomerID, TaskID uuid.UUID
}

// KnownCaller is a customer who has the number of a caller.
type KnownCaller struct {
	Customer customer.Customer
	// The last call to the customer that an agent made; zero: none.
	LastAgentID   uuid.UUID
	LastAgentName string
	LastCallAt    time.Time
	LastProgramID uuid.UUID // of that call, or of the customer's newest task; uuid.Nil: neither
	LastTaskID    uuid.UUID // its task, if it is still dialable; uuid.Nil: it is not
	// OpenTaskID is a dialable task that an earlier inbound call left; uuid.Nil: none.
	OpenTaskID uuid.UUID
}

// Inbounds keeps the calls to the service numbers.
type Inbounds interface {
	Programs(ctx context.Context) ([]Program, error)
	// Callers are the customers with the number, those whom we called last first.
	Callers(ctx context.Context, number customer.Number) ([]KnownCaller, error)
	// InsertInbound writes the call, and customer and task where they are new, in
	// one transaction. A customer whose code exists gives problem conflict.
	// A call that is written down already is not written again, what it leaves is.
	InsertInbound(ctx context.Context, r Return, e audit.Event) error
	InboundCall(ctx context.Context, id uuid.UUID) (InboundCall, error)
	Task(ctx context.Context, id uuid.UUID) (TaskView, error)
	Users(ctx context.Context, f access.UserFilter) ([]access.User, error)
}

// Return is what an inbound call leaves behind.
type Return struct {
	Call     InboundCall
	Customer *customer.Customer // nil: known already, or nobody
	Task     *Task              // nil: there is one already, or nobody can be called back
}

// PlanReturn decides what a call leaves behind. It is pure. A caller whom we
// know gets a task for the agent who called last, unless that agent (nil: gone)
// has an interest in the customer (Rule C-15); one with such a task left has it
// already. An unknown caller becomes a customer who has nothing but the number.
// A do-not-call wish (Rule C-14) does not matter here: the gate asks it
// before the dial.
func PlanReturn(c InboundCall, known []KnownCaller, agent *access.User, program uuid.UUID) Return {
	if c.Number.IsZero() {
		return Return{Call: c}
	}
	r := Return{Call: c}
	t := Task{ID: uuid.New(), ProgramID: program, Source: SourceInbound, State: TaskOpen, DueAt: c.At, CreatedAt: c.At, UpdatedAt: c.At}
	if len(known) == 0 {
		r.Customer = unknownCaller(c)
		r.Call.CustomerID, t.CustomerID = r.Customer.ID, r.Customer.ID
		t.Purpose = "未知号码来电，请回拨。 / An unknown number called " + c.Called + ": call back."
	} else {
		k := known[0]
		r.Call.CustomerID, t.CustomerID = k.Customer.ID, k.Customer.ID
		if k.OpenTaskID != uuid.Nil {
			r.Call.TaskID = k.OpenTaskID
			return r
		}
		if k.LastProgramID != uuid.Nil {
			t.ProgramID = k.LastProgramID
		}
		if agent != nil && !agent.Disabled() && agent.Has(access.RoleAgent) && len(conflicts(*agent, k.Customer)) == 0 {
			t.AssigneeID = agent.ID
		}
		t.Purpose = returnPurpose(c, k)
	}
	r.Call.TaskID, r.Task = t.ID, &t
	return r
}

// returnPurpose says why the customer is to be called.
func returnPurpose(c InboundCall, k KnownCaller) string {
	if k.LastAgentID == uuid.Nil {
		return "客户来电，如未接通请回拨。 / The customer called " + c.Called + ": call back unless it was answered."
	}
	const when = "2006-01-02 15:04"
	zone := zoneOf(k.Customer)
	return fmt.Sprintf("客户回电，如未接通请回拨（上次由%s于 %s 致电）。 / The customer returned our call (%s, %s) to %s: call back unless it was answered.",
		k.LastAgentName, k.LastCallAt.In(zone).Format(when), k.LastAgentName, k.LastCallAt.In(zone).Format(when), c.Called)
}

func zoneOf(c customer.Customer) *time.Location {
	if zone, err := time.LoadLocation(c.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// unknownCaller is a customer who has nothing but the number.
func unknownCaller(c InboundCall) *customer.Customer {
	return &customer.Customer{
		ID: uuid.New(), Code: callerCode + c.Number.Reveal(), Kind: customer.KindOther, Name: "未知来电 " + c.Number.Masked(),
		Language: "zh-CN", TimeZone: "Asia/Shanghai", CreatedAt: c.At, UpdatedAt: c.At,
		ContactPoints: []customer.ContactPoint{{ID: uuid.New(), Number: c.Number}},
	}
}

// InboundConfig is what an Inbound is made of. Changed, Days and Metrics may be
// nil; without Days every day is a working day.
type InboundConfig struct {
	Store    Inbounds
	People   Directory
	Days     Days
	Hours    []Range // of working days, in Zone; none: always
	Zone     *time.Location
	MaxWait  time.Duration
	Instance string
	Changed  func(taskID, assigneeID uuid.UUID)
	Clock    func() time.Time
	Logger   *slog.Logger
	Metrics  *Metrics
}

// Inbound takes word of calls to the service numbers. It may be used by many goroutines.
type Inbound struct {
	cfg InboundConfig
	// mu lets one caller after another in: a second call of the same person
	// finds the task of the first.
	mu sync.Mutex
}

// NewInbound checks the configuration.
func NewInbound(c InboundConfig) (*Inbound, error) {
	if c.Store == nil || c.People == nil || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make inbound calls: store, people, clock and logger are required")
	}
	if c.Changed == nil {
		c.Changed = func(uuid.UUID, uuid.UUID) {}
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Inbound{cfg: c}, nil
}

// Ring is a call as it comes from the network.
type Ring struct {
	Trunk, Called, Caller string
	Withheld              bool
}

// Missed makes a call that nobody takes durable, with the task to call back. The
// caller is as the network gave it; what is no number counts as not known.
func (i *Inbound) Missed(ctx context.Context, in Ring) (Return, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	r, _, err := i.write(ctx, in, false)
	return r, err
}

// write keeps the call, and the task that it needs: with answer that is the
// one about which the customer calls, if there is one.
func (i *Inbound) write(ctx context.Context, in Ring, answer bool) (Return, KnownCaller, error) {
	trunk, called, caller, withheld := in.Trunk, in.Called, in.Caller, in.Withheld
	c := InboundCall{ID: uuid.New(), At: i.cfg.Clock().UTC().Truncate(time.Microsecond), Instance: i.cfg.Instance, Trunk: trunk, Called: called, Withheld: withheld}
	if n, err := customer.ParseNumber(caller); err == nil && !n.Emergency() {
		c.Number = n
	}
	r, known, err := i.plan(ctx, c)
	if err == nil && answer && known.LastTaskID != uuid.Nil {
		r.Call.TaskID, r.Task = known.LastTaskID, nil
	}
	if err == nil {
		err = i.cfg.Store.InsertInbound(ctx, r, inboundEvent(r))
	}
	if err != nil {
		i.cfg.Metrics.inbound("failed")
		return Return{}, known, fmt.Errorf("keep inbound call: %w", err)
	}
	result := "known"
	switch {
	case c.Number.IsZero():
		result = "withheld"
	case r.Customer != nil:
		result = "unknown"
	}
	i.cfg.Metrics.inbound(result)
	i.cfg.Logger.Info("inbound call", "call_id", c.ID, "trunk", trunk, "caller", result, "task_id", r.Call.TaskID)
	if r.Task != nil {
		i.cfg.Changed(r.Task.ID, r.Task.AssigneeID)
	}
	return r, known, nil
}

func (i *Inbound) plan(ctx context.Context, c InboundCall) (Return, KnownCaller, error) {
	var first KnownCaller
	if c.Number.IsZero() {
		return PlanReturn(c, nil, nil, uuid.Nil), first, nil
	}
	known, err := i.cfg.Store.Callers(ctx, c.Number)
	if err != nil {
		return Return{}, first, fmt.Errorf("recognise caller: %w", err)
	}
	if len(known) > 0 {
		first = known[0]
	}
	var agent *access.User
	if len(known) > 0 && known[0].LastAgentID != uuid.Nil {
		u, err := i.cfg.People.User(ctx, known[0].LastAgentID)
		if err != nil && !problem.IsNotFound(err) {
			return Return{}, first, fmt.Errorf("look up agent: %w", err)
		} else if err == nil {
			agent = &u
		}
	}
	programs, err := i.cfg.Store.Programs(ctx)
	if err != nil {
		return Return{}, first, fmt.Errorf("list programs: %w", err)
	}
	if len(programs) == 0 {
		return Return{}, first, errors.New("there is no program for a task")
	}
	return PlanReturn(c, known, agent, programs[0].ID), first, nil
}

func inboundEvent(r Return) audit.Event {
	if r.Task == nil {
		return audit.Event{} // nothing that anybody could ask about but the call itself
	}
	return audit.Event{At: r.Call.At, Action: audit.ActionTaskCreated, ObjectKind: "task", ObjectID: r.Task.ID.String(),
		Detail: map[string]any{"customer_id": r.Task.CustomerID.String(), "inbound_call_id": r.Call.ID.String()}}
}

// callerCode begins the code of a customer of whom only the number is known.
const callerCode = "caller-"
