package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/callback"
)

// queuePort is package callback behind the port of the queue.
type queuePort struct{ svc *callback.Service }

func (p queuePort) Next(ctx context.Context, who access.Principal) (QueueNext, error) {
	n, err := p.svc.NextTask(ctx, who)
	return QueueNext{Task: heldRow(n.Row), Class: string(n.Class), Until: maybe(n.Until), NextAt: maybe(n.NextAt)}, err
}

func (p queuePort) State(ctx context.Context, who access.Principal) (QueueState, error) {
	return queueStateOf(p.svc.QueueState(ctx, who))
}

func (p queuePort) Skip(ctx context.Context, who access.Principal, in QueueSkip) (QueueState, error) {
	return queueStateOf(p.svc.Skip(ctx, who, in.TaskID, in.Reason))
}

func (p queuePort) Set(ctx context.Context, who access.Principal, in QueueSettings) (QueueState, error) {
	return queueStateOf(p.svc.SetProgressive(ctx, who, in.Progressive))
}

func queueStateOf(s callback.QueueState, err error) (QueueState, error) {
	return QueueState{Task: heldRow(s.Row), Class: string(s.Class), Until: maybe(s.Until), Progressive: s.Progressive}, err
}

func heldRow(r *callback.DeskRow) Null[TaskRow] {
	if r == nil {
		return Null[TaskRow]{}
	}
	row := taskRowOf(*r)
	return orNull(&row)
}
