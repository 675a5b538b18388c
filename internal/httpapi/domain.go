package httpapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

// Domain are the services that the ports of Deps stand for.
type Domain struct {
	Access    *access.Service
	Callback  *callback.Service
	Customers *customer.Service
	Calendar  *calendar.Service
	Replay    *replay.Service
	Audit     audit.Reader
	Site      Site
	// Current gives an agent's live call as call.state sends it; nil: none.
	Current func(agentID ID) any
	// SignedOut is told of every session that was ended, nil for nobody: the
	// softphone closes its socket then.
	SignedOut func(sessionID ID)
	// UserSignedOut is told of a user whose sessions were all ended, by a new
	// password, other roles or a closed account; nil for nobody.
	UserSignedOut func(userID ID)
}

// Fill puts the services into the ports.
func (d Domain) Fill(deps Deps) Deps {
	signedOut := d.SignedOut
	if signedOut == nil {
		signedOut = func(ID) {}
	}
	userSignedOut := d.UserSignedOut
	if userSignedOut == nil {
		userSignedOut = func(ID) {}
	}
	deps.Sessions = sessionsPort{svc: d.Access, site: d.Site, signedOut: signedOut}
	deps.Users = usersPort{svc: d.Access, signedOut: userSignedOut}
	deps.Tasks = tasksPort{svc: d.Callback}
	clock := deps.Clock
	if clock == nil {
		clock = time.Now
	}
	deps.Calling = callingPort{svc: d.Callback, customers: d.Customers, clock: clock}
	deps.Calendars = calendarsPort{svc: d.Calendar}
	deps.Shifts = shiftsPort{svc: d.Callback}
	deps.Queue = queuePort{svc: d.Callback}
	deps.Slips = slipsPort{svc: d.Callback}
	deps.Ledger = ledgerPort{svc: d.Callback, site: d.Site}
	deps.Papers = papersPort{svc: d.Callback}
	deps.Calls = callsPort{svc: d.Callback, current: d.Current}
	deps.Customers = customersPort{svc: d.Customers}
	deps.Recordings = recordingsPort{svc: d.Replay}
	deps.Audit = auditPort{log: d.Audit}
	return deps
}

// mapped converts a slice.
func mapped[A, B any](list []A, convert func(A) B) List[B] {
	out := make(List[B], len(list))
	for i, v := range list {
		out[i] = convert(v)
	}
	return out
}

// words converts a slice of string types.
func words[S ~string](list []S) List[string] {
	return mapped(list, func(s S) string { return string(s) })
}

// refOrNull names something unless the id is zero.
func refOrNull(id ID, name string) Null[Ref] {
	if id == uuid.Nil {
		return Null[Ref]{}
	}
	return orNull(&Ref{ID: id, Name: name})
}

// idOrNull gives nil for the zero id.
func idOrNull(id ID) *ID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// nonZero gives nil for the zero value.
func nonZero(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// zeroOr gives the zero value for nil.
func zeroOr[T any](v *T) T {
	if v == nil {
		var zero T
		return zero
	}
	return *v
}

// cursor writes the key of the last row of a page; a zero id ends the pages.
func cursor(t time.Time, id ID) string {
	if id == uuid.Nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(t.UTC().Format(time.RFC3339Nano) + " " + id.String()))
}

// parseCursor reads what cursor wrote.
func parseCursor(text string) (time.Time, ID, error) {
	if text == "" {
		return time.Time{}, uuid.Nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return time.Time{}, uuid.Nil, problem.BadField("query.cursor", "is not a next_cursor")
	}
	when, what, _ := strings.Cut(string(raw), " ")
	t, err1 := time.Parse(time.RFC3339Nano, when)
	id, err2 := uuid.Parse(what)
	if err1 != nil || err2 != nil {
		return time.Time{}, uuid.Nil, problem.BadField("query.cursor", "is not a next_cursor")
	}
	return t, id, nil
}

// auditPort is the audit log behind its port.
type auditPort struct{ log audit.Reader }

func (p auditPort) List(ctx context.Context, _ access.Principal, q AuditQuery) (AuditPage, error) {
	f := audit.Filter{From: q.From, To: q.To, Action: q.Action, ActorID: q.Actor, Limit: q.Limit}
	if q.Cursor != "" {
		var err error
		if f.Before, err = strconv.ParseInt(q.Cursor, 10, 64); err != nil || f.Before < 1 {
			return AuditPage{}, problem.BadField("query.cursor", "is not a next_cursor")
		}
	}
	events, err := p.log.Events(ctx, f)
	if err != nil {
		return AuditPage{}, fmt.Errorf("read audit log: %w", err)
	}
	page := AuditPage{Events: mapped(events, auditEventOf)}
	if len(events) > 0 && len(events) == q.Limit {
		page.NextCursor = fmt.Sprint(events[len(events)-1].ID)
	}
	return page, nil
}

func auditEventOf(e audit.Event) AuditEvent {
	return AuditEvent{
		ID: e.ID, At: at(e.At), Actor: refOrNull(e.ActorID, e.ActorName), Action: e.Action,
		ObjectKind: e.ObjectKind, ObjectID: e.ObjectID, Rule: e.Rule, Reason: e.Reason, Detail: e.Detail, IP: e.IP,
	}
}
