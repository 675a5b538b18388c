package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"huifang/internal/access"
)

// registerGrants has what Rules S-02 and S-03 ask for. What lies under /my is
// for whoever is signed in: the grant, looked up anew each time, is what counts.
func (s *server) registerGrants(api huma.API) {
	head, readers := only(access.RoleRecordsHead), only(access.RoleRecordsHead, access.RoleAuditor)
	register(s, api, op(anybody(), http.MethodGet, "/my/access", "get-my-access", "What one asked for, and the recordings that grants give now (Rule S-02)"), s.getMyAccess)
	register(s, api, op(anybody(), http.MethodPost, "/my/access", "ask-access", "Ask to hear recordings (Rule S-02)"), s.askAccess)
	register(s, api, op(anybody(), http.MethodGet, "/my/recordings/{id}", "get-granted", "A granted recording"), s.getGranted)
	register(s, api, long(audioOperation(op(anybody(), http.MethodGet, "/my/recordings/{id}/audio", "get-granted-audio", "PCM16 WAV with ranges, under a grant; every fetch is logged"))), s.getGrantedAudio)
	register(s, api, op(anybody(), http.MethodGet, "/my/recordings/{id}/peaks", "get-granted-peaks", "The wave form of a granted recording"), s.getGrantedPeaks)
	register(s, api, status(http.StatusNoContent, op(anybody(), http.MethodPost, "/my/recordings/{id}/heard", "log-granted-heard", "Log what was listened to under a grant")), s.logGrantedHeard)
	register(s, api, long(audioOperation(op(anybody(), http.MethodGet, "/my/recordings/{id}/download", "download-granted", "The whole file, where the grant allows it; logged as downloaded"))), s.downloadGranted)
	register(s, api, long(audioOperation(ofRecording(op(listeners(), http.MethodGet, "/recordings/{id}/download", "download-recording", "The whole file, for the head of records and auditors; logged as downloaded (Rule S-01)")))), s.downloadRecording)

	register(s, api, op(readers, http.MethodGet, "/access-requests", "list-access-requests", "Who asked for what, newest first (Rule S-02)"), s.listAccessRequests)
	register(s, api, op(readers, http.MethodGet, "/access-requests/{id}", "get-access-request", "A request with the recordings that it may mean"), s.getAccessRequest)
	register(s, api, op(head, http.MethodPost, "/access-requests/{id}/approve", "approve-access", "Grant what was asked for, or less (Rules S-02, C-15)"), s.approveAccess)
	register(s, api, status(http.StatusNoContent, op(head, http.MethodPost, "/access-requests/{id}/refuse", "refuse-access", "Refuse with a reason")), s.refuseAccess)
	register(s, api, op(readers, http.MethodGet, "/access-grants", "list-access-grants", "Grants, newest first"), s.listAccessGrants)
	register(s, api, op(readers, http.MethodGet, "/access-grants/{id}/accesses", "list-grant-accesses", "What was done under a grant, newest first"), s.listGrantAccesses)
	register(s, api, status(http.StatusNoContent, op(head, http.MethodPost, "/access-grants/{id}/revoke", "revoke-access", "End a grant at once, with a reason")), s.revokeAccess)

	register(s, api, op(readers, http.MethodGet, "/filings", "list-filings", "What goes or went to regulators, newest first (Rule S-03)"), s.listFilings)
	register(s, api, op(head, http.MethodPost, "/filings", "draft-filing", "Begin a filing"), s.draftFiling)
	register(s, api, status(http.StatusNoContent, op(head, http.MethodPost, "/filings/{id}/file", "file-filing", "File a draft, which stands from then on")), s.fileFiling)
	register(s, api, status(http.StatusNoContent, op(head, http.MethodPost, "/filings/{id}/hand-over", "hand-over-filing", "Note who took which pack; refused without a filing (Rule S-03)")), s.handOverFiling)
}

func (s *server) getMyAccess(ctx context.Context, _ *struct{}) (*body[MyAccess], error) {
	return answer(s.deps.Grants.Mine(ctx, principal(ctx)))
}

func (s *server) askAccess(ctx context.Context, in *struct{ Body AccessOrder }) (*body[AccessRequest], error) {
	return answer(s.deps.Grants.Ask(ctx, principal(ctx), in.Body))
}

func (s *server) getGranted(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[GrantedRecording], error) {
	return answer(s.deps.Grants.Recording(ctx, principal(ctx), in.ID))
}

func (s *server) getGrantedAudio(ctx context.Context, in *audioInput) (*huma.StreamResponse, error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	stored, err := s.deps.Grants.OpenAudio(ctx, principal(ctx), id)
	if err != nil {
		return nil, err
	}
	return s.play(ctx, stored, Channel(in.Channel), in.Range)
}

func (s *server) getGrantedPeaks(ctx context.Context, in *struct {
	ID     ID  `path:"id"`
	Points int `query:"points" minimum:"10" maximum:"10000" default:"2000"`
}) (*body[Peaks], error) {
	stored, err := s.deps.Grants.OpenAudio(ctx, principal(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	defer s.closeAudio(ctx, stored)
	return answer(s.draw(ctx, stored, in.Points))
}

func (s *server) logGrantedHeard(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body Heard
}) (*empty, error) {
	span := Span{Channel: Channel(in.Body.Channel), FromMs: in.Body.FromMs, ToMs: in.Body.ToMs}
	return &empty{}, s.deps.Grants.Heard(ctx, principal(ctx), in.ID, span)
}

func (s *server) downloadGranted(ctx context.Context, in *PathID) (*huma.StreamResponse, error) {
	return s.download(ctx, in, s.deps.Grants.OpenDownload)
}

func (s *server) downloadRecording(ctx context.Context, in *PathID) (*huma.StreamResponse, error) {
	return s.download(ctx, in, s.deps.Grants.OpenDownloadByRole)
}

// download sends the whole recording as a file. The log has it before the
// first byte leaves; ranges are not served.
func (s *server) download(ctx context.Context, in *PathID, open func(context.Context, access.Principal, ID) (StoredAudio, error)) (*huma.StreamResponse, error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	stored, err := open(ctx, principal(ctx), id)
	if err != nil {
		return nil, err
	}
	err = stored.Fetch(ctx, Span{Channel: ChannelBoth, ToMs: stored.DurationMs()})
	if err != nil {
		s.closeAudio(ctx, stored)
		return nil, err
	}
	pcm, err := s.deps.Wave.PCM(stored, stored.Size(), ChannelBoth)
	if err != nil {
		s.closeAudio(ctx, stored)
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		defer s.closeAudio(hctx.Context(), stored)
		r, w := humago.Unwrap(hctx)
		r.Header.Del("Range")
		h := w.Header()
		h.Set("Content-Type", "audio/wav")
		h.Set("Cache-Control", "private, no-store")
		h.Set("Content-Disposition", `attachment; filename="`+id.String()+`.wav"`)
		http.ServeContent(w, r, "", time.Time{}, pcm)
	}}, nil
}

func (s *server) listAccessRequests(ctx context.Context, in *struct {
	State string `query:"state" enum:"open,approved,refused"`
}) (*body[AccessRequests], error) {
	return answer(s.deps.Grants.Requests(ctx, principal(ctx), in.State))
}

func (s *server) getAccessRequest(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[AccessCandidates], error) {
	return answer(s.deps.Grants.Candidates(ctx, principal(ctx), in.ID))
}

func (s *server) approveAccess(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body AccessDecision
}) (*body[AccessGrant], error) {
	return answer(s.deps.Grants.Approve(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) refuseAccess(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body AccessReason
}) (*empty, error) {
	return &empty{}, s.deps.Grants.Refuse(ctx, principal(ctx), in.ID, in.Body.Reason)
}

func (s *server) listAccessGrants(ctx context.Context, _ *struct{}) (*body[AccessGrants], error) {
	return answer(s.deps.Grants.Grants(ctx, principal(ctx)))
}

func (s *server) listGrantAccesses(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*body[GrantAccesses], error) {
	return answer(s.deps.Grants.Accesses(ctx, principal(ctx), in.ID))
}

func (s *server) revokeAccess(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body AccessReason
}) (*empty, error) {
	return &empty{}, s.deps.Grants.Revoke(ctx, principal(ctx), in.ID, in.Body.Reason)
}

func (s *server) listFilings(ctx context.Context, _ *struct{}) (*body[Filings], error) {
	return answer(s.deps.Grants.Filings(ctx, principal(ctx)))
}

func (s *server) draftFiling(ctx context.Context, in *struct{ Body FilingOrder }) (*body[Filing], error) {
	return answer(s.deps.Grants.Draft(ctx, principal(ctx), in.Body))
}

func (s *server) fileFiling(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*empty, error) {
	return &empty{}, s.deps.Grants.File(ctx, principal(ctx), in.ID)
}

func (s *server) handOverFiling(ctx context.Context, in *struct {
	ID   ID `path:"id"`
	Body FilingReceipt
}) (*empty, error) {
	return &empty{}, s.deps.Grants.HandOver(ctx, principal(ctx), in.ID, in.Body)
}
