package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/problem"
	"huifang/internal/token"
)

// listeners may hear recordings. Supervisors may not (Rule S-01).
func listeners() Audience {
	return only(access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead)
}

func (s *server) registerRecordings(api huma.API) {
	get := func(path, id, summary string) huma.Operation {
		return ofRecording(op(listeners(), http.MethodGet, path, id, summary))
	}
	register(s, api, scoped(token.ScopeRecordingsRead, get("/recordings", "search-recordings", "Find recordings (Rule T-08)")), s.searchRecordings)
	register(s, api, scoped(token.ScopeRecordingsRead, get("/recordings/{id}", "get-recording", "A recording, its call, its record and who listened")), s.getRecording)
	register(s, api, long(audioOperation(get("/recordings/{id}/audio", "get-audio", "PCM16 WAV with ranges; every fetch is logged (Rule S-01)"))), s.getAudio)
	register(s, api, get("/recordings/{id}/peaks", "get-peaks", "The wave form"), s.getPeaks)
	register(s, api, status(http.StatusNoContent, ofRecording(op(listeners(), http.MethodPost, "/recordings/{id}/heard", "log-heard", "Log what was listened to (Rule S-01)"))), s.logHeard)
	register(s, api, long(ofRecording(op(listeners(), http.MethodPost, "/recordings/{id}/check", "check-recording", "Read the object again and compare its hash (Rule S-04)"))), s.checkRecording)
	register(s, api, ofRecording(op(listeners(), http.MethodPost, "/recordings/{id}/tags", "tag-recording", "File a recording under a tag; it is logged (Rule S-01)")), s.tagRecording)
	register(s, api, ofRecording(op(listeners(), http.MethodDelete, "/recordings/{id}/tags", "untag-recording", "Take a tag off; it is logged (Rule S-01)")), s.untagRecording)
	register(s, api, op(listeners(), http.MethodGet, "/recording-facets", "get-recording-facets", "Tags in use and branches, to search by"), s.getFacets)
	register(s, api, op(listeners(), http.MethodGet, "/saved-searches", "list-saved-searches", "One's own saved searches, by name"), s.listSavedSearches)
	register(s, api, op(listeners(), http.MethodPost, "/saved-searches", "save-search", "Keep a search, in place of one's own of the same name"), s.saveSearch)
	register(s, api, status(http.StatusNoContent, op(listeners(), http.MethodDelete, "/saved-searches/{id}", "drop-search", "Forget a search")), s.dropSearch)
	register(s, api, status(http.StatusCreated, ofRecording(op(listeners(), http.MethodPost, "/recordings/{id}/comments", "comment-recording", "Say something at a place of a recording; it is logged and stands (Rule S-01)"))), s.commentRecording)
}

func (s *server) searchRecordings(ctx context.Context, in *struct {
	Period
	Customer string `query:"customer" maxLength:"200" doc:"Part of the name"`
	Digits   string `query:"digits" pattern:"^[0-9]{0,15}$" doc:"Last digits of the number"`
	AgentID  string `query:"agent_id"`
	BranchID string `query:"branch_id" doc:"Of the agent, when they had the call"`
	Outcome  string `query:"outcome" maxLength:"40"`
	State    string `query:"state" enum:"opened,spooling,sealed,uploading,stored,verified,held,expired,deleted,failed,missing"`
	Text     string `query:"q" maxLength:"200" doc:"Part of the name, or last digits of the number"`
	RecordingNarrow
	Page
}) (*body[RecordingPage], error) {
	agent, err := optionalID("query.agent_id", in.AgentID)
	if err != nil {
		return nil, err
	}
	branch, err := optionalID("query.branch_id", in.BranchID)
	if err != nil {
		return nil, err
	}
	q := RecordingQuery{
		From: in.From, To: in.To, Digits: in.Digits, AgentID: agent, BranchID: branch, Outcome: in.Outcome, State: in.State,
		Text: in.Customer, RecordingNarrow: in.RecordingNarrow, Limit: in.Limit, Cursor: in.Cursor,
	}
	if in.Text != "" && strings.Trim(in.Text, "+0123456789 -") == "" {
		q.Digits = cmp.Or(q.Digits, strings.Trim(in.Text, "+ -"))
	} else {
		q.Text = cmp.Or(q.Text, in.Text)
	}
	return answer(s.deps.Recordings.Search(ctx, principal(ctx), q))
}

func (s *server) getRecording(ctx context.Context, in *PathID) (*body[Recording], error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Recordings.Get(ctx, principal(ctx), id))
}

func (s *server) getPeaks(ctx context.Context, in *struct {
	PathID
	Points int `query:"points" minimum:"10" maximum:"10000" default:"2000"`
}) (*body[Peaks], error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	stored, err := s.deps.Recordings.OpenAudio(ctx, principal(ctx), id)
	if err != nil {
		return nil, err
	}
	defer s.closeAudio(ctx, stored)
	return answer(s.draw(ctx, stored, in.Points))
}

// keptPoints is how many points the wave forms have that are kept.
const keptPoints = 2000

// draw gives a wave form: the one that was kept, or else one drawn of all the sound.
func (s *server) draw(ctx context.Context, stored StoredAudio, points int) (Peaks, error) {
	if points == keptPoints {
		if p, ok, err := stored.Drawn(ctx); err != nil || ok {
			return p, err
		}
	}
	stored.Picture()
	return s.deps.Wave.Peaks(stored, stored.Size(), points)
}

func (s *server) logHeard(ctx context.Context, in *struct {
	PathID
	Body Heard
}) (*empty, error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.ToMs <= in.Body.FromMs {
		return nil, problem.BadField("body.to_ms", "must be after from_ms")
	}
	span := Span{Channel: Channel(in.Body.Channel), FromMs: in.Body.FromMs, ToMs: in.Body.ToMs}
	return &empty{}, s.deps.Recordings.Heard(ctx, principal(ctx), id, span)
}

func (s *server) checkRecording(ctx context.Context, in *PathID) (*body[RecordingCheck], error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Recordings.Check(ctx, principal(ctx), id))
}

func (s *server) commentRecording(ctx context.Context, in *struct {
	PathID
	Body NewComment
}) (*body[Comment], error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Recordings.Comment(ctx, principal(ctx), id, in.Body))
}

func (s *server) tagRecording(ctx context.Context, in *struct {
	PathID
	Body struct {
		Tag string `json:"tag" minLength:"1" maxLength:"64"`
	}
}) (*body[Tags], error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Recordings.AddTag(ctx, principal(ctx), id, in.Body.Tag))
}

func (s *server) untagRecording(ctx context.Context, in *struct {
	PathID
	Tag string `query:"tag" required:"true" minLength:"1" maxLength:"64"`
}) (*body[Tags], error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Recordings.RemoveTag(ctx, principal(ctx), id, in.Tag))
}

func (s *server) getFacets(ctx context.Context, _ *struct{}) (*body[RecordingFacets], error) {
	return answer(s.deps.Recordings.Facets(ctx, principal(ctx)))
}

func (s *server) listSavedSearches(ctx context.Context, _ *struct{}) (*body[SavedSearches], error) {
	return answer(s.deps.Recordings.SavedSearches(ctx, principal(ctx)))
}

func (s *server) saveSearch(ctx context.Context, in *struct{ Body NewSavedSearch }) (*body[SavedSearches], error) {
	return answer(s.deps.Recordings.SaveSearch(ctx, principal(ctx), in.Body))
}

func (s *server) dropSearch(ctx context.Context, in *PathID) (*empty, error) {
	id, err := parseID("saved_search", in.ID)
	if err != nil {
		return nil, err
	}
	return &empty{}, s.deps.Recordings.DropSearch(ctx, principal(ctx), id)
}
