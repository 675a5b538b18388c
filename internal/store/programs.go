package store

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

const programColumns = `p.id, p.code, p.name_zh, p.name_en, p.min_ring_ms, p.max_ring_ms, p.min_attempts, p.attempt_spacing_min,
	p.windows, p.government_windows, p.retention_years, coalesce(p.retention_max_years, 0), p.retention_basis, p.caller_ids, p.confirm_agent_hangup, p.recording_notice, p.created_at,
	p.pause_max_ms, p.pause_number, p.pause_total_ms, p.show_monitoring, p.hours_groups, p.calendar, p.hours_version, p.consent, p.progressive, p.content_kinds,
	p.questionnaire_id, p.script_id, p.form_id, coalesce(` + currentPaper + `p.questionnaire_id), '{}'), coalesce(` + currentPaper + `p.script_id), '{}'), coalesce(` + currentPaper + `p.form_id), '{}')`

// currentPaper gives what holds of a paper: the body of its published version.
const currentPaper = `(SELECT pv.body || jsonb_build_object('version', pv.version) FROM paper_version pv WHERE pv.state = 'published' AND pv.paper_id = `

func scanProgram(r pgx.CollectableRow) (p callback.Program, err error) {
	var minRing, maxRing, spacing, pause, pauses int64
	err = r.Scan(&p.ID, &p.Code, &p.NameZH, &p.NameEN, &minRing, &maxRing, &p.MinAttempts, &spacing,
		&p.Windows, &p.GovernmentWindows, &p.Retention.Years, &p.Retention.MaxYears, &p.Retention.Basis, &p.CallerIDs, &p.ConfirmAgentHangup, &p.RecordingNotice,
		at(&p.CreatedAt), &pause, &p.Pauses.Number, &pauses, &p.ShowMonitoring,
		&p.HoursGroups, &p.Calendar, &p.HoursVersion, &p.Consent, &p.Progressive, &p.ContentKinds,
		&p.QuestionnaireID, &p.ScriptID, &p.FormID, &p.Questionnaire, &p.Script, &p.Form)
	p.Pauses.Longest, p.Pauses.Total = time.Duration(pause)*time.Millisecond, time.Duration(pauses)*time.Millisecond
	p.MinRing, p.MaxRing = time.Duration(minRing)*time.Millisecond, time.Duration(maxRing)*time.Millisecond
	p.Spacing = time.Duration(spacing) * time.Minute
	return p, err
}

// Programs lists the programs by code.
func (s *Store) Programs(ctx context.Context) ([]callback.Program, error) {
	ps, err := list(ctx, s.pool, scanProgram, `SELECT `+programColumns+` FROM program p ORDER BY p.code`)
	return ps, mapError("list programs", err)
}

// SetProgramPolicy changes what administrators may change of a program.
func (s *Store) SetProgramPolicy(ctx context.Context, id uuid.UUID, p callback.ProgramPolicy, e audit.Event) error {
	return s.change(ctx, "change program", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE program SET pause_max_ms = $2, pause_number = $3, pause_total_ms = $4, show_monitoring = $5, caller_ids = $6,
			retention_years = $7, retention_max_years = $8, retention_basis = $9, questionnaire_id = $10, script_id = $11, form_id = $12, content_kinds = $13 WHERE id = $1`,
			id, p.Pauses.Longest.Milliseconds(), p.Pauses.Number, p.Pauses.Total.Milliseconds(), p.ShowMonitoring, texts(p.CallerIDs),
			p.Retention.Years, orNullInt(p.Retention.MaxYears), string(p.Retention.Basis), orNullID(p.Papers.QuestionnaireID), orNullID(p.Papers.ScriptID), orNullID(p.Papers.FormID),
			wordsOf(p.ContentKinds))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return problem.NotFound("program")
		}
		return insertEvent(ctx, tx, e)
	})
}

// InsertProgram makes a program; one whose code exists stays as it is. Papers
// that it points to and that are not there are made of what it says.
func (s *Store) InsertProgram(ctx context.Context, p callback.Program, e audit.Event) error {
	return s.change(ctx, "insert program", func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM program WHERE code = $1)`, p.Code).Scan(&there); err != nil || there {
			return err
		}
		var papers [3]uuid.UUID
		for i, x := range []struct {
			kind    callback.PaperKind
			code    string
			version int
			body    callback.PaperBody
		}{
			{callback.PaperQuestionnaire, cmp.Or(p.QuestionnaireCode, p.Code), p.Questionnaire.Version, callback.PaperBody{Items: p.Questionnaire.Items}},
			{callback.PaperScript, cmp.Or(p.ScriptCode, p.Code), p.Script.Version, callback.PaperBody{Chinese: p.Script.Chinese, English: p.Script.English, Variants: p.Script.Variants}},
			{callback.PaperForm, p.FormCode, p.Form.Version, callback.PaperBody{Items: p.Form.Items}},
		} {
			if x.code == "" {
				continue
			}
			n := callback.Paper{ID: uuid.New(), Kind: x.kind, Code: x.code, Name: callback.Words{Chinese: p.NameZH, English: p.NameEN}, CreatedAt: p.CreatedAt}
			n.Versions = []callback.PaperVersion{{PaperID: n.ID, Version: max(1, x.version), State: callback.PaperPublished, Body: x.body, CreatedAt: p.CreatedAt, UpdatedAt: p.CreatedAt, PublishedAt: p.CreatedAt}}
			var err error
			if papers[i], _, err = ensurePaper(ctx, tx, n); err != nil {
				return err
			}
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO program (id, code, name_zh, name_en, min_ring_ms, max_ring_ms, min_attempts, attempt_spacing_min, windows,
			       government_windows, retention_years, caller_ids, confirm_agent_hangup, recording_notice, questionnaire_id, script_id, created_at,
			       pause_max_ms, pause_number, pause_total_ms, show_monitoring, retention_max_years, retention_basis, form_id, content_kinds, hours_groups, calendar, consent, progressive)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,coalesce($26::jsonb,'[]'),$27,$28,$29) ON CONFLICT (code) DO NOTHING`,
			p.ID, p.Code, p.NameZH, p.NameEN, p.MinRing.Milliseconds(), p.MaxRing.Milliseconds(), p.MinAttempts,
			int64(p.Spacing/time.Minute), p.Windows, p.GovernmentWindows, p.Retention.Years, texts(p.CallerIDs), p.ConfirmAgentHangup,
			p.RecordingNotice, orNullID(papers[0]), orNullID(papers[1]), p.CreatedAt,
			p.Pauses.Longest.Milliseconds(), p.Pauses.Number, p.Pauses.Total.Milliseconds(), p.ShowMonitoring, orNullInt(p.Retention.MaxYears), string(p.Retention.Basis),
			orNullID(papers[2]), wordsOf(p.ContentKinds), p.HoursGroups, cmp.Or(p.Calendar, calendar.House), string(p.Consent), p.Progressive)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// wordsOf gives the words of a set for the database, never NULL.
func wordsOf[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}

// SetCallingRules writes a version that follows the one that is there. Rules T-05, T-14.
func (s *Store) SetCallingRules(ctx context.Context, id uuid.UUID, v callback.RulesVersion, e audit.Event) error {
	return s.change(ctx, "change program", func(tx pgx.Tx) error {
		code := cmp.Or(v.Calendar, calendar.House)
		groups := v.Groups
		if groups == nil {
			groups = []callback.HoursGroup{}
		}
		tag, err := tx.Exec(ctx, `UPDATE program SET windows = $3, government_windows = $4, hours_groups = $5, calendar = $6, consent = $7, progressive = $8, hours_version = $2
			WHERE id = $1 AND hours_version = $2 - 1`, id, v.Version, v.Windows, v.Government, groups, code, string(v.Consent), v.Progressive)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changedMeanwhile("program")
		}
		_, err = tx.Exec(ctx, `INSERT INTO program_hours (program_id, version, windows, government_windows, groups, calendar, consent, progressive, reason, changed_by, changed_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`, id, v.Version, v.Windows, v.Government, groups, code, string(v.Consent), v.Progressive, v.Reason, v.ChangedBy, v.ChangedAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// CallingRules lists the versions of a program's rules, newest first.
func (s *Store) CallingRules(ctx context.Context, id uuid.UUID) ([]callback.RulesVersion, error) {
	vs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (v callback.RulesVersion, err error) {
		err = r.Scan(&v.Version, &v.Windows, &v.Government, &v.Groups, &v.Calendar, &v.Consent, &v.Progressive, &v.Reason, &v.ChangedBy, &v.Name, at(&v.ChangedAt))
		return v, err
	}, `SELECT h.version, h.windows, h.government_windows, h.groups, h.calendar, h.consent, h.progressive, h.reason, h.changed_by, u.name, h.changed_at
		FROM program_hours h JOIN app_user u ON u.id = h.changed_by WHERE h.program_id = $1 ORDER BY h.version DESC`, id)
	return vs, mapError("list versions of rules", err)
}
