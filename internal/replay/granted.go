package replay

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// noGrant is one answer for an id that is unknown, one that is not granted, and
// a grant that is over or revoked. Rule S-02.
func noGrant() error {
	return &problem.Error{Code: problem.CodeForbidden, Rule: "S-02", Reason: "no_grant", Detail: "no grant of yours gives this"}
}

// MyGranted lists what grants give whoever asks, and logs each as listed. Rule S-02.
func (s *Service) MyGranted(ctx context.Context, who access.Principal) ([]Granted, error) {
	gs, err := s.cfg.Store.Granted(ctx, who.User.ID, uuid.Nil, s.now())
	if err != nil {
		return nil, fmt.Errorf("list granted recordings: %w", err)
	}
	for _, g := range gs {
		if err := s.append(ctx, who, g.ID, Access{Action: ActionListed, GrantID: g.GrantID}); err != nil {
			return nil, err
		}
	}
	return gs, nil
}

// granted gives the recording under a grant as the database has it now; others
// are refused and the refusal is logged. Rule S-02.
func (s *Service) granted(ctx context.Context, who access.Principal, id uuid.UUID, what string, download bool) (Granted, error) {
	if id != uuid.Nil {
		gs, err := s.cfg.Store.Granted(ctx, who.User.ID, id, s.now())
		if err != nil {
			return Granted{}, fmt.Errorf("look up grant: %w", err)
		}
		if len(gs) > 0 && (gs[0].Download || !download) {
			return gs[0], nil
		}
	}
	_, err := s.cfg.Store.StoredFile(ctx, id)
	if err != nil && !problem.IsNotFound(err) {
		return Granted{}, fmt.Errorf("look up recording: %w", err)
	}
	if err == nil {
		if err := s.append(ctx, who, id, Access{Action: ActionRefused}); err != nil {
			return Granted{}, err
		}
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionRecordingRefused, ObjectKind: "recording", ObjectID: id.String(),
		Rule: "S-02", Reason: "no_grant", Detail: map[string]any{"wanted": what}, IP: who.IP}
	if err := s.cfg.Store.AppendEvent(ctx, e); err != nil {
		return Granted{}, fmt.Errorf("log refused access: %w", err)
	}
	return Granted{}, noGrant()
}

// GetGranted gives a recording under a grant; the look is logged before. Rule S-02.
func (s *Service) GetGranted(ctx context.Context, who access.Principal, id uuid.UUID) (Granted, error) {
	g, err := s.granted(ctx, who, id, "detail", false)
	if err != nil {
		return Granted{}, err
	}
	return g, s.append(ctx, who, id, Access{Action: ActionOpened, GrantID: g.GrantID})
}

// HeardGranted notes that a span was played under a grant. Rule S-02.
func (s *Service) HeardGranted(ctx context.Context, who access.Principal, id uuid.UUID, span Span) error {
	g, err := s.granted(ctx, who, id, "heard", false)
	if err != nil {
		return err
	}
	if span, err = span.within(g.DurationMs); err != nil {
		return err
	}
	a := span.access(ActionHeard)
	a.GrantID = g.GrantID
	return s.append(ctx, who, id, a)
}

// OpenGranted opens the audio under a grant, to be heard or, when the grant
// allows it, taken away ([Listening.Download]). Each request asks anew: after a
// revocation the next is refused, and one that is under way ends within a
// second. ctx must last as long as the reading. Rule S-02.
func (s *Service) OpenGranted(ctx context.Context, who access.Principal, id uuid.UUID, download bool) (*Listening, error) {
	what := "audio"
	if download {
		what = "download"
	}
	g, err := s.granted(ctx, who, id, what, download)
	if err != nil {
		return nil, err
	}
	a, err := s.cfg.Archive.OpenAudio(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", id, err)
	}
	return &Listening{Recording: Detail{Row: g.Row}, service: s, who: who, audio: a, grant: g.GrantID, download: download, ctx: ctx, asked: s.now()}, nil
}

// OpenDownload opens the audio to be taken away by role: the head of records
// and auditors. Rule S-01.
func (s *Service) OpenDownload(ctx context.Context, who access.Principal, id uuid.UUID) (*Listening, error) {
	if MayListen(who) && !who.Has(access.RoleRecordsHead, access.RoleAuditor) {
		if err := s.logRefusal(ctx, who, id.String(), "download", refused()); err != nil {
			return nil, err
		}
		return nil, &problem.Error{Code: problem.CodeForbidden, Rule: "S-01", Reason: "no_download", Detail: "only the head of records and auditors take recordings away"}
	}
	return s.OpenAudio(ctx, who, id)
}

// Download logs that the whole is taken away.
func (l *Listening) Download(ctx context.Context) error {
	return l.log(ctx, Access{Action: ActionDownloaded, Channel: ChannelBoth, HasRange: true, ToMs: l.Recording.DurationMs})
}
