// Package token lets other programs of the house call the API (Rule C-22): a
// token has a name, scopes and an end, is made and revoked by administrators,
// and is shown once; what is kept is its SHA-256. Behind each token stands an
// account of its own that cannot sign in, so that the audit log names the
// program that did something.
//
// A scope says what a token may do, and stands for the role that the operation
// is carried out with. Audio is in no scope: a recording is heard by people,
// by role or by grant (Rules S-01, S-02).
//
// The package also keeps the keys of requests that must not be carried out
// twice (Idempotency-Key). A request goes
//
//	begun --> applied --> answered
//	  |          |           \--> the same answer to the same request, for Keep
//	  |          \--> its process died: "the answer is lost", never a second time
//	  \--> its process died, or it changed nothing: begun anew
//
// "applied" is written in the transaction of the change itself, so a crash
// cannot come between. A request that was given up and goes on nevertheless
// finds that another has begun, and its transaction does not commit.
//
// The package starts no goroutine and does no I/O of its own.
package token
