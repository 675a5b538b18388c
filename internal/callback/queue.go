package callback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// QueueClass is why a task comes next.
type QueueClass string

// The classes, in the order in which an agent gets them.
const (
	QueueComplaint   QueueClass = "complaint"   // Rule C-05
	QueueAppointment QueueClass = "appointment" // Rule C-24: the time has come, or is past
	QueueDeadline    QueueClass = "deadline"    // the hard deadline ends before the next working day does
	QueueRetry       QueueClass = "retry"       // Rule T-04: the slot of the next attempt is now
	QueueRest        QueueClass = "rest"        // all that was never dialled, by when it is due
)

// QueueClasses lists the closed set, the first to be called first.
func QueueClasses() []QueueClass {
	return []QueueClass{QueueComplaint, QueueAppointment, QueueDeadline, QueueRetry, QueueRest}
}

// ClaimLease is how long a task stays in the hands of an agent of whom nothing
// is heard. A softphone that is connected renews it.
const ClaimLease = 3 * time.Minute

const (
	queueBatch  = 40 // candidates that are looked at together
	queueRounds = 50 // batches of a class: the gate has refused 2,000 by then
	skipLease   = 30 * time.Minute
	queueRest   = 15 * time.Minute // a customer who was just dialled does not come up again at once
)

// Claim is a task in an agent's hands.
type Claim struct {
	TaskID  uuid.UUID
	AgentID uuid.UUID
	Class   QueueClass
	TakenAt time.Time
	Until   time.Time // of the lease
}

// QueueQuery selects candidates of a class: of the agent, or of nobody and such
// as the agent may call (Rules C-14, C-15, T-11), whose hours are open and that
// nobody has in hand.
type QueueQuery struct {
	Class     QueueClass
	Agent     access.User
	Now       time.Time
	Horizon   time.Time // of QueueDeadline
	Hours     []QueueHours
	After     TaskCursor // DueAt is the key of the class
	Limit     int
	OnlyTasks []uuid.UUID // empty: all
}

// QueueHours says whose permitted hours of a program are open in a time zone
// (Rule T-05). What is not named is shut.
type QueueHours struct {
	ProgramID          uuid.UUID
	Zone               string
	Groups             []GroupOpen // the first that holds the customer counts
	Others, Government bool        // of those that no group holds
}

// GroupOpen says whether the hours of a group are open, for its customers of
// government and for the others.
type GroupOpen struct {
	HoursGroup
	Others, Government bool
}

// all gives the one answer for all customers, if there is one.
func (h QueueHours) all(open bool) bool {
	return h.Others == open && h.Government == open &&
		!slices.ContainsFunc(h.Groups, func(g GroupOpen) bool { return g.Others != open || g.Government != open })
}

// Open and Shut report whether the hours are so for every customer.
func (h QueueHours) Open() bool { return h.all(true) }
func (h QueueHours) Shut() bool { return h.all(false) }

// QueueRow is a candidate with its place.
type QueueRow struct {
	TaskID uuid.UUID
	Key    time.Time
}

// QueueTimes are the moments at which something of an agent's queue may be called.
type QueueTimes struct {
	Appointment time.Time // the next; zero: none
	Retry       time.Time // the next slot; zero: none
	Open        bool      // something waits only for permitted hours
}

// Queue keeps what is in whose hands.
type Queue interface {
	// QueueCandidates lists by (key, id).
	QueueCandidates(ctx context.Context, q QueueQuery) ([]QueueRow, error)
	// TasksByID gives those that exist, in the order of the ids.
	TasksByID(ctx context.Context, ids []uuid.UUID) ([]TaskView, error)
	// TakeTask gives the first of the tasks that is nobody else's to the agent;
	// uuid.Nil: none is left. e is told which it is.
	TakeTask(ctx context.Context, ids []uuid.UUID, c Claim, e func(uuid.UUID) audit.Event) (uuid.UUID, error)
	// ClaimOf gives an agent's; zero: none.
	ClaimOf(ctx context.Context, agentID uuid.UUID) (Claim, error)
	// Claims lists all.
	Claims(ctx context.Context) ([]Claim, error)
	// RenewClaims moves the end of the agents' leases on.
	RenewClaims(ctx context.Context, agentIDs []uuid.UUID, until time.Time) error
	// ReleaseClaim gives back what the agent has in hand, unless its call is
	// live or to be written up.
	ReleaseClaim(ctx context.Context, agentID uuid.UUID) error
	// SkipTask puts a task aside for the agent, and gives it back.
	SkipTask(ctx context.Context, s TaskSkip, e audit.Event) error
	// QueueTimes looks ahead.
	QueueTimes(ctx context.Context, agent access.User, now time.Time) (QueueTimes, error)
	// CustomerZones lists the time zones of customers.
	CustomerZones(ctx context.Context) ([]string, error)
	// Progressive is an agent's wish.
	Progressive(ctx context.Context, agentID uuid.UUID) (bool, error)
	SetProgressive(ctx context.Context, agentID uuid.UUID, on bool, at time.Time) error
}

// TaskSkip is a task that an agent has put aside.
type TaskSkip struct {
	ID, TaskID, AgentID uuid.UUID
	Reason              string
	At, Until           time.Time
}

// Next is what the queue gives.
type Next struct {
	Row    *DeskRow // nil: nothing that may be called now
	Class  QueueClass
	Until  time.Time // of the lease
	NextAt time.Time // when to ask again; zero: unknown
}

// QueueState is what an agent has in hand.
type QueueState struct {
	Row         *DeskRow
	Class       QueueClass
	Until       time.Time
	Progressive bool
}

// NextTask takes the next task for the agent: a complaint, an appointment, a
// hard deadline, a retry whose slot is now, the rest; their own and those of
// nobody. It never dials. Asking again gives the same one until it is called,
// skipped or closed. An agent with an unfinished record gets none (Rules C-01,
// C-23). Rules T-04, T-05, T-10, T-11, T-14, C-15, C-24.
func (s *Service) NextTask(ctx context.Context, who access.Principal) (Next, error) {
	if err := s.mayTake(ctx, who); err != nil {
		return Next{}, err
	}
	if err := s.BeginShift(ctx, who.User.ID); err != nil {
		return Next{}, err
	}
	now := s.now()
	held, err := s.held(ctx, who.User.ID, now)
	if err != nil {
		return Next{}, err
	}
	if held.Row != nil && held.Row.Task.State.Dialable() && held.Row.Window.AllowedNow {
		until := now.Add(ClaimLease)
		if err := s.store.RenewClaims(ctx, []uuid.UUID{who.User.ID}, until); err != nil {
			return Next{}, fmt.Errorf("renew claim: %w", err)
		}
		return Next{Row: held.Row, Class: held.Class, Until: until}, nil
	}
	if err := s.store.ReleaseClaim(ctx, who.User.ID); err != nil {
		return Next{}, fmt.Errorf("give task back: %w", err)
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return Next{}, err
	}
	q := QueueQuery{Agent: who.User, Now: now, Limit: queueBatch}
	q.Horizon = cal.WorkingDayAfter(calendar.DateOf(now.In(s.cfg.Zone)), 1).AddDays(1).At(0, s.cfg.Zone)
	var opens time.Time
	if q.Hours, opens, err = s.queueHours(ctx, cal, now); err != nil {
		return Next{}, err
	}
	for _, class := range QueueClasses() {
		q.Class = class
		id, err := s.takeOf(ctx, who, q, cal)
		if err != nil {
			return Next{}, err
		}
		if id != uuid.Nil {
			return s.taken(ctx, who, id, class, now, cal)
		}
	}
	next, err := s.askAgain(ctx, who.User, now, opens)
	return Next{NextAt: next}, err
}

// mayTake refuses whoever has something to finish first.
func (s *Service) mayTake(ctx context.Context, who access.Principal) error {
	if !MayCall(who.User) {
		return problem.Forbidden("role", "only agents and supervisors take tasks")
	}
	live, _, err := s.store.LiveCalls(ctx, who.User.ID, uuid.Nil)
	if err != nil {
		return fmt.Errorf("look up live calls: %w", err)
	}
	if live {
		return problem.Refused("", string(ReasonAgentBusy), "the agent has a live call", nil)
	}
	ws, err := s.store.Wrapups(ctx, who.User.ID)
	if err != nil {
		return fmt.Errorf("look up open records: %w", err)
	}
	if len(ws) > 0 {
		return problem.Refused("C-01", string(ReasonWrapupPending), "the record of an earlier call is not finished",
			map[string]any{"calls": len(ws), "task_id": ws[0].TaskID.String()})
	}
	return nil
}

// takeOf takes the first task of a class that the gate would let the agent call.
func (s *Service) takeOf(ctx context.Context, who access.Principal, q QueueQuery, cal calendar.Calendar) (uuid.UUID, error) {
	for range queueRounds {
		rows, err := s.store.QueueCandidates(ctx, q)
		if err != nil {
			return uuid.Nil, fmt.Errorf("look into the queue: %w", err)
		}
		if len(rows) == 0 {
			return uuid.Nil, nil
		}
		ids := make([]uuid.UUID, len(rows))
		for i, r := range rows {
			ids[i] = r.TaskID
		}
		views, err := s.store.TasksByID(ctx, ids)
		if err != nil {
			return uuid.Nil, fmt.Errorf("look into the queue: %w", err)
		}
		var callable []uuid.UUID
		for _, v := range views {
			ok, err := s.callable(who.User, v, cal, q.Now)
			if err != nil {
				return uuid.Nil, err
			}
			if ok {
				callable = append(callable, v.Task.ID)
			}
		}
		if len(callable) > 0 {
			c := Claim{AgentID: who.User.ID, Class: q.Class, TakenAt: q.Now, Until: q.Now.Add(ClaimLease)}
			id, err := s.store.TakeTask(ctx, callable, c, func(id uuid.UUID) audit.Event {
				e := s.event(who, q.Now, audit.ActionTaskTaken, id, map[string]any{"class": string(q.Class)})
				return e
			})
			if err != nil {
				return uuid.Nil, fmt.Errorf("take task: %w", err)
			}
			if id != uuid.Nil {
				return id, nil
			}
			// Others were faster with all of these: look again at what is left of them.
			continue
		}
		if len(rows) < q.Limit {
			return uuid.Nil, nil
		}
		last := rows[len(rows)-1]
		q.After = TaskCursor{DueAt: last.Key, ID: last.TaskID}
	}
	return uuid.Nil, nil
}

// callable asks the gate's questions about customer, number and time.
func (s *Service) callable(agent access.User, v TaskView, cal calendar.Calendar, now time.Time) (bool, error) {
	if v.Task.AssigneeID == uuid.Nil && !Speaks(agent, v.Customer.Language) {
		return false, nil // Rule T-11
	}
	plan, err := planOf(v, cal)
	if err != nil {
		return false, err
	}
	if justDialled(v, now) {
		return false, nil
	}
	v.HolderID = agent.ID // as if it had been taken
	j := &judge{Facts: Facts{Now: now, Agent: agent, View: v, Plan: plan, Permitted: s.cfg.Gate.cfg.Permitted}}
	j.task()
	j.person()
	j.point()
	j.time()
	return len(j.refusals) == 0, nil
}

// justDialled: an attempt that does not count leaves its slot open, and an
// agent may dial again, but the queue does not ask for it at once. A time that
// was agreed since counts more (Rule C-24).
func justDialled(v TaskView, now time.Time) bool {
	if len(v.Marks) == 0 {
		return false
	}
	last := v.Marks[len(v.Marks)-1].DialedAt
	from, _ := appointmentSpan(v.Task.AppointmentAt)
	return now.Sub(last) < queueRest && !(appointmentNow(v.Task.AppointmentAt, now) && last.Before(from))
}

func (s *Service) taken(ctx context.Context, who access.Principal, id uuid.UUID, class QueueClass, now time.Time, cal calendar.Calendar) (Next, error) {
	row, err := s.queueRow(ctx, id, cal, now)
	if err != nil {
		return Next{}, err
	}
	s.cfg.Metrics.taken(class)
	s.cfg.Changed(id, who.User.ID)
	return Next{Row: &row, Class: class, Until: now.Add(ClaimLease)}, nil
}

func (s *Service) queueRow(ctx context.Context, id uuid.UUID, cal calendar.Calendar, now time.Time) (DeskRow, error) {
	v, err := s.store.Task(ctx, id)
	if err != nil {
		return DeskRow{}, fmt.Errorf("look up task: %w", err)
	}
	today := calendar.DateOf(now.In(s.cfg.Zone))
	return deskRow(v, cal, DeskTimes{Now: now, DayStart: today.At(0, s.cfg.Zone), DayEnd: today.AddDays(1).At(0, s.cfg.Zone)})
}

// queueHours says where it is open now, and when the next hours begin
// anywhere. Rule T-05.
func (s *Service) queueHours(ctx context.Context, cal calendar.Calendar, now time.Time) (out []QueueHours, opens time.Time, err error) {
	programs, err := s.Programs(ctx)
	if err != nil {
		return nil, opens, err
	}
	zones, err := s.store.CustomerZones(ctx)
	if err != nil {
		return nil, opens, fmt.Errorf("list time zones: %w", err)
	}
	for _, name := range zones {
		zone, err := calendar.Zone(name)
		if err != nil {
			return nil, opens, err
		}
		for _, p := range programs {
			h := QueueHours{ProgramID: p.ID, Zone: name}
			look := func(w Windows, code string) bool {
				plan := Plan{Windows: w, Calendar: cal.Named(code), Zone: zone}
				_, _, open := plan.windowAt(now)
				soon := now.Add(time.Second)
				if at := plan.nextWindow(soon); at.After(soon) && (opens.IsZero() || at.Before(opens)) {
					opens = at
				}
				return open
			}
			for _, g := range p.HoursGroups {
				code := cmp.Or(g.Calendar, p.Calendar)
				if g.Windows != nil {
					open := look(*g.Windows, code)
					h.Groups = append(h.Groups, GroupOpen{HoursGroup: g, Others: open, Government: open})
				} else {
					h.Groups = append(h.Groups, GroupOpen{HoursGroup: g, Others: look(p.Windows, code), Government: look(p.GovernmentWindows, code)})
				}
			}
			h.Others, h.Government = look(p.Windows, p.Calendar), look(p.GovernmentWindows, p.Calendar)
			if !h.Shut() {
				out = append(out, h)
			}
		}
	}
	return out, opens, nil
}

// askAgain gives the next moment at which there may be something.
func (s *Service) askAgain(ctx context.Context, agent access.User, now, opens time.Time) (time.Time, error) {
	t, err := s.store.QueueTimes(ctx, agent, now)
	if err != nil {
		return time.Time{}, fmt.Errorf("look ahead in the queue: %w", err)
	}
	var out time.Time
	for _, at := range []time.Time{t.Retry, t.Appointment} {
		if !at.IsZero() && (out.IsZero() || at.Before(out)) {
			out = at
		}
	}
	if t.Open && !opens.IsZero() && (out.IsZero() || opens.Before(out)) {
		out = opens
	}
	return out, nil
}

// held gives what the agent has in hand.
func (s *Service) held(ctx context.Context, agentID uuid.UUID, now time.Time) (QueueState, error) {
	c, err := s.store.ClaimOf(ctx, agentID)
	if err != nil || c.TaskID == uuid.Nil {
		return QueueState{}, err
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return QueueState{}, err
	}
	row, err := s.queueRow(ctx, c.TaskID, cal, now)
	return QueueState{Row: &row, Class: c.Class, Until: c.Until}, err
}

// QueueState gives what the agent has in hand, and their wish.
func (s *Service) QueueState(ctx context.Context, who access.Principal) (QueueState, error) {
	st, err := s.held(ctx, who.User.ID, s.now())
	if err != nil {
		return QueueState{}, fmt.Errorf("look up claim: %w", err)
	}
	st.Progressive, err = s.store.Progressive(ctx, who.User.ID)
	return st, err
}

// Skip puts a task aside with a reason: it is not offered to this agent for
// half an hour, and at once to others where it is nobody's.
func (s *Service) Skip(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (QueueState, error) {
	v, err := s.own(ctx, who, id)
	if err != nil {
		return QueueState{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason {
		return QueueState{}, problem.BadField("reason", "must have 1 to %d bytes", maxReason)
	}
	if !v.Task.State.Dialable() {
		return QueueState{}, notNow(v.Task.State)
	}
	now := s.now()
	e := s.event(who, now, audit.ActionTaskSkipped, id, map[string]any{"until": now.Add(skipLease).Format(time.RFC3339)})
	e.Reason = reason
	if err := s.store.SkipTask(ctx, TaskSkip{ID: uuid.New(), TaskID: id, AgentID: who.User.ID, Reason: reason, At: now, Until: now.Add(skipLease)}, e); err != nil {
		return QueueState{}, fmt.Errorf("skip task: %w", err)
	}
	s.cfg.Changed(id, who.User.ID)
	return s.QueueState(ctx, who)
}

// SetProgressive notes whether the next card opens by itself after wrap-up.
func (s *Service) SetProgressive(ctx context.Context, who access.Principal, on bool) (QueueState, error) {
	if err := s.store.SetProgressive(ctx, who.User.ID, on, s.now()); err != nil {
		return QueueState{}, fmt.Errorf("set progressive mode: %w", err)
	}
	return s.QueueState(ctx, who)
}

// AgentGone gives back what an agent has in hand whose session has ended. A
// task whose call is live or to be written up stays theirs.
func (s *Service) AgentGone(ctx context.Context, agentID uuid.UUID) {
	if err := s.store.ReleaseClaim(ctx, agentID); err != nil {
		// The lease ends by itself.
		s.cfg.Logger.WarnContext(ctx, "task not given back", "agent_id", agentID, "error", err)
	}
}

// keepClaims renews the leases of agents whose softphone is connected here.
func (s *Service) keepClaims(ctx context.Context) error {
	cs, err := s.store.Claims(ctx)
	if err != nil {
		return fmt.Errorf("list claims: %w", err)
	}
	var here []uuid.UUID
	for _, c := range cs {
		if s.cfg.Online(c.AgentID) {
			here = append(here, c.AgentID)
		}
	}
	if len(here) == 0 {
		return nil
	}
	if err := s.store.RenewClaims(ctx, here, s.now().Add(ClaimLease)); err != nil {
		return fmt.Errorf("renew claims: %w", err)
	}
	return nil
}

// Speaks reports whether somebody speaks a language, whatever its region. Rule T-11.
func Speaks(u access.User, language string) bool {
	base := func(s string) string { b, _, _ := strings.Cut(strings.ToLower(s), "-"); return b }
	return language == "" || slices.ContainsFunc(u.Languages, func(l string) bool { return base(l) == base(language) })
}
