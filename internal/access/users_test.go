package access

import (
	"context"
	"errors"
	"strings"
	"testing"

	"huifang/internal/problem"
)

func TestCreateUser_Validation(t *testing.T) {
	t.Parallel()
	s, _, _, _ := setUp(t)
	good := NewUser{Login: "wang", Name: "王伟", StaffNumber: "7", Roles: []Role{RoleAgent}, Password: "0123456789"}
	for _, row := range []struct {
		name, field string
		change      func(*NewUser)
	}{
		{"short password", "password", func(n *NewUser) { n.Password = "123456789" }},
		{"nine characters are nine, however many bytes", "password", func(n *NewUser) { n.Password = "密码密码密码密码密" }},
		{"long password", "password", func(n *NewUser) { n.Password = strings.Repeat("x", MaxPassword+1) }},
		{"password is the login", "password", func(n *NewUser) { n.Login, n.Password = "wang.wei.1", "wang.wei.1" }},
		{"login with spaces", "login", func(n *NewUser) { n.Login = "wang wei" }},
		{"no name", "name", func(n *NewUser) { n.Name = "  " }},
		{"no staff number", "staff_number", func(n *NewUser) { n.StaffNumber = "" }},
		{"no role", "roles", func(n *NewUser) { n.Roles = nil }},
		{"unknown role", "roles", func(n *NewUser) { n.Roles = []Role{"root"} }},
		{"no language tag", "languages", func(n *NewUser) { n.Languages = []string{"中文"} }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			n := good
			row.change(&n)
			_, err := s.CreateUser(context.Background(), Principal{}, n)
			p, ok := errors.AsType[*problem.Error](err)
			if !ok || p.Code != problem.CodeInvalid || p.Fields[0].Location != row.field {
				t.Errorf("got %v, want %s refused", err, row.field)
			}
		})
	}
	if _, err := s.CreateUser(context.Background(), Principal{}, good); err != nil {
		t.Error(err)
	}
}

func TestChangeUser_EndsSessionsWhenRightsChange(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, m, _, u := setUp(t)
	admin := Principal{User: User{Roles: []Role{RoleAdministrator}}}
	name, pw, yes := "李娜娜", "another password", true
	for _, row := range []struct {
		name string
		p    UserPatch
		ends bool
	}{
		{"name", UserPatch{Name: &name}, false},
		{"same roles", UserPatch{Roles: []Role{RoleAgent, RoleSupervisor}}, false},
		{"roles", UserPatch{Roles: []Role{RoleAgent}}, true},
		{"password", UserPatch{Password: &pw}, true},
		{"closed", UserPatch{Disabled: &yes}, true},
	} {
		if _, err := s.ChangeUser(ctx, admin, u.ID, row.p); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		if got := m.updates[len(m.updates)-1].EndSessions; got != row.ends {
			t.Errorf("%s: sessions end %v, want %v", row.name, got, row.ends)
		}
	}
	for _, e := range m.events {
		for _, v := range e.Detail {
			if s, ok := v.(string); ok && strings.Contains(s, pw) {
				t.Error("the password stands in the audit log")
			}
		}
	}
}

func TestChangeUser_NobodyLocksThemselvesOut(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, _, _, _ := setUp(t)
	a, err := s.CreateUser(ctx, Principal{}, NewUser{Login: "root", Name: "管理员", StaffNumber: "0", Roles: []Role{RoleAdministrator}, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	for name, p := range map[string]UserPatch{"closes": {Disabled: &yes}, "demotes": {Roles: []Role{RoleAgent}}} {
		if _, err := s.ChangeUser(ctx, Principal{User: a}, a.ID, p); problem.CodeOf(err) != problem.CodeConflict {
			t.Errorf("an administrator %s the own account: %v", name, err)
		}
	}
}
