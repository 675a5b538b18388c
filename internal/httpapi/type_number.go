package httpapi

import "time"

// NumberRule permits or closes the numbers with a prefix.
type NumberRule struct {
	Prefix string `json:"prefix" maxLength:"16" doc:"As numbers are stored: +852, 400, 95"`
	Allow  bool   `json:"allow"`
}

// ShippedRule is a rule that comes with the product, after those of the house.
type ShippedRule struct {
	Prefix string `json:"prefix" doc:"Empty: every number"`
	Allow  bool   `json:"allow"`
	Class  string `json:"class"`
	Digits int    `json:"digits" doc:"Of the whole number; 0: any"`
}

// NumberVersion is the house's rules as they were from a time on.
type NumberVersion struct {
	Version int              `json:"version"`
	At      time.Time        `json:"at"`
	By      *Ref             `json:"by" doc:"null: the configuration"`
	Reason  string           `json:"reason"`
	Rules   List[NumberRule] `json:"rules" doc:"The first that fits decides"`
}

// NumberRules is the answer of GET and PUT /number-rules.
type NumberRules struct {
	Versions List[NumberVersion] `json:"versions" doc:"The latest first; that one holds"`
	Shipped  List[ShippedRule]   `json:"shipped" doc:"Asked after the house's rules, in this order"`
}

// NumberRulesInput replaces the house's rules.
type NumberRulesInput struct {
	Seen   int              `json:"seen" doc:"The version that was changed"`
	Rules  List[NumberRule] `json:"rules"`
	Reason string           `json:"reason" maxLength:"2000"`
}

// NumberQuestion asks about a number as somebody typed it. It is sent in a body:
// no address and no log holds it (Rule S-01).
type NumberQuestion struct {
	Number    string `json:"number" maxLength:"60"`
	ProgramID *ID    `json:"program_id,omitempty" doc:"Whose caller id would be shown"`
}

// NumberAnswer is what would become of the number; nothing was dialled.
type NumberAnswer struct {
	Valid    bool            `json:"valid" doc:"false: it is no telephone number, and the rest is empty"`
	Stored   string          `json:"stored" doc:"E.164, or the digits of a short code"`
	National string          `json:"national" doc:"As people of this country write it"`
	Shown    string          `json:"shown" doc:"As agents see it (Rule S-01)"`
	Allowed  bool            `json:"allowed"`
	Class    string          `json:"class"`
	Rule     string          `json:"rule" doc:"Prefix of the rule that decided; empty with decided_by emergency, or for the last shipped rule"`
	By       string          `json:"decided_by" enum:"house,shipped,emergency,none"`
	Ways     List[NumberWay] `json:"ways" doc:"Trunks that are on, by priority"`
}

// NumberWay is how one trunk would dial the number.
type NumberWay struct {
	Trunk    string `json:"trunk"`
	Up       bool   `json:"up"`
	Dialled  string `json:"dialled" doc:"After rewriting; empty: it cannot be sent over this trunk"`
	CallerID string `json:"caller_id" doc:"What the customer would see; empty: there is none that may be shown"`
}
