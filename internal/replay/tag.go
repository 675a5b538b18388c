package replay

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// maxTag is the longest tag, in characters; a recording has at most maxTags.
const (
	maxTag       = 32
	maxTags      = 20
	maxTagsInUse = 200
)

// Tag is what a recording is filed under.
type Tag struct {
	Text    string
	AddedBy string // name
	AddedAt time.Time
}

// tagText is a tag as it is kept: single spaces, none around it.
func tagText(s string) string { return strings.Join(strings.Fields(s), " ") }

// AddTag files a recording under a tag; the log says who did. To add one that it
// has changes nothing. Rules S-01, S-04.
func (s *Service) AddTag(ctx context.Context, who access.Principal, id uuid.UUID, tag string) ([]Tag, error) {
	if _, err := s.authorize(ctx, who, id, "tag"); err != nil {
		return nil, err
	}
	tag = tagText(tag)
	if n := utf8.RuneCountInString(tag); n == 0 || n > maxTag {
		return nil, problem.BadField("body.tag", "must have 1 to %d characters", maxTag)
	}
	has, err := s.cfg.Store.Tags(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("list tags: %w", err)
	}
	if len(has) >= maxTags {
		return nil, problem.BadField("body.tag", "a recording has at most %d tags", maxTags)
	}
	if _, err := s.cfg.Store.AddTag(ctx, uuid.New(), id, tag, s.tagged(who, id, audit.ActionRecordingTagged, tag)); err != nil {
		return nil, fmt.Errorf("tag recording: %w", err)
	}
	return s.tags(ctx, id)
}

// RemoveTag takes a tag off; that it was on stays in the log. Rules S-01, S-04.
func (s *Service) RemoveTag(ctx context.Context, who access.Principal, id uuid.UUID, tag string) ([]Tag, error) {
	if _, err := s.authorize(ctx, who, id, "tag"); err != nil {
		return nil, err
	}
	tag = tagText(tag)
	if err := s.cfg.Store.RemoveTag(ctx, id, tag, s.tagged(who, id, audit.ActionRecordingUntagged, tag)); err != nil {
		return nil, fmt.Errorf("take tag off: %w", err)
	}
	return s.tags(ctx, id)
}

func (s *Service) tags(ctx context.Context, id uuid.UUID) ([]Tag, error) {
	tags, err := s.cfg.Store.Tags(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("list tags: %w", err)
	}
	return tags, nil
}

func (s *Service) tagged(who access.Principal, id uuid.UUID, action, tag string) audit.Event {
	return audit.Event{
		At: s.now(), ActorID: who.User.ID, Action: action, ObjectKind: "recording", ObjectID: id.String(), Rule: "S-01",
		Detail: map[string]any{"tag": tag}, IP: who.IP,
	}
}

// Facets is what recordings can be searched by: the tags in use, the most used
// first, the branches by name, and the items that are rated.
type Facets struct {
	Tags     []string
	Branches []Branch
	Items    []Question // that customers are asked to rate (Rule C-16)
}

// Branch of the company.
type Branch struct {
	ID   uuid.UUID
	Name string
}

// Facets gives what there is to search by. Rule S-01.
func (s *Service) Facets(ctx context.Context, who access.Principal) (f Facets, err error) {
	if !MayListen(who) {
		return Facets{}, refused()
	}
	if f.Tags, err = s.cfg.Store.TagsInUse(ctx, maxTagsInUse); err != nil {
		return Facets{}, fmt.Errorf("list tags in use: %w", err)
	}
	if f.Branches, err = s.cfg.Store.Branches(ctx); err != nil {
		return Facets{}, fmt.Errorf("list branches: %w", err)
	}
	if f.Items, err = s.cfg.Store.RatedItems(ctx); err != nil {
		return Facets{}, fmt.Errorf("list rated items: %w", err)
	}
	return f, nil
}
