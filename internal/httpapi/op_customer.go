package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/token"
)

func (s *server) registerCustomers(api huma.API) {
	var (
		keepers = only(access.RoleSupervisor, access.RoleAdministrator)
		agents  = only(access.RoleSupervisor, access.RoleAdministrator, access.RoleAgent)
	)
	register(s, api, scoped(token.ScopeCustomersRead, op(keepers, http.MethodGet, "/customers", "list-customers", "Find customers")), s.listCustomers)
	register(s, api, status(http.StatusCreated, scoped(token.ScopeCustomersWrite, op(keepers, http.MethodPost, "/customers", "create-customer", "Make a customer"))), s.createCustomer)
	register(s, api, scoped(token.ScopeCustomersRead, op(agents, http.MethodGet, "/customers/{id}", "get-customer", "A customer; agents see those of their tasks")), s.getCustomer)
	register(s, api, scoped(token.ScopeCustomersWrite, op(agents, http.MethodPatch, "/customers/{id}", "update-customer", "Change a customer (do-not-call: Rule C-14)")), s.updateCustomer)
}

func (s *server) listCustomers(ctx context.Context, in *struct {
	Text string `query:"q" maxLength:"200"`
}) (*body[CustomerList], error) {
	list, err := s.deps.Customers.List(ctx, principal(ctx), in.Text)
	return answer(CustomerList{Customers: list}, err)
}

func (s *server) createCustomer(ctx context.Context, in *struct{ Body NewCustomer }) (*body[CustomerCard], error) {
	return answer(s.deps.Customers.Create(ctx, principal(ctx), in.Body))
}

func (s *server) getCustomer(ctx context.Context, in *PathID) (*body[CustomerCard], error) {
	id, err := parseID("customer", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Customers.Get(ctx, principal(ctx), id))
}

func (s *server) updateCustomer(ctx context.Context, in *struct {
	PathID
	Body CustomerPatch
}) (*body[CustomerCard], error) {
	id, err := parseID("customer", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Customers.Update(ctx, principal(ctx), id, in.Body))
}
