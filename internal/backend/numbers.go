package backend

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/httpapi"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
)

// NumberWay is how one trunk would dial a number.
type NumberWay struct {
	Trunk     string
	Up        bool
	Dialled   string // empty: it cannot be sent over it
	CallerID  string
	CallerIDs []string // what else may be shown over it
}

// Numbers are the number rules of the API. All fields are required.
type Numbers struct {
	Policy   *customer.NumberRules
	Ways     func(number string) []NumberWay // by priority
	Programs func(ctx context.Context) ([]callback.Program, error)
}

// Rules gives the versions and the rules that ship.
func (n Numbers) Rules(ctx context.Context) (httpapi.NumberRules, error) {
	versions, err := n.Policy.Versions(ctx)
	if err != nil {
		return httpapi.NumberRules{}, err
	}
	var out httpapi.NumberRules
	for _, v := range versions {
		shown := httpapi.NumberVersion{Version: v.Version, At: v.At, Reason: v.Reason}
		if v.By != uuid.Nil {
			shown.By = &httpapi.Ref{ID: v.By, Name: v.ByName}
		}
		for _, r := range v.Rules {
			shown.Rules = append(shown.Rules, httpapi.NumberRule{Prefix: r.Prefix, Allow: r.Allow})
		}
		out.Versions = append(out.Versions, shown)
	}
	for _, r := range customer.ShippedRules() {
		out.Shipped = append(out.Shipped, httpapi.ShippedRule{Prefix: r.Prefix, Allow: r.Allow, Class: string(r.Class), Digits: r.Digits()})
	}
	return out, nil
}

// Replace makes the next version.
func (n Numbers) Replace(ctx context.Context, who access.Principal, in httpapi.NumberRulesInput) (httpapi.NumberRules, error) {
	rules := make([]customer.NumberRule, 0, len(in.Rules))
	for _, r := range in.Rules {
		rules = append(rules, customer.NumberRule{Prefix: r.Prefix, Allow: r.Allow})
	}
	if err := n.Policy.Replace(ctx, who, in.Seen, rules, in.Reason); err != nil {
		return httpapi.NumberRules{}, err
	}
	return n.Rules(ctx)
}

// Check says what would become of a number.
func (n Numbers) Check(ctx context.Context, _ access.Principal, in httpapi.NumberQuestion) (httpapi.NumberAnswer, error) {
	var program callback.Program
	if in.ProgramID != nil {
		list, err := n.Programs(ctx)
		if err != nil {
			return httpapi.NumberAnswer{}, err
		}
		i := slices.IndexFunc(list, func(p callback.Program) bool { return p.ID == *in.ProgramID })
		if i < 0 {
			return httpapi.NumberAnswer{}, problem.NotFound("program")
		}
		program = list[i]
	}
	number, err := customer.ParseNumber(in.Number)
	if err != nil {
		return httpapi.NumberAnswer{By: "none"}, nil
	}
	v := n.Policy.Judge(number)
	out := httpapi.NumberAnswer{
		Valid: true, Stored: number.Reveal(), National: number.National(), Shown: number.Masked(),
		Allowed: v.Allowed, Class: string(v.Class), Rule: v.Prefix, By: "shipped",
	}
	switch {
	case v.Class == customer.ClassEmergency:
		out.By = "emergency"
	case v.House:
		out.By = "house"
	}
	for _, w := range n.Ways(number.Reveal()) {
		way := httpapi.NumberWay{Trunk: w.Trunk, Up: w.Up, Dialled: w.Dialled, CallerID: w.CallerID}
		if len(program.CallerIDs) > 0 { // Rule T-14: as at the dial
			way.CallerID, _ = switchboard.Trunk{CallerID: w.CallerID, CallerIDs: w.CallerIDs}.Shows(program.CallerIDs)
		}
		out.Ways = append(out.Ways, way)
	}
	return out, nil
}
