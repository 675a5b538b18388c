package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/httpapi"
	"huifang/internal/server"
	"huifang/signaling/wire"
)

// numberRules asks, or replaces them when there is something to send.
func (h *house) numberRules(c *http.Client, in *httpapi.NumberRulesInput, want int) (rules httpapi.NumberRules, p wire.Problem) {
	h.t.Helper()
	code, body := 0, []byte(nil)
	if in == nil {
		code, body = h.get(c, "/api/v1/number-rules")
	} else {
		code, body = h.send(c, http.MethodPut, h.base+"/api/v1/number-rules", in)
	}
	if code != want || json.Unmarshal(body, &rules) != nil || json.Unmarshal(body, &p) != nil {
		h.t.Fatalf("number rules: %d %s", code, body)
	}
	return rules, p
}

func (h *house) checkNumber(c *http.Client, q httpapi.NumberQuestion) (a httpapi.NumberAnswer) {
	h.t.Helper()
	code, body := h.send(c, http.MethodPost, h.base+"/api/v1/number-rules/check", q)
	if code != http.StatusOK || json.Unmarshal(body, &a) != nil {
		h.t.Fatalf("check number: %d %s", code, body)
	}
	return a
}

// Administrators open and close numbers; it holds from the next dial on, for
// tasks and for test calls.
func TestNumbers_RulesAreChangedByAdministrators(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *config.Config, _ *server.Options) {
		c.Numbers.Rules = []config.NumberRule{{Prefix: "+853", Allow: true}}
	})
	boss := h.signIn("boss")
	program := h.program("abroad", func(*callback.Program) {})
	lina := h.person("lina", access.RoleAgent)
	c, err := h.server.Customer.Create(t.Context(), h.boss, customer.Customer{Code: "HK1", Name: "王小明", Kind: "investor"}, []customer.NewContact{{Number: "+852 2123 4567"}})
	h.must(err)
	v, err := h.server.Callback.Create(t.Context(), h.boss, callback.NewTask{CustomerID: c.ID, ProgramID: program.ID, AssigneeID: lina.ID, DueAt: time.Now().Add(time.Hour)})
	h.must(err)
	phone := h.phone(lina)
	_, err = phone.Dial(t.Context(), v.Task.ID.String())
	if r := h.problemOf(err); r.Reason != "number_not_permitted" {
		t.Fatalf("a foreign number: %+v", r)
	}
	main := h.trunks(boss)["main"]
	main.ProbeNumber = "+85221234567"
	h.putTrunk(boss, main, http.StatusOK)
	probe := h.base + "/api/v1/trunks/" + main.ID.String() + "/probes"
	if code, body := h.send(boss, http.MethodPost, probe, nil); code == http.StatusCreated || !strings.Contains(string(body), "number_not_permitted") {
		t.Errorf("test call to a closed number: %d %s", code, body)
	}

	now, _ := h.numberRules(boss, nil, http.StatusOK)
	if len(now.Versions) != 1 || now.Versions[0].By != nil || now.Versions[0].Rules[0].Prefix != "+853" || len(now.Shipped) == 0 {
		t.Fatalf("%+v", now)
	}
	for _, bad := range []struct {
		rules  []httpapi.NumberRule
		reason string
		field  string
	}{
		{[]httpapi.NumberRule{{Prefix: "00852", Allow: true}, {Prefix: "x"}}, "why", "rules[1].prefix"},
		{[]httpapi.NumberRule{{Prefix: "110", Allow: true}}, "why", "rules[0].prefix"},
		{[]httpapi.NumberRule{{Prefix: "+852"}, {Prefix: "+8522", Allow: true}}, "why", "rules[1].prefix"},
		{[]httpapi.NumberRule{{Prefix: "+852", Allow: true}}, " ", "reason"},
		{now.Versions[0].Rules, "why", "rules"},
	} {
		_, p := h.numberRules(boss, &httpapi.NumberRulesInput{Seen: 1, Rules: bad.rules, Reason: bad.reason}, http.StatusUnprocessableEntity)
		if len(p.Errors) != 1 || !strings.HasSuffix(p.Errors[0].Location, bad.field) || p.Errors[0].Message == "" {
			t.Errorf("%+v: %+v", bad, p)
		}
	}
	opened, _ := h.numberRules(boss, &httpapi.NumberRulesInput{Seen: 1, Rules: []httpapi.NumberRule{{Prefix: "+852", Allow: true}}, Reason: "customers in Hong Kong"}, http.StatusOK)
	if len(opened.Versions) != 2 || opened.Versions[0].By == nil || opened.Versions[0].By.ID != h.boss.User.ID {
		t.Fatalf("%+v", opened.Versions)
	}
	h.numberRules(boss, &httpapi.NumberRulesInput{Seen: 1, Reason: "from an old page"}, http.StatusConflict)

	before := len(h.carrier.Calls())
	a := h.checkNumber(boss, httpapi.NumberQuestion{Number: "00852 2123-4567", ProgramID: &program.ID})
	if !a.Valid || !a.Allowed || a.Stored != "+85221234567" || a.National != "+852 2123 4567" || a.Class != "foreign" || a.Rule != "+852" || a.By != "house" ||
		len(a.Ways) != 1 || a.Ways[0].Trunk != "main" || a.Ways[0].Dialled == "" || a.Ways[0].CallerID != main.CallerID {
		t.Errorf("%+v", a)
	}
	for text, want := range map[string][2]string{"+853 2871 2345": {"shipped", "+"}, "110": {"emergency", ""}, "138 0013 8000": {"shipped", "+86"}, "abc": {"none", ""}} {
		if a := h.checkNumber(boss, httpapi.NumberQuestion{Number: text}); a.By != want[0] || a.Rule != want[1] || a.Valid != (text != "abc") || a.Allowed != (want[1] == "+86") {
			t.Errorf("%s: %+v", text, a)
		}
	}
	if n := len(h.carrier.Calls()); n != before {
		t.Errorf("asking made %d calls", n-before)
	}

	if _, err := phone.Dial(t.Context(), v.Task.ID.String()); err != nil {
		t.Errorf("what is open now: %v", err)
	}
	log, err := h.server.Store.Events(t.Context(), audit.Filter{Action: audit.ActionNumbersChanged})
	h.must(err)
	if len(log) != 2 || log[0].Reason != "customers in Hong Kong" || log[0].ActorID != h.boss.User.ID {
		t.Errorf("audit: %+v", log)
	}
}
