package dealing_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/dealing"
	"huifang/internal/problem"
)

// kept notes what reached the store.
type kept struct {
	dealing.Store
	contracts []dealing.Contract
	event     dealing.Event
	log       audit.Event
}

func (k *kept) PutContracts(_ context.Context, rows []dealing.Contract, e audit.Event) ([]dealing.Put, error) {
	k.contracts, k.log = rows, e
	return make([]dealing.Put, len(rows)), nil
}

func (k *kept) BusinessEvent(context.Context, uuid.UUID) (dealing.Event, error) { return k.event, nil }

func fields(t *testing.T, err error) string {
	t.Helper()
	p, ok := errors.AsType[*problem.Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	var out []string
	for _, f := range p.Fields {
		out = append(out, f.Location)
	}
	return strings.Join(out, " ")
}

func TestRuleC22_RowsThatAreWrongAreNamed(t *testing.T) {
	t.Parallel()
	k := &kept{}
	s, err := dealing.NewService(k, func() time.Time { return time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	boss := access.Principal{User: access.User{ID: uuid.New(), Roles: []access.Role{access.RoleSupervisor}}}
	day := calendar.Date{Year: 2026, Month: 11, Day: 2}
	ok := dealing.Contract{Key: " K1 ", CustomerID: uuid.New(), SignedOn: day}
	_, err = s.PutContracts(t.Context(), boss, []dealing.Contract{ok, {Key: "K1", CustomerID: ok.CustomerID, SignedOn: day, CoolingOffUntil: day.AddDays(-1)}, {}})
	if got := fields(t, err); got != "rows[1].cooling_off_until rows[1].key rows[2].customer_id rows[2].key" || k.contracts != nil {
		t.Errorf("named %q, stored %v", got, k.contracts)
	}
	if _, err := s.PutContracts(t.Context(), boss, []dealing.Contract{ok}); err != nil || k.contracts[0].Key != "K1" || k.contracts[0].ID == uuid.Nil || k.log.Rule != "C-22" {
		t.Errorf("%+v %+v %v", k.contracts, k.log, err)
	}
	if _, err := s.PutContracts(t.Context(), access.Principal{}, []dealing.Contract{ok}); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("agents hand nothing in: %v", err)
	}
	_, err = s.PutEvents(t.Context(), boss, []dealing.Event{{Key: "contract:K1:signed", Kind: "sold", CustomerID: ok.CustomerID, OccurredOn: day}})
	if got := fields(t, err); got != "rows[0].key rows[0].kind" {
		t.Errorf("named %q", got)
	}
	k.event = dealing.Event{Derived: true}
	if _, err := s.Withdraw(t.Context(), boss, uuid.New(), "错"); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("an event from a contract's day is changed there: %v", err)
	}
}
