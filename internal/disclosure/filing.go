package disclosure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Draft begins a filing: authority, reference, legal basis and contents. Rule S-03.
func (s *Service) Draft(ctx context.Context, who access.Principal, f Filing) (Filing, error) {
	if err := headOnly(who); err != nil {
		return Filing{}, err
	}
	var wrong []problem.Field
	f.Authority, f.Reference, f.LegalBasis = text(&wrong, "authority", f.Authority), text(&wrong, "reference", f.Reference), text(&wrong, "legal_basis", f.LegalBasis)
	if len(f.Recordings) == 0 {
		wrong = append(wrong, problem.Field{Location: "recordings", Message: "name at least one recording"})
	}
	if len(wrong) > 0 {
		return Filing{}, problem.Invalid(wrong...)
	}
	f = Filing{ID: uuid.New(), Authority: f.Authority, Reference: f.Reference, LegalBasis: f.LegalBasis, Recordings: f.Recordings, State: FilingDrafted,
		DraftedBy: who.User.ID, DraftedByName: who.User.Name, DraftedAt: s.now()}
	e := s.event(who, f.DraftedAt, audit.ActionFilingDrafted, "filing", f.ID, "S-03", f.LegalBasis,
		map[string]any{"authority": f.Authority, "reference": f.Reference, "recordings": len(f.Recordings)})
	return f, s.cfg.Store.InsertFiling(ctx, f, e)
}

// File makes a draft the filing that stands. Rule S-03.
func (s *Service) File(ctx context.Context, who access.Principal, id uuid.UUID) error {
	if err := headOnly(who); err != nil {
		return err
	}
	now := s.now()
	return s.cfg.Store.File(ctx, id, who.User.ID, now, s.event(who, now, audit.ActionFiled, "filing", id, "S-03", "", nil))
}

// Filings lists them, newest first.
func (s *Service) Filings(ctx context.Context, who access.Principal) ([]Filing, error) {
	if err := readersOnly(who); err != nil {
		return nil, err
	}
	return s.cfg.Store.Filings(ctx, maxList)
}

// HandOver notes that the pack with this hash was given to somebody. Without a
// filing it is refused. Rule S-03.
func (s *Service) HandOver(ctx context.Context, who access.Principal, id uuid.UUID, packSHA256 []byte, takenBy string) error {
	if err := headOnly(who); err != nil {
		return err
	}
	var wrong []problem.Field
	if takenBy = text(&wrong, "taken_by", takenBy); len(packSHA256) != sha256.Size {
		wrong = append(wrong, problem.Field{Location: "pack_sha256", Message: "must be the SHA-256 of the pack"})
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	f, err := s.cfg.Store.Filing(ctx, id)
	if err != nil && !problem.IsNotFound(err) {
		return err
	}
	if err != nil || f.State == FilingDrafted {
		return problem.Refused("S-03", "not_filed", "what is handed over is filed first", nil)
	}
	now := s.now()
	e := s.event(who, now, audit.ActionHandedOver, "filing", id, "S-03", takenBy, map[string]any{"pack_sha256": hex.EncodeToString(packSHA256), "recordings": len(f.Recordings)})
	return s.cfg.Store.HandOver(ctx, id, who.User.ID, now, packSHA256, takenBy, who.IP, e)
}
