package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
)

// houseAttachments answers as the house does; internal/attachment tests the rules.
type houseAttachments struct{ *house }

func (h houseAttachments) List(context.Context, access.Principal, string, ID) (AttachmentList, error) {
	return AttachmentList{}, h.err
}
func (h houseAttachments) Add(_ context.Context, _ access.Principal, in NewAttachment, content []byte) (Attachment, error) {
	h.audio = content
	return Attachment{Name: in.Name, Object: in.Object, Purpose: in.Purpose}, h.err
}
func (h houseAttachments) Open(_ context.Context, _ access.Principal, id ID) (Attachment, []byte, error) {
	return Attachment{ID: id, Name: "访谈 \"1\".pdf", MediaType: "application/pdf"}, h.audio, h.err
}

// Rule S-01: what somebody uploaded is saved by the browser, never shown or run.
func TestAttachments_AreSentToBeSaved(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.audio = []byte("%PDF-1.7 <script>alert(1)</script>")
	w := ask(h.server(), http.MethodGet, "/api/v1/attachments/"+uuid.NewString()+"/content", "agent", "")
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), h.audio) {
		t.Fatalf("%d %q", w.Code, w.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
		"Content-Disposition":     "attachment; filename*=utf-8''%E8%AE%BF%E8%B0%88%20%221%22.pdf",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAttachments_SizeIsLimitedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	srv := newHouse().server()
	path := "/api/v1/attachments?object=slip&object_id=" + uuid.NewString() + "&name=a.pdf"
	if w := ask(srv, http.MethodPost, path, "agent", strings.Repeat("x", attachment.MaxBytes+1), "Content-Type", "application/octet-stream"); w.Code != http.StatusRequestEntityTooLarge || problemIn(t, w).Reason != "too_large" {
		t.Fatalf("too large: %d", w.Code)
	}
	if w := ask(srv, http.MethodPost, path, "agent", "%PDF-1.7", "Content-Type", "application/octet-stream"); w.Code != http.StatusCreated {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := ask(srv, http.MethodPost, strings.Replace(path, "slip", "house", 1), "agent", "%PDF-1.7", "Content-Type", "application/octet-stream"); w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("unknown object: %d %s", w.Code, w.Body)
	}
}
