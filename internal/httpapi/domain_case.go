package httpapi

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/casework"
	"huifang/internal/problem"
	"huifang/internal/sheet"
)

// casesPort is package casework behind its port.
type casesPort struct{ svc *casework.Service }

// NewCases puts the service behind its port.
func NewCases(svc *casework.Service) Cases { return casesPort{svc} }

func (p casesPort) List(ctx context.Context, who access.Principal, q CaseQuery) (CasePage, error) {
	before, id, err := parseCursor(q.Cursor)
	if err != nil {
		return CasePage{}, err
	}
	var ids [2]uuid.UUID
	for i, in := range []struct{ at, text string }{{"query.customer_id", q.CustomerID}, {"query.call_id", q.CallID}} {
		if ids[i], err = optionalID(in.at, in.text); err != nil {
			return CasePage{}, err
		}
	}
	page, err := p.svc.Cases(ctx, who, casework.Query{Kind: casework.Kind(q.Kind), Class: casework.Class(q.Class), State: casework.State(q.State), Waiting: q.Waiting, Overdue: q.Overdue,
		CustomerID: ids[0], CallID: ids[1], Limit: q.Limit, Before: casework.Key{At: before, ID: id}})
	return CasePage{Cases: mapped(page.Cases, caseOf), Counts: CaseCounts(page.Counts), NextCursor: cursor(page.Next.At, page.Next.ID)}, err
}

func (p casesPort) Get(ctx context.Context, who access.Principal, id ID) (CaseDetail, error) {
	return caseDetailOf(p.svc.Case(ctx, who, id))
}

func (p casesPort) Open(ctx context.Context, who access.Principal, in NewCase) (CaseDetail, error) {
	return caseDetailOf(p.svc.Open(ctx, who, casework.New{Kind: casework.Kind(in.Kind), Class: casework.Class(in.Class), CustomerID: zeroOr(in.CustomerID), CallID: zeroOr(in.CallID),
		ConcernedID: zeroOr(in.ConcernedID), Matter: in.Matter}))
}

func (p casesPort) Sign(ctx context.Context, who access.Principal, id ID, in CaseSigning) (CaseDetail, error) {
	return caseDetailOf(p.svc.Sign(ctx, who, id, casework.State(in.Step), in.Content))
}

func (p casesPort) Interview(ctx context.Context, who access.Principal, id ID, in NewCaseInterview) (CaseDetail, error) {
	return caseDetailOf(p.svc.Interview(ctx, who, id, casework.NewTalk{HeldAt: in.HeldAt, Place: in.Place, Person: in.Person, Content: in.Content,
		Signatures: mapped(in.Signatures, func(g CaseSignature) casework.Signature { return casework.Signature(g) })}))
}

func (p casesPort) Assign(ctx context.Context, who access.Principal, id ID, in CaseAssignment) (CaseDetail, error) {
	return caseDetailOf(p.svc.Assign(ctx, who, id, casework.Assignment{AssigneeID: in.AssigneeID, ConcernedID: zeroOr(in.ConcernedID), Class: casework.Class(in.Class), Reason: in.Reason}))
}

func (p casesPort) CallAgain(ctx context.Context, who access.Principal, id ID, reason string) (CaseDetail, error) {
	return caseDetailOf(p.svc.CallAgain(ctx, who, id, reason))
}

func (p casesPort) CloseUnreachable(ctx context.Context, who access.Principal, id ID, reason string) (CaseDetail, error) {
	return caseDetailOf(p.svc.CloseUnreachable(ctx, who, id, reason))
}

func (p casesPort) Waiting(ctx context.Context, who access.Principal) (WaitingList, error) {
	all, err := p.svc.Waiting(ctx, who)
	return WaitingList{Items: mapped(all, func(i casework.Item) WaitingItem {
		return WaitingItem{Object: string(i.Object), ID: i.ID, Number: i.Number, Kind: i.Kind, State: i.State, Matter: i.Matter, Customer: i.CustomerName, Holder: i.HolderName,
			Escalated: i.Escalated, DueAt: at(i.DueAt), Overdue: i.Overdue}
	})}, err
}

func (p casesPort) Problems(ctx context.Context, who access.Principal, q ProblemQuery) (DailyProblems, error) {
	department, err := optionalID("query.department_id", q.DepartmentID)
	if err != nil {
		return DailyProblems{}, err
	}
	d, err := p.svc.Problems(ctx, who, q.Day, department)
	return dailyOf(d), err
}

func dailyOf(d casework.Daily) DailyProblems {
	return DailyProblems{Day: d.Day.String(), Problems: mapped(d.Problems, func(v casework.Problem) DailyProblem {
		out := DailyProblem{Kind: v.Kind, ID: v.ID, CallID: idOrNull(v.CallID), Number: v.Number, At: at(v.At), Customer: v.Customer, By: v.By, Problem: v.Problem, Handling: v.Handling, State: v.State}
		if v.Department.ID != uuid.Nil {
			dep := departmentOf(v.Department)
			out.Department = orNull(&dep)
		}
		return out
	})}
}

func problemKinds() map[string]both {
	return map[string]both{"record": {"回访记录", "Record"}, "slip": {"反馈单", "Slip"}, "anomaly": {"异常", "Anomaly"}, "complaint": {"投诉", "Complaint"}}
}

func problemStates() map[string]both {
	return map[string]both{"open": {"待处理", "Open"}, "answered": {"已答复", "Answered"}, "closed": {"已办结", "Closed"}, "facts": {"待查清事实", "Facts"}, "reported": {"待上级知悉", "Reported"},
		"interview": {"待访谈", "Interview"}, "branch": {"待分支意见", "Branch"}, "head_office": {"待总部意见", "Head office"}, "measures": {"待落实措施", "Measures"}, "answer": {"待答复", "Answer"}, "call_back": {"待复访", "Call-back"}}
}

// ProblemsSheet gives the list as a workbook, with times in the house's zone. Rule C-30.
func (p casesPort) ProblemsSheet(ctx context.Context, who access.Principal, q ProblemQuery, language string) (io.WriterTo, error) {
	department, err := optionalID("query.department_id", q.DepartmentID)
	if err != nil {
		return nil, err
	}
	d, err := p.svc.ProblemsSheet(ctx, who, q.Day, department)
	if err != nil {
		return nil, err
	}
	n := 0
	if language == callback.LanguageEnglish {
		n = 1
	}
	var columns []sheet.Column
	for _, c := range []struct {
		both
		width float64
	}{{both{"分支机构", "Branch"}, 16}, {both{"部门", "Department"}, 18}, {both{"类别", "Kind"}, 10}, {both{"编号", "Number"}, 18}, {both{"时间", "Time"}, 17}, {both{"客户", "Customer"}, 14},
		{both{"登记人", "Noted by"}, 12}, {both{"问题", "Problem"}, 48}, {both{"处理情况", "Handling"}, 40}, {both{"状态", "State"}, 12}} {
		columns = append(columns, sheet.Column{Title: c.both[n], Width: c.width})
	}
	w, err := sheet.New(d.Day.String(), columns)
	if err != nil {
		return nil, err
	}
	for _, v := range d.Problems {
		err := w.Row(v.Department.BranchName, v.Department.Name, problemKinds()[v.Kind][n], v.Number, v.At.In(p.svc.Zone()), v.Customer, v.By, v.Problem, v.Handling, problemStates()[v.State][n])
		if err != nil {
			return nil, err
		}
	}
	return w, nil
}

func caseOf(c casework.Case) Case {
	out := Case{ID: c.ID, Number: c.Number, Kind: string(c.Kind), Class: string(c.Class), Source: string(c.Source), Customer: Ref{ID: c.CustomerID, Name: c.CustomerName}, RecordNumber: c.RecordNumber,
		CallID: idOrNull(c.CallID), RecordingID: idOrNull(c.RecordingID), Matter: c.Matter, Concerned: refOrNull(c.ConcernedID, c.ConcernedName), Assignee: refOrNull(c.AssigneeID, c.AssigneeName),
		State: string(c.State), Round: c.Round, DueAt: at(c.DueAt), Overdue: c.Overdue, TaskID: idOrNull(c.TaskID), TaskState: string(c.TaskState), Satisfaction: c.Satisfaction, ClosedAt: maybe(c.ClosedAt),
		CreatedBy: Ref{ID: c.CreatedBy, Name: c.CreatedName}, CreatedAt: at(c.CreatedAt), Escalated: refs(c.EscalatedTo, c.EscalatedName)}
	if c.Offset >= 0 {
		ms := c.Offset.Milliseconds()
		out.OffsetMs = &ms
	}
	return out
}

// refs names several.
func refs(ids []uuid.UUID, names []string) List[Ref] {
	out := make(List[Ref], len(ids))
	for i, id := range ids {
		out[i] = Ref{ID: id, Name: names[i]}
	}
	return out
}

func caseDetailOf(d casework.Detail, err error) (CaseDetail, error) {
	if err != nil {
		return CaseDetail{}, err
	}
	out := CaseDetail{Case: caseOf(d.Case), May: List[string](d.May), Line: words(casework.Line(d.Case.Kind)), Wanted: List[string](casework.Wanted(d.Case.Kind, d.Case.State)),
		Steps: mapped(d.Steps, func(s casework.Signed) CaseStep {
			return CaseStep{Step: string(s.Step), Round: s.Round, By: Ref{ID: s.ByID, Name: s.ByName}, At: at(s.At), Content: s.Content}
		}),
		Interviews: mapped(d.Interviews, func(t casework.Talk) CaseInterview {
			return CaseInterview{ID: t.ID, HeldAt: at(t.HeldAt), Place: t.Place, Person: t.Person, Content: t.Content, By: Ref{ID: t.ByID, Name: t.ByName}, At: at(t.At),
				Signatures: mapped(t.Signatures, func(g casework.Signature) CaseSignature { return CaseSignature(g) })}
		}),
		History: mapped(d.History, func(e audit.Event) CaseEvent {
			return CaseEvent{At: at(e.At), By: refOrNull(e.ActorID, e.ActorName), Action: e.Action, Reason: e.Reason, Detail: e.Detail}
		})}
	if p, ok := errors.AsType[*problem.Error](d.Barred); ok {
		out.Barred = orNull(&CaseBar{Rule: p.Rule, Reason: p.Reason})
	}
	return out, nil
}
