package httpapi

import (
	"context"

	"huifang/internal/access"
)

// houseQueue answers as the house does; internal/store tests the rules.
type houseQueue struct{ *house }

func (h houseQueue) State(context.Context, access.Principal) (QueueState, error) {
	return QueueState{}, h.err
}
func (h houseQueue) Next(context.Context, access.Principal) (QueueNext, error) {
	return QueueNext{}, h.err
}
func (h houseQueue) Skip(context.Context, access.Principal, QueueSkip) (QueueState, error) {
	return QueueState{}, h.err
}
func (h houseQueue) Set(context.Context, access.Principal, QueueSettings) (QueueState, error) {
	return QueueState{}, h.err
}
