// Package customer holds who is called: the customer, the contact points, and
// the wishes that rules must honour (do-not-call C-14, language T-11).
//
// Telephone numbers are of type [Number], which masks itself wherever it is
// printed, logged or encoded (Rule S-01). The package keeps nothing; its
// [Store] port does. It starts no goroutine.
package customer
