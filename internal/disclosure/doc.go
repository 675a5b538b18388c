// Package disclosure decides who hears recordings without a role that does
// (Rule S-02), and files what goes to a regulator (Rule S-03).
//
// Somebody asks: ids given to them, or a customer's name and a period. Nothing
// is told to them before the decision, not even whether an id exists. The head
// of records approves, gives less, or refuses with a reason; a grant is for that
// person, those recordings, until a day, with or without download. It is never
// changed or opened again, only revoked, and it is looked up anew at each access
// (package replay). The package starts no goroutine.
package disclosure
