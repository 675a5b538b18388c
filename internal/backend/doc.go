// Package backend puts the domain services and the live parts of one instance
// behind the ports of the API.
//
// What the API says of users, tasks, customers, calls, recordings and the audit
// log is translated in internal/httpapi (Domain); this package adds what needs
// the live parts: the current call, the line that is freed by a final record
// (Rule C-01), the sound of stored recordings (Rules S-01, T-08) and the word on
// what works (Rules T-01, T-02, T-05, T-07). It holds no rule, no state and no
// goroutine of its own.
package backend
