package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerCalls(api huma.API) {
	var (
		agents  = only(access.RoleAgent, access.RoleSupervisor)
		readers = only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor)
	)
	register(s, api, op(agents, http.MethodGet, "/me/call", "get-my-call", "My live call and the records still to be written"), s.getMyCall)
	register(s, api, op(readers, http.MethodGet, "/calls/{id}", "get-call", "A call with its evidence (Rules T-03, T-06)"), s.getCall)
	register(s, api, op(only(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor), http.MethodGet, "/call-marks", "list-call-marks",
		"Secure pauses, complaints, supervisors who took part: for review (Rules T-13, C-20)"), s.listMarks)
	register(s, api, op(only(access.RoleSupervisor), http.MethodGet, "/calls/live", "list-live-calls", "The calls that are up now"), s.listLive)
	register(s, api, op(agents, http.MethodGet, "/calls/{id}/colleagues", "list-colleagues", "Who may be given one's live call (Rule C-15)"), s.listColleagues)
	register(s, api, op(agents, http.MethodGet, "/calls/{id}/record", "get-record", "The record of one's own call (Rule C-01)"), s.getRecord)
	register(s, api, op(agents, http.MethodGet, "/calls/{id}/record-sheet", "get-record-sheet", "The questions and the form that one's own record is written on (Rules C-10, C-16)"), s.getRecordSheet)
	register(s, api, op(agents, http.MethodPut, "/calls/{id}/record", "save-record", "Write the record (Rule C-01)"), s.saveRecord)
}

func (s *server) getMyCall(ctx context.Context, _ *struct{}) (*body[MyCall], error) {
	who := principal(ctx)
	live, err := s.deps.Calls.Current(ctx, who)
	if err != nil {
		return nil, err
	}
	wrapups, err := s.deps.Calls.Wrapups(ctx, who)
	return answer(MyCall{Call: Snapshot{Value: live}, Wrapups: wrapups}, err)
}

func (s *server) getCall(ctx context.Context, in *PathID) (*body[Call], error) {
	id, err := parseID("call", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calls.Get(ctx, principal(ctx), id))
}

func (s *server) listLive(ctx context.Context, _ *struct{}) (*body[LiveCallList], error) {
	calls, err := s.deps.Calls.Live(ctx, principal(ctx))
	return answer(LiveCallList{Calls: calls}, err)
}

func (s *server) listColleagues(ctx context.Context, in *PathID) (*body[ColleagueList], error) {
	id, err := parseID("call", in.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.deps.Calls.Colleagues(ctx, principal(ctx), id)
	return answer(ColleagueList{Colleagues: list}, err)
}

func (s *server) listMarks(ctx context.Context, in *struct {
	Period
	Kind string `query:"kind" enum:",pause,complaint,monitor,handover,transfer"`
	By   string `query:"by" doc:"Id of who made them"`
	Page
}) (*body[MarkPage], error) {
	by, err := optionalID("query.by", in.By)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calls.Marks(ctx, principal(ctx), MarkQuery{
		From: in.From, To: in.To, Kind: in.Kind, By: by, Limit: in.Limit, Cursor: in.Cursor,
	}))
}

func (s *server) getRecord(ctx context.Context, in *PathID) (*body[Record], error) {
	id, err := parseID("call", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calls.Record(ctx, principal(ctx), id))
}

func (s *server) getRecordSheet(ctx context.Context, in *InLanguage) (*body[RecordSheet], error) {
	id, err := parseID("call", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calls.RecordSheet(ctx, principal(ctx), id, in.Lang))
}

func (s *server) saveRecord(ctx context.Context, in *struct {
	PathID
	Body RecordInput
}) (*body[Record], error) {
	id, err := parseID("call", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Calls.SaveRecord(ctx, principal(ctx), id, in.Body))
}
