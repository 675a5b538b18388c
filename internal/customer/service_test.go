package customer

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// memory keeps customers; own says who has a task of them.
type memory struct {
	all    map[uuid.UUID]Customer
	own    map[uuid.UUID]uuid.UUID
	query  Query
	events []audit.Event
}

func (m *memory) Customer(_ context.Context, id uuid.UUID) (Customer, error) {
	c, ok := m.all[id]
	if !ok {
		return Customer{}, problem.NotFound("customer")
	}
	return c, nil
}

func (m *memory) Customers(_ context.Context, q Query) ([]Customer, error) {
	m.query = q
	return nil, nil
}

func (m *memory) InsertCustomer(_ context.Context, c Customer, e audit.Event) error {
	m.all[c.ID], m.events = c, append(m.events, e)
	return nil
}

func (m *memory) UpdateCustomer(_ context.Context, c Customer, seen time.Time, e audit.Event) error {
	if !m.all[c.ID].UpdatedAt.Equal(seen) {
		return problem.Conflict("customer", "it changed meanwhile")
	}
	m.all[c.ID], m.events = c, append(m.events, e)
	return nil
}

func (m *memory) InsertConsent(_ context.Context, c Consent, e audit.Event) error {
	k := m.all[c.CustomerID]
	k.Consents = append(k.Consents, c)
	m.all[c.CustomerID], m.events = k, append(m.events, e)
	return nil
}

func (m *memory) WithdrawConsent(_ context.Context, c Consent, e audit.Event) error {
	k := m.all[c.CustomerID]
	for i := range k.Consents {
		if k.Consents[i].ID == c.ID {
			k.Consents[i] = c
		}
	}
	m.events = append(m.events, e)
	return nil
}

func (m *memory) SetCustomerGroups(_ context.Context, id uuid.UUID, groups []string, e audit.Event) error {
	k := m.all[id]
	k.Groups = groups
	m.all[id], m.events = k, append(m.events, e)
	return nil
}

func (m *memory) AssignedTo(_ context.Context, customerID, userID uuid.UUID) (bool, error) {
	return m.own[customerID] == userID, nil
}

func setUp(t *testing.T) (*Service, *memory, Customer, access.Principal, access.Principal) {
	t.Helper()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	m := &memory{all: map[uuid.UUID]Customer{}, own: map[uuid.UUID]uuid.UUID{}}
	s, err := NewService(m, func() time.Time { now = now.Add(time.Second); return now })
	if err != nil {
		t.Fatal(err)
	}
	boss := access.Principal{User: access.User{ID: uuid.New(), Roles: []access.Role{access.RoleSupervisor}}}
	agent := access.Principal{User: access.User{ID: uuid.New(), Roles: []access.Role{access.RoleAgent}}}
	c, err := s.Create(context.Background(), boss, Customer{Code: "C1", Name: "王伟", Kind: KindInvestor}, []NewContact{{Number: "138 1234 1234", Label: "手机"}})
	if err != nil {
		t.Fatal(err)
	}
	return s, m, c, boss, agent
}

func TestRuleT11_LanguageAndZoneHaveDefaults(t *testing.T) {
	t.Parallel()
	_, m, c, _, _ := setUp(t)
	if c.Language != "zh-CN" || c.TimeZone != "Asia/Shanghai" {
		t.Errorf("defaults are %s, %s", c.Language, c.TimeZone)
	}
	if len(c.ContactPoints) != 1 || c.ContactPoints[0].Number.Reveal() != "+8613812341234" {
		t.Errorf("contact points are %v", c.ContactPoints)
	}
	if m.events[0].Action != audit.ActionCustomerCreated {
		t.Errorf("the creation leaves a row: %+v", m.events)
	}
}

func TestRuleC14_AgentNotesTheWishSupervisorTakesItBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m, c, boss, agent := setUp(t)
	m.own[c.ID] = agent.User.ID
	got, err := s.Change(ctx, agent, c.ID, Patch{DoNotCall: &DoNotCall{Reason: "不要再打电话", Channel: ChannelSMS}})
	if err != nil {
		t.Fatal(err)
	}
	if got.DoNotCall == nil || got.DoNotCall.Since.IsZero() || got.DoNotCall.Channel != ChannelSMS {
		t.Fatalf("the wish is kept with its time: %+v", got.DoNotCall)
	}
	if e := m.events[len(m.events)-1]; e.Rule != "C-14" || e.Reason != "不要再打电话" {
		t.Errorf("the row names rule and reason: %+v", e)
	}
	if _, err := s.Change(ctx, agent, c.ID, Patch{ClearDoNotCall: true}); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("an agent takes the wish back: %v", err)
	}
	if got, err := s.Change(ctx, boss, c.ID, Patch{ClearDoNotCall: true}); err != nil || got.DoNotCall != nil {
		t.Errorf("a supervisor takes it back: %v", err)
	}
	if _, err := s.Change(ctx, agent, c.ID, Patch{DoNotCall: &DoNotCall{Reason: "  "}}); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("a wish without reason: %v", err)
	}
	if _, err := s.Change(ctx, agent, c.ID, Patch{DoNotCall: &DoNotCall{Reason: "x", Channel: "pigeon"}}); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("an unknown channel: %v", err)
	}
}

func TestRuleS01_AgentSeesOnlyCustomersOfOwnTasks(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m, c, _, agent := setUp(t)
	if _, err := s.Get(ctx, agent, c.ID); problem.CodeOf(err) != problem.CodeNotFound {
		t.Errorf("a customer of others: %v", err)
	}
	m.own[c.ID] = agent.User.ID
	if _, err := s.Get(ctx, agent, c.ID); err != nil {
		t.Error(err)
	}
	name := "李四"
	if _, err := s.Change(ctx, agent, c.ID, Patch{Name: &name}); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("an agent renames: %v", err)
	}
	lang := "en"
	if got, err := s.Change(ctx, agent, c.ID, Patch{Language: &lang}); err != nil || got.Language != "en" {
		t.Errorf("an agent notes the language (Rule T-11): %v", err)
	}
}

func TestCreate_NamesEveryWrongField(t *testing.T) {
	t.Parallel()
	s, _, _, boss, _ := setUp(t)
	_, err := s.Create(context.Background(), boss, Customer{Kind: "alien", TimeZone: "Mars", Language: "Chinese!"},
		[]NewContact{{Number: "13812341234"}, {Number: "+86 13812341234"}, {Number: "abc"}})
	p, ok := err.(*problem.Error)
	if !ok || p.Code != problem.CodeInvalid {
		t.Fatalf("got %v", err)
	}
	at := map[string]bool{}
	for _, f := range p.Fields {
		at[f.Location] = true
	}
	for _, want := range []string{"code", "name", "kind", "time_zone", "language", "contact_points[1].number", "contact_points[2].number"} {
		if !at[want] {
			t.Errorf("%s is not named in %v", want, p.Fields)
		}
	}
}

func TestSearch_ByNamePiecesAndLastDigits(t *testing.T) {
	t.Parallel()
	s, m, _, _, _ := setUp(t)
	if _, err := s.Search(context.Background(), " 王伟 ", 0); err != nil || m.query.Grams[0] != "王伟" || m.query.Tail != "" {
		t.Errorf("by name: %+v %v", m.query, err)
	}
	if _, err := s.Search(context.Background(), "1234", 9999); err != nil || m.query.Tail != "1234" || m.query.Limit != 200 {
		t.Errorf("by digits: %+v %v", m.query, err)
	}
}
