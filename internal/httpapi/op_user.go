package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerUsers(api huma.API) {
	register(s, api, op(only(access.RoleAdministrator, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead),
		http.MethodGet, "/users", "list-users", "Users"), s.listUsers)
	register(s, api, withSecret(status(http.StatusCreated, op(only(access.RoleAdministrator), http.MethodPost, "/users", "create-user", "Make a user"))), s.createUser)
	register(s, api, op(only(access.RoleAdministrator), http.MethodPatch, "/users/{id}", "update-user", "Change a user"), s.updateUser)
}

func (s *server) listUsers(ctx context.Context, in *struct {
	Role string `query:"role" enum:"agent,supervisor,inspector,auditor,records_head,administrator"`
}) (*body[UserList], error) {
	list, err := s.deps.Users.List(ctx, principal(ctx), access.Role(in.Role))
	return answer(UserList{Users: list}, err)
}

func (s *server) createUser(ctx context.Context, in *struct{ Body NewUser }) (*body[User], error) {
	return answer(s.deps.Users.Create(ctx, principal(ctx), in.Body))
}

func (s *server) updateUser(ctx context.Context, in *struct {
	PathID
	Body UserPatch
}) (*body[User], error) {
	id, err := parseID("user", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Users.Update(ctx, principal(ctx), id, in.Body))
}

// Period is a range of time in a query; either end may be missing.
type Period struct {
	From time.Time `query:"from" doc:"Included"`
	To   time.Time `query:"to" doc:"Excluded"`
}

// Page is what every paged query has.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before"`
}
