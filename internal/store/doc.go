// Package store keeps the facts of Huifang in PostgreSQL. One [Store]
// implements the ports that the domain packages, the switchboard and the
// archive declare.
//
// It speaks SQL through pgx and holds no rule of its own: rules that must hold
// whatever the code does stand in the schema as constraints and triggers
// (Rules C-01, S-04, T-01, T-02, T-04, T-06), and their refusals are given to
// callers as problems. It starts no goroutine but those of the pool, which
// [Store.Close] ends. Telephone numbers leave it only as customer.Number.
package store
