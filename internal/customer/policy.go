package customer

import (
	"fmt"
	"strings"
)

// Class is what kind of number the policy takes one for.
type Class string

// The closed set of classes.
const (
	ClassHome       Class = "home"        // of this country
	ClassService    Class = "service"     // 400, 800
	ClassShortCode  Class = "short_code"  // 95588, 10086
	ClassExtension  Class = "extension"   // bare digits that are nothing else
	ClassPremium    Class = "premium"     // 16x information services
	ClassAccessCode Class = "access_code" // 17909 and the like: a way round the trunk's own routes
	ClassForeign    Class = "foreign"
	ClassEmergency  Class = "emergency"
)

// NumberRule permits or closes the numbers that begin with a prefix, as they
// are stored: "+86168", "400".
type NumberRule struct {
	Prefix string `json:"prefix"`
	Allow  bool   `json:"allow"`
	Class  Class  `json:"-"`
	digits int    // of the whole number; 0: any
	house  bool
}

// NumberVerdict is the policy's word on a number. Prefix is that of the rule
// that decided; it is empty for emergency numbers, which no rule opens.
type NumberVerdict struct {
	Allowed bool
	Class   Class
	Prefix  string
	House   bool // the rule is of the house
}

// NumberPolicy says which numbers may be dialled at all. Premium and foreign
// numbers, access codes and extensions are closed unless a rule of the house
// opens them; the house's rules come first, the first that fits decides.
type NumberPolicy struct{ rules []NumberRule }

// shippedRules stand after those of the house. The numbering plan of China:
// 16x is premium in the fixed network, 179xx, 12593, 10193 and 11808 lead to
// other networks, 1xx and 1xxxx are the networks' own services, 95xxx and
// 96xxx are those of companies and towns.
func shippedRules() []NumberRule {
	return []NumberRule{
		{Prefix: "+86160", Allow: false, Class: ClassPremium}, {Prefix: "+86168", Allow: false, Class: ClassPremium}, {Prefix: "160", Allow: false, Class: ClassPremium}, {Prefix: "168", Allow: false, Class: ClassPremium},
		{Prefix: "+86179", Allow: false, Class: ClassAccessCode}, {Prefix: "179", Allow: false, Class: ClassAccessCode}, {Prefix: "12593", Allow: false, Class: ClassAccessCode},
		{Prefix: "10193", Allow: false, Class: ClassAccessCode}, {Prefix: "11808", Allow: false, Class: ClassAccessCode},
		{Prefix: "400", Allow: true, Class: ClassService, digits: 10}, {Prefix: "800", Allow: true, Class: ClassService, digits: 10}, {Prefix: "+86400", Allow: true, Class: ClassService}, {Prefix: "+86800", Allow: true, Class: ClassService},
		{Prefix: "95", Allow: true, Class: ClassShortCode}, {Prefix: "96", Allow: true, Class: ClassShortCode}, {Prefix: "1", Allow: false, Class: ClassShortCode},
		{Prefix: "+86", Allow: true, Class: ClassHome}, {Prefix: "+", Allow: false, Class: ClassForeign}, {Prefix: "", Allow: false, Class: ClassExtension},
	}
}

// ShippedRules gives the rules that stand after those of the house, in the order
// in which they are asked.
func ShippedRules() []NumberRule { return shippedRules() }

// Digits is how long a number must be for the rule to fit; 0: any.
func (r NumberRule) Digits() int { return r.digits }

// NewNumberPolicy makes a policy of the house's rules and the shipped ones. The
// class of a rule of the house is that of the shipped rule it stands before.
func NewNumberPolicy(house []NumberRule) (*NumberPolicy, error) {
	p := &NumberPolicy{rules: shippedRules()}
	rules := make([]NumberRule, 0, len(house)+len(p.rules))
	for _, r := range house {
		if !prefixForm.MatchString(r.Prefix) {
			return nil, fmt.Errorf("prefix %q is not the beginning of a number as it is stored, such as +852 or 400", r.Prefix)
		}
		if r.Class == "" {
			r.Class = p.Judge(StoredNumber(r.Prefix)).Class
		}
		r.house = true
		rules = append(rules, r)
	}
	p.rules = append(rules, p.rules...)
	return p, nil
}

// Judge says whether a number may be dialled, and by which rule.
func (p *NumberPolicy) Judge(n Number) NumberVerdict {
	if n.Emergency() {
		return NumberVerdict{Class: ClassEmergency}
	}
	for _, r := range p.rules {
		if strings.HasPrefix(n.digits, r.Prefix) && !n.IsZero() && (r.digits == 0 || r.digits == len(n.digits)) {
			return NumberVerdict{Allowed: r.Allow, Class: r.Class, Prefix: r.Prefix, House: r.house}
		}
	}
	return NumberVerdict{Class: ClassExtension}
}
