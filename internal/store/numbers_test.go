package store

import (
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// Rule S-04: every version of the number rules is kept as it was.
func TestRuleS04_VersionsOfTheNumberRulesAreKept(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	rules, err := customer.NewNumberRules(w.Store, time.Now)
	w.ok(err)
	w.ok(rules.Start(ctx, []customer.NumberRule{{Prefix: "+853", Allow: true}}))
	who := access.Principal{User: w.user, IP: "192.0.2.1"}
	w.ok(rules.Replace(ctx, who, 1, []customer.NumberRule{{Prefix: "+852", Allow: true}, {Prefix: "95"}}, "Hong Kong"))
	if err := rules.Replace(ctx, who, 1, nil, "from an old page"); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("a change made from an old version: %v", err)
	}
	again, err := customer.NewNumberRules(w.Store, time.Now)
	w.ok(err)
	w.ok(again.Start(ctx, nil)) // the configuration gives the first version only
	for number, allowed := range map[string]bool{"+85221234567": true, "+85328712345": false, "95588": false, "+8613800138000": true} {
		if v := again.Judge(customer.StoredNumber(number)); v.Allowed != allowed {
			t.Errorf("%s: %+v", number, v)
		}
	}
	got, err := again.Versions(ctx)
	w.ok(err)
	if len(got) != 2 || got[0].By != w.user.ID || got[0].ByName != w.user.Name || got[0].Reason != "Hong Kong" || len(got[0].Rules) != 2 || got[1].ByName != "" || got[1].Rules[0].Prefix != "+853" {
		t.Fatalf("%+v", got)
	}
	events, err := w.Events(ctx, audit.Filter{Action: audit.ActionNumbersChanged})
	w.ok(err)
	if len(events) != 2 || events[0].Reason != "Hong Kong" || events[0].ActorID != w.user.ID || events[0].Detail["added"] != 2.0 || events[0].Detail["removed"] != 1.0 {
		t.Fatalf("%+v", events)
	}
	wantRefused(t, w.plain(`UPDATE number_rules SET reason = 'x'`), "S-04")
	wantRefused(t, w.plain(`DELETE FROM number_rules`), "T-02")
	wantRefused(t, w.plain(`TRUNCATE number_rules`), "T-02")
}
