package httpapi

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// ID is the id of anything, as a string on the wire.
type ID = uuid.UUID

// List is a JSON array that is never null.
type List[T any] []T

// MarshalJSON writes [] for an empty list.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(l))
}

// Schema describes the list to OpenAPI.
func (List[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: r.Schema(reflect.TypeFor[T](), true, "")}
}

// Null is an object or null. Given tells, in a request, a null from a property
// that is not there.
type Null[T any] struct {
	Value *T
	Given bool
}

// orNull wraps a pointer for a response.
func orNull[T any](v *T) Null[T] { return Null[T]{Value: v} }

// MarshalJSON writes the object or null.
func (n Null[T]) MarshalJSON() ([]byte, error) { return json.Marshal(n.Value) }

// UnmarshalJSON reads the object or null.
func (n *Null[T]) UnmarshalJSON(b []byte) error {
	n.Given = true
	return json.Unmarshal(b, &n.Value)
}

// Schema describes the value to OpenAPI.
func (Null[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{r.Schema(reflect.TypeFor[T](), true, ""), {Type: "null"}}}
}

// Ref names something by id and name.
type Ref struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// RecordingRef names a recording and says where it stands.
type RecordingRef struct {
	ID    ID     `json:"id"`
	State string `json:"state" enum:"opened,spooling,sealed,uploading,stored,verified,held,expired,deleted,failed,missing"`
}

// at is a time as the API sends it: UTC, milliseconds.
func at(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// maybe is at for a time that may not have come: the zero time gives null.
func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = at(t)
	return &t
}

// Object is a JSON object of any content that is never null.
type Object map[string]any

// MarshalJSON writes {} for an empty object.
func (o Object) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]any(o))
}

// Schema describes the object to OpenAPI.
func (Object) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}
