package httpapi

import "time"

// Me is who is signed in, and where.
type Me struct {
	User    MyUser    `json:"user"`
	Session MySession `json:"session"`
	Site    Site      `json:"site"`
}

// MyUser is the signed-in user.
type MyUser struct {
	ID          ID           `json:"id"`
	Login       string       `json:"login"`
	Name        string       `json:"name"`
	StaffNumber string       `json:"staff_number"`
	Roles       List[string] `json:"roles"`
	Languages   List[string] `json:"languages"`
	Department  Null[Ref]    `json:"department"`
	Branch      string       `json:"branch" doc:"Name of the branch, empty for head office"`
}

// MySession is the session that the cookie opened.
type MySession struct {
	ID        ID        `json:"id"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Site is what the page must know of the installation.
type Site struct {
	TimeZone string `json:"time_zone" example:"Asia/Shanghai"`
	Demo     bool   `json:"demo"`
	Version  string `json:"version"`
}

// SignIn is a login and a password.
type SignIn struct {
	Login    string `json:"login" minLength:"1" maxLength:"100"`
	Password string `json:"password" minLength:"1" maxLength:"1000"`
}

// Session is a session in a list.
type Session struct {
	ID         ID        `json:"id"`
	UserID     ID        `json:"user_id"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	IP         string    `json:"ip"`
	UserAgent  string    `json:"user_agent"`
	Current    bool      `json:"current"`
}

// SessionList is the answer of GET /sessions.
type SessionList struct {
	Sessions List[Session] `json:"sessions"`
}

// User is a user in a list.
type User struct {
	ID          ID           `json:"id"`
	Login       string       `json:"login"`
	Name        string       `json:"name"`
	StaffNumber string       `json:"staff_number"`
	Roles       List[string] `json:"roles"`
	Languages   List[string] `json:"languages"`
	Skills      List[string] `json:"skills" doc:"What plans may ask for, in the house's own words"`
	Department  Null[Ref]    `json:"department"`
	Superior    Null[Ref]    `json:"superior" doc:"Where missed clocks go (Rule C-18)"`
	Disabled    bool         `json:"disabled"`
}

// UserList is the answer of GET /users.
type UserList struct {
	Users List[User] `json:"users"`
}

// NewUser makes a user.
type NewUser struct {
	Login        string   `json:"login" minLength:"1" maxLength:"100" pattern:"^[a-z0-9._-]+$"`
	Name         string   `json:"name" minLength:"1" maxLength:"100"`
	StaffNumber  string   `json:"staff_number" minLength:"1" maxLength:"50"`
	Roles        []string `json:"roles" minItems:"1"`
	Languages    []string `json:"languages,omitempty"`
	Skills       []string `json:"skills,omitempty"`
	DepartmentID *ID      `json:"department_id,omitempty"`
	SuperiorID   *ID      `json:"superior_id,omitempty"`
	Password     string   `json:"password" minLength:"8" maxLength:"1000"`
}

// UserPatch changes what is given.
type UserPatch struct {
	Name         *string  `json:"name,omitempty" minLength:"1" maxLength:"100"`
	Roles        []string `json:"roles,omitempty" minItems:"1"`
	Languages    []string `json:"languages,omitempty"`
	Skills       []string `json:"skills,omitempty"`
	DepartmentID *ID      `json:"department_id,omitempty"`
	SuperiorID   *ID      `json:"superior_id,omitempty" doc:"The zero id: nobody"`
	Disabled     *bool    `json:"disabled,omitempty"`
	Password     *string  `json:"password,omitempty" minLength:"8" maxLength:"1000"`
}

// AuditEvent is one line of the audit log (Rule S-04).
type AuditEvent struct {
	ID         int64     `json:"id"`
	At         time.Time `json:"at"`
	Actor      Null[Ref] `json:"actor"`
	Action     string    `json:"action"`
	ObjectKind string    `json:"object_kind"`
	ObjectID   string    `json:"object_id"`
	Rule       string    `json:"rule"`
	Reason     string    `json:"reason"`
	Detail     Object    `json:"detail"`
	IP         string    `json:"ip"`
}

// AuditPage is a page of the audit log, newest first.
type AuditPage struct {
	Events     List[AuditEvent] `json:"events"`
	NextCursor string           `json:"next_cursor"`
}
