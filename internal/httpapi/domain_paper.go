package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// papersPort is package callback behind the port of papers.
type papersPort struct{ svc *callback.Service }

func (p papersPort) List(ctx context.Context, who access.Principal, kind string) (PaperList, error) {
	ps, err := p.svc.Papers(ctx, who, callback.PaperKind(kind))
	return PaperList{Papers: mapped(ps, func(p callback.Paper) Paper { return paperOf(p, false) })}, err
}

func (p papersPort) Get(ctx context.Context, who access.Principal, id ID) (Paper, error) {
	paper, err := p.svc.Paper(ctx, who, id)
	return paperOf(paper, true), err
}

func (p papersPort) Create(ctx context.Context, who access.Principal, in NewPaper) (Paper, error) {
	paper, err := p.svc.CreatePaper(ctx, who, callback.NewPaper{Kind: callback.PaperKind(in.Kind), Code: in.Code,
		Name: callback.Words{Chinese: in.NameZH, English: in.NameEN}, CopyOf: zeroOr(in.CopyOf)})
	return paperOf(paper, true), err
}

func (p papersPort) SaveDraft(ctx context.Context, who access.Principal, id ID, in PaperDraft) (SavedDraft, error) {
	paper, faults, err := p.svc.SaveDraft(ctx, who, id, bodyIn(in.Body), in.Note, zeroOr(in.Was))
	return SavedDraft{Paper: paperOf(paper, true), Faults: mapped(faults, func(f problem.Field) PaperFault { return PaperFault{f.Location, f.Message} })}, err
}

func (p papersPort) Publish(ctx context.Context, who access.Principal, id ID, in PaperPublication) (Paper, error) {
	paper, err := p.svc.PublishPaper(ctx, who, id, in.Was)
	return paperOf(paper, true), err
}

func (p papersPort) Retire(ctx context.Context, who access.Principal, id ID) (Paper, error) {
	paper, err := p.svc.RetirePaper(ctx, who, id)
	return paperOf(paper, true), err
}

func (p papersPort) Suggestions(ctx context.Context, who access.Principal, state string) (SuggestionList, error) {
	gs, err := p.svc.Suggestions(ctx, who, callback.SuggestionState(state))
	return SuggestionList{Suggestions: mapped(gs, suggestionOf)}, err
}

func (p papersPort) Suggest(ctx context.Context, who access.Principal, in NewSuggestion) (Suggestion, error) {
	g, err := p.svc.Suggest(ctx, who, callback.SuggestionInput(in))
	return suggestionOf(g), err
}

func (p papersPort) Accept(ctx context.Context, who access.Principal, id ID, answer string) (Suggestion, error) {
	g, err := p.svc.AcceptSuggestion(ctx, who, id, answer)
	return suggestionOf(g), err
}

func (p papersPort) Decline(ctx context.Context, who access.Principal, id ID, answer string) (Suggestion, error) {
	g, err := p.svc.DeclineSuggestion(ctx, who, id, answer)
	return suggestionOf(g), err
}

func paperOf(p callback.Paper, bodies bool) Paper {
	return Paper{ID: p.ID, Kind: string(p.Kind), Code: p.Code, NameZH: p.Name.Chinese, NameEN: p.Name.English, Programs: List[string](p.Programs),
		Versions: mapped(p.Versions, func(v callback.PaperVersion) PaperVersion {
			out := PaperVersion{Version: v.Version, State: string(v.State), Note: v.Note, CreatedBy: refOrNull(v.CreatedBy, v.CreatedName), CreatedAt: at(v.CreatedAt),
				UpdatedAt: at(v.UpdatedAt), PublishedBy: refOrNull(v.PublishedBy, v.PublishedName), PublishedAt: maybe(v.PublishedAt), RetiredAt: maybe(v.RetiredAt)}
			if bodies {
				b := bodyOf(v.Body)
				out.Body = orNull(&b)
			}
			return out
		})}
}

func bodyOf(b callback.PaperBody) PaperBody {
	parts := func(ps []callback.ScriptPart) List[ScriptPart] {
		return mapped(ps, func(p callback.ScriptPart) ScriptPart { return ScriptPart(p) })
	}
	return PaperBody{
		Items: mapped(b.Items, func(it callback.Item) PaperItem {
			out := PaperItem{Key: it.Key, Kind: string(it.Kind), Required: it.Required, RedFlagOn: List[string](it.RedFlagOn), Min: it.Min, Max: it.Max, Prefill: it.Prefill, Label: Words(it.Label),
				Choices: mapped(it.Choices, func(c callback.Choice) PaperChoice { return PaperChoice{c.Key, Words(c.Label)} })}
			if c := it.AskIf; c != nil {
				out.AskIf = orNull(&Condition{Item: c.Item, Is: List[string](c.Is)})
			}
			return out
		}),
		Chinese: parts(b.Chinese), English: parts(b.English),
		Variants: mapped(b.Variants, func(v callback.ScriptVariant) PaperVariant {
			return PaperVariant{Name: Words(v.Name), Chinese: parts(v.Chinese), English: parts(v.English), When: PaperGroup{Kinds: words(v.When.Kinds),
				Grades: List[string](v.When.Grades), Languages: List[string](v.When.Languages), Government: v.When.Government}}
		}),
	}
}

func bodyIn(b PaperBody) callback.PaperBody {
	parts := func(ps List[ScriptPart]) []callback.ScriptPart {
		return mapped(ps, func(p ScriptPart) callback.ScriptPart { return callback.ScriptPart(p) })
	}
	return callback.PaperBody{
		Items: mapped(b.Items, func(it PaperItem) callback.Item {
			out := callback.Item{Key: it.Key, Kind: callback.ItemKind(it.Kind), Required: it.Required, RedFlagOn: callback.Keys(it.RedFlagOn), Min: it.Min, Max: it.Max, Prefill: it.Prefill, Label: callback.Words(it.Label),
				Choices: mapped(it.Choices, func(c PaperChoice) callback.Choice {
					return callback.Choice{Key: c.Key, Label: callback.Words(c.Label)}
				})}
			if c := it.AskIf.Value; c != nil {
				out.AskIf = &callback.Condition{Item: c.Item, Is: callback.Keys(c.Is)}
			}
			return out
		}),
		Chinese: parts(b.Chinese), English: parts(b.English),
		Variants: mapped(b.Variants, func(v PaperVariant) callback.ScriptVariant {
			return callback.ScriptVariant{Name: callback.Words(v.Name), Chinese: parts(v.Chinese), English: parts(v.English), When: callback.Group{
				Kinds:  mapped(v.When.Kinds, func(k string) customer.Kind { return customer.Kind(k) }),
				Grades: []string(v.When.Grades), Languages: []string(v.When.Languages), Government: v.When.Government}}
		}),
	}
}

func suggestionOf(g callback.Suggestion) Suggestion {
	return Suggestion{ID: g.ID, PaperID: g.PaperID, PaperKind: string(g.PaperKind), PaperCode: g.PaperCode, PaperNameZH: g.PaperName.Chinese, PaperNameEN: g.PaperName.English,
		Version: g.Version, Variant: g.Variant, Place: g.Place, Language: g.Language, Was: g.Was, Wording: g.Wording, Reason: g.Reason, State: string(g.State),
		By: Ref{ID: g.MadeBy, Name: g.MadeName}, At: at(g.MadeAt), DecidedBy: refOrNull(g.DecidedBy, g.DecidedName), DecidedAt: maybe(g.DecidedAt), Answer: g.Answer, DraftVersion: g.DraftVersion}
}
