package access

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Role is what somebody is trusted with.
type Role string

// The closed set of roles.
const (
	RoleAgent         Role = "agent"         // calls customers
	RoleSupervisor    Role = "supervisor"    // assigns tasks, overrides with a reason
	RoleInspector     Role = "inspector"     // checks the quality of call-backs
	RoleAuditor       Role = "auditor"       // replays and proves
	RoleRecordsHead   Role = "records_head"  // answers for the archive
	RoleAdministrator Role = "administrator" // accounts and calendar
)

// Roles lists the closed set.
func Roles() []Role {
	return []Role{RoleAgent, RoleSupervisor, RoleInspector, RoleAuditor, RoleRecordsHead, RoleAdministrator}
}

// Known reports whether the role is in the closed set.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Department is where somebody works, or whose customer somebody is (Rule C-15).
type Department struct {
	ID         uuid.UUID
	Name       string
	BranchID   uuid.UUID
	BranchName string
}

// User is an account. The password hash is not part of it.
type User struct {
	ID          uuid.UUID
	Login       string // lower case
	Name        string
	StaffNumber string
	Department  Department // zero: none
	Roles       []Role
	Languages   []string // BCP 47, Rule T-11
	Skills      []string // what plans may ask for, as the house names them
	DisabledAt  time.Time
	CreatedAt   time.Time
	// SuperiorID is who stands above them: where missed clocks go (Rule C-18).
	SuperiorID   uuid.UUID // uuid.Nil: nobody
	SuperiorName string    // set on reading
}

// Has reports whether the user has one of the roles.
func (u User) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(u.Roles, r) })
}

// Disabled reports whether the account is closed.
func (u User) Disabled() bool { return !u.DisabledAt.IsZero() }

// Session is one sign-in.
type Session struct {
	ID         uuid.UUID
	UserID     uuid.UUID
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time // absolute limit
	IP         string
	UserAgent  string
	RevokedAt  time.Time
	RevokedBy  uuid.UUID
}

// Principal is who asks: the user behind a session, and from where.
type Principal struct {
	User      User
	SessionID uuid.UUID
	IP        string
}

// Has reports whether the principal has one of the roles.
func (p Principal) Has(roles ...Role) bool { return p.User.Has(roles...) }
