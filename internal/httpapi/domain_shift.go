package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/callback"
)

// shiftsPort is package callback behind the port of shifts.
type shiftsPort struct{ svc *callback.Service }

func (p shiftsPort) State(ctx context.Context, who access.Principal) (ShiftState, error) {
	return shiftStateOf(p.svc.Shift(ctx, who))
}

func (p shiftsPort) End(ctx context.Context, who access.Principal) (ShiftState, error) {
	return shiftStateOf(p.svc.EndShift(ctx, who))
}

func (p shiftsPort) Unfinished(ctx context.Context, who access.Principal) (UnfinishedList, error) {
	us, err := p.svc.Unfinished(ctx, who)
	return UnfinishedList{Agents: mapped(us, func(u callback.Unfinished) UnfinishedAgent {
		out := UnfinishedAgent{Agent: Ref{ID: u.Agent.ID, Name: u.Agent.Name}, Records: mapped(u.Records, wrapupOf), Earlier: u.Earlier}
		if u.Shift != nil {
			out.ShiftSince = maybe(u.Shift.StartedAt)
		}
		if u.LastLeft != nil {
			out.LeftAt, out.LeftOpen, out.OverrideReason = maybe(u.LastLeft.EndedAt), u.LastLeft.LeftOpen, u.LastLeft.OverrideReason
		}
		return out
	})}, err
}

func (p shiftsPort) Override(ctx context.Context, who access.Principal, agent ID, reason string) (UnfinishedList, error) {
	if err := p.svc.OverrideShift(ctx, who, agent, reason); err != nil {
		return UnfinishedList{}, err
	}
	return p.Unfinished(ctx, who)
}

func shiftStateOf(s callback.ShiftState, err error) (ShiftState, error) {
	out := ShiftState{EndsAt: at(s.EndsAt), WarnAt: at(s.WarnAt), Warning: s.Warning, Open: mapped(s.Open, wrapupOf), Now: at(s.Now)}
	if s.Shift != nil {
		out.StartedAt = maybe(s.Shift.StartedAt)
	}
	return out, err
}
