package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

// Rule T-02: the head of records and the auditor keep; what ends is proposed by
// the head of records and decided on by a second person.
func (s *server) registerRetention(api huma.API) {
	keepers := only(access.RoleRecordsHead, access.RoleAuditor)
	register(s, api, op(keepers, http.MethodGet, "/holds", "list-holds", "Legal holds, those that are on first (Rule T-02)"), s.listHolds)
	register(s, api, status(http.StatusCreated, op(keepers, http.MethodPost, "/holds", "place-hold", "Put recordings under a legal hold")), s.placeHold)
	register(s, api, op(keepers, http.MethodGet, "/holds/{id}", "get-hold", "A legal hold with its recordings"), s.getHold)
	register(s, api, op(keepers, http.MethodPost, "/holds/{id}/recordings", "add-to-hold", "Put more recordings under a hold"), s.addToHold)
	register(s, api, op(keepers, http.MethodPost, "/holds/{id}/release", "release-hold", "Release a hold"), s.releaseHold)
	register(s, api, ofRecording(op(only(access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead), http.MethodGet, "/recordings/{id}/holds",
		"list-recording-holds", "The holds that are on a recording")), s.recordingHolds)
	register(s, api, op(keepers, http.MethodGet, "/expiry", "get-expiry", "What may be deleted, and what was proposed"), s.getExpiry)
	register(s, api, status(http.StatusCreated, op(only(access.RoleRecordsHead), http.MethodPost, "/expiry/batches", "propose-expiry",
		"Propose to delete recordings whose retention is over")), s.proposeExpiry)
	register(s, api, op(keepers, http.MethodGet, "/expiry/batches/{id}", "get-expiry-batch", "A proposal with its recordings"), s.getExpiryBatch)
	register(s, api, op(keepers, http.MethodPost, "/expiry/batches/{id}/decision", "decide-expiry", "Approve or refuse; never one's own"), s.decideExpiry)
}

func (s *server) listHolds(ctx context.Context, _ *struct{}) (*body[HoldList], error) {
	list, err := s.deps.Retention.Holds(ctx)
	return answer(HoldList{Holds: list}, err)
}

func (s *server) placeHold(ctx context.Context, in *struct{ Body NewHold }) (*body[Hold], error) {
	return answer(s.deps.Retention.PlaceHold(ctx, principal(ctx), in.Body))
}

func (s *server) getHold(ctx context.Context, in *struct {
	ID string `path:"id"`
}) (*body[HoldDetail], error) {
	id, err := parseID("hold", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Retention.Hold(ctx, id))
}

func (s *server) addToHold(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body HoldAddition
}) (*body[HoldDetail], error) {
	id, err := parseID("hold", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Retention.AddToHold(ctx, principal(ctx), id, in.Body))
}

func (s *server) releaseHold(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body ReasonInput
}) (*body[HoldDetail], error) {
	id, err := parseID("hold", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Retention.ReleaseHold(ctx, principal(ctx), id, in.Body.Reason))
}

func (s *server) recordingHolds(ctx context.Context, in *struct {
	ID string `path:"id"`
}) (*body[HoldList], error) {
	id, err := parseID("recording", in.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.deps.Retention.HoldsOf(ctx, id)
	return answer(HoldList{Holds: list}, err)
}

func (s *server) getExpiry(ctx context.Context, _ *struct{}) (*body[Expiry], error) {
	return answer(s.deps.Retention.Expiry(ctx))
}

func (s *server) proposeExpiry(ctx context.Context, in *struct{ Body NewExpiry }) (*body[ExpiryBatch], error) {
	return answer(s.deps.Retention.Propose(ctx, principal(ctx), in.Body))
}

func (s *server) getExpiryBatch(ctx context.Context, in *struct {
	ID string `path:"id"`
}) (*body[ExpiryDetail], error) {
	id, err := parseID("expiry", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Retention.Batch(ctx, id))
}

func (s *server) decideExpiry(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body ExpiryDecision
}) (*body[ExpiryDetail], error) {
	id, err := parseID("expiry", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Retention.Decide(ctx, principal(ctx), id, in.Body))
}
