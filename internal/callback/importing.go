package callback

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Limits of an import.
const (
	MaxImportRows  = 10_000
	MaxImportBytes = 8 << 20
)

// ImportColumns is the header of an import, in any order. assignee_login and
// purpose may be left out.
func ImportColumns() []string {
	return []string{"task_key", "customer_code", "customer_name", "number", "language", "kind", "program_code", "assignee_login", "due_at", "purpose"}
}

// ImportResult says what an import did or, in a preview or with errors, would
// have done.
type ImportResult struct {
	Rows, Created, Updated, Unchanged int
	Errors                            []RowError
}

// RowError is what is wrong in one line of the file; the header is line 1.
type RowError struct {
	Row            int
	Field, Message string
}

// importRow is one line as it was read.
type importRow struct {
	line   int
	fields map[string]string
}

// importer checks rows against what there is.
type importer struct {
	s         *Service
	now       time.Time
	programs  map[string]Program
	users     map[string]access.User
	customers map[string]customer.Customer
	keys      map[string]int
	errs      []RowError
}

// Import takes a CSV of tasks, all or nothing: with one wrong row nothing is
// written and Errors names every wrong value. Tasks are recognised by task_key,
// customers by customer_code; importing a file twice changes nothing. UTF-8
// and, as older spreadsheets write it, GB 18030 are understood. With preview
// nothing is written. Rules C-15, C-22.
func (s *Service) Import(ctx context.Context, who access.Principal, file io.Reader, preview bool) (ImportResult, error) {
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return ImportResult{}, problem.Forbidden("supervisor_only", "only supervisors and administrators import tasks")
	}
	rows, err := readRows(file)
	if err != nil {
		return ImportResult{}, err
	}
	im := &importer{s: s, now: s.now(), keys: make(map[string]int), users: make(map[string]access.User)}
	if err := im.load(ctx, rows); err != nil {
		return ImportResult{}, err
	}
	tasks := make([]ImportTask, 0, len(rows))
	for _, r := range rows {
		tasks = append(tasks, im.row(r))
	}
	res := ImportResult{Rows: len(rows), Errors: im.errs}
	if len(im.errs) > 0 {
		return res, nil
	}
	if preview {
		known, err := s.store.TaskKeys(ctx, column(rows, "task_key"))
		if err != nil {
			return ImportResult{}, fmt.Errorf("look up task keys: %w", err)
		}
		res.Updated, res.Created = len(known), len(rows)-len(known)
		return res, nil
	}
	e := audit.Event{At: im.now, ActorID: who.User.ID, Action: audit.ActionTaskImported, ObjectKind: "task", Detail: map[string]any{"rows": len(rows)}, IP: who.IP}
	n, err := s.store.ImportTasks(ctx, tasks, e)
	if err != nil {
		return ImportResult{}, fmt.Errorf("import tasks: %w", err)
	}
	res.Created, res.Updated, res.Unchanged = n.Created, n.Updated, n.Unchanged
	for _, assignee := range assignees(tasks) {
		s.cfg.Changed(uuid.Nil, assignee)
	}
	return res, nil
}

func assignees(tasks []ImportTask) []uuid.UUID {
	seen := map[uuid.UUID]bool{}
	var out []uuid.UUID
	for _, t := range tasks {
		if id := t.Task.AssigneeID; id != uuid.Nil && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

func readRows(file io.Reader) ([]importRow, error) {
	raw, err := io.ReadAll(io.LimitReader(file, MaxImportBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read import: %w", err)
	}
	if len(raw) > MaxImportBytes {
		return nil, problem.BadField("file", "must have at most %d bytes", MaxImportBytes)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(raw, 0) >= 0 { // the database keeps no such text
		return nil, problem.BadField("file", "is no text")
	}
	if !utf8.Valid(raw) {
		if raw, err = simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err != nil {
			return nil, problem.BadField("file", "is neither UTF-8 nor GB 18030")
		}
	}
	r := csv.NewReader(bytes.NewReader(raw))
	header, err := r.Read()
	if err != nil {
		return nil, problem.BadField("file", "has no header")
	}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
	}
	if err := checkHeader(header); err != nil {
		return nil, err
	}
	var rows []importRow
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			if pe, ok := errors.AsType[*csv.ParseError](err); ok {
				return nil, problem.BadField("file", "cannot be read in line %d: %s", pe.Line, pe.Err)
			}
			return nil, fmt.Errorf("read import: %w", err)
		}
		if len(rows) == MaxImportRows {
			return nil, problem.BadField("file", "must have at most %d rows", MaxImportRows)
		}
		line, _ := r.FieldPos(0)
		row := importRow{line: line, fields: make(map[string]string, len(header))}
		for i, name := range header {
			row.fields[name] = strings.TrimSpace(rec[i])
		}
		rows = append(rows, row)
	}
}

func checkHeader(header []string) error {
	var wrong []problem.Field
	for i, name := range header {
		if !slices.Contains(ImportColumns(), name) {
			wrong = append(wrong, problem.Field{Location: "header", Message: "is no column", Value: name})
		} else if slices.Index(header, name) != i {
			wrong = append(wrong, problem.Field{Location: "header", Message: "is there twice", Value: name})
		}
	}
	for _, name := range ImportColumns() {
		if name != "assignee_login" && name != "purpose" && !slices.Contains(header, name) {
			wrong = append(wrong, problem.Field{Location: "header", Message: "is missing", Value: name})
		}
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	return nil
}

func column(rows []importRow, name string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.fields[name]
	}
	return out
}

func (im *importer) load(ctx context.Context, rows []importRow) error {
	ps, err := im.s.Programs(ctx)
	if err != nil {
		return err
	}
	im.programs = make(map[string]Program, len(ps))
	for _, p := range ps {
		im.programs[p.Code] = p
	}
	if im.customers, err = im.s.store.CustomersByCode(ctx, column(rows, "customer_code")); err != nil {
		return fmt.Errorf("look up customers: %w", err)
	}
	if im.customers == nil {
		im.customers = make(map[string]customer.Customer)
	}
	for _, login := range column(rows, "assignee_login") {
		login = strings.ToLower(login)
		if _, seen := im.users[login]; seen || login == "" {
			continue
		}
		u, _, err := im.s.cfg.People.UserByLogin(ctx, login)
		if err != nil && !problem.IsNotFound(err) {
			return fmt.Errorf("look up assignee: %w", err)
		}
		im.users[login] = u
	}
	return nil
}

// row checks one line; what is wrong is added to errs.
func (im *importer) row(r importRow) ImportTask {
	bad := func(field, format string, args ...any) {
		im.errs = append(im.errs, RowError{Row: r.line, Field: field, Message: fmt.Sprintf(format, args...)})
	}
	f := r.fields
	t := Task{
		ID: uuid.New(), Source: SourceImport, SourceKey: f["task_key"], Purpose: f["purpose"], State: TaskOpen, CreatedAt: im.now, UpdatedAt: im.now,
	}
	switch first, twice := im.keys[t.SourceKey]; {
	case t.SourceKey == "" || len(t.SourceKey) > 100:
		bad("task_key", "must have 1 to 100 bytes")
	case twice:
		bad("task_key", "is the same as in line %d", first)
	default:
		im.keys[t.SourceKey] = r.line
	}
	if p, ok := im.programs[f["program_code"]]; ok {
		t.ProgramID = p.ID
	} else {
		bad("program_code", "there is no such program")
	}
	var err error
	if t.DueAt, err = parseDue(f["due_at"], im.s.cfg.Zone); err != nil {
		bad("due_at", "must be a date like 2026-11-24, with a time like 2026-11-24 15:00, or RFC 3339")
	}
	if len(t.Purpose) > maxPurpose {
		bad("purpose", "must have at most %d bytes", maxPurpose)
	}
	c := im.customer(f, bad)
	t.CustomerID = c.ID
	if login := strings.ToLower(f["assignee_login"]); login != "" {
		u := im.users[login]
		switch {
		case u.ID == uuid.Nil || u.Disabled() || !u.Has(access.RoleAgent):
			bad("assignee_login", "is no agent who works")
		default:
			for _, x := range conflicts(u, c) { // Rule C-15
				bad("assignee_login", "rule %s, %s: %s", x.Rule, x.Reason, x.Detail)
			}
			t.AssigneeID = u.ID
		}
	}
	return ImportTask{Task: t, Customer: c}
}

// customer gives the one that there is, its number added, or a new one. The
// same code must have the same name throughout.
func (im *importer) customer(f map[string]string, bad func(string, string, ...any)) customer.Customer {
	c, known := im.customers[f["customer_code"]]
	if !known {
		c = customer.Customer{
			ID: uuid.New(), Code: f["customer_code"], Name: f["customer_name"], Kind: customer.Kind(f["kind"]),
			Language: f["language"], TimeZone: calendar.HomeZone, CreatedAt: im.now, UpdatedAt: im.now,
		}
		if c.Language == "" {
			c.Language = LanguageChinese // Rule T-11
		}
		for _, w := range customer.Check(c) {
			at := map[string]string{"code": "customer_code", "name": "customer_name"}[w.Location]
			if at == "" {
				at = w.Location
			}
			bad(at, "%s", w.Message)
		}
	} else if f["customer_name"] != c.Name {
		bad("customer_name", "differs from the name of this customer code")
	}
	n, err := customer.ParseNumber(f["number"])
	switch {
	case err != nil:
		bad("number", "%s", err)
	case !im.s.cfg.Gate.cfg.Permitted(n).Allowed:
		bad("number", "numbers of this kind may not be dialled: %s", im.s.cfg.Gate.cfg.Permitted(n).Class)
	case !slices.ContainsFunc(c.ContactPoints, func(p customer.ContactPoint) bool { return p.Number == n }):
		c.ContactPoints = append(slices.Clip(c.ContactPoints), customer.ContactPoint{ID: uuid.New(), Number: n, Position: len(c.ContactPoints)})
	}
	if c.Code != "" {
		im.customers[c.Code] = c
	}
	return c
}

// parseDue reads a due time; a bare date means the end of that day in the
// house's zone.
func parseDue(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return stored(t), nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006/1/2 15:04"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return stored(t), nil
		}
	}
	for _, layout := range []string{time.DateOnly, "2006/1/2"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return stored(t.AddDate(0, 0, 1).Add(-time.Second)), nil
		}
	}
	return time.Time{}, fmt.Errorf("parse due time %q", s)
}
