package message

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Config is what a service is made of. Permitted, Changed,
// Notify and Metrics may be nil.
type Config struct {
	Store         Store
	Gateways      map[customer.Channel]Gateway // a channel without one is not to be had
	Company       callback.Words
	ServiceNumber string // what customers are told to call
	PublicURL     string // https://callback.example.com, where customers reach us; empty: none
	OptOutWords   []string
	Zone          *time.Location
	// Permitted says whether a number may be sent to at all.
	Permitted func(customer.Number) bool
	// Changed is told after each change of a task.
	Changed func(taskID, assigneeID uuid.UUID)
	// Notify is told that there is something to send.
	Notify func()
	Clock  func() time.Time
	Logger *slog.Logger
	// Metrics counts receipts; the sender has its own part of the same.
	Metrics *Metrics
}

// Service is what people do with messages. It may be used by many goroutines.
type Service struct {
	cfg   Config
	store Store
}

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Zone == nil || c.Clock == nil || c.Logger == nil || c.Company.Chinese == "" {
		return nil, errors.New("make message service: store, company, zone, clock and logger are required")
	}
	if c.Company.English == "" {
		c.Company.English = c.Company.Chinese
	}
	if c.Permitted == nil {
		c.Permitted = func(customer.Number) bool { return true }
	}
	if c.Changed == nil {
		c.Changed = func(uuid.UUID, uuid.UUID) {}
	}
	if c.Notify == nil {
		c.Notify = func() {}
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	if len(c.OptOutWords) == 0 {
		c.OptOutWords = DefaultOptOutWords()
	}
	return &Service{cfg: c, store: c.Store}, nil
}

func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

// Order asks for a message. Either a task or a customer is named.
type Order struct {
	TaskID     uuid.UUID
	CustomerID uuid.UUID
	Purpose    Purpose
	Channel    customer.Channel
	Language   string // empty: the customer's (Rule T-11)
	Festival   string // of PurposeFestival
	ClosesTask bool   // Rule C-14
}

// Draft is a message as it would be sent.
type Draft struct {
	To         Address
	Template   Template
	Subject    string
	Body       string
	Size       Size // SMS only
	ClosesTask bool
	reach      Reach
	task       *callback.TaskView
}

// Preview gives what would be sent, or says why it cannot be.
func (s *Service) Preview(ctx context.Context, who access.Principal, o Order) (Draft, error) {
	return s.draft(ctx, who, o)
}

// Send writes a message into the outbox. It refuses where the customer refuses
// the channel, no gateway is configured, or the same thing was said already:
// nothing waits for a gateway that may never come. Rule C-14.
func (s *Service) Send(ctx context.Context, who access.Principal, o Order) (Message, error) {
	d, err := s.draft(ctx, who, o)
	if err != nil {
		return Message{}, err
	}
	secret := make([]byte, 24)
	if _, err := rand.Read(secret); err != nil {
		return Message{}, fmt.Errorf("make secret of a link: %w", err)
	}
	now := s.now()
	m := Message{
		ID: uuid.New(), CustomerID: d.reach.Customer.ID, Channel: o.Channel, Purpose: o.Purpose, TemplateID: d.Template.ID, Language: d.Template.Language,
		Address: d.To, Subject: d.Subject, Body: d.Body, Segments: d.Size.Segments, ClosesTask: o.ClosesTask, Unsubscribe: base64.RawURLEncoding.EncodeToString(secret),
		State: StateQueued, NextTryAt: now, CreatedBy: who.User.ID, CreatedAt: now, UpdatedAt: now,
	}
	if d.task != nil {
		m.TaskID = d.task.Task.ID
	}
	m.SourceKey = s.sourceKey(o, d, now)
	ev := audit.Event{At: now, ActorID: who.User.ID, Action: audit.ActionMessageQueued, ObjectKind: "message", ObjectID: m.ID.String(), Rule: "C-14", IP: who.IP,
		Detail: map[string]any{"customer_id": m.CustomerID.String(), "channel": string(m.Channel), "purpose": string(m.Purpose), "template_version": d.Template.Version}}
	if m.TaskID != uuid.Nil {
		ev.Detail["task_id"] = m.TaskID.String()
	}
	if err := s.store.InsertMessage(ctx, m, ev); err != nil {
		return Message{}, fmt.Errorf("queue message: %w", err)
	}
	s.cfg.Notify()
	if d.task != nil {
		s.cfg.Changed(m.TaskID, d.task.Task.AssigneeID)
	}
	return s.store.Message(ctx, m.ID)
}

// sourceKey is what keeps the same thing from being said twice: once for each
// number of missed calls, for each agreed time, for each occasion a year.
func (s *Service) sourceKey(o Order, d Draft, now time.Time) string {
	about := "customer:" + d.reach.Customer.ID.String()
	if d.task != nil {
		about = "task:" + d.task.Task.ID.String()
	}
	key := about + ":" + string(o.Purpose) + ":" + string(o.Channel)
	switch o.Purpose {
	case PurposeMissedCalls:
		return fmt.Sprintf("%s:%d", key, d.task.Task.Counted)
	case PurposeAppointment:
		return key + ":" + d.task.Task.AppointmentAt.UTC().Format(time.RFC3339)
	case PurposeBirthday, PurposeFestival: // whoever sends it, about whatever task (Rule M-03)
		return fmt.Sprintf("customer:%s:%s:%s:%s:%d", d.reach.Customer.ID, o.Purpose, o.Channel, o.Festival, now.In(s.cfg.Zone).Year())
	case PurposeNotice:
		return key + ":" + now.In(s.cfg.Zone).Format(time.DateOnly)
	}
	return key
}

func (s *Service) draft(ctx context.Context, who access.Principal, o Order) (Draft, error) {
	var d Draft
	if o.TaskID != uuid.Nil {
		v, err := s.store.Task(ctx, o.TaskID)
		if err != nil {
			return Draft{}, fmt.Errorf("look up task: %w", err)
		}
		if v.Task.AssigneeID != who.User.ID && !who.Has(access.RoleSupervisor) {
			return Draft{}, problem.Forbidden("not_assigned", "the task is not assigned to you")
		}
		d.task, o.CustomerID = &v, v.Customer.ID
	} else if !who.Has(access.RoleSupervisor) {
		own, err := s.store.AssignedTo(ctx, o.CustomerID, who.User.ID)
		if err != nil {
			return Draft{}, fmt.Errorf("look up assignment: %w", err)
		}
		if !own {
			return Draft{}, problem.NotFound("customer")
		}
	}
	if err := s.fits(o, d.task); err != nil {
		return Draft{}, err
	}
	var err error
	if d.reach, err = s.store.Reach(ctx, o.CustomerID); err != nil {
		return Draft{}, fmt.Errorf("look up customer's channels: %w", err)
	}
	if d.To, err = s.way(d.reach, o.Channel); err != nil {
		return Draft{}, err
	}
	ts, err := s.store.MessageTemplates(ctx)
	if err != nil {
		return Draft{}, fmt.Errorf("list templates: %w", err)
	}
	language := o.Language
	if language == "" {
		language = writes(d.reach.Customer)
	}
	tpl, ok := inForce(ts, o.Purpose, o.Channel, language)
	if !ok {
		return Draft{}, problem.BadField("language", "there is no template for it; allowed are %s and %s", callback.LanguageChinese, callback.LanguageEnglish)
	}
	agent := who.User
	if d.task != nil && d.task.Task.AssigneeID != uuid.Nil && d.task.Task.AssigneeID != agent.ID {
		if agent, err = s.store.User(ctx, d.task.Task.AssigneeID); err != nil {
			return Draft{}, fmt.Errorf("look up assignee: %w", err)
		}
	}
	var missing []string
	d.Template = tpl
	if d.Subject, d.Body, missing = tpl.Fill(s.values(o, d, agent, language)); len(missing) > 0 {
		return Draft{}, &problem.Error{Code: problem.CodeRefused, Rule: "C-14", Reason: "placeholder_empty", Detail: "there is nothing to put in for {" + strings.Join(missing, "} {") + "}",
			Params: map[string]any{"missing": strings.Join(missing, ", ")}}
	}
	if o.Channel == customer.ChannelSMS {
		d.Size = Measure(d.Body)
	}
	d.ClosesTask = o.ClosesTask
	return d, nil
}

// fits says whether the purpose can be that of the task, or of none.
func (s *Service) fits(o Order, v *callback.TaskView) error {
	of := map[bool]string{true: "of a task", false: "without one"}
	needs := o.Purpose == PurposeMissedCalls || o.Purpose == PurposeAppointment || o.Purpose == PurposeNotice || o.Purpose == PurposeSecondCallBack || o.Purpose == PurposeComplaintReceived
	if needs && v == nil {
		return problem.BadField("task_id", "%s is a message %s", o.Purpose, of[true])
	}
	switch {
	case o.Purpose == PurposeMissedCalls && v.Task.Counted < v.Program.MinAttempts:
		return problem.Refused("T-04", "too_few_attempts", "a message about missed calls is for after the counted attempts", map[string]any{"counted": v.Task.Counted, "needed": v.Program.MinAttempts})
	case o.Purpose == PurposeAppointment && v.Task.AppointmentAt.IsZero():
		return problem.Refused("C-24", "no_appointment", "the task has no appointment to confirm", nil)
	case o.Purpose == PurposeFestival && strings.TrimSpace(o.Festival) == "":
		return problem.BadField("festival", "is required: Spring Festival, 春节, ...")
	case len(o.Festival) > 60:
		return problem.BadField("festival", "must have at most 60 bytes")
	case o.ClosesTask && v == nil:
		return problem.BadField("closes_task", "there is no task to close")
	case o.ClosesTask && v.Customer.DoNotCall == nil:
		return problem.Refused("C-14", "may_be_called", "only a customer who does not want calls is served by a message in place of one", nil)
	case o.ClosesTask && !v.Task.State.Dialable() && v.Task.State != callback.TaskDataCheck:
		return problem.Conflict("task_state", "the task is "+string(v.Task.State))
	}
	return nil
}

// way gives where a message over the channel goes, or says why there is no way.
// Rule C-14.
func (s *Service) way(r Reach, ch customer.Channel) (Address, error) {
	if f, no := r.Refuses(ch); no {
		return Address{}, problem.Refused("C-14", "channel_refused", "the customer refuses this channel", map[string]any{"channel": string(ch), "since": f.At.Format(time.RFC3339), "how": f.How})
	}
	if s.cfg.Gateways[ch] == nil {
		return Address{}, problem.Refused("C-14", "no_gateway", "no gateway is configured for this channel", map[string]any{"channel": string(ch)})
	}
	to := r.Address(ch, s.cfg.Permitted)
	if to.IsZero() {
		return Address{}, problem.Refused("C-14", "no_address", "the customer has no mobile number or mailbox for this channel", map[string]any{"channel": string(ch)})
	}
	return to, nil
}

func (s *Service) values(o Order, d Draft, agent access.User, language string) map[string]string {
	now := s.now().In(s.cfg.Zone)
	v := map[string]string{
		"customer": callback.AddressAs(d.reach.Customer, language), "company": s.cfg.Company.In(language), "agent": agent.Name, "staff_number": agent.StaffNumber,
		"service_number": s.cfg.ServiceNumber, "date": day(now, language), "festival": strings.TrimSpace(o.Festival),
	}
	if d.task != nil {
		v["purpose"] = callback.Words{Chinese: d.task.Program.NameZH, English: d.task.Program.NameEN}.In(language)
		if at := d.task.Task.AppointmentAt; !at.IsZero() {
			zone := s.cfg.Zone
			if z, err := time.LoadLocation(d.reach.Customer.TimeZone); err == nil {
				zone = z
			}
			v["appointment"] = day(at.In(zone), language) + " " + at.In(zone).Format("15:04")
		}
	}
	return v
}

func day(t time.Time, language string) string {
	if language == callback.LanguageEnglish {
		return t.Format("2 January 2006")
	}
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}
