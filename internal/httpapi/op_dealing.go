package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/token"
)

// Dealings are contracts, equipment and events (package dealing; Rules C-21, C-22).
type Dealings interface {
	PutContracts(ctx context.Context, who access.Principal, in ContractRows) (TakenRows, error)
	Contracts(ctx context.Context, q DealingQuery) (ContractPage, error)
	PutEquipment(ctx context.Context, who access.Principal, in EquipmentRows) (TakenRows, error)
	Equipment(ctx context.Context, q DealingQuery) (EquipmentPage, error)
	PutEvents(ctx context.Context, who access.Principal, in EventRows) (TakenRows, error)
	Events(ctx context.Context, q BusinessEventQuery) (BusinessEventPage, error)
	Withdraw(ctx context.Context, who access.Principal, id ID, reason string) (BusinessEvent, error)
	ProductLines(ctx context.Context) (ProductLines, error)
	SetProductLine(ctx context.Context, who access.Principal, l ProductLine) (ProductLines, error)
}

func (s *server) registerDealings(api huma.API) {
	var (
		keepers = only(access.RoleSupervisor, access.RoleAdministrator)
		admins  = only(access.RoleAdministrator)
	)
	put := func(path, id, summary string, sc token.Scope) huma.Operation {
		o := scoped(sc, op(keepers, http.MethodPost, path, id, summary))
		o.MaxBodyBytes = 4 << 20
		return o
	}
	register(s, api, put("/contracts", "put-contracts", "Hand in contracts, 1 to 5000: by key made, corrected or left (Rule C-22)", token.ScopeDealingsWrite), s.putContracts)
	register(s, api, scoped(token.ScopeDealingsRead, op(keepers, http.MethodGet, "/contracts", "list-contracts", "Contracts by key")), s.listContracts)
	register(s, api, put("/equipment", "put-equipment", "Hand in equipment, 1 to 5000 (Rules C-21, C-22)", token.ScopeDealingsWrite), s.putEquipment)
	register(s, api, scoped(token.ScopeDealingsRead, op(keepers, http.MethodGet, "/equipment", "list-equipment", "Equipment by key")), s.listEquipment)
	register(s, api, put("/events", "put-events", "Hand in events, 1 to 5000: the same event is taken once, another day is a correction (Rule C-22)", token.ScopeEventsWrite), s.putEvents)
	register(s, api, scoped(token.ScopeEventsRead, op(keepers, http.MethodGet, "/events", "list-events", "Events, the latest day first")), s.listEvents)
	register(s, api, scoped(token.ScopeEventsWrite, op(keepers, http.MethodPost, "/events/{id}/withdraw", "withdraw-event", "Withdraw an event that did not happen; open duties of it are cancelled")), s.withdrawEvent)
	register(s, api, scoped(token.ScopeDealingsRead, op(keepers, http.MethodGet, "/product-lines", "list-product-lines", "Which end of a warranty counts, by product line (Rule C-06)")), s.listProductLines)
	register(s, api, op(admins, http.MethodPut, "/product-lines/{name}", "set-product-line", "Set which end of a warranty counts (Rule C-06)"), s.setProductLine)
}

func (s *server) putContracts(ctx context.Context, in *struct{ Body ContractRows }) (*body[TakenRows], error) {
	return answer(s.deps.Dealings.PutContracts(ctx, principal(ctx), in.Body))
}

func (s *server) listContracts(ctx context.Context, in *struct{ DealingQuery }) (*body[ContractPage], error) {
	return answer(s.deps.Dealings.Contracts(ctx, in.DealingQuery))
}

func (s *server) putEquipment(ctx context.Context, in *struct{ Body EquipmentRows }) (*body[TakenRows], error) {
	return answer(s.deps.Dealings.PutEquipment(ctx, principal(ctx), in.Body))
}

func (s *server) listEquipment(ctx context.Context, in *struct{ DealingQuery }) (*body[EquipmentPage], error) {
	return answer(s.deps.Dealings.Equipment(ctx, in.DealingQuery))
}

func (s *server) putEvents(ctx context.Context, in *struct{ Body EventRows }) (*body[TakenRows], error) {
	return answer(s.deps.Dealings.PutEvents(ctx, principal(ctx), in.Body))
}

func (s *server) listEvents(ctx context.Context, in *struct{ BusinessEventQuery }) (*body[BusinessEventPage], error) {
	return answer(s.deps.Dealings.Events(ctx, in.BusinessEventQuery))
}

func (s *server) withdrawEvent(ctx context.Context, in *struct {
	PathID
	Body EventWithdrawal
}) (*body[BusinessEvent], error) {
	id, err := parseID("event", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Dealings.Withdraw(ctx, principal(ctx), id, in.Body.Reason))
}

func (s *server) listProductLines(ctx context.Context, _ *struct{}) (*body[ProductLines], error) {
	return answer(s.deps.Dealings.ProductLines(ctx))
}

func (s *server) setProductLine(ctx context.Context, in *struct {
	Name string `path:"name" maxLength:"200"`
	Body ProductLineInput
}) (*body[ProductLines], error) {
	return answer(s.deps.Dealings.SetProductLine(ctx, principal(ctx), ProductLine{Name: in.Name, Warranty: in.Body.Warranty}))
}
