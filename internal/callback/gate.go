package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Recorder tells whether recordings can be opened (Rule T-01).
type Recorder interface{ RecorderHealth() Health }

// Storage tells whether recordings can be kept as they must be: the WORM probe
// where it is enforced, the limit of the spool. A storage service that is
// merely away is healthy here (Rule T-01).
type Storage interface{ StorageHealth() Health }

// Trunks tells whether any trunk is available (Rule T-07), and whether all
// that are take no more calls now; again is then when to ask again.
type Trunks interface {
	TrunkAvailable() (ok, full bool, again time.Time)
}

// Lines tells how an agent's softphone stands.
type Lines interface{ AgentLine(agentID uuid.UUID) Line }

// GateConfig is what a gate is made of. Lines, Permitted and Metrics may be
// nil; all else is required. A nil Permitted is the policy that ships.
type GateConfig struct {
	Store     Store
	People    Directory
	Days      Days
	Recorder  Recorder
	Storage   Storage
	Trunks    Trunks
	Lines     Lines
	Permitted func(customer.Number) customer.NumberVerdict // which numbers may be dialled at all
	AgentRate int                                          // dials of an agent in a minute; 0: no limit
	Clock     func() time.Time
	Logger    *slog.Logger
	Metrics   *Metrics
}

// Gate is the one place that says whether a customer may be called now. It may
// be used by many goroutines.
type Gate struct {
	cfg  GateConfig
	rate dialRate
}

// NewGate checks the configuration.
func NewGate(c GateConfig) (*Gate, error) {
	if c.Store == nil || c.People == nil || c.Days == nil || c.Recorder == nil || c.Storage == nil || c.Trunks == nil ||
		c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make dial gate: every part but lines, permitted and metrics is required")
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	if c.Permitted == nil {
		p, err := customer.NewNumberPolicy(nil)
		if err != nil {
			return nil, err
		}
		c.Permitted = p.Judge
	}
	return &Gate{cfg: c, rate: dialRate{limit: c.AgentRate, dials: map[uuid.UUID][]time.Time{}}}, nil
}

// GateRequest asks for one call.
type GateRequest struct {
	AgentID        uuid.UUID
	TaskID         uuid.UUID
	ContactPointID uuid.UUID // uuid.Nil: the first that can be dialled
	OverrideReason string    // Rules T-04, T-05: only a supervisor's is heard
	IP             string
}

// Permit is the gate's yes, with all that the call needs to know.
type Permit struct {
	TaskID, CustomerID, ContactPointID uuid.UUID
	CustomerName                       string
	Number                             customer.Number
	Language                           string   // Rules T-11, T-12
	Program                            string   // its code
	CallerIDs                          []string // Rule T-14; none: the trunk's own
	MinRing, MaxRing                   time.Duration
	RecordingNotice                    bool
	ConfirmAgentHangup                 bool
	Pauses                             call.PauseLimits // Rule T-13
	ShowMonitoring                     bool
	Slot                               Slot
	OverrideReason                     string    // empty when nothing was overridden
	OverrideBy                         uuid.UUID // uuid.Nil when nothing was overridden
}

// Check says what the gate would say; nothing is written.
func (g *Gate) Check(ctx context.Context, r GateRequest) (Decision, error) {
	f, err := g.facts(ctx, r)
	if err != nil {
		return Decision{}, err
	}
	return Judge(f), nil
}

// Permit decides on a dial. A refusal is a problem with rule, reason and what
// would be allowed, and leaves a row in the audit log, as does an override.
func (g *Gate) Permit(ctx context.Context, r GateRequest) (Permit, error) {
	f, err := g.facts(ctx, r)
	if err != nil {
		return Permit{}, err
	}
	if r.OverrideReason != "" && !f.Agent.Has(access.RoleSupervisor) {
		return Permit{}, problem.Forbidden("supervisor_only", "only a supervisor overrides hours and spacing")
	}
	d := Judge(f)
	if !d.Allowed {
		return Permit{}, g.refused(ctx, r, f, d)
	}
	p, _ := pointOf(f.View.Customer, r.ContactPointID)
	out := Permit{
		TaskID: r.TaskID, CustomerID: f.View.Customer.ID, ContactPointID: p.ID, CustomerName: f.View.Customer.Name,
		Number: p.Number, Language: f.View.Customer.Language, CallerIDs: f.View.Program.CallerIDs, Program: f.View.Program.Code,
		MinRing: f.View.Program.MinRing, MaxRing: f.View.Program.MaxRing,
		RecordingNotice: f.View.Program.RecordingNotice, ConfirmAgentHangup: f.View.Program.ConfirmAgentHangup, Slot: d.Slot,
		Pauses: f.View.Program.Pauses, ShowMonitoring: f.View.Program.ShowMonitoring,
	}
	if len(d.Overridden) > 0 {
		out.OverrideReason, out.OverrideBy = f.OverrideReason, r.AgentID
		if err := g.cfg.Store.AppendEvent(ctx, dialEvent(audit.ActionDialOverridden, r, f, d.Overridden)); err != nil {
			return Permit{}, fmt.Errorf("log overridden dial: %w", err)
		}
	}
	g.cfg.Metrics.decided("allowed", "")
	g.rate.note(r.AgentID, f.Now)
	return out, nil
}

func (g *Gate) refused(ctx context.Context, r GateRequest, f Facts, d Decision) error {
	first := d.Refusals[0]
	g.cfg.Metrics.decided("refused", first.Reason)
	g.cfg.Logger.InfoContext(ctx, "dial refused", "task_id", r.TaskID, "agent_id", r.AgentID, "rule", first.Rule, "reason", first.Reason)
	if err := g.cfg.Store.AppendEvent(ctx, dialEvent(audit.ActionDialRefused, r, f, d.Refusals)); err != nil {
		return fmt.Errorf("log refused dial: %w", err)
	}
	return d.Err()
}

func dialEvent(action string, r GateRequest, f Facts, rs []Refusal) audit.Event {
	reasons := make([]string, len(rs))
	for i, x := range rs {
		reasons[i] = string(x.Reason)
	}
	detail := map[string]any{"reasons": reasons}
	for _, x := range rs {
		if x.Reason == ReasonNumberNotPermitted {
			detail["number_class"], detail["number_rule"] = x.Params["class"], x.Params["prefix"]
		}
	}
	if r.ContactPointID != uuid.Nil {
		detail["contact_point_id"] = r.ContactPointID.String()
	}
	e := audit.Event{
		At: f.Now, ActorID: r.AgentID, Action: action, ObjectKind: "task", ObjectID: r.TaskID.String(),
		Rule: rs[0].Rule, Reason: string(rs[0].Reason), Detail: detail, IP: r.IP,
	}
	if action == audit.ActionDialOverridden {
		e.Reason = f.OverrideReason
	}
	return e
}

// facts reads what Judge needs.
func (g *Gate) facts(ctx context.Context, r GateRequest) (Facts, error) {
	f := Facts{
		Now: g.cfg.Clock(), ContactPointID: r.ContactPointID, OverrideReason: strings.TrimSpace(r.OverrideReason),
		Recorder: g.cfg.Recorder.RecorderHealth(), Storage: g.cfg.Storage.StorageHealth(),
		Permitted: g.cfg.Permitted,
	}
	f.RateUntil = g.rate.until(r.AgentID, f.Now)
	f.Trunk, f.TrunkFull, f.TrunkAskAgain = g.cfg.Trunks.TrunkAvailable()
	var err error
	if f.View, err = g.cfg.Store.Task(ctx, r.TaskID); err != nil {
		return Facts{}, fmt.Errorf("look up task: %w", err)
	}
	if f.Agent, err = g.cfg.People.User(ctx, r.AgentID); err != nil {
		return Facts{}, fmt.Errorf("look up agent: %w", err)
	}
	cal, err := g.cfg.Days.Calendar(ctx)
	if err != nil {
		return Facts{}, err
	}
	if f.Plan, err = planOf(f.View, cal); err != nil {
		return Facts{}, err
	}
	if f.AgentLive, f.TaskLive, err = g.cfg.Store.LiveCalls(ctx, r.AgentID, r.TaskID); err != nil {
		return Facts{}, fmt.Errorf("look up live calls: %w", err)
	}
	ws, err := g.cfg.Store.Wrapups(ctx, r.AgentID)
	if err != nil {
		return Facts{}, fmt.Errorf("look up open records: %w", err)
	}
	f.Wrapups = len(ws)
	if g.cfg.Lines != nil {
		l := g.cfg.Lines.AgentLine(r.AgentID)
		f.Line = &l
	}
	return f, nil
}

// planOf gives the plan of a task (Rules T-04, T-05).
func planOf(v TaskView, cal calendar.Calendar) (Plan, error) {
	zone, err := calendar.Zone(v.Customer.TimeZone)
	if err != nil {
		return Plan{}, fmt.Errorf("plan task %s: %w", v.Task.ID, err)
	}
	windows, code := v.Program.HoursFor(v.Customer)
	return Plan{
		Windows: windows, Calendar: cal.Named(code), Zone: zone, Marks: v.Marks,
		Needed: v.Program.MinAttempts, Spacing: v.Program.Spacing,
	}, nil
}
