package message

import (
	"strings"
	"testing"
)

func TestMeasure_PartsOfAnSMS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       Size
	}{
		{"nothing", "", Size{"gsm7", 0, 0}},
		{"one full part", strings.Repeat("a", 160), Size{"gsm7", 160, 1}},
		{"one more", strings.Repeat("a", 161), Size{"gsm7", 161, 2}},
		{"two full parts", strings.Repeat("a", 306), Size{"gsm7", 306, 2}},
		{"three", strings.Repeat("a", 307), Size{"gsm7", 307, 3}},
		{"the euro sign takes two places", strings.Repeat("€", 80), Size{"gsm7", 160, 1}},
		{"and is not torn", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), Size{"gsm7", 306, 3}},
		{"Chinese", strings.Repeat("访", 70), Size{"ucs2", 70, 1}},
		{"Chinese, one more", strings.Repeat("访", 71), Size{"ucs2", 71, 2}},
		{"one Chinese character makes all of it long", "a访" + strings.Repeat("a", 69), Size{"ucs2", 71, 2}},
		{"a pair is not torn", strings.Repeat("访", 66) + "😀" + strings.Repeat("访", 66), Size{"ucs2", 134, 3}},
	} {
		if got := Measure(c.text); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
