package replay

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// maxComment is the longest comment, in characters.
const maxComment = 1000

// Comment is what a listener said at a place of a recording. It is never
// changed or taken back.
type Comment struct {
	ID          uuid.UUID
	RecordingID uuid.UUID
	AuthorID    uuid.UUID
	AuthorName  string // set on reading
	At          time.Time
	AtMs        int64 // from the first sample
	Text        string
}

// Comment writes down what a listener says at a place of a recording, together
// with its line of the audit log, and so of the log of evidence. Rules S-01, S-04.
func (s *Service) Comment(ctx context.Context, who access.Principal, id uuid.UUID, atMs int64, text string) (Comment, error) {
	d, err := s.authorize(ctx, who, id, "comment")
	if err != nil {
		return Comment{}, err
	}
	text = strings.TrimSpace(text)
	var wrong []problem.Field
	if n := utf8.RuneCountInString(text); n == 0 || n > maxComment {
		wrong = append(wrong, problem.Field{Location: "body.text", Message: fmt.Sprintf("must have 1 to %d characters", maxComment)})
	}
	if atMs < 0 || atMs > d.DurationMs {
		wrong = append(wrong, problem.Field{Location: "body.at_ms", Message: fmt.Sprintf("must lie within the recording, 0 to %d", d.DurationMs), Value: strconv.FormatInt(atMs, 10)})
	}
	if len(wrong) > 0 {
		return Comment{}, problem.Invalid(wrong...)
	}
	c := Comment{ID: uuid.New(), RecordingID: id, AuthorID: who.User.ID, AuthorName: who.User.Name, At: s.now(), AtMs: atMs, Text: text}
	e := audit.Event{
		At: c.At, ActorID: c.AuthorID, Action: audit.ActionRecordingCommented, ObjectKind: "recording", ObjectID: id.String(), Rule: "S-01",
		Detail: map[string]any{"comment": c.ID, "at_ms": atMs, "text": text}, IP: who.IP,
	}
	if err := s.cfg.Store.AppendComment(ctx, c, e); err != nil {
		return Comment{}, fmt.Errorf("keep comment: %w", err)
	}
	return c, nil
}
