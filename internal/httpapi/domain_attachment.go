package httpapi

import (
	"context"
	"encoding/hex"

	"huifang/internal/access"
	"huifang/internal/attachment"
)

// attachmentsPort is package attachment behind its port.
type attachmentsPort struct{ svc *attachment.Service }

// NewAttachments puts the service behind its port.
func NewAttachments(svc *attachment.Service) Attachments { return attachmentsPort{svc} }

func (p attachmentsPort) List(ctx context.Context, who access.Principal, object string, id ID) (AttachmentList, error) {
	fs, err := p.svc.List(ctx, who, attachment.Object(object), id)
	return AttachmentList{Attachments: mapped(fs, attachmentOf)}, err
}

func (p attachmentsPort) Add(ctx context.Context, who access.Principal, in NewAttachment, content []byte) (Attachment, error) {
	id, err := parseID(in.Object, in.ObjectID)
	if err != nil {
		return Attachment{}, err
	}
	f, err := p.svc.Add(ctx, who, attachment.New{Object: attachment.Object(in.Object), ObjectID: id, Purpose: attachment.Purpose(in.Purpose), Name: in.Name, Content: content})
	return attachmentOf(f), err
}

func (p attachmentsPort) Open(ctx context.Context, who access.Principal, id ID) (Attachment, []byte, error) {
	f, content, err := p.svc.Open(ctx, who, id)
	return attachmentOf(f), content, err
}

func attachmentOf(f attachment.File) Attachment {
	return Attachment{ID: f.ID, Object: string(f.Object), ObjectID: f.ObjectID, Purpose: string(f.Purpose), Name: f.Name, MediaType: f.MediaType, Bytes: f.Bytes,
		SHA256: hex.EncodeToString(f.SHA256), AddedBy: Ref{ID: f.AddedBy, Name: f.AddedName}, AddedAt: at(f.AddedAt)}
}
