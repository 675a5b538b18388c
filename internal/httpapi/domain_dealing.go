package httpapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/dealing"
	"huifang/internal/problem"
)

// dealingsPort is package dealing behind its port.
type dealingsPort struct{ svc *dealing.Service }

// NewDealings puts the service behind the API.
func NewDealings(s *dealing.Service) Dealings { return dealingsPort{s} }

// reader reads the values of rows and collects what is wrong, by rows[3].key.
type reader struct {
	wrong []problem.Field
	row   int
}

func (r *reader) bad(at, message, value string) {
	r.wrong = append(r.wrong, problem.Field{Location: fmt.Sprintf("rows[%d].%s", r.row, at), Message: message, Value: value})
}

func (r *reader) day(at, text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		r.bad(at, "must be a day such as 2026-11-02", text)
	}
	return d
}

// cents of an amount in yuan.
func cents(yuan float64) int64 { return int64(math.Round(yuan * 100)) }

func yuan(cents int64) float64 { return float64(cents) / 100 }

func (r *reader) err() error {
	if len(r.wrong) == 0 {
		return nil
	}
	return problem.Invalid(r.wrong...)
}

// keyNames are ids by the words that rows use.
type keyNames struct{ customers, contracts, equipment map[string]uuid.UUID }

func (p dealingsPort) names(ctx context.Context, customers, contracts, equipment []string) (n keyNames, err error) {
	if n.customers, err = p.svc.CustomerIDs(ctx, customers); err == nil {
		if n.contracts, err = p.svc.ContractIDs(ctx, contracts); err == nil {
			n.equipment, err = p.svc.EquipmentIDs(ctx, equipment)
		}
	}
	return n, err
}

func (r *reader) named(at, key string, ids map[string]uuid.UUID) uuid.UUID {
	if key == "" {
		return uuid.Nil
	}
	id, ok := ids[key]
	if !ok {
		r.bad(at, "there is none with this key", key)
	}
	return id
}

func (r *reader) owner(o Owner, n keyNames) uuid.UUID {
	switch {
	case o.CustomerID != nil && o.CustomerCode != "":
		r.bad("customer_code", "is given beside customer_id", o.CustomerCode)
	case o.CustomerID != nil:
		return *o.CustomerID
	case o.CustomerCode == "":
		r.bad("customer_id", "is required, or customer_code", "")
		return uuid.Nil
	}
	return r.named("customer_code", o.CustomerCode, n.customers)
}

func takenOf(ps []dealing.Put, key func(int) string) TakenRows {
	out := make(List[Taken], len(ps))
	for i, p := range ps {
		out[i] = Taken{ID: p.ID, Key: key(i), Outcome: "unchanged"}
		switch {
		case p.Created:
			out[i].Outcome = "created"
		case p.Changed:
			out[i].Outcome = "changed"
		}
	}
	return TakenRows{Results: out}
}

func (p dealingsPort) PutContracts(ctx context.Context, who access.Principal, in ContractRows) (TakenRows, error) {
	n, err := p.names(ctx, mapped(in.Rows, func(v ContractRow) string { return v.CustomerCode }), nil, nil)
	if err != nil {
		return TakenRows{}, err
	}
	r := &reader{}
	rows := make([]dealing.Contract, len(in.Rows))
	for i, v := range in.Rows {
		r.row = i
		rows[i] = dealing.Contract{Key: v.Key, CustomerID: r.owner(v.Owner, n), Project: v.Project, Product: v.Product, AmountCents: cents(v.Amount), Note: v.Note,
			SignedOn: r.day("signed_on", v.SignedOn), CoolingOffUntil: r.day("cooling_off_until", v.CoolingOffUntil), StartsOn: r.day("starts_on", v.StartsOn),
			EndsOn: r.day("ends_on", v.EndsOn), TerminatedOn: r.day("terminated_on", v.TerminatedOn)}
	}
	if err := r.err(); err != nil {
		return TakenRows{}, err
	}
	ps, err := p.svc.PutContracts(ctx, who, rows)
	return takenOf(ps, func(i int) string { return rows[i].Key }), err
}

func (p dealingsPort) PutEquipment(ctx context.Context, who access.Principal, in EquipmentRows) (TakenRows, error) {
	n, err := p.names(ctx, mapped(in.Rows, func(v EquipmentRow) string { return v.CustomerCode }), mapped(in.Rows, func(v EquipmentRow) string { return v.ContractKey }), nil)
	if err != nil {
		return TakenRows{}, err
	}
	r := &reader{}
	rows := make([]dealing.Equipment, len(in.Rows))
	for i, v := range in.Rows {
		r.row = i
		rows[i] = dealing.Equipment{Key: v.Key, CustomerID: r.owner(v.Owner, n), ContractID: r.named("contract_key", v.ContractKey, n.contracts), Project: v.Project, Model: v.Model,
			ProductLine: v.ProductLine, Quantity: max(v.Quantity, 1), AmountCents: cents(v.Amount), ShippedOn: r.day("shipped_on", v.ShippedOn), ArrivedOn: r.day("arrived_on", v.ArrivedOn),
			InstalledOn: r.day("installed_on", v.InstalledOn), CommissioningOn: r.day("commissioning_on", v.CommissioningOn), CommissionedOn: r.day("commissioned_on", v.CommissionedOn),
			PowerManager: v.PowerManager, PowerManagerPhone: v.PowerManagerPhone, SiteContact: v.SiteContact, SitePhone: v.SitePhone}
	}
	if err := r.err(); err != nil {
		return TakenRows{}, err
	}
	ps, err := p.svc.PutEquipment(ctx, who, rows)
	return takenOf(ps, func(i int) string { return rows[i].Key }), err
}

func (p dealingsPort) PutEvents(ctx context.Context, who access.Principal, in EventRows) (TakenRows, error) {
	n, err := p.names(ctx, mapped(in.Rows, func(v EventRow) string { return v.CustomerCode }), mapped(in.Rows, func(v EventRow) string { return v.ContractKey }),
		mapped(in.Rows, func(v EventRow) string { return v.EquipmentKey }))
	if err != nil {
		return TakenRows{}, err
	}
	r := &reader{}
	rows := make([]dealing.Event, len(in.Rows))
	for i, v := range in.Rows {
		r.row = i
		rows[i] = dealing.Event{Key: v.Key, Kind: dealing.Kind(v.Kind), CustomerID: r.owner(v.Owner, n), ContractID: r.named("contract_key", v.ContractKey, n.contracts),
			EquipmentID: r.named("equipment_key", v.EquipmentKey, n.equipment), AmountCents: cents(v.Amount), OccurredOn: r.day("occurred_on", v.OccurredOn), Note: v.Note}
	}
	if err := r.err(); err != nil {
		return TakenRows{}, err
	}
	ps, err := p.svc.PutEvents(ctx, who, rows)
	return takenOf(ps, func(i int) string { return rows[i].Key }), err
}

func dealingQuery(q DealingQuery) (dealing.Query, error) {
	customer, err := optionalID("query.customer_id", q.CustomerID)
	if err != nil {
		return dealing.Query{}, err
	}
	after, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil {
		return dealing.Query{}, problem.BadField("query.cursor", "is not a next_cursor")
	}
	return dealing.Query{CustomerID: customer, Key: q.Key, Limit: q.Limit, After: dealing.Cursor{Key: string(after)}}, nil
}

// nextKey is the cursor after a full page.
func nextKey(n, limit int, key func() string) string {
	if n == 0 || n < limit {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(key()))
}

func (p dealingsPort) Contracts(ctx context.Context, q DealingQuery) (ContractPage, error) {
	dq, err := dealingQuery(q)
	if err != nil {
		return ContractPage{}, err
	}
	vs, err := p.svc.Contracts(ctx, dq)
	return ContractPage{Contracts: mapped(vs, func(v dealing.Contract) Contract {
		return Contract{ID: v.ID, Key: v.Key, Customer: Ref{ID: v.CustomerID, Name: v.CustomerName}, Project: v.Project, Product: v.Product, Amount: yuan(v.AmountCents), SignedOn: dayOf(v.SignedOn),
			CoolingOffUntil: dayOf(v.CoolingOffUntil), StartsOn: dayOf(v.StartsOn), EndsOn: dayOf(v.EndsOn), TerminatedOn: dayOf(v.TerminatedOn), Note: v.Note, UpdatedAt: at(v.UpdatedAt)}
	}), NextCursor: nextKey(len(vs), q.Limit, func() string { return vs[len(vs)-1].Key })}, err
}

func (p dealingsPort) Equipment(ctx context.Context, q DealingQuery) (EquipmentPage, error) {
	dq, err := dealingQuery(q)
	if err != nil {
		return EquipmentPage{}, err
	}
	vs, err := p.svc.Equipment(ctx, dq)
	return EquipmentPage{Equipment: mapped(vs, func(v dealing.Equipment) Equipment {
		return Equipment{ID: v.ID, Key: v.Key, Customer: Ref{ID: v.CustomerID, Name: v.CustomerName}, ContractID: idOrNull(v.ContractID), Project: v.Project, Model: v.Model, ProductLine: v.ProductLine,
			Quantity: v.Quantity, Amount: yuan(v.AmountCents), ShippedOn: dayOf(v.ShippedOn), ArrivedOn: dayOf(v.ArrivedOn), InstalledOn: dayOf(v.InstalledOn), CommissioningOn: dayOf(v.CommissioningOn),
			CommissionedOn: dayOf(v.CommissionedOn), WarrantyEndsOn: dayOf(v.WarrantyEndsOn), PowerManager: v.PowerManager, PowerManagerPhone: v.PowerManagerPhone, SiteContact: v.SiteContact,
			SitePhone: v.SitePhone, UpdatedAt: at(v.UpdatedAt)}
	}), NextCursor: nextKey(len(vs), q.Limit, func() string { return vs[len(vs)-1].Key })}, err
}

func (p dealingsPort) Events(ctx context.Context, q BusinessEventQuery) (BusinessEventPage, error) {
	plain := q.DealingQuery
	plain.Cursor = ""
	dq, err := dealingQuery(plain)
	if err != nil {
		return BusinessEventPage{}, err
	}
	dq.Kind = dealing.Kind(q.Kind)
	if dq.From, err = optionalDay("query.from", q.From); err != nil {
		return BusinessEventPage{}, err
	}
	if dq.Until, err = optionalDay("query.until", q.Until); err != nil {
		return BusinessEventPage{}, err
	}
	day, id, err := parseCursor(q.Cursor)
	if err != nil {
		return BusinessEventPage{}, err
	}
	dq.After = dealing.Cursor{Day: calendar.DateOf(day), ID: id}
	vs, err := p.svc.Events(ctx, dq)
	page := BusinessEventPage{Events: mapped(vs, businessEventOf)}
	if n := len(vs); n > 0 && n == q.Limit {
		page.NextCursor = cursor(vs[n-1].OccurredOn.UTC(), vs[n-1].ID)
	}
	return page, err
}

func businessEventOf(v dealing.Event) BusinessEvent {
	return BusinessEvent{ID: v.ID, Key: v.Key, Kind: string(v.Kind), Customer: Ref{ID: v.CustomerID, Name: v.CustomerName}, ContractID: idOrNull(v.ContractID), EquipmentID: idOrNull(v.EquipmentID),
		Amount: yuan(v.AmountCents), OccurredOn: dayOf(v.OccurredOn), FirstOn: dayOf(v.FirstOn), Note: v.Note, Derived: v.Derived, WithdrawnAt: maybe(v.WithdrawnAt), WithdrawReason: v.WithdrawReason, CreatedAt: at(v.CreatedAt)}
}

func (p dealingsPort) Withdraw(ctx context.Context, who access.Principal, id ID, reason string) (BusinessEvent, error) {
	v, err := p.svc.Withdraw(ctx, who, id, reason)
	return businessEventOf(v), err
}

func (p dealingsPort) ProductLines(ctx context.Context) (ProductLines, error) {
	ls, err := p.svc.ProductLines(ctx)
	return ProductLines{ProductLines: mapped(ls, func(l dealing.ProductLine) ProductLine {
		return ProductLine{Name: l.Name, Warranty: string(l.Warranty)}
	})}, err
}

func (p dealingsPort) SetProductLine(ctx context.Context, who access.Principal, l ProductLine) (ProductLines, error) {
	if err := p.svc.SetProductLine(ctx, who, dealing.ProductLine{Name: l.Name, Warranty: dealing.WarrantyBasis(l.Warranty)}); err != nil {
		return ProductLines{}, err
	}
	return p.ProductLines(ctx)
}

// dayOf writes a date, the zero date as nothing.
func dayOf(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// optionalDay reads a date of a query; the empty text is the zero date.
func optionalDay(at, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		return calendar.Date{}, problem.BadField(at, "must be a day such as 2026-11-02")
	}
	return d, nil
}
