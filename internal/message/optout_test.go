package message

import "testing"

func TestRuleC14_OptOutWords(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]bool{
		"TD": true, "td": true, " Td。": true, "ＴＤ": true, "T": true, "t!": true, "退订": true, "请帮我退订，谢谢": true, "回复退订": true,
		"STOP": true, "stop sending these": true, "Unsubscribe": true,
		"": false, "  。": false, "T恤收到了": false, "T shirt arrived": false, "谢谢": false, "TDK": false, "please do not stop": false, "好的": false,
	} {
		if got := OptsOut(reply, DefaultOptOutWords()); got != want {
			t.Errorf("%q: %v", reply, got)
		}
	}
	if OptsOut("STOP", []string{"N"}) || !OptsOut("n", []string{"N"}) {
		t.Error("the words of the house are the ones that count")
	}
}
