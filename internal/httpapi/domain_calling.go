package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// callingPort is packages callback and customer behind the port of calling.
type callingPort struct {
	svc       *callback.Service
	customers *customer.Service
	clock     func() time.Time
}

func (p callingPort) Why(ctx context.Context, who access.Principal, id, agent ID) (Why, error) {
	w, err := p.svc.Why(ctx, who, id, agent)
	if err != nil {
		return Why{}, err
	}
	return Why{TaskID: w.TaskID, Agent: Ref{ID: w.AgentID, Name: w.AgentName}, Now: at(w.Now), TimeZone: w.Zone, Allowed: w.Allowed,
		Checks: mapped(w.Checks, func(c callback.GateCheck) GateCheck {
			return GateCheck{Key: c.Key, Rule: c.Rule, Verdict: string(c.Verdict), Reason: string(c.Refusal.Reason), Detail: c.Refusal.Detail, Params: c.Refusal.Params,
				AllowedAt: maybe(c.Refusal.AllowedAt), Override: c.Verdict == callback.CheckRefused && c.Refusal.Overridable()}
		}),
		NextAllowedAt: maybe(w.NextAllowedAt), Needs: words(w.Needs), AppointmentAt: maybe(w.AppointmentAt),
		Openings: mapped(w.Openings, func(o callback.Opening) Opening {
			return Opening{Slot: Slot{Date: o.Slot.Date.String(), Window: o.Slot.Window}, From: at(o.From), Until: at(o.Until)}
		}),
	}, nil
}

func (p callingPort) Rules(ctx context.Context, id ID) (CallingRulesList, error) {
	ps, err := p.svc.Programs(ctx)
	if err != nil {
		return CallingRulesList{}, err
	}
	vs, err := p.svc.CallingRulesHistory(ctx, id)
	if err != nil {
		return CallingRulesList{}, err
	}
	out := CallingRulesList{Versions: mapped(vs, func(v callback.RulesVersion) CallingRulesVersion {
		return CallingRulesVersion{CallingRules: callingRulesOf(v.CallingRules), Reason: v.Reason, By: Ref{ID: v.ChangedBy, Name: v.Name}, At: at(v.ChangedAt)}
	})}
	for _, v := range ps {
		if v.ID == id {
			out.Rules = callingRulesOf(v.Rules())
		}
	}
	return out, nil
}

func (p callingPort) SetRules(ctx context.Context, who access.Principal, id ID, in CallingRulesChange) (CallingRulesList, error) {
	r := callback.CallingRules{Calendar: in.Calendar, Consent: customer.ConsentPurpose(in.Consent), Progressive: in.Progressive, Version: in.Version}
	var err error
	if r.Windows, err = windowsOf("windows", in.Windows); err != nil {
		return CallingRulesList{}, err
	}
	if r.Government, err = windowsOf("government_windows", in.Government); err != nil {
		return CallingRulesList{}, err
	}
	for _, g := range in.Groups {
		group := callback.HoursGroup{By: callback.HoursBy(g.By), Value: g.Value, Calendar: g.Calendar}
		if g.Windows != nil {
			w, err := windowsOf("groups", g.Windows)
			if err != nil {
				return CallingRulesList{}, err
			}
			group.Windows = &w
		}
		r.Groups = append(r.Groups, group)
	}
	if _, err := p.svc.SetCallingRules(ctx, who, id, r, in.Reason); err != nil {
		return CallingRulesList{}, err
	}
	return p.Rules(ctx, id)
}

// windowsOf reads hours as the schema holds them.
func windowsOf(field string, h DayHours) (w callback.Windows, err error) {
	b, err := json.Marshal(h)
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil {
		return w, problem.BadField(field, "%v", err)
	}
	return w, nil
}

func dayHours(w callback.Windows) DayHours {
	out := DayHours{}
	if b, err := json.Marshal(w); err == nil {
		_ = json.Unmarshal(b, &out) // what was written here is read here
	}
	return out
}

func callingRulesOf(r callback.CallingRules) CallingRules {
	return CallingRules{Version: r.Version, Windows: dayHours(r.Windows), Government: dayHours(r.Government), Calendar: cmp.Or(r.Calendar, calendar.House), Consent: string(r.Consent), Progressive: r.Progressive,
		Groups: mapped(r.Groups, func(g callback.HoursGroup) HoursGroup {
			out := HoursGroup{By: string(g.By), Value: g.Value, Calendar: g.Calendar}
			if g.Windows != nil {
				out.Windows = dayHours(*g.Windows)
			}
			return out
		})}
}

func (p callingPort) Consents(ctx context.Context, who access.Principal, id ID) (CustomerConsents, error) {
	return p.consents(p.customers.Get(ctx, who, id))
}

func (p callingPort) AddConsent(ctx context.Context, who access.Principal, id ID, in NewConsent) (CustomerConsents, error) {
	return p.consents(p.customers.AddConsent(ctx, who, id, customer.NewConsent{Purpose: customer.ConsentPurpose(in.Purpose), Proof: customer.ConsentProof(in.Proof),
		ProofRef: in.ProofRef, From: zeroOr(in.From), Until: zeroOr(in.Until)}))
}

func (p callingPort) WithdrawConsent(ctx context.Context, who access.Principal, id, consent ID, reason string) (CustomerConsents, error) {
	return p.consents(p.customers.WithdrawConsent(ctx, who, id, consent, reason))
}

func (p callingPort) SetGroups(ctx context.Context, who access.Principal, id ID, groups []string) (CustomerConsents, error) {
	return p.consents(p.customers.SetGroups(ctx, who, id, groups))
}

func (p callingPort) consents(c customer.Customer, err error) (CustomerConsents, error) {
	return CustomerConsents{Groups: c.Groups, Consents: mapped(c.Consents, func(k customer.Consent) Consent {
		return Consent{ID: k.ID, Purpose: string(k.Purpose), Proof: string(k.Proof), ProofRef: k.ProofRef, From: at(k.From), Until: maybe(k.Until), State: string(k.State(p.clock())),
			RecordedBy: Ref{ID: k.RecordedBy, Name: k.RecordedName}, RecordedAt: at(k.RecordedAt), WithdrawnAt: maybe(k.WithdrawnAt), WithdrawReason: k.WithdrawReason}
	})}, err
}
