package attachment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Object is the kind of what a file belongs to.
type Object string

// The kinds of objects, a closed set.
const (
	OfSlip   Object = "slip"
	OfCase   Object = "case"
	OfVisit  Object = "visit"
	OfRecord Object = "record"
)

// Objects lists the closed set.
func Objects() []Object { return []Object{OfSlip, OfCase, OfVisit, OfRecord} }

// Purpose is what a file is for.
type Purpose string

// The purposes, a closed set. A signature is the picture of one (Rules C-19, C-26).
const (
	Document  Purpose = "document"
	Signature Purpose = "signature"
	Photo     Purpose = "photo"
	Audio     Purpose = "audio"
)

// Purposes lists the closed set.
func Purposes() []Purpose { return []Purpose{Document, Signature, Photo, Audio} }

const (
	// MaxBytes is the size of a file.
	MaxBytes = 20 << 20
	// MaxFiles is how many files an object may have.
	MaxFiles = 100
	maxName  = 200 // characters
)

// File is an attachment without its content.
type File struct {
	ID        uuid.UUID
	Object    Object
	ObjectID  uuid.UUID
	Purpose   Purpose
	Name      string // as it was uploaded, without folders
	MediaType string // by its content, see [Sniff]
	Bytes     int64
	SHA256    []byte
	AddedBy   uuid.UUID
	AddedName string // set on reading
	AddedAt   time.Time
}

// Store keeps the files.
type Store interface {
	// Attachments of an object, oldest first.
	Attachments(ctx context.Context, o Object, id uuid.UUID) ([]File, error)
	// Attachment gives one; problem not_found.
	Attachment(ctx context.Context, id uuid.UUID) (File, error)
	AttachmentContent(ctx context.Context, id uuid.UUID) ([]byte, error)
	// InsertAttachment gives problem conflict when the object has the same file
	// already, or max files.
	InsertAttachment(ctx context.Context, f File, content []byte, limit int, e audit.Event) error
	audit.Log
}

// Gate says whether somebody may see the files of an object of its kind, and
// add to them; a problem otherwise, not_found when there is no such object.
type Gate func(ctx context.Context, who access.Principal, id uuid.UUID, add bool) error

// Config is what a service is made of.
type Config struct {
	Store Store
	Gates map[Object]Gate
	Clock func() time.Time
}

// Service adds, lists and hands out files. It may be used by many goroutines.
type Service struct {
	store Store
	gates map[Object]Gate
	clock func() time.Time
}

// NewService checks the configuration.
func NewService(c Config) (*Service, error) {
	if c.Store == nil || len(c.Gates) == 0 || c.Clock == nil {
		return nil, errors.New("make attachment service: store, gates and clock are required")
	}
	return &Service{store: c.Store, gates: c.Gates, clock: c.Clock}, nil
}

// enter asks the object's gate; a refusal is in the audit log. Rule S-01.
func (s *Service) enter(ctx context.Context, who access.Principal, o Object, id uuid.UUID, add bool) error {
	gate := s.gates[o]
	if gate == nil {
		return problem.BadField("object", "must be one of %v", Objects())
	}
	err := gate(ctx, who, id, add)
	if problem.CodeOf(err) == problem.CodeForbidden {
		e := s.event(who, audit.ActionAttachmentRefused, o, id, map[string]any{"add": add})
		e.Rule = "S-01"
		if noted := s.store.AppendEvent(ctx, e); noted != nil {
			return fmt.Errorf("note refused attachment: %w", noted)
		}
	}
	return err
}

// List gives the files of an object, oldest first.
func (s *Service) List(ctx context.Context, who access.Principal, o Object, id uuid.UUID) ([]File, error) {
	if err := s.enter(ctx, who, o, id, false); err != nil {
		return nil, err
	}
	fs, err := s.store.Attachments(ctx, o, id)
	if err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	return fs, nil
}

// New is a file to be added.
type New struct {
	Object   Object
	ObjectID uuid.UUID
	Purpose  Purpose // empty: document
	Name     string
	Content  []byte
}

// Add stores a file, or says what is wrong with it.
func (s *Service) Add(ctx context.Context, who access.Principal, n New) (File, error) {
	if err := s.enter(ctx, who, n.Object, n.ObjectID, true); err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(n.Content)
	f := File{ID: uuid.New(), Object: n.Object, ObjectID: n.ObjectID, Purpose: n.Purpose, Name: baseName(n.Name), MediaType: Sniff(n.Content), Bytes: int64(len(n.Content)),
		SHA256: sum[:], AddedBy: who.User.ID, AddedName: who.User.Name, AddedAt: s.clock().UTC().Truncate(time.Microsecond)}
	if f.Purpose == "" {
		f.Purpose = Document
	}
	if wrong := check(f); len(wrong) > 0 {
		return File{}, problem.Invalid(wrong...)
	}
	e := s.event(who, audit.ActionAttachmentAdded, f.Object, f.ObjectID, described(f))
	e.At = f.AddedAt
	if err := s.store.InsertAttachment(ctx, f, n.Content, MaxFiles, e); err != nil {
		return File{}, fmt.Errorf("add attachment: %w", err)
	}
	return f, nil
}

// baseName is the last part of a name without control characters: a browser of
// old sends a path, and a name goes into a header.
func baseName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name))
	if name == "." || name == "/" {
		return ""
	}
	return name
}

func check(f File) (wrong []problem.Field) {
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	if f.Name == "" || utf8.RuneCountInString(f.Name) > maxName {
		bad("name", "must have 1 to %d characters", maxName)
	}
	if !slices.Contains(Purposes(), f.Purpose) {
		bad("purpose", "must be one of %v", Purposes())
	}
	switch {
	case f.Bytes == 0:
		bad("content", "is empty")
	case f.Bytes > MaxBytes:
		bad("content", "has %d bytes; %d are allowed", f.Bytes, MaxBytes)
	case f.MediaType == "":
		bad("content", "is none of the types that are taken: PDF; PNG, JPEG, GIF, WebP or HEIC pictures; DOCX, XLSX, PPTX, ODT or ODS without macros; WAV, MP3, M4A, OGG or AMR sound")
	case (f.Purpose == Signature || f.Purpose == Photo) && !strings.HasPrefix(f.MediaType, "image/"):
		bad("content", "must be a picture, since it is a %s", f.Purpose)
	case f.Purpose == Audio && !strings.HasPrefix(f.MediaType, "audio/"):
		bad("content", "must be sound")
	}
	return wrong
}

// Open gives a file with its content. That it was taken is in the audit log
// before, and what is stored is compared with its hash. Rules S-01, T-02.
func (s *Service) Open(ctx context.Context, who access.Principal, id uuid.UUID) (File, []byte, error) {
	f, err := s.store.Attachment(ctx, id)
	if err != nil {
		return File{}, nil, fmt.Errorf("look up attachment: %w", err)
	}
	if err := s.enter(ctx, who, f.Object, f.ObjectID, false); err != nil {
		return File{}, nil, err
	}
	content, err := s.store.AttachmentContent(ctx, id)
	if err != nil {
		return File{}, nil, fmt.Errorf("read attachment: %w", err)
	}
	if sum := sha256.Sum256(content); !slices.Equal(sum[:], f.SHA256) {
		return File{}, nil, fmt.Errorf("attachment %s is not what was stored: its SHA-256 is %x, not %x (Rule T-02)", id, sum, f.SHA256)
	}
	e := s.event(who, audit.ActionAttachmentTaken, f.Object, f.ObjectID, described(f))
	e.Rule = "S-01"
	if err := s.store.AppendEvent(ctx, e); err != nil {
		return File{}, nil, fmt.Errorf("log download of attachment: %w", err)
	}
	return f, content, nil
}

// described is what the log says of a file. Its name may hold a customer's, so
// that it is left out of the log; the hash stands for it.
func described(f File) map[string]any {
	return map[string]any{"attachment_id": f.ID.String(), "purpose": string(f.Purpose), "media_type": f.MediaType, "bytes": f.Bytes, "sha256": hex.EncodeToString(f.SHA256)}
}

func (s *Service) event(who access.Principal, action string, o Object, id uuid.UUID, detail map[string]any) audit.Event {
	return audit.Event{At: s.clock().UTC().Truncate(time.Microsecond), ActorID: who.User.ID, Action: action, ObjectKind: string(o), ObjectID: id.String(), Detail: detail, IP: who.IP}
}
