package disclosure

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/replay"
)

// State of a request.
type State string

// The states of a request.
const (
	StateOpen     State = "open"
	StateApproved State = "approved"
	StateRefused  State = "refused"
)

// Wanted is what somebody asks for: Named ids of recordings or calls, or a
// customer's name and a period (From included, To excluded).
type Wanted struct {
	Purpose  string
	Named    []uuid.UUID
	Customer string
	From, To time.Time
	Days     int // of 24 hours, from the approval
	Download bool
}

// Request is somebody's wish to hear recordings.
type Request struct {
	ID            uuid.UUID
	RequesterID   uuid.UUID
	RequesterName string
	Wanted
	CreatedAt     time.Time
	State         State
	DecidedBy     uuid.UUID
	DecidedByName string
	DecidedAt     time.Time
	Reason        string
}

// Candidate is a recording that a request may mean.
type Candidate struct {
	replay.Row
	Interest bool // the requester has an interest in its case: it cannot be granted (C-15)
}

// Decision is what is granted of a request: no more than was asked for.
type Decision struct {
	Recordings []uuid.UUID
	Days       int
	Download   bool
	Reason     string // optional
}

// Grant lets a person hear recordings until a moment.
type Grant struct {
	ID, RequestID uuid.UUID
	UserID        uuid.UUID
	UserName      string
	Purpose       string
	Recordings    []uuid.UUID
	Until         time.Time
	Download      bool
	GrantedBy     uuid.UUID
	GrantedByName string
	GrantedAt     time.Time
	RevokedAt     time.Time
	RevokedByName string
	RevokeReason  string
}

// FilingState is how far a filing is.
type FilingState string

// The states of a filing, in their order.
const (
	FilingDrafted    FilingState = "drafted"
	FilingFiled      FilingState = "filed"
	FilingHandedOver FilingState = "handed_over"
)

// Filing is the entry about what goes to a regulator (Rule S-03).
type Filing struct {
	ID                           uuid.UUID
	Authority, Reference         string
	LegalBasis                   string
	Recordings                   []uuid.UUID
	State                        FilingState
	DraftedByName                string
	DraftedBy, FiledBy, HandedBy uuid.UUID
	DraftedAt, FiledAt, HandedAt time.Time
	FiledByName, HandedByName    string
	PackSHA256                   []byte // of the pack that was handed over
	TakenBy                      string // who took it
}

// Store keeps requests, grants and filings. Each change is written with its
// event in one transaction; its guards give problems with the rule.
type Store interface {
	InsertRequest(ctx context.Context, r Request, e audit.Event) error
	// Requests lists the newest of a person (zero: of everybody), in a state
	// (empty: any).
	Requests(ctx context.Context, of uuid.UUID, state State, limit int) ([]Request, error)
	// Request gives one; problem not_found.
	Request(ctx context.Context, id uuid.UUID) (Request, error)
	// Candidates finds what a request may mean, newest first.
	Candidates(ctx context.Context, r Request, grams []string, limit int) ([]Candidate, error)
	// Approve decides and inserts the grant; problem conflict when it is decided.
	Approve(ctx context.Context, g Grant, reason string, e audit.Event) error
	Refuse(ctx context.Context, id, by uuid.UUID, at time.Time, reason string, e audit.Event) error
	// Grants lists the newest of a person (zero: of everybody).
	Grants(ctx context.Context, of uuid.UUID, limit int) ([]Grant, error)
	// Revoke ends a grant; problem conflict when it is revoked.
	Revoke(ctx context.Context, id, by uuid.UUID, at time.Time, reason string, e audit.Event) error
	// GrantAccesses lists what was done under a grant, newest first.
	GrantAccesses(ctx context.Context, id uuid.UUID, limit int) ([]replay.Access, error)
	InsertFiling(ctx context.Context, f Filing, e audit.Event) error
	Filings(ctx context.Context, limit int) ([]Filing, error)
	Filing(ctx context.Context, id uuid.UUID) (Filing, error)
	File(ctx context.Context, id, by uuid.UUID, at time.Time, e audit.Event) error
	// HandOver notes the pack and who took it, and an access "exported" of each
	// recording.
	HandOver(ctx context.Context, id, by uuid.UUID, at time.Time, packSHA256 []byte, takenBy, ip string, e audit.Event) error
	audit.Log
}
