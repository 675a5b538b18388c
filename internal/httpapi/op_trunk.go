package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerTrunks(api huma.API) {
	register(s, api, op(only(access.RoleAdministrator, access.RoleAuditor), http.MethodGet, "/trunks", "list-trunks", "Trunks, how they stand and how they do (Rule T-07)"), s.listTrunks)
	register(s, api, withSecret(status(http.StatusCreated, op(only(access.RoleAdministrator), http.MethodPost, "/trunks", "create-trunk", "Make a trunk"))), s.createTrunk)
	register(s, api, op(only(access.RoleAdministrator), http.MethodPut, "/trunks/{id}", "update-trunk", "Replace what is said about a trunk"), s.updateTrunk)
	register(s, api, op(only(access.RoleAdministrator, access.RoleAuditor), http.MethodGet, "/trunks/{id}/probes", "list-probes", "Test calls over a trunk, the latest first"), s.listProbes)
	register(s, api, status(http.StatusCreated, op(only(access.RoleAdministrator), http.MethodPost, "/trunks/{id}/probes", "test-trunk", "Make a recorded test call to the trunk's probe number; it goes on after the answer")), s.testTrunk)
	register(s, api, long(audioOperation(op(only(access.RoleAdministrator, access.RoleAuditor), http.MethodGet, "/trunks/{id}/probes/{probe_id}/audio", "get-probe-audio", "PCM16 WAV of a test call; every fetch is logged (Rule S-01)"))), s.getProbeAudio)
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

func (s *server) listProbes(ctx context.Context, in *PathID) (*body[ProbeList], error) {
	id, err := parseID("trunk", in.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.deps.Trunks.Probes(ctx, id)
	return answer(ProbeList{Probes: list}, err)
}

func (s *server) testTrunk(ctx context.Context, in *PathID) (*body[Probe], error) {
	id, err := parseID("trunk", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Trunks.Test(ctx, principal(ctx), id))
}

func (s *server) getProbeAudio(ctx context.Context, in *struct {
	PathID
	Probe string `path:"probe_id"`
	Range string `header:"Range"`
}) (*huma.StreamResponse, error) {
	id, err := parseID("trunk", in.ID)
	if err != nil {
		return nil, err
	}
	probe, err := parseID("probe", in.Probe)
	if err != nil {
		return nil, err
	}
	sound, err := s.deps.Trunks.ProbeSound(ctx, id, probe)
	if err != nil {
		return nil, err
	}
	stored, err := s.deps.Recordings.OpenProbe(ctx, principal(ctx), sound)
	if err != nil {
		return nil, err
	}
	return s.play(ctx, stored, ChannelBoth, in.Range)
}
