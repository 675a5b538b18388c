package wire

import "time"

// Problem is an error as the API sends it too (RFC 9457). Rule is set when a
// rule of the requirements refuses; Reason is a closed set that the page
// translates.
type Problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Code      string         `json:"code"`
	Rule      string         `json:"rule,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Params    map[string]any `json:"params,omitempty"`
	AllowedAt *time.Time     `json:"allowed_at,omitempty"`
	Errors    []FieldProblem `json:"errors,omitempty"`
	Ref       string         `json:"ref,omitempty"`
}

// FieldProblem is one thing that is wrong with a request.
type FieldProblem struct {
	Location string `json:"location,omitempty"`
	Message  string `json:"message"`
	Value    any    `json:"value,omitempty"`
}

func (p *Problem) Error() string {
	if p.Rule != "" {
		return "rule " + p.Rule + ", " + p.Reason + ": " + p.Detail
	}
	if p.Reason != "" {
		return p.Code + ", " + p.Reason + ": " + p.Detail
	}
	return p.Code + ": " + p.Detail
}
