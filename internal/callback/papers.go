package callback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// PaperShelf keeps papers with their versions, and the suggestions to them.
type PaperShelf interface {
	// Papers lists those of a kind, or all, by kind and code, versions without bodies.
	Papers(ctx context.Context, kind PaperKind) ([]Paper, error)
	// Paper gives one with its versions; problem not_found.
	Paper(ctx context.Context, id uuid.UUID) (Paper, error)
	// PaperVersion gives one; problem not_found.
	PaperVersion(ctx context.Context, id uuid.UUID, version int) (PaperVersion, error)
	// InsertPaper makes a paper with its first version; a code that is taken is a problem conflict.
	InsertPaper(ctx context.Context, p Paper, e audit.Event) error
	// ShipPaper makes a shipped paper, or its next version where people have
	// changed nothing of it; otherwise it does nothing.
	ShipPaper(ctx context.Context, p Paper, e audit.Event) error
	// SaveDraft inserts a draft, or writes the one that is still as it was read
	// (zero: there was none); problem conflict otherwise.
	SaveDraft(ctx context.Context, v PaperVersion, was time.Time, e audit.Event) error
	// PublishPaper publishes a draft that is still as it was read, and retires
	// the version before it; problem conflict otherwise.
	PublishPaper(ctx context.Context, v PaperVersion, was time.Time, e audit.Event) error
	// RetirePaper retires the published version of a paper that no program
	// points to; problem refused otherwise.
	RetirePaper(ctx context.Context, id uuid.UUID, at time.Time, e audit.Event) error

	// Suggestions lists them newest first; uuid.Nil: of everybody, "": in every state.
	Suggestions(ctx context.Context, madeBy uuid.UUID, state SuggestionState) ([]Suggestion, error)
	// Suggestion gives one; problem not_found.
	Suggestion(ctx context.Context, id uuid.UUID) (Suggestion, error)
	InsertSuggestion(ctx context.Context, s Suggestion, e audit.Event) error
	// DecideSuggestion writes the decision of an open one, and the draft that
	// has its words (nil: none, see SaveDraft); problem conflict otherwise.
	DecideSuggestion(ctx context.Context, s Suggestion, draft *PaperVersion, was time.Time, e audit.Event) error
}

const maxNote = 500 // bytes of what is new in a version

// mayReadPapers: those who work with papers; agents see what they need in the task.
func mayReadPapers(who access.Principal) bool {
	return who.Has(access.RoleAdministrator, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor)
}

// Papers lists the papers of a kind, or all.
func (s *Service) Papers(ctx context.Context, who access.Principal, kind PaperKind) ([]Paper, error) {
	if !mayReadPapers(who) {
		return nil, problem.Forbidden("role", "papers are for administrators and supervisors")
	}
	ps, err := s.store.Papers(ctx, kind)
	if err != nil {
		return nil, fmt.Errorf("list papers: %w", err)
	}
	return ps, nil
}

// Paper gives one with its versions.
func (s *Service) Paper(ctx context.Context, who access.Principal, id uuid.UUID) (Paper, error) {
	if !mayReadPapers(who) {
		return Paper{}, problem.Forbidden("role", "papers are for administrators and supervisors")
	}
	p, err := s.store.Paper(ctx, id)
	if err != nil {
		return Paper{}, fmt.Errorf("look up paper: %w", err)
	}
	return p, nil
}

// NewPaper is a paper that is to be made; its first version is a draft, of what
// another paper says or empty.
type NewPaper struct {
	Kind   PaperKind
	Code   string
	Name   Words
	CopyOf uuid.UUID // uuid.Nil: none
}

// CreatePaper makes a paper with a draft. Rule C-16.
func (s *Service) CreatePaper(ctx context.Context, who access.Principal, in NewPaper) (Paper, error) {
	if !who.Has(access.RoleAdministrator) {
		return Paper{}, onlyAdministrators()
	}
	in.Code, in.Name = strings.TrimSpace(in.Code), Words{strings.TrimSpace(in.Name.Chinese), strings.TrimSpace(in.Name.English)}
	var wrong []problem.Field
	bad := func(at, msg string) { wrong = append(wrong, problem.Field{Location: at, Message: msg}) }
	if !paperCode.MatchString(in.Code) {
		bad("code", "must have at most 40 letters, digits and hyphens, and begin with one of the first two")
	}
	in.Name.faults(func(lang, msg string) {
		bad(map[string]string{LanguageChinese: "name_zh", LanguageEnglish: "name_en"}[lang], msg)
	})
	if in.Kind != PaperQuestionnaire && in.Kind != PaperScript && in.Kind != PaperForm {
		bad("kind", "must be questionnaire, script or form")
	}
	now := s.draftTime()
	p := Paper{ID: uuid.New(), Kind: in.Kind, Code: in.Code, Name: in.Name, CreatedBy: who.User.ID, CreatedAt: now}
	v := PaperVersion{PaperID: p.ID, Version: 1, State: PaperDraft, CreatedBy: who.User.ID, CreatedAt: now, UpdatedAt: now}
	if in.CopyOf != uuid.Nil {
		from, err := s.store.Paper(ctx, in.CopyOf)
		if problem.IsNotFound(err) || err == nil && from.Kind != in.Kind {
			bad("copy_of", "must be a paper of the same kind")
		} else if err != nil {
			return Paper{}, fmt.Errorf("look up paper: %w", err)
		} else {
			v.Body, v.Note = newest(from).Body, from.Code
		}
	}
	if len(wrong) > 0 {
		return Paper{}, problem.Invalid(wrong...)
	}
	p.Versions = []PaperVersion{v}
	if err := s.store.InsertPaper(ctx, p, s.paperEvent(who, now, audit.ActionPaperCreated, p, map[string]any{"version": 1})); err != nil {
		return Paper{}, fmt.Errorf("make paper %s: %w", p.Code, err)
	}
	return s.Paper(ctx, who, p.ID)
}

// newest is the version that a draft begins with: the draft, or the published one, or the last.
func newest(p Paper) PaperVersion {
	for _, state := range []PaperState{PaperDraft, PaperPublished, PaperRetired} {
		for _, v := range p.Versions {
			if v.State == state {
				return v
			}
		}
	}
	return PaperVersion{}
}

// draftOf gives the draft of a paper, or the beginning of one; there says which.
func draftOf(p Paper, by uuid.UUID, now time.Time) (v PaperVersion, there bool) {
	v = newest(p)
	if v.State == PaperDraft {
		return v, true
	}
	return PaperVersion{PaperID: p.ID, Version: p.Versions[0].Version + 1, State: PaperDraft, Body: v.Body, CreatedBy: by, CreatedAt: now}, false
}

// SaveDraft keeps a draft, the first time as a new version. It need not be
// whole: what keeps it from being published comes back. was is the draft's
// UpdatedAt as it was read, zero where there was none.
func (s *Service) SaveDraft(ctx context.Context, who access.Principal, id uuid.UUID, body PaperBody, note string, was time.Time) (Paper, []problem.Field, error) {
	if !who.Has(access.RoleAdministrator) {
		return Paper{}, nil, onlyAdministrators()
	}
	note = strings.TrimSpace(note)
	if len(note) > maxNote {
		return Paper{}, nil, problem.BadField("note", "must have at most %d bytes", maxNote)
	}
	if len(body.Items) > maxItems || len(body.Chinese) > maxParts || len(body.English) > maxParts || len(body.Variants) > maxVariants {
		return Paper{}, nil, problem.BadField("body", "must have at most %d items, %d parts and %d variants", maxItems, maxParts, maxVariants)
	}
	p, err := s.Paper(ctx, who, id)
	if err != nil {
		return Paper{}, nil, err
	}
	now := s.draftTime()
	v, there := draftOf(p, who.User.ID, now)
	if there != !was.IsZero() {
		return Paper{}, nil, problem.Conflict("changed_meanwhile", "the draft has changed meanwhile")
	}
	v.Body, v.Note, v.UpdatedAt = body, note, now
	if err := s.store.SaveDraft(ctx, v, was, s.paperEvent(who, now, audit.ActionPaperChanged, p, map[string]any{"version": v.Version})); err != nil {
		return Paper{}, nil, fmt.Errorf("save draft of paper %s: %w", p.Code, err)
	}
	p, err = s.Paper(ctx, who, id)
	return p, body.Faults(p.Kind), err
}

// PublishPaper makes the draft what holds from now on; it never changes again,
// and the version before it is retired. Records that are being written stay on
// theirs. Rule C-16.
func (s *Service) PublishPaper(ctx context.Context, who access.Principal, id uuid.UUID, was time.Time) (Paper, error) {
	if !who.Has(access.RoleAdministrator) {
		return Paper{}, onlyAdministrators()
	}
	p, err := s.Paper(ctx, who, id)
	if err != nil {
		return Paper{}, err
	}
	v := newest(p)
	if v.State != PaperDraft {
		return Paper{}, problem.Conflict("no_draft", "there is no draft to publish")
	}
	if faults := v.Body.Faults(p.Kind); len(faults) > 0 {
		return Paper{}, problem.Invalid(faults...)
	}
	now := s.now()
	v.State, v.PublishedBy, v.PublishedAt = PaperPublished, who.User.ID, now
	if err := s.store.PublishPaper(ctx, v, was, s.paperEvent(who, now, audit.ActionPaperPublished, p, map[string]any{"version": v.Version, "note": v.Note})); err != nil {
		return Paper{}, fmt.Errorf("publish paper %s: %w", p.Code, err)
	}
	s.cfg.Logger.InfoContext(ctx, "paper published", "kind", p.Kind, "code", p.Code, "version", v.Version)
	return s.Paper(ctx, who, id)
}

// RetirePaper takes a paper that no program points to out of use.
func (s *Service) RetirePaper(ctx context.Context, who access.Principal, id uuid.UUID) (Paper, error) {
	if !who.Has(access.RoleAdministrator) {
		return Paper{}, onlyAdministrators()
	}
	p, err := s.Paper(ctx, who, id)
	if err != nil {
		return Paper{}, err
	}
	if len(p.Programs) > 0 {
		return Paper{}, problem.Refused("C-16", "paper_in_use", "programs point to it: "+strings.Join(p.Programs, ", "), map[string]any{"programs": p.Programs})
	}
	now := s.now()
	if err := s.store.RetirePaper(ctx, id, now, s.paperEvent(who, now, audit.ActionPaperRetired, p, nil)); err != nil {
		return Paper{}, fmt.Errorf("retire paper %s: %w", p.Code, err)
	}
	return s.Paper(ctx, who, id)
}

// draftTime is now as drafts carry it: pages hand it back, and have milliseconds.
func (s *Service) draftTime() time.Time { return s.now().Truncate(time.Millisecond) }

func (s *Service) paperEvent(who access.Principal, at time.Time, action string, p Paper, detail map[string]any) audit.Event {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["kind"], detail["code"] = string(p.Kind), p.Code
	return audit.Event{At: at, ActorID: who.User.ID, Action: action, ObjectKind: "paper", ObjectID: p.ID.String(), Rule: "C-16", Detail: detail, IP: who.IP}
}

func onlyAdministrators() error {
	return problem.Forbidden("role", "only administrators change papers")
}
