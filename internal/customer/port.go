package customer

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
)

// Store keeps customers.
type Store interface {
	// Customer gives one with its contact points in order; problem not_found.
	Customer(ctx context.Context, id uuid.UUID) (Customer, error)
	// Customers lists matches by code, contact points included.
	Customers(ctx context.Context, q Query) ([]Customer, error)
	// InsertCustomer gives problem conflict when the code is taken. NameGrams
	// of the name are stored with it.
	InsertCustomer(ctx context.Context, c Customer, e audit.Event) error
	// UpdateCustomer writes all columns but code and CreatedAt, and the
	// contact points (new ones inserted, known ones updated, none deleted),
	// guarded by the UpdatedAt that was read; problem conflict otherwise.
	UpdateCustomer(ctx context.Context, c Customer, seen time.Time, e audit.Event) error
	// InsertConsent, with its row in the audit log (Rule T-14).
	InsertConsent(ctx context.Context, c Consent, e audit.Event) error
	// WithdrawConsent writes the withdrawal of one that stands.
	WithdrawConsent(ctx context.Context, c Consent, e audit.Event) error
	SetCustomerGroups(ctx context.Context, id uuid.UUID, groups []string, e audit.Event) error
	// AssignedTo reports whether the user has, or had within 90 days, a task
	// of this customer.
	AssignedTo(ctx context.Context, customerID, userID uuid.UUID) (bool, error)
}

// Query selects customers. A zero query gives the first ones by code.
type Query struct {
	Grams []string // all of them must be among the customer's name grams
	Text  string   // and the name must hold this text, or the code begin with it
	Tail  string   // or: a contact point ends with these digits
	Limit int      // at most 200; 0 means 50
}
