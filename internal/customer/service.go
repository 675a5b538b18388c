package customer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// Service is what people do with customers. It may be used by many goroutines.
type Service struct {
	store Store
	clock func() time.Time
}

// NewService needs both.
func NewService(store Store, clock func() time.Time) (*Service, error) {
	if store == nil || clock == nil {
		return nil, errors.New("make customer service: store and clock are required")
	}
	return &Service{store: store, clock: clock}, nil
}

func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// NewContact is a contact point to be made.
type NewContact struct{ Number, Label string }

// Search finds customers by part of their name, by code, or by the last digits
// of a number; an empty text lists the first ones.
func (s *Service) Search(ctx context.Context, text string, limit int) ([]Customer, error) {
	q := Query{Limit: min(max(limit, 0), 200)}
	if text = strings.TrimSpace(text); text != "" {
		q.Text, q.Grams = SearchText(text), QueryGrams(text)
		q.Tail, _ = Digits(text)
	}
	cs, err := s.store.Customers(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("search customers: %w", err)
	}
	return cs, nil
}

// Get gives a customer to supervisors and administrators, and to an agent who
// has a task of it (Rule S-01); for other agents there is no such customer.
func (s *Service) Get(ctx context.Context, who access.Principal, id uuid.UUID) (Customer, error) {
	c, err := s.store.Customer(ctx, id)
	if err != nil {
		return Customer{}, fmt.Errorf("look up customer: %w", err)
	}
	if who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return c, nil
	}
	own, err := s.store.AssignedTo(ctx, id, who.User.ID)
	if err != nil {
		return Customer{}, fmt.Errorf("look up assignment: %w", err)
	}
	if !own {
		return Customer{}, problem.NotFound("customer")
	}
	return c, nil
}

// Create makes a customer; ID, times and contact points of c are set here.
func (s *Service) Create(ctx context.Context, who access.Principal, c Customer, contacts []NewContact) (Customer, error) {
	now := s.now()
	c.ID, c.CreatedAt, c.UpdatedAt, c.ContactPoints = uuid.New(), now, now, nil
	if c.Language == "" {
		c.Language = "zh-CN"
	}
	if c.TimeZone == "" {
		c.TimeZone = calendar.HomeZone
	}
	c.Code, c.Name = strings.TrimSpace(c.Code), strings.TrimSpace(c.Name)
	wrong := Check(c)
	for i, n := range contacts {
		if err := AddContact(&c, n); err != nil {
			wrong = append(wrong, problem.Field{Location: fmt.Sprintf("contact_points[%d].number", i), Message: err.Error()})
		}
	}
	if len(wrong) > 0 {
		return Customer{}, problem.Invalid(wrong...)
	}
	ev := audit.Event{
		At: now, ActorID: who.User.ID, Action: audit.ActionCustomerCreated, ObjectKind: "customer", ObjectID: c.ID.String(), IP: who.IP,
	}
	if err := s.store.InsertCustomer(ctx, c, ev); err != nil {
		return Customer{}, fmt.Errorf("create customer: %w", err)
	}
	return c, nil
}

// AddContact puts a number at the end of the customer's contact points.
func AddContact(c *Customer, n NewContact) error {
	num, err := ParseNumber(n.Number)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(c.ContactPoints, func(p ContactPoint) bool { return p.Number == num }) {
		return errors.New("this number is there already")
	}
	c.ContactPoints = append(c.ContactPoints, ContactPoint{
		ID: uuid.New(), Number: num, Label: strings.TrimSpace(n.Label), Position: len(c.ContactPoints),
	})
	return nil
}

// Check says which fields of a customer are not allowed.
func Check(c Customer) []problem.Field {
	var wrong []problem.Field
	add := func(at, msg, value string) {
		wrong = append(wrong, problem.Field{Location: at, Message: msg, Value: value})
	}
	if c.Code == "" || len(c.Code) > 64 {
		add("code", "must have 1 to 64 bytes", c.Code)
	}
	if c.Name == "" || len(c.Name) > 200 {
		add("name", "must have 1 to 200 bytes", "")
	}
	if !slices.Contains(Kinds(), c.Kind) {
		add("kind", "is no kind of customer", string(c.Kind))
	}
	if !regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`).MatchString(c.Language) {
		add("language", "is no language tag", c.Language)
	}
	if _, err := calendar.Zone(c.TimeZone); err != nil {
		add("time_zone", "is no time zone", c.TimeZone)
	}
	if _, err := time.Parse(time.DateOnly, c.ContractEnd); c.ContractEnd != "" && err != nil {
		add("contract_end", "must be a day such as 2026-12-31, or empty", c.ContractEnd)
	}
	if born, err := time.Parse(time.DateOnly, c.Birthday); c.Birthday != "" && (err != nil || born.Year() < 1900) {
		add("birthday", "must be a day such as 1980-02-29, or empty", c.Birthday)
	}
	for at, v := range map[string]string{"salutation": c.Salutation, "grade": c.Grade, "city": c.City} {
		if len(v) > 100 {
			add(at, "must have at most 100 bytes", "")
		}
	}
	if len(c.Notes) > 10_000 {
		add("notes", "must have at most 10000 bytes", "")
	}
	if d := c.DoNotCall; d != nil && d.Channel != "" && !slices.Contains(Channels(), d.Channel) {
		add("do_not_call.channel", "is no channel", string(d.Channel))
	}
	return wrong
}
