package customer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// ConsentPurpose is what a customer has consented to (Rule T-14).
type ConsentPurpose string

// The purposes. PurposeAny covers the others.
const (
	PurposeService   ConsentPurpose = "service"
	PurposeSurvey    ConsentPurpose = "survey"
	PurposeMarketing ConsentPurpose = "marketing"
	PurposeAny       ConsentPurpose = "any"
)

// ConsentPurposes lists the closed set.
func ConsentPurposes() []ConsentPurpose {
	return []ConsentPurpose{PurposeService, PurposeSurvey, PurposeMarketing, PurposeAny}
}

// ConsentProof is what proves a consent (Rule T-14).
type ConsentProof string

// The proofs.
const (
	ProofContract  ConsentProof = "contract"
	ProofForm      ConsentProof = "form"
	ProofRecording ConsentProof = "recording"
	ProofMessage   ConsentProof = "message"
	ProofOther     ConsentProof = "other"
)

// ConsentProofs lists the closed set.
func ConsentProofs() []ConsentProof {
	return []ConsentProof{ProofContract, ProofForm, ProofRecording, ProofMessage, ProofOther}
}

// Consent is a customer's consent to being called. It is written once and may
// be withdrawn once. Rule T-14.
type Consent struct {
	ID, CustomerID uuid.UUID
	Purpose        ConsentPurpose
	Proof          ConsentProof
	ProofRef       string    // where the proof is
	From, Until    time.Time // Until excluded; zero: without end
	RecordedBy     uuid.UUID
	RecordedName   string
	RecordedAt     time.Time
	WithdrawnAt    time.Time // zero: it stands
	WithdrawnBy    uuid.UUID
	WithdrawReason string
}

// State is where a consent stands at a time.
func (c Consent) State(at time.Time) ConsentState {
	switch {
	case !c.WithdrawnAt.IsZero():
		return ConsentWithdrawn
	case at.Before(c.From):
		return ConsentNotYet
	case !c.Until.IsZero() && !at.Before(c.Until):
		return ConsentExpired
	}
	return ConsentValid
}

// ConsentState is where a consent stands.
type ConsentState string

// The states.
const (
	ConsentNone      ConsentState = "none"
	ConsentNotYet    ConsentState = "not_yet"
	ConsentValid     ConsentState = "valid"
	ConsentExpired   ConsentState = "expired"
	ConsentWithdrawn ConsentState = "withdrawn"
)

// Consented says how a customer stands to a purpose at a time: valid when any
// consent is; otherwise when the next becomes so, zero if none does by itself.
// Rule T-14.
func (c Customer) Consented(purpose ConsentPurpose, at time.Time) (ConsentState, time.Time) {
	state, from := ConsentNone, time.Time{}
	for _, k := range c.Consents {
		if k.Purpose != purpose && k.Purpose != PurposeAny {
			continue
		}
		switch s := k.State(at); {
		case s == ConsentValid:
			return ConsentValid, time.Time{}
		case s == ConsentNotYet && (from.IsZero() || k.From.Before(from)):
			state, from = s, k.From
		case from.IsZero():
			state = s
		}
	}
	return state, from
}

// NewConsent is a consent to be noted. A zero From is now.
type NewConsent struct {
	Purpose     ConsentPurpose
	Proof       ConsentProof
	ProofRef    string
	From, Until time.Time
}

const maxProof = 500

// AddConsent notes a customer's consent with its proof. Supervisors and
// administrators do. Rule T-14.
func (s *Service) AddConsent(ctx context.Context, who access.Principal, id uuid.UUID, n NewConsent) (Customer, error) {
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return Customer{}, problem.Forbidden("supervisor_only", "supervisors and administrators note consents")
	}
	now := s.now()
	c := Consent{ID: uuid.New(), CustomerID: id, Purpose: n.Purpose, Proof: n.Proof, ProofRef: strings.TrimSpace(n.ProofRef), From: n.From.UTC(), Until: n.Until.UTC(),
		RecordedBy: who.User.ID, RecordedAt: now}
	if n.From.IsZero() {
		c.From = now
	}
	if n.Until.IsZero() {
		c.Until = time.Time{}
	}
	var wrong []problem.Field
	if !slices.Contains(ConsentPurposes(), c.Purpose) {
		wrong = append(wrong, problem.Field{Location: "purpose", Message: "must be service, survey, marketing or any"})
	}
	if !slices.Contains(ConsentProofs(), c.Proof) {
		wrong = append(wrong, problem.Field{Location: "proof", Message: "must be contract, form, recording, message or other"})
	}
	if c.ProofRef == "" || len(c.ProofRef) > maxProof {
		wrong = append(wrong, problem.Field{Location: "proof_ref", Message: fmt.Sprintf("must say where the proof is, in 1 to %d bytes", maxProof)})
	}
	if !c.Until.IsZero() && !c.Until.After(c.From) {
		wrong = append(wrong, problem.Field{Location: "until", Message: "must lie after from"})
	}
	if len(wrong) > 0 {
		return Customer{}, problem.Invalid(wrong...)
	}
	e := s.consentEvent(who, now, audit.ActionConsentNoted, c, map[string]any{"purpose": string(c.Purpose), "proof": string(c.Proof), "proof_ref": c.ProofRef,
		"from": c.From.Format(time.RFC3339)})
	if !c.Until.IsZero() {
		e.Detail["until"] = c.Until.Format(time.RFC3339)
	}
	if err := s.store.InsertConsent(ctx, c, e); err != nil {
		return Customer{}, fmt.Errorf("note consent: %w", err)
	}
	return s.store.Customer(ctx, id)
}

// WithdrawConsent notes that the customer takes a consent back. Agents do so
// too, for customers of their tasks: it is what the customer says. Rule T-14.
func (s *Service) WithdrawConsent(ctx context.Context, who access.Principal, id, consentID uuid.UUID, reason string) (Customer, error) {
	c, err := s.Get(ctx, who, id)
	if err != nil {
		return Customer{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxProof {
		return Customer{}, problem.BadField("reason", "must have 1 to %d bytes", maxProof)
	}
	i := slices.IndexFunc(c.Consents, func(k Consent) bool { return k.ID == consentID })
	if i < 0 {
		return Customer{}, problem.NotFound("consent")
	}
	k := c.Consents[i]
	k.WithdrawnAt, k.WithdrawnBy, k.WithdrawReason = s.now(), who.User.ID, reason
	e := s.consentEvent(who, k.WithdrawnAt, audit.ActionConsentWithdrawn, k, map[string]any{"purpose": string(k.Purpose)})
	e.Reason = reason
	if err := s.store.WithdrawConsent(ctx, k, e); err != nil {
		return Customer{}, fmt.Errorf("withdraw consent: %w", err)
	}
	return s.store.Customer(ctx, id)
}

func (s *Service) consentEvent(who access.Principal, at time.Time, action string, c Consent, detail map[string]any) audit.Event {
	detail["consent_id"] = c.ID.String()
	return audit.Event{At: at, ActorID: who.User.ID, Action: action, ObjectKind: "customer", ObjectID: c.CustomerID.String(), Rule: "T-14", Detail: detail, IP: who.IP}
}

const (
	maxGroups    = 20
	maxGroupName = 60
)

// SetGroups puts a customer into named groups, by which hours may differ.
// Rule T-05.
func (s *Service) SetGroups(ctx context.Context, who access.Principal, id uuid.UUID, groups []string) (Customer, error) {
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return Customer{}, problem.Forbidden("supervisor_only", "supervisors and administrators group customers")
	}
	out := []string{}
	for i, g := range groups {
		if g = strings.TrimSpace(g); g == "" || len(g) > maxGroupName {
			return Customer{}, problem.BadField(fmt.Sprintf("groups[%d]", i), "must have 1 to %d bytes", maxGroupName)
		}
		if !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	if len(out) > maxGroups {
		return Customer{}, problem.BadField("groups", "there are at most %d", maxGroups)
	}
	slices.Sort(out)
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionCustomerChanged, ObjectKind: "customer", ObjectID: id.String(), Rule: "T-05",
		Detail: map[string]any{"groups": out}, IP: who.IP}
	if err := s.store.SetCustomerGroups(ctx, id, out, e); err != nil {
		return Customer{}, fmt.Errorf("group customer: %w", err)
	}
	return s.store.Customer(ctx, id)
}
