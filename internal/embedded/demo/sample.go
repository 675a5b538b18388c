// Package demo fills an empty database with a sample organisation, so that a
// newcomer finds every kind of call-back on the desk: first calls, retries with
// their history, appointments, overdue ones, complaints, do-not-call, conflicts
// of interest, and one number for every behaviour of the simulated carrier.
//
// Nothing here runs in production. It goes through the services that the API
// uses, so sample data obeys the same rules. No goroutines.
package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/store"
)

// ProgramCode is the program that can be called at any hour of a working day.
const ProgramCode = "demo-any-hour"

// Services are what the sample is made through.
type Services struct {
	Store     *store.Store
	Access    *access.Service
	Customers *customer.Service
	Callback  *callback.Service
	Clock     func() time.Time
	Zone      *time.Location
}

// Person is one sample account.
type Person struct {
	Login, Name, Staff, Branch, Department string
	Roles                                  []access.Role
	Languages                              []string
}

// People are the sample accounts, the agents first.
func People() []Person {
	const head, north = "总部 Head office", "北方分公司 North branch"
	zh := []string{"zh-CN"}
	return []Person{
		{"lihua", "李华", "1001", head, "客服部 Service", []access.Role{access.RoleAgent}, zh},
		{"wangfang", "王芳", "1002", head, "客服部 Service", []access.Role{access.RoleAgent}, zh},
		{"anna", "Anna Berg", "1003", head, "客服部 Service", []access.Role{access.RoleAgent}, []string{"en", "zh-CN"}},
		{"zhaolei", "赵磊", "1101", head, "客服部 Service", []access.Role{access.RoleSupervisor, access.RoleAgent}, zh},
		{"chenjing", "陈静", "1201", head, "质量部 Quality", []access.Role{access.RoleInspector}, zh},
		{"sunyue", "孙悦", "1202", head, "质量部 Quality", []access.Role{access.RoleAuditor}, zh},
		{"zhouqi", "周琪", "1301", head, "档案部 Records", []access.Role{access.RoleRecordsHead}, zh},
		{"admin", "管理员", "1901", head, "档案部 Records", []access.Role{access.RoleAdministrator}, zh},
		{"qianjin", "钱进", "2001", north, "销售部 Sales", []access.Role{access.RoleAgent}, zh},
	}
}

// Fill makes what is not there yet. passwords names a password for every login
// of People; accounts that exist get theirs set again. It may be repeated.
func Fill(ctx context.Context, s Services, passwords map[string]string) error {
	boss, fresh, err := s.people(ctx, passwords)
	if err != nil {
		return err
	}
	if err := s.program(ctx); err != nil {
		return err
	}
	if err := s.today(ctx, boss); err != nil {
		return err
	}
	if fresh {
		if err := s.mass(ctx, boss); err != nil {
			return err
		}
		if err := s.special(ctx, boss); err != nil {
			return err
		}
	}
	return s.carrier(ctx, boss)
}

// people makes the accounts. fresh says that the supervisor was new.
func (s Services) people(ctx context.Context, passwords map[string]string) (boss access.Principal, fresh bool, err error) {
	system := access.Principal{User: access.User{Roles: []access.Role{access.RoleAdministrator}}}
	for _, p := range People() {
		departments, err := s.Store.EnsureOrg(ctx, p.Branch, p.Department)
		if err != nil {
			return boss, false, err
		}
		u, _, err := s.Store.UserByLogin(ctx, p.Login)
		switch {
		case problem.IsNotFound(err):
			fresh = true
			u, err = s.Access.CreateUser(ctx, access.Principal{}, access.NewUser{Login: p.Login, Name: p.Name, StaffNumber: p.Staff,
				DepartmentID: departments[p.Department].ID, Roles: p.Roles, Languages: p.Languages, Password: passwords[p.Login]})
		case err == nil:
			word := passwords[p.Login]
			u, err = s.Access.ChangeUser(ctx, system, u.ID, access.UserPatch{Password: &word})
		}
		if err != nil {
			return boss, false, fmt.Errorf("make account %s: %w", p.Login, err)
		}
		if p.Login == "zhaolei" {
			boss = access.Principal{User: u}
		}
	}
	return boss, fresh, nil
}

// program makes the one that a newcomer can call with at any hour. It keeps
// every other rule.
func (s Services) program(ctx context.Context) error {
	shipped, err := callback.ShippedPrograms(s.Clock())
	if err != nil {
		return err
	}
	for _, p := range shipped {
		if p.Code != "delivery" {
			continue
		}
		p.Code, p.NameZH, p.NameEN = ProgramCode, "演示（全天可拨）", "Demo (any hour)"
		all := callback.Windows{Default: []callback.Range{{From: 0, To: 12 * time.Hour}, {From: 12 * time.Hour, To: 24 * time.Hour}}}
		p.Windows, p.GovernmentWindows = all, all
		return s.Store.InsertProgram(ctx, p, audit.Event{At: s.Clock(), Action: audit.ActionProgramCreated, ObjectKind: "program", ObjectID: p.ID.String()})
	}
	return errors.New("make demo program: the program delivery is not among the shipped ones")
}

// today makes a demo on a holiday usable: the day counts as a working day, by
// an entry that the calendar shows.
func (s Services) today(ctx context.Context, boss access.Principal) error {
	days, err := calendar.NewService(s.Store, s.Clock)
	if err != nil {
		return err
	}
	cal, err := days.Calendar(ctx)
	if err != nil {
		return err
	}
	for i := range 2 {
		day := calendar.DateOf(s.Clock().In(s.Zone).AddDate(0, 0, i))
		if cal.WorkingDay(day) {
			continue
		}
		err := s.Store.SetCalendarDay(ctx, calendar.Override{Day: day, Working: true, Name: "演示日 demo day", ChangedBy: boss.User.ID, ChangedAt: s.Clock()},
			audit.Event{At: s.Clock(), ActorID: boss.User.ID, Action: audit.ActionCalendarChanged, ObjectKind: "calendar_day", ObjectID: day.String()})
		if err != nil {
			return err
		}
	}
	return nil
}

// importRows brings rows in as an import of the API does; keys that exist change nothing.
func (s Services) importRows(ctx context.Context, boss access.Principal, rows [][]string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(callback.ImportColumns())
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	out, err := s.Callback.Import(ctx, boss, &b, false)
	if err != nil {
		return fmt.Errorf("import sample tasks: %w", err)
	}
	if len(out.Errors) > 0 {
		return fmt.Errorf("import sample tasks: line %d, %s: %s", out.Errors[0].Row, out.Errors[0].Field, out.Errors[0].Message)
	}
	return nil
}

// find gives a sample customer by its code.
func (s Services) find(ctx context.Context, code string) (customer.Customer, error) {
	found, err := s.Store.CustomersByCode(ctx, []string{code})
	if err != nil {
		return customer.Customer{}, err
	}
	c, ok := found[code]
	if !ok {
		return c, fmt.Errorf("sample customer %s is not there", code)
	}
	return c, nil
}

// taskOf gives the open task of a customer.
func (s Services) taskOf(ctx context.Context, customerID uuid.UUID) (callback.TaskView, error) {
	list, err := s.Store.Tasks(ctx, callback.TaskQuery{CustomerID: customerID, Limit: 1})
	if err != nil || len(list) == 0 {
		return callback.TaskView{}, errors.Join(err, errors.New("the sample customer has no task"))
	}
	return list[0], nil
}
