package message

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Template is a version of what is said for a purpose, over a channel, in a
// language. It is written once; the highest version is in force.
type Template struct {
	ID          uuid.UUID
	Purpose     Purpose
	Channel     customer.Channel
	Language    string // zh-CN or en
	Version     int
	Subject     string // e-mail only
	Body        string
	CreatedBy   uuid.UUID // uuid.Nil: shipped
	CreatedName string    // set on reading
	CreatedAt   time.Time
}

// Limits of a template.
const (
	maxSMSBody   = 1000 // characters
	maxEmailBody = 20_000
	maxSubject   = 200
)

// Placeholders lists what may stand in braces in a template.
func Placeholders() []string {
	return []string{"customer", "company", "agent", "staff_number", "service_number", "appointment", "date", "purpose", "festival"}
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// needs lists the placeholders in the texts, each once, in their order.
func (t Template) needs() []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(t.Subject+"\n"+t.Body, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// Check says which fields are not allowed.
func (t Template) Check() []problem.Field {
	var wrong []problem.Field
	add := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(Purposes(), t.Purpose) {
		add("purpose", "is none of %v", Purposes())
	}
	if !slices.Contains(Channels(), t.Channel) {
		add("channel", "is none of %v", Channels())
	}
	if t.Language != callback.LanguageChinese && t.Language != callback.LanguageEnglish {
		add("language", "is neither %s nor %s", callback.LanguageChinese, callback.LanguageEnglish)
	}
	limit := maxEmailBody
	if t.Channel == customer.ChannelSMS {
		limit = maxSMSBody
	}
	if n := len([]rune(t.Body)); strings.TrimSpace(t.Body) == "" || n > limit {
		add("body", "must have 1 to %d characters", limit)
	}
	switch n := len([]rune(t.Subject)); {
	case t.Channel == customer.ChannelSMS && t.Subject != "":
		add("subject", "an SMS has none")
	case t.Channel == customer.ChannelEmail && (strings.TrimSpace(t.Subject) == "" || n > maxSubject || strings.ContainsAny(t.Subject, "\r\n")):
		add("subject", "must be one line of 1 to %d characters", maxSubject)
	}
	for at, text := range map[string]string{"subject": t.Subject, "body": t.Body} {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(Placeholders(), m[1]) {
				add(at, "{%s} is no placeholder; allowed are {%s}", m[1], strings.Join(Placeholders(), "} {"))
			}
		}
		if rest := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
			add(at, "has a brace without its other half")
		}
	}
	return wrong
}

// Fill puts the values in; missing lists placeholders that have none, which
// makes the message one that must not be sent.
func (t Template) Fill(values map[string]string) (subject, body string, missing []string) {
	for _, name := range t.needs() {
		if values[name] == "" {
			missing = append(missing, name)
		}
	}
	put := func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(m string) string {
			if v := values[m[1:len(m)-1]]; v != "" {
				return v
			}
			return m
		})
	}
	// A value must not become a second line of a header.
	return strings.Join(strings.Fields(put(t.Subject)), " "), put(t.Body), missing
}

// inForce gives the template of a purpose, channel and language, and says
// whether there is one; English where English is wanted, else Chinese (Rule T-11).
func inForce(ts []Template, p Purpose, ch customer.Channel, language string) (Template, bool) {
	best, ok := Template{}, false
	for _, t := range ts {
		if t.Purpose == p && t.Channel == ch && t.Language == language && (!ok || t.Version > best.Version) {
			best, ok = t, true
		}
	}
	return best, ok
}

// writes gives the language in which a customer is written to. Rule T-11.
func writes(c customer.Customer) string {
	if strings.HasPrefix(strings.ToLower(c.Language), "en") {
		return callback.LanguageEnglish
	}
	return callback.LanguageChinese
}
