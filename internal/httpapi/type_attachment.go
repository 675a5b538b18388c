package httpapi

import "time"

// Attachment is a file that belongs to an object.
type Attachment struct {
	ID        ID        `json:"id"`
	Object    string    `json:"object" enum:"slip,case,visit,record"`
	ObjectID  ID        `json:"object_id"`
	Purpose   string    `json:"purpose" enum:"document,signature,photo,audio"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type" doc:"By its content"`
	Bytes     int64     `json:"bytes"`
	SHA256    string    `json:"sha256" doc:"Hexadecimal"`
	AddedBy   Ref       `json:"added_by"`
	AddedAt   time.Time `json:"added_at"`
}

// AttachmentList are the files of an object, oldest first.
type AttachmentList struct {
	Attachments List[Attachment] `json:"attachments"`
}

// NewAttachment says what is uploaded, and to what.
type NewAttachment struct {
	Object   string `query:"object" required:"true" enum:"slip,case,visit,record"`
	ObjectID string `query:"object_id" required:"true"`
	Name     string `query:"name" required:"true" maxLength:"1000"`
	Purpose  string `query:"purpose" enum:"document,signature,photo,audio" default:"document"`
}
