package backend

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/httpapi"
	"huifang/internal/trunk"
	"huifang/signaling/sip"
)

// recentSpan is the shorter window of a trunk's statistics.
const recentSpan = 15 * time.Minute

// Trunks are the trunks of the API: what is said about them, how they stand,
// and what became of their calls. All fields are required.
type Trunks struct {
	Service    *trunk.Service
	States     interface{ Trunks() []sip.TrunkStatus } // *sip.UserAgent
	Board      *trunk.Board
	Statistics interface {
		TrunkStatistics(ctx context.Context, since time.Time) (map[string]trunk.Statistics, error)
	} // *store.Store
	Zone  *time.Location
	Clock func() time.Time
}

// List gives all trunks, the first to be tried first.
func (t Trunks) List(ctx context.Context) ([]httpapi.TrunkEntry, error) {
	list, err := t.Service.List(ctx)
	if err != nil {
		return nil, err
	}
	now := t.Clock()
	y, m, d := now.In(t.Zone).Date()
	recent, err := t.Statistics.TrunkStatistics(ctx, now.Add(-recentSpan))
	if err != nil {
		return nil, err
	}
	today, err := t.Statistics.TrunkStatistics(ctx, time.Date(y, m, d, 0, 0, 0, 0, t.Zone))
	if err != nil {
		return nil, err
	}
	out := make([]httpapi.TrunkEntry, 0, len(list))
	for _, each := range list {
		v := t.shown(each)
		v.Recent, v.Today = statistics(recent[each.Name]), statistics(today[each.Name])
		out = append(out, v)
	}
	return out, nil
}

func statistics(s trunk.Statistics) httpapi.TrunkStatistics {
	if s.Outcomes == nil {
		s.Outcomes = map[string]int{}
	}
	return httpapi.TrunkStatistics{Attempts: s.Attempts, Answered: s.Answered, Failed: s.Failed, Rang: s.Rang,
		PostDialDelayMs: s.PostDialDelay.Milliseconds(), Outcomes: s.Outcomes}
}

func (t Trunks) shown(v trunk.Trunk) httpapi.TrunkEntry {
	out := httpapi.TrunkEntry{
		ID: v.ID, Source: string(v.Source), HasPassword: v.HasPassword, KeysExposed: v.KeysExposed(), UpdatedAt: v.UpdatedAt, State: "off",
		TrunkFields: httpapi.TrunkFields{
			Name: v.Name, Enabled: v.Enabled, Address: v.Address, Transport: v.Transport, Domain: v.Domain, Username: v.Username,
			CallerID: v.CallerID, CallerIDs: v.CallerIDs, Register: v.Register, RegisterExpiresS: int(v.RegisterExpires / time.Second),
			SRTP: cmp.Or(v.SRTP, "off"), StripPrefix: v.StripPrefix, AddPrefix: v.AddPrefix, MaxCalls: v.MaxCalls, CallsPerSecond: v.CallsPerSecond,
			Priority: v.Priority, Weight: v.Weight, Sources: v.Sources, MediaSources: v.MediaSources, ProbeNumber: v.ProbeNumber,
		},
		Recent: statistics(trunk.Statistics{}), Today: statistics(trunk.Statistics{}),
	}
	for _, r := range v.Rewrites {
		out.Rewrites = append(out.Rewrites, httpapi.TrunkRewrite(r))
	}
	for _, code := range slices.SortedFunc(maps.Keys(v.Outcomes), cmp.Compare[int]) {
		out.Outcomes = append(out.Outcomes, httpapi.TrunkOutcome{Code: code, Outcome: v.Outcomes[code]})
	}
	for _, s := range t.States.Trunks() {
		if s.Name == v.Name && v.Enabled {
			out.State, out.Since = string(s.State), stamp(s.Since)
		}
	}
	standing := t.Board.Standing(v.Name)
	out.Calls, out.Degraded = standing.Calls, standing.Degraded
	return out
}

func settingsOf(in httpapi.TrunkFields) trunk.Settings {
	s := trunk.Settings{
		Name: in.Name, Enabled: in.Enabled, Address: in.Address, Transport: in.Transport, Domain: in.Domain, Username: in.Username,
		CallerID: in.CallerID, CallerIDs: in.CallerIDs, Register: in.Register, RegisterExpires: time.Duration(in.RegisterExpiresS) * time.Second,
		SRTP: cmp.Or(in.SRTP, "off"), StripPrefix: in.StripPrefix, AddPrefix: in.AddPrefix, MaxCalls: in.MaxCalls, CallsPerSecond: in.CallsPerSecond,
		Priority: in.Priority, Weight: in.Weight, Sources: in.Sources, MediaSources: in.MediaSources, ProbeNumber: in.ProbeNumber,
	}
	for _, r := range in.Rewrites {
		s.Rewrites = append(s.Rewrites, trunk.Rewrite(r))
	}
	for _, o := range in.Outcomes {
		if s.Outcomes == nil {
			s.Outcomes = map[int]string{}
		}
		s.Outcomes[o.Code] = o.Outcome
	}
	return s
}

// Create makes a trunk.
func (t Trunks) Create(ctx context.Context, who access.Principal, in httpapi.TrunkInput) (httpapi.TrunkEntry, error) {
	password := ""
	if in.Password != nil {
		password = *in.Password
	}
	v, err := t.Service.Create(ctx, who, settingsOf(in.TrunkFields), password)
	if err != nil {
		return httpapi.TrunkEntry{}, err
	}
	return t.shown(v), nil
}

// Change replaces what is said about a trunk.
func (t Trunks) Change(ctx context.Context, who access.Principal, id uuid.UUID, in httpapi.TrunkInput) (httpapi.TrunkEntry, error) {
	v, err := t.Service.Change(ctx, who, id, settingsOf(in.TrunkFields), in.Password)
	if err != nil {
		return httpapi.TrunkEntry{}, err
	}
	return t.shown(v), nil
}

// Remove takes a trunk out.
func (t Trunks) Remove(ctx context.Context, who access.Principal, id uuid.UUID) error {
	return t.Service.Remove(ctx, who, id)
}

// Test begins a test call.
func (t Trunks) Test(ctx context.Context, who access.Principal, id uuid.UUID) (httpapi.Probe, error) {
	p, err := t.Service.Test(ctx, who, id)
	if err != nil {
		return httpapi.Probe{}, err
	}
	return probe(p), nil
}

// Probes are the latest test calls of a trunk.
func (t Trunks) Probes(ctx context.Context, id uuid.UUID) ([]httpapi.Probe, error) {
	list, err := t.Service.Probes(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]httpapi.Probe, 0, len(list))
	for _, p := range list {
		out = append(out, probe(p))
	}
	return out, nil
}

// ProbeSound names the recording of a test call.
func (t Trunks) ProbeSound(ctx context.Context, id, probeID uuid.UUID) (uuid.UUID, error) {
	p, err := t.Service.ProbeOf(ctx, id, probeID)
	return p.Recording.ID, err
}

func probe(p trunk.Probe) httpapi.Probe {
	return httpapi.Probe{ID: p.ID, By: httpapi.Ref{ID: p.By, Name: p.ByName}, Number: p.Number, CallerID: p.CallerID, StartedAt: p.StartedAt,
		RingingAt: stamp(p.RingingAt), AnsweredAt: stamp(p.AnsweredAt), EndedAt: stamp(p.EndedAt), Outcome: p.Outcome, Reason: p.Reason, SIPCode: p.SIPCode,
		Quality: httpapi.ProbeQuality(p.Quality),
		Recording: httpapi.ProbeSound{State: p.Recording.State, DurationMs: p.Recording.Duration.Milliseconds(), SentMs: p.Recording.Sent.Milliseconds(),
			HeardMs: p.Recording.Heard.Milliseconds()}}
}
