package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/dealing"
	"huifang/internal/intake"
)

// importPart is how many rows go to the database at once.
const importPart = 5000

// importDone is what one row did.
type importDone struct {
	line   int
	object string
	id     uuid.UUID
	action intake.Action
	before json.RawMessage
}

// applying gathers what the rows of a batch did.
type applying struct {
	batch  intake.Batch
	done   []importDone
	counts intake.Counts
}

func (a *applying) note(line int, object string, id uuid.UUID, action intake.Action, before json.RawMessage) {
	switch action {
	case intake.Created:
		a.counts.Created++
	case intake.Changed:
		a.counts.Changed++
	default:
		a.counts.Unchanged++
		return
	}
	d := importDone{line: line, object: object, id: id, action: action}
	if action == intake.Changed {
		d.before = before
	}
	a.done = append(a.done, d)
}

// ApplyBatch writes the items in parts, within one transaction. Rule C-22.
func (s *Store) ApplyBatch(ctx context.Context, b intake.Batch, items []intake.Item, words map[string]string, e audit.Event) (intake.Counts, error) {
	var n intake.Counts
	err := s.change(ctx, "apply import", func(tx pgx.Tx) error {
		var state string
		if err := tx.QueryRow(ctx, `SELECT state FROM import_batch WHERE id = $1 FOR UPDATE`, b.ID).Scan(&state); err != nil {
			return err
		}
		if state != string(intake.Checked) {
			return changedMeanwhile("import")
		}
		a := &applying{batch: b, counts: intake.Counts{Rows: b.Counts.Rows, Wrong: b.Counts.Wrong}}
		write := make([]intake.Item, 0, len(items))
		for _, it := range items {
			if it.Action == intake.Unchanged {
				a.counts.Unchanged++
			} else {
				write = append(write, it)
			}
		}
		for len(write) > 0 {
			part := write[:min(len(write), importPart)]
			write = write[len(part):]
			if err := a.part(ctx, tx, part); err != nil {
				return err
			}
		}
		n = a.counts
		return a.finish(ctx, tx, words, e)
	})
	return n, err
}

func (a *applying) part(ctx context.Context, tx pgx.Tx, items []intake.Item) error {
	switch a.batch.Kind {
	case intake.Customers:
		return a.customers(ctx, tx, items)
	case intake.Contacts:
		return a.contacts(ctx, tx, items)
	case intake.Contracts:
		rows := columnOf(items, func(i intake.Item) dealing.Contract { return *i.Contract })
		return a.dealings(ctx, tx, "contract", items, columnOf(rows, func(v dealing.Contract) string { return v.Key }), func() ([]dealing.Put, error) { return putContracts(ctx, tx, rows, a.batch.AppliedAt) })
	case intake.Equipment:
		rows := columnOf(items, func(i intake.Item) dealing.Equipment { return *i.Equipment })
		return a.dealings(ctx, tx, "equipment", items, columnOf(rows, func(v dealing.Equipment) string { return v.Key }), func() ([]dealing.Put, error) { return putEquipment(ctx, tx, rows, a.batch.AppliedAt) })
	default:
		rows := columnOf(items, func(i intake.Item) dealing.Event { return *i.Event })
		return a.dealings(ctx, tx, "business_event", items, columnOf(rows, func(v dealing.Event) string { return v.Key }), func() ([]dealing.Put, error) {
			return putEvents(ctx, tx, rows, a.batch.AppliedAt, a.batch.AppliedBy)
		})
	}
}

// before gives rows as they are, by their key, and holds them.
func before(ctx context.Context, tx pgx.Tx, table, key string, keys []string) (map[string]json.RawMessage, error) {
	rows, err := tx.Query(ctx, `SELECT `+key+`, to_jsonb(t) FROM `+table+` t WHERE `+key+` = ANY($1) ORDER BY `+key+` FOR UPDATE`, keys)
	if err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	var (
		k   string
		raw []byte
	)
	_, err = pgx.ForEachRow(rows, []any{&k, &raw}, func() error {
		out[k] = append(json.RawMessage(nil), raw...)
		return nil
	})
	return out, err
}

func (a *applying) dealings(ctx context.Context, tx pgx.Tx, table string, items []intake.Item, keys []string, put func() ([]dealing.Put, error)) error {
	was, err := before(ctx, tx, table, "key", keys)
	if err != nil {
		return err
	}
	ps, err := put()
	if err != nil {
		return err
	}
	for i, p := range ps {
		action := intake.Unchanged
		switch {
		case p.Created:
			action = intake.Created
		case p.Changed:
			action = intake.Changed
		}
		a.note(items[i].Line, table, p.ID, action, was[keys[i]])
	}
	return nil
}

func (a *applying) customers(ctx context.Context, tx pgx.Tx, items []intake.Item) error {
	rows := columnOf(items, func(i intake.Item) customer.Customer { return *i.Customer })
	codes := columnOf(rows, func(c customer.Customer) string { return c.Code })
	was, err := before(ctx, tx, "customer", "code", codes)
	if err != nil {
		return err
	}
	text := func(f func(customer.Customer) string) []string { return columnOf(rows, f) }
	found, err := tx.Query(ctx, `
		INSERT INTO customer AS t (id, code, kind, name, name_grams, salutation, language, government, time_zone, grade, city, notes, adviser_id, department_id, contract_end, birthday, created_at, updated_at)
		SELECT id, code, kind, name, string_to_array(grams, E'\x01'), salutation, language, government, zone, grade, city, notes, adviser, department, nullif(contract_end, '')::date, nullif(birthday, '')::date, $17, $17
		FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[], $9::text[], $10::text[], $11::text[], $12::text[], $13::uuid[], $14::uuid[], $15::text[], $16::text[])
		     AS r (id, code, kind, name, grams, salutation, language, government, zone, grade, city, notes, adviser, department, contract_end, birthday) ORDER BY code
		ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name, name_grams = excluded.name_grams, salutation = excluded.salutation, language = excluded.language,
		       government = excluded.government, grade = excluded.grade, city = excluded.city, notes = excluded.notes, adviser_id = excluded.adviser_id, department_id = excluded.department_id,
		       contract_end = excluded.contract_end, birthday = excluded.birthday, updated_at = excluded.updated_at
		RETURNING id, code, xmax = 0`,
		columnOf(rows, func(c customer.Customer) uuid.UUID { return c.ID }), codes, text(func(c customer.Customer) string { return string(c.Kind) }), text(func(c customer.Customer) string { return c.Name }),
		text(func(c customer.Customer) string { return strings.Join(customer.NameGrams(c.Name), "\x01") }), text(func(c customer.Customer) string { return c.Salutation }), text(func(c customer.Customer) string { return c.Language }),
		columnOf(rows, func(c customer.Customer) bool { return c.Government }), text(func(c customer.Customer) string { return c.TimeZone }), text(func(c customer.Customer) string { return c.Grade }), text(func(c customer.Customer) string { return c.City }),
		text(func(c customer.Customer) string { return c.Notes }), columnOf(rows, func(c customer.Customer) *[16]byte { return nullID(c.AdviserID) }), columnOf(rows, func(c customer.Customer) *[16]byte { return nullID(c.DepartmentID) }),
		text(func(c customer.Customer) string { return c.ContractEnd }), text(func(c customer.Customer) string { return c.Birthday }), a.batch.AppliedAt)
	if err != nil {
		return err
	}
	type put struct {
		id      uuid.UUID
		created bool
	}
	puts := map[string]put{}
	var (
		p    put
		code string
	)
	if _, err := pgx.ForEachRow(found, []any{&p.id, &code, &p.created}, func() error {
		puts[code] = p
		return nil
	}); err != nil {
		return err
	}
	var points []pointRow
	for i, c := range rows {
		p := puts[c.Code]
		action := intake.Changed
		if p.created {
			action = intake.Created
		}
		a.note(items[i].Line, "customer", p.id, action, was[c.Code])
		for _, point := range c.ContactPoints {
			points = append(points, pointRow{items[i].Line, p.id, point})
		}
	}
	made, err := putPoints(ctx, tx, points)
	for _, m := range made {
		if m.created { // a part of its customer's row: not counted
			a.done = append(a.done, importDone{line: m.line, object: "contact_point", id: m.id, action: intake.Created})
		}
	}
	return err
}

func (a *applying) contacts(ctx context.Context, tx pgx.Tx, items []intake.Item) error {
	was, err := before(ctx, tx, "contact_point", "customer_id::text || ' ' || number", columnOf(items, func(i intake.Item) string { return pointKey(i.Contact.CustomerID, i.Contact.Point) }))
	if err != nil {
		return err
	}
	made, err := putPoints(ctx, tx, columnOf(items, func(i intake.Item) pointRow { return pointRow{i.Line, i.Contact.CustomerID, i.Contact.Point} }))
	for _, m := range made {
		action := intake.Changed
		if m.created {
			action = intake.Created
		}
		a.note(m.line, "contact_point", m.id, action, was[m.key])
	}
	return err
}

func pointKey(owner uuid.UUID, p customer.ContactPoint) string {
	return owner.String() + " " + p.Number.Reveal()
}

type pointRow struct {
	line  int
	owner uuid.UUID
	point customer.ContactPoint
}

type madePoint struct {
	line    int
	id      uuid.UUID
	created bool
	key     string
}

// putPoints inserts numbers and changes labels; it gives those that it wrote.
func putPoints(ctx context.Context, tx pgx.Tx, rows []pointRow) ([]madePoint, error) {
	lines := make(map[string]int, len(rows))
	for _, r := range rows {
		lines[pointKey(r.owner, r.point)] = r.line
	}
	found, err := tx.Query(ctx, `
		INSERT INTO contact_point AS t (id, customer_id, number, label, position)
		SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[]) AS r (id, customer_id, number, label, position) ORDER BY customer_id, number
		ON CONFLICT (customer_id, number) DO UPDATE SET label = excluded.label WHERE excluded.label <> '' AND t.label <> excluded.label
		RETURNING id, customer_id, number, xmax = 0`,
		columnOf(rows, func(r pointRow) uuid.UUID { return r.point.ID }), columnOf(rows, func(r pointRow) uuid.UUID { return r.owner }), columnOf(rows, func(r pointRow) string { return r.point.Number.Reveal() }),
		columnOf(rows, func(r pointRow) string { return r.point.Label }), columnOf(rows, func(r pointRow) int32 { return int32(r.point.Position) }))
	if err != nil {
		return nil, err
	}
	var (
		out   []madePoint
		m     madePoint
		owner uuid.UUID
		num   string
	)
	_, err = pgx.ForEachRow(found, []any{&m.id, &owner, &num, &m.created}, func() error {
		m.key = owner.String() + " " + num
		m.line = lines[m.key]
		out = append(out, m)
		return nil
	})
	return out, err
}

// finish keeps what the rows did, the words of the header, and the batch.
func (a *applying) finish(ctx context.Context, tx pgx.Tx, words map[string]string, e audit.Event) error {
	b := a.batch
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"import_done"}, []string{"batch_id", "line", "object", "object_id", "action", "before"}, pgx.CopyFromSlice(len(a.done), func(i int) ([]any, error) {
		d := a.done[i]
		var was any
		if d.before != nil {
			was = []byte(d.before)
		}
		return []any{b.ID, int32(d.line), d.object, d.id, string(d.action), was}, nil
	}))
	if err != nil {
		return err
	}
	for word, field := range words {
		for _, feed := range []uuid.UUID{uuid.Nil, b.FeedID} {
			if _, err := tx.Exec(ctx, `INSERT INTO import_word (kind, feed_id, word, field) VALUES ($1,$2,$3,$4) ON CONFLICT (kind, feed_id, word) DO UPDATE SET field = excluded.field`, string(b.Kind), feed, word, field); err != nil {
				return err
			}
		}
	}
	n := a.counts
	if _, err := tx.Exec(ctx, `UPDATE import_batch SET state = 'applied', partial = $2, created = $3, changed = $4, unchanged = $5, wrong = $6, problems = $7, applied_at = $8, applied_by = $9 WHERE id = $1`,
		b.ID, b.Partial, n.Created, n.Changed, n.Unchanged, n.Wrong, problemRows(b.Problems), b.AppliedAt, b.AppliedBy); err != nil {
		return err
	}
	e.Detail["created"], e.Detail["changed"], e.Detail["unchanged"] = n.Created, n.Changed, n.Unchanged
	e.At = b.AppliedAt.Truncate(time.Microsecond)
	return insertEvent(ctx, tx, e)
}
