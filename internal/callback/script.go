package callback

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"huifang/internal/access"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Names are what the placeholders of a script stand for (Rule T-10):
// {customer} {agent} {staff_number} {company} {purpose} {program}.
type Names struct{ Customer, Agent, StaffNumber, Company, Purpose, Program string }

// placeholder is a name in a script, as {customer}.
var placeholder = regexp.MustCompile(`\{([^{}\s]*)\}`)

// placeholders are those that [Names] fills; the first four are needed by Rule T-10.
func placeholders() []string {
	return []string{"customer", "agent", "staff_number", "company", "purpose", "program"}
}

// Script is what the agent says, per language, with variants for groups of
// customers (Rule C-29).
type Script struct {
	Version  int             `json:"version"`
	Chinese  []ScriptPart    `json:"zh-CN"`
	English  []ScriptPart    `json:"en"`
	Variants []ScriptVariant `json:"variants,omitempty"`
}

// ScriptPart is one paragraph. Text holds placeholders like {customer}.
type ScriptPart struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// ScriptVariant is said to the customers of a group instead.
type ScriptVariant struct {
	Name    Words        `json:"name"`
	When    Group        `json:"when"`
	Chinese []ScriptPart `json:"zh-CN"`
	English []ScriptPart `json:"en"`
}

// Group selects customers; what is empty does not select.
type Group struct {
	Kinds      []customer.Kind `json:"kinds,omitempty"`
	Grades     []string        `json:"grades,omitempty"`
	Languages  []string        `json:"languages,omitempty"` // BCP 47 (Rule T-11)
	Government *bool           `json:"government,omitempty"`
}

// empty reports whether the group selects nobody in particular.
func (g Group) empty() bool {
	return len(g.Kinds) == 0 && len(g.Grades) == 0 && len(g.Languages) == 0 && g.Government == nil
}

// Has reports whether the customer is of the group.
func (g Group) Has(c customer.Customer) bool {
	return (len(g.Kinds) == 0 || slices.Contains(g.Kinds, c.Kind)) && (len(g.Grades) == 0 || slices.Contains(g.Grades, c.Grade)) &&
		(len(g.Languages) == 0 || slices.ContainsFunc(g.Languages, func(l string) bool { return strings.EqualFold(l, c.Language) })) &&
		(g.Government == nil || *g.Government == c.Government)
}

// For gives the number of the variant for a customer: that of the first whose
// group has them, 0 for what is said to everybody. Rule C-29.
func (s Script) For(c customer.Customer) int {
	return 1 + slices.IndexFunc(s.Variants, func(v ScriptVariant) bool { return v.When.Has(c) })
}

// parts of a variant in a language.
func (s Script) parts(variant int, language string) []ScriptPart {
	zh, en := s.Chinese, s.English
	if variant > 0 && variant <= len(s.Variants) {
		zh, en = s.Variants[variant-1].Chinese, s.Variants[variant-1].English
	}
	if isEnglish(language) && len(en) > 0 {
		return en
	}
	return zh
}

// Fill gives a variant of the script in a language with the names put in.
func (s Script) Fill(variant int, language string, n Names) []ScriptPart {
	parts := s.parts(variant, language)
	r := strings.NewReplacer("{customer}", n.Customer, "{agent}", n.Agent, "{staff_number}", n.StaffNumber,
		"{company}", n.Company, "{purpose}", n.Purpose, "{program}", n.Program)
	out := make([]ScriptPart, len(parts))
	for i, p := range parts {
		out[i] = ScriptPart{Key: p.Key, Title: p.Title, Text: r.Replace(p.Text)}
	}
	return out
}

// Faults says what is wrong with a script: both languages have the same parts,
// and each variant names everybody that Rule T-10 asks for and nobody else.
func (s Script) Faults() []problem.Field {
	var out []problem.Field
	bad := func(at, format string, args ...any) {
		out = append(out, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	partFaults("", s.Chinese, s.English, bad)
	for i, v := range s.Variants {
		at := fmt.Sprintf("variants.%d.", i)
		v.Name.faults(func(lang, msg string) { bad(at+"name."+lang, "%s", msg) })
		if v.When.empty() {
			bad(at+"when", "must say for which customers it is")
		}
		for _, k := range v.When.Kinds {
			if !slices.Contains(customer.Kinds(), k) {
				bad(at+"when.kinds", "%q is no kind of customer", string(k))
			}
		}
		partFaults(at, v.Chinese, v.English, bad)
	}
	if len(s.Variants) > maxVariants {
		bad("variants", "must be at most %d", maxVariants)
	}
	return out
}

const (
	maxVariants = 20
	maxParts    = 30
)

func partFaults(at string, zh, en []ScriptPart, bad func(at, format string, args ...any)) {
	if len(zh) == 0 || len(zh) > maxParts {
		bad(at+LanguageChinese, "must have 1 to %d parts", maxParts)
	}
	if len(zh) != len(en) {
		bad(at+LanguageEnglish, "must have the parts that %s has", LanguageChinese)
		return
	}
	seen := map[string]bool{}
	for i := range zh {
		if !itemKey.MatchString(zh[i].Key) || seen[zh[i].Key] || zh[i].Key != en[i].Key {
			bad(fmt.Sprintf("%s%s.%d.key", at, LanguageChinese, i), "must be a key that no other part has, and the same in both languages")
		}
		seen[zh[i].Key] = true
	}
	for _, l := range []struct {
		name  string
		parts []ScriptPart
	}{{LanguageChinese, zh}, {LanguageEnglish, en}} {
		said := map[string]bool{}
		for i, p := range l.parts {
			where := func(field string) string { return fmt.Sprintf("%s%s.%d.%s", at, l.name, i, field) }
			if strings.TrimSpace(p.Title) == "" || len(p.Title) > maxLabel {
				bad(where("title"), "is required, in at most %d bytes", maxLabel)
			}
			if strings.TrimSpace(p.Text) == "" || len(p.Text) > maxText {
				bad(where("text"), "is required, in at most %d bytes", maxText)
			}
			for _, m := range placeholder.FindAllStringSubmatch(p.Text, -1) {
				said[m[1]] = true
				if !slices.Contains(placeholders(), m[1]) {
					bad(where("text"), "%s stands for nothing: use {%s}", m[0], strings.Join(placeholders(), "}, {"))
				}
			}
		}
		for _, name := range placeholders()[:4] {
			if !said[name] {
				bad(at+l.name, "must say {%s} somewhere (Rule T-10)", name)
			}
		}
	}
}

func (s *Service) scriptNames(agent access.User, v TaskView, language string) Names {
	n := Names{
		Customer: AddressAs(v.Customer, language), Agent: agent.Name, StaffNumber: agent.StaffNumber,
		Company: s.cfg.Company.In(language), Purpose: v.Task.Purpose,
		Program: Words{Chinese: v.Program.NameZH, English: v.Program.NameEN}.In(language),
	}
	if n.Purpose == "" {
		n.Purpose = n.Program
	}
	return n
}

// AddressAs is how a customer is asked for: by surname and title, in the order
// of the language (王先生, Mr Wang). Organisations, and people without a title,
// are asked for by their whole name. Rule T-10.
func AddressAs(c customer.Customer, language string) string {
	title := titleIn(c.Salutation, language)
	if title == "" {
		return c.Name
	}
	if han := isHan(c.Name); han && !isEnglish(language) {
		if n := len([]rune(c.Name)); n < 2 || n > 4 {
			return c.Name
		}
		return surnameZH(c.Name) + title
	} else if han {
		return title + " " + surnameZH(c.Name)
	}
	words := strings.Fields(c.Name)
	surname := words[len(words)-1]
	if isEnglish(language) {
		return title + " " + surname
	}
	return surname + title
}

// titleIn gives the common titles in the other language; others are left.
func titleIn(title, language string) string {
	pairs := [][2]string{{"先生", "Mr"}, {"女士", "Ms"}, {"小姐", "Miss"}, {"夫人", "Mrs"}, {"经理", "Manager"}, {"老师", "Teacher"}, {"博士", "Dr"}}
	for _, p := range pairs {
		if strings.EqualFold(strings.TrimSuffix(title, "."), p[1]) || title == p[0] {
			if isEnglish(language) {
				return p[1]
			}
			return p[0]
		}
	}
	return title
}

// surnameZH gives the first character, or two for the common double surnames.
func surnameZH(name string) string {
	rs := []rune(name)
	double := []string{"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒", "端木", "南宫", "闻人", "长孙", "宇文", "轩辕"}
	if len(rs) > 2 && slices.Contains(double, string(rs[:2])) {
		return string(rs[:2])
	}
	return string(rs[:1])
}

func isHan(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) && r != '·' {
			return false
		}
	}
	return s != ""
}
