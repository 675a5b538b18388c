package httpapi

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"huifang/internal/access"
	"huifang/internal/token"
)

func (s *server) registerTasks(api huma.API) {
	var (
		agents  = only(access.RoleAgent, access.RoleSupervisor)
		makers  = only(access.RoleSupervisor, access.RoleAdministrator)
		readers = only(access.RoleAgent, access.RoleSupervisor, access.RoleInspector)
	)
	register(s, api, scoped(token.ScopeTasksRead, op(agents, http.MethodGet, "/tasks", "list-tasks", "Tasks of the desk, in the order of work")), s.listTasks)
	register(s, api, scoped(token.ScopeTasksRead, op(readers, http.MethodGet, "/tasks/{id}", "get-task", "A task with all that the call needs")), s.getTask)
	register(s, api, op(agents, http.MethodGet, "/tasks/{id}/gate", "get-gate", "May this customer be called now (Rules T-01 to T-07, C-14, C-15)"), s.getGate)
	register(s, api, status(http.StatusCreated, scoped(token.ScopeTasksWrite, op(makers, http.MethodPost, "/tasks", "create-task", "Make a task"))), s.createTask)
	imports := scoped(token.ScopeTasksWrite, op(makers, http.MethodPost, "/tasks/import", "import-tasks", "Import tasks from CSV, all or nothing"))
	imports.MaxBodyBytes, imports.BodyReadTimeout = maxImport, workTimeout
	register(s, api, long(imports), s.importTasks)
	register(s, api, op(agents, http.MethodPut, "/tasks/{id}/appointment", "set-appointment", "Agree a time with the customer (Rule C-24)"), s.setAppointment)
	register(s, api, op(agents, http.MethodDelete, "/tasks/{id}/appointment", "delete-appointment", "Take the appointment away"), s.deleteAppointment)
	register(s, api, op(agents, http.MethodPost, "/tasks/{id}/close", "close-task", "Close without a record; unreachable needs its proof (Rule T-04)"), s.closeTask)
	register(s, api, op(only(access.RoleSupervisor), http.MethodPost, "/tasks/{id}/assign", "assign-task", "Give a task to an agent (Rule C-15)"), s.assignTask)
	register(s, api, scoped(token.ScopeTasksRead, op(anybody(), http.MethodGet, "/programs", "list-programs", "Call-back programs")), s.listPrograms)
	register(s, api, op(only(access.RoleAdministrator), http.MethodPatch, "/programs/{id}", "change-program", "Limits of the secure pause (Rule T-13), whether agents see who listens"), s.changeProgram)
}

func (s *server) listTasks(ctx context.Context, in *struct {
	Scope    string `query:"scope" enum:"desk,all" default:"desk"`
	State    string `query:"state" enum:"open,waiting,appointment,calling,wrapup,done,unreachable,data_check,other_channel,cancelled"`
	Text     string `query:"q" maxLength:"200"`
	Assignee string `query:"assignee"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" doc:"Default: 100 of all tasks, 500 of a desk"`
	Cursor   string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before"`
}) (*body[TaskPage], error) {
	assignee, err := optionalID("query.assignee", in.Assignee)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.List(ctx, principal(ctx), TaskQuery{All: in.Scope == "all", State: in.State, Text: in.Text, Assignee: assignee, Limit: in.Limit, Cursor: in.Cursor}))
}

// InLanguage is a path with an id and the language of texts.
type InLanguage struct {
	PathID
	Lang string `query:"lang" enum:"zh-CN,en" default:"zh-CN"`
}

func (s *server) getTask(ctx context.Context, in *InLanguage) (*body[Task], error) {
	id, err := parseID("task", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.Get(ctx, principal(ctx), id, in.Lang))
}

func (s *server) getGate(ctx context.Context, in *struct {
	PathID
	ContactPoint string `query:"contact_point_id" doc:"Default: the first usable one"`
}) (*body[Decision], error) {
	id, err := parseID("task", in.ID)
	if err != nil {
		return nil, err
	}
	point, err := optionalID("query.contact_point_id", in.ContactPoint)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.Gate(ctx, principal(ctx), id, point))
}

func (s *server) createTask(ctx context.Context, in *struct{ Body NewTask }) (*body[Task], error) {
	return answer(s.deps.Tasks.Create(ctx, principal(ctx), in.Body))
}

func (s *server) importTasks(ctx context.Context, in *struct {
	Preview bool   `query:"preview" doc:"Check only, change nothing"`
	RawBody []byte `contentType:"text/csv"`
}) (*body[ImportReport], error) {
	return answer(s.deps.Tasks.Import(ctx, principal(ctx), bytes.NewReader(in.RawBody), in.Preview))
}

func (s *server) setAppointment(ctx context.Context, in *struct {
	PathID
	Body Appointment
}) (*body[Task], error) {
	id, err := parseID("task", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.SetAppointment(ctx, principal(ctx), id, &in.Body))
}

func (s *server) deleteAppointment(ctx context.Context, in *PathID) (*body[Task], error) {
	id, err := parseID("task", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.SetAppointment(ctx, principal(ctx), id, nil))
}

func (s *server) closeTask(ctx context.Context, in *struct {
	PathID
	Body CloseTask
}) (*body[Task], error) {
	id, err := parseID("task", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.Close(ctx, principal(ctx), id, in.Body))
}

func (s *server) assignTask(ctx context.Context, in *struct {
	PathID
	Body AssignTask
}) (*body[Task], error) {
	id, err := parseID("task", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.Assign(ctx, principal(ctx), id, in.Body))
}

func (s *server) changeProgram(ctx context.Context, in *struct {
	PathID
	Body ProgramPatch
}) (*body[Program], error) {
	id, err := parseID("program", in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.deps.Tasks.ChangeProgram(ctx, principal(ctx), id, in.Body))
}

func (s *server) listPrograms(ctx context.Context, _ *struct{}) (*body[ProgramList], error) {
	list, err := s.deps.Tasks.Programs(ctx)
	return answer(ProgramList{Programs: list}, err)
}
