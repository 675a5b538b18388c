package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/visit"
)

// Visits are contacts on site (package visit; Rules C-11, C-26).
type Visits interface {
	OfTask(ctx context.Context, who access.Principal, taskID ID) (VisitList, error)
	OfCustomer(ctx context.Context, who access.Principal, customerID ID) (VisitList, error)
	Get(ctx context.Context, who access.Principal, id ID) (Visit, error)
	// Signature gives the picture; problem not_found when it is not signed.
	Signature(ctx context.Context, who access.Principal, id ID) ([]byte, error)
	Save(ctx context.Context, who access.Principal, taskID ID, in VisitInput) (Visit, error)
}

func (s *server) registerVisits(api huma.API) {
	callers := only(access.RoleAgent, access.RoleSupervisor)
	readers := only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor)
	register(s, api, op(only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector), http.MethodGet, "/tasks/{id}/visits", "list-task-visits", "Visits of a task, and whether one is called for (Rules C-11, C-26)"), s.listTaskVisits)
	register(s, api, op(callers, http.MethodPut, "/tasks/{id}/visit", "save-visit", "Keep the draft of a visit, or make it final: signed, or with the reason why not; it closes the task (Rules C-01, C-26)"), s.saveVisit)
	register(s, api, op(readers, http.MethodGet, "/customers/{id}/visits", "list-customer-visits", "Final visits of a customer, the newest first"), s.listCustomerVisits)
	register(s, api, op(readers, http.MethodGet, "/visits/{id}", "get-visit", "A visit"), s.getVisit)
	signature := op(readers, http.MethodGet, "/visits/{id}/signature", "get-visit-signature", "The signature as PNG")
	signature.Responses = map[string]*huma.Response{"200": {Description: "PNG", Content: map[string]*huma.MediaType{"image/png": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	register(s, api, signature, s.getVisitSignature)
}

func (s *server) listTaskVisits(ctx context.Context, in *ByID) (*body[VisitList], error) {
	return answer(s.deps.Visits.OfTask(ctx, principal(ctx), in.ID))
}

func (s *server) saveVisit(ctx context.Context, in *struct {
	ByID
	Body VisitInput
}) (*body[Visit], error) {
	return answer(s.deps.Visits.Save(ctx, principal(ctx), in.ID, in.Body))
}

func (s *server) listCustomerVisits(ctx context.Context, in *ByID) (*body[VisitList], error) {
	return answer(s.deps.Visits.OfCustomer(ctx, principal(ctx), in.ID))
}

func (s *server) getVisit(ctx context.Context, in *ByID) (*body[Visit], error) {
	return answer(s.deps.Visits.Get(ctx, principal(ctx), in.ID))
}

func (s *server) getVisitSignature(ctx context.Context, in *ByID) (*page, error) {
	raw, err := s.deps.Visits.Signature(ctx, principal(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &page{ContentType: "image/png", Body: raw}, nil
}

// visitsPort is package visit behind its port.
type visitsPort struct{ svc *visit.Service }

// NewVisits puts the service behind its port.
func NewVisits(svc *visit.Service) Visits { return visitsPort{svc} }

func (p visitsPort) OfTask(ctx context.Context, who access.Principal, taskID ID) (VisitList, error) {
	t, err := p.svc.Task(ctx, who, taskID)
	return VisitList{Visits: mapped(t.Visits, visitOf), Suggested: t.Suggested}, err
}

func (p visitsPort) OfCustomer(ctx context.Context, who access.Principal, customerID ID) (VisitList, error) {
	vs, err := p.svc.Of(ctx, who, customerID)
	return VisitList{Visits: mapped(vs, visitOf)}, err
}

func (p visitsPort) Get(ctx context.Context, who access.Principal, id ID) (Visit, error) {
	v, err := p.svc.Get(ctx, who, id)
	return visitOf(v), err
}

func (p visitsPort) Signature(ctx context.Context, who access.Principal, id ID) ([]byte, error) {
	return p.svc.Signature(ctx, who, id)
}

func (p visitsPort) Save(ctx context.Context, who access.Principal, taskID ID, in VisitInput) (Visit, error) {
	var strokes []visit.Stroke
	for _, s := range in.Strokes {
		strokes = append(strokes, visit.Stroke(mapped(s, func(p VisitPoint) visit.Point { return visit.Point(p) })))
	}
	at := time.Time{}
	if in.VisitedAt != nil {
		at = *in.VisitedAt
	}
	v, err := p.svc.Save(ctx, who, taskID, visit.Input{VisitedAt: at, Place: in.Place, Met: in.Met, Content: in.Content, Problems: in.Problems, Handling: in.Handling, Answers: in.Answers,
		SignedName: in.SignedName, Strokes: strokes, UnsignedReason: in.UnsignedReason, Final: in.State == "final"})
	return visitOf(v), err
}

func visitOf(v visit.Visit) Visit {
	return Visit{ID: v.ID, Number: v.Number, TaskID: v.TaskID, Customer: Ref{ID: v.CustomerID, Name: v.CustomerName}, Agent: Ref{ID: v.AgentID, Name: v.AgentName}, State: string(v.State),
		VisitedAt: maybe(v.VisitedAt), Place: v.Place, Met: v.Met, Content: v.Content, Problems: v.Problems, Handling: v.Handling, Answers: v.Answers, Score: v.Score, Dissatisfied: v.Dissatisfied,
		SignedName: v.SignedName, UnsignedReason: v.UnsignedReason, UpdatedAt: at(v.UpdatedAt), FinishedAt: maybe(v.FinishedAt),
		Strokes: mapped(v.Strokes, func(s visit.Stroke) VisitStroke {
			return mapped(s, func(p visit.Point) VisitPoint { return VisitPoint(p) })
		})}
}
