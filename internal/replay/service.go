package replay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Limits of a search.
const (
	DefaultSpan = 90 * 24 * time.Hour // when no dates are given
	maxSpan     = 10 * 366 * 24 * time.Hour
	defaultPage = 50
	maxPage     = 200
	maxAccesses = 200 // shown with a recording
)

// States lists the states of a recording, in their order (design 6).
func States() []string {
	return []string{"opened", "spooling", "sealed", "uploading", "stored", "verified", "held", "expired", "deleted", "failed", "missing"}
}

// Config is what a service is made of; all of it is required.
type Config struct {
	Store   Store
	Archive Archive
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Service finds recordings and gives them to those who may hear them. It may
// be used by many goroutines.
type Service struct{ cfg Config }

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Archive == nil || c.Clock == nil || c.Logger == nil {
		return nil, errors.New("make replay service: store, archive, clock and logger are required")
	}
	return &Service{cfg: c}, nil
}

func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

// MayListen reports whether somebody may see and hear recordings. Supervisors
// and agents may not; approvals for departments come with Rule S-02.
func MayListen(who access.Principal) bool {
	return who.Has(access.RoleInspector, access.RoleAuditor, access.RoleRecordsHead)
}

func refused() *problem.Error {
	return &problem.Error{Code: problem.CodeForbidden, Rule: "S-01", Reason: "no_listening",
		Detail: "only inspectors, auditors and the head of records see and hear recordings"}
}

// interested refuses whoever called the customer in the case, or whose customer
// it is, or whose department's: their role does not count then. Rule C-15.
func interested() *problem.Error {
	return &problem.Error{Code: problem.CodeForbidden, Rule: "C-15", Reason: "own_interest",
		Detail: "nobody hears a case in which they have an interest: their own call, their own customer, or their department's"}
}

// Page is a part of a search. Next is zero on the last page.
type Page struct {
	Rows []Row
	Next Cursor
}

// Search lists recordings, newest first. Without dates it covers the last
// ninety days; the name is searched for by its pieces, the number by its last
// digits. What was asked and how much was found is logged before it is given.
// Rules S-01, T-08.
func (s *Service) Search(ctx context.Context, who access.Principal, q Query) (Page, error) {
	if !MayListen(who) {
		if err := s.logRefusal(ctx, who, "", "search", refused()); err != nil {
			return Page{}, err
		}
		return Page{}, refused()
	}
	q, err := s.complete(q)
	if err != nil {
		return Page{}, err
	}
	rows, err := s.cfg.Store.Recordings(ctx, q)
	if err != nil {
		return Page{}, fmt.Errorf("search recordings: %w", err)
	}
	p := Page{Rows: rows}
	if len(rows) > q.Limit {
		p.Rows = rows[:q.Limit]
		last := p.Rows[q.Limit-1]
		p.Next = Cursor{OpenedAt: last.OpenedAt, ID: last.ID}
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionRecordingsListed, ObjectKind: "recording", Rule: "S-01", Detail: q.words(), IP: who.IP}
	e.Detail["rows"] = len(p.Rows)
	if err := s.cfg.Store.AppendEvent(ctx, e); err != nil {
		return Page{}, fmt.Errorf("log search: %w", err)
	}
	return p, nil
}

func (s *Service) complete(q Query) (Query, error) {
	var wrong []problem.Field
	now := s.now()
	if q.To.IsZero() {
		q.To = now.Add(time.Minute)
	}
	if q.From.IsZero() {
		q.From = q.To.Add(-DefaultSpan)
	}
	if !q.From.Before(q.To) || q.To.Sub(q.From) > maxSpan {
		wrong = append(wrong, problem.Field{Location: "from", Message: "must lie before to, by at most ten years"})
	}
	q.Limit = min(cmp.Or(max(q.Limit, 0), defaultPage), maxPage)
	if q.Text = customer.SearchText(q.Text); q.Text != "" {
		q.Grams = customer.QueryGrams(q.Text)
	}
	if q.Tail != "" {
		tail, ok := customer.Digits(q.Tail)
		if !ok {
			wrong = append(wrong, problem.Field{Location: "digits", Message: "must be 3 to 15 digits"})
		}
		q.Tail = tail
	}
	if q.Outcome != "" && !slices.Contains(call.Outcomes(), q.Outcome) {
		wrong = append(wrong, problem.Field{Location: "outcome", Message: "is no outcome", Value: string(q.Outcome)})
	}
	if q.State != "" && !slices.Contains(States(), q.State) {
		wrong = append(wrong, problem.Field{Location: "state", Message: "is no state of a recording", Value: q.State})
	}
	if q.Shortest < 0 || q.Longest < 0 || q.Longest > 0 && q.Longest < q.Shortest {
		wrong = append(wrong, problem.Field{Location: "longest_s", Message: "must not be less than shortest_s, and neither less than 0"})
	}
	if q.ScoreBelow < 0 || q.ScoreBelow > 101 {
		wrong = append(wrong, problem.Field{Location: "score_below", Message: "must be 1 to 101"})
	}
	q.Tag = tagText(q.Tag)
	q.Program, q.Dissatisfied = strings.TrimSpace(q.Program), strings.TrimSpace(q.Dissatisfied)
	if len(wrong) > 0 {
		return Query{}, problem.Invalid(wrong...)
	}
	return q, nil
}

// authorize gives the recording to those who may hear it. Others are refused
// whether it exists or not; the refusal is logged, with the recording when
// there is one, and so is whoever has an interest in the case. Rules S-01, C-15.
func (s *Service) authorize(ctx context.Context, who access.Principal, id uuid.UUID, what string) (Detail, error) {
	d, err := s.cfg.Store.Recording(ctx, id)
	if err != nil && !problem.IsNotFound(err) {
		return Detail{}, fmt.Errorf("look up recording: %w", err)
	}
	no := refused()
	if MayListen(who) {
		if err != nil || what == "check" { // a comparison lets nobody hear anything
			return d, err
		}
		interest, err := s.cfg.Store.HasInterest(ctx, who.User.ID, id)
		if err != nil {
			return Detail{}, fmt.Errorf("look for an interest: %w", err)
		}
		if !interest {
			return d, nil
		}
		no = interested()
	}
	if err == nil {
		a := Access{RecordingID: id, UserID: who.User.ID, At: s.now(), Action: ActionRefused, IP: who.IP}
		if err := s.cfg.Store.AppendAccess(ctx, a); err != nil {
			return Detail{}, fmt.Errorf("log refused access: %w", err)
		}
	}
	if err := s.logRefusal(ctx, who, id.String(), what, no); err != nil {
		return Detail{}, err
	}
	return Detail{}, no
}

func (s *Service) logRefusal(ctx context.Context, who access.Principal, id, what string, no *problem.Error) error {
	e := audit.Event{
		At: s.now(), ActorID: who.User.ID, Action: audit.ActionRecordingRefused, ObjectKind: "recording", ObjectID: id,
		Rule: no.Rule, Reason: no.Reason, Detail: map[string]any{"wanted": what}, IP: who.IP,
	}
	if err := s.cfg.Store.AppendEvent(ctx, e); err != nil {
		return fmt.Errorf("log refused access: %w", err)
	}
	return nil
}

// Get gives a recording with its facts, its record and who listened; the look
// is logged before it is given. Rule S-01.
func (s *Service) Get(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	d, err := s.authorize(ctx, who, id, "detail")
	if err != nil {
		return Detail{}, err
	}
	if err := s.append(ctx, who, id, Access{Action: ActionOpened}); err != nil {
		return Detail{}, err
	}
	if d.Accesses, err = s.cfg.Store.Accesses(ctx, id, maxAccesses); err != nil {
		return Detail{}, fmt.Errorf("list accesses: %w", err)
	}
	if d.Comments, err = s.cfg.Store.Comments(ctx, id); err != nil {
		return Detail{}, fmt.Errorf("list comments: %w", err)
	}
	if d.FiledUnder, err = s.cfg.Store.Tags(ctx, id); err != nil {
		return Detail{}, fmt.Errorf("list tags: %w", err)
	}
	return d, nil
}

func (s *Service) append(ctx context.Context, who access.Principal, id uuid.UUID, a Access) error {
	a.RecordingID, a.UserID, a.At, a.IP = id, who.User.ID, s.now(), who.IP
	if err := s.cfg.Store.AppendAccess(ctx, a); err != nil {
		return fmt.Errorf("log access: %w", err)
	}
	return nil
}

// Heard notes that a span was played. Rule S-01.
func (s *Service) Heard(ctx context.Context, who access.Principal, id uuid.UUID, span Span) error {
	d, err := s.authorize(ctx, who, id, "heard")
	if err != nil {
		return err
	}
	if span, err = span.within(d.DurationMs); err != nil {
		return err
	}
	return s.append(ctx, who, id, span.access(ActionHeard))
}

// Check reads the stored object again and compares it with what was sealed.
// Rule S-04.
func (s *Service) Check(ctx context.Context, who access.Principal, id uuid.UUID) (CheckResult, error) {
	if _, err := s.authorize(ctx, who, id, "check"); err != nil {
		return CheckResult{}, err
	}
	res, err := s.cfg.Archive.Check(ctx, id)
	if err != nil {
		return CheckResult{}, fmt.Errorf("check recording %s: %w", id, err)
	}
	e := audit.Event{
		At: s.now(), ActorID: who.User.ID, Action: audit.ActionRecordingChecked, ObjectKind: "recording", ObjectID: id.String(), Rule: "S-04",
		Detail: map[string]any{"sha256_ok": res.SHA256OK, "retention_ok": res.RetentionOK, "error": res.Error}, IP: who.IP,
	}
	if err := s.cfg.Store.AppendEvent(ctx, e); err != nil {
		return CheckResult{}, fmt.Errorf("log check: %w", err)
	}
	return res, nil
}
