package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/problem"
)

// Span is what of a recording is meant, in milliseconds from its first sample;
// To is excluded.
type Span struct {
	Channel      Channel
	FromMs, ToMs int64
}

// within checks the span and cuts it to the recording's length, where that is
// known already.
func (s Span) within(durationMs int64) (Span, error) {
	if !slices.Contains([]Channel{ChannelBoth, ChannelLeft, ChannelRight, ChannelThird}, s.Channel) {
		return Span{}, problem.BadField("channel", "must be both, left, right or third")
	}
	if durationMs > 0 && s.ToMs > durationMs {
		s.ToMs = durationMs
	}
	if s.FromMs < 0 || s.ToMs < s.FromMs {
		return Span{}, problem.BadField("from_ms", "must lie within the recording, before to_ms")
	}
	return s, nil
}

func (s Span) access(a Action) Access {
	return Access{Action: a, Channel: s.Channel, HasRange: true, FromMs: s.FromMs, ToMs: s.ToMs}
}

// errNotLogged: audio is given only after the log has it.
var errNotLogged = errors.New("read recording: the access is not logged")

// Listening is an open recording of somebody who may hear it. Nothing can be
// read before [Listening.Fetch] has logged what is fetched. It is for one
// goroutine; Close it.
type Listening struct {
	Recording Detail
	service   *Service
	who       access.Principal
	audio     Audio
	logged    bool
	grant     uuid.UUID       // under which it is heard; zero: by role
	download  bool            // the grant is for taking it away
	ctx       context.Context // of the request that reads, for asking again; only under a grant
	asked     time.Time       // when the grant was last looked up
}

// askAgain is how often somebody who reads under a grant is asked for it: the
// browser plays an hour out of one request (Rule S-02).
const askAgain = time.Second

// OpenAudio opens the stored recording. The roles are checked before anything
// is opened. Rule S-01.
func (s *Service) OpenAudio(ctx context.Context, who access.Principal, id uuid.UUID) (*Listening, error) {
	d, err := s.authorize(ctx, who, id, "audio")
	if err != nil {
		return nil, err
	}
	a, err := s.cfg.Archive.OpenAudio(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", id, err)
	}
	return &Listening{Recording: d, service: s, who: who, audio: a}, nil
}

// OpenProbe opens the recording of a test call for those who look after trunks:
// nobody's customer is in it. The fetch is logged like any. Rule S-01.
func (s *Service) OpenProbe(ctx context.Context, who access.Principal, id uuid.UUID) (*Listening, error) {
	if !who.Has(access.RoleAdministrator, access.RoleAuditor) {
		return nil, problem.Forbidden("no_listening", "only administrators and auditors hear test calls")
	}
	f, err := s.cfg.Store.StoredFile(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look up recording: %w", err)
	}
	a, err := s.cfg.Archive.OpenAudio(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", id, err)
	}
	return &Listening{Recording: Detail{Row: Row{ID: id, State: f.State, DurationMs: f.DurationMs}, SHA256: f.SHA256}, service: s, who: who, audio: a}, nil
}

// Fetch logs which span is about to be read.
func (l *Listening) Fetch(ctx context.Context, span Span) error {
	span, err := span.within(l.Recording.DurationMs)
	if err != nil {
		return err
	}
	return l.log(ctx, span.access(ActionFetched))
}

func (l *Listening) log(ctx context.Context, a Access) error {
	a.GrantID = l.grant
	if err := l.service.append(ctx, l.who, l.Recording.ID, a); err != nil {
		return err
	}
	l.logged = true
	return nil
}

// Picture allows reading for the picture of the waveform, from which nothing
// can be heard; the look at the recording is logged by [Service.Get].
func (l *Listening) Picture() { l.logged = true }

// Drawn gives the wave form that was kept; false: it has to be drawn.
func (l *Listening) Drawn(ctx context.Context) (Peaks, bool, error) {
	return l.service.cfg.Store.Peaks(ctx, l.Recording.ID)
}

// Size of the stored file in bytes; known before anything is logged.
func (l *Listening) Size() int64 { return l.audio.Size() }

// Read reads the stored file.
func (l *Listening) Read(p []byte) (int, error) {
	if !l.logged {
		return 0, errNotLogged
	}
	if err := l.still(); err != nil {
		return 0, err
	}
	return l.audio.Read(p)
}

// still looks the grant up again: nothing more is read once it is revoked or
// over, in the midst of an answer too. Rule S-02.
func (l *Listening) still() error {
	now := l.service.now()
	if l.grant == uuid.Nil || now.Sub(l.asked) < askAgain {
		return nil
	}
	l.asked = now
	_, err := l.service.granted(l.ctx, l.who, l.Recording.ID, "rest", l.download)
	return err
}

// Seek moves within the stored file.
func (l *Listening) Seek(offset int64, whence int) (int64, error) {
	return l.audio.Seek(offset, whence)
}

// Close gives the file back.
func (l *Listening) Close() error { return l.audio.Close() }
