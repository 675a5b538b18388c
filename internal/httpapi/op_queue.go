package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
)

func (s *server) registerQueue(api huma.API) {
	agents := only(access.RoleAgent, access.RoleSupervisor)
	register(s, api, op(agents, http.MethodGet, "/queue", "get-queue", "What the caller has in hand from the queue"), s.getQueue)
	register(s, api, op(agents, http.MethodPost, "/queue/next", "take-next", "Take the next task: complaint, appointment, hard deadline, retry whose slot is now, the rest; the same one until it is called, skipped or closed"), s.takeNext)
	register(s, api, op(agents, http.MethodPost, "/queue/skip", "skip-task", "Put a task aside with a reason; it is offered to others at once"), s.skipTask)
	register(s, api, op(agents, http.MethodPut, "/queue/settings", "set-queue-settings", "Whether the next card opens by itself"), s.setQueueSettings)
}

func (s *server) getQueue(ctx context.Context, _ *struct{}) (*body[QueueState], error) {
	return answer(s.deps.Queue.State(ctx, principal(ctx)))
}

func (s *server) takeNext(ctx context.Context, _ *struct{}) (*body[QueueNext], error) {
	return answer(s.deps.Queue.Next(ctx, principal(ctx)))
}

func (s *server) skipTask(ctx context.Context, in *struct{ Body QueueSkip }) (*body[QueueState], error) {
	return answer(s.deps.Queue.Skip(ctx, principal(ctx), in.Body))
}

func (s *server) setQueueSettings(ctx context.Context, in *struct{ Body QueueSettings }) (*body[QueueState], error) {
	return answer(s.deps.Queue.Set(ctx, principal(ctx), in.Body))
}
