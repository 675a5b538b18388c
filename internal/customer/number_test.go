package customer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

func TestRuleS01_NumberMasksItself(t *testing.T) {
	t.Parallel()
	n := StoredNumber("+8613812341234")
	if n.Masked() != "138****1234" {
		t.Fatalf("masked is %s", n.Masked())
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("dial", "number", n, "point", ContactPoint{Number: n})
	raw, err := json.Marshal(ContactPoint{Number: n})
	if err != nil {
		t.Fatal(err)
	}
	for name, shown := range map[string]string{
		"%v": fmt.Sprintf("%v", n), "%+v": fmt.Sprintf("%+v", ContactPoint{Number: n}), "%#v": fmt.Sprintf("%#v", n), "%s": fmt.Sprintf("%s", n),
		"slog": log.String(), "json": string(raw), "error": fmt.Errorf("dial %v", n).Error(),
	} {
		if strings.Contains(shown, "12341234") || strings.Contains(shown, "3812341") {
			t.Errorf("%s shows the digits: %s", name, shown)
		}
		if !strings.Contains(shown, "138****1234") {
			t.Errorf("%s does not show the masked form: %s", name, shown)
		}
	}
	if n.Reveal() != "+8613812341234" {
		t.Error("Reveal gives the digits")
	}
}

func TestRuleS01_MaskOfEveryLength(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		"": "", "110": "***", "8001": "**01", "12345": "***45", "95588": "***88", "4008001234": "400***1234",
		"+8613800138000": "138****8000", "+862161234567": "216***4567", "+85223456789": "+852****6789",
	} {
		if got := StoredNumber(stored).Masked(); got != want {
			t.Errorf("%s is masked as %s, want %s", stored, got, want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"13812341234": "+8613812341234", "138 1234 1234": "+8613812341234", "+86 138-1234-1234": "+8613812341234", "008613812341234": "+8613812341234",
		"１３８１２３４１２３４": "+8613812341234", "021-61234567": "+862161234567", "(010) 61234567": "+861061234567", "400-800-1234": "4008001234",
		"+852 2345 6789": "+85223456789", "95588": "95588", "110": "110", "8001": "8001",
	} {
		n, err := ParseNumber(text)
		if err != nil || n.Reveal() != want {
			t.Errorf("%q gives %s %v, want %s", text, n.Reveal(), err, want)
		}
	}
	for _, text := range []string{"", "12", "1381234", "23812341234", "138123412345", "sip:13812341234", "13812341234;ext=5", "13812341234x12", "+", "1+3812341234",
		"+861381234123412341234", "十三八"} {
		if n, err := ParseNumber(text); !errors.Is(err, ErrNumber) {
			t.Errorf("%q must be refused, gives %q, %v", text, n.Reveal(), err)
		} else if len(text) > 3 && strings.Contains(err.Error(), text) {
			t.Errorf("the error shows the number (Rule S-01): %v", err)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"13812341234", "+852 2345 6789", "95588", "１３８", "400-800-1234", "++", "\xff1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseNumber(text)
		if err != nil {
			return
		}
		d := strings.TrimPrefix(n.Reveal(), "+")
		if len(d) < 3 || len(d) > 15 || strings.Trim(d, "0123456789") != "" {
			t.Errorf("%q gives %q, which cannot be stored", text, n.Reveal())
		}
		again, err := ParseNumber(n.Reveal())
		if err != nil || again != n {
			t.Errorf("%q gives %q, which does not give itself again: %q %v", text, n.Reveal(), again.Reveal(), err)
		}
	})
}

func TestNameGrams_FindTwoCharacters(t *testing.T) {
	t.Parallel()
	grams := NameGrams("欧阳子玉")
	for _, query := range []string{"欧", "子玉", "欧阳子玉", "阳子", " 子 玉 "} {
		for _, g := range QueryGrams(query) {
			if !slices.Contains(grams, g) {
				t.Errorf("%q needs %q, which is not among %v", query, g, grams)
			}
		}
	}
	if slices.Contains(grams, QueryGrams("玉子")[0]) {
		t.Error("玉子 is not in the name")
	}
	if got := NameGrams("Li Li"); !slices.Equal(got, []string{"i", "il", "l", "li"}) {
		t.Errorf("grams are sorted, lower case, once each: %v", got)
	}
	if len(QueryGrams("")) != 0 {
		t.Error("nothing asked for, nothing needed")
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	if d, ok := Digits(" 12 34 "); !ok || d != "1234" {
		t.Errorf("got %q %v", d, ok)
	}
	for _, text := range []string{"12", "12a4", "王", "1234567890123456"} {
		if _, ok := Digits(text); ok {
			t.Errorf("%q is no end of a number", text)
		}
	}
}
