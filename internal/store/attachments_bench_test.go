package store

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
)

// BenchmarkAttachments is what a photo of 2 MiB costs to add and to open. Decision 30.
func BenchmarkAttachments(b *testing.B) {
	w := newWorldOf(b)
	s, err := attachment.NewService(attachment.Config{Store: w.Store, Clock: func() time.Time { return w.at },
		Gates: map[attachment.Object]attachment.Gate{attachment.OfRecord: func(context.Context, access.Principal, uuid.UUID, bool) error { return nil }}})
	w.ok(err)
	content := make([]byte, 2<<20)
	random := rand.NewChaCha8([32]byte{1})
	who := access.Principal{User: w.user}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		_, _ = random.Read(content) // never fails
		copy(content, "\xFF\xD8\xFF\xE0 JFIF")
		f, err := s.Add(b.Context(), who, attachment.New{Object: attachment.OfRecord, ObjectID: uuid.New(), Name: "photo.jpg", Content: content})
		w.ok(err)
		_, _, err = s.Open(b.Context(), who, f.ID)
		w.ok(err)
	}
}
