package callback

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/problem"
)

// Allowed reports whether the disposition can be true of a call with the
// measured outcome: nobody can have declined, or been the wrong person, where
// nobody picked up. Rules C-01, Q-01: a record must be true.
func (d Disposition) Allowed(o call.Outcome) bool {
	switch d {
	case DispositionNoContact, DispositionWrongNumber, DispositionOther:
		return true
	}
	return o.Contact()
}

// Counts reports whether the disposition makes an answered attempt count.
// Rule T-04: answered, but not by the customer.
func (d Disposition) Counts() bool {
	return d == DispositionWrongPerson || d == DispositionVoiceAssistant
}

// Known reports whether the disposition is in the closed set.
func (d Disposition) Known() bool {
	for _, k := range Dispositions() {
		if d == k {
			return true
		}
	}
	return false
}

// preselected is what a record begins with.
func preselected(o call.Outcome) Disposition {
	if o != "" && !o.Contact() {
		return DispositionNoContact
	}
	return ""
}

// finish fills in what a final record brings about: attempt counted, number
// marked, task moved. Rules C-01, T-04, C-24.
func (s *Service) finish(ctx context.Context, who access.Principal, save *RecordSave, c CallDetail, appointmentAt time.Time) error {
	save.CloseCall = true
	r := save.Record
	v, err := s.store.Task(ctx, c.TaskID)
	if err != nil {
		return err
	}
	save.TaskWas = Guard{State: v.Task.State, UpdatedAt: v.Task.UpdatedAt}
	marks := v.Marks
	if r.Disposition.Counts() {
		marks, save.CountAttempt = countAnswered(marks, c.ID)
	}
	badNumber := c.Outcome == call.OutcomeInvalidNumber || r.Disposition == DispositionWrongNumber
	if badNumber {
		save.InvalidateContactPoint = c.ContactPointID
	}
	if v.Task.State != TaskWrapup && v.Task.State != TaskCalling {
		return nil // the task has gone on without this call
	}
	t := v.Task
	t.UpdatedAt = r.UpdatedAt
	t.NextFrom, t.NextUntil = time.Time{}, time.Time{}
	switch {
	case badNumber:
		t.State, t.AppointmentAt = TaskDataCheck, time.Time{}
	case r.Disposition == DispositionCompleted, r.Disposition == DispositionRefused:
		t.State, t.CloseReason, t.ClosedAt, t.ClosedBy = TaskDone, string(r.Disposition), r.UpdatedAt, who.User.ID
	case r.Disposition == DispositionNotConvenient:
		if t.AppointmentAt, err = s.appointment("appointment_at", appointmentAt); err != nil {
			return err
		}
		t.State = TaskAppointment
	case t.AppointmentAt.After(r.UpdatedAt):
		t.State = TaskAppointment // the agreed time is still to come
	default:
		t.AppointmentAt = time.Time{}
		if err := s.place(ctx, &t, v, marks); err != nil {
			return err
		}
	}
	save.Task = &t
	return nil
}

// countAnswered marks the answered attempt of the call as counted. Rule T-04.
func countAnswered(marks []Mark, callID uuid.UUID) ([]Mark, uuid.UUID) {
	out := append([]Mark(nil), marks...)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i].CallID == callID && out[i].Outcome.Contact() && !out[i].Counted {
			out[i].Counted = true
			return out, out[i].AttemptID
		}
	}
	return out, uuid.Nil
}

// checkRecord says what is wrong with a record. A final one must be complete,
// and of a call-back that took place have what the program asks for. Rules
// C-01, C-10, C-13.
func checkRecord(r *Record, sheet Sheet, o call.Outcome, final bool) error {
	var wrong []problem.Field
	add := func(at, msg string) { wrong = append(wrong, problem.Field{Location: at, Message: msg}) }
	for at, v := range map[string]string{"content": r.Content, "problems": r.Problems, "handling": r.Handling, "deviation": r.Deviation} {
		if len(v) > maxText {
			add(at, "is too long")
		}
		if final && v == "" && at != "deviation" {
			add(at, `is required; say "none" where there is none`)
		}
	}
	switch {
	case r.Disposition == "" && final:
		add("disposition", "is required")
	case r.Disposition != "" && !r.Disposition.Known():
		add("disposition", "is no disposition")
	case final && !r.Disposition.Allowed(o):
		add("disposition", "does not agree with the call: nobody answered it")
	}
	demand := DemandValid
	if final {
		demand = DemandCoherent
		if r.Disposition == DispositionCompleted {
			demand = DemandComplete
		}
	}
	answers, bad := sheet.Questionnaire.CheckAnswers("answers", r.Answers, demand)
	wrong = append(wrong, bad...)
	fields, bad := sheet.Form.CheckAnswers("fields", r.Fields, demand)
	wrong = append(wrong, bad...)
	kinds, known := knownKinds(r.ContentKinds)
	if !known {
		add("content_kinds", "must be explain, announce, care, mediate, suggest or guide (Rule C-13)")
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	r.Answers, r.Fields, r.ContentKinds = answers, fields, kinds
	return nil
}
