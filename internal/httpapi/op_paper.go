package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

// Papers are questionnaires, scripts and record forms (package callback; Rules
// C-10, C-16, C-29), and what agents suggest.
type Papers interface {
	List(ctx context.Context, who access.Principal, kind string) (PaperList, error)
	Get(ctx context.Context, who access.Principal, id ID) (Paper, error)
	Create(ctx context.Context, who access.Principal, in NewPaper) (Paper, error)
	SaveDraft(ctx context.Context, who access.Principal, id ID, in PaperDraft) (SavedDraft, error)
	Publish(ctx context.Context, who access.Principal, id ID, in PaperPublication) (Paper, error)
	Retire(ctx context.Context, who access.Principal, id ID) (Paper, error)
	Suggestions(ctx context.Context, who access.Principal, state string) (SuggestionList, error)
	Suggest(ctx context.Context, who access.Principal, in NewSuggestion) (Suggestion, error)
	Accept(ctx context.Context, who access.Principal, id ID, answer string) (Suggestion, error)
	Decline(ctx context.Context, who access.Principal, id ID, answer string) (Suggestion, error)
}

func (s *server) registerPapers(api huma.API) {
	var (
		administrators = only(access.RoleAdministrator)
		readers        = only(access.RoleAdministrator, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor)
		deciders       = only(access.RoleSupervisor, access.RoleAdministrator)
	)
	register(s, api, op(readers, http.MethodGet, "/papers", "list-papers", "Questionnaires, scripts and record forms, without what they say (Rules C-10, C-16, C-29)"), s.listPapers)
	register(s, api, status(http.StatusCreated, op(administrators, http.MethodPost, "/papers", "create-paper", "Make a paper with a draft")), s.createPaper)
	register(s, api, op(readers, http.MethodGet, "/papers/{id}", "get-paper", "A paper with all its versions"), s.getPaper)
	register(s, api, op(administrators, http.MethodPut, "/papers/{id}/draft", "save-paper-draft", "Keep the draft, which need not be whole; what keeps it from being published comes back"), s.savePaperDraft)
	register(s, api, op(administrators, http.MethodPost, "/papers/{id}/publish", "publish-paper", "Publish the draft: it never changes again (Rule C-16)"), s.publishPaper)
	register(s, api, op(administrators, http.MethodPost, "/papers/{id}/retire", "retire-paper", "Take a paper that no program points to out of use"), s.retirePaper)
	register(s, api, op(anybody(), http.MethodGet, "/suggestions", "list-suggestions", "Better wordings, newest first: one's own, or everybody's for those who decide (Rule C-29)"), s.listSuggestions)
	register(s, api, status(http.StatusCreated, op(anybody(), http.MethodPost, "/suggestions", "create-suggestion", "Suggest a better wording (Rule C-29)")), s.createSuggestion)
	register(s, api, op(deciders, http.MethodPost, "/suggestions/{id}/accept", "accept-suggestion", "Put the words into the paper's draft"), s.acceptSuggestion)
	register(s, api, op(deciders, http.MethodPost, "/suggestions/{id}/decline", "decline-suggestion", "Decline, with a reason that its maker sees"), s.declineSuggestion)
}

func (s *server) listPapers(ctx context.Context, in *struct {
	Kind string `query:"kind" enum:",questionnaire,script,form"`
}) (*body[PaperList], error) {
	return answer(s.deps.Papers.List(ctx, principal(ctx), in.Kind))
}

func (s *server) createPaper(ctx context.Context, in *struct{ Body NewPaper }) (*body[Paper], error) {
	return answer(s.deps.Papers.Create(ctx, principal(ctx), in.Body))
}

func (s *server) getPaper(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[Paper], error) {
	return answer(s.deps.Papers.Get(ctx, principal(ctx), in.ID))
}

func (s *server) savePaperDraft(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body PaperDraft
}) (*body[SavedDraft], error) {
	return answer(s.deps.Papers.SaveDraft(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) publishPaper(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body PaperPublication
}) (*body[Paper], error) {
	return answer(s.deps.Papers.Publish(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) retirePaper(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[Paper], error) {
	return answer(s.deps.Papers.Retire(ctx, principal(ctx), in.ID))
}

func (s *server) listSuggestions(ctx context.Context, in *struct {
	State string `query:"state" enum:",open,accepted,declined"`
}) (*body[SuggestionList], error) {
	return answer(s.deps.Papers.Suggestions(ctx, principal(ctx), in.State))
}

func (s *server) createSuggestion(ctx context.Context, in *struct{ Body NewSuggestion }) (*body[Suggestion], error) {
	return answer(s.deps.Papers.Suggest(ctx, principal(ctx), in.Body))
}

func (s *server) acceptSuggestion(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SuggestionAnswer
}) (*body[Suggestion], error) {
	return answer(s.deps.Papers.Accept(ctx, principal(ctx), in.ID, in.Body.Answer))
}

func (s *server) declineSuggestion(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body SuggestionAnswer
}) (*body[Suggestion], error) {
	return answer(s.deps.Papers.Decline(ctx, principal(ctx), in.ID, in.Body.Answer))
}
