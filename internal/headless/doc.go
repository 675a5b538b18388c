// Package headless is a softphone without a browser: it signs in, takes a task,
// dials, speaks a WAV and keeps what it hears, over the same public protocol as
// the page (docs/protocols/softphone.md, docs/openapi.json). It is used for
// synthetic monitoring, as the agent in tests, and by the hundred in load tests.
//
// A [Phone] owns one goroutine that sends voice every 20 ms while its media is
// up; Close ends it. It knows nothing of the server but its public interface.
package headless
