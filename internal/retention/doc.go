// Package retention says how long recordings are kept, what holds them, and how
// they end (Rule T-02): a program's policy, legal holds by case, and the expiry
// that a second person approves. Before its date, and while a hold is on, nobody
// can delete a recording: this package does not, the database's guards refuse
// it, and the storage's lock does.
//
// A [Service] is what people do; a [Keeper] extends locks and deletes what was
// approved. It starts one goroutine, which Stop ends and awaits.
package retention
