package token

import (
	"slices"

	"huifang/internal/access"
)

// Scope is one thing that a token may do.
type Scope string

// The closed set of scopes.
const (
	ScopeCustomersRead  Scope = "customers:read"
	ScopeCustomersWrite Scope = "customers:write"
	ScopeDealingsRead   Scope = "dealings:read"  // contracts, equipment, deliveries
	ScopeDealingsWrite  Scope = "dealings:write" // the same
	ScopeEventsRead     Scope = "events:read"
	ScopeEventsWrite    Scope = "events:write"
	ScopeTasksRead      Scope = "tasks:read"
	ScopeTasksWrite     Scope = "tasks:write"
	ScopeImportsWrite   Scope = "imports:write" // files with any of the above
	ScopeRecordsRead    Scope = "records:read"  // the ledger and slips
	ScopeRecordingsRead Scope = "recordings:read"
)

// Scopes lists the closed set.
func Scopes() []Scope {
	return []Scope{ScopeCustomersRead, ScopeCustomersWrite, ScopeDealingsRead, ScopeDealingsWrite, ScopeEventsRead, ScopeEventsWrite, ScopeTasksRead,
		ScopeTasksWrite, ScopeImportsWrite, ScopeRecordsRead, ScopeRecordingsRead}
}

// Known reports whether the scope is in the closed set.
func (s Scope) Known() bool { return slices.Contains(Scopes(), s) }

// Role is the one that an operation of this scope is carried out with: what is
// written needs a supervisor, what is read an auditor's view, and no more.
func (s Scope) Role() access.Role {
	switch s {
	case ScopeRecordsRead, ScopeRecordingsRead:
		return access.RoleAuditor
	default:
		return access.RoleSupervisor
	}
}
