package dealing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// Limits, in bytes where it is text.
const (
	maxKey   = 200
	maxText  = 500
	maxNote  = 2000
	maxPhone = 40
	maxCents = 1_000_000_000_000_000 // ten million million yuan
	// MaxBatch is how many rows are put at once.
	MaxBatch = 5000
)

// checker collects what is wrong with one row.
type checker struct{ wrong []problem.Field }

func (c *checker) bad(at, format string, args ...any) {
	c.wrong = append(c.wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) text(at, v string, most int) {
	if len(v) > most || strings.ContainsRune(v, 0) {
		c.bad(at, "must be text of at most %d bytes", most)
	}
}

func (c *checker) day(at string, d calendar.Date) {
	if !d.IsZero() && (d.Year < 1980 || d.Year > 2100) {
		c.bad(at, "must lie between 1980 and 2100")
	}
}

func (c *checker) common(key string, customer uuid.UUID, cents int64) {
	if strings.TrimSpace(key) == "" || len(key) > maxKey || strings.ContainsRune(key, 0) {
		c.bad("key", "must have 1 to %d bytes", maxKey)
	}
	if customer == uuid.Nil {
		c.bad("customer_id", "is required")
	}
	if cents < 0 || cents > maxCents {
		c.bad("amount", "must lie between 0 and %d", maxCents/100)
	}
}

// Check says what is wrong with a contract; the locations are its columns.
func (v Contract) Check() []problem.Field {
	var c checker
	c.common(v.Key, v.CustomerID, v.AmountCents)
	c.text("project", v.Project, maxText)
	c.text("product", v.Product, maxText)
	c.text("note", v.Note, maxNote)
	for at, d := range map[string]calendar.Date{"signed_on": v.SignedOn, "cooling_off_until": v.CoolingOffUntil, "starts_on": v.StartsOn, "ends_on": v.EndsOn, "terminated_on": v.TerminatedOn} {
		c.day(at, d)
	}
	if !v.EndsOn.IsZero() && !v.StartsOn.IsZero() && v.EndsOn.Before(v.StartsOn) {
		c.bad("ends_on", "must not lie before starts_on")
	}
	if !v.CoolingOffUntil.IsZero() && !v.SignedOn.IsZero() && v.CoolingOffUntil.Before(v.SignedOn) {
		c.bad("cooling_off_until", "must not lie before signed_on")
	}
	return c.sorted()
}

// Check says what is wrong with a piece of equipment.
func (v Equipment) Check() []problem.Field {
	var c checker
	c.common(v.Key, v.CustomerID, v.AmountCents)
	for at, s := range map[string]string{"project": v.Project, "model": v.Model, "product_line": v.ProductLine, "power_manager": v.PowerManager, "site_contact": v.SiteContact} {
		c.text(at, s, maxText)
	}
	c.text("power_manager_phone", v.PowerManagerPhone, maxPhone)
	c.text("site_phone", v.SitePhone, maxPhone)
	if v.Quantity < 1 || v.Quantity > 1_000_000 {
		c.bad("quantity", "must lie between 1 and 1000000")
	}
	for at, d := range map[string]calendar.Date{"shipped_on": v.ShippedOn, "arrived_on": v.ArrivedOn, "installed_on": v.InstalledOn, "commissioning_on": v.CommissioningOn, "commissioned_on": v.CommissionedOn} {
		c.day(at, d)
	}
	return c.sorted()
}

// Check says what is wrong with an event.
func (v Event) Check() []problem.Field {
	var c checker
	c.common(v.Key, v.CustomerID, v.AmountCents)
	if strings.HasPrefix(v.Key, "contract:") || strings.HasPrefix(v.Key, "equipment:") {
		c.bad("key", "must not begin with contract: or equipment:, the keys of events from their days")
	}
	if !slices.Contains(Kinds(), v.Kind) {
		c.bad("kind", "must be one of %s", kindList())
	}
	if v.OccurredOn.IsZero() {
		c.bad("occurred_on", "is required")
	}
	c.day("occurred_on", v.OccurredOn)
	c.text("note", v.Note, maxNote)
	return c.sorted()
}

func (c *checker) sorted() []problem.Field {
	slices.SortFunc(c.wrong, func(a, b problem.Field) int { return strings.Compare(a.Location, b.Location) })
	return c.wrong
}

func kindList() string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, string(k))
	}
	return strings.Join(out, ", ")
}
