package httpapi

import (
	"context"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
)

func (p ledgerPort) History(ctx context.Context, who access.Principal, recordID ID, language string) (RecordHistory, error) {
	h, err := p.svc.RecordHistory(ctx, who, recordID)
	if err != nil {
		return RecordHistory{}, err
	}
	f := h.First
	out := RecordHistory{
		Versions: List[RecordVersion]{{Version: 1, Content: f.Content, Problems: f.Problems, Handling: f.Handling, Answers: f.Answers, Fields: f.Fields, ContentKinds: words(f.ContentKinds),
			Deviation: f.Deviation, Score: f.Score, ScoreVersion: f.ScoreVersion, RedFlags: List[string](f.RedFlags), By: Ref{ID: f.AgentID, Name: f.AgentName}, At: at(f.FinishedAt)}},
		Sheet: RecordSheet{Questionnaire: questionnaireOf(h.Sheet.Questionnaire, language), Form: questionnaireOf(h.Sheet.Form, language)}, MayCorrect: h.MayCorrect,
	}
	for _, c := range h.Corrections {
		out.Versions = append(out.Versions, RecordVersion{Version: c.Version, Content: c.Content, Problems: c.Problems, Handling: c.Handling, Answers: c.Answers, Fields: c.Fields,
			ContentKinds: words(c.ContentKinds), Deviation: c.Deviation, Score: c.Score, ScoreVersion: c.ScoreVersion, RedFlags: List[string](c.RedFlags), Reason: c.Reason,
			By: Ref{ID: c.By, Name: c.ByName}, At: at(c.At)})
	}
	out.Chain = mapped(h.Chain, func(l callback.ChainLink) ChainLink {
		if s := l.Slip; s != nil {
			return ChainLink{Kind: "slip", ID: s.ID, Number: s.Number, State: string(s.State), At: at(s.At)}
		}
		r := l.Record
		return ChainLink{Kind: "record", ID: r.ID, Number: r.Number, CallID: &r.CallID, State: string(r.Disposition), By: r.AgentName, At: at(r.At)}
	})
	return out, nil
}

func (p ledgerPort) Correct(ctx context.Context, who access.Principal, recordID uuid.UUID, in RecordCorrection) (Record, error) {
	r, err := p.svc.CorrectRecord(ctx, who, recordID, callback.CorrectionInput{Version: in.Version, Content: in.Content, Problems: in.Problems, Handling: in.Handling, Answers: in.Answers,
		Fields: in.Fields, ContentKinds: *contentKindsOf(&in.ContentKinds), Deviation: in.Deviation, Reason: in.Reason, Slip: slipInputOf(in.Slip)})
	return recordOf(r), err
}
