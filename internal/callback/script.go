package callback

import (
	"slices"
	"strings"
	"unicode"

	"huifang/internal/access"
	"huifang/internal/customer"
)

// Names are what the placeholders of a script stand for (Rule T-10):
// {customer} {agent} {staff_number} {company} {purpose} {program}.
type Names struct{ Customer, Agent, StaffNumber, Company, Purpose, Program string }

// Fill gives the script in a language with the names put in.
func (s Script) Fill(language string, n Names) []ScriptPart {
	parts := s.Chinese
	if isEnglish(language) && len(s.English) > 0 {
		parts = s.English
	}
	r := strings.NewReplacer("{customer}", n.Customer, "{agent}", n.Agent, "{staff_number}", n.StaffNumber,
		"{company}", n.Company, "{purpose}", n.Purpose, "{program}", n.Program)
	out := make([]ScriptPart, len(parts))
	for i, p := range parts {
		out[i] = ScriptPart{Key: p.Key, Title: p.Title, Text: r.Replace(p.Text)}
	}
	return out
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
