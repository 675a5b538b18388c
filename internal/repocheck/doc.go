// Package repocheck is the repository's look at itself: tests only, no code
// that anybody imports. They keep what reviews would otherwise have to repeat:
//
//   - imports point one way, and each third-party library has one home;
//   - no init functions, no package variables that change, no skipped tests,
//     no sleeping in tests, short files, a doc comment for every package;
//   - the same words in Go, SQL and TypeScript;
//   - docs/rules.md, docs/operate/metrics.md, docs/operate/configuration.md and
//     the links between the docs say what is so;
//   - nothing names a package registry or a path of somebody's machine.
//
// Every exception stands in an allow-list with its reason, and an exception
// that is no longer needed fails too. The checks read files; they start no
// goroutine and need neither network nor database.
//
// docs/rules.md lists the tests of each rule; after adding one, write the
// column anew with
//
//	go test ./internal/repocheck -run Rules -update
package repocheck
