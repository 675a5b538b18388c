package customer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"wang.xiaoming@Example.COM": "wang.xiaoming@example.com", " a@b.cn ": "a@b.cn", "Wang+tag@mail.example.com": "Wang+tag@mail.example.com",
		"": "", "wang": "", "wang@localhost": "", "Wang <w@example.com>": "", "w@example.com\r\nBcc: x@y.z": "", "w@@example.com": "", "w@.com": "", "w@example.": "", "w@[1.2.3.4]": "",
	} {
		e, err := ParseEmail(in)
		if e.Reveal() != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, ErrEmail) {
			t.Errorf("%q: %q, %v", in, e.Reveal(), err)
		}
	}
}

func TestRuleS01_EmailMasksItself(t *testing.T) {
	t.Parallel()
	e := StoredEmail("wangxiaoming@example.com")
	raw, err := json.Marshal(map[string]any{"e": e})
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{e.Masked(), fmt.Sprint(e), fmt.Sprintf("%+v %#v %q", e, e, e), string(raw), e.LogValue().String()} {
		if strings.Contains(shown, "wangx") || !strings.Contains(shown, "w***g@example.com") {
			t.Errorf("shown as %s", shown)
		}
	}
	for in, want := range map[string]string{"ab@c.de": "**@c.de", "abc@c.de": "a***c@c.de", "": ""} {
		if got := StoredEmail(in).Masked(); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestNumber_Mobile(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{"+8613800138000": true, "+8619912345678": true, "+862087654321": false, "4008001234": false, "95588": false, "+85291234567": true, "+12125550123": true, "": false} {
		if got := StoredNumber(in).Mobile(); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}
