package callback

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// SuggestionState is what has become of a suggestion.
type SuggestionState string

// The states of a suggestion. Rule C-29.
const (
	SuggestionOpen     SuggestionState = "open"
	SuggestionAccepted SuggestionState = "accepted" // its words are in a draft
	SuggestionDeclined SuggestionState = "declined" // with a reason
)

// SuggestionStates lists the closed set.
func SuggestionStates() []SuggestionState {
	return []SuggestionState{SuggestionOpen, SuggestionAccepted, SuggestionDeclined}
}

// Suggestion is what an agent would rather say: the words of one part of a
// script, or of one question, in one language. Rule C-29.
type Suggestion struct {
	ID           uuid.UUID
	PaperID      uuid.UUID
	PaperKind    PaperKind // set on reading
	PaperCode    string    // set on reading
	PaperName    Words     // set on reading
	Version      int
	Variant      int    // of a script: 0 for everybody
	Place        string // key of the part or item
	Language     string
	Wording      string
	Was          string // set on reading: the words of the version
	Reason       string
	State        SuggestionState
	MadeBy       uuid.UUID
	MadeName     string // set on reading
	MadeAt       time.Time
	DecidedBy    uuid.UUID
	DecidedName  string // set on reading
	DecidedAt    time.Time
	Answer       string
	DraftVersion int // the draft that has it; 0: none
}

// place gives the words of a body at a place, nil where there is none.
func (b *PaperBody) place(variant int, key, language string) *string {
	for i := range b.Items {
		if b.Items[i].Key == key && variant == 0 {
			if language == LanguageEnglish {
				return &b.Items[i].Label.English
			}
			return &b.Items[i].Label.Chinese
		}
	}
	zh, en := b.Chinese, b.English
	if variant > 0 {
		if variant > len(b.Variants) {
			return nil
		}
		zh, en = b.Variants[variant-1].Chinese, b.Variants[variant-1].English
	}
	parts := zh
	if language == LanguageEnglish {
		parts = en
	}
	for i := range parts {
		if parts[i].Key == key {
			return &parts[i].Text
		}
	}
	return nil
}

// Words are those of a body at a place; empty where there is none.
func (b PaperBody) Words(variant int, key, language string) string {
	if w := b.place(variant, key, language); w != nil {
		return *w
	}
	return ""
}

// copied gives a body whose words can be changed without changing the first's.
func (b PaperBody) copied() PaperBody {
	b.Items, b.Chinese, b.English, b.Variants = slices.Clone(b.Items), slices.Clone(b.Chinese), slices.Clone(b.English), slices.Clone(b.Variants)
	for i := range b.Variants {
		b.Variants[i].Chinese, b.Variants[i].English = slices.Clone(b.Variants[i].Chinese), slices.Clone(b.Variants[i].English)
	}
	return b
}

// SuggestionInput is what an agent writes.
type SuggestionInput struct {
	PaperID  uuid.UUID
	Version  int
	Variant  int
	Place    string
	Language string
	Wording  string
	Reason   string
}

// Suggest notes a better wording, for whoever looks after the paper. Rule C-29.
func (s *Service) Suggest(ctx context.Context, who access.Principal, in SuggestionInput) (Suggestion, error) {
	v, err := s.store.PaperVersion(ctx, in.PaperID, in.Version)
	if err != nil {
		return Suggestion{}, fmt.Errorf("look up paper: %w", err)
	}
	var wrong []problem.Field
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	in.Wording, in.Reason = strings.TrimSpace(in.Wording), strings.TrimSpace(in.Reason)
	if in.Language != LanguageChinese && in.Language != LanguageEnglish {
		bad("language", "must be %s or %s", LanguageChinese, LanguageEnglish)
	}
	words := v.Body.place(in.Variant, in.Place, in.Language)
	switch {
	case words == nil || v.State == PaperDraft:
		bad("place", "is no part of that version")
	case in.Wording == "" || len(in.Wording) > maxText || in.Wording == *words:
		bad("wording", "must say it in another way, in at most %d bytes", maxText)
	}
	if in.Reason == "" || len(in.Reason) > maxReason {
		bad("reason", "is required, in at most %d bytes", maxReason)
	}
	if len(wrong) > 0 {
		return Suggestion{}, problem.Invalid(wrong...)
	}
	now := s.now()
	g := Suggestion{ID: uuid.New(), PaperID: in.PaperID, Version: in.Version, Variant: in.Variant, Place: in.Place, Language: in.Language,
		Wording: in.Wording, Reason: in.Reason, State: SuggestionOpen, MadeBy: who.User.ID, MadeAt: now}
	if err := s.store.InsertSuggestion(ctx, g, suggestionEvent(who, now, audit.ActionSuggestionMade, g, in.Reason)); err != nil {
		return Suggestion{}, fmt.Errorf("note suggestion: %w", err)
	}
	return s.suggestion(ctx, g.ID)
}

// Suggestions lists them: one's own, or for whoever decides, everybody's.
func (s *Service) Suggestions(ctx context.Context, who access.Principal, state SuggestionState) ([]Suggestion, error) {
	by := who.User.ID
	if decides(who) {
		by = uuid.Nil
	}
	gs, err := s.store.Suggestions(ctx, by, state)
	if err != nil {
		return nil, fmt.Errorf("list suggestions: %w", err)
	}
	return gs, nil
}

func decides(who access.Principal) bool {
	return who.Has(access.RoleSupervisor, access.RoleAdministrator)
}

// AcceptSuggestion puts the words of an open suggestion into the paper's draft,
// which is begun where there is none. They are said once it is published.
func (s *Service) AcceptSuggestion(ctx context.Context, who access.Principal, id uuid.UUID, answer string) (Suggestion, error) {
	g, answer, err := s.toDecide(ctx, who, id, answer)
	if err != nil {
		return Suggestion{}, err
	}
	p, err := s.store.Paper(ctx, g.PaperID)
	if err != nil {
		return Suggestion{}, fmt.Errorf("look up paper: %w", err)
	}
	now := s.draftTime()
	v, there := draftOf(p, who.User.ID, now)
	var was time.Time
	if there {
		was = v.UpdatedAt
	}
	v.Body, v.UpdatedAt = v.Body.copied(), now
	words := v.Body.place(g.Variant, g.Place, g.Language)
	if words == nil {
		return Suggestion{}, problem.Conflict("place_gone", "the draft has no such part any more: decline it with this reason")
	}
	*words = g.Wording
	g.State, g.DecidedBy, g.DecidedAt, g.Answer, g.DraftVersion = SuggestionAccepted, who.User.ID, now, answer, v.Version
	if err := s.store.DecideSuggestion(ctx, g, &v, was, suggestionEvent(who, now, audit.ActionSuggestionAccepted, g, answer)); err != nil {
		return Suggestion{}, fmt.Errorf("accept suggestion: %w", err)
	}
	return s.suggestion(ctx, id)
}

// DeclineSuggestion declines an open suggestion, with a reason that its maker sees.
func (s *Service) DeclineSuggestion(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (Suggestion, error) {
	g, reason, err := s.toDecide(ctx, who, id, reason)
	if err != nil {
		return Suggestion{}, err
	}
	if reason == "" {
		return Suggestion{}, problem.BadField("answer", "is required: whoever made the suggestion sees it")
	}
	now := s.now()
	g.State, g.DecidedBy, g.DecidedAt, g.Answer = SuggestionDeclined, who.User.ID, now, reason
	if err := s.store.DecideSuggestion(ctx, g, nil, time.Time{}, suggestionEvent(who, now, audit.ActionSuggestionDeclined, g, reason)); err != nil {
		return Suggestion{}, fmt.Errorf("decline suggestion: %w", err)
	}
	return s.suggestion(ctx, id)
}

func (s *Service) toDecide(ctx context.Context, who access.Principal, id uuid.UUID, answer string) (Suggestion, string, error) {
	if !decides(who) {
		return Suggestion{}, "", problem.Forbidden("role", "supervisors and administrators decide on suggestions")
	}
	if answer = strings.TrimSpace(answer); len(answer) > maxReason {
		return Suggestion{}, "", problem.BadField("answer", "must have at most %d bytes", maxReason)
	}
	g, err := s.suggestion(ctx, id)
	if err != nil {
		return Suggestion{}, "", err
	}
	if g.State != SuggestionOpen {
		return Suggestion{}, "", problem.Conflict("decided", "the suggestion is decided")
	}
	return g, answer, nil
}

func (s *Service) suggestion(ctx context.Context, id uuid.UUID) (Suggestion, error) {
	g, err := s.store.Suggestion(ctx, id)
	if err != nil {
		return Suggestion{}, fmt.Errorf("look up suggestion: %w", err)
	}
	return g, nil
}

func suggestionEvent(who access.Principal, at time.Time, action string, g Suggestion, reason string) audit.Event {
	return audit.Event{At: at, ActorID: who.User.ID, Action: action, ObjectKind: "suggestion", ObjectID: g.ID.String(), Rule: "C-29", Reason: reason,
		Detail: map[string]any{"paper_id": g.PaperID.String(), "version": g.Version, "place": g.Place, "language": g.Language}, IP: who.IP}
}
