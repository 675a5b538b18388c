package httpapi

import (
	"context"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
)

// slipsPort is package callback behind the port of slips.
type slipsPort struct{ svc *callback.Service }

func (p slipsPort) Departments(ctx context.Context) (Departments, error) {
	ds, err := p.svc.Departments(ctx)
	return Departments{Departments: mapped(ds, departmentOf)}, err
}

func (p slipsPort) People(ctx context.Context, who access.Principal, departmentID ID) (People, error) {
	us, err := p.svc.SlipOwners(ctx, who, departmentID)
	return People{People: mapped(us, func(u access.User) Ref { return Ref{ID: u.ID, Name: u.Name} })}, err
}

func (p slipsPort) List(ctx context.Context, who access.Principal, q SlipQuery) (SlipPage, error) {
	before, id, err := parseCursor(q.Cursor)
	if err != nil {
		return SlipPage{}, err
	}
	var ids [4]uuid.UUID
	for i, in := range []struct{ at, text string }{{"query.department_id", q.DepartmentID}, {"query.owner_id", q.OwnerID}, {"query.customer_id", q.CustomerID}, {"query.call_id", q.CallID}} {
		if ids[i], err = optionalID(in.at, in.text); err != nil {
			return SlipPage{}, err
		}
	}
	page, err := p.svc.Slips(ctx, who, callback.SlipQuery{State: callback.SlipState(q.State), Waiting: q.Waiting, Overdue: q.Overdue, DepartmentID: ids[0], OwnerID: ids[1],
		CustomerID: ids[2], CallID: ids[3], Limit: q.Limit, Before: callback.MarkKey{At: before, ID: id}})
	return SlipPage{Slips: mapped(page.Slips, slipOf), Counts: SlipCounts(page.Counts), NextCursor: cursor(page.Next.At, page.Next.ID)}, err
}

func (p slipsPort) Get(ctx context.Context, who access.Principal, id ID) (SlipDetail, error) {
	d, err := p.svc.Slip(ctx, who, id)
	return slipDetailOf(d), err
}

func (p slipsPort) Assign(ctx context.Context, who access.Principal, id ID, in SlipAssignment) (SlipDetail, error) {
	owner := uuid.Nil
	if in.OwnerID != nil {
		owner = *in.OwnerID
	}
	d, err := p.svc.AssignSlip(ctx, who, id, in.DepartmentID, owner, in.Reason)
	return slipDetailOf(d), err
}

func (p slipsPort) Answer(ctx context.Context, who access.Principal, id ID, in SlipAnswer) (SlipDetail, error) {
	d, err := p.svc.AnswerSlip(ctx, who, id, in.Handling, in.Answer)
	return slipDetailOf(d), err
}

func (p slipsPort) CallAgain(ctx context.Context, who access.Principal, id ID, reason string) (SlipDetail, error) {
	d, err := p.svc.CallAgainForSlip(ctx, who, id, reason)
	return slipDetailOf(d), err
}

func (p slipsPort) CloseUnreachable(ctx context.Context, who access.Principal, id ID, reason string) (SlipDetail, error) {
	d, err := p.svc.CloseSlipUnreachable(ctx, who, id, reason)
	return slipDetailOf(d), err
}

func slipInputOf(in *SlipInput) *callback.SlipInput {
	if in == nil {
		return nil
	}
	return &callback.SlipInput{Kind: callback.SlipKind(in.Kind), Matter: in.Matter, Suggestion: in.Suggestion, DepartmentID: in.DepartmentID}
}

func departmentOf(d access.Department) Department {
	return Department{ID: d.ID, Name: d.Name, Branch: Ref{ID: d.BranchID, Name: d.BranchName}}
}

func slipOf(s callback.Slip) Slip {
	return Slip{ID: s.ID, Number: s.Number, CallID: s.CallID, Customer: Ref{ID: s.CustomerID, Name: s.CustomerName}, Kind: string(s.Kind), Matter: s.Matter, Suggestion: s.Suggestion,
		Department: departmentOf(s.Department), Owner: nameOf(s.OwnerID, s.OwnerName), Round: s.Round, DueAt: at(s.DueAt),
		Overdue: s.Overdue, Escalated: refs(s.EscalatedTo, s.Escalated), State: string(s.State), Handling: s.Handling, Answer: s.Answer, AnsweredAt: maybe(s.AnsweredAt),
		TaskID: idOrNull(s.TaskID), TaskState: string(s.TaskState), Satisfaction: s.Satisfaction, ClosedAt: maybe(s.ClosedAt), CreatedBy: Ref{ID: s.CreatedBy, Name: s.CreatedName}, CreatedAt: at(s.CreatedAt)}
}

func slipDetailOf(d callback.SlipDetail) SlipDetail {
	return SlipDetail{Slip: slipOf(d.Slip), History: mapped(d.History, func(e audit.Event) SlipEvent {
		return SlipEvent{At: at(e.At), By: nameOf(e.ActorID, e.ActorName), Action: e.Action, Reason: e.Reason, Detail: e.Detail}
	})}
}
