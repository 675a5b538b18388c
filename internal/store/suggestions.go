package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/audit"
	"huifang/internal/callback"
)

const selectSuggestion = `SELECT g.id, g.paper_id, p.kind, p.code, p.name_zh, p.name_en, g.version, g.variant, g.place, g.language, g.wording, g.reason, g.state,
	g.made_by, mb.name, g.made_at, g.decided_by, coalesce(db.name, ''), g.decided_at, g.answer, coalesce(g.draft_version, 0), v.body
	FROM paper_suggestion g JOIN paper p ON p.id = g.paper_id JOIN paper_version v ON v.paper_id = g.paper_id AND v.version = g.version
	JOIN app_user mb ON mb.id = g.made_by LEFT JOIN app_user db ON db.id = g.decided_by`

func scanSuggestion(r pgx.CollectableRow) (g callback.Suggestion, err error) {
	var body callback.PaperBody
	err = r.Scan(&g.ID, &g.PaperID, &g.PaperKind, &g.PaperCode, &g.PaperName.Chinese, &g.PaperName.English, &g.Version, &g.Variant, &g.Place, &g.Language, &g.Wording, &g.Reason, &g.State,
		&g.MadeBy, &g.MadeName, at(&g.MadeAt), &g.DecidedBy, &g.DecidedName, at(&g.DecidedAt), &g.Answer, &g.DraftVersion, &body)
	g.Was = body.Words(g.Variant, g.Place, g.Language)
	return g, err
}

// maxSuggestions of a list; older ones are found by state.
const maxSuggestions = 500

// Suggestions implements callback.PaperShelf. Rule C-29.
func (s *Store) Suggestions(ctx context.Context, madeBy uuid.UUID, state callback.SuggestionState) ([]callback.Suggestion, error) {
	gs, err := list(ctx, s.pool, scanSuggestion, selectSuggestion+` WHERE ($1::uuid IS NULL OR g.made_by = $1) AND ($2 = '' OR g.state = $2) ORDER BY g.made_at DESC, g.id LIMIT $3`,
		orNullID(madeBy), string(state), maxSuggestions)
	return gs, mapError("list suggestions", err)
}

// Suggestion implements callback.PaperShelf.
func (s *Store) Suggestion(ctx context.Context, id uuid.UUID) (callback.Suggestion, error) {
	g, err := one(ctx, s.pool, scanSuggestion, selectSuggestion+` WHERE g.id = $1`, id)
	return g, mapError("look up suggestion", err)
}

// InsertSuggestion implements callback.PaperShelf.
func (s *Store) InsertSuggestion(ctx context.Context, g callback.Suggestion, e audit.Event) error {
	return s.change(ctx, "note suggestion", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO paper_suggestion (id, paper_id, version, variant, place, language, wording, reason, state, made_by, made_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`, g.ID, g.PaperID, g.Version, g.Variant, g.Place, g.Language, g.Wording, g.Reason, string(g.State), g.MadeBy, g.MadeAt)
		if err != nil {
			return err
		}
		return insertEvent(ctx, tx, e)
	})
}

// DecideSuggestion implements callback.PaperShelf.
func (s *Store) DecideSuggestion(ctx context.Context, g callback.Suggestion, draft *callback.PaperVersion, was time.Time, e audit.Event) error {
	return s.change(ctx, "decide suggestion", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE paper_suggestion SET state = $2, decided_by = $3, decided_at = $4, answer = $5, draft_version = $6 WHERE id = $1 AND state = 'open'`,
			g.ID, string(g.State), g.DecidedBy, g.DecidedAt, g.Answer, orNullInt(g.DraftVersion))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return changedMeanwhile("suggestion")
		}
		if draft != nil {
			if err := putDraft(ctx, tx, *draft, was); err != nil {
				return err
			}
		}
		return insertEvent(ctx, tx, e)
	})
}
