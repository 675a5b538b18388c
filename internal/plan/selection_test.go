package plan

import (
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"huifang/internal/problem"
)

// The rank is a promise to whoever draws the sample again: `printf '7\nC1' | sha256sum`.
func TestRuleC12_RankIsSHA256OfSeedAndCode(t *testing.T) {
	t.Parallel()
	r := Rank(7, "C1")
	if got := hex.EncodeToString(r[:8]); got != "a6f0247d6205950c" {
		t.Error(got)
	}
	if a, b := Rank(7, "C1"), Rank(8, "C1"); a == b {
		t.Error("the seed does not matter")
	}
}

func TestRuleC12_CriteriaAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   Criteria
		want []string
	}{
		{"nothing", Criteria{}, []string{"criteria.choice"}},
		{"random without size", Criteria{Choice: ChooseRandom}, []string{"criteria.size"}},
		{"too many", Criteria{Choice: ChooseFilter, Size: MaxCustomers + 1}, []string{"criteria.size"}},
		{"unknown kind", Criteria{Choice: ChooseFilter, Kinds: []string{"friend"}}, []string{"criteria.kinds"}},
		{"days", Criteria{Choice: ChooseLongWithout, Days: -1}, []string{"criteria.days"}},
		{"score", Criteria{Choice: ChooseLowSatisfaction, ScoreBelow: 101}, []string{"criteria.score_below"}},
		{"empty list", Criteria{Choice: ChooseList, Codes: []string{" "}}, []string{"criteria.codes"}},
	} {
		_, err := c.in.Normal()
		p, ok := errors.AsType[*problem.Error](err)
		if !ok {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, f := range p.Fields {
			got = append(got, f.Location)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	c, err := Criteria{Choice: ChooseList, Codes: []string{" B ", "A", "B"}, Kinds: []string{"other"}, Size: 1}.Normal()
	if err != nil || !slices.Equal(c.Codes, []string{"B", "A"}) || c.Size != 0 || c.Kinds != nil {
		t.Errorf("%+v, %v", c, err)
	}
	c, err = Criteria{Choice: ChooseLowSatisfaction, Seed: 7}.Normal()
	if err != nil || c.Days != 365 || c.ScoreBelow != 100 || c.Seed != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}
