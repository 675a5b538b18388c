package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"huifang/internal/problem"
	"huifang/signaling/wire"
)

// More keys of an operation's metadata.
const (
	longKey      = "long"      // the work has no time limit
	secretKey    = "secret"    // request or answer has a secret, of which nothing may be kept
	recordingKey = "recording" // {id} names a recording, or they are searched: refusals are logged (Rule S-01)
)

// newAPI registers every operation on the mux.
func (s *server) newAPI(mux humago.Mux) huma.API {
	cfg := huma.DefaultConfig("Huifang", s.deps.Version)
	cfg.Info.Description = "API of the call centre for customer call-backs. Errors are problems (RFC 9457) with a code; a refusal carries the rule's id."
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil
	cfg.Transformers = append(cfg.Transformers, s.translate)
	api := humago.New(mux, cfg)
	api.OpenAPI().Components.SecuritySchemes = securitySchemes()
	api.UseMiddleware(limitWork, s.authorize, s.once)
	s.registerSession(api)
	s.registerUsers(api)
	s.registerTokens(api)
	s.registerImports(api)
	s.registerTasks(api)
	s.registerCustomers(api)
	s.registerCalls(api)
	s.registerRecordings(api)
	s.registerTrunks(api)
	s.registerNumbers(api)
	s.registerEvidence(api)
	s.registerReconciliation(api)
	s.registerGrants(api)
	s.registerQueue(api)
	s.registerCalling(api)
	s.registerCalendars(api)
	s.registerShifts(api)
	s.registerSlips(api)
	s.registerPlans(api)
	s.registerLedger(api)
	s.registerPapers(api)
	s.registerAttachments(api)
	s.registerMessages(api)
	s.registerVisits(api)
	s.registerDealings(api)
	s.registerDuties(api)
	s.registerCases(api)
	s.registerRetention(api)
	s.registerSystem(api)
	describeWire(api.OpenAPI().Components.Schemas)
	return api
}

// op is an operation; its id comes from its words.
func op(audience Audience, method, path, id, summary string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary,
		Metadata:     map[string]any{rolesKey: audience},
		Extensions:   map[string]any{"x-roles": audience.words()},
		MaxBodyBytes: maxBody, BodyReadTimeout: bodyTimeout,
	}
}

func long(o huma.Operation) huma.Operation {
	o.Metadata[longKey] = true
	return o
}

// withSecret marks an operation whose request or answer has a secret: neither an
// answer nor the hash of a request is kept, so that it takes no Idempotency-Key.
func withSecret(o huma.Operation) huma.Operation {
	o.Metadata[secretKey] = true
	return o
}

func ofRecording(o huma.Operation) huma.Operation {
	o.Metadata[recordingKey] = true
	return o
}

func status(code int, o huma.Operation) huma.Operation {
	o.DefaultStatus = code
	return o
}

// register adds an operation whose errors become problems.
func register[I, O any](s *server, api huma.API, o huma.Operation, handle func(context.Context, *I) (*O, error)) {
	if o.Responses == nil {
		o.Responses = map[string]*huma.Response{}
	}
	o.Responses["default"] = &huma.Response{
		Description: "Problem",
		Content:     map[string]*huma.MediaType{problemType: {Schema: problemSchema(api.OpenAPI().Components.Schemas)}},
	}
	if a, _ := o.Metadata[rolesKey].(Audience); o.Method == http.MethodPost && !a.Public && o.Metadata[secretKey] == nil {
		o.Parameters = append(o.Parameters, onceParam())
	}
	huma.Register(api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return out, nil
	})
}

// body is an answer with nothing but a body.
type body[T any] struct{ Body T }

// answer makes a body of a service's result.
func answer[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{Body: v}, nil
}

// empty is an answer without a body.
type empty struct{}

// parseID reads an id of a path or query; a malformed one is one that does not exist.
func parseID(kind, text string) (ID, error) {
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		return ID{}, problem.NotFound(kind)
	}
	return id, nil
}

// optionalID reads an id of a query; the empty text is the zero id.
func optionalID(location, text string) (ID, error) {
	if text == "" {
		return ID{}, nil
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		return ID{}, problem.BadField(location, "is not an id")
	}
	return id, nil
}

func problemSchema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[wire.Problem](), true, "")
}

// describeWire puts the softphone's messages beside the API's types, so that
// the page generates both from one document.
func describeWire(r huma.Registry) {
	for _, t := range []reflect.Type{
		reflect.TypeFor[wire.Hello](), reflect.TypeFor[wire.AgentState](), reflect.TypeFor[wire.MediaState](),
		reflect.TypeFor[wire.CallSnapshot](), reflect.TypeFor[wire.CallQuality](), reflect.TypeFor[wire.RecordingState](),
		reflect.TypeFor[wire.TaskChanged](), reflect.TypeFor[wire.System](), reflect.TypeFor[wire.Notice](), reflect.TypeFor[wire.Reply](),
		reflect.TypeFor[wire.MediaOffer](), reflect.TypeFor[wire.MediaAnswer](), reflect.TypeFor[wire.AgentSet](), reflect.TypeFor[wire.CallDial](),
		reflect.TypeFor[wire.CallHangup](), reflect.TypeFor[wire.CallMute](), reflect.TypeFor[wire.CallHold](), reflect.TypeFor[wire.CallResume](),
		reflect.TypeFor[wire.CallDTMF](), reflect.TypeFor[wire.CallPause](), reflect.TypeFor[wire.CallUnpause](), reflect.TypeFor[wire.CallComplaint](),
		reflect.TypeFor[wire.MonitorStart](), reflect.TypeFor[wire.MonitorMode](), reflect.TypeFor[wire.MonitorStop](), reflect.TypeFor[wire.MonitorTakeOver](), reflect.TypeFor[wire.QualityReport](),
	} {
		r.Schema(t, true, "")
	}
	hello := r.Map()["Hello"]
	hello.Properties["call"] = Snapshot{}.Schema(r)
	codes := r.Map()["Problem"].Properties["code"]
	codes.Enum = []any{}
	for _, c := range []problem.Code{
		problem.CodeInvalid, problem.CodeUnauthenticated, problem.CodeForbidden, problem.CodeNotFound,
		problem.CodeConflict, problem.CodeRefused, problem.CodeUnavailable, problem.CodeInternal,
	} {
		codes.Enum = append(codes.Enum, string(c))
	}
	// No list is ever null, and huma's own error model is never sent.
	delete(r.Map(), "ErrorModel")
	delete(r.Map(), "ErrorDetail")
	for _, schema := range r.Map() {
		for _, property := range schema.Properties {
			if property.Type == huma.TypeArray {
				property.Nullable = false
			}
		}
	}
}

// document renders OpenAPI 3.1 with the softphone's door in it, which is not
// an operation of huma.
func document(o *huma.OpenAPI) []byte {
	softphone := &huma.Operation{
		OperationID: "softphone", Method: http.MethodGet, Path: "/api/v1/softphone",
		Summary:    "Softphone socket (WebSocket), see docs/protocols/softphone.md",
		Extensions: map[string]any{"x-roles": softphoneAudience().words()},
		Responses:  map[string]*huma.Response{"101": {Description: "Switching Protocols"}},
		Parameters: []*huma.Param{
			{Name: "epoch", In: "query", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "since", In: "query", Schema: &huma.Schema{Type: huma.TypeInteger}},
			{Name: "takeover", In: "query", Schema: &huma.Schema{Type: huma.TypeString}},
		},
	}
	o.Paths[softphone.Path] = &huma.PathItem{Get: softphone}
	raw, err := json.Marshal(o)
	if err != nil {
		panic("render OpenAPI: " + err.Error()) // our own types, at start
	}
	return slices.Concat(raw, []byte("\n"))
}
