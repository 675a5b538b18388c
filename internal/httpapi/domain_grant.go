package httpapi

import (
	"context"
	"encoding/hex"
	"time"

	"huifang/internal/access"
	"huifang/internal/disclosure"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

// grantsPort is packages disclosure and replay behind the port of grants.
type grantsPort struct {
	*disclosure.Service
	listen *replay.Service
}

// NewGrants puts the services behind the API.
func NewGrants(d *disclosure.Service, r *replay.Service) Grants { return grantsPort{d, r} }

func timeOf(t *time.Time) (v time.Time) {
	if t != nil {
		v = *t
	}
	return v
}

func (p grantsPort) Ask(ctx context.Context, who access.Principal, in AccessOrder) (AccessRequest, error) {
	r, err := p.Service.Ask(ctx, who, disclosure.Wanted{Purpose: in.Purpose, Named: in.Named, Customer: in.Customer, From: timeOf(in.From), To: timeOf(in.To), Days: in.Days, Download: in.Download})
	return requestOf(r), err
}

func (p grantsPort) Mine(ctx context.Context, who access.Principal) (MyAccess, error) {
	rs, _, err := p.Service.Mine(ctx, who)
	if err != nil {
		return MyAccess{}, err
	}
	gs, err := p.listen.MyGranted(ctx, who)
	return MyAccess{Requests: mapped(rs, requestOf), Recordings: mapped(gs, grantedOf)}, err
}

func (p grantsPort) Recording(ctx context.Context, who access.Principal, id ID) (GrantedRecording, error) {
	g, err := p.listen.GetGranted(ctx, who, id)
	return grantedOf(g), err
}

func (p grantsPort) Heard(ctx context.Context, who access.Principal, id ID, s Span) error {
	if s.ToMs <= s.FromMs {
		return problem.BadField("body.to_ms", "must be after from_ms")
	}
	return p.listen.HeardGranted(ctx, who, id, replaySpan(s))
}

func (p grantsPort) OpenAudio(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	l, err := p.listen.OpenGranted(ctx, who, id, false)
	if err != nil {
		return nil, err
	}
	return listening{l}, nil
}

func (p grantsPort) OpenDownload(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	l, err := p.listen.OpenGranted(ctx, who, id, true)
	if err != nil {
		return nil, err
	}
	return takingAway{listening{l}}, nil
}

func (p grantsPort) OpenDownloadByRole(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	l, err := p.listen.OpenDownload(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return takingAway{listening{l}}, nil
}

// takingAway is an open recording whose fetch is a download.
type takingAway struct{ listening }

func (t takingAway) Fetch(ctx context.Context, _ Span) error { return t.Download(ctx) }

func (p grantsPort) Requests(ctx context.Context, who access.Principal, state string) (AccessRequests, error) {
	rs, err := p.Service.Requests(ctx, who, disclosure.State(state))
	return AccessRequests{Requests: mapped(rs, requestOf)}, err
}

func (p grantsPort) Candidates(ctx context.Context, who access.Principal, id ID) (AccessCandidates, error) {
	r, cs, err := p.Service.Candidates(ctx, who, id)
	return AccessCandidates{Request: requestOf(r), Recordings: mapped(cs, func(c disclosure.Candidate) AccessCandidate {
		return AccessCandidate{RecordingRow: recordingRowOf(c.Row), Interest: c.Interest}
	})}, err
}

func (p grantsPort) Approve(ctx context.Context, who access.Principal, id ID, in AccessDecision) (AccessGrant, error) {
	g, err := p.Service.Approve(ctx, who, id, disclosure.Decision{Recordings: in.Recordings, Days: in.Days, Download: in.Download, Reason: in.Reason})
	return grantOf(g), err
}

func (p grantsPort) Grants(ctx context.Context, who access.Principal) (AccessGrants, error) {
	gs, err := p.Service.Grants(ctx, who)
	return AccessGrants{Grants: mapped(gs, grantOf)}, err
}

func (p grantsPort) Accesses(ctx context.Context, who access.Principal, id ID) (GrantAccesses, error) {
	as, err := p.Service.Accesses(ctx, who, id)
	return GrantAccesses{Accesses: mapped(as, func(a replay.Access) GrantAccess {
		return GrantAccess{RecordingID: a.RecordingID, RecordingAccess: accessOf(a)}
	})}, err
}

func (p grantsPort) Filings(ctx context.Context, who access.Principal) (Filings, error) {
	fs, err := p.Service.Filings(ctx, who)
	return Filings{Filings: mapped(fs, filingOf)}, err
}

func (p grantsPort) Draft(ctx context.Context, who access.Principal, in FilingOrder) (Filing, error) {
	f, err := p.Service.Draft(ctx, who, disclosure.Filing{Authority: in.Authority, Reference: in.Reference, LegalBasis: in.LegalBasis, Recordings: in.Recordings})
	return filingOf(f), err
}

func (p grantsPort) HandOver(ctx context.Context, who access.Principal, id ID, in FilingReceipt) error {
	sum, err := hex.DecodeString(in.PackSHA256)
	if err != nil {
		return problem.BadField("body.pack_sha256", "must be 64 hexadecimal digits")
	}
	return p.Service.HandOver(ctx, who, id, sum, in.TakenBy)
}

func requestOf(r disclosure.Request) AccessRequest {
	return AccessRequest{ID: r.ID, By: Ref{ID: r.RequesterID, Name: r.RequesterName}, Purpose: r.Purpose, Named: r.Named, Customer: r.Customer, From: maybe(r.From), To: maybe(r.To),
		Days: r.Days, Download: r.Download, CreatedAt: at(r.CreatedAt), State: string(r.State), DecidedBy: nameOf(r.DecidedBy, r.DecidedByName), DecidedAt: maybe(r.DecidedAt), Reason: r.Reason}
}

func grantedOf(g replay.Granted) GrantedRecording {
	return GrantedRecording{ID: g.ID, StartedAt: at(g.StartedAt), DurationMs: g.DurationMs, Agent: g.AgentName, Customer: g.CustomerName, MaskedNumber: g.Number.Masked(),
		ProgramCode: g.ProgramCode, State: g.State, Third: g.Third, GrantID: g.GrantID, Purpose: g.Purpose, Until: at(g.Until), Download: g.Download}
}

func grantOf(g disclosure.Grant) AccessGrant {
	return AccessGrant{ID: g.ID, RequestID: g.RequestID, User: Ref{ID: g.UserID, Name: g.UserName}, Purpose: g.Purpose, Recordings: g.Recordings, Until: at(g.Until), Download: g.Download,
		GrantedBy: Ref{ID: g.GrantedBy, Name: g.GrantedByName}, GrantedAt: at(g.GrantedAt), RevokedAt: maybe(g.RevokedAt), RevokedBy: g.RevokedByName, RevokeReason: g.RevokeReason}
}

func filingOf(f disclosure.Filing) Filing {
	return Filing{ID: f.ID, Authority: f.Authority, Reference: f.Reference, LegalBasis: f.LegalBasis, Recordings: f.Recordings, State: string(f.State),
		DraftedBy: Ref{ID: f.DraftedBy, Name: f.DraftedByName}, DraftedAt: at(f.DraftedAt), FiledBy: nameOf(f.FiledBy, f.FiledByName), FiledAt: maybe(f.FiledAt),
		PackSHA256: hex.EncodeToString(f.PackSHA256), TakenBy: f.TakenBy, HandedBy: nameOf(f.HandedBy, f.HandedByName), HandedAt: maybe(f.HandedAt)}
}
