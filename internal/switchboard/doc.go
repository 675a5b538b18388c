// Package switchboard carries the live calls of one instance.
//
// It owns one [Line] per signed-in agent (the nailed-up media connection and
// the agent's state) and one actor per call. It is not the rules (callback),
// not SIP (signaling/sip) and not the recorder: it performs the effects that
// internal/call decides, through the ports declared in ports.go and ledger.go.
//
// Goroutines. The actor of a call owns its call.Call and its bridge; others
// post messages to its inbox and never wait for more than the answer. Each
// actor has one scribe, which writes to the ledger in order and keeps trying
// while the database is away, so that a live call and its recording go on;
// only what Rule T-01 wants durable before the INVITE is waited for. A line
// has one watchdog goroutine for its media. Stop ends all of them.
package switchboard
