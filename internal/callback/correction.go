package callback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// Correction is a later version of a final record. The first stays as it was,
// and so does every other. What the record brought about, its outcome,
// disposition, slip and task, is not corrected. Rules C-01, Q-01.
type Correction struct {
	ID           uuid.UUID
	RecordID     uuid.UUID
	Version      int // from 2; the first is the record
	Content      string
	Problems     string
	Handling     string
	Answers      map[string]any
	Fields       map[string]any
	ContentKinds []ContentKind
	Deviation    string
	Score        *int // anew by its own formula (Rule C-16)
	ScoreVersion int
	Dissatisfied []string
	RedFlags     []string
	Reason       string
	By           uuid.UUID
	ByName       string // set on reading
	At           time.Time
}

// Correct puts what a correction says in the place of what the record says.
func (r *Record) Correct(c Correction) {
	r.Version, r.Content, r.Problems, r.Handling, r.Deviation = c.Version, c.Content, c.Problems, c.Handling, c.Deviation
	r.Answers, r.Fields, r.ContentKinds = c.Answers, c.Fields, c.ContentKinds
	r.Score, r.ScoreVersion, r.Dissatisfied, r.RedFlags = c.Score, c.ScoreVersion, c.Dissatisfied, c.RedFlags
}

// CorrectionInput is what is written instead.
type CorrectionInput struct {
	Version      int // the version that was read
	Content      string
	Problems     string
	Handling     string
	Answers      map[string]any
	Fields       map[string]any
	ContentKinds []ContentKind
	Deviation    string
	Reason       string
	Slip         *SlipInput // needed when only now somebody is dissatisfied (Rule C-17)
}

// RecordHistory is a final record as it first was, its later versions, oldest
// first, what it was written on, and the call-backs that it hangs together with.
type RecordHistory struct {
	First       Record
	Corrections []Correction
	Sheet       Sheet
	Chain       []ChainLink
	MayCorrect  bool // whoever asks
}

// RecordHistory gives it to the record's agent and to those who read the ledger.
func (s *Service) RecordHistory(ctx context.Context, who access.Principal, recordID uuid.UUID) (RecordHistory, error) {
	h, err := s.history(ctx, recordID)
	if err != nil {
		return RecordHistory{}, err
	}
	if h.First.AgentID != who.User.ID && !readsAllSlips(who) {
		return RecordHistory{}, forbiddenCall()
	}
	h.MayCorrect = s.mayCorrect(who, h.First) == nil
	slips, records, err := s.store.ChainOf(ctx, h.First.CustomerID)
	if err != nil {
		return RecordHistory{}, fmt.Errorf("read chain: %w", err)
	}
	h.Chain = chain(recordID, slips, records)
	return h, nil
}

func (s *Service) history(ctx context.Context, recordID uuid.UUID) (RecordHistory, error) {
	var h RecordHistory
	var err error
	if h.First, h.Corrections, err = s.store.RecordVersions(ctx, recordID); err != nil {
		return RecordHistory{}, fmt.Errorf("look up record: %w", err)
	}
	v, err := s.store.Task(ctx, h.First.TaskID)
	if err != nil {
		return RecordHistory{}, fmt.Errorf("look up task: %w", err)
	}
	sheet, err := s.sheet(ctx, h.First, v.Program)
	h.Sheet = Sheet{Questionnaire: sheet.Questionnaire.Normal(), Form: sheet.Form.Normal()}
	return h, err
}

// mayCorrect says why somebody may not correct a record: its agent may on the
// day on which it became final, in the house's zone; a supervisor at any time.
func (s *Service) mayCorrect(who access.Principal, r Record) error {
	switch {
	case r.State != RecordFinal:
		return problem.Conflict("record_draft", "the record is not final: write it up")
	case who.Has(access.RoleSupervisor):
		return nil
	case r.AgentID != who.User.ID:
		return forbiddenCall()
	case calendar.DateOf(r.FinishedAt.In(s.cfg.Zone)) != calendar.DateOf(s.now().In(s.cfg.Zone)):
		return problem.Refused("C-01", "correction_late", "after its day a supervisor corrects a record", nil)
	}
	return nil
}

// CorrectRecord adds a version to a final record, with the reason. It must be as
// complete as the first, and the score is computed anew. Rules C-01, C-16, C-17.
func (s *Service) CorrectRecord(ctx context.Context, who access.Principal, recordID uuid.UUID, in CorrectionInput) (Record, error) {
	h, err := s.history(ctx, recordID)
	if err != nil {
		return Record{}, err
	}
	if err := s.mayCorrect(who, h.First); err != nil {
		return Record{}, err
	}
	if in.Version != len(h.Corrections)+1 {
		return Record{}, problem.Conflict("changed_meanwhile", "the record has been corrected meanwhile")
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" || len(in.Reason) > maxReason {
		return Record{}, problem.BadField("reason", "must say why it is corrected, in at most %d bytes", maxReason)
	}
	call, err := s.store.Call(ctx, h.First.CallID)
	if err != nil {
		return Record{}, fmt.Errorf("look up call: %w", err)
	}
	now := s.now()
	r := h.First
	r.Content, r.Problems, r.Handling, r.Deviation = strings.TrimSpace(in.Content), strings.TrimSpace(in.Problems), strings.TrimSpace(in.Handling), strings.TrimSpace(in.Deviation)
	r.Answers, r.Fields, r.ContentKinds, r.UpdatedAt = in.Answers, in.Fields, in.ContentKinds, now
	if err := checkRecord(&r, h.Sheet, call.Outcome, true); err != nil {
		return Record{}, err
	}
	r.rate(h.Sheet.Questionnaire)
	v, err := s.store.Task(ctx, r.TaskID)
	if err != nil {
		return Record{}, fmt.Errorf("look up task: %w", err)
	}
	save := RecordSave{Record: r, Month: now.In(s.cfg.Zone).Format("2006-01")}
	if in.Slip != nil || len(r.Dissatisfied) > 0 && !s.hasSlip(ctx, recordID) {
		if err := s.openSlip(ctx, who, &save, in.Slip, v); err != nil {
			return Record{}, err
		}
	}
	c := Correction{ID: uuid.New(), RecordID: recordID, Version: in.Version + 1, Content: r.Content, Problems: r.Problems, Handling: r.Handling, Answers: r.Answers, Fields: r.Fields,
		ContentKinds: r.ContentKinds, Deviation: r.Deviation, Score: r.Score, ScoreVersion: r.ScoreVersion, Dissatisfied: r.Dissatisfied, RedFlags: r.RedFlags,
		Reason: in.Reason, By: who.User.ID, ByName: who.User.Name, At: now}
	e := audit.Event{At: now, ActorID: who.User.ID, Action: audit.ActionRecordCorrected, ObjectKind: "record", ObjectID: recordID.String(), Rule: "C-01", Reason: in.Reason,
		Detail: map[string]any{"version": c.Version, "number": r.Number}, IP: who.IP}
	if err := s.store.InsertCorrection(ctx, c, &save, e); err != nil {
		return Record{}, fmt.Errorf("correct record %s: %w", recordID, err)
	}
	s.cfg.Logger.InfoContext(ctx, "record corrected", "record_id", recordID, "version", c.Version, "by", who.User.ID)
	r.Correct(c)
	return r, nil
}

func (s *Service) hasSlip(ctx context.Context, recordID uuid.UUID) bool {
	slips, err := s.store.SlipsOfRecord(ctx, recordID)
	return err == nil && slips > 0 // an error asks for a slip; the database decides
}
