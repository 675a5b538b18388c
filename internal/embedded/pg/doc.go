// Package pg runs a private PostgreSQL from binaries found on the machine: the
// embedded default of the demo and of the tests. Production sets a DSN instead.
//
// It speaks on a unix socket only, in a directory that nobody else may enter,
// which is why it trusts whoever can connect. A Cluster owns two goroutines:
// one that starts and awaits the server on a locked thread (the death signal
// of the parent follows the thread), and one that restarts a server that dies
// by itself. Stop ends both.
package pg
