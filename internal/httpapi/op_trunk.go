package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerTrunks(api huma.API) {
	register(s, api, op(only(access.RoleAdministrator, access.RoleAuditor), http.MethodGet, "/trunks", "list-trunks", "Trunks, how they stand and how they do (Rule T-07)"), s.listTrunks)
	register(s, api, status(http.StatusCreated, op(only(access.RoleAdministrator), http.MethodPost, "/trunks", "create-trunk", "Make a trunk")), s.createTrunk)
	register(s, api, op(only(access.RoleAdministrator), http.MethodPut, "/trunks/{id}", "update-trunk", "Replace what is said about a trunk"), s.updateTrunk)
	register(s, api, status(http.StatusNoContent, op(only(access.RoleAdministrator), http.MethodDelete, "/trunks/{id}", "remove-trunk", "Take a trunk out; its calls go on")), s.removeTrunk)
}

func (s *server) listTrunks(ctx context.Context, _ *struct{}) (*body[TrunkList], error) {
	list, err := s.deps.Trunks.List(ctx)
	return answer(TrunkList{Trunks: list}, err)
}

func (s *server) createTrunk(ctx context.Context, in *struct{ Body TrunkInput }) (*body[TrunkEntry], error) {
	return answer(s.deps.Trunks.Create(ctx, principal(ctx), in.Body))
}

func (s *server) updateTrunk(ctx context.Context, in *struct {
	PathID
	Body TrunkInput
}) (*body[TrunkEntry], error) {
	id, err := parseID("trunk", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Trunks.Change(ctx, principal(ctx), id, in.Body))
}

func (s *server) removeTrunk(ctx context.Context, in *PathID) (*empty, error) {
	id, err := parseID("trunk", in.ID)
	if err != nil {
		return nil, err
	}
	return &empty{}, s.deps.Trunks.Remove(ctx, principal(ctx), id)
}
