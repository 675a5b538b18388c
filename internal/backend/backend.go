package backend

import (
	"errors"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/casework"
	"huifang/internal/customer"
	"huifang/internal/disclosure"
	"huifang/internal/httpapi"
	"huifang/internal/intake"
	"huifang/internal/message"
	"huifang/internal/plan"
	"huifang/internal/reconcile"
	"huifang/internal/replay"
	"huifang/internal/switchboard"
	"huifang/internal/token"
	"huifang/internal/visit"
)

// Lines are the agents' softphones; *switchboard.Switchboard satisfies it.
type Lines interface {
	Presence(agentID uuid.UUID) switchboard.Presence
	LiveCalls() []switchboard.LiveCall
	// RecordSaved frees the line of a call whose record is final; it does
	// nothing when the line is free already.
	RecordSaved(agentID, callID uuid.UUID)
}

// Deps is what stands behind the API. All are required but
// SignedOut and UserSignedOut.
type Deps struct {
	Access    *access.Service
	Callback  *callback.Service
	Customers *customer.Service
	Calendar  *calendar.Service
	Replay    *replay.Service
	Audit     audit.Reader
	Lines     Lines
	System    *System
	Trunks    Trunks
	Numbers   Numbers
	Evidence  Evidence
	Reconcile *reconcile.Service
	Grants    *disclosure.Service
	Files     *attachment.Service
	Cases     *casework.Service
	Retention Retention
	Plans     *plan.Service
	Tokens    *token.Service
	Visits    *visit.Service
	Messages  *message.Service
	// SMSGateway takes what the gateway posts back.
	SMSGateway httpapi.SMSGateway
	Imports    *intake.Service
	Site       httpapi.Site
	// SignedOut is told of every session that was ended, nil for nobody.
	SignedOut func(sessionID uuid.UUID)
	// UserSignedOut is told of every user whose sessions were all ended, nil
	// for nobody.
	UserSignedOut func(userID uuid.UUID)
}

// Services is what the API is made of: all but Softphone, Page and Config is
// filled in.
type Services = httpapi.Deps

// New makes the services.
func New(d Deps) (Services, error) {
	if d.Access == nil || d.Callback == nil || d.Customers == nil || d.Calendar == nil || d.Replay == nil || d.Audit == nil || d.Lines == nil || d.System == nil || d.Trunks.Service == nil || d.Numbers.Policy == nil || d.Evidence.Log == nil || d.Reconcile == nil || d.Grants == nil || d.Files == nil || d.Plans == nil || d.Cases == nil || d.Retention.Service == nil || d.Tokens == nil || d.Imports == nil {
		return Services{}, errors.New("make backend: every part but signed-out is required")
	}
	if d.Messages == nil || d.SMSGateway == nil || d.Visits == nil {
		return Services{}, errors.New("make backend: messages, SMS gateway and visits are required")
	}
	s := httpapi.Domain{
		Access: d.Access, Callback: d.Callback, Customers: d.Customers, Calendar: d.Calendar, Replay: d.Replay, Audit: d.Audit,
		Site: d.Site, Current: current(d.Lines), SignedOut: d.SignedOut, UserSignedOut: d.UserSignedOut,
	}.Fill(Services{Wave: Wave{}, System: d.System})
	s.Trunks, s.Numbers, s.Evidence, s.Retention = d.Trunks, d.Numbers, d.Evidence, d.Retention
	s.Messages, s.SMSGateway, s.Visits = httpapi.NewMessages(d.Messages), d.SMSGateway, httpapi.NewVisits(d.Visits)
	s.Reconciliation = httpapi.NewReconciliation(d.Reconcile)
	s.Cases = httpapi.NewCases(d.Cases)
	s.Plans = httpapi.NewPlans(d.Plans)
	s.Attachments = httpapi.NewAttachments(d.Files)
	s.Imports = httpapi.NewImports(d.Imports)
	s.Tokens, s.Once = httpapi.NewTokens(d.Tokens), d.Tokens
	s.Grants = httpapi.NewGrants(d.Grants, d.Replay)
	s.Calls = calls{Calls: s.Calls, lines: d.Lines, people: d.Access, customers: d.Customers}
	return s, nil
}
