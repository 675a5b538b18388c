package httpapi

import (
	"context"

	"huifang/internal/access"
)

// sessionsPort is package access behind the port of sessions.
type sessionsPort struct {
	svc       *access.Service
	site      Site
	signedOut func(sessionID ID)
}

func (p sessionsPort) SignIn(ctx context.Context, in SignIn, ip, userAgent string) (string, Me, error) {
	s, err := p.svc.SignIn(ctx, access.SignIn{Login: in.Login, Password: in.Password, IP: ip, UserAgent: userAgent})
	if err != nil {
		return "", Me{}, err
	}
	return s.Token, p.me(s.User, s.Session), nil
}

func (p sessionsPort) Authenticate(ctx context.Context, token, ip string) (access.Principal, Me, error) {
	who, session, err := p.svc.Authenticate(ctx, token, ip)
	if err != nil {
		return access.Principal{}, Me{}, err
	}
	return who, p.me(who.User, session), nil
}

func (p sessionsPort) me(u access.User, s access.Session) Me {
	return Me{
		User: MyUser{
			ID: u.ID, Login: u.Login, Name: u.Name, StaffNumber: u.StaffNumber, Roles: words(u.Roles), Languages: u.Languages,
			Department: refOrNull(u.Department.ID, u.Department.Name), Branch: u.Department.BranchName,
		},
		Session: MySession{ID: s.ID, CreatedAt: at(s.CreatedAt), ExpiresAt: at(s.ExpiresAt)},
		Site:    p.site,
	}
}

func (p sessionsPort) List(ctx context.Context, who access.Principal, userID ID) ([]Session, error) {
	list, err := p.svc.Sessions(ctx, who, userID)
	if err != nil {
		return nil, err
	}
	return mapped(list, func(s access.Session) Session {
		return Session{
			ID: s.ID, UserID: s.UserID, CreatedAt: at(s.CreatedAt), LastSeenAt: at(s.LastSeenAt), ExpiresAt: at(s.ExpiresAt),
			IP: s.IP, UserAgent: s.UserAgent, Current: s.ID == who.SessionID,
		}
	}), nil
}

func (p sessionsPort) Revoke(ctx context.Context, who access.Principal, sessionID ID) error {
	if err := p.svc.Revoke(ctx, who, sessionID); err != nil {
		return err
	}
	p.signedOut(sessionID)
	return nil
}

// usersPort is package access behind the port of users.
type usersPort struct {
	svc       *access.Service
	signedOut func(userID ID)
}

func (p usersPort) List(ctx context.Context, who access.Principal, role access.Role) ([]User, error) {
	list, err := p.svc.Users(ctx, access.UserFilter{Role: role, IncludeDisabled: who.Has(access.RoleAdministrator)})
	if err != nil {
		return nil, err
	}
	return mapped(list, userOf), nil
}

func (p usersPort) Create(ctx context.Context, who access.Principal, in NewUser) (User, error) {
	u, err := p.svc.CreateUser(ctx, who, access.NewUser{
		Login: in.Login, Name: in.Name, StaffNumber: in.StaffNumber, DepartmentID: zeroOr(in.DepartmentID), SuperiorID: zeroOr(in.SuperiorID),
		Roles: rolesOf(in.Roles), Languages: in.Languages, Skills: in.Skills, Password: in.Password,
	})
	return userOf(u), err
}

func (p usersPort) Update(ctx context.Context, who access.Principal, id ID, in UserPatch) (User, error) {
	u, err := p.svc.ChangeUser(ctx, who, id, access.UserPatch{
		Name: in.Name, DepartmentID: in.DepartmentID, SuperiorID: in.SuperiorID, Roles: rolesOf(in.Roles), Languages: in.Languages, Skills: in.Skills,
		Disabled: in.Disabled, Password: in.Password,
	})
	if err != nil {
		return User{}, err
	}
	// A new password, other roles and a closed account end the sessions.
	if left, err := p.svc.Sessions(ctx, who, id); err == nil && len(left) == 0 {
		p.signedOut(id)
	}
	return userOf(u), nil
}

func rolesOf(list []string) []access.Role {
	if list == nil {
		return nil
	}
	return mapped(list, func(r string) access.Role { return access.Role(r) })
}

func userOf(u access.User) User {
	return User{
		ID: u.ID, Login: u.Login, Name: u.Name, StaffNumber: u.StaffNumber, Roles: words(u.Roles), Languages: u.Languages, Skills: u.Skills,
		Department: refOrNull(u.Department.ID, u.Department.Name), Superior: refOrNull(u.SuperiorID, u.SuperiorName), Disabled: u.Disabled(),
	}
}
