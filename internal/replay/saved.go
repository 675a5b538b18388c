package replay

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/problem"
)

// Limits of saved searches.
const (
	maxSaved       = 50 // of one person
	maxSavedName   = 60 // characters
	maxSavedFields = 40
	maxSavedText   = 200 // characters of a field
)

// SavedSearch is a search that its owner comes back to: what was put into the
// fields of the page, by their names. What it finds is searched for anew.
type SavedSearch struct {
	ID      uuid.UUID
	Name    string
	Filter  map[string]string
	SavedAt time.Time
}

// SavedSearches lists one's own, by name.
func (s *Service) SavedSearches(ctx context.Context, who access.Principal) ([]SavedSearch, error) {
	if !MayListen(who) {
		return nil, refused()
	}
	all, err := s.cfg.Store.SavedSearches(ctx, who.User.ID)
	if err != nil {
		return nil, fmt.Errorf("list saved searches: %w", err)
	}
	return all, nil
}

// SaveSearch keeps one, in place of one's own of the same name.
func (s *Service) SaveSearch(ctx context.Context, who access.Principal, name string, filter map[string]string) ([]SavedSearch, error) {
	if !MayListen(who) {
		return nil, refused()
	}
	var wrong []problem.Field
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > maxSavedName {
		wrong = append(wrong, problem.Field{Location: "body.name", Message: fmt.Sprintf("must have 1 to %d characters", maxSavedName)})
	}
	if len(filter) == 0 || len(filter) > maxSavedFields {
		wrong = append(wrong, problem.Field{Location: "body.filter", Message: fmt.Sprintf("must have 1 to %d fields", maxSavedFields)})
	}
	for field, text := range filter {
		if utf8.RuneCountInString(field) > maxSavedText || utf8.RuneCountInString(text) > maxSavedText {
			wrong = append(wrong, problem.Field{Location: "body.filter." + field, Message: fmt.Sprintf("must have at most %d characters", maxSavedText)})
		}
	}
	if len(wrong) > 0 {
		return nil, problem.Invalid(wrong...)
	}
	if err := s.cfg.Store.SaveSearch(ctx, who.User.ID, SavedSearch{ID: uuid.New(), Name: name, Filter: filter, SavedAt: s.now()}, maxSaved); err != nil {
		return nil, fmt.Errorf("save search: %w", err)
	}
	return s.SavedSearches(ctx, who)
}

// DropSearch forgets one's own.
func (s *Service) DropSearch(ctx context.Context, who access.Principal, id uuid.UUID) error {
	if !MayListen(who) {
		return refused()
	}
	if err := s.cfg.Store.DropSearch(ctx, who.User.ID, id); err != nil {
		return fmt.Errorf("forget search: %w", err)
	}
	return nil
}
