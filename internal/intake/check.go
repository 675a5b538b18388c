package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
	"huifang/internal/problem"
)

// maxProblems is how many problems of a batch are kept; the count is of all.
const maxProblems = 1000

// checker turns rows into items, against what there is.
type checker struct {
	kind        Kind
	header      []string
	mapping     Mapping
	now         time.Time
	by          uuid.UUID
	customers   map[string]customer.Customer
	contracts   map[string]dealing.Contract
	equipment   map[string]dealing.Equipment
	events      map[string]dealing.Event
	people      map[string]access.User
	departments map[string][]access.Department
	once        map[Once]string // events that contract or equipment has once, with their keys
	seen        map[string]int  // business keys of the file, with their lines
	kinds       map[string]dealing.Kind
	sorts       map[string]customer.Kind

	counts   Counts
	problems []Problem
	items    []Item
}

// row is one row while it is checked.
type row struct {
	c     *checker
	line  int
	cells []string
	wrong int
}

// text gives the cell of a field; empty where no column holds it.
func (r *row) text(name string) string {
	if i, ok := r.c.mapping[name]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

func (r *row) bad(name string, text Both) {
	r.wrong++
	if len(r.c.problems) >= maxProblems {
		return
	}
	p := Problem{Line: r.line, Field: name, Text: text}
	if i, ok := r.c.mapping[name]; ok && i < len(r.c.header) {
		p.Column = r.c.header[i]
	}
	if !strings.Contains(name, "number") && !strings.Contains(name, "phone") { // Rule S-01
		p.Value = cut(r.text(name), 100)
	}
	r.c.problems = append(r.c.problems, p)
}

func cut(s string, most int) string {
	if rs := []rune(s); len(rs) > most {
		return string(rs[:most]) + "…"
	}
	return s
}

// set takes the text of a field; an empty cell leaves the value that is there.
func (r *row) set(name string, to *string) {
	if v := r.text(name); v != "" {
		*to = v
	}
}

func (r *row) day(name string, to *calendar.Date) {
	v := r.text(name)
	if v == "" {
		return
	}
	d, ok := parseDay(v)
	if !ok {
		r.bad(name, said("不是日期，应如 2026-11-24", "is no day; write it like 2026-11-24"))
		return
	}
	*to = d
}

func (r *row) cents(to *int64) {
	v := r.text("amount")
	if v == "" {
		return
	}
	n, ok := parseCents(v)
	if !ok {
		r.bad("amount", said("不是金额，应如 3000000 或 300万", "is no amount; write it like 3000000 or 3,000,000.00"))
		return
	}
	*to = n
}

func (r *row) yes(name string, to *bool) {
	v := r.text(name)
	if v == "" {
		return
	}
	yes, ok := parseYes(v)
	if !ok {
		r.bad(name, said("应为“是”或“否”", "must be yes or no"))
		return
	}
	*to = yes
}

// customer gives the one that the row names.
func (r *row) customer() (customer.Customer, bool) {
	code := r.text("customer_code")
	if code == "" {
		return customer.Customer{}, false // said as required already
	}
	c, ok := r.c.customers[code]
	if !ok {
		r.bad("customer_code", said("没有这个客户，请先导入客户", "there is no such customer; import the customers first"))
	}
	return c, ok
}

// once refuses a business key that the file has above already.
func (r *row) once(name, key string) {
	if key == "" {
		return
	}
	if line, twice := r.c.seen[key]; twice {
		r.bad(name, said("与第 %d 行相同", "is the same as in line %d", line))
		return
	}
	r.c.seen[key] = r.line
}

// fields passes on what a domain's own check has found.
func (r *row) fields(wrong []problem.Field) {
	for _, f := range wrong {
		if f.Location == "customer_id" {
			continue // said as customer_code
		}
		r.bad(f.Location, Both{chinese(f.Message), f.Message})
	}
}

// chinese gives the domain's short sentences in Chinese.
func chinese(message string) string {
	for _, p := range []struct{ en, zh string }{
		{"must not lie before starts_on", "不能早于开始日期"}, {"must not lie before signed_on", "不能早于签订日期"}, {"must lie between 1980 and 2100", "应在 1980 至 2100 年之间"},
		{"is no kind of customer", "没有这个客户类别"}, {"is no language tag", "不是语言标记，应如 zh-CN"}, {"must not begin with contract: or equipment:", "不能以 contract: 或 equipment: 开头"}, {"is required", "必填"},
	} {
		if strings.HasPrefix(message, p.en) {
			return p.zh
		}
	}
	for _, form := range []struct{ en, zh string }{{"must have 1 to %d bytes", "长度应为 1 至 %d 字节"}, {"must have at most %d bytes", "最多 %d 字节"}, {"must be text of at most %d bytes", "最多 %d 字节"}} {
		var n int
		if _, err := fmt.Sscanf(message, form.en, &n); err == nil {
			return fmt.Sprintf(form.zh, n)
		}
	}
	return message
}

// check goes through the rows. What is wrong is in problems, what is right in items.
func (c *checker) check(ctx context.Context, rows []Row) error {
	c.counts = Counts{Rows: len(rows)}
	c.seen = make(map[string]int, len(rows))
	required := slices.DeleteFunc(c.kind.Fields(), func(f Field) bool { return !f.Required })
	for i, in := range rows {
		if i%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		before := len(c.problems)
		r := &row{c: c, line: in.Line, cells: in.Cells}
		for _, f := range required {
			if r.text(f.Name) == "" && !(f.Later && r.known()) {
				r.bad(f.Name, said("必填", "is required"))
			}
		}
		it := r.item()
		slices.SortStableFunc(c.problems[before:], func(a, b Problem) int { return c.mapping[a.Field] - c.mapping[b.Field] })
		if r.wrong > 0 {
			c.counts.Wrong++
			continue
		}
		it.Line = in.Line
		c.items = append(c.items, it)
		switch it.Action {
		case Created:
			c.counts.Created++
		case Changed:
			c.counts.Changed++
		default:
			c.counts.Unchanged++
		}
	}
	return nil
}

// known reports whether there is the row's object already: then what an import
// needs for a new one may be left out.
func (r *row) known() (ok bool) {
	switch r.c.kind {
	case Customers:
		_, ok = r.c.customers[r.text("code")]
	case Deliveries, Events:
		_, ok = r.c.events[r.text("key")]
	}
	return ok
}

func (r *row) item() Item {
	switch r.c.kind {
	case Customers:
		return r.customerItem()
	case Contacts:
		return r.contactItem()
	case Contracts:
		return r.contractItem()
	case Equipment:
		return r.equipmentItem()
	default:
		return r.eventItem()
	}
}
