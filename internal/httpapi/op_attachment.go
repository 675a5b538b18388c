package httpapi

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/attachment"
)

func (s *server) registerAttachments(api huma.API) {
	register(s, api, op(anybody(), http.MethodGet, "/attachments", "list-attachments", "Files of an object, for whoever may see the object"), s.listAttachments)
	add := status(http.StatusCreated, op(anybody(), http.MethodPost, "/attachments", "add-attachment",
		"Add a file of at most 20 MiB: PDF, pictures, office documents without macros, sound; what it is, is judged by its content. It is neither altered nor deleted (Rule T-02)"))
	add.MaxBodyBytes, add.BodyReadTimeout = attachment.MaxBytes, 10*workTimeout
	register(s, api, long(add), s.addAttachment)
	get := long(op(anybody(), http.MethodGet, "/attachments/{id}/content", "get-attachment", "The file; taking it is in the audit log (Rule S-01)"))
	get.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	register(s, api, get, s.getAttachment)
}

func (s *server) listAttachments(ctx context.Context, in *struct {
	Object   string `query:"object" required:"true" enum:"slip,case,visit,record"`
	ObjectID string `query:"object_id" required:"true"`
}) (*body[AttachmentList], error) {
	id, err := parseID(in.Object, in.ObjectID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Attachments.List(ctx, principal(ctx), in.Object, id))
}

func (s *server) addAttachment(ctx context.Context, in *struct {
	NewAttachment
	RawBody []byte `contentType:"application/octet-stream"`
}) (*body[Attachment], error) {
	return answer(s.deps.Attachments.Add(ctx, principal(ctx), in.NewAttachment, in.RawBody))
}

// getAttachment sends a file so that no browser runs or shows it within the
// page: it is saved, under its name, as what it was found to be.
func (s *server) getAttachment(ctx context.Context, in *struct {
	ID ID `path:"id"`
}) (*huma.StreamResponse, error) {
	f, content, err := s.deps.Attachments.Open(ctx, principal(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		hctx.SetHeader("Content-Type", f.MediaType)
		hctx.SetHeader("Content-Length", strconv.Itoa(len(content)))
		hctx.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		hctx.SetHeader("Cache-Control", "private, no-store")
		hctx.SetHeader("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
		if _, err := hctx.BodyWriter().Write(content); err != nil {
			s.log.WarnContext(hctx.Context(), "attachment not sent", "attachment_id", f.ID, "error", err)
		}
	}}, nil
}
