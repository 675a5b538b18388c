// Package problem is the one kind of error that domain services give to their
// callers on purpose: a code from a closed set and, when a rule refuses, the
// rule's id, the reason and what would be allowed. The HTTP API and the
// softphone socket render it (RFC 9457); every other error is "internal" there.
//
// It does no I/O, keeps no state and knows no rule itself.
package problem

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Code is what a caller branches on.
type Code string

// The closed set of codes.
const (
	CodeInvalid         Code = "invalid"         // the request cannot be understood or breaks a field's limits
	CodeUnauthenticated Code = "unauthenticated" // nobody is signed in
	CodeForbidden       Code = "forbidden"       // signed in, but not allowed to
	CodeNotFound        Code = "not_found"       // no such thing, or none that the caller may know of
	CodeConflict        Code = "conflict"        // it changed meanwhile, or exists already
	CodeRefused         Code = "refused"         // a rule says no
	CodeUnavailable     Code = "unavailable"     // a part that is needed is away
	CodeInternal        Code = "internal"        // our fault
)

// Field says what is wrong with one value of a request.
type Field struct {
	Location string // JSON path or column, as the caller named it
	Message  string
	Value    string
}

// Error is a problem. Texts are English; pages translate Reason with Params.
type Error struct {
	Code      Code
	Rule      string // requirement id, only with CodeRefused; may be empty there
	Reason    string // closed set per code, for translation
	Detail    string // one English sentence
	Params    map[string]any
	AllowedAt time.Time // zero: unknown or never
	Fields    []Field
	Err       error // cause, never shown
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Rule != "" {
		b.WriteString(" by rule " + e.Rule)
	}
	if e.Reason != "" {
		b.WriteString(", " + e.Reason)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	for _, f := range e.Fields {
		b.WriteString("; " + f.Location + ": " + f.Message)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// NotFound says that there is no such thing, without repeating its id.
func NotFound(kind string) *Error {
	return &Error{Code: CodeNotFound, Reason: kind, Detail: "there is no such " + kind}
}

// Forbidden says that the caller may not do it.
func Forbidden(reason, detail string) *Error {
	return &Error{Code: CodeForbidden, Reason: reason, Detail: detail}
}

// Conflict says that the thing changed meanwhile or exists already.
func Conflict(reason, detail string) *Error {
	return &Error{Code: CodeConflict, Reason: reason, Detail: detail}
}

// Refused says that a rule does not allow it.
func Refused(rule, reason, detail string, params map[string]any) *Error {
	return &Error{Code: CodeRefused, Rule: rule, Reason: reason, Detail: detail, Params: params}
}

// Invalid names the fields that are wrong.
func Invalid(fields ...Field) *Error {
	return &Error{Code: CodeInvalid, Reason: "invalid_fields", Detail: "some values are not allowed", Fields: fields}
}

// BadField is Invalid for one field.
func BadField(location, format string, args ...any) *Error {
	return Invalid(Field{Location: location, Message: fmt.Sprintf(format, args...)})
}

// CodeOf gives the code of a problem in the error's chain, CodeInternal when
// there is none.
func CodeOf(err error) Code {
	if p, ok := errors.AsType[*Error](err); ok {
		return p.Code
	}
	return CodeInternal
}

// IsNotFound reports whether the error says that there is no such thing.
func IsNotFound(err error) bool { return CodeOf(err) == CodeNotFound }
