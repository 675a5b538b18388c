// Package access says who somebody is and what they may do: local accounts
// with argon2id password hashes, sessions that can be listed and revoked, the
// closed set of roles, and the limit on sign-in attempts (Rules S-01, S-04).
//
// It is not the place that declares which role may use which operation; that
// stands with each operation of the HTTP API. It starts no goroutine. Times
// come from the clock it is given.
package access
