package store

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

var pdf = []byte("%PDF-1.7\nfacts of the case\n")

// files is the service of attachments over a desk with one open slip.
func files(t *testing.T) (*desk, *attachment.Service, callback.Slip) {
	d := newDesk(t)
	c := d.called(d.w.task)
	_, err := d.SaveRecord(t.Context(), d.agent, c.CallID, final(map[string]any{"s": "dissatisfied"}, d.slipInput()))
	d.w.ok(err)
	s, err := attachment.NewService(attachment.Config{Store: d.w.Store, Clock: func() time.Time { return d.w.at },
		Gates: map[attachment.Object]attachment.Gate{attachment.OfSlip: d.SlipFiles, attachment.OfRecord: d.RecordFiles}})
	d.w.ok(err)
	return d, s, d.only()
}

func wantProblem(t *testing.T, what string, err error, want problem.Code) {
	t.Helper()
	if got := problem.CodeOf(err); got != want {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

func TestRuleT02_AttachmentsAreKeptAsTheyCame(t *testing.T) {
	d, s, slip := files(t)
	w, ctx := d.w, t.Context()
	f, err := s.Add(ctx, d.engineer, attachment.New{Object: attachment.OfSlip, ObjectID: slip.ID, Name: `C:\检查.pdf`, Content: pdf})
	w.ok(err)
	if f.Name != "检查.pdf" || f.MediaType != attachment.TypePDF || f.Purpose != attachment.Document {
		t.Fatalf("%+v", f)
	}
	got, content, err := s.Open(ctx, d.boss, f.ID)
	w.ok(err)
	if !bytes.Equal(content, pdf) || got.AddedName != "engineer" || !bytes.Equal(got.SHA256, f.SHA256) {
		t.Fatalf("%+v %q", got, content)
	}
	_, err = s.Add(ctx, d.boss, attachment.New{Object: attachment.OfSlip, ObjectID: slip.ID, Name: "again.pdf", Content: pdf})
	wantProblem(t, "the same file again", err, problem.CodeConflict)
	// A file that is no picture is no signature; what a file is called does not matter.
	for _, n := range []attachment.New{
		{Name: "a.pdf", Content: []byte("<html>")}, {Name: "a.pdf"}, {Name: " ", Content: append(pdf, 'x')}, {Name: "a", Purpose: attachment.Signature, Content: append(pdf, 'y')},
		{Name: "a", Purpose: "gossip", Content: append(pdf, 'z')}, {Name: "a", Content: append(pdf, make([]byte, attachment.MaxBytes)...)},
	} {
		n.Object, n.ObjectID = attachment.OfSlip, slip.ID
		_, err := s.Add(ctx, d.boss, n)
		wantProblem(t, n.Name, err, problem.CodeInvalid)
	}
	// The database itself lets nothing be altered, deleted, or stored with a wrong hash.
	for what, sql := range map[string]string{
		"alter":          `UPDATE attachment SET name = 'other.pdf'`,
		"alter content":  `UPDATE attachment_content SET content = 'x'`,
		"delete":         `DELETE FROM attachment`,
		"delete content": `DELETE FROM attachment_content`,
		"empty":          `TRUNCATE attachment_content`,
		"other content":  `WITH a AS (INSERT INTO attachment SELECT gen_random_uuid(), 'record', object_id, purpose, name, media_type, bytes, sha256, added_by, added_at FROM attachment RETURNING id, bytes) INSERT INTO attachment_content SELECT id, convert_to(repeat('x', bytes::int), 'UTF8') FROM a`,
		"no content":     `INSERT INTO attachment SELECT gen_random_uuid(), 'record', object_id, purpose, name, media_type, bytes, sha256, added_by, added_at FROM attachment`,
	} {
		if _, err := w.pool.Exec(ctx, sql); err == nil {
			t.Errorf("%s: the database lets it happen", what)
		}
	}
}

func TestRuleS01_AttachmentsAreForWhomTheObjectConcerns(t *testing.T) {
	d, s, slip := files(t)
	w, ctx := d.w, t.Context()
	f, err := s.Add(ctx, d.agent, attachment.New{Object: attachment.OfSlip, ObjectID: slip.ID, Name: "a.pdf", Content: pdf})
	w.ok(err)
	stranger := access.Principal{User: w.addUser("stranger", access.RoleAgent)}
	_, err = s.List(ctx, stranger, attachment.OfSlip, slip.ID)
	wantProblem(t, "list", err, problem.CodeForbidden)
	_, _, err = s.Open(ctx, stranger, f.ID)
	wantProblem(t, "open", err, problem.CodeForbidden)
	_, err = s.Add(ctx, stranger, attachment.New{Object: attachment.OfSlip, ObjectID: slip.ID, Name: "b.pdf", Content: append(pdf, 'b')})
	wantProblem(t, "add", err, problem.CodeForbidden)
	_, err = s.List(ctx, d.boss, attachment.OfVisit, slip.ID)
	wantProblem(t, "an object without a gate", err, problem.CodeInvalid)
	_, err = s.List(ctx, d.boss, attachment.OfSlip, uuid.New())
	wantProblem(t, "no such slip", err, problem.CodeNotFound)

	// A record's files are its agent's and of those who read records; only its agent and supervisors add.
	_, err = s.Add(ctx, d.agent, attachment.New{Object: attachment.OfRecord, ObjectID: slip.RecordID, Name: "a.pdf", Content: pdf})
	w.ok(err)
	auditor := access.Principal{User: w.addUser("auditor", access.RoleAuditor)}
	fs, err := s.List(ctx, auditor, attachment.OfRecord, slip.RecordID)
	w.ok(err)
	if len(fs) != 1 {
		t.Fatalf("%d files", len(fs))
	}
	_, err = s.Add(ctx, auditor, attachment.New{Object: attachment.OfRecord, ObjectID: slip.RecordID, Name: "c.pdf", Content: append(pdf, 'c')})
	wantProblem(t, "an auditor adds", err, problem.CodeForbidden)

	// Every download is in the log, with the hash of what was taken, and so is every refusal.
	_, _, err = s.Open(ctx, auditor, fs[0].ID)
	w.ok(err)
	for action, want := range map[string]int{audit.ActionAttachmentAdded: 2, audit.ActionAttachmentTaken: 1, audit.ActionAttachmentRefused: 4} {
		es, err := w.Events(ctx, audit.Filter{Action: action})
		w.ok(err)
		if len(es) != want {
			t.Errorf("%s: %d in the log, want %d", action, len(es), want)
		}
	}
}
