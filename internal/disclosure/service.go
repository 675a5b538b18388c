package disclosure

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

// Limits of what can be asked for.
const (
	MaxDays       = 90
	MaxRecordings = 200
	maxText       = 2000
	maxList       = 200
	maxPeriod     = 400 * 24 * time.Hour
)

// Config is what a service is made of; all of it is required.
type Config struct {
	Store Store
	Clock func() time.Time
}

// Service keeps requests, grants and filings. It may be used by many goroutines.
type Service struct{ cfg Config }

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || c.Clock == nil {
		return nil, errors.New("make disclosure service: store and clock are required")
	}
	return &Service{cfg: c}, nil
}

func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Microsecond) }

func (s *Service) event(who access.Principal, at time.Time, action, kind string, id uuid.UUID, rule, reason string, detail map[string]any) audit.Event {
	return audit.Event{At: at, ActorID: who.User.ID, Action: action, ObjectKind: kind, ObjectID: id.String(), Rule: rule, Reason: reason, Detail: detail, IP: who.IP}
}

func headOnly(who access.Principal) error {
	if !who.Has(access.RoleRecordsHead) {
		return problem.Forbidden("role", "only the head of records decides who hears recordings")
	}
	return nil
}

func readersOnly(who access.Principal) error {
	if !who.Has(access.RoleRecordsHead, access.RoleAuditor) {
		return problem.Forbidden("role", "only the head of records and auditors see requests and grants of others")
	}
	return nil
}

func text(wrong *[]problem.Field, location, v string) string {
	v = strings.TrimSpace(v)
	if v == "" || utf8.RuneCountInString(v) > maxText {
		*wrong = append(*wrong, problem.Field{Location: location, Message: "must be 1 to 2000 characters"})
	}
	return v
}

// Ask files a request. What it names is not looked up: whoever asks does not
// learn whether it exists. Rule S-02.
func (s *Service) Ask(ctx context.Context, who access.Principal, w Wanted) (Request, error) {
	var wrong []problem.Field
	w.Purpose = text(&wrong, "purpose", w.Purpose)
	w.Customer = strings.TrimSpace(w.Customer)
	slices.SortFunc(w.Named, func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
	w.Named = slices.Compact(w.Named)
	switch {
	case len(w.Named) > MaxRecordings:
		wrong = append(wrong, problem.Field{Location: "named", Message: "must be at most 200"})
	case len(w.Named) == 0 && w.Customer == "":
		wrong = append(wrong, problem.Field{Location: "named", Message: "name recordings, or a customer and a period"})
	case len(w.Named) > 0 && w.Customer != "":
		wrong = append(wrong, problem.Field{Location: "customer", Message: "name either recordings or a customer"})
	case w.Customer != "" && (len(customer.QueryGrams(customer.SearchText(w.Customer))) == 0 || utf8.RuneCountInString(w.Customer) > 200):
		wrong = append(wrong, problem.Field{Location: "customer", Message: "must be 2 to 200 characters"})
	case w.Customer != "" && (!w.From.Before(w.To) || w.To.Sub(w.From) > maxPeriod):
		wrong = append(wrong, problem.Field{Location: "from", Message: "must lie before to, by at most 400 days"})
	}
	if len(w.Named) > 0 {
		w.From, w.To = time.Time{}, time.Time{}
	}
	if w.Days < 1 || w.Days > MaxDays {
		wrong = append(wrong, problem.Field{Location: "days", Message: "must be 1 to 90"})
	}
	if len(wrong) > 0 {
		return Request{}, problem.Invalid(wrong...)
	}
	r := Request{ID: uuid.New(), RequesterID: who.User.ID, RequesterName: who.User.Name, Wanted: w, CreatedAt: s.now(), State: StateOpen}
	e := s.event(who, r.CreatedAt, audit.ActionAccessAsked, "access_request", r.ID, "S-02", w.Purpose, map[string]any{"named": len(w.Named), "days": w.Days, "download": w.Download})
	return r, s.cfg.Store.InsertRequest(ctx, r, e)
}

// Mine lists the requests and the grants of whoever asks, newest first.
func (s *Service) Mine(ctx context.Context, who access.Principal) ([]Request, []Grant, error) {
	rs, err := s.cfg.Store.Requests(ctx, who.User.ID, "", maxList)
	if err != nil {
		return nil, nil, err
	}
	gs, err := s.cfg.Store.Grants(ctx, who.User.ID, maxList)
	return rs, gs, err
}

// Requests lists everybody's, newest first.
func (s *Service) Requests(ctx context.Context, who access.Principal, state State) ([]Request, error) {
	if err := readersOnly(who); err != nil {
		return nil, err
	}
	return s.cfg.Store.Requests(ctx, uuid.Nil, state, maxList)
}

// Candidates finds the recordings that a request may mean, and says which of
// them its author may not hear (Rule C-15).
func (s *Service) Candidates(ctx context.Context, who access.Principal, id uuid.UUID) (Request, []Candidate, error) {
	if err := readersOnly(who); err != nil {
		return Request{}, nil, err
	}
	r, err := s.cfg.Store.Request(ctx, id)
	if err != nil {
		return Request{}, nil, err
	}
	var grams []string
	if r.Customer != "" {
		grams = customer.QueryGrams(customer.SearchText(r.Customer))
	}
	cs, err := s.cfg.Store.Candidates(ctx, r, grams, MaxRecordings)
	return r, cs, err
}

// Approve grants a request or less of it: fewer recordings, fewer days, no
// download. Nobody approves their own, and nothing is granted to somebody with
// an interest in the case. Rules S-02, C-15.
func (s *Service) Approve(ctx context.Context, who access.Principal, id uuid.UUID, d Decision) (Grant, error) {
	if err := headOnly(who); err != nil {
		return Grant{}, err
	}
	r, candidates, err := s.Candidates(ctx, who, id)
	if err != nil {
		return Grant{}, err
	}
	if r.RequesterID == who.User.ID {
		return Grant{}, s.refuse(ctx, who, id, "S-02", "own_request", "nobody approves their own request")
	}
	if len(d.Recordings) == 0 || d.Days < 1 || utf8.RuneCountInString(d.Reason) > maxText {
		return Grant{}, problem.BadField("recordings", "at least one recording for at least a day")
	}
	if d.Days > r.Days || d.Download && !r.Download {
		return Grant{}, problem.Refused("S-02", "more_than_asked", "a grant gives no more than was asked for", nil)
	}
	for _, rec := range d.Recordings {
		i := slices.IndexFunc(candidates, func(c Candidate) bool { return c.ID == rec })
		if i < 0 {
			return Grant{}, problem.Refused("S-02", "more_than_asked", "a grant gives no more than was asked for", map[string]any{"recording_id": rec.String()})
		}
		if candidates[i].Interest {
			return Grant{}, s.refuse(ctx, who, id, "C-15", "interest", "nobody hears recordings of a case in which they have an interest")
		}
	}
	now := s.now()
	g := Grant{ID: uuid.New(), RequestID: id, UserID: r.RequesterID, UserName: r.RequesterName, Purpose: r.Purpose, Recordings: d.Recordings,
		Until: now.Add(time.Duration(d.Days) * 24 * time.Hour), Download: d.Download, GrantedBy: who.User.ID, GrantedByName: who.User.Name, GrantedAt: now}
	e := s.event(who, now, audit.ActionAccessGranted, "access_grant", g.ID, "S-02", strings.TrimSpace(d.Reason),
		map[string]any{"request_id": id.String(), "user_id": g.UserID.String(), "recordings": len(g.Recordings), "days": d.Days, "download": d.Download})
	return g, s.cfg.Store.Approve(ctx, g, e.Reason, e)
}

// refuse logs a decision that a rule does not allow, and gives its problem.
func (s *Service) refuse(ctx context.Context, who access.Principal, id uuid.UUID, rule, reason, detail string) error {
	if err := s.cfg.Store.AppendEvent(ctx, s.event(who, s.now(), audit.ActionAccessBarred, "access_request", id, rule, reason, nil)); err != nil {
		return err
	}
	return problem.Refused(rule, reason, detail, nil)
}

// Refuse refuses a request with a reason. Rule S-02.
func (s *Service) Refuse(ctx context.Context, who access.Principal, id uuid.UUID, reason string) error {
	if err := headOnly(who); err != nil {
		return err
	}
	var wrong []problem.Field
	if reason = text(&wrong, "reason", reason); len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	r, err := s.cfg.Store.Request(ctx, id)
	if err != nil {
		return err
	}
	if r.RequesterID == who.User.ID {
		return s.refuse(ctx, who, id, "S-02", "own_request", "nobody decides their own request")
	}
	now := s.now()
	return s.cfg.Store.Refuse(ctx, id, who.User.ID, now, reason, s.event(who, now, audit.ActionAccessRefused, "access_request", id, "S-02", reason, nil))
}

// Grants lists everybody's, newest first.
func (s *Service) Grants(ctx context.Context, who access.Principal) ([]Grant, error) {
	if err := readersOnly(who); err != nil {
		return nil, err
	}
	return s.cfg.Store.Grants(ctx, uuid.Nil, maxList)
}

// Revoke ends a grant at once: the next request under it is refused. Rule S-02.
func (s *Service) Revoke(ctx context.Context, who access.Principal, id uuid.UUID, reason string) error {
	if err := headOnly(who); err != nil {
		return err
	}
	var wrong []problem.Field
	if reason = text(&wrong, "reason", reason); len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	now := s.now()
	return s.cfg.Store.Revoke(ctx, id, who.User.ID, now, reason, s.event(who, now, audit.ActionAccessRevoked, "access_grant", id, "S-02", reason, nil))
}

// Accesses lists what was done under a grant, newest first.
func (s *Service) Accesses(ctx context.Context, who access.Principal, id uuid.UUID) ([]replay.Access, error) {
	if err := readersOnly(who); err != nil {
		return nil, err
	}
	return s.cfg.Store.GrantAccesses(ctx, id, maxList)
}
