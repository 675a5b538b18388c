package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/intake"
	"huifang/internal/token"
)

func (s *server) registerImports(api huma.API) {
	keepers, admin := only(access.RoleSupervisor, access.RoleAdministrator), only(access.RoleAdministrator)
	writes := func(o huma.Operation) huma.Operation { return scoped(token.ScopeImportsWrite, o) }
	take := writes(op(keepers, http.MethodPost, "/imports", "take-import", "Hand in a CSV or XLSX file; it is kept and checked, nothing else is changed (Rule C-22)"))
	take.MaxBodyBytes, take.BodyReadTimeout = intake.MaxBytes, 4*workTimeout
	register(s, api, status(http.StatusCreated, long(take)), s.takeImport)
	register(s, api, writes(op(keepers, http.MethodGet, "/imports", "list-imports", "Files that were handed in, the newest first")), s.listImports)
	register(s, api, writes(op(keepers, http.MethodGet, "/imports/{id}", "get-import", "A file with its problems by row and column, and its first rows as they were understood")), s.getImport)
	register(s, api, long(writes(op(keepers, http.MethodPut, "/imports/{id}/mapping", "map-import", "Choose which column holds which field, and check again"))), s.mapImport)
	register(s, api, long(writes(op(keepers, http.MethodPost, "/imports/{id}/apply", "apply-import", "Write the rows by business key: all, or those that are right"))), s.applyImport)
	register(s, api, long(op(keepers, http.MethodPost, "/imports/{id}/undo", "undo-import", "Take back what it did, until something has used it")), s.undoImport)
	register(s, api, op(keepers, http.MethodGet, "/feeds", "list-feeds", "Files that are expected every week, and which did not come (Rule C-22)"), s.listFeeds)
	register(s, api, status(http.StatusCreated, op(admin, http.MethodPost, "/feeds", "create-feed", "Expect a file every week")), s.createFeed)
	register(s, api, op(admin, http.MethodPut, "/feeds/{id}", "change-feed", "Change what is expected, or expect it no more"), s.changeFeed)
}

func (s *server) takeImport(ctx context.Context, in *struct {
	Kind    string `query:"kind" enum:"customers,contacts,contracts,equipment,deliveries,events," doc:"May be left out with feed_id"`
	Name    string `query:"name" required:"true" maxLength:"200" doc:"Of the file"`
	FeedID  string `query:"feed_id" doc:"The weekly feed that it is of"`
	Week    string `query:"week" doc:"A day of the week that it is of; otherwise the oldest week that was missed, or this one"`
	RawBody []byte `contentType:"application/octet-stream"`
}) (*body[ImportDetail], error) {
	return answer(s.deps.Imports.Take(ctx, principal(ctx), in.Kind, in.Name, in.FeedID, in.Week, in.RawBody))
}

func (s *server) listImports(ctx context.Context, in *struct {
	ImportQuery
	Page
}) (*body[Imports], error) {
	return answer(s.deps.Imports.List(ctx, principal(ctx), in.ImportQuery, in.Page))
}

func (s *server) getImport(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[ImportDetail], error) {
	return answer(s.deps.Imports.Get(ctx, principal(ctx), in.ID))
}

func (s *server) mapImport(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body ImportMapping
}) (*body[ImportDetail], error) {
	return answer(s.deps.Imports.Map(ctx, principal(ctx), in.ID, in.Body.Mapping))
}

func (s *server) applyImport(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body ImportApply
}) (*body[ImportDetail], error) {
	return answer(s.deps.Imports.Apply(ctx, principal(ctx), in.ID, in.Body.Partial))
}

func (s *server) undoImport(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body ImportUndo
}) (*body[ImportDetail], error) {
	return answer(s.deps.Imports.Undo(ctx, principal(ctx), in.ID, in.Body.Reason))
}

func (s *server) listFeeds(ctx context.Context, _ *struct{}) (*body[Feeds], error) {
	return answer(s.deps.Imports.Feeds(ctx, principal(ctx)))
}

func (s *server) createFeed(ctx context.Context, in *struct{ Body FeedInput }) (*body[Feed], error) {
	return answer(s.deps.Imports.SaveFeed(ctx, principal(ctx), ID{}, in.Body))
}

func (s *server) changeFeed(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body FeedInput
}) (*body[Feed], error) {
	return answer(s.deps.Imports.SaveFeed(ctx, principal(ctx), in.ID, in.Body))
}
