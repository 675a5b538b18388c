package replay

import (
	"strings"
	"testing"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

func TestRuleS01_TagsAreLoggedAndForListeners(t *testing.T) {
	t.Parallel()
	s, m := setUp(t)
	ctx, who := t.Context(), with(access.RoleAuditor)
	tags, err := s.AddTag(ctx, who, m.d.ID, "  培训  样本 ")
	if err != nil || len(tags) != 1 || tags[0].Text != "培训 样本" {
		t.Fatal(tags, err)
	}
	if e := m.events[0]; e.Action != audit.ActionRecordingTagged || e.Detail["tag"] != "培训 样本" || e.ActorID != who.User.ID || e.IP != who.IP {
		t.Errorf("%+v", e)
	}
	if tags, err = s.RemoveTag(ctx, who, m.d.ID, "培训 样本"); err != nil || len(tags) != 0 || m.events[1].Action != audit.ActionRecordingUntagged {
		t.Error(tags, err, m.events)
	}
	for _, bad := range []string{"", " ", strings.Repeat("长", maxTag+1)} {
		if _, err := s.AddTag(ctx, who, m.d.ID, bad); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	m.tags = make([]Tag, maxTags)
	if _, err := s.AddTag(ctx, who, m.d.ID, "more"); problem.CodeOf(err) != problem.CodeInvalid {
		t.Error(err)
	}
	m.tags, m.events = nil, nil
	for _, role := range []access.Role{access.RoleAgent, access.RoleSupervisor, access.RoleAdministrator} {
		if _, err := s.AddTag(ctx, with(role), m.d.ID, "x"); problem.CodeOf(err) != problem.CodeForbidden {
			t.Error(role, err)
		}
		if _, err := s.Facets(ctx, with(role)); problem.CodeOf(err) != problem.CodeForbidden {
			t.Error(role, err)
		}
		if _, err := s.SavedSearches(ctx, with(role)); problem.CodeOf(err) != problem.CodeForbidden {
			t.Error(role, err)
		}
	}
	if len(m.tags) != 0 {
		t.Error("a tag of somebody who may not listen was kept")
	}
}

func TestSavedSearchesAreChecked(t *testing.T) {
	t.Parallel()
	s, m := setUp(t)
	who := with(access.RoleInspector)
	all, err := s.SaveSearch(t.Context(), who, " 未接 ", map[string]string{"outcome": "no_answer"})
	if err != nil || len(all) != 1 || all[0].Name != "未接" {
		t.Fatal(all, err)
	}
	for name, filter := range map[string]map[string]string{"": {"a": "b"}, "none": {}, "long": {"a": strings.Repeat("x", maxSavedText+1)}} {
		if _, err := s.SaveSearch(t.Context(), who, name, filter); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := s.DropSearch(t.Context(), who, all[0].ID); err != nil || len(m.saved) != 0 {
		t.Error(err)
	}
}
