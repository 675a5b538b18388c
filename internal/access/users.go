package access

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/problem"
)

// NewUser is an account to be made.
type NewUser struct {
	Login, Name, StaffNumber string
	DepartmentID             uuid.UUID // uuid.Nil: none
	SuperiorID               uuid.UUID // uuid.Nil: none
	Roles                    []Role
	Languages                []string // empty: zh-CN
	Skills                   []string
	Password                 string
}

// UserPatch changes an account; nil leaves a value as it is.
type UserPatch struct {
	Name         *string
	DepartmentID *uuid.UUID // uuid.Nil: none
	SuperiorID   *uuid.UUID // uuid.Nil: none
	Roles        []Role
	Languages    []string
	Skills       []string
	Disabled     *bool
	Password     *string
}

// CreateUser makes an account. who is the zero Principal when the command line
// does it; otherwise an administrator.
func (s *Service) CreateUser(ctx context.Context, who Principal, n NewUser) (User, error) {
	now := s.now()
	u := User{
		ID: uuid.New(), Login: strings.ToLower(strings.TrimSpace(n.Login)), Name: strings.TrimSpace(n.Name),
		StaffNumber: strings.TrimSpace(n.StaffNumber), Department: Department{ID: n.DepartmentID}, SuperiorID: n.SuperiorID,
		Roles: sortedRoles(n.Roles), Languages: n.Languages, Skills: sortedSkills(n.Skills), CreatedAt: now,
	}
	if len(u.Languages) == 0 {
		u.Languages = []string{"zh-CN"}
	}
	wrong := checkUser(u)
	if f := checkPassword(n.Password, u.Login); f != nil {
		wrong = append(wrong, *f)
	}
	if len(wrong) > 0 {
		return User{}, problem.Invalid(wrong...)
	}
	if err := s.fillDepartment(ctx, &u); err != nil {
		return User{}, err
	}
	if err := s.fillSuperior(ctx, &u); err != nil {
		return User{}, err
	}
	hash, err := s.hashNew(ctx, n.Password)
	if err != nil {
		return User{}, err
	}
	ev := audit.Event{
		At: now, ActorID: who.User.ID, Action: audit.ActionUserCreated, ObjectKind: "user", ObjectID: u.ID.String(),
		Detail: map[string]any{"login": u.Login, "roles": u.Roles}, IP: who.IP,
	}
	if err := s.store.InsertUser(ctx, u, hash, ev); err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	return u, nil
}

// ChangeUser changes an account. A new password, new roles or closing the
// account end its sessions. Nobody closes or demotes the account they use, so
// that an administrator always remains.
func (s *Service) ChangeUser(ctx context.Context, who Principal, id uuid.UUID, p UserPatch) (User, error) {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return User{}, fmt.Errorf("look up user: %w", err)
	}
	now := s.now()
	detail := map[string]any{}
	upd := UserUpdate{By: who.User.ID, At: now}
	if err := applyPatch(&u, p, who, now, &upd, detail); err != nil {
		return User{}, err
	}
	if p.DepartmentID != nil {
		u.Department = Department{ID: *p.DepartmentID}
		detail["department_id"] = p.DepartmentID.String()
		if err := s.fillDepartment(ctx, &u); err != nil {
			return User{}, err
		}
	}
	if p.SuperiorID != nil {
		u.SuperiorID = *p.SuperiorID
		detail["superior_id"] = p.SuperiorID.String()
		if err := s.fillSuperior(ctx, &u); err != nil {
			return User{}, err
		}
	}
	wrong := checkUser(u)
	if p.Password != nil {
		if f := checkPassword(*p.Password, u.Login); f != nil {
			wrong = append(wrong, *f)
		}
	}
	if len(wrong) > 0 {
		return User{}, problem.Invalid(wrong...)
	}
	if p.Password != nil {
		if upd.PasswordHash, err = s.hashNew(ctx, *p.Password); err != nil {
			return User{}, err
		}
		upd.EndSessions = true
		detail["password"] = "changed"
	}
	upd.User = u
	ev := audit.Event{
		At: now, ActorID: who.User.ID, Action: audit.ActionUserChanged, ObjectKind: "user", ObjectID: id.String(), Detail: detail, IP: who.IP,
	}
	if err := s.store.UpdateUser(ctx, upd, ev); err != nil {
		return User{}, fmt.Errorf("change user: %w", err)
	}
	return u, nil
}

func applyPatch(u *User, p UserPatch, who Principal, now time.Time, upd *UserUpdate, detail map[string]any) error {
	if p.Name != nil {
		u.Name = strings.TrimSpace(*p.Name)
		detail["name"] = u.Name
	}
	if p.Languages != nil {
		u.Languages = p.Languages
		detail["languages"] = p.Languages
	}
	if p.Skills != nil {
		u.Skills = sortedSkills(p.Skills)
		detail["skills"] = u.Skills
	}
	if p.Roles != nil {
		if roles := sortedRoles(p.Roles); !slices.Equal(roles, u.Roles) {
			if u.ID == who.User.ID && u.Has(RoleAdministrator) && !slices.Contains(roles, RoleAdministrator) {
				return problem.Conflict("own_account", "nobody takes the administrator role from themselves")
			}
			u.Roles, upd.EndSessions = roles, true
			detail["roles"] = roles
		}
	}
	if p.Disabled != nil && *p.Disabled != u.Disabled() {
		if u.ID == who.User.ID {
			return problem.Conflict("own_account", "nobody closes the account they use")
		}
		u.DisabledAt = time.Time{}
		if *p.Disabled {
			u.DisabledAt, upd.EndSessions = now, true
		}
		detail["disabled"] = *p.Disabled
	}
	return nil
}

// Users lists accounts.
func (s *Service) Users(ctx context.Context, f UserFilter) ([]User, error) {
	if f.Role != "" && !f.Role.Known() {
		return nil, problem.BadField("role", "%q is no role", string(f.Role))
	}
	us, err := s.store.Users(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return us, nil
}

// User gives one account.
func (s *Service) User(ctx context.Context, id uuid.UUID) (User, error) { return s.store.User(ctx, id) }

// Departments lists departments with their branch.
func (s *Service) Departments(ctx context.Context) ([]Department, error) {
	return s.store.Departments(ctx)
}

func (s *Service) hashNew(ctx context.Context, password string) (string, error) {
	if err := s.hasher.enter(ctx); err != nil {
		return "", fmt.Errorf("wait to hash password: %w", err)
	}
	defer s.hasher.leave()
	return s.hasher.hash(password)
}

func (s *Service) fillDepartment(ctx context.Context, u *User) error {
	if u.Department.ID == uuid.Nil {
		u.Department = Department{}
		return nil
	}
	all, err := s.store.Departments(ctx)
	if err != nil {
		return fmt.Errorf("list departments: %w", err)
	}
	for _, d := range all {
		if d.ID == u.Department.ID {
			u.Department = d
			return nil
		}
	}
	return problem.BadField("department_id", "there is no such department")
}

// fillSuperior names who stands above somebody; nobody stands above themselves,
// and the database refuses a line that is a ring. Rule C-18.
func (s *Service) fillSuperior(ctx context.Context, u *User) error {
	u.SuperiorName = ""
	switch u.SuperiorID {
	case uuid.Nil:
		return nil
	case u.ID:
		return problem.BadField("superior_id", "nobody is their own superior")
	}
	above, err := s.store.User(ctx, u.SuperiorID)
	if problem.IsNotFound(err) {
		return problem.BadField("superior_id", "there is no such user")
	} else if err != nil {
		return fmt.Errorf("look up superior: %w", err)
	}
	u.SuperiorName = above.Name
	return nil
}

func sortedRoles(in []Role) []Role {
	out := slices.Clone(in)
	slices.SortFunc(out, func(a, b Role) int { return slices.Index(Roles(), a) - slices.Index(Roles(), b) })
	return slices.Compact(out)
}

func checkUser(u User) []problem.Field {
	var wrong []problem.Field
	add := func(at, msg, value string) {
		wrong = append(wrong, problem.Field{Location: at, Message: msg, Value: value})
	}
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`).MatchString(u.Login) {
		add("login", "must have 2 to 64 of a-z, 0-9, dot, dash, underscore, at", u.Login)
	}
	if u.Name == "" || len(u.Name) > 200 {
		add("name", "must have 1 to 200 bytes", "")
	}
	if u.StaffNumber == "" || len(u.StaffNumber) > 40 {
		add("staff_number", "must have 1 to 40 bytes", "")
	}
	if len(u.Roles) == 0 {
		add("roles", "must name at least one role", "")
	}
	for _, r := range u.Roles {
		if !r.Known() {
			add("roles", "is no role", string(r))
		}
	}
	if len(u.Skills) > maxSkills || slices.ContainsFunc(u.Skills, func(s string) bool { return len(s) > 50 }) {
		add("skills", "must be at most 20, each of at most 50 bytes", "")
	}
	for _, l := range u.Languages {
		if !regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`).MatchString(l) {
			add("languages", "is no language tag", l)
		}
	}
	return wrong
}
