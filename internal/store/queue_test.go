package store

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// queueHouse is the service over the world's database, with its gate. It is
// Monday, 23 November 2026, 10:00 in Shanghai.
type queueHouse struct {
	*callback.Service
	w *world
	n int
}

type allWell struct{}

func (allWell) RecorderHealth() callback.Health { return callback.Health{OK: true} }
func (allWell) StorageHealth() callback.Health  { return callback.Health{OK: true} }
func (allWell) TrunkAvailable() (bool, bool, time.Time) {
	return true, false, time.Time{}
}

func newQueueHouse(t *testing.T) *queueHouse {
	w := newWorld(t)
	w.settle()
	w.exec(`UPDATE task SET state = 'cancelled', closed_at = now()`)
	return &queueHouse{Service: serviceOf(w), w: w}
}

func serviceOf(w *world) *callback.Service {
	w.t.Helper()
	clock := func() time.Time { return w.at }
	days, err := calendar.NewService(w.Store, clock)
	w.ok(err)
	g, err := callback.NewGate(callback.GateConfig{Store: w.Store, People: w.Store, Days: days, Recorder: allWell{}, Storage: allWell{}, Trunks: allWell{}, Clock: clock, Logger: slog.New(slog.DiscardHandler)})
	w.ok(err)
	zone, err := calendar.Zone("")
	w.ok(err)
	s, err := callback.NewService(callback.ServiceConfig{Store: w.Store, Gate: g, People: w.Store, Customers: w.Store, Days: days, Zone: zone,
		Company: callback.Words{Chinese: "汇方"}, Clock: clock, Logger: slog.New(slog.DiscardHandler)})
	w.ok(err)
	return s
}

// task makes one of a customer of its own, changed as f says.
func (h *queueHouse) task(f func(*callback.Task, *customer.Customer)) callback.Task {
	h.w.t.Helper()
	h.n++
	c := customer.Customer{ID: uuid.New(), Code: fmt.Sprintf("Q%04d", h.n), Kind: customer.KindInvestor, Name: fmt.Sprintf("客户%d", h.n), Language: "zh-CN", TimeZone: "Asia/Shanghai",
		ContactPoints: []customer.ContactPoint{{ID: uuid.New(), Number: customer.StoredNumber(fmt.Sprintf("+86138%08d", h.n))}}, CreatedAt: h.w.at, UpdatedAt: h.w.at}
	k := callback.Task{ID: uuid.New(), ProgramID: h.w.program.ID, CustomerID: c.ID, Source: callback.SourceManual, State: callback.TaskOpen,
		DueAt: h.w.at.Add(48 * time.Hour), CreatedAt: h.w.at, UpdatedAt: h.w.at}
	if f != nil {
		f(&k, &c)
	}
	h.w.ok(h.w.InsertCustomer(h.w.t.Context(), c, h.w.event("customer.created")))
	h.w.ok(h.w.InsertTask(h.w.t.Context(), k, h.w.event("task.created")))
	return k
}

func (h *queueHouse) agent(login string, languages ...string) access.Principal {
	h.w.t.Helper()
	u := h.w.addUser(login, access.RoleAgent)
	if len(languages) > 0 {
		h.w.exec(`UPDATE app_user SET languages = $2 WHERE id = $1`, u.ID, languages)
		u.Languages = languages
	}
	return access.Principal{User: u}
}

func (h *queueHouse) next(who access.Principal) callback.Next {
	h.w.t.Helper()
	n, err := h.NextTask(h.w.t.Context(), who)
	h.w.ok(err)
	return n
}

func (h *queueHouse) want(who access.Principal, task callback.Task, class callback.QueueClass) {
	h.w.t.Helper()
	n := h.next(who)
	if n.Row == nil || n.Row.Task.ID != task.ID || n.Class != class {
		h.w.t.Fatalf("next is %+v of class %q, want the %s", n.Row, n.Class, class)
	}
}

func TestRuleT04_C24_QueueGivesComplaintAppointmentDeadlineRetryRest(t *testing.T) {
	h := newQueueHouse(t)
	now := h.w.at
	rest := h.task(nil)
	retry := h.task(func(k *callback.Task, _ *customer.Customer) {
		k.State, k.NextFrom, k.NextUntil = callback.TaskWaiting, now.Add(-time.Minute), now.Add(time.Hour)
	})
	h.task(func(k *callback.Task, _ *customer.Customer) { // its slot is to come
		k.State, k.NextFrom, k.NextUntil = callback.TaskWaiting, now.Add(4*time.Hour), now.Add(5*time.Hour)
	})
	deadline := h.task(func(k *callback.Task, _ *customer.Customer) {
		k.DueAt, k.HardDueAt = now.Add(3*time.Hour), now.Add(25*time.Hour)
	})
	h.task(func(k *callback.Task, _ *customer.Customer) { // a deadline that is far away is no hurry
		k.DueAt, k.HardDueAt = now.Add(72*time.Hour), now.Add(30*24*time.Hour)
	})
	agreed := h.task(func(k *callback.Task, _ *customer.Customer) {
		k.State, k.AppointmentAt = callback.TaskAppointment, now.Add(5*time.Minute)
	})
	h.task(func(k *callback.Task, _ *customer.Customer) { // agreed for later
		k.State, k.AppointmentAt = callback.TaskAppointment, now.Add(90*time.Minute)
	})
	complaint := h.task(func(k *callback.Task, _ *customer.Customer) { k.Complaint, k.DueAt = true, now.Add(96*time.Hour) })
	for i, step := range []struct {
		task  callback.Task
		class callback.QueueClass
	}{{complaint, callback.QueueComplaint}, {agreed, callback.QueueAppointment}, {deadline, callback.QueueDeadline}, {retry, callback.QueueRetry}, {rest, callback.QueueRest}} {
		h.want(h.agent(fmt.Sprintf("agent%d", i)), step.task, step.class)
	}
}

func TestRuleC15_T11_T05_C14_QueueOffersOnlyWhatTheAgentMayCall(t *testing.T) {
	h := newQueueHouse(t)
	chinese := h.agent("li", "zh-CN")
	h.w.exec(`UPDATE app_user SET department_id = (SELECT id FROM department LIMIT 1) WHERE id = $1`, chinese.User.ID)
	u, err := h.w.User(t.Context(), chinese.User.ID)
	h.w.ok(err)
	chinese.User = u
	other := h.agent("wang", "zh-CN")
	no := func(f func(*callback.Task, *customer.Customer)) { h.task(f) }
	no(func(_ *callback.Task, c *customer.Customer) { c.AdviserID = u.ID })
	no(func(_ *callback.Task, c *customer.Customer) { c.DepartmentID = u.Department.ID })
	english := h.task(func(_ *callback.Task, c *customer.Customer) { c.Language = "en-GB" })
	no(func(_ *callback.Task, c *customer.Customer) {
		c.DoNotCall = &customer.DoNotCall{Since: h.w.at, Reason: "asked"}
	})
	no(func(_ *callback.Task, c *customer.Customer) { c.ContactPoints[0].InvalidAt = h.w.at })
	no(func(_ *callback.Task, c *customer.Customer) { c.TimeZone = "America/New_York" }) // it is the evening before there
	no(func(k *callback.Task, _ *customer.Customer) { k.AssigneeID = other.User.ID })
	if n := h.next(chinese); n.Row != nil || n.NextAt.IsZero() {
		t.Fatalf("there is nothing that she may call now, but something to wait for: %+v", n)
	}
	h.want(h.agent("anna", "en"), english, callback.QueueRest)
	ok := h.task(func(k *callback.Task, _ *customer.Customer) { k.AssigneeID = chinese.User.ID })
	h.want(chinese, ok, callback.QueueRest)
}

func TestRuleT05_QueueAtHoursThatGovernmentCustomersDoNotHave(t *testing.T) {
	h := newQueueHouse(t)
	h.w.at = h.w.at.Truncate(time.Hour).Add(4*time.Hour + 30*time.Minute) // 14:30: from three o'clock on for government customers
	h.task(func(_ *callback.Task, c *customer.Customer) { c.Government = true })
	open := h.task(nil)
	who := h.agent("li")
	h.want(who, open, callback.QueueRest)
	_, err := h.Skip(t.Context(), who, open.ID, "客户在开会")
	h.w.ok(err)
	if n := h.next(who); n.Row != nil || !n.NextAt.Equal(h.w.at.Add(30*time.Minute)) {
		t.Fatalf("the next may be called at three: %+v", n)
	}
}

func TestQueue_OneInHandUntilItIsSkippedAndNeverToTwo(t *testing.T) {
	h := newQueueHouse(t)
	a, b := h.task(nil), h.task(nil)
	if b.ID.String() < a.ID.String() {
		a, b = b, a // the same due time: by id
	}
	li, wang := h.agent("li"), h.agent("wang")
	h.want(li, a, callback.QueueRest)
	h.want(li, a, callback.QueueRest) // asking again takes no second one
	h.want(wang, b, callback.QueueRest)
	if n := h.next(h.agent("zhao")); n.Row != nil {
		t.Fatalf("both are in hand, and a third agent gets %+v", n.Row.Task)
	}
	// Whoever has it may call it, nobody else. Rule C-15.
	for who, want := range map[string]bool{li.User.ID.String(): true, wang.User.ID.String(): false} {
		d, err := h.Service.Gate(t.Context(), access.Principal{User: access.User{ID: uuid.MustParse(who), Roles: []access.Role{access.RoleSupervisor}}}, a.ID, uuid.Nil)
		h.w.ok(err)
		if d.Allowed != want {
			t.Errorf("allowed %v, want %v: %+v", d.Allowed, want, d.Refusals)
		}
	}
	_, err := h.Skip(t.Context(), li, a.ID, " ")
	wantCode(t, err, problem.CodeInvalid, "invalid_fields")
	_, err = h.Skip(t.Context(), li, a.ID, "客户是熟人")
	h.w.ok(err)
	if n := h.next(li); n.Row != nil {
		t.Fatalf("what was put aside comes back at once: %+v", n.Row.Task)
	}
	es, err := h.w.Events(t.Context(), audit.Filter{Action: audit.ActionTaskSkipped, Limit: 10})
	if err != nil || len(es) != 1 || es[0].Reason != "客户是熟人" || es[0].ObjectID != a.ID.String() {
		t.Errorf("the reason is in the log: %+v %v", es, err)
	}
	h.want(h.agent("qian"), a, callback.QueueRest)
	h.w.at = h.w.at.Add(31 * time.Minute)
	h.w.exec(`DELETE FROM task_claim WHERE task_id = $1`, a.ID)
	h.want(li, a, callback.QueueRest)
}

func TestQueue_ComesBackWhenTheSessionDiesOrTheLeaseEnds(t *testing.T) {
	h := newQueueHouse(t)
	task := h.task(nil)
	li, wang, zhao := h.agent("li"), h.agent("wang"), h.agent("zhao")
	h.want(li, task, callback.QueueRest)
	h.AgentGone(t.Context(), li.User.ID)
	h.want(wang, task, callback.QueueRest)
	h.w.at = h.w.at.Add(callback.ClaimLease - time.Second)
	if n := h.next(zhao); n.Row != nil {
		t.Fatal("the lease runs on")
	}
	h.w.at = h.w.at.Add(time.Second) // the instance of wang has died, and nobody renewed it
	h.want(zhao, task, callback.QueueRest)
	if c, err := h.w.ClaimOf(t.Context(), wang.User.ID); err != nil || c.TaskID != uuid.Nil {
		t.Errorf("it is one agent's: %+v %v", c, err)
	}
	// A call that is live, or to be written up, stays with its agent.
	h.w.exec(`UPDATE task SET state = 'calling' WHERE id = $1`, task.ID)
	h.AgentGone(t.Context(), zhao.User.ID)
	h.w.exec(`UPDATE task SET state = 'wrapup' WHERE id = $1`, task.ID)
	if c, err := h.w.ClaimOf(t.Context(), zhao.User.ID); err != nil || c.TaskID != task.ID {
		t.Errorf("the call is zhao's: %+v %v", c, err)
	}
	h.w.exec(`UPDATE task SET state = 'waiting' WHERE id = $1`, task.ID)
	if c, err := h.w.ClaimOf(t.Context(), zhao.User.ID); err != nil || c.TaskID != uuid.Nil {
		t.Errorf("what waits for its next attempt is nobody's: %+v %v", c, err)
	}
}

// Two hundred agents at once, a hundred tasks more than enough, then a hundred
// too few: everybody has another one, and they are the first ones.
func TestQueue_TwoHundredAgentsNeverGetTheSameTask(t *testing.T) {
	const agents = 200
	for _, row := range []struct {
		name  string
		tasks int
	}{{"enough", 300}, {"too few", 100}} {
		t.Run(row.name, func(t *testing.T) {
			h := newQueueHouse(t)
			people := make([]access.Principal, agents)
			for i := range people {
				people[i] = h.agent(fmt.Sprintf("a%03d", i))
			}
			var order []uuid.UUID
			for i := range row.tasks {
				order = append(order, h.task(func(k *callback.Task, _ *customer.Customer) { k.DueAt = h.w.at.Add(time.Duration(i) * time.Minute) }).ID)
			}
			got, errs := make([]uuid.UUID, agents), make([]error, agents)
			start := make(chan struct{})
			var wait sync.WaitGroup
			for i, who := range people {
				wait.Go(func() {
					<-start
					n, err := h.NextTask(context.WithoutCancel(t.Context()), who)
					if errs[i] = err; n.Row != nil {
						got[i] = n.Row.Task.ID
					}
				})
			}
			close(start)
			wait.Wait()
			by := map[uuid.UUID]int{}
			for i, id := range got {
				h.w.ok(errs[i])
				if id == uuid.Nil {
					continue
				}
				if by[id]++; by[id] > 1 {
					t.Fatalf("task %s was given to two agents", id)
				}
			}
			want := min(agents, row.tasks)
			if len(by) != want {
				t.Fatalf("%d of %d agents have a task, want %d", len(by), agents, want)
			}
			for _, id := range order[:want] {
				if by[id] == 0 {
					t.Errorf("task %d of the queue was passed over", slices.Index(order, id)+1)
				}
			}
		})
	}
}
