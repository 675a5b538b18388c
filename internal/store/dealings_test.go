package store

import (
	"testing"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/dealing"
	"huifang/internal/problem"
)

func on(t testing.TB, text string) calendar.Date {
	t.Helper()
	if text == "" {
		return calendar.Date{}
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) contract(key, signed, ends, terminated string) dealing.Contract {
	return dealing.Contract{ID: uuid.New(), Key: key, CustomerID: w.cust.ID, Project: "二期", AmountCents: 100_00, SignedOn: on(w.t, signed), EndsOn: on(w.t, ends),
		TerminatedOn: on(w.t, terminated), CreatedAt: w.at, UpdatedAt: w.at}
}

// eventsNow gives the events that are not withdrawn, day by kind.
func (w *world) eventsNow() map[dealing.Kind]string {
	w.t.Helper()
	es, err := w.BusinessEvents(w.t.Context(), dealing.Query{CustomerID: w.cust.ID})
	w.ok(err)
	out := map[dealing.Kind]string{}
	for _, e := range es {
		if e.WithdrawnAt.IsZero() {
			out[e.Kind] = e.OccurredOn.String()
		}
	}
	return out
}

func wantDays(t *testing.T, got map[dealing.Kind]string, want map[dealing.Kind]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("events %v, want %v", got, want)
	}
	for k, d := range want {
		if got[k] != d {
			t.Fatalf("events %v, want %v", got, want)
		}
	}
}

func TestRuleC22_ContractIsTakenOnceAndItsDaysAreEvents(t *testing.T) {
	w := newWorld(t)
	put := func(want string, rows ...dealing.Contract) []dealing.Put {
		t.Helper()
		ps, err := w.PutContracts(t.Context(), rows, w.event("contract.taken"))
		w.ok(err)
		n := dealing.Count(ps)
		if got := map[dealing.Counts]string{{Created: 1}: "created", {Changed: 1}: "changed", {Unchanged: 1}: "unchanged"}[n]; got != want {
			t.Fatalf("%+v, want %s", n, want)
		}
		return ps
	}
	first := put("created", w.contract("K1", "2026-11-02", "2027-11-01", ""))
	again := put("unchanged", w.contract("K1", "2026-11-02", "2027-11-01", ""))
	if first[0].ID != again[0].ID {
		t.Error("the key names the same contract")
	}
	wantDays(t, w.eventsNow(), map[dealing.Kind]string{dealing.ContractSigned: "2026-11-02", dealing.ContractExpires: "2027-11-01"})
	put("changed", w.contract("K1", "2026-11-03", "2027-11-01", ""))
	wantDays(t, w.eventsNow(), map[dealing.Kind]string{dealing.ContractSigned: "2026-11-03", dealing.ContractExpires: "2027-11-01"})
	put("changed", w.contract("K1", "2026-11-03", "2027-11-01", "2026-11-20")) // nobody is asked to renew it
	wantDays(t, w.eventsNow(), map[dealing.Kind]string{dealing.ContractSigned: "2026-11-03", dealing.ContractTerminated: "2026-11-20"})
	put("changed", w.contract("K1", "2026-11-03", "2027-11-01", ""))
	wantDays(t, w.eventsNow(), map[dealing.Kind]string{dealing.ContractSigned: "2026-11-03", dealing.ContractExpires: "2027-11-01"})

	other := w.contract("K1", "2026-11-03", "", "")
	other.CustomerID = w.addCustomer("C2", "李四", "+8613800138001").ID
	_, err := w.PutContracts(t.Context(), []dealing.Contract{other}, w.event("contract.taken"))
	wantCode(t, err, problem.CodeConflict, "other_customer")
	if err := w.plain(`DELETE FROM contract`); problem.CodeOf(err) != problem.CodeRefused {
		t.Errorf("contracts are kept: %v", err)
	}
}

func TestRuleC06_WarrantyByProductLine(t *testing.T) {
	w := newWorld(t)
	put := func(key, line, shipped, commissioned string) {
		t.Helper()
		_, err := w.PutEquipment(t.Context(), []dealing.Equipment{{ID: uuid.New(), Key: key, CustomerID: w.cust.ID, ProductLine: line, Quantity: 2, ShippedOn: on(t, shipped),
			CommissionedOn: on(t, commissioned), CreatedAt: w.at, UpdatedAt: w.at}}, w.event("equipment.taken"))
		w.ok(err)
	}
	ends := func(key string) string {
		t.Helper()
		es, err := w.Equipment(t.Context(), dealing.Query{Key: key})
		w.ok(err)
		return es[0].WarrantyEndsOn.String()
	}
	w.ok(w.SetProductLine(t.Context(), dealing.ProductLine{Name: "KYN28", Warranty: dealing.WarrantyLater}, w.event("product_line.changed")))
	for _, row := range []struct{ key, line, shipped, commissioned, want string }{
		{"E1", "", "2025-01-10", "2025-02-28", "2026-02-28"},      // a year of use ends first
		{"E2", "", "2025-01-10", "2025-12-01", "2026-07-10"},      // eighteen months from shipment end first
		{"E3", "KYN28", "2025-01-10", "2025-12-01", "2026-12-01"}, // the later one counts
		{"E4", "", "", "2024-02-29", "2025-02-28"},                // leap day
		{"E5", "", "2025-08-31", "", "2027-02-28"},                // not commissioned: month end
	} {
		put(row.key, row.line, row.shipped, row.commissioned)
		if got := ends(row.key); got != row.want {
			t.Errorf("%s: warranty ends on %s, want %s", row.key, got, row.want)
		}
	}
	w.ok(w.SetProductLine(t.Context(), dealing.ProductLine{Name: "KYN28", Warranty: dealing.WarrantyEarlier}, w.event("product_line.changed")))
	if got := ends("E3"); got != "2026-07-10" {
		t.Errorf("the setting changed: warranty ends on %s", got)
	}
	es, err := w.BusinessEvents(t.Context(), dealing.Query{CustomerID: w.cust.ID, Key: "equipment:E3:warranty_ends"})
	w.ok(err)
	if len(es) != 1 || es[0].OccurredOn.String() != "2026-07-10" || es[0].FirstOn.String() != "2026-12-01" {
		t.Errorf("its event moved: %+v", es)
	}
}

func TestRuleC22_EventIsTakenOnceCorrectedAndWithdrawn(t *testing.T) {
	w := newWorld(t)
	contract := w.contract("K1", "2026-11-02", "", "")
	_, err := w.PutContracts(t.Context(), []dealing.Contract{contract}, w.event("contract.taken"))
	w.ok(err)
	put := func(key string, kind dealing.Kind, contract uuid.UUID, day string) (dealing.Put, error) {
		ps, err := w.PutEvents(t.Context(), []dealing.Event{{ID: uuid.New(), Key: key, Kind: kind, CustomerID: w.cust.ID, ContractID: contract, OccurredOn: on(t, day)}}, w.event("event.taken"))
		return ps[0], err
	}
	first, err := put("B-1", dealing.ComplaintResolved, uuid.Nil, "2026-11-20")
	w.ok(err)
	second, err := put("B-1", dealing.ComplaintResolved, uuid.Nil, "2026-11-20")
	w.ok(err)
	if !first.Created || second.Created || second.Changed || second.ID != first.ID {
		t.Fatalf("the same event is taken once: %+v %+v", first, second)
	}
	third, err := put("B-1", dealing.ComplaintResolved, uuid.Nil, "2026-11-19")
	w.ok(err)
	v, err := w.BusinessEvent(t.Context(), first.ID)
	w.ok(err)
	if !third.Changed || v.OccurredOn.String() != "2026-11-19" || v.FirstOn.String() != "2026-11-20" {
		t.Errorf("corrected: %+v", v)
	}
	_, err = put("B-2", dealing.ContractSigned, contract.ID, "2026-11-02")
	wantCode(t, err, problem.CodeConflict, "event_taken")
	e := w.event("event.withdrawn")
	e.Reason = "不是这位客户"
	n, err := w.WithdrawEvents(t.Context(), []uuid.UUID{first.ID}, e)
	w.ok(err)
	if n != 1 || len(w.eventsNow()) != 1 {
		t.Errorf("%d withdrawn, %v left", n, w.eventsNow())
	}
	if back, err := put("B-1", dealing.ComplaintResolved, uuid.Nil, "2026-11-19"); err != nil || !back.Changed || len(w.eventsNow()) != 2 {
		t.Errorf("handed in again: %+v %v", back, err)
	}
	log, err := w.Events(t.Context(), audit.Filter{Action: "event.withdrawn"})
	w.ok(err)
	if len(log) != 1 || log[0].Reason != e.Reason {
		t.Errorf("audited: %+v", log)
	}
}

func TestContracts_ABatchOfThousands(t *testing.T) {
	w := newWorld(t)
	rows := make([]dealing.Contract, dealing.MaxBatch)
	for i := range rows {
		rows[i] = w.contract(uuid.NewString(), "2026-11-02", "2027-11-01", "")
	}
	ps, err := w.PutContracts(t.Context(), rows, w.event("contract.taken"))
	w.ok(err)
	if n := dealing.Count(ps); n.Created != len(rows) {
		t.Fatalf("%+v", n)
	}
	if ids, err := w.ContractKeys(t.Context(), []string{rows[7].Key, "none"}); err != nil || len(ids) != 1 || ids[rows[7].Key] != rows[7].ID {
		t.Errorf("%v %v", ids, err)
	}
}
